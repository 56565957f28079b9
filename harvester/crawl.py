"""All repositories at once; a fault of one ends in its report and never touches the others."""

import asyncio
import logging
from collections.abc import Callable, Mapping

from harvester.client import Client
from harvester.harvest import harvest
from harvester.protocol import format_datestamp
from harvester.reconcile import Reconciliation, reconcile
from harvester.record import Repository
from harvester.report import HarvestReport, Progress
from harvester.stage import Stage, Tally

log = logging.getLogger(__name__)


async def crawl(
    repositories: Mapping[str, Repository],
    client: Client,
    stage: Stage,
    *,
    limit: int | None = None,
    report: Callable[[Progress], None] | None = None,
) -> dict[str, HarvestReport]:
    """Harvest every repository concurrently; returns a report for each, in the given order.

    Args:
        repositories: sources by name; the caller has left out those not enabled.
        client: asks.
        stage: keeps.
        limit: records to take from each source; None for all.
        report: called after every staged page of any source.

    Raises:
        StorageError: another process is writing to the stage; nothing was asked of anyone.
    """
    await stage.claim()
    reports: dict[str, HarvestReport] = {}

    async def guarded(name: str, repository: Repository) -> None:
        started_at = format_datestamp(client.clock.now())
        try:
            reports[name] = await harvest(
                name, repository, client, stage, limit=limit, report=report
            )
        except Exception as error:
            log.exception("harvest failed source=%s", name)
            reports[name] = _failed(name, error, started_at, client)

    async with asyncio.TaskGroup() as group:
        for name, repository in repositories.items():
            group.create_task(guarded(name, repository), name=f"harvest {name}")
    return {name: reports[name] for name in repositories}


async def reconcile_all(
    repositories: Mapping[str, Repository],
    client: Client,
    stage: Stage,
    *,
    report: Callable[[Progress], None] | None = None,
) -> dict[str, Reconciliation]:
    """Look for vanished records of every repository concurrently, in the given order.

    Raises:
        StorageError: another process is writing to the stage; nothing was asked of anyone.
    """
    await stage.claim()
    found: dict[str, Reconciliation] = {}

    async def guarded(name: str, repository: Repository) -> None:
        try:
            found[name] = await reconcile(name, repository, client, stage, report=report)
        except Exception as error:
            log.exception("reconciliation failed source=%s", name)
            said = f"{type(error).__name__}: {error}"
            found[name] = Reconciliation(source=name, state="incomplete", error=said)

    async with asyncio.TaskGroup() as group:
        for name, repository in repositories.items():
            group.create_task(guarded(name, repository), name=f"reconcile {name}")
    return {name: found[name] for name in repositories}


def _failed(name: str, error: Exception, started_at: str, client: Client) -> HarvestReport:
    """The report of a harvest that broke on something nobody foresaw."""
    return HarvestReport(
        source=name,
        state="failed",
        error=f"{type(error).__name__}: {error}",
        tally=Tally(),
        n_pages=0,
        seen=0,
        announced=None,
        started_at=started_at,
        finished_at=format_datestamp(client.clock.now()),
    )
