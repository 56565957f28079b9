"""One root window to its end: its parts in flight, each closed, cut smaller, or left open."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final, Protocol

from msgspec.structs import replace as with_changes

from harvester.answers.parse import Page
from harvester.client import Client
from harvester.errors import HarvestError, ProtocolError, TransportError
from harvester.http.politeness import Wait
from harvester.lists.listing import (
    MOST_STALE_PAGES,
    RESTARTABLE,
    Break,
    ListBroken,
    Listing,
    to_keep,
    unreadable,
)
from harvester.lists.remedy import Case, Remedy, is_worth_splitting, n_parts, remedy
from harvester.lists.rescue import Rescuer
from harvester.protocol import Verb, format_datestamp
from harvester.record import Repository
from harvester.report import Losses, numbers
from harvester.request import identify
from harvester.stage import OpenWindow, Stage, Tally
from harvester.token import may_replay
from harvester.window import TIME_ZONES, WINDOW_RECORDS, TimeLine, Window, is_ignored

MOST_FAILURES: Final = 12
"""Windows that fail one after the other, with no answer in between, before a run gives up
(guessed)."""
_SLACK: Final = 2
"""How many times too long a part may be before it is cut again: parts are never quite equal."""
_UNANNOUNCED_RECORDS: Final = 4 * WINDOW_RECORDS
"""Records after which a list of unknown size is cut into windows."""

log = logging.getLogger(__name__)


class Account(Protocol):
    """Where the numbers of a run are kept."""

    def staged(self, page: Page, tally: Tally) -> None:
        """Count a page that is in the stage."""

    def waiting(self, wait: Wait) -> None:
        """Note that the client has begun to wait."""


@dataclass(frozen=True, slots=True)
class Part:
    """A window to be listed, with what was tried before."""

    window: OpenWindow
    n_restarts: int = 0
    n_short: int = 0
    whole: int | None = None
    """What the window that it was cut from announced."""
    is_suspect: bool = False
    """A list that held it has failed: one retry is enough to know."""


class SampleTaken(Exception):  # an end, not an error
    """The asked-for number of records has come."""


class _StartOver(Exception):  # an end of all parts at once
    """The root is to be listed as one window."""

    def __init__(self, window: Window) -> None:
        super().__init__(str(window))
        self.window = window


@dataclass(slots=True, kw_only=True)
class Root:
    """The work on one root window in one run."""

    name: str
    repository: Repository
    client: Client
    stage: Stage
    line: TimeLine
    window: OpenWindow
    """The root itself, as it was when the run began."""
    account: Account
    losses: Losses
    verb: Verb = Verb.LIST_RECORDS
    room: Callable[[], int | None] = lambda: None
    """How many records may still be taken; None for all."""
    has_identify: bool = True
    """Whether Identify works, so that it tells a dead host from a bad list."""
    has_dates: bool = True
    has_paged: bool = False
    """Whether any list has given a page in this run."""
    has_floor: bool = False
    """Whether the first window was given earliestDatestamp as its `from`."""
    n_done: int = 0
    n_failures: int = 0
    parts: deque[Part] = field(default_factory=deque)
    n_in_flight: int = 0
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)
    announced: int | None = None
    """completeListSize of the root as a whole."""
    counted: dict[int, int] = field(default_factory=dict)
    """Identifiers that each window of this run has delivered, those replaced left out."""
    n_before: int = 0
    """Identifiers that windows of earlier runs have delivered."""

    @property
    def seen(self) -> int:
        """Distinct identifiers so far."""
        return self.n_before + sum(self.counted.values())

    @property
    def n_open(self) -> int:
        """Windows not done yet."""
        return len(self.parts) + self.n_in_flight

    async def to_end(self, pending: tuple[OpenWindow, ...]) -> None:
        """Follow the pending windows and whatever they are cut into; then count the whole.

        Raises:
            SampleTaken: the room is used up.
            HarvestError: the repository does not answer any more, or refuses such lists.
        """
        self.parts.extend(map(Part, pending))
        self.announced = self.window.announced
        counts = await self.stage.root_counts(self.window.window_id)
        self.n_before = counts.seen - sum(window.seen for window in pending)
        is_second_look = False
        while True:
            try:
                await self._work_off()
            except _StartOver as over:
                await self._start_over(over.window)
                continue
            empty = await self._unfulfilled()
            if empty is None:
                return
            if empty and not is_second_look:
                is_second_look = True
                await self._list_again(empty)
            else:
                await self._start_over(self.window.window)

    async def _start_over(self, window: Window) -> None:
        """List the root as one window, in the place of all its parts."""
        log.info("one list source=%s window=%s", self.name, window)
        self.has_dates = False
        self.counted.clear()
        self.n_before = 0
        whole = await self.stage.reopen_root(self.window.window_id, window)
        self.parts = deque([Part(whole)])

    async def _work_off(self) -> None:
        lanes = 1 if self.room() is not None else self.repository.parallel
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(lanes):
                    group.create_task(self._lane(), name=f"{self.name} lane {number}")
        except* (SampleTaken, _StartOver, HarvestError) as broken:
            self.n_in_flight = 0
            raise broken.exceptions[0] from None

    async def _lane(self) -> None:
        while (part := await self._next()) is not None:
            await self._treat(part)
            async with self.moved:
                self.n_in_flight -= 1
                self.moved.notify_all()

    async def _next(self) -> Part | None:
        async with self.moved:
            while not self.parts and self.n_in_flight:
                await self.moved.wait()
            if not self.parts:
                return None
            self.n_in_flight += 1
            return self.parts.popleft()

    async def _replace(self, window_id: int, parts: Sequence[Window]) -> tuple[OpenWindow, ...]:
        self.counted.pop(window_id, None)
        return await self.stage.replace(window_id, parts)

    # One window

    async def _treat(self, part: Part) -> None:
        """List a window; whatever happens to it is settled here."""
        if part.window.is_fulfilled:  # the run that listed it was ended before it was closed
            await self._close(part.window)
            return
        desk = _Desk(root=self, window=await self._resumable(part.window))
        try:
            await self._follow(part, desk)
        except ListBroken as broken:
            await self._mend(part, desk.window, broken)
        else:
            await self._close(desk.window)

    async def _resumable(self, window: OpenWindow) -> OpenWindow:
        """The window as it is followed: from its token where that may be used, else anew."""
        policy, is_announced = self.repository.tokens, window.announced is not None
        is_begun = bool(window.token or window.seen or is_announced)
        if is_begun and not (
            window.token and may_replay(window.token, policy, is_announced=is_announced)
        ):
            return (await self._replace(window.window_id, [window.window]))[0]
        return window

    async def _follow(self, part: Part, desk: "_Desk") -> None:
        """Stage a window's pages; the next one is asked for while one is written.

        Raises:
            ListBroken: the list broke, or is not what was asked for.
        """
        is_first = desk.window.token is None
        try:
            async with aclosing(self._listing(part, desk.window).pages()) as pages:
                async for page, answer in pages:
                    await desk.settle()
                    self._check_dates(part, desk.window, page)
                    if (kept := to_keep(answer)) is not None:
                        await self.stage.keep(desk.window.window_id, kept, is_staged=True)
                    taken = self._within_room(page, desk.window)
                    desk.begin(taken)
                    self._check_size(desk.window, page, taken, is_first=is_first)
                    is_first = False
            await desk.settle()
        except (ListBroken, HarvestError, SampleTaken):
            await desk.settle()
            raise
        finally:
            desk.clear()
        if desk.window.n_missing or await self._is_hollow(part, desk.window):
            raise ListBroken(Break.SHORT, detail=numbers(desk.window))

    async def _is_hollow(self, part: Part, window: OpenWindow) -> bool:
        """Whether a root, or a list begun anew, came back empty although its identifiers are not.

        A repository whose back end fails may answer that no record matches (DataCite does).
        """
        is_part = self.has_dates and window.window_id != self.window.window_id
        if window.seen or window.rejected or self.verb is not Verb.LIST_RECORDS:
            return False
        if is_part and not part.n_restarts:
            return False
        return bool(await self._rescuer().count(window.window))

    def _listing(self, part: Part, window: OpenWindow) -> Listing:
        repository = self.repository
        if part.is_suspect:
            repository = with_changes(repository, retries=min(1, repository.retries))
        return Listing(
            repository=repository,
            client=self.client,
            verb=self.verb,
            window=window.window,
            token=window.token,
            is_announced=window.announced is not None,
            told=self.account.waiting,
        )

    def _check_dates(self, part: Part, window: OpenWindow, page: Page) -> None:
        """See whether the window's bounds were heeded; a root may deliver more than asked for.

        The ends of a page are enough: lists are sorted by date, or by nothing that dates know of.
        A part that announces as much as its whole is looked at strictly.
        """
        if not self.has_dates or not page.items:
            return
        is_as_large = page.complete_list_size is not None and page.complete_list_size == part.whole
        datestamps = (page.items[0].datestamp, page.items[-1].datestamp)
        allowed = timedelta() if is_as_large else TIME_ZONES
        if not is_ignored(window.window, datestamps, allowed=allowed):
            return
        if window.window_id == self.window.window_id:
            self.has_dates = False
            return
        raise ListBroken(Break.IGNORED_DATES)

    def _check_size(self, window: OpenWindow, page: Page, taken: Page, *, is_first: bool) -> None:
        """Stop where the sample is full, or where the list is better cut into windows."""
        room = self.room()
        if taken is not page or (page.token and room is not None and room <= len(page.records)):
            raise SampleTaken
        if page.token and self._is_too_long(window, page, is_first=is_first):
            raise ListBroken(Break.TOO_LARGE)

    def _within_room(self, page: Page, window: OpenWindow) -> Page:
        """Cut a page at the sample's end; its checkpoint stays before it, so nothing is skipped."""
        room = self.room()
        if room is None or room >= len(page.records):
            return page
        return replace(page, records=page.records[:room], rejected=(), token=window.token)

    def _is_too_long(self, window: OpenWindow, page: Page, *, is_first: bool) -> bool:
        if not self.has_dates or self.room() is not None or self.line.is_smallest(window.window):
            return False
        if page.complete_list_size is None:
            return window.announced is None and window.seen > _UNANNOUNCED_RECORDS
        is_root = window.window_id == self.window.window_id
        announced = page.complete_list_size // (1 if is_root else _SLACK)
        return is_first and n_parts(announced, len(page.items), self._lanes(window)) > 1

    def _lanes(self, window: OpenWindow) -> int:
        """How many lanes the parts of a window are to fill: a root's all of them."""
        return self.repository.parallel if window.window_id == self.window.window_id else 1

    async def _close(self, window: OpenWindow) -> None:
        await self.stage.close_window(window.window_id)
        self.n_done += 1
        log.info("window done source=%s window=%s seen=%d", self.name, window.window, window.seen)

    # Remedies

    async def _mend(self, part: Part, window: OpenWindow, broken: ListBroken) -> None:
        """Do with a broken window what loses nothing."""
        event = "window cut" if broken.how is Break.TOO_LARGE else "window broken"
        log.info("%s source=%s window=%s because=%s", event, self.name, window.window, broken)
        if (kept := unreadable(broken.cause)) is not None:
            await self.stage.keep(window.window_id, kept)
        size = window.announced
        if broken.how in {Break.FAILED, Break.UNREADABLE}:
            await self._check_alive(broken)
            if size is None:
                size = await self._rescuer().count(window.window)
        case = Case(
            how=broken.how,
            window=window.window,
            size=size,
            n_missing=window.n_missing,
            n_restarts=part.n_restarts,
            n_short=part.n_short,
            has_dates=self.has_dates,
        )
        match remedy(case, self.line):
            case Remedy.AGAIN:
                again = await self._replace(window.window_id, [window.window])
                self.parts.appendleft(
                    replace(part, window=again[0], n_restarts=part.n_restarts + 1)
                )
            case Remedy.SPLIT:
                await self._split(part, window, broken)
            case Remedy.ONE_BY_ONE:
                await self._rescue(part, window, broken, size or 0)
            case Remedy.WITHOUT_DATES:
                await self._without_dates(part, window, broken)

    async def _check_alive(self, broken: ListBroken) -> None:
        """Give the run up when the fault is not the window's.

        Raises:
            HarvestError: what the list met; the window stays open at its checkpoint.
        """
        self.n_failures += 1
        has_answered = self.has_identify or self.has_paged
        if has_answered and self.n_failures <= MOST_FAILURES and await self.is_alive():
            return
        raise broken.cause if broken.cause is not None else TransportError(str(broken), url="")

    async def is_alive(self) -> bool:
        """Whether the repository answers at all."""
        if not self.has_identify:
            return True
        impatient = with_changes(self.repository, retries=0)
        try:
            await self.client.ask(impatient, identify(), told=self.account.waiting)
        except (TransportError, ProtocolError):
            return False
        return True

    async def _split(self, part: Part, window: OpenWindow, broken: ListBroken) -> None:
        is_too_large = broken.how is Break.TOO_LARGE
        page_size = window.seen  # of the first page, when the size is announced
        n = n_parts(window.announced, page_size, self._lanes(window)) if is_too_large else 2
        windows = await self._replace(window.window_id, self.line.split(window.window, n))
        n_short = part.n_short + (broken.how is Break.SHORT)
        is_suspect = part.is_suspect or broken.how is Break.FAILED
        n_restarts = part.n_restarts if broken.how in RESTARTABLE else 0
        self.parts.extendleft(
            Part(
                each,
                n_restarts=n_restarts,
                n_short=n_short,
                whole=window.announced,
                is_suspect=is_suspect,
            )
            for each in reversed(windows)
        )
        async with self.moved:
            self.moved.notify_all()

    async def _rescue(self, part: Part, window: OpenWindow, broken: ListBroken, size: int) -> None:
        """Ask for each record; what stays missing is named, or the window stays open."""
        can_split = self.has_dates and not self.line.is_smallest(window.window)
        if self.verb is not Verb.LIST_RECORDS:
            await self._leave(window, str(broken))
            return
        try:
            rescued = await self._rescuer().rescue(window)
        except ListBroken as again:
            if can_split:
                await self._split(part, window, broken)
            else:
                await self._leave(window, f"{broken}; nor can its identifiers be listed: {again}")
            return
        self.losses.lost.update(rescued.lost)
        window = await self.stage.window(window.window_id)
        self.counted[window.window_id] = window.seen
        self.account.staged(_COUNTED, rescued.tally)
        n_had = window.seen + window.rejected + len(rescued.lost)
        n_unlisted = max(size - n_had, rescued.announced - rescued.n_items)
        n_nowhere = 0 if rescued.is_whole else n_unlisted
        if n_nowhere <= 0:
            await self._close(window)
        elif self.has_dates and is_worth_splitting(
            window.window, size or rescued.announced, n_nowhere, self.line
        ):
            await self._split(part, window, broken)
        else:
            await self._leave(window, f"{numbers(window)}, {n_nowhere} are listed nowhere")

    async def _leave(self, window: OpenWindow, why: str) -> None:
        await self.stage.leave_open(window.window_id, why)
        self.losses.windows.append(f"{window.window}: {why}")
        log.warning("window left source=%s window=%s because=%s", self.name, window.window, why)

    async def _without_dates(self, part: Part, window: OpenWindow, broken: ListBroken) -> None:
        """Where `until` alone is ignored (DataCite) name a beginning, else leave the dates out."""
        span, granularity = window.window, self.line.granularity
        floor = format_datestamp(self.line.earliest, granularity)
        if not (self.has_floor or span.from_) and span.until and floor <= span.until:
            self.has_floor = True
            floored = await self._replace(window.window_id, [replace(span, from_=floor)])
            self.parts.appendleft(replace(part, window=floored[0]))
            return
        whole = self.window.window
        if broken.how is Break.REFUSED_DATES:
            whole = Window(set_spec=whole.set_spec)
        raise _StartOver(whole)

    def _rescuer(self) -> Rescuer:
        return Rescuer(
            repository=self.repository,
            client=self.client,
            stage=self.stage,
            is_alive=self.is_alive,
            told=self.account.waiting,
        )

    # The whole

    async def _unfulfilled(self) -> tuple[int, ...] | None:
        """None when all parts together are the whole; else the numbers of those without a record.

        What was announced for the whole may have shrunk since, so it is asked again up to the
        moment of planning before anything is listed twice.
        """
        root = await self.stage.window(self.window.window_id)
        counts = await self.stage.root_counts(root.root_id)
        is_one_list = counts.n_complete <= 1 and not counts.empty
        if counts.n_open or not self.has_dates or is_one_list:
            await self._finish(root, counts.n_open)
            return None
        arrived = counts.seen + counts.rejected + counts.lost
        if root.announced is not None and arrived < root.announced:
            until = format_datestamp(self.line.latest, self.line.granularity)
            now = await self._rescuer().count(replace(root.window, until=until))
            if arrived < (now or root.announced):  # 0 may be a back end that fails
                log.info(
                    "short source=%s arrived=%d announced=%d", self.name, arrived, root.announced
                )
                return counts.empty
        await self._finish(root, 0)
        return None

    async def _finish(self, root: OpenWindow, n_open: int) -> None:
        if not n_open:
            await self.stage.finish(root.window_id)

    async def _list_again(self, window_ids: tuple[int, ...]) -> None:
        for window_id in window_ids:
            window = await self.stage.window(window_id)
            again = await self._replace(window_id, [window.window])
            self.parts.append(Part(again[0]))


