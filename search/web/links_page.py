"""`/links`: which links there are between which kinds, by relation, source and year; and lists.

Without parameters it shows figures, each of which leads to the list of its links.
"""

import asyncio
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from graph.links.selection import CANONICAL, Selection, canonical, ways_of
from graph.relation import PREDICATES, RELATIONS
from search.coverage.link_counts import KINDS
from search.metadata.end import End, end_reader
from search.metadata.stated_link import StatedLink, describe_links
from search.web.answers import HTML, page, raise_if_not_modified
from search.web.api.asked import MAX_ID, find
from search.web.api.cursor import MAX_CURSOR, read_cursor, write_cursor
from search.web.api.found_links import FoundPage, Place, Wanted, count, find_page
from search.web.coverage.tables import RETRY_AFTER_S, CoverageUnreadable, StillReading
from search.web.link_figures import figures
from search.web.site import SITE, Site

PAGE_SIZE: Final = 25
"""Links of a list; with their statements, some 40 kB."""
_Kind = Literal["dataset", "paper", "software", "book", "chapter", "other", "unknown"]
_Name = Annotated[str, Meta(max_length=MAX_ID)]


class LinksAsked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the address of the page says; the same as of `/api/v1/links`, and a year."""

    at: _Name = ""
    """Key, IRI or identifier of an entity at either end."""
    from_kind: tuple[_Kind, ...] = ()
    to_kind: tuple[_Kind, ...] = ()
    relation: tuple[str, ...] = ()
    source: tuple[_Name, ...] = ()
    """Sources, one of which states the link."""
    year: Annotated[int, Meta(ge=1, le=9999)] | None = None
    """Of publication of what the link starts at."""
    stubs: Literal["yes", "no"] = "yes"
    """Whether an end may be an entity that no source has delivered."""
    cursor: Annotated[str, Meta(max_length=MAX_CURSOR)] = ""

    @property
    def is_list(self) -> bool:
        """Whether links are asked for, not figures."""
        conditions = (self.at, self.from_kind, self.to_kind, self.relation, self.source, self.year)
        return bool(self.cursor) or any(conditions)


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get("/links", show_links)]


async def show_links(request: web.Request) -> web.StreamResponse:
    """Figures, or a list where the address names which links.

    Raises:
        HTTPBadRequest: a parameter is unknown or not of its kind.
        HTTPNotFound: `at` names nothing of this release.
        HTTPGone: the cursor is of another release, or `at` has been deleted.
    """
    asked = read_asked(request)
    if asked.is_list:
        return await _show_list(request, asked)
    raise_if_not_modified(request, HTML)
    site = request.app[SITE]
    values = {"asked": asked, "filters": _filters(site), "retry_after_s": RETRY_AFTER_S}
    try:
        values["figures"] = await figures(site, with_stubs=asked.stubs == "yes")
    except StillReading:
        response = page(request, "links.html", {**values, "figures": None})
        response.headers["Cache-Control"] = "no-store"
        return response
    except CoverageUnreadable as error:
        raise web.HTTPServiceUnavailable(text=str(error)) from error
    return page(request, "links.html", values)


def read_asked(request: web.Request) -> LinksAsked:
    """Read the parameters; those that a form leaves empty count as not given.

    Raises:
        HTTPBadRequest: one is unknown or not of its kind.
    """
    raw: dict[str, object] = {}
    for field in msgspec.structs.fields(LinksAsked):
        given = [value for value in request.query.getall(field.name, []) if value]
        if given:
            is_list = field.default == ()
            raw[field.name] = given if is_list else given[0]
    raw |= dict.fromkeys(request.query.keys() - set(LinksAsked.__struct_fields__))
    try:
        asked = msgspec.convert(raw, LinksAsked, strict=False)
    except msgspec.ValidationError as error:
        raise web.HTTPBadRequest(text=str(error).replace("$.", "")[:200]) from error
    for name in asked.relation:
        if name not in RELATIONS:
            raise web.HTTPBadRequest(text=f"no relation {name[:40]!r}")
    return asked


async def _show_list(request: web.Request, asked: LinksAsked) -> web.StreamResponse:
    site = request.app[SITE]
    at = await _entity(site, asked.at) if asked.at else ""
    raise_if_not_modified(request, HTML)
    wanted = wanted_links(asked, at)
    if asked.source and not set(asked.source) & site.release.info.by_source.keys():
        return _list_page(request, asked, (), (None, 0, ""))
    cursor = read_cursor(asked.cursor, site.release.info, wanted) if asked.cursor else None
    if cursor is None:
        n_candidates, total = await count(site, wanted)
    else:
        n_candidates, total = cursor.n_candidates, cursor.total
    place = cursor.place if cursor else Place()
    found = await find_page(site, wanted, place, n_candidates, PAGE_SIZE)
    if found.next is None and cursor is None:
        total = len(found.links)
    links, end = await asyncio.to_thread(_read, site, found, at)
    following = ""
    if found.next is not None:
        following = write_cursor(site.release.info, wanted, found.next, n_candidates, total)
    return _list_page(request, asked, links, (end, total, following))


def wanted_links(asked: LinksAsked, at: str) -> Wanted:
    """The links that an address means.

    Args:
        asked: the address.
        at: IRI of the entity that it names, if any.
    """
    selection = Selection(
        at=at,
        ways=ways_of({canonical(name) for name in asked.relation}) if asked.relation else CANONICAL,
        source_kinds=asked.from_kind,
        target_kinds=asked.to_kind,
        since=f"{asked.year:04}" if asked.year else "",
        until=f"{asked.year:04}-12-31" if asked.year else "",
        with_stubs=asked.stubs == "yes",
    )
    return Wanted(selection=selection, stated_by=asked.source)


async def _entity(site: Site, name: str) -> str:
    found = await find(site, name)
    if isinstance(found, str):
        return found
    if found.status == web.HTTPGone.status_code:
        raise web.HTTPGone(text=f"{name[:80]} has been deleted by its source")
    raise web.HTTPBadRequest(text=f"several things have the identifier {name[:80]!r}: use a key")


def _read(site: Site, found: FoundPage, at: str) -> tuple[tuple[StatedLink, ...], End | None]:
    described = tuple(describe_links(site, found.links))
    return described, end_reader(site.graph, site.base_iri)(at) if at else None


def _list_page(
    request: web.Request,
    asked: LinksAsked,
    links: tuple[StatedLink, ...],
    about: tuple[End | None, int | None, str],
) -> web.Response:
    end, total, following = about
    values = {
        "asked": asked,
        "links": links,
        "end": end,
        "total": total,
        "next_href": _href(asked, following) if following else "",
        "first_href": _href(asked, "") if asked.cursor else "",
        "api_href": _api_href(asked, end),
        "filters": _filters(request.app[SITE]),
    }
    return page(request, "links_list.html", values)


def _filters(site: Site) -> dict[str, object]:
    return {
        "kinds": KINDS,
        "relations": tuple(PREDICATES.values()),
        "sources": tuple((name, site.source_title(name)) for name in site.release.info.by_source),
    }


def _href(asked: LinksAsked, cursor: str) -> str:
    given = {**msgspec.structs.asdict(asked), "cursor": cursor}
    return "/links?" + urlencode({k: v for k, v in given.items() if v}, doseq=True)


def _api_href(asked: LinksAsked, end: End | None) -> str:
    """The same list of the API; empty when it cannot tell years apart."""
    if asked.year:
        return ""
    given: dict[str, object] = {
        "entity": end.key if end else "",
        "from-kind": asked.from_kind,
        "to-kind": asked.to_kind,
        "relation": asked.relation,
        "source": asked.source,
        "stubs": "" if asked.stubs == "yes" else "false",
    }
    return "/api/v1/links?" + urlencode({k: v for k, v in given.items() if v}, doseq=True)
