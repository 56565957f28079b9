"""Whole servers on free ports, and releases that say of themselves which they are."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from graph.release import Release, ReleaseInfo, new_draft, publish
from search.document import Document
from search.sparql.pool import Limits
from search.text.tantivy_engine import open_writer
from search.web.app import serve_current
from search.web.operation.settings import ServeSettings
from tests.graph.stores import bulk_load

BASE = "http://weft.test/"
KEY = "0123456789abc"
QUICK = 0.02
"""Seconds between two looks at the link."""


def publish_release(data: Path) -> Release:
    """Publish the next release; its one entity has the title `mark` and the release's number."""
    with new_draft(data) as draft:
        mark = f"mark{draft.number}"
        quads = draft.path / "quads.nq"
        subject = f"<{BASE}id/{KEY}>"
        quads.write_text(
            f'{subject} <https://schema.org/name> "{mark}" .\n'
            f"{subject} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
            " <https://schema.org/Dataset> .\n"
            f'{subject} <https://w3id.org/weft#kind> "dataset" .\n'
            f'{subject} <https://schema.org/identifier> "doi:10.1000/{draft.number}" .\n'
        )
        bulk_load(quads, draft.graph_path)
        quads.unlink()
        with open_writer(draft.text_path, heap_bytes=15_000_000) as writer:
            writer.add(
                Document(key=KEY, kind="dataset", title=f"found {mark}", sources=("zenodo",))
            )
        info = ReleaseInfo(
            number=draft.number,
            created_at="2026-01-02T03:04:05Z",
            base_iri=BASE,
            records=1,
            entities=1,
            stubs=0,
            merged_entities=0,
            links=0,
            quads=4,
            by_kind={"dataset": 1},
            by_source={"zenodo": 1},
        )
        return publish(draft, info)


def no_routes(_: web.Application) -> None:
    """Adds nothing."""


@asynccontextmanager
async def serving(
    data: Path,
    *,
    settings: ServeSettings | None = None,
    limits: Limits | None = None,
    extend: Callable[[web.Application], None] = no_routes,
    time_s: float | None = 50,
) -> AsyncIterator[str]:
    """Serve a data directory for some time; gives the address, without a slash at the end."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with asyncio.timeout(time_s), asyncio.TaskGroup() as tasks:
        server = tasks.create_task(
            serve_current(
                data,
                "127.0.0.1",
                0,
                settings=settings or ServeSettings(look_every_s=QUICK),
                limits=limits or Limits(workers=1, time_limit_s=10),
                extend=extend,
                on_ready=ready.set_result,
            )
        )
        try:
            yield (await ready).rstrip("/")
        finally:
            server.cancel()
