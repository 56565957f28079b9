"""The W3C's manifests read, and their data published as a release that is served over HTTP."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyoxigraph as ox
import rdflib
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from rdflib import Namespace
from rdflib.collection import Collection
from rdflib.term import Node

from graph.release import ReleaseInfo
from search.sparql.pool import Limits
from search.text.tantivy_engine import open_writer
from search.web.app import build_app
from search.web.site import open_site
from tests.graph.stores import bulk_load

BASE = "http://w3c.test/"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest and what its relative IRIs are resolved against."""

    graph: rdflib.Graph
    folder: Path
    base: str

    def entries(self) -> Iterator[Node]:
        """The tests, in the order of the manifest."""
        for entries in self.graph.objects(None, MF.entries):
            yield from Collection(self.graph, entries)

    def listed(self, subject: Node, predicate: Node) -> list[Node]:
        """The items of a list that a statement holds; none when there is no statement."""
        first = self.graph.value(subject, predicate)
        return [] if first is None else list(Collection(self.graph, first))

    def path(self, iri: Node | str) -> Path:
        """The file that an IRI of the manifest names."""
        return self.folder / str(iri).removeprefix(self.base)


def read_manifest(folder: Path) -> Manifest:
    """Read `manifest.ttl`; its files are named below `BASE` and the folder's name."""
    base = f"{BASE}{folder.name}/"
    graph = rdflib.Graph()
    graph.parse(folder / "manifest.ttl", format="turtle", publicID=base + "manifest.ttl")
    return Manifest(graph=graph, folder=folder, base=base)


def read_triples(path: Path, base: str) -> Iterator[ox.Triple]:
    """The triples of a file; blank nodes of two files are never the same."""
    found = ox.RdfFormat.from_extension(path.suffix[1:])
    assert found is not None, path
    for quad in ox.parse(path=path, format=found, base_iri=base, rename_blank_nodes=True):
        yield quad.triple


def publish_quads(data: Path, quads: Iterable[ox.Quad]) -> None:
    """Make release 1 of quads."""
    release = data / "releases" / "1"
    release.mkdir(parents=True)
    file = data / "quads.nq"
    ox.serialize(quads, output=file, format=ox.RdfFormat.N_QUADS)
    n_quads = bulk_load(file, release / "graph")
    with open_writer(release / "text", heap_bytes=15_000_000):
        pass
    info = ReleaseInfo(
        number=1,
        created_at="2026-01-02T03:04:05Z",
        base_iri=BASE,
        records=0,
        entities=0,
        stubs=0,
        merged_entities=0,
        links=0,
        quads=n_quads,
        by_kind={},
        by_source={},
    )
    (release / "release.json").write_bytes(msgspec.json.encode(info))
    (data / "releases" / "current").symlink_to("1")


@asynccontextmanager
async def serving(data: Path) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """A client of the whole application over the release in a data directory."""
    limits = Limits(workers=1, time_limit_s=20.0)
    async with (
        open_site(data, limits=limits) as site,
        TestClient(TestServer(build_app(site))) as client,
    ):
        yield client
