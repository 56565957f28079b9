"""What is to be taken away, as it was asked for: everything, a query in words, or one in SPARQL.

Pure. A text that begins with the keyword of a SPARQL query form, after its prologue, and holds a
group in braces is SPARQL: every SELECT and CONSTRUCT has such a group, and the query language of
words gives braces no meaning. https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

import re
from enum import Enum
from typing import Final, assert_never

from msgspec import Struct

from graph.iris import entity_iri
from search.export.errors import SelectionRefused
from search.query import MatchAll, Node, parse_query
from search.sparql.gate import read_form
from search.sparql.results import Form

_WHOLE: Final = "entity"
"""The variable that names entities when a query has several."""
_SHOWN: Final = 5
"""Rows that an error names."""
_FIRST_WORD: Final = re.compile(
    r"(?:\s|#[^\r\n]*(?:[\r\n]|\Z)|BASE\s*<[^>]*>|PREFIX\s*[^\s:<>#]*:\s*<[^>]*>)*([A-Za-z]+)",
    re.IGNORECASE,
)
"""What stands behind a prologue."""


class Asks(Enum):
    """How a selection is meant."""

    EVERYTHING = "everything"
    WORDS = "words"
    """The query language of `search.query`."""
    SOLUTIONS = "solutions"
    """A SELECT query that gives entities."""
    TRIPLES = "triples"
    """A CONSTRUCT query, whose triples are what is taken away."""


class Selection(Struct, frozen=True, kw_only=True):
    """What is to be taken away."""

    text: str
    """As it was given, empty for everything."""
    asks: Asks
    words: Node = MatchAll()
    """The query in words, parsed."""


def read_selection(text: str) -> Selection:
    """Tell how a selection is meant.

    Raises:
        QuerySyntaxError: a query in words that does not parse; line and column tell where. A query
            in SPARQL is parsed by the store when it runs.
        QueryRefused: an update, or a form that selects nothing.

    >>> read_selection("select data").asks
    <Asks.WORDS: 'words'>
    """
    text = text.encode("utf-8", "replace").decode()  # arguments may hold half a character
    if not text.strip():
        return Selection(text="", asks=Asks.EVERYTHING)
    first = _FIRST_WORD.match(text)
    if "{" in text and first is not None:
        form = read_form(text)  # refuses updates; what begins with another word counts as SELECT
        if first[1].upper() == form.value:
            return Selection(text=text, asks=_asks(form))
    words = parse_query(text)
    if isinstance(words, MatchAll):
        return Selection(text=text, asks=Asks.EVERYTHING)
    return Selection(text=text, asks=Asks.WORDS, words=words)


def _asks(form: Form) -> Asks:
    match form:
        case Form.SELECT:
            return Asks.SOLUTIONS
        case Form.CONSTRUCT:
            return Asks.TRIPLES
        case Form.ASK | Form.DESCRIBE:
            raise SelectionRefused(
                f"{form.value} selects no entities: write SELECT ?entity, or CONSTRUCT for the"
                " RDF formats"
            )
        case _:
            assert_never(form)


def keys_of_rows(lines: list[str], base_iri: str) -> list[str]:
    """Keys of the entities in the answer to a SELECT query, each once, in order of keys.

    The variable is `?entity` where the query has it, else the first that holds entities only.

    Args:
        lines: of the answer as tab-separated values, the names of the variables first:
            https://www.w3.org/TR/sparql11-results-csv-tsv/#tsv
        base_iri: where the IRIs of the release begin.

    Raises:
        SelectionRefused: no variable holds entities only; the message names rows that are none.
    """
    names = [name.removeprefix("?") for name in lines[0].split("\t")] if lines else []
    rows = [line.split("\t") for line in lines[1:] if line or len(names) == 1]
    start = f"<{entity_iri(base_iri, '')}"
    wanted = [names.index(_WHOLE)] if _WHOLE in names else list(range(len(names)))
    for column in wanted:
        if all(_is_entity(row[column], start) for row in rows):
            return sorted({row[column][len(start) : -1] for row in rows})
    column = wanted[0] if wanted else 0
    bad = [
        f"row {number} has {row[column][:80] or 'nothing'}"
        for number, row in enumerate(rows, 1)
        if not _is_entity(row[column], start)
    ]
    more = f" and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
    raise SelectionRefused(
        f"?{names[column]} does not hold entities only: {'; '.join(bad[:_SHOWN])}{more};"
        f" expected IRIs such as {start}...>"
    )


def _is_entity(term: str, start: str) -> bool:
    rest = term[len(start) : -1]
    return term.startswith(start) and term.endswith(">") and rest.isalnum() and rest.isascii()