_COUNTED: Final = Page(
    records=(), rejected=(), token=None, complete_list_size=None, cursor=None, response_date=""
)


@dataclass(slots=True, kw_only=True)
class _Desk:
    """The page of a window that is being written."""

    root: Root
    window: OpenWindow
    page: Page | None = None
    writing: "asyncio.Future[tuple[OpenWindow, Tally]] | None" = None
    n_stale: int = 0
    """Pages in a row that brought records but no new identifier."""

    def begin(self, page: Page) -> None:
        """Hand a page to the stage."""
        stage, is_records = self.root.stage, self.root.verb is Verb.LIST_RECORDS
        commit = stage.commit_page if is_records else stage.commit_listed
        self.page, self.writing = page, commit(self.window.window_id, page)

    async def settle(self) -> None:
        """Wait until the page is staged, and count it.

        Raises:
            ListBroken: the list brings the same records again and again.
        """
        if self.writing is None or self.page is None:
            return
        writing, page, before = self.writing, self.page, self.window.seen
        self.writing = self.page = None
        self.window, tally = await writing
        self.root.n_failures, self.root.has_paged = 0, True
        self.root.counted[self.window.window_id] = self.window.seen
        if self.window.window_id == self.root.window.window_id:
            self.root.announced = self.window.announced
        self.root.account.staged(page, tally)
        is_stale = bool(page.items) and self.window.seen == before
        self.n_stale = self.n_stale + 1 if is_stale else 0
        if self.n_stale >= MOST_STALE_PAGES:
            raise ListBroken(Break.REPEATED)

    def clear(self) -> None:
        """On cancellation: the page is staged whole or not at all."""
        if self.writing is not None:
            self.writing.cancel()
