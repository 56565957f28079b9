"""The steps that are measured: each a function that runs alone in a process."""

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import pyoxigraph as ox
from lxml import etree
from sickle.app import Sickle

from benchmarks.generated import PREFIX, GeneratedRepository
from graph.build import Recipe, write_graph
from graph.catalogue import open_catalogue
from graph.mapping import map_records
from graph.merge import merge
from graph.release import new_draft, publish
from harvester.record import Repository
from harvester.stage import open_stage
from search.document import document_of
from search.sparql.pool import Limits
from search.text.tantivy_engine import open_writer
from search.web.oai import serve_archive
from weft import pipeline
from weft.config import Config, Serving

_SOURCE = "bench"


@contextmanager
def serving(n_records: int) -> Iterator[str]:
    """A generated repository in a process of its own; gives its base URL."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(theirs, n_records), daemon=True)
    server.start()
    try:
        yield ours.recv()
    finally:
        server.terminate()
        server.join()


def _serve(pipe: Connection, n_records: int) -> None:
    async def main() -> None:
        async with serve_archive(_Remembering(n_records)) as url:
            pipe.send(url)
            await asyncio.Event().wait()

    asyncio.run(main())


class _Remembering(GeneratedRepository):
    """Makes all records beforehand, so that making them is not measured."""

    def __init__(self, n_records: int) -> None:
        super().__init__(n_records)
        made = super().record_xml
        self._made = [made(n) for n in range(n_records)]

    def record_xml(self, n: int) -> bytes:
        return self._made[n]


def config_of(folder: Path, sources: dict[str, Repository]) -> Config:
    """A configuration with everything below one folder."""
    return Config(
        data=folder,
        base_iri="http://127.0.0.1:8080/",
        contact="",
        keep=1,
        serving=Serving(),
        sparql=Limits(),
        sources=sources,
    )


def iterate_with_sickle(url: str) -> None:
    """The peer: sickle walks the list and reads each record's fields, and keeps nothing."""
    for record in Sickle(url).ListRecords(metadataPrefix=PREFIX):  # type: ignore[no-untyped-call]  # sickle has no types
        _ = record.metadata


def harvest(url: str, folder: Path) -> None:
    """All records into the stage, durably."""
    repository = Repository(url=url, prefix=PREFIX, requests_per_minute=0)
    config = config_of(folder, {_SOURCE: repository})
    reports = asyncio.run(pipeline.harvest(config, config.sources))
    if reports[_SOURCE].state != "complete":
        raise RuntimeError(f"harvest incomplete: {reports[_SOURCE].error}")


def parse_only(folder: Path) -> None:
    """The limit of mapping: read each staged record and parse it."""
    with open_stage(pipeline.stage_path(folder)) as stage:
        for record in stage.records():
            etree.fromstring(record.xml)


def map_all(folder: Path) -> None:
    """Every staged record into the catalogue."""
    with (
        open_stage(pipeline.stage_path(folder)) as stage,
        open_catalogue(pipeline.catalogue_path(folder)) as catalogue,
    ):
        map_records(stage.records(), catalogue)


def merge_all(folder: Path) -> None:
    """Entities, keys and links."""
    with open_catalogue(pipeline.catalogue_path(folder)) as catalogue:
        merge(catalogue, datetime.now(UTC))


def write_all(folder: Path) -> None:
    """The graph and the text index of a release."""
    with open_catalogue(pipeline.catalogue_path(folder)) as catalogue, new_draft(folder) as draft:
        recipe = Recipe(
            base_iri="http://127.0.0.1:8080/", source_order=(_SOURCE,), made_at=datetime.now(UTC)
        )
        with open_writer(draft.text_path) as index:
            info = write_graph(
                draft,
                catalogue,
                recipe,
                sink=lambda entity, linked: index.add(document_of(entity, linked)),
            )
        publish(draft, info)


def dump(folder: Path) -> None:
    """The quads of the release as a file, for the limit; not measured."""
    store = ox.Store.read_only(str(folder / "releases" / "current" / "graph"))
    store.dump(str(folder / "release.nq"), ox.RdfFormat.N_QUADS)


def load_only(folder: Path) -> None:
    """The limit of a release: the store's own bulk load."""
    store = ox.Store(str(folder / "limit"))
    store.bulk_load(path=str(folder / "release.nq"), format=ox.RdfFormat.N_QUADS)
    store.flush()
