"""What `weft sources` and `weft harvest --plan` do: ask repositories and tell what they offer."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, assert_never

import click
import msgspec
from msgspec import Struct
from rich.table import Table

from harvester.client import open_client
from harvester.record import Repository
from harvester.stage import open_stage
from harvester.survey.estimate import Estimate, estimate_of
from harvester.survey.found import Survey
from harvester.survey.survey import survey
from weft.config import Config
from weft.data_directory import stage_path
from weft.run import choose
from weft.source_block import judged
from weft.terminal import console, print_json

ALL_WELL, SOME_PROBLEMS, NONE_ANSWERED = 0, 1, 3
_DAY_H: Final = 24.0


class Checked(Struct, frozen=True, kw_only=True):
    """One source in `weft sources check --json`."""

    survey: Survey
    estimate: Estimate | None
    """For the whole list; None when its size is not known."""


class Plan(Struct, frozen=True, kw_only=True):
    """One source in `weft harvest --plan --json`: what a harvest now would ask for."""

    kind: Literal["everything", "changes", "rest"]
    """`changes` after a complete harvest, `rest` after one that was not."""
    survey: Survey
    estimate: Estimate | None
    """For what would be asked; None when its size is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """What the stage has of a source already."""

    covered_until: str
    """responseDate up to which it was listed; empty when it never was."""
    is_complete: bool
    n_records: int


def print_list(config: Config, *, as_json: bool) -> None:
    """The configured repositories."""
    if as_json:
        print_json(config.sources)
        return
    table = Table(box=None)
    for heading in ("source", "title", "prefix", "set", "pace", "", "url"):
        table.add_column(heading, overflow="fold")
    for name, source in config.sources.items():
        state = "" if source.enabled else "not enabled"
        table.add_row(
            name, source.title, source.prefix, _sets(source), _pace(source), state, source.url
        )
    console().print(table)


def check(config: Config, names: tuple[str, ...], *, as_json: bool) -> int:
    """Ask the named sources, or all that are enabled, what they offer, and print it.

    Returns:
        0 without a problem, 1 with one, 3 when no source answered.

    Raises:
        ConfigError: a name that the configuration does not have.
    """
    repositories = choose(config, names)
    surveys = asyncio.run(_surveys(repositories, config.contact, {}))
    checked = {
        name: Checked(survey=found, estimate=estimate_of(found, repositories[name]))
        for name, found in surveys.items()
    }
    if as_json:
        print_json({"sources": checked})
    else:
        for name, each in checked.items():
            click.echo(f"{name}: {repositories[name].title or each.survey.name or name}")
            for line in _told(each, repositories[name]):
                click.echo(f"  {line}")
    return _status(surveys)


def print_plan(config: Config, names: tuple[str, ...], *, as_json: bool) -> int:
    """Print what `weft harvest` would ask for now; harvests and writes nothing.

    Returns:
        As `check` does.

    Raises:
        ConfigError: a name that the configuration does not have.
        StorageError: the stage cannot be read.
    """
    plans = plan(config, names, read_staged(config.data))
    if as_json:
        print_json({"sources": plans})
    else:
        for name, each in plans.items():
            click.echo(f"{name}: {_planned(each)}{_cost(each.estimate)}")
            for problem in each.survey.problems:
                click.echo(f"  problem: {problem}")
    return _status({name: each.survey for name, each in plans.items()})


def plan(config: Config, names: tuple[str, ...], staged: Mapping[str, Staged]) -> dict[str, Plan]:
    """What a harvest of the named sources, or of all that are enabled, would ask for now.

    Args:
        config: the sources and the contact.
        names: sources; none for all that are enabled.
        staged: by source, what is there already; a source that is not in it is asked for
            everything.

    Raises:
        ConfigError: a name that the configuration does not have.
    """
    repositories = choose(config, names)
    covered = {name: each.covered_until for name, each in staged.items() if each.is_complete}
    surveys = asyncio.run(_surveys(repositories, config.contact, covered))
    return {
        name: _plan(surveys[name], repository, staged.get(name))
        for name, repository in repositories.items()
    }


def _plan(found: Survey, repository: Repository, staged: Staged | None) -> Plan:
    if found.from_:
        return Plan(kind="changes", survey=found, estimate=estimate_of(found, repository))
    if staged is None or not staged.covered_until or staged.is_complete:
        return Plan(kind="everything", survey=found, estimate=estimate_of(found, repository))
    left = None if found.announced is None else max(0, found.announced - staged.n_records)
    rest = msgspec.structs.replace(found, announced=left)
    return Plan(kind="rest", survey=found, estimate=estimate_of(rest, repository))


