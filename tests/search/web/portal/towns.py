"""Releases of a few works, with a roll, and the application that serves them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from graph.build import Recipe, write_graph
from graph.entity import Entity
from graph.release import Release, new_draft, publish
from graph.roll_writer import open_roll_writer
from search.document import document_of
from search.sparql.pool import Limits
from search.text.tantivy_engine import open_writer
from search.web.app import build_app
from search.web.operation.settings import ServeSettings
from search.web.operation.state import Operation
from search.web.site import open_site
from tests.graph.builders import MONDAY, Town

BASE = "https://weft.example.org/graph/"
Client = TestClient[web.Request, web.Application]


def publish_town(
    data: Path, town: Town, parent: Release | None = None, *, changed: Sequence[str] = ()
) -> Release:
    """Publish the next release; with a parent only these records have changed since it."""
    town.build()
    recipe = Recipe(base_iri=BASE, source_order=("zenodo",), made_at=MONDAY)
    with new_draft(data) as draft:
        former = parent.roll_path if parent else None
        with (
            open_writer(draft.text_path, heap_bytes=15_000_000) as index,
            open_roll_writer(draft.roll_path, draft.number, former) as roll,
        ):

            def add(entity: Entity, linked: Sequence[str]) -> None:
                index.add(document_of(entity, linked))
                names = {f"{work.source}/{work.record}" for work in entity.works}
                if parent is None or names & set(changed):
                    roll.add(entity)

            info = write_graph(draft, town.catalogue, recipe, sink=add)
            roll.retire(town.retired())
        return publish(draft, info)


@asynccontextmanager
async def serving_town(data: Path, *, prefix: str = "", contact: str = "") -> AsyncIterator[Client]:
    """A client of the current release."""
    titles = (("zenodo", "Zenodo & friends"),)
    limits = Limits(workers=1, time_limit_s=5.0)
    operation = Operation(settings=ServeSettings(prefix=prefix))
    async with (
        open_site(
            data, title="A <Weft>", source_titles=titles, limits=limits, contact=contact
        ) as site,
        TestClient(TestServer(build_app(site, operation=operation))) as client,
    ):
        yield client
