"""One repository into the stage: follow its list page by page, and say honestly how it ended."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from harvester.client import Client
from harvester.errors import (
    BadResumptionToken,
    CutAnswer,
    HarvestError,
    NoRecordsMatch,
    NotOaiPmh,
    ProtocolError,
    StorageError,
    TransportError,
)
from harvester.parse import Page, Rejected, RepositoryDescription, read_identify, read_page
from harvester.protocol import Granularity, Verb, format_datestamp, parse_datestamp
from harvester.record import Repository, SourceStateName
from harvester.request import (
    Done,
    Ending,
    Position,
    Request,
    Window,
    identify,
    list_records,
    next_request,
    resume,
)
from harvester.stage import OpenWindow, RunEnd, Stage, Tally

MAX_RESTARTS: Final = 2
"""How often one run lists a window again from its start (guessed)."""
_GRANULE: Final = {Granularity.DAY: timedelta(days=1), Granularity.SECOND: timedelta(seconds=1)}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestReport:
    """How the harvest of one source went."""

    source: str
    state: SourceStateName
    error: str | None
    """Why the state is not `complete`, with the numbers."""
    tally: Tally
    """What this run changed in the stage."""
    n_pages: int
    """Pages staged by this run."""
    seen: int
    """Distinct identifiers that the last window delivered, earlier runs of it included."""
    announced: int | None
    """completeListSize of that window; None when the repository announces none."""
    started_at: str
    """UTC, `YYYY-MM-DDThh:mm:ssZ`."""
    finished_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a harvest stands after a page is staged."""

    source: str
    n_pages: int
    n_records: int
    """Records that this run received, repeated ones included."""
    seen: int
    announced: int | None


def plan_window(covered_until: str, granularity: Granularity, set_spec: str = "") -> Window:
    """What to ask for: everything, or what changed since the last complete run.

    Args:
        covered_until: first responseDate of that run; empty or unreadable means everything.
        granularity: the repository's own; one granule of overlap covers its rounding.
        set_spec: set to stay within.

    >>> plan_window("2026-01-02T00:00:00Z", Granularity.SECOND).from_
    '2026-01-01T23:59:59Z'
    """
    try:
        moment, _ = parse_datestamp(covered_until)
    except ValueError:
        return Window(set_spec=set_spec)
    from_ = format_datestamp(moment - _GRANULE[granularity], granularity)
    return Window(from_=from_, set_spec=set_spec)


async def harvest(  # noqa: PLR0913  # four are needed, two have defaults
    name: str,
    repository: Repository,
    client: Client,
    stage: Stage,
    *,
    limit: int | None = None,
    report: Callable[[Progress], None] | None = None,
) -> HarvestReport:
    """Stage what a repository lists, from its last checkpoint on.

    The first run lists everything; one after a complete run lists what has changed since. Every
    page is committed with its checkpoint, so on cancellation the checkpoint stands behind the last
    committed page. Faults of the repository end in the report's state and error, never in
    silence: `failed` when nothing arrived, else `incomplete`.

    Args:
        name: the source's name in the stage.
        repository: where and how politely to ask.
        client: asks.
        stage: keeps.
        limit: stop after so many records (at least 1); the source is `incomplete` then, and the
            next run goes on from there.
        report: called after every staged page.

    Raises:
        StorageError: the stage cannot be written.
    """
    run = _Run(
        name=name, repository=repository, client=client, stage=stage, limit=limit, report=report
    )
    return await run.to_end()


class _PassEnd(StrEnum):
    """How following one list ended."""

    END = "end of list"
    SAMPLE = "sample"
    TOKEN_LOOP = "the repository repeats a resumption token"  # noqa: S105  # a reason
    EMPTY_PAGES = "the repository sends empty pages without end"
    TOKEN_REFUSED = "the repository refuses its own resumption token"  # noqa: S105  # a reason
    UNREADABLE = "unreadable page"


