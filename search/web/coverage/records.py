"""`/coverage/records`: the entities that exactly some sources delivered, with their records.

/coverage/records?sources=hepdata,zenodo&page=2&kind=dataset
"""

import asyncio
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from aiohttp import web

from graph.iris import entity_iri
from graph.relation import WEFT
from graph.vocabulary import SCHEMA
from search.coverage.counts import select_entities
from search.coverage.figures.figure import Naming
from search.coverage.figures.listing import conditions
from search.coverage.table import Table
from search.web.answers import page
from search.web.asking import read_number
from search.web.coverage.asking import Asked, read_asked
from search.web.coverage.tables import (
    RETRY_AFTER_S,
    CoverageUnreadable,
    StillReading,
    table_of,
)
from search.web.site import SITE, Site

_PAGE: Final = 50
_MAX_SOURCES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """A source record of an entity."""

    source: str
    identifier: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityView:
    """One entity of the list."""

    name: str
    path: str
    kind: str
    year: int | None
    records: tuple[RecordView, ...]


async def show_records(request: web.Request) -> web.StreamResponse:
    """A page of the list; one that does not exist is empty."""
    site = request.app[SITE]
    asked = read_asked(request.query)
    sources = _sources(request.query.get("sources", ""))
    number = max(1, read_number(request.query, "page", 1))
    try:
        table = await table_of(site)
    except StillReading as error:
        again = {"Retry-After": str(RETRY_AFTER_S)}
        raise web.HTTPServiceUnavailable(text=str(error), headers=again) from error
    except CoverageUnreadable as error:
        raise web.HTTPServiceUnavailable(text=str(error)) from error
    total, entities = await asyncio.to_thread(_page_of, site, table, asked, sources, number)
    n_pages = -(-total // _PAGE)

    def href(to: int) -> str:
        query = asked.query_string(sources=",".join(sources), page=str(to))
        return f"/coverage/records?{query}"

    naming = Naming(dict(site.source_titles))
    values = {
        "sources": " + ".join(naming.title(name) for name in sources),
        "total": total,
        "entities": entities,
        "active": [label for _, _, label in conditions(asked.selection, naming)],
        "number": number,
        "first": (number - 1) * _PAGE + 1,
        "n_pages": n_pages,
        "previous_href": href(min(number - 1, n_pages)) if number > 1 else "",
        "next_href": href(number + 1) if number < n_pages else "",
        "back": f"{asked.address()}#overlap",
    }
    return page(request, "coverage_records.html", values)


def _sources(text: str) -> tuple[str, ...]:
    """Names of sources, in order.

    Raises:
        HTTPBadRequest: there is none, or too many.
    """
    names = sorted({name.strip() for name in text.split(",")} - {""})
    if not 0 < len(names) <= _MAX_SOURCES:
        raise web.HTTPBadRequest(text="expected sources=NAME,NAME: the names of some sources")
    return tuple(names)


def _page_of(
    site: Site, table: Table, asked: Asked, sources: tuple[str, ...], number: int
) -> tuple[int, list[EntityView]]:
    """How many entities exactly these sources delivered, and those of one page by key."""
    selected = select_entities(table, asked.selection)
    found = selected.filter(selected.get_column("sources").list.join(",") == ",".join(sources))
    rows = found.sort("key").slice((number - 1) * _PAGE, _PAGE).select("key", "kind", "year")
    return found.height, [_view(site, key, kind, year) for key, kind, year in rows.iter_rows()]


def _view(site: Site, key: str, kind: str, year: int | None) -> EntityView:
    iri = entity_iri(site.base_iri, key)
    facts = site.graph.facts(iri)
    names = sorted(value.text for value in facts.get(f"{SCHEMA}name", ()))
    records = sorted(value.text for value in facts.get(f"{WEFT}fromRecord", ()))
    return EntityView(
        name=names[0] if names else key,
        path=site.path_of(iri),
        kind=kind,
        year=year,
        records=tuple(_record(site, record) for record in records),
    )


def _record(site: Site, iri: str) -> RecordView:
    """A record by its IRI, `{base}record/{source}/{identifier}`."""
    source, _, identifier = iri.removeprefix(f"{site.base_iri}record/").partition("/")
    name = unquote(source)
    return RecordView(
        source=site.source_title(name), identifier=unquote(identifier), path=site.path_of(iri)
    )
