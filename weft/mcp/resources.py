"""What an assistant can read besides: the release, the vocabulary, and worked queries."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import msgspec

from weft.api import Release
from weft.mcp.answers import answered_by


@dataclass(frozen=True, slots=True, kw_only=True)
class TextResource:
    """A text that can be read."""

    uri: str
    name: str
    description: str
    media_type: str
    read: Callable[[Release], str]


def _release(release: Release) -> str:
    told = {"release": answered_by(release), "info": release.info}
    return msgspec.json.encode(told).decode()


def _vocabulary(_: Release) -> str:
    return files("graph").joinpath("weft.ttl").read_text("utf-8")


def _queries(_: Release) -> str:
    folder = files("search").joinpath("queries")
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".rq"))
    return "\n\n".join(folder.joinpath(name).read_text("utf-8").strip() for name in names) + "\n"


RESOURCES: Final = (
    TextResource(
        uri="weft://release",
        name="release",
        description="The release that answers: its size, its sources and their state, the caveats.",
        media_type="application/json",
        read=_release,
    ),
    TextResource(
        uri="weft://vocabulary",
        name="vocabulary",
        description="The classes and properties of the graph, in Turtle.",
        media_type="text/turtle",
        read=_vocabulary,
    ),
    TextResource(
        uri="weft://queries",
        name="queries",
        description="Worked SPARQL queries, each with what it answers.",
        media_type="application/sparql-query",
        read=_queries,
    ),
)
