"""`/suggest`: titles that go on as somebody types, for search boxes and browsers.

OpenSearch Suggestions 1.1:
https://github.com/dewitt/opensearch/blob/master/mediawiki/Specifications/OpenSearch/Extensions/Suggestions/1.1/Draft%201.wiki
"""

import asyncio
import re
from collections.abc import Mapping
from itertools import islice
from typing import Final, NamedTuple

import msgspec
from aiohttp import web

from graph.iris import entity_iri
from search.document import Document
from search.errors import BadSearch, QuerySyntaxError
from search.query import And, Node, Prefix, Term, parse_query
from search.text.engine import SearchRequest, TextIndex
from search.text.fold import fold
from search.web.answers import raise_if_not_modified
from search.web.asking import read_ask
from search.web.site import SITE

SUGGESTIONS_JSON: Final = "application/x-suggestions+json"
MOST: Final = 10
"""Suggestions in an answer."""
_READ: Final = 30
"""Hits that suggestions are chosen from; several may have one title."""
MAX_TYPED: Final = 300
"""Characters of a beginning that is completed; a guess, longer than what people type."""
_MAX_WORDS: Final = 12
"""Words of a beginning that are looked up, the last ones; each costs a look-up."""
_LONGEST: Final = 160
"""Characters of a completion: titles of a paragraph's length fill the screen."""
_WORD: Final = re.compile(r"\w+")
_QUOTES: Final = re.compile('["“”]')


class Suggestion(NamedTuple):
    """One title as the OpenSearch form has it."""

    completion: str
    """A query that finds the entity, among others."""
    description: str
    address: str


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get("/suggest", suggest)]


async def suggest(request: web.Request) -> web.StreamResponse:
    """What was typed, completions, their descriptions, their addresses: four members of a list."""
    typed = request.query.get("q", "")
    if len(typed) > MAX_TYPED:
        raise web.HTTPBadRequest(text=f"expected at most {MAX_TYPED} characters in q")
    raise_if_not_modified(request, SUGGESTIONS_JSON)
    site = request.app[SITE]
    # milliseconds, but of the disk when nobody asked before: off the event loop
    filters = read_ask(request.query).filters
    found = await asyncio.to_thread(suggestions, typed, site.index, site.base_iri, filters)
    columns = [[each[part] for each in found] for part in range(3)]
    typed = typed.encode(errors="replace").decode()
    return web.Response(
        body=msgspec.json.encode([typed, *columns]),
        content_type=SUGGESTIONS_JSON,
        charset="utf-8",
    )


def suggestions(
    typed: str,
    index: TextIndex,
    base_iri: str,
    filters: Mapping[str, tuple[str, ...]] | None = None,
) -> list[Suggestion]:
    """Return titles that have all words of a text, the last one as the beginning of a word.

    Titles that begin as the text does come first; equal ones are given once.

    Args:
        typed: the text so far; a blank at its end closes the last word.
        index: whose titles they are.
        base_iri: where the addresses begin.
        filters: see `SearchRequest`.
    """
    query = _query_of(typed)
    if query is None:
        return []
    try:
        hits = index.search(SearchRequest(query=query, limit=_READ, filters=filters or {})).hits
    except BadSearch:  # a word too long to look for
        return []
    beginning = _plain(typed)
    documents = sorted(
        (hit.document for hit in hits),
        key=lambda each: not _plain(each.title).startswith(beginning),
    )
    distinct: dict[str, Document] = {}
    for document in documents:
        distinct.setdefault(_plain(document.title), document)
    return [_suggestion(each, base_iri) for each in islice(distinct.values(), MOST)]


def _query_of(typed: str) -> Node | None:
    words = _WORD.findall(typed)[-_MAX_WORDS:]
    if not words:
        return None
    is_open = not typed[-1:].isspace()
    last: Node = Prefix(words[-1], "title") if is_open else Term(words[-1], "title")
    earlier = [Term(word, "title") for word in words[:-1]]
    return And((*earlier, last)) if earlier else last


def _suggestion(document: Document, base_iri: str) -> Suggestion:
    said = [document.kind, str(document.year or ""), *document.creators[:1]]
    if len(document.creators) > 1:
        said[-1] += " and others"
    return Suggestion(
        completion=_as_query(document.title),
        description=", ".join(part for part in said if part),
        address=entity_iri(base_iri, document.key),
    )


def _as_query(title: str) -> str:
    """Write a title as a query that says no more than its words: as it is, or as a phrase."""
    text = " ".join(title.split())
    if len(text) > _LONGEST:
        text = text[:_LONGEST].rsplit(" ", 1)[0]
    try:
        tree = parse_query(text)
    except QuerySyntaxError:
        return _phrase(text)
    leaves = tree.children if isinstance(tree, And) else (tree,)
    is_plain = all(isinstance(leaf, Term) and not leaf.field for leaf in leaves)
    return text if is_plain else _phrase(text)


def _phrase(text: str) -> str:
    return '"' + _QUOTES.sub(" ", text) + '"'


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(fold(text).casefold()))
