"""The way of a record into the stage as steps that a command calls: harvest, reconcile, import.

Each step opens what it needs below the data directory and closes it again.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice, takewhile
from pathlib import Path
from threading import Event

from graph.catalogue import open_catalogue
from graph.mapping import map_records
from harvester.client import open_client
from harvester.companion.accompany import accompany
from harvester.companion.cernopendata import wanted_records
from harvester.companion.inspire import wanted_papers
from harvester.companion.wanted import Companion, Wanted
from harvester.crawl import crawl, reconcile_all
from harvester.files import import_file as stage_file
from harvester.reconcile import Reconciliation
from harvester.record import Repository
from harvester.report import HarvestReport, Progress
from harvester.stage import Stage, open_stage
from weft.config import Config, ConfigError
from weft.data_directory import NothingStaged, catalogue_path, stage_path


@contextmanager
def open_staged(data: Path) -> Iterator[Stage]:
    """Open the stage to read it; a directory that has none is left as it is.

    Raises:
        NothingStaged: no source was ever harvested.
        StorageError: the stage cannot be read.
    """
    path = stage_path(data)
    if not path.exists():
        raise NothingStaged(f"nothing is staged in {path}: run `weft harvest` first")
    with open_stage(path) as stage:
        yield stage


def check_source(config: Config, source: str | None) -> None:
    """Make sure that a source is one: configured, or staged from a file or a companion.

    Raises:
        ConfigError: it is none of these; the message names those there are.
    """
    known = dict.fromkeys((*config.sources, *config.companions))
    if source is None or source in known:
        return
    if stage_path(config.data).exists():
        with open_stage(stage_path(config.data)) as stage:
            known |= dict.fromkeys(stage.source_states())
    if source not in known:
        raise ConfigError(f"no source {source!r}; there are: {', '.join(known) or 'none'}")


async def harvest(
    config: Config,
    repositories: Mapping[str, Repository],
    *,
    limit: int | None = None,
    report: Callable[[Progress], None] = lambda _: None,
) -> dict[str, HarvestReport]:
    """Harvest repositories into the stage, all at once, then ask their companions.

    Args:
        config: where the stage is, the contact for the User-Agent, and the companions.
        repositories: sources by name.
        limit: records to take from each; None for all.
        report: told after every staged page and when a wait begins.

    Returns:
        A report for each source and for each companion that was asked.

    Raises:
        StorageError: the stage cannot be written.
    """
    with open_stage(stage_path(config.data)) as stage:
        async with open_client(contact=config.contact) as client:
            reports = await crawl(repositories, client, stage, limit=limit, report=report)
            for name, (companion, sources) in _companions(config, repositories).items():
                wanted = await _wanted(config, companion, sources, stage)
                reports[name] = await accompany(
                    name, companion, islice(wanted, limit), client, stage, report=report
                )
            return reports


def _companions(
    config: Config, repositories: Mapping[str, Repository]
) -> dict[str, tuple[Companion, list[str]]]:
    """The companions of these sources that are enabled, each with its sources."""
    found: dict[str, tuple[Companion, list[str]]] = {}
    for source, repository in repositories.items():
        for name in repository.companions:
            if config.companions[name].enabled:
                found.setdefault(name, (config.companions[name], []))[1].append(source)
    return found


async def _wanted(
    config: Config, companion: Companion, sources: Sequence[str], stage: Stage
) -> Iterator[Wanted]:
    """What a companion is to be asked for, from what its sources have delivered."""
    if companion.kind == "inspire":
        # what records point at is known once they are mapped; Ctrl-C is heeded between records
        stopped = Event()
        try:
            return wanted_papers(await asyncio.to_thread(_targets, config, sources, stopped))
        finally:
            stopped.set()
    headers = chain.from_iterable(stage.headers(source) for source in sources)
    return wanted_records(headers)


def _targets(config: Config, sources: Sequence[str], stopped: Event) -> list[str]:
    """What the records of these sources link to; everything staged is mapped first."""
    with (
        open_staged(config.data) as stage,
        open_catalogue(catalogue_path(config.data)) as catalogue,
    ):
        changed = stage.records(after_seq=catalogue.works.last_seq())
        map_records(takewhile(lambda _: not stopped.is_set(), changed), catalogue, lambda _: None)
        return list(catalogue.works.link_targets(sources))


async def reconcile(
    config: Config,
    repositories: Mapping[str, Repository],
    *,
    report: Callable[[Progress], None] = lambda _: None,
) -> dict[str, Reconciliation]:
    """Mark the staged records that their repositories list no longer.

    Raises:
        StorageError: the stage cannot be written.
    """
    with open_stage(stage_path(config.data)) as stage:
        async with open_client(contact=config.contact) as client:
            return await reconcile_all(repositories, client, stage, report=report)


async def import_file(
    config: Config,
    name: str,
    path: Path,
    *,
    report: Callable[[Progress], None] = lambda _: None,
) -> HarvestReport:
    """Stage the records of a file under a name, as those of a repository are.

    Raises:
        UnreadableFile: it is none of the formats that can be imported.
        StorageError: the stage cannot be written.
    """
    with open_stage(stage_path(config.data)) as stage:
        return await stage_file(name, path, stage, report=report)
