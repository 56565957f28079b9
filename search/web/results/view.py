"""What the page of results shows, laid out for its template. Pure: an answer in, a view out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from graph.iris import entity_iri
from graph.work import Identifier
from search.citation import FORMS
from search.question.ask import MAX_OFFSET, Ask
from search.text.engine import FacetCount, Fragment, Hit, SearchResult, Sort
from search.text.spelling import Correction
from search.web.linked.description import NamedLink, identifier_link, resolver_link
from search.web.results.export import MAX_EXPORTED
from search.web.results.linked_counts import KINDS
from search.web.results.pasted import Reading
from search.web.site import Site
from search.words import WORDS, Words, fill, plural

PAGE_SIZE: Final = 20
"""Results on a page."""
_PAGES_AROUND: Final = 3
"""Page numbers shown on each side of the current one."""
FACETS: Final = (
    *("kind", "source", "year", "has", "access", "licence", "language", "collaboration"),
    "publisher",
)
"""In the order shown."""
_OPEN: Final = frozenset(("kind", "source", "year", "has", "access"))
_HAS: Final = {"dataset": "data"}
"""What `has` calls a kind, where it is another word."""

LinkedCounts = Mapping[str, Mapping[str, int] | None]
"""See `search.web.results.linked_counts.count_linked`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A link that changes the question."""

    label: str
    href: str
    value: str = ""
    count: int = 0
    is_active: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetView:
    """One facet with its values."""

    label: str
    is_open: bool
    options: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HitView:
    """One result."""

    path: str
    title: tuple[Fragment, ...]
    kind: str
    year: int | None
    creators: tuple[str, ...]
    sources: tuple[str, ...]
    identifiers: tuple[NamedLink, ...]
    snippet: tuple[Fragment, ...]
    linked: tuple[str, ...] = ()
    """How many of which kind it is linked to, in words."""


def view_results(
    site: Site, ask: Ask, reading: Reading, result: SearchResult, linked: LinkedCounts
) -> dict[str, object]:
    """The values of the template.

    Args:
        site: where it is shown.
        ask: what was asked, as it stands in the address.
        reading: how it was understood.
        result: what was found.
        linked: counts of the hits.
    """
    number = ask.offset // PAGE_SIZE + 1
    n_pages = min(-(-result.total // PAGE_SIZE), MAX_OFFSET // PAGE_SIZE)
    around = range(max(1, number - _PAGES_AROUND), min(n_pages, number + _PAGES_AROUND) + 1)
    question = reading.ask.query_string()
    return {
        "query_text": ask.text,
        "error": None,
        "total": result.total,
        "first": ask.offset + 1,
        "n_pages": n_pages,
        "first_href": href_of(ask),
        "hits": [_hit(site, hit, linked) for hit in result.hits],
        "is_exact": bool(reading.looked_up) and result.total == 1,
        "understood": view_reading(reading),
        "facets": [
            _facet(site, ask, name, result.facets[name])
            for name in FACETS
            if result.facets.get(name)
        ],
        "active": active_filters(site, ask),
        "clear_href": href_of(replace(ask, filters={})),
        "sorts": [
            Choice(
                label=_word("sorts", sort.value),
                href=href_of(replace(ask, sort=sort)),
                is_active=ask.sort is sort,
            )
            for sort in Sort
        ],
        "pages": [
            Choice(label=str(n), href=href_of(ask, n), is_active=n == number) for n in around
        ],
        "previous_href": href_of(ask, number - 1) if number > 1 else "",
        "next_href": href_of(ask, number + 1) if number < n_pages else "",
        "last_shown": MAX_OFFSET if number == n_pages and result.total > MAX_OFFSET else 0,
        "exports": _exports(ask),
        "exported": _exported(result.total),
        "api_href": f"/api/v1/search?{question}",
        "atom_href": f"/search.atom?{question}",
    }


def view_reading(reading: Reading) -> dict[str, object] | None:
    """What is told of identifiers that were looked up; None when the question is one of words."""
    if not reading.looked_up:
        return None
    return {
        "is_part": reading.is_part,
        "looked_up": [
            {
                "scheme": scheme_name(each),
                "value": each.value,
                # who pasted an address has it: a link to anywhere is not made of it
                "resolver": "" if each.scheme == "url" else resolver_link(str(each)),
            }
            for each in reading.looked_up
        ],
    }


def view_correction(ask: Ask, correction: Correction | None) -> Choice | None:
    """The query that may have been meant."""
    if correction is None:
        return None
    corrected = replace(ask, text=correction.query)
    return Choice(label=correction.query, href=href_of(corrected), count=correction.total)


def active_filters(site: Site, ask: Ask) -> list[Choice]:
    """The filters of a question, each with the link that removes it."""
    return [
        Choice(
            label=_word("facets", name),
            value=shown_value(site, name, value),
            href=href_of(ask.toggled(name, value)),
        )
        for name, values in ask.filters.items()
        for value in values
    ]


def shown_value(site: Site, facet: str, value: str) -> str:
    """A facet's value as people read it."""
    match facet:
        case "source":
            return site.source_title(value)
        case "kind":
            return _word("kinds", value)
        case "has":
            return _word("has", value)
        case "language":
            return _word("languages", value)
        case _:
            return value


