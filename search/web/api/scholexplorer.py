"""`/api/scholix/v3/Links`: links as those know it who ask ScholeXplorer, version 3 of its API.

Each link is listed from both its ends, since clients ask by `sourcePid` alone.
https://graph.openaire.eu/docs/apis/scholexplorer/v3/query_params
"""

import asyncio
from typing import Annotated, Final, Literal

from aiohttp import web
from msgspec import Meta, Struct, field

from graph.explain.answer import State
from graph.explain.subject import find_subject
from graph.explain.view import View
from graph.iris import entity_iri
from graph.links.selection import FROM_BOTH_ENDS, Selection
from search.metadata.scholix import ScholixV3, packages_v3, relation_names
from search.web.answers import JSON, json_answer, negotiated, raise_if_not_modified
from search.web.api.asked import MAX_ID
from search.web.api.found_links import count_all, find_from
from search.web.api.operation import Answer, Operation, read_query
from search.web.site import SITE, Site

PAGE: Final = 100
"""Links on a page, as in ScholeXplorer."""
MAX_PAGE: Final = 99
"""Last page that can be asked for: 10,000 links. `/api/v1/links` has no such bound."""
_MAX_CARRIERS: Final = 10
"""Entities with one identifier whose links are listed; a query has a branch for each."""
_MAX_CARRIERS_OF_BOTH: Final = 3
"""The same when both ends are asked for: there is a branch for each pair."""
_DATE: Final = r"^\d{4}(-\d{2}(-\d{2})?)?$"
_KINDS: Final[dict[str, tuple[str, ...]]] = {
    "publication": ("paper", "book", "chapter"),
    "dataset": ("dataset",),
    "software": ("software",),
    "other": ("other", "unknown"),
}
TypeWord = Literal["publication", "dataset", "software", "other"]


class ScholixQuery(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Which links are asked for."""

    source_pid: Annotated[
        str,
        Meta(
            description="Identifier of what the link starts at, in any spelling.",
            min_length=1,
            max_length=MAX_ID,
        ),
    ] = ""
    target_pid: Annotated[
        str,
        Meta(description="Identifier of what the link leads to.", min_length=1, max_length=MAX_ID),
    ] = ""
    source_publisher: Annotated[
        str,
        Meta(
            description="Publisher of the source, as it is written.",
            min_length=1,
            max_length=MAX_ID,
        ),
    ] = ""
    target_publisher: Annotated[
        str, Meta(description="The same of the target.", min_length=1, max_length=MAX_ID)
    ] = ""
    source_type: Annotated[
        TypeWord | None, Meta(description="What sort of thing the source is.")
    ] = None
    target_type: Annotated[TypeWord | None, Meta(description="The same of the target.")] = None
    relation: Annotated[
        str,
        Meta(
            description="Name of the relation in Scholix or in DataCite, from source to target.",
            min_length=1,
            max_length=MAX_ID,
        ),
    ] = ""
    since: Annotated[
        str,
        Meta(description="First date of publication of the source object.", pattern=_DATE),
    ] = field(name="from", default="")
    until: Annotated[
        str, Meta(description="Last date of publication of the source object.", pattern=_DATE)
    ] = field(name="to", default="")
    page: Annotated[int, Meta(description="Number of the page, from 0.", ge=0, le=MAX_PAGE)] = 0


class ScholixPage(Struct, frozen=True, kw_only=True, rename="camel"):
    """One page of links."""

    current_page: int
    total_links: int
    total_pages: int
    result: tuple[ScholixV3, ...]


async def list_scholix(request: web.Request) -> web.StreamResponse:
    """Links with data or software at an end, from either of their ends."""
    site = request.app[SITE]
    asked = read_query(request, ScholixQuery)
    negotiated(request, (JSON,))
    raise_if_not_modified(request, JSON)
    # identifiers are looked up in the store: off the event loop
    selection = await asyncio.to_thread(select, site, asked)
    total = await count_all(site, selection) if selection else 0
    links = await find_from(site, selection, asked.page * PAGE, PAGE) if selection else []
    body = ScholixPage(
        current_page=asked.page,
        total_links=total,
        total_pages=-(-total // PAGE),
        result=await asyncio.to_thread(packages_v3, site, links),
    )
    return json_answer(body)


def select(site: Site, asked: ScholixQuery) -> Selection | None:
    """The links that parameters ask for; None when nothing has the identifier or the relation."""
    most = _MAX_CARRIERS_OF_BOTH if asked.source_pid and asked.target_pid else _MAX_CARRIERS
    sources = _carriers(site, asked.source_pid, most) if asked.source_pid else ()
    targets = _carriers(site, asked.target_pid, most) if asked.target_pid else ()
    ways = tuple(
        way for way in FROM_BOTH_ENDS if not asked.relation or asked.relation in relation_names(way)
    )
    is_missing = (asked.source_pid and not sources) or (asked.target_pid and not targets)
    if is_missing or not ways:
        return None
    return Selection(
        sources=sources,
        targets=targets,
        ways=ways,
        source_kinds=_KINDS[asked.source_type] if asked.source_type else (),
        target_kinds=_KINDS[asked.target_type] if asked.target_type else (),
        source_publisher=asked.source_publisher,
        target_publisher=asked.target_publisher,
        since=asked.since,
        until=asked.until,
        only_data=True,
    )


def _carriers(site: Site, pid: str, most: int) -> tuple[str, ...]:
    """IRIs of the entities that an identifier, a key or an IRI stands for."""
    subject = find_subject(View(site.graph, site.base_iri), pid)
    keys = subject.candidates
    if subject.key and subject.state in (State.ENTITY, State.STUB):
        keys = (subject.key,)
    return tuple(entity_iri(site.base_iri, key) for key in keys[:most])


SCHOLIX: Final = Operation(
    name="listScholixLinks",
    path="/api/scholix/v3/Links",
    handler=list_scholix,
    summary="Scholix links as ScholeXplorer lists them",
    description="Links with a dataset or software at an end, as Scholix packages of version 3,"
    " 100 a page. Each link is listed from both its ends.",
    query=ScholixQuery,
    answers={200: Answer(means="A page of packages.", bodies=(ScholixPage,))},
)
