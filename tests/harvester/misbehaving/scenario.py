"""One claim about harvesting a misbehaving repository, and how it is put to the test."""

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harvester.harvest import HarvestReport, harvest
from harvester.record import Rejection, Repository, SourceStateName, StagedRecord
from harvester.stage import open_stage
from tests.harvester.misbehaving.answers import Counts
from tests.harvester.misbehaving.faults import (
    answers_to,
    labelled,
    when,
)
from tests.harvester.misbehaving.faults import any_request as anyone
from tests.harvester.misbehaving.holdings import Item, holdings
from tests.harvester.misbehaving.list_faults import (
    without_arguments,
)
from tests.harvester.misbehaving.paging import Cursor, Offset, Scroll
from tests.harvester.misbehaving.repository import Fault, Misbehaving
from tests.harvester.misbehaving.server import impatient_client, serve

LONGEST_S = 20.0
"""Real time after which a harvest counts as endless."""
SOURCE = "misbehaving"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A repository, and what must come of harvesting it once."""

    claim: str
    build: Callable[..., Misbehaving]
    """Called without arguments; makes the repository. Faults remember what they have met, so each
    harvest needs its own."""
    state: SourceStateName = "complete"
    missing: frozenset[str] = frozenset()
    """Identifiers that cannot be staged."""
    surplus: frozenset[str] = frozenset()
    """Identifiers that may be staged although the repository holds them no longer."""
    says: tuple[str, ...] = ()
    """What the report's error must name."""
    rejected: tuple[str, ...] = ()
    """Reasons or identifiers that the stage's rejections must name."""
    damaged: frozenset[str] = frozenset()
    """Identifiers whose title arrives damaged and is mended as well as it can be."""
    max_requests: int = 12
    max_records: int | None = None
    """Records served at most."""
    max_slept_s: float | None = None
    max_record_bytes: int = 5_000
    """What one staged record may take."""
    may_replay: bool = True
    """Whether a token may be sent again after the repository has acted on it."""
    is_curable: bool = True
    """Whether the next run completes it when the repository behaves again."""
    is_avoidable: bool = False
    """Whether a harvester may go about it so that it never meets the fault."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """Fields of the source's configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a scenario."""

    scenario: Scenario
    repository: Misbehaving
    counts: Counts
    report: HarvestReport
    staged: dict[str, StagedRecord]
    rejections: tuple[Rejection, ...]
    slept_s: float
    healed: HarvestReport | None
    """The next run, after the repository has mended its ways; None after a complete one."""
    staged_after_healing: frozenset[str]

    @property
    def wanted(self) -> dict[str, Item]:
        """What the repository holds in the sets that were asked for, by identifier."""
        specs = self.scenario.settings.get("set", "")
        wanted = {specs} if isinstance(specs, str) else set(specs)  # type: ignore[call-overload]  # a tuple of text
        return {
            item.identifier: item
            for item in self.repository.items
            if wanted == {""} or wanted.intersection(item.sets)
        }


def play(scenario: Scenario) -> Outcome:
    """Harvest a scenario's repository, and once more in good order where the first was not enough.

    Raises:
        TimeoutError: the harvest did not end within `LONGEST_S`.
    """
    return asyncio.run(_play(scenario))


async def _play(scenario: Scenario) -> Outcome:
    repository = scenario.build()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stage.db"
        async with serve(repository) as url, impatient_client(repository) as client:
            with open_stage(path, now=repository.clock.now) as stage:
                source = _source(url, scenario)
                async with asyncio.timeout(LONGEST_S):
                    report = await harvest(SOURCE, source, client, stage)
                staged = {record.identifier: record for record in stage.records()}
                rejections = tuple(stage.rejections(with_mended=True))
                counts, slept_s = repository.counts, sum(repository.clock.slept)
                healed = None
                if report.state != "complete":
                    repository.mend()
                    repository.counts = Counts()
                    async with asyncio.timeout(LONGEST_S):
                        healed = await harvest(SOURCE, source, client, stage)
                after = frozenset(record.identifier for record in stage.records())
    return Outcome(
        scenario=scenario,
        repository=repository,
        counts=counts,
        report=report,
        staged=staged,
        rejections=rejections,
        slept_s=slept_s,
        healed=healed,
        staged_after_healing=after,
    )


def _source(url: str, scenario: Scenario) -> Repository:
    usual = {"url": url, "requests_per_minute": 0, "retries": 2, "timeout_s": 5.0}
    return Repository(**{**usual, **scenario.settings})  # type: ignore[arg-type]  # fields of Repository


# The families of software that the sources run


def dspace(*faults: Fault, items: list[Item] | None = None, page: int = 10, **more) -> Misbehaving:
    """DSpace 6 (OAPEN, DOAB): stateless offsets."""
    return Misbehaving(_or_usual(items), Offset(page), faults, **more)


def datacite(
    *faults: Fault, items: list[Item] | None = None, page: int = 10, **more
) -> Misbehaving:
    """DataCite: a cursor; `until` without `from` is ignored."""
    ignores = without_arguments("until", test=lambda ask: "from" not in ask.arguments)
    return Misbehaving(_or_usual(items), Cursor(page), faults, quirks=(ignores,), **more)


def invenio(*faults: Fault, items: list[Item] | None = None, page: int = 10, **more) -> Misbehaving:
    """invenio-oaiserver (Zenodo, CERN Open Data): scrolls, 422, Retry-After on every answer."""
    announced = labelled(
        ("Retry-After", "60"), ("X-RateLimit-Limit", "30"), ("X-RateLimit-Remaining", "29")
    )
    always = when(answers_to(anyone), announced)
    return Misbehaving(
        _or_usual(items), Scroll(page), faults, quirks=(always,), error_status=422, **more
    )


def _or_usual(items: list[Item] | None) -> list[Item]:
    return holdings() if items is None else items


Family = Callable[..., Misbehaving]
FAMILIES: dict[str, Family] = {"dspace": dspace, "datacite": datacite, "invenio": invenio}


PARALLEL = {"parallel": 4}
_ENDLESS = frozenset({"silence", "silence in mid-answer", "a slow drip", "a drip", "falls silent"})


def patience(said: str, timeout_s: float = 1.0) -> dict[str, object]:
    """Settings of a scenario whose fault is this: only who waits in vain is impatient.

    A short time limit on answers that do come would count requests of a busy machine.
    """
    return {"timeout_s": timeout_s} if said in _ENDLESS else {}


def many(*faults: Fault, family: Family = dspace, **more) -> Misbehaving:
    """Enough records that four lanes are worth several windows."""
    return family(*faults, **{"items": holdings(300), **more})
