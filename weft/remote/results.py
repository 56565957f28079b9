"""SPARQL results in JSON become rows of terms, or an error that says what came instead. Pure.

https://www.w3.org/TR/sparql11-results-json/
"""

from dataclasses import dataclass
from typing import Final, Literal

import msgspec
from msgspec import Struct, field

from weft.remote.errors import RemoteCut, RemoteNotResults
from weft.remote.quoting import first_words, page_title
from weft.remote.term import Term

Row = dict[str, Term]
"""The terms of a solution by variable; what is not bound is not there."""

_VIRTUOSO_ASK: Final = "__ASK_RETVAL"
"""The variable in which Virtuoso answers an ASK query with a table of one row."""
_MARKUP: Final = (b"<!doctype html", b"<html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Solutions:
    """The answer to a SELECT query."""

    variables: tuple[str, ...]
    """In the order of the query, without question marks."""
    rows: list[Row]


class _Binding(Struct, frozen=True):
    type: Literal["uri", "literal", "typed-literal", "bnode"]
    value: str
    datatype: str = ""
    language: str = field(default="", name="xml:lang")


class _Head(Struct, frozen=True):
    vars: tuple[str, ...] = ()


class _Bindings(Struct, frozen=True):
    bindings: list[dict[str, _Binding]]


class _Answer(Struct, frozen=True):
    head: _Head
    results: _Bindings | None = None
    boolean: bool | None = None


_TYPES: Final[dict[str, Literal["iri", "literal", "blank"]]] = {
    "uri": "iri",
    "literal": "literal",
    "typed-literal": "literal",  # an old word that Virtuoso still uses
    "bnode": "blank",
}


def read_solutions(body: bytes, media_type: str, *, url: str) -> Solutions:
    """The rows of a SELECT query.

    Raises:
        RemoteNotResults: it is something else.
        RemoteCut: it breaks off.
    """
    answer = _read(body, media_type, url=url)
    if answer.results is None:
        raise RemoteNotResults(f"{url} answered a SELECT query without results", url=url)
    rows = [
        {name: _term(binding) for name, binding in row.items()} for row in answer.results.bindings
    ]
    return Solutions(variables=answer.head.vars, rows=rows)


def read_boolean(body: bytes, media_type: str, *, url: str) -> bool:
    """The answer to an ASK query.

    Raises:
        RemoteNotResults: it is something else.
        RemoteCut: it breaks off.
    """
    answer = _read(body, media_type, url=url)
    if answer.boolean is None and answer.results and answer.head.vars == (_VIRTUOSO_ASK,):
        return any(row[_VIRTUOSO_ASK].value == "1" for row in answer.results.bindings)
    if answer.boolean is None:
        raise RemoteNotResults(f"{url} answered an ASK query without yes or no", url=url)
    return answer.boolean


def refuse_page(body: bytes, media_type: str, *, url: str) -> None:
    """See that an answer is no page for people.

    Raises:
        RemoteNotResults: it is; the message quotes its title.
    """
    start = body[:256].lstrip().lower()
    if media_type in {"text/html", "application/xhtml+xml"} or start.startswith(_MARKUP):
        said = page_title(body) or first_words(body) or "an empty page"
        message = f"{url} answered with a web page instead of results: {said!r}"
        raise RemoteNotResults(f"{message}; is it the address of a SPARQL endpoint?", url=url)


def _read(body: bytes, media_type: str, *, url: str) -> _Answer:
    refuse_page(body, media_type, url=url)
    # what some endpoints send in the middle of a stream when their time is up is no JSON either
    if "json" not in media_type and not body.lstrip().startswith(b"{"):
        said = first_words(body)
        message = f"{url} answered with {media_type or 'no media type'} instead of SPARQL JSON"
        raise RemoteNotResults(f"{message}: {said!r}", url=url)
    try:
        return msgspec.json.decode(body, type=_Answer)
    except msgspec.ValidationError as error:
        message = f"{url} answered with JSON that is no SPARQL result: {error}"
        raise RemoteNotResults(message, url=url) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        tail = body[-80:].decode("utf-8", "replace")
        message = f"the results of {url} break off after {len(body)} bytes ({error})"
        raise RemoteCut(f"{message}; the end is {tail!r}", url=url) from error


def _term(binding: _Binding) -> Term:
    return Term(
        type=_TYPES[binding.type],
        value=binding.value,
        datatype=binding.datatype,
        language=binding.language,
    )
