"""`/search.csv`, `.bib`, `.ris`, `.jsonld` and others: the whole list of results as a file.

Written while it is read, in small pieces, one piece at a time for all who ask: it never takes more
than one of the threads that make answers. The parameters are those of `/search`.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import Final
from urllib.parse import quote

import msgspec
from aiohttp import web

from graph.iris import entity_iri
from graph.release import Release, ReleaseInfo, holding
from graph.store import GraphReader
from graph.vocabulary import SCHEMA
from search.citation import FORMS, CitationForm
from search.citation.jsonld import write_list
from search.document import Document
from search.metadata.described import Described, Related, read_described
from search.question.ask import Ask
from search.text.engine import SearchRequest, TextIndex
from search.web.answers import raise_if_not_modified
from search.web.asking import read_ask
from search.web.results.pasted import Reading, readings
from search.web.site import SITE, Site
from search.words import WORDS, Words, fill

MAX_EXPORTED: Final = 10_000
"""Most entities of one file, which takes 4 s of one thread; the API's cursor has no such limit."""
MAX_WRITERS: Final = 16
"""Most files that are written at the same time; each keeps some 100 kB in memory."""
_PAGE_SIZE: Final = 100
"""Hits that are read from the index at once."""
_PIECE: Final = 32_000
"""Characters that are made in one turn of the thread, about: 30 ms."""
_LONGEST_S: Final = 600.0
"""How long a file may take to be sent; a client that takes nothing is cut off sooner."""
_RETRY_S: Final = "10"
_IS_PART_OF: Final = "http://purl.org/dc/terms/isPartOf"
_CITED: Final = tuple(form for form in FORMS.values() if form.name != "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultList:
    """What a file is written from; it outlives the request that asked."""

    index: TextIndex
    graph: GraphReader
    release: Release
    request: SearchRequest
    limit: int
    """Entities that are written at most."""

    def described(self) -> Iterator[Described]:
        """The entities in the order of the results; blocking.

        Raises:
            IndexDamaged: what was found cannot be read back.
        """
        request = self.request
        n_left = self.limit
        base = self.release.info.base_iri
        while n_left > 0:
            result = self.index.search(replace(request, limit=min(_PAGE_SIZE, n_left)))
            for hit in result.hits:
                if described := _read(self.graph, hit.document, entity_iri(base, hit.key)):
                    yield described
            n_left -= len(result.hits)
            if result.next is None or not result.hits:
                return
            request = replace(request, after=result.next)


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    exporter = Exporter()
    return [
        web.get(f"/search.{form.extension}", partial(exporter.answer, form=form)) for form in _CITED
    ]


class Exporter:
    """Sends lists of results; one for all requests, so that they take turns."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._n_writers = 0

    async def answer(self, request: web.Request, form: CitationForm) -> web.StreamResponse:
        """A list as a file.

        Raises:
            HTTPServiceUnavailable: too many files are being written.
            QuerySyntaxError: the query does not parse.
        """
        site = request.app[SITE]
        ask = replace(read_ask(request.query), limit=0)
        if self._n_writers >= MAX_WRITERS:
            raise web.HTTPServiceUnavailable(
                text=f"{MAX_WRITERS} lists are being written: ask again in {_RETRY_S} s",
                headers={"Retry-After": _RETRY_S},
            )
        raise_if_not_modified(request, form.media_type)
        reading, total = await asyncio.to_thread(_read_question, site, ask)
        found = ResultList(
            index=site.index,
            graph=site.graph,
            release=site.release,
            request=replace(reading.ask.to_request(), facets=()),
            limit=MAX_EXPORTED,
        )
        address = site.iri_of(f"search?{ask.query_string()}")
        texts = _texts(form, found, total, address)
        response = web.Response(
            body=self._pieces(texts, site.release), headers=head(form, site.release.info, total)
        )
        response.content_type = form.media_type
        response.charset = "utf-8"
        return response

    async def _pieces(self, texts: Iterator[str], release: Release) -> AsyncIterator[bytes]:
        """The file in pieces; the release stays on the disk until the last one is sent."""
        until_s = monotonic() + _LONGEST_S
        self._n_writers += 1
        try:
            with holding(release):
                while True:
                    async with self._turn:
                        piece = await asyncio.to_thread(_take, texts)
                    if not piece:
                        return
                    yield piece
                    if monotonic() > until_s:
                        raise TimeoutError(f"a list took longer than {_LONGEST_S:g} s to be sent")
        finally:
            self._n_writers -= 1


def head(form: CitationForm, info: ReleaseInfo, total: int) -> Mapping[str, str]:
    """The headers of a file: its name and the numbers tell when it does not hold all results."""
    n_written = min(total, MAX_EXPORTED)
    part = f"-first-{n_written}-of-{total}" if n_written < total else ""
    name = f"weft-release-{info.number}-search{part}.{form.extension}"
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Weft-Total": str(total),
        "Weft-Exported": str(n_written),
        "Access-Control-Expose-Headers": (
            "Weft-Release, Weft-Total, Weft-Exported, ETag, Content-Disposition"
        ),
    }


def note(info: ReleaseInfo, total: int, address: str) -> str:
    """What a file says of itself where its format has room for it, in one line."""
    n_written = min(total, MAX_EXPORTED)
    words = _words("part") if n_written < total else _words("all", "one" if total == 1 else "many")
    return fill(
        words,
        release=str(info.number),
        written=str(n_written),
        total=str(total),
        address=quote(address, safe=":/?&=+%.~-_"),  # an @ would begin an entry of BibTeX
    )


def _words(*names: str) -> str:
    found: Words | str = WORDS.search["file"]
    for name in names:
        found = found[name] if isinstance(found, dict) else found
    if not isinstance(found, str):
        raise TypeError(f"no words: {names}")
    return found


def _read_question(site: Site, ask: Ask) -> tuple[Reading, int]:
    """The reading of a question that finds something, else the last, and how much it finds."""
    understood = readings(ask)
    for reading in understood[:-1]:
        if total := _total(site.index, reading.ask):
            return reading, total
    return understood[-1], _total(site.index, understood[-1].ask)


def _total(index: TextIndex, ask: Ask) -> int:
    return index.search(replace(ask.to_request(), limit=0, facets=())).total


def _texts(form: CitationForm, found: ResultList, total: int, address: str) -> Iterator[str]:
    info = found.release.info
    if form.name == "jsonld":
        about = {
            "@id": address,
            "name": note(info, total, address),
            "numberOfItems": min(total, found.limit),
        }
        yield from write_list(found.described(), about)
        return
    if form.name == "bibtex":
        yield f"% {note(info, total, address)}\n\n"  # between entries BibTeX reads nothing
    yield from form.write(found.described())


def _take(texts: Iterator[str]) -> bytes:
    """The next piece of a file, empty at its end; blocking."""
    pieces = []
    n_characters = 0
    for text in texts:
        pieces.append(text)
        n_characters += len(text)
        if n_characters >= _PIECE:
            break
    return "".join(pieces).encode("utf-8", "replace")


def _read(graph: GraphReader, document: Document, iri: str) -> Described | None:
    """An entity without its links, which take longer than all else; but with what it is part of."""
    described = read_described(graph, document, iri, with_related=False)
    if described is None or described.kind not in ("paper", "chapter"):
        return described
    wholes = tuple(
        Related(
            relation="IsPartOf",
            iri=whole,
            key=whole.rpartition("/")[2],
            kind=graph.kind(whole) or "unknown",
            name=next(iter(graph.objects(whole, SCHEMA + "name")), ""),
            identifiers=(),
            is_stub=False,
        )
        for whole in graph.objects(iri, _IS_PART_OF)
    )
    return msgspec.structs.replace(described, related=wholes) if wholes else described