def scheme_name(identifier: Identifier) -> str:
    """What people call the scheme of an identifier."""
    return _word("schemes", identifier.scheme)


def href_of(ask: Ask, number: int = 1) -> str:
    """The address of a page of results."""
    page_part = f"page={number}" if number > 1 else ""
    parameters = "&".join(part for part in (ask.query_string(), page_part) if part)
    return f"/search?{parameters}" if parameters else "/search"


def _exports(ask: Ask) -> list[Choice]:
    question = ask.query_string()
    return [
        Choice(
            label=_word("take", form.name),
            href=f"/search.{form.extension}" + (f"?{question}" if question else ""),
        )
        for form in FORMS.values()
        if form.name != "text"
    ]


def _exported(total: int) -> str:
    take = _table("take")
    if total > MAX_EXPORTED:
        return fill(_text(take, "part"), n=MAX_EXPORTED, of=total)
    return plural(_sub(take, "all"), total)


def _hit(site: Site, hit: Hit, linked: LinkedCounts) -> HitView:
    document = hit.document
    return HitView(
        path=site.path_of(entity_iri(site.base_iri, hit.key)),
        title=hit.title,
        kind=document.kind,
        year=document.year,
        creators=document.creators,
        sources=tuple(site.source_title(name) for name in document.sources),
        identifiers=tuple(identifier_link(text) for text in document.identifiers),
        snippet=hit.snippet,
        linked=_linked(linked.get(hit.key, {}), document.has),
    )


def _linked(counts: Mapping[str, int] | None, has: tuple[str, ...]) -> tuple[str, ...]:
    words = _table("linked")
    if counts is None:
        kinds = [_word("has", name) for kind in KINDS if (name := _HAS.get(kind, kind)) in has]
        return (fill(_text(words, "many"), kinds=", ".join(kinds)),)
    return tuple(plural(_sub(words, kind), n) for kind, n in counts.items())


def _facet(site: Site, ask: Ask, name: str, counts: tuple[FacetCount, ...]) -> FacetView:
    chosen = ask.filters.get(name, ())
    return FacetView(
        label=_word("facets", name),
        is_open=name in _OPEN or bool(chosen),
        options=tuple(
            Choice(
                label=shown_value(site, name, item.value),
                href=href_of(ask.toggled(name, item.value)),
                value=item.value,
                count=item.count,
                is_active=item.value in chosen,
            )
            for item in counts
        ),
    )


def _table(name: str) -> Words:
    return _sub(WORDS.search, name)


def _word(table: str, name: str) -> str:
    """A name in words, itself when there are none: it may come from a record."""
    word = _table(table).get(name, name)
    return word if isinstance(word, str) else name


def _sub(words: Words, name: str) -> Words:
    found = words[name]
    if isinstance(found, str):
        raise TypeError(f"no table of words: {name}")
    return found


def _text(words: Words, name: str) -> str:
    found = words[name]
    if not isinstance(found, str):
        raise TypeError(f"no words: {name}")
    return found
