"""`/api/v1/explain`: why records are one entity, or are not, and where its fields come from."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Final

from aiohttp import web
from msgspec import Meta, Struct

from graph.explain import compare, explain
from graph.explain.answer import Comparison, Explanation
from graph.explain.subject import find_subject
from graph.links.selection import Selection, count_candidates
from search.web.answers import JSON, json_answer, negotiated, raise_if_not_modified
from search.web.api.asked import MAX_ID
from search.web.api.operation import Answer, Operation, read_query
from search.web.site import SITE, Site

MAX_EXPLAINED: Final = 2000
"""Links and records of an entity that is explained; measured: about 0.15 ms each."""

_LIST: Final = {"type": "array", "items": {"type": "object"}}
_THING: Final = {"type": ["string", "null"], "description": "Key; null when it is no one entity."}
_SCHEMA: Final = {
    "anyOf": [
        {
            "type": "object",
            "description": "Of one thing.",
            "required": ["key", "subject", "members", "together", "apart", "links", "fields"],
            "properties": {
                "key": _THING,
                "subject": {"type": "object", "description": "What was asked for stands for this."},
                "members": {**_LIST, "description": "Its records."},
                "together": {**_LIST, "description": "Decisions that joined them."},
                "apart": {**_LIST, "description": "Decisions that kept other records apart."},
                "links": {**_LIST, "description": "In the words of each record that states them."},
                "fields": {"type": "object", "description": "Where the value of each is from."},
            },
        },
        {
            "type": "object",
            "description": "Of two things.",
            "required": ["a", "b", "same", "because", "apart", "links", "subjects"],
            "properties": {
                "a": _THING,
                "b": _THING,
                "same": {"type": "boolean"},
                "because": {**_LIST, "description": "The joins that lead from one to the other."},
                "apart": {**_LIST, "description": "Why they are not one."},
                "links": {**_LIST, "description": "Links between them."},
                "subjects": {**_LIST, "description": "What the two stand for."},
            },
        },
    ]
}
_Id = Annotated[
    str,
    Meta(
        description="Key, IRI, or identifier in any spelling of an entity or a record.",
        min_length=1,
        max_length=MAX_ID,
    ),
]


class ExplainQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be explained: one thing, or two beside each other."""

    a: _Id
    b: _Id | None = None


async def show_explanation(request: web.Request) -> web.StreamResponse:
    """Why one thing is what it is, or why two are one or not; 413 for one with too many links."""
    site = request.app[SITE]
    asked = read_query(request, ExplainQuery)
    negotiated(request, (JSON,))
    raise_if_not_modified(request, JSON)
    # some thousand look-ups in the store: off the event loop
    return json_answer(await asyncio.to_thread(_explained, site, asked.a, asked.b))


def _explained(site: Site, a: str, b: str | None) -> Explanation | Comparison:
    view = site.view
    for text in filter(None, (a, b)):
        subject = find_subject(view, text)
        if subject.key is not None and subject.iri is not None:
            _check_size(site, subject.key, subject.iri)
    if b is not None:
        return compare(view, a, b)
    return explain(view, a, tuple(site.info.sources))


def _check_size(site: Site, key: str, iri: str) -> None:
    """Refuse what would take long.

    Raises:
        HTTPRequestEntityTooLarge: the entity has too many links or records.
    """
    [[n_links]] = site.graph.rows(count_candidates(Selection(at=iri)))
    n_records = len(site.view.members(key))
    if max(int(n_links), n_records) > MAX_EXPLAINED:
        message = (
            f"{key} has {n_links} links and {n_records} records, of which {MAX_EXPLAINED} are"
            " explained here: ask for its links by /api/v1/links, or run `weft explain`"
        )
        raise web.HTTPRequestEntityTooLarge(MAX_EXPLAINED, int(n_links), text=message)


EXPLAIN: Final = Operation(
    name="explain",
    path="/api/v1/explain",
    handler=show_explanation,
    summary="Why records are one thing, or are not",
    description="Of one thing: its records, the decisions that joined them or kept others apart,"
    " its links in the words of each record, and where each field comes from. Of two things: why"
    " they are one or are not. What is no one entity of the release is told in `subject`.",
    query=ExplainQuery,
    answers={200: Answer(means="The explanation, or the comparison.", schema=_SCHEMA)},
    problems=(HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
)
