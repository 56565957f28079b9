"""Answers the calls of remote services in a query, and puts the solutions in their place as VALUES.

VALUES may stand wherever SERVICE may and means the same as a service that gives these solutions.
The query workers have no sockets; here time, bytes, redirects and what comes back are held to
Weft's own rules. https://www.w3.org/TR/sparql11-query/#inline-data
"""

import re
from collections.abc import Callable, Collection, Iterable
from itertools import count
from typing import Final
from urllib.parse import quote, urlsplit

from search.sparql.edits import Edit, EditedQuery
from weft.remote.endpoint import Endpoint
from weft.remote.errors import RemoteCut, RemoteError, RemoteNotResults, RemoteTooLarge
from weft.remote.opener import Opener
from weft.remote.results import Row
from weft.remote.service_blocks import ServiceBlock, find_services
from weft.remote.settings import RemoteLimits
from weft.remote.term import NoTerm, Term, write_term

MOST_ROWS: Final = 20_000
"""Solutions of one call: they become a part of the query, which is parsed anew."""
_WORD: Final = re.compile("(s)(ervice)", re.IGNORECASE)
_PLAIN: Final = "REPLACE({of}, '{mark}', '')"
_UNMARKED: Final = (
    f"IF(isIRI({{x}}), IRI({_PLAIN.replace('{of}', 'STR({x})')}),"
    f" IF(LANG({{x}}) != '', STRLANG({_PLAIN.replace('{of}', 'STR({x})')},"
    f" {_PLAIN.replace('{of}', 'LANG({x})')}),"
    f" STRDT({_PLAIN.replace('{of}', 'STR({x})')},"
    f" IRI({_PLAIN.replace('{of}', 'STR(DATATYPE({x}))')}))))"
)
"""A value without its mark; one that is not bound stays so."""


def answer_services(  # noqa: PLR0913  # what a query is and under which rules it is asked
    query: str,
    services: Collection[str],
    *,
    contact: str = "",
    limits: RemoteLimits | None = None,
    opener: Opener | None = None,
    warn: Callable[[str], None] = lambda _: None,
) -> EditedQuery:
    """Ask the services that a query calls, one after the other.

    A call is answered before the rest of the query: put VALUES into its block, or a FILTER, so that
    it gives few solutions. Blank nodes get an IRI, as RDF 1.1 has it in section 3.5.

    Args:
        query: its text.
        services: addresses that SERVICE may name; calls of others stay, for the gate to judge.
        contact: e-mail address for the User-Agent.
        limits: of time and bytes.
        opener: opens addresses; None for one of these limits.
        warn: told of a SERVICE SILENT that failed.

    Raises:
        QuerySyntaxError: a block that calls a service is not closed, or holds another call.
        RemoteError: a service could not be asked, or has more solutions than are taken.
    """
    opener = opener or Opener(limits=limits or RemoteLimits(), contact=contact)
    edits = []
    for block in find_services(query, services):
        try:
            values = _answer(Endpoint(url=block.url, opener=opener), block)
        except RemoteError as error:
            if not block.is_silent:
                raise
            warn(f"SERVICE SILENT failed, and counts as one empty solution: {error}")
            values = "VALUES () { () }"
        edits.append(Edit(block.start, block.end, f" {values} "))
    return EditedQuery(query, tuple(edits))


def _answer(endpoint: Endpoint, block: ServiceBlock) -> str:
    if block.is_ask:
        return "VALUES () { () }" if endpoint.ask(block.query) else "VALUES () { }"
    found = endpoint.select(f"{block.query}\nLIMIT {MOST_ROWS + 1}")
    n_rows = len(found.rows)
    if n_rows > MOST_ROWS:
        message = f"{block.url} has more than {MOST_ROWS} solutions for this SERVICE"
        raise RemoteTooLarge(f"{message}: put VALUES or a FILTER into its block", url=block.url)
    # an endpoint may give fewer rows than it has and not say so
    if n_rows and endpoint.select(f"{block.query}\nLIMIT 1 OFFSET {n_rows}").rows:
        message = f"{block.url} gives {n_rows} solutions and has more"
        raise RemoteCut(f"{message}: put VALUES or a FILTER into the block", url=block.url)
    return write_values(found.variables, found.rows, block.url)


def write_values(variables: tuple[str, ...], rows: Iterable[Row], url: str) -> str:
    """Solutions as inline data, in which the word SERVICE does not stand.

    A query with that word is read by a slow parser before it runs: 3 ms for each row. So a mark is
    put into the word, and taken out again where the values are bound.

    Raises:
        RemoteNotResults: a term that is not legal RDF.
    """
    written = [[_term(row.get(name), url) for name in variables] for row in rows]
    marked = {
        place: name
        for place, name in enumerate(variables)
        if any(_WORD.search(terms[place]) for terms in written)
    }
    mark = _mark(written) if marked else ""
    inner = [f"{name}_marked_" if place in marked else name for place, name in enumerate(variables)]
    lines = " ".join(f"({' '.join(terms)})" for terms in written)
    if mark:
        lines = _WORD.sub(rf"\g<1>{mark}\g<2>", lines)
    values = f"VALUES ({_listed(inner)}) {{ {lines} }}"
    if not marked:
        return values
    bound = " ".join(
        f"BIND ({_UNMARKED.format(x=f'?{name}_marked_', mark=mark)} AS ?{name})"
        for name in marked.values()
    )
    return f"{{ SELECT {_listed(variables)} {{ {values} {bound} }} }}"


def _listed(names: Iterable[str]) -> str:
    return " ".join(f"?{name}" for name in names)


def _mark(written: list[list[str]]) -> str:
    """A text that stands in none of the terms, legal in an IRI and in a literal."""
    text = "".join("".join(terms) for terms in written)
    return next(mark for n in count() if (mark := f"-{n}-") not in text)


def _term(term: Term | None, url: str) -> str:
    if term is None:
        return "UNDEF"
    if term.type == "blank":
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}/.well-known/genid/"
        return f"<{place}{quote(term.value, safe='')}>"
    try:
        return write_term(term, with_forms=False)
    except NoTerm as error:
        raise RemoteNotResults(
            f"{url} gave a solution that is not legal RDF: {error}", url=url
        ) from error
