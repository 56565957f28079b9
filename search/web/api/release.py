"""`/api/v1/release`: which release is served, and what must be known of its sources."""

from typing import Annotated, Final

from aiohttp import web
from msgspec import Meta, structs

from graph.release import ReleaseInfo, caveats
from search.web.answers import JSON, json_answer, negotiated, raise_if_not_modified
from search.web.api.operation import Answer, Nothing, Operation, read_query
from search.web.site import SITE


class ReleaseAnswer(ReleaseInfo, frozen=True, kw_only=True):
    """A release as its `release.json` describes it, without the checksums of its files."""

    title: Annotated[str, Meta(description="Name of the site.")]
    contact: Annotated[
        str, Meta(description="E-mail address of who runs the site; empty when not configured.")
    ]
    caveats: Annotated[
        tuple[str, ...],
        Meta(
            description="Sentences on its sources: when each was last harvested, whether to its"
            " end, and what could not be read."
        ),
    ]


async def show_release(request: web.Request) -> web.StreamResponse:
    """The release that is served."""
    site = request.app[SITE]
    read_query(request, Nothing)
    negotiated(request, (JSON,))
    raise_if_not_modified(request, JSON)
    return json_answer(release_answer(site.info, site.title, site.contact))


def release_answer(info: ReleaseInfo, title: str, contact: str = "") -> ReleaseAnswer:
    """What is told of a release.

    Args:
        info: the release.
        title: name of the site.
        contact: e-mail address of who runs it.
    """
    return ReleaseAnswer(
        **structs.asdict(info), title=title, contact=contact, caveats=caveats(info)
    )


RELEASE: Final = Operation(
    name="getRelease",
    path="/api/v1/release",
    handler=show_release,
    summary="The release that is served",
    description="Number, date and size of the release, the state of its sources when it was made,"
    " and what must be known of them by those who draw conclusions.",
    answers={200: Answer(means="The release.", bodies=(ReleaseAnswer,))},
)
