"""What the pages answer from: one release held open, its query workers, and the site's name."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from graph.release import Release, holding, open_good_release
from graph.roll import Roll, open_roll
from graph.store import GraphReader, open_graph
from graph.vocabulary import PREFIXES
from search.sparql.pool import Limits, QueryPool
from search.sparql.two_lanes import open_two_lanes
from search.text.engine import TextIndex
from search.text.engines import open_index
from search.web.older import OlderIndexes
from search.web.operation.metrics import QueryCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Everything a handler may read; nothing in it changes, a new release is another one."""

    release: Release
    graph: GraphReader
    index: TextIndex
    pool: QueryPool
    older: OlderIndexes
    """Text indexes of releases that are served no longer."""
    base_iri: str
    """Where the minted IRIs begin; ends with a slash."""
    title: str = "Weft"
    source_titles: tuple[tuple[str, str], ...] = ()
    """Name of a source and what people call it."""
    roll: Roll | None = None
    """When which entity last changed; None: the release was made before there were rolls."""
    contact: str = ""
    """E-mail address of who runs the site; empty when not configured."""

    def iri_of(self, path: str) -> str:
        """The minted IRI of a path of this site, such as `id/0123456789abc`."""
        return self.base_iri + path

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

    def source_title(self, name: str) -> str:
        """What people call a source."""
        return dict(self.source_titles).get(name, name)


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
        release, graph, index, roll = await asyncio.to_thread(
            stack.enter_context, _reading(data, number)
        )
        queries = open_two_lanes(release.graph_path, limits, counts or QueryCounts())
        async with queries as pool:
            yield Site(
                release=release,
                graph=graph,
                index=index,
                pool=pool,
                older=stack.enter_context(closing(OlderIndexes(data))),
                base_iri=release.info.base_iri,
                title=title,
                source_titles=source_titles,
                roll=roll,
                contact=contact,
            )


@contextmanager
def _reading(
    data: Path, number: int | None
) -> Iterator[tuple[Release, GraphReader, TextIndex, Roll | None]]:
    release = open_good_release(data, number)
    with (
        holding(release),
        open_graph(release.graph_path) as graph,
        open_index(release.text_path) as index,
        open_roll(release.roll_path) if release.roll_path.exists() else nullcontext() as roll,
    ):
        yield release, graph, index, roll