def _planned(planned: Plan) -> str:
    match planned.kind:
        case "everything":
            return f"everything: {_size(planned.survey)}"
        case "changes":
            return f"changes since {planned.survey.from_}: {_size(planned.survey)}"
        case "rest":
            return f"the rest of {_size(planned.survey)}"
        case _:
            assert_never(planned.kind)


def read_staged(data: Path) -> dict[str, Staged]:
    """What the stage below a data directory has of each source; a missing stage has nothing.

    Raises:
        StorageError: the stage cannot be read.
    """
    if not stage_path(data).exists():
        return {}
    with open_stage(stage_path(data)) as stage:
        return {
            name: Staged(
                covered_until=stage.covered_until(name),
                is_complete=state.state == "complete",
                n_records=state.live + state.deleted,
            )
            for name, state in stage.source_states().items()
        }


async def _surveys(
    repositories: Mapping[str, Repository], contact: str, covered: Mapping[str, str]
) -> dict[str, Survey]:
    """Survey all at once, in the given order."""
    surveys: dict[str, Survey] = {}
    async with open_client(contact=contact) as client:

        async def ask(name: str, repository: Repository) -> None:
            found = await survey(repository, client, covered_until=covered.get(name, ""))
            surveys[name] = judged(found)

        async with asyncio.TaskGroup() as group:
            for name, repository in repositories.items():
                group.create_task(ask(name, repository), name=f"survey {name}")
    return {name: surveys[name] for name in repositories}


def _status(surveys: Mapping[str, Survey]) -> int:
    if not any(found.has_answered for found in surveys.values()):
        return NONE_ANSWERED
    return SOME_PROBLEMS if any(found.problems for found in surveys.values()) else ALL_WELL


def _told(checked: Checked, repository: Repository) -> Iterator[str]:
    """What was found out about a source, for people."""
    found = checked.survey
    yield repository.url
    if found.has_answered:
        sets = _sets(repository)
        part = f" of {sets}" if sets else ""
        yield f"{found.prefix}{part}: {_size(found)}{_paging(found)}"
        yield from _described(found)
    if found.formats:
        yield f"formats: {', '.join(found.formats)}"
    if found.n_sets is not None:
        yield f"sets: {found.n_sets:,}"
    elif found.sets:
        yield f"sets: more than {len(found.sets):,}"
    if checked.estimate is not None:
        yield f"whole harvest{_cost(checked.estimate).replace(', ', ': ', 1)}"
    for problem in found.problems:
        yield f"problem: {problem}"


def _described(found: Survey) -> Iterator[str]:
    """What Identify told."""
    if found.earliest_datestamp:
        yield f"earliest datestamp {found.earliest_datestamp}, granularity {found.granularity}"
    if found.deleted_record:
        yield f"deletions: {found.deleted_record}"
    if found.clock_skew_s:
        side = "ahead" if found.clock_skew_s > 0 else "behind"
        yield f"server's clock: {abs(found.clock_skew_s):.0f} s {side}"
    if found.compression:
        yield f"compression: {', '.join(found.compression)}"


def _pace(repository: Repository) -> str:
    """The limit that counts, for people."""
    a_minute, delay_s = repository.requests_per_minute, repository.crawl_delay_s
    if delay_s > 0 and (a_minute == 0 or delay_s > 60 / a_minute):  # seconds of a minute
        return f"one in {delay_s:g} s"
    return f"{a_minute:g} a minute" if a_minute else "no limit"


def _sets(repository: Repository) -> str:
    return ", ".join(repository.set_specs)


def _size(found: Survey) -> str:
    return "unknown size" if found.announced is None else f"{found.announced:,} records"


def _paging(found: Survey) -> str:
    paging = f", {found.page_size} a page" if found.page_size else ""
    if found.answer_s is not None and found.page_size:
        paging += f" in {found.answer_s:.1f} s"
    if found.token_lifetime_s is not None:
        paging += f", tokens live {found.token_lifetime_s:.0f} s"
    return paging


def _cost(estimate: Estimate | None) -> str:
    """Requests and time, after a comma; empty when not known."""
    if estimate is None:
        return ""
    return f", about {estimate.requests:,} requests, {_duration(estimate.hours)}"


def _duration(hours: float) -> str:
    """A span of time in the unit that people would choose.

    >>> _duration(0.001), _duration(0.5), _duration(3.26), _duration(90.0)
    ('less than a minute', '30 minutes', '3.3 hours', '3.8 days')
    """
    if hours < 1 / 60:
        return "less than a minute"
    if hours < 1:
        return f"{hours * 60:.0f} minutes"
    return f"{hours:.1f} hours" if hours <= _DAY_H else f"{hours / _DAY_H:.1f} days"
