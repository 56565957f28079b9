"""One repository into the stage: what is to be listed, and an honest word on how it ended."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from harvester.answers.parse import Page, RepositoryDescription, read_identify
from harvester.client import Client
from harvester.errors import HarvestError, ProtocolError, StorageError, UnexpectedStatus
from harvester.http.politeness import Wait
from harvester.lists.cover import cover
from harvester.lists.rescue import Rescuer
from harvester.lists.root import Root, SampleTaken
from harvester.protocol import Granularity, format_datestamp, parse_datestamp
from harvester.record import Repository, SourceStateName
from harvester.report import HarvestReport, Losses, Progress
from harvester.request import identify
from harvester.stage import OpenWindow, RunEnd, RunStart, Stage, Tally
from harvester.window import TimeLine, Window, time_line

__all__ = ["HarvestReport", "Progress", "describe", "harvest", "time_line_of"]

_CLOCK_DOUBT: Final = timedelta(days=1)
"""Taken off our own clock where a repository does not tell its time."""
_SERVER_ERRORS: Final = 500

log = logging.getLogger(__name__)


async def harvest(  # noqa: PLR0913  # four are needed, two have defaults
    name: str,
    repository: Repository,
    client: Client,
    stage: Stage,
    *,
    limit: int | None = None,
    report: Callable[[Progress], None] | None = None,
) -> HarvestReport:
    """Stage what a repository lists: what earlier runs left open, and what has changed since.

    The first run lists everything, in windows where the list is long. Every page is committed with
    its window's checkpoint, so a kill costs the pages in flight. Faults of the repository end in
    the report's state and error, never in silence: `complete` when every listed record is staged,
    `failed` when nothing arrived, else `incomplete`.

    Args:
        name: the source's name in the stage.
        repository: where and how politely to ask.
        client: asks.
        stage: keeps.
        limit: stop after so many records (at least 1); the source is `incomplete` then, and the
            next run goes on from there.
        report: called after every staged page and when a wait begins.

    Raises:
        StorageError: the stage cannot be written.
    """
    run = _Run(
        name=name, repository=repository, client=client, stage=stage, limit=limit, report=report
    )
    return await run.to_end()


async def describe(
    repository: Repository, client: Client, told: Callable[[Wait], None] | None = None
) -> tuple[RepositoryDescription, str]:
    """What a repository says of itself, and what was wrong with that (empty: nothing).

    An Identify that is broken while lists work costs only the windows.

    Raises:
        TransportError, UnexpectedStatus: the repository does not answer, or has refused.
    """
    try:
        return read_identify(await client.ask(repository, identify(), told=told)), ""
    except UnexpectedStatus as error:
        if error.status < _SERVER_ERRORS:
            raise
        return _UNDESCRIBED, str(error)
    except ProtocolError as error:
        return _UNDESCRIBED, str(error)


def time_line_of(described: RepositoryDescription, now: datetime) -> TimeLine:
    """A repository's time line: by its own clock where it tells it, else by ours less a margin."""
    try:
        latest, _ = parse_datestamp(described.response_date)
    except ValueError:
        latest = now - _CLOCK_DOUBT
    return time_line(described.earliest_datestamp, latest, described.granularity)


_UNDESCRIBED: Final = RepositoryDescription(
    name="",
    base_url="",
    earliest_datestamp="",
    deleted_record="",
    granularity=Granularity.DAY,
    response_date="",
)