_PASS_ENDS: Final = {
    Ending.END: _PassEnd.END,
    Ending.TOKEN_LOOP: _PassEnd.TOKEN_LOOP,
    Ending.EMPTY_PAGES: _PassEnd.EMPTY_PAGES,
}


@dataclass(slots=True, kw_only=True)
class _Run:
    """One harvest in flight: the numbers so far and the page being staged."""

    name: str
    repository: Repository
    client: Client
    stage: Stage
    limit: int | None
    report: Callable[[Progress], None] | None
    window: OpenWindow | None = None
    is_resumed: bool = False
    writing: asyncio.Future[tuple[OpenWindow, Tally]] | None = None
    first_response: str = ""
    tally: Tally = field(default_factory=Tally)
    n_pages: int = 0
    n_pages_of_pass: int = 0
    n_records: int = 0
    unreadable: str = ""

    async def to_end(self) -> HarvestReport:
        """Run, note the end in the stage, and report it."""
        started_at = format_datestamp(self.client.clock.now())
        log.info("harvest source=%s url=%s", self.name, self.repository.url)
        try:
            end = self._judge(await self._passes())
        except StorageError:
            raise
        except HarvestError as error:
            await self._settle()
            end = self._broken(error)
        finally:
            if (
                self.writing is not None
            ):  # cancelled: the page in hand is staged whole or not at all
                self.writing.cancel()
        window_id = None if self.window is None else self.window.window_id
        await self.stage.end_run(self.name, window_id, end)
        log.info("harvested source=%s state=%s error=%s", self.name, end.state, end.error)
        return HarvestReport(
            source=self.name,
            state=end.state,
            error=end.error,
            tally=self.tally,
            n_pages=self.n_pages,
            seen=self.window.seen if self.window else 0,
            announced=self.window.announced if self.window else None,
            started_at=started_at,
            finished_at=format_datestamp(self.client.clock.now()),
        )

    async def _passes(self) -> _PassEnd:
        """Follow the pending or a new window; list it again where that can mend the end."""
        repository = self.repository
        scope = f"{repository.url}\n{repository.prefix}\n{repository.set}"
        start = await self.stage.begin_run(self.name, scope)
        described = await self._describe()
        self.first_response = described.response_date
        wanted = plan_window(start.covered_until, described.granularity, repository.set)
        if start.pending is not None and start.pending.token:
            window, self.is_resumed = start.pending, True
        else:
            window = await self._open(wanted)
        for _ in range(MAX_RESTARTS):
            end = await self._follow(window)
            is_short = end is _PassEnd.END and self._missing() > 0
            if end is not _PassEnd.TOKEN_REFUSED and not (is_short and self.is_resumed):
                return end
            log.info("list again source=%s because=%s", self.name, end)
            window, self.is_resumed = await self._open(wanted), False
        return await self._follow(window)

    async def _describe(self) -> RepositoryDescription:
        return read_identify(await self.client.ask(self.repository, identify()))

    async def _open(self, wanted: Window) -> OpenWindow:
        return await self.stage.open_window(
            self.name, self.repository.prefix, wanted, first_response=self.first_response
        )

    async def _follow(self, window: OpenWindow) -> _PassEnd:
        """Follow a list from its checkpoint; the next page is asked for while one is staged."""
        self.window, self.n_pages_of_pass = window, 0
        position = Position(verb=Verb.LIST_RECORDS)
        step: Request | Done = (
            resume(Verb.LIST_RECORDS, window.token)
            if window.token
            else list_records(self.repository.prefix, window.window)
        )
        while isinstance(step, Request):
            request = step
            try:
                page = await self._page(request)
            except BadResumptionToken:
                await self._settle()
                if request.token is None:
                    raise
                return _PassEnd.TOKEN_REFUSED
            except (NotOaiPmh, CutAnswer) as error:
                await self._settle()
                await self._reject(error, window.window_id)
                return _PassEnd.UNREADABLE
            await self._settle()
            page, is_sampled = self._within_limit(page, request)
            n_items = len(page.records) + len(page.rejected)
            position, step = next_request(position, token=page.token, n_records=n_items)
            self.n_records += len(page.records)
            self.writing = self.stage.commit_page(window.window_id, page)
            if is_sampled:
                await self._settle()
                return _PassEnd.SAMPLE
        await self._settle()
        return _PASS_ENDS[step.ending]

    async def _page(self, request: Request) -> Page:
        """Fetch a page; one that cannot be read is asked for once more."""
        try:
            return await self._ask_page(request)
        except (NotOaiPmh, CutAnswer) as error:
            log.info("ask again source=%s because=%s", self.name, error)
        return await self._ask_page(request)

    async def _ask_page(self, request: Request) -> Page:
        try:
            return read_page(await self.client.ask(self.repository, request))
        except NoRecordsMatch:
            return Page(
                records=(),
                rejected=(),
                token=None,
                complete_list_size=None,
                cursor=None,
                response_date="",
            )

    def _within_limit(self, page: Page, request: Request) -> tuple[Page, bool]:
        """Cut a page at the limit; its checkpoint then stays before it, so nothing is skipped."""
        if self.limit is None:
            return page, False
        left = self.limit - self.n_records
        if left < len(page.records):
            cut = replace(page, records=page.records[:left], rejected=(), token=request.token)
            return cut, True
        return page, left == len(page.records) and page.token is not None

    async def _settle(self) -> None:
        """Wait until the page in hand is staged, and count it."""
        if self.writing is None:
            return
        writing, self.writing = self.writing, None
        self.window, tally = await writing
        self.tally += tally
        self.n_pages += 1
        self.n_pages_of_pass += 1
        if self.report is not None:
            self.report(
                Progress(
                    source=self.name,
                    n_pages=self.n_pages,
                    n_records=self.n_records,
                    seen=self.window.seen,
                    announced=self.window.announced,
                )
            )

    async def _reject(self, error: ProtocolError, window_id: int) -> None:
        reason = "cut-page" if isinstance(error, CutAnswer) else "not-xml"
        rejected = Rejected(identifier="", reason=reason, detail=str(error), body=error.body)
        await self.stage.reject_page(window_id, rejected)
        self.tally += Tally(rejected=1)
        self.unreadable = str(error)

    def _missing(self) -> int:
        """Announced records that have not arrived, rejected ones counted as arrived."""
        window = self.window
        if window is None or window.announced is None:
            return 0
        return max(0, window.announced - window.seen - window.rejected)

    def _judge(self, end: _PassEnd) -> RunEnd:
        """The run's end from the last pass's end."""
        if end is _PassEnd.END and not self._missing():
            return RunEnd(state="complete", error=None, window_state="complete")
        if end is _PassEnd.SAMPLE:
            return RunEnd(state="incomplete", error=f"sample of {self.limit}", window_state="open")
        said = self.unreadable if end is _PassEnd.UNREADABLE else str(end)
        return RunEnd(
            state="incomplete", error=f"{said}: {self._numbers()}", window_state="incomplete"
        )

    def _broken(self, error: HarvestError) -> RunEnd:
        """The run's end from an error; a window is kept where its token may still work.

        A resumed window that gave no page is given up, so that a token which always fails cannot
        hold the source for ever.
        """
        window = self.window
        if window is None:
            return RunEnd(state="failed", error=str(error), window_state="open")
        is_stuck = self.is_resumed and self.n_pages_of_pass == 0
        keeps = isinstance(error, TransportError) and not is_stuck
        return RunEnd(
            state="incomplete" if window.seen else "failed",
            error=f"{error}: {self._numbers()}" if window.seen else str(error),
            window_state="open" if keeps else "incomplete",
        )

    def _numbers(self) -> str:
        window = self.window
        if window is None:
            return "nothing arrived"
        rejected = f", {window.rejected} rejected" if window.rejected else ""
        announced = "" if window.announced is None else f" of {window.announced} announced"
        return f"{window.seen}{announced} records arrived{rejected}"
