"""The steps that are measured: each a function that runs alone in a process."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
from lxml import etree

from benchmarks.generated import PREFIX
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
from weft import building, pipeline
from weft.config import Config, Serving
from weft.data_directory import catalogue_path, stage_path

_SOURCE = "bench"


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


def harvest(url: str, folder: Path) -> None:
    """All records into the stage, durably."""
    repository = Repository(url=url, prefix=PREFIX, requests_per_minute=0)
    config = config_of(folder, {_SOURCE: repository})
    reports = asyncio.run(pipeline.harvest(config, config.sources))
    if reports[_SOURCE].state != "complete":
        raise RuntimeError(f"harvest incomplete: {reports[_SOURCE].error}")


def parse_only(folder: Path) -> None:
    """The limit of mapping: read each staged record and parse it."""
    with open_stage(stage_path(folder)) as stage:
        for record in stage.records():
            etree.fromstring(record.xml)


def map_all(folder: Path) -> None:
    """Every staged record into the catalogue."""
    with (
        open_stage(stage_path(folder)) as stage,
        open_catalogue(catalogue_path(folder)) as catalogue,
    ):
        map_records(stage.records(), catalogue)


def merge_all(folder: Path) -> None:
    """Entities, keys and links."""
    with open_catalogue(catalogue_path(folder)) as catalogue:
        merge(catalogue, datetime.now(UTC))


def write_all(folder: Path) -> None:
    """The graph and the text index of a release."""
    with open_catalogue(catalogue_path(folder)) as catalogue, new_draft(folder) as draft:
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


def build(folder: Path) -> None:
    """All that `weft build` does."""
    building.build(config_of(folder, {}))


def dump(folder: Path) -> None:
    """The quads of the release as a file, for the limit; not measured."""
    store = ox.Store.read_only(str(folder / "releases" / "current" / "graph"))
    store.dump(str(folder / "release.nq"), ox.RdfFormat.N_QUADS)


def load_only(folder: Path) -> None:
    """The limit of a release: the store's own bulk load."""
    store = ox.Store(str(folder / "limit"))
    store.bulk_load(path=str(folder / "release.nq"), format=ox.RdfFormat.N_QUADS)
    store.flush()


def load_in_order(folder: Path) -> None:
    """The same, and the store brought into the form that is read fastest, as a release's is."""
    store = ox.Store(str(folder / "ordered"))
    store.bulk_load(path=str(folder / "release.nq"), format=ox.RdfFormat.N_QUADS)
    store.optimize()
    store.flush()
