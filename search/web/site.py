"""What the pages answer from: one release held open, its query workers, and the site's name."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from graph.roll import Roll, open_roll
from graph.vocabulary import PREFIXES
from search.open_release import OpenRelease, open_for_reading
from search.sparql.pool import Limits, QueryPool
from search.sparql.two_lanes import open_two_lanes
from search.web.older import OlderIndexes
from search.web.operation.metrics import QueryCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(OpenRelease):
    """Everything a handler may read; nothing in it changes, a new release is another one."""

    pool: QueryPool
    older: OlderIndexes
    """Text indexes of releases that are served no longer."""
    title: str = "Weft"
    roll: Roll | None = None
    """When which entity last changed; None: the release was made before there were rolls."""
    contact: str = ""
    """E-mail address of who runs the site; empty when not configured."""

    def path_of(self, iri: str) -> str:
        """Where an IRI is shown: a path of this site when it is minted here, else the IRI."""
        if iri.startswith(self.base_iri):
            return "/" + iri.removeprefix(self.base_iri)
        return iri

    def shown_path(self, iri: str) -> str:
        """Where a page may lead for an IRI: a path of this site or a web address, else nowhere."""
        path = self.path_of(iri)
        return path if path.startswith(("/", "https://", "http://")) else ""

    def short_name(self, iri: str) -> str:
        """An IRI as a table shows it: with a prefix of ours where one fits."""
        if iri.startswith(self.base_iri):
            return iri.removeprefix(self.base_iri)
        for prefix, namespace in PREFIXES.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri


SITE: web.AppKey[Site] = web.AppKey("site", Site)
"""Where handlers find the site of their application."""


@asynccontextmanager
async def open_site(  # noqa: PLR0913  # what a site is made of
    data: Path,
    *,
    number: int | None = None,
    title: str = "Weft",
    source_titles: tuple[tuple[str, str], ...] = (),
    limits: Limits | None = None,
    counts: QueryCounts | None = None,
    contact: str = "",
) -> AsyncIterator[Site]:
    """Hold a release open for serving.

    Args:
        data: the data directory.
        number: the release to pin; None for the current one.
        title: name of the site for people.
        source_titles: name and title of each source.
        limits: how many SPARQL queries run, and what one may take.
        counts: where queries are counted.
        contact: e-mail address of who runs the site.

    Raises:
        NoRelease: there is none.
        ReleaseError: the release is damaged; the message says which one is good.
        IndexDamaged: its text index or its graph cannot be opened.
    """
    with ExitStack() as stack:
        # checking and opening read the disk: off the event loop, which serves another release
        opened, roll = await asyncio.to_thread(stack.enter_context, _reading(data, number))
        queries = open_two_lanes(opened.release.graph_path, limits, counts or QueryCounts())
        async with queries as pool:
            yield Site(
                release=opened.release,
                graph=opened.graph,
                index=opened.index,
                pool=pool,
                older=stack.enter_context(closing(OlderIndexes(data))),
                base_iri=opened.base_iri,
                title=title,
                source_titles=source_titles,
                roll=roll,
                contact=contact,
            )


@contextmanager
def _reading(data: Path, number: int | None) -> Iterator[tuple[OpenRelease, Roll | None]]:
    with open_for_reading(data, number) as opened:
        path = opened.release.roll_path
        with open_roll(path) if path.exists() else nullcontext() as roll:
            yield opened, roll
