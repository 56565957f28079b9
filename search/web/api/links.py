"""`/api/v1/links`: links with all that state them, in their canonical direction."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Final, Literal

from aiohttp import web
from msgspec import Meta, Struct

from graph.links.selection import CANONICAL, Selection, canonical, ways_of
from graph.relation import RELATIONS
from graph.release import caveats
from search.metadata.scholix import ScholixV3, ScholixV4, packages_v3, packages_v4
from search.metadata.stated_link import StatedLink, describe_links
from search.web.answers import JSON, json_answer, negotiated, raise_if_not_modified
from search.web.api.asked import MAX_ID, Candidates, find
from search.web.api.cursor import BEGIN, MAX_CURSOR, read_cursor, write_cursor
from search.web.api.found_links import FoundPage, Place, Wanted, count, find_page
from search.web.api.operation import Answer, Operation, read_query
from search.web.site import SITE, Site

MAX_LIMIT: Final = 100
"""Links on a page; measured: 100 with their statements take about 30 ms."""
_RELATIONS: Final = tuple(sorted(RELATIONS))

KindName = Literal["dataset", "paper", "software", "book", "chapter", "other", "unknown"]


class LinksQuery(Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """Which links are asked for."""

    entity: Annotated[
        str,
        Meta(description="Key of an entity at either end of the link.", pattern="^[a-z2-7]{13}$"),
    ] = ""
    id: Annotated[
        str,
        Meta(
            description="The same by an IRI, or an identifier in any spelling; with `entity`, the"
            " other end of the link.",
            min_length=1,
            max_length=MAX_ID,
        ),
    ] = ""
    from_kind: Annotated[
        tuple[KindName, ...], Meta(description="Kind of the link's source, one of these.")
    ] = ()
    to_kind: Annotated[
        tuple[KindName, ...], Meta(description="Kind of the link's target, one of these.")
    ] = ()
    relation: Annotated[
        tuple[
            Annotated[str, Meta(extra_json_schema={"enum": list(_RELATIONS)})],
            ...,
        ],
        Meta(
            description="DataCite relation, one of these. A relation and its inverse are one link,"
            " so either name finds it."
        ),
    ] = ()
    source: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=MAX_ID)], ...],
        Meta(description="Source that states the link, one of these."),
    ] = ()
    stubs: Annotated[
        bool,
        Meta(description="Whether an end may be an entity that no source has delivered."),
    ] = True
    format: Annotated[
        Literal["weft", "scholix-v3", "scholix-v4"],
        Meta(description="Scholix formats hold only links with data or software at an end."),
    ] = "weft"
    limit: Annotated[int, Meta(description="Links on a page.", ge=1, le=MAX_LIMIT)] = 20
    cursor: Annotated[
        str,
        Meta(
            description="`*` for the first page, then the `next` of each answer; true for one"
            " question in one release.",
            min_length=1,
            max_length=MAX_CURSOR,
        ),
    ] = ""


class LinksAnswer(Struct, frozen=True, kw_only=True):
    """A page of links."""

    total: Annotated[
        int | None,
        Meta(description="All links of the question; null where that takes too long to count."),
    ]
    release: int
    created_at: Annotated[str, Meta(description="When that release was made, UTC.")]
    caveats: Annotated[
        tuple[str, ...],
        Meta(description="What the release was made from and what it lacks, by source."),
    ]
    next: Annotated[
        str | None,
        Meta(
            description="The `cursor` of the next page; null at the end. A page may hold fewer"
            " links than `limit`: go on until this is null."
        ),
    ]
    links: tuple[StatedLink, ...]


class ScholixV3Answer(Struct, frozen=True, kw_only=True):
    """A page of links as Scholix link information packages, version 3."""

    total: int | None
    release: int
    next: str | None
    links: tuple[ScholixV3, ...]


class ScholixV4Answer(Struct, frozen=True, kw_only=True):
    """A page of links as Scholix link information packages, version 4."""

    total: int | None
    release: int
    next: str | None
    links: tuple[ScholixV4, ...]


async def list_links(request: web.Request) -> web.StreamResponse:
    """Links page by page; 410 for a cursor of another release."""
    site = request.app[SITE]
    asked = read_query(request, LinksQuery)
    negotiated(request, (JSON,))
    _check(asked)
    ends = [await find(site, name) for name in (asked.entity, asked.id) if name]
    for end in ends:
        if isinstance(end, web.Response):
            return end
    raise_if_not_modified(request, JSON)
    if asked.source and not set(asked.source) & site.release.info.by_source.keys():
        return json_answer(_page(site, asked, FoundPage(links=(), next=None), 0, None))
    wanted = wanted_links(asked, tuple(map(str, ends)))
    is_first = asked.cursor in ("", BEGIN)
    cursor = None if is_first else read_cursor(asked.cursor, site.release.info, wanted)
    if cursor is None:
        n_candidates, total = await count(site, wanted)
    else:
        n_candidates, total = cursor.n_candidates, cursor.total
    place = cursor.place if cursor else Place()
    found = await find_page(site, wanted, place, n_candidates, asked.limit)
    if found.next is None and cursor is None:
        total = len(found.links)
    following = None
    if found.next is not None:
        following = write_cursor(site.release.info, wanted, found.next, n_candidates, total)
    body = await asyncio.to_thread(_page, site, asked, found, total, following)
    return json_answer(body)


def wanted_links(asked: LinksQuery, ends: tuple[str, ...]) -> Wanted:
    """What parameters ask for.

    Args:
        asked: the parameters.
        ends: IRIs of the entities that they name, at most two.
    """
    at, and_at = (*ends, "", "")[:2]
    selection = Selection(
        at=at,
        and_at=and_at,
        ways=ways_of({canonical(name) for name in asked.relation}) if asked.relation else CANONICAL,
        source_kinds=asked.from_kind,
        target_kinds=asked.to_kind,
        with_stubs=asked.stubs,
        only_data=asked.format != "weft",
    )
    return Wanted(selection=selection, stated_by=asked.source)


def _check(asked: LinksQuery) -> None:
    """Refuse what the types of the parameters do not.

    Raises:
        HTTPBadRequest: a relation does not exist.
    """
    for name in asked.relation:
        if name not in RELATIONS:
            message = f"no relation {name[:40]!r}, expected one of {', '.join(_RELATIONS)}"
            raise web.HTTPBadRequest(text=message)


def _page(
    site: Site, asked: LinksQuery, found: FoundPage, total: int | None, following: str | None
) -> LinksAnswer | ScholixV3Answer | ScholixV4Answer:
    release = site.release.number
    match asked.format:
        case "weft":
            links = tuple(describe_links(site, found.links))
            return LinksAnswer(
                total=total,
                release=release,
                created_at=site.info.created_at,
                caveats=caveats(site.info),
                next=following,
                links=links,
            )
        case "scholix-v3":
            v3 = packages_v3(site, found.links)
            return ScholixV3Answer(total=total, release=release, next=following, links=v3)
        case "scholix-v4":
            v4 = packages_v4(site, found.links)
            return ScholixV4Answer(total=total, release=release, next=following, links=v4)


LINKS: Final = Operation(
    name="listLinks",
    path="/api/v1/links",
    handler=list_links,
    summary="Links with all that state them",
    description="Links of the release in their canonical direction, each with every record that"
    " states it. The order is that of the store and stays within a release.",
    query=LinksQuery,
    answers={
        200: Answer(
            means="A page of links.", bodies=(LinksAnswer, ScholixV3Answer, ScholixV4Answer)
        ),
        300: Answer(means="`id` is carried by several entities.", bodies=(Candidates,)),
    },
    problems=(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.GONE),
)
