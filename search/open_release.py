"""One release held open for reading: what every answer is made from, of a server or of a shell."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph.explain.view import View
from graph.release import Release, ReleaseInfo, holding, open_good_release
from graph.store import GraphReader, open_graph
from search.text.engine import TextIndex
from search.text.engines import open_index


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRelease:
    """A release, its graph and its text index; nothing in it changes."""

    release: Release
    graph: GraphReader
    index: TextIndex
    base_iri: str
    """Where the minted IRIs begin; ends with a slash."""
    source_titles: tuple[tuple[str, str], ...] = ()
    """Name of a source and what people call it; of others the release tells."""

    @property
    def info(self) -> ReleaseInfo:
        """What is in the release."""
        return self.release.info

    @property
    def view(self) -> View:
        """The release, read by entity key and by record."""
        return View(self.graph, self.base_iri)

    def iri_of(self, path: str) -> str:
        """The minted IRI of a path, such as `id/0123456789abc`."""
        return self.base_iri + path

    def source_title(self, name: str) -> str:
        """What people call a source."""
        told = self.info.sources.get(name)
        return dict(self.source_titles).get(name) or (told.title if told else name)


@contextmanager
def open_for_reading(data: Path, number: int | None = None) -> Iterator[OpenRelease]:
    """Hold a release open; it cannot be dropped meanwhile.

    Args:
        data: the data directory.
        number: which release; None for the current one.

    Raises:
        NoRelease: there is none, or none of that number.
        ReleaseError: it is damaged; the message says which one is good.
        IndexDamaged: its text index cannot be opened.
    """
    with ExitStack() as stack:
        release = open_good_release(data, number)
        stack.enter_context(holding(release))
        yield OpenRelease(
            release=release,
            graph=stack.enter_context(open_graph(release.graph_path)),
            index=stack.enter_context(open_index(release.text_path)),
            base_iri=release.info.base_iri,
        )
