"""What is staged, what could not be read, and what is in the current release: `weft status`."""

from pathlib import Path

from msgspec import Struct

from graph.catalogue import open_catalogue
from graph.errors import NoRelease
from graph.release import ReleaseInfo, open_release
from harvester.stage import open_stage
from weft.config import Config
from weft.data_directory import catalogue_path, stage_path


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