@dataclass(slots=True, kw_only=True)
class _Run:
    """One harvest in flight: its numbers, and the roots it works on one after the other."""

    name: str
    repository: Repository
    client: Client
    stage: Stage
    limit: int | None
    report: Callable[[Progress], None] | None
    losses: Losses = field(default_factory=Losses)
    tally: Tally = field(default_factory=Tally)
    n_pages: int = 0
    n_records: int = 0
    n_retries: int = 0
    roots: list[Root] = field(default_factory=list)
    is_sample: bool = False
    seen: int = 0
    """Distinct identifiers of finished roots."""
    announced: int | None = None
    """completeListSize of finished roots."""

    async def to_end(self) -> HarvestReport:
        """Run, note the end in the stage, and report it."""
        started_at = format_datestamp(self.client.clock.now())
        log.info("harvest source=%s url=%s", self.name, self.repository.url)
        error: str | None = None
        try:
            await self._harvest()
        except SampleTaken:
            self.is_sample = True
            error = f"sample of {self.limit}"
        except StorageError:
            raise
        except HarvestError as broken:
            error = str(broken)
        await self._count()
        still = set(await self.stage.still_lost(self.name))  # another list may have brought one
        self.losses.lost = {each: None for each in self.losses.lost if each in still}
        end = self._end(error)
        await self.stage.end_run(self.name, end)
        log.info("harvested source=%s state=%s error=%s", self.name, end.state, end.error)
        return HarvestReport(
            source=self.name,
            state=end.state,
            error=end.error,
            tally=self.tally,
            n_pages=self.n_pages,
            seen=self.seen,
            announced=self.announced,
            started_at=started_at,
            finished_at=format_datestamp(self.client.clock.now()),
            n_retries=self.n_retries,
            lost=tuple(self.losses.lost),
            open_windows=tuple(self.losses.windows),
            is_sample=self.is_sample,
        )

    async def _harvest(self) -> None:
        start = await self.stage.begin_run(self.name, self.repository.scope)
        described, problem = await describe(self.repository, self.client, self.waiting)
        line = time_line_of(described, self.client.clock.now())
        await self._plan(start, line, has_identify=not problem)
        for root in self.roots:
            await cover(root, self._pending_of(root, start))
        if start.lost:
            lost = set(start.lost).difference(self.losses.lost)
            still = await self.stage.still_lost(self.name)
            await self._fetch_lost(tuple(each for each in still if each in lost))

    async def _plan(self, start: RunStart, line: TimeLine, *, has_identify: bool) -> None:
        """Make a root of each unfinished one and, for each set, of what is new since."""
        fresh = {
            each.window.set_spec for each in start.pending if _reaches_now(each) and not each.seen
        }
        windows = [
            Window(from_=line.since(start.covered_until), set_spec=set_spec)
            for set_spec in self.repository.set_specs
            if set_spec not in fresh  # that window is about to be listed up to now
        ]
        planned = await self.stage.plan(
            self.name, self.repository.prefix, windows, planned_at=format_datestamp(line.latest)
        )
        for window in (*start.roots, *planned):
            root = Root(
                name=self.name,
                repository=self.repository,
                client=self.client,
                stage=self.stage,
                line=line,
                window=window,
                account=self,
                losses=self.losses,
                room=self.room,
                has_identify=has_identify,
            )
            self.roots.append(root)

    def _pending_of(self, root: Root, start: RunStart) -> tuple[OpenWindow, ...]:
        root_id = root.window.window_id
        pending = tuple(each for each in start.pending if each.root_id == root_id)
        is_new = all(each.window_id != root_id for each in start.roots)
        return (root.window,) if is_new else pending

    async def _fetch_lost(self, identifiers: tuple[str, ...]) -> None:
        """Ask once more for what earlier runs could not have."""
        root = self.roots[-1]
        rescuer = Rescuer(
            repository=self.repository,
            client=self.client,
            stage=self.stage,
            is_alive=root.is_alive,
            told=self.waiting,
        )
        rescued = await rescuer.fetch_again(identifiers, root.window.window_id)
        self.tally += rescued.tally
        self.losses.lost.update(rescued.lost)

    def room(self) -> int | None:
        """How many records the sample still takes; None without a limit."""
        return None if self.limit is None else max(0, self.limit - self.n_records)

    # The account that the roots keep

    def staged(self, page: Page, tally: Tally) -> None:
        """Count a page that is in the stage, and report."""
        self.n_pages += 1
        self.n_records += len(page.records)
        self.tally += tally
        self._tell()

    def waiting(self, wait: Wait) -> None:
        """Report that the client has begun to wait."""
        self.n_retries += wait.is_retry
        self._tell(wait)

    def _tell(self, wait: Wait | None = None) -> None:
        if self.report is None:
            return
        announced = [root.announced for root in self.roots if root.announced is not None]
        self.report(
            Progress(
                source=self.name,
                n_pages=self.n_pages,
                n_records=self.n_records,
                seen=sum(root.seen for root in self.roots),
                announced=sum(announced) if announced else None,
                windows_done=sum(root.n_done for root in self.roots),
                windows_open=sum(root.n_open for root in self.roots),
                n_retries=self.n_retries,
                waiting=wait.reason if wait else "",
                wait_s=wait.seconds if wait else 0.0,
            )
        )

    # The end

    async def _count(self) -> None:
        """Add up what all roots delivered, from the stage."""
        for root in self.roots:
            counts = await self.stage.root_counts(root.window.window_id)
            self.seen += counts.seen
            if root.announced is not None:
                self.announced = (self.announced or 0) + root.announced

    def _end(self, error: str | None) -> RunEnd:
        """The run's end from what went wrong."""
        missing = self.losses.said()
        if error is None and not missing:
            return RunEnd(state="complete", error=None)
        has_arrived = self.seen or self.n_records or error is None  # nothing new is no failure
        state: SourceStateName = "incomplete" if has_arrived else "failed"
        if error is not None and self.seen and not self.is_sample:
            announced = "" if self.announced is None else f" of {self.announced} announced"
            error = f"{error}: {self.seen}{announced} records arrived"
        return RunEnd(state=state, error="; ".join(filter(None, (error, missing))))


def _reaches_now(window: OpenWindow) -> bool:
    return not window.window.until
