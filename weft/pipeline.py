"""The way of a record as steps that a command calls: harvest, build, status.

Each step opens what it needs below the data directory and closes it again.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain, islice, takewhile
from pathlib import Path
from threading import Event
from typing import Final

from msgspec import Struct

from graph.build import Recipe, update_graph, write_graph
from graph.catalogue import Catalogue, open_catalogue
from graph.entity import Entity
from graph.errors import NoRelease, ReleaseError
from graph.judgement import Fault, Judgements, read_judgements
from graph.mapping import map_records
from graph.merge import Policy, merge
from graph.release import (
    Draft,
    Release,
    ReleaseInfo,
    current_number,
    drop_old,
    new_draft,
    open_release,
    publish,
    quick_check,
)
from harvester.client import open_client
from harvester.companion import Companion, Wanted, accompany, wanted_papers, wanted_records
from harvester.crawl import crawl, reconcile_all
from harvester.files import import_file as stage_file
from harvester.reconcile import Reconciliation
from harvester.record import Repository
from harvester.report import HarvestReport, Progress
from harvester.stage import Stage, open_stage
from search.document import document_of
from search.text.tantivy_engine import can_add_to, link_index, open_writer
from weft.config import Config, ConfigError


class NothingStaged(Exception):  # says what is the case
    """Something was asked of the stage and there is none, or no record in it."""


class SourceStatus(Struct, frozen=True, kw_only=True):
    """One source in `weft status --json`."""

    title: str
    state: str
    """`complete`, `incomplete`, `failed` or `never`."""
    live: int
    deleted: int
    vanished: int
    """Records that a reconciliation found listed no longer."""
    mended: int
    """Pages that could be read only after mending; kept as they arrived."""
    rejected: int
    """Records and pages that could not be read, here or by a crosswalk; all are kept raw."""
    announced: int | None
    """Size of the list as the repository gave it, when it gave one."""
    last_harvest: str | None
    error: str | None
    reasons: dict[str, int]
    """Why things were rejected."""
    problems: dict[str, int]
    """Parts of records that could not be read; the records themselves are in the graph."""


class Status(Struct, frozen=True, kw_only=True):
    """`weft status --json`."""

    sources: dict[str, SourceStatus]
    release: ReleaseInfo | None


_MOST_CHANGED: Final = 0.25
"""Part of the entities from which on it is sooner done to write a release whole."""

Tell = Callable[[str, int, int | None], None]
"""Told the name of a step, how much of it is done, and out of how many when that is known."""


def stage_path(data: Path) -> Path:
    """The stage below a data directory."""
    return data / "stage.db"


def catalogue_path(data: Path) -> Path:
    """The catalogue below a data directory."""
    return data / "graph.db"


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


def build(
    config: Config,
    tell: Tell = lambda _step, _done, _total: None,
    warn: Callable[[Fault], None] = lambda _: None,
) -> Release:
    """Map what changed in the stage, merge, and publish the next release.

    Where nothing has changed since the current release, that one is returned.

    Args:
        config: where everything is.
        tell: told how far each step is.
        warn: told each line of the file of judgements that cannot be obeyed.

    Raises:
        NothingStaged: there is nothing to build from.
        ReleaseError: another build is running, or the graph could not be loaded.
        StorageError: the stage cannot be read.
        CatalogueError: the catalogue cannot be read.
    """
    with (
        open_staged(config.data) as stage,
        open_catalogue(catalogue_path(config.data)) as catalogue,
    ):
        _map(stage, catalogue, tell)
        with new_draft(config.data) as draft:
            tell("merge", 0, None)
            recipe = _merge(config, catalogue, warn)
            tell("merge", 1, 1)
            parent = _parent(config.data, catalogue, recipe)
            is_current = parent is not None and current_number(config.data) == parent.number
            if parent is not None and is_current and catalogue.stale.is_empty:
                return parent
            info = _write(parent, draft, catalogue, recipe, tell)
            tell("publish", 1, 1)
            release = publish(draft, info)
            with catalogue.transaction():
                catalogue.stale.settle(release.number, recipe.fingerprint)
    drop_old(config.data, config.keep)
    return release


def _merge(config: Config, catalogue: Catalogue, warn: Callable[[Fault], None]) -> Recipe:
    """Merge what changed, as people judged it, and say what the release is made with."""
    now = datetime.now(UTC)
    judged = judgements(config, catalogue)
    for fault in judged.faults:
        warn(fault)
    merge(
        catalogue,
        now,
        [
            *((each.one, each.other, True) for each in judged.same),
            *((each.one, each.other, False) for each in judged.different),
        ],
        policy=Policy(
            kind_order=config.field_orders.get("kind", ()),
            keeps_preprints=config.keeps_preprints,
        ),
    )
    return Recipe(
        base_iri=config.base_iri,
        source_order=(*config.sources, *config.companions),
        made_at=now,
        field_orders=config.field_orders,
    )


def judgements(config: Config, catalogue: Catalogue) -> Judgements:
    """What people judged of pairs of records, and which lines of their file cannot be obeyed.

    Raises:
        SheetRefused: the file named in the configuration is not there, or is no such file.
    """
    if config.decisions is None:
        return Judgements()
    return read_judgements(config.decisions, catalogue.names)


def _write(
    parent: Release | None, draft: Draft, catalogue: Catalogue, recipe: Recipe, tell: Tell
) -> ReleaseInfo:
    """Write a release as differences from its parent where there is one to start from."""
    if parent is not None:
        link_index(parent.text_path, draft.text_path)
    with open_writer(draft.text_path) as index:

        def add(entity: Entity, linked: Sequence[str]) -> None:
            index.add(document_of(entity, linked))

        if parent is None:
            total = catalogue.merged.counts().entities
            return write_graph(
                draft,
                catalogue,
                recipe,
                sink=add,
                progress=lambda done: tell("write", done, total),
            )
        n_stale = catalogue.stale.n_entities
        return update_graph(
            draft,
            catalogue,
            recipe,
            (parent.graph_path, parent.info),
            sink=add,
            drop=index.delete,
            progress=lambda done: tell("write", done, n_stale),
        )


def _parent(data: Path, catalogue: Catalogue, recipe: Recipe) -> Release | None:
    """The release to start from: whole, written alike, and not too far from what is wanted."""
    known = catalogue.stale.parent
    if known is None or known.recipe != recipe.fingerprint:
        return None
    if catalogue.stale.n_entities > _MOST_CHANGED * catalogue.merged.counts().entities:
        return None
    try:
        release = open_release(data, known.number)
    except (NoRelease, ReleaseError):
        return None
    if quick_check(data, release.number) or not can_add_to(release.text_path):
        return None
    return release


def remap(
    config: Config, source: str | None, tell: Tell = lambda _step, _done, _total: None
) -> int:
    """Read all staged records anew, or those of one source; gives their number.

    For crosswalks that have become better. The next build makes entities of what they say now.

    Raises:
        NothingStaged: there is nothing to read.
        StorageError: the stage cannot be read.
        CatalogueError: the catalogue cannot be written.
    """
    with (
        open_staged(config.data) as stage,
        open_catalogue(catalogue_path(config.data)) as catalogue,
    ):
        total = sum(1 for _ in stage.headers(source)) if source else None
        return map_records(
            stage.records(source=source), catalogue, lambda done: tell("map", done, total)
        )


def _map(stage: Stage, catalogue: Catalogue, tell: Tell) -> None:
    if stage.last_seq() == 0:
        raise NothingStaged(f"nothing is staged in {stage.path}: run `weft harvest` first")
    mapped_to = catalogue.works.last_seq()
    total = stage.last_seq() - mapped_to
    map_records(
        stage.records(after_seq=mapped_to),
        catalogue,
        lambda done: tell("map", done, max(total, done)),
    )


def status(config: Config) -> Status:
    """What is staged, what could not be read, and what is in the current release."""
    states = {}
    if stage_path(config.data).exists():
        with open_stage(stage_path(config.data)) as stage:
            states = stage.source_states()
    rejected, problems = _problems(config.data)
    sources = {}
    enabled = [name for name, source in config.sources.items() if source.enabled]
    for name in dict.fromkeys([*enabled, *states]):
        state = states.get(name)
        service = config.sources.get(name) or config.companions.get(name)
        reasons = dict(state.rejection_reasons) if state else {}
        for reason, count in rejected.get(name, {}).items():
            reasons[reason] = reasons.get(reason, 0) + count
        sources[name] = SourceStatus(
            title=(service.title if service else "") or name,
            state=state.state if state else "never",
            live=state.live if state else 0,
            deleted=state.deleted if state else 0,
            vanished=state.vanished if state else 0,
            mended=state.mended if state else 0,
            rejected=sum(reasons.values()),
            announced=state.announced if state else None,
            last_harvest=state.last_harvest if state else None,
            error=state.error if state else None,
            reasons=reasons,
            problems=problems.get(name, {}),
        )
    return Status(sources=sources, release=_current(config.data))


def _problems(data: Path) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]]:
    """Rejected records and unreadable parts, each as source -> reason -> number."""
    rejected: dict[str, dict[str, int]] = {}
    problems: dict[str, dict[str, int]] = {}
    if catalogue_path(data).exists():
        with open_catalogue(catalogue_path(data)) as catalogue:
            for source, record_status, reason, count in catalogue.works.problems():
                table = rejected if record_status == "rejected" else problems
                table.setdefault(source, {})[reason] = count
    return rejected, problems


def _current(data: Path) -> ReleaseInfo | None:
    try:
        return open_release(data).info
    except NoRelease:
        return None
