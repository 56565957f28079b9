"""The work on one root window: whom to ask for what, the windows in waiting, the numbers so far."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from msgspec.structs import replace as with_changes

from harvester.answers.parse import Page
from harvester.client import Client
from harvester.errors import ProtocolError, TransportError
from harvester.http.politeness import Wait
from harvester.lists.rescue import Rescuer
from harvester.protocol import Verb
from harvester.record import Repository
from harvester.report import Losses
from harvester.request import identify
from harvester.stage import OpenWindow, Stage, Tally
from harvester.window import TimeLine, Window

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


class StartOver(Exception):  # an end of all parts at once
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

    async def next_part(self) -> Part | None:
        """Take the next window; None when there is none and none can come any more."""
        async with self.moved:
            while not self.parts and self.n_in_flight:
                await self.moved.wait()
            if not self.parts:
                return None
            self.n_in_flight += 1
            return self.parts.popleft()

    async def put_first(self, parts: Sequence[Part]) -> None:
        """Windows to be listed next, in this order."""
        self.parts.extendleft(reversed(parts))
        async with self.moved:
            self.moved.notify_all()

    async def put_back(self) -> None:
        """Note that a window which was taken is settled."""
        async with self.moved:
            self.n_in_flight -= 1
            self.moved.notify_all()

    async def replace(self, window_id: int, parts: Sequence[Window]) -> tuple[OpenWindow, ...]:
        """Open windows in the place of one."""
        self.counted.pop(window_id, None)
        return await self.stage.replace(window_id, parts)

    async def close(self, window: OpenWindow) -> None:
        """Note that a window has delivered all it lists."""
        await self.stage.close_window(window.window_id)
        self.n_done += 1
        log.info("window done source=%s window=%s seen=%d", self.name, window.window, window.seen)

    def is_whole(self, window: OpenWindow) -> bool:
        """Whether a window is the root itself, not a part of it."""
        return window.window_id == self.window.window_id

    def lanes_for(self, window: OpenWindow) -> int:
        """How many lanes the parts of a window are to fill: a root's all of them."""
        return self.repository.parallel if self.is_whole(window) else 1

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

    def rescuer(self) -> Rescuer:
        """Fetches single records."""
        return Rescuer(
            repository=self.repository,
            client=self.client,
            stage=self.stage,
            is_alive=self.is_alive,
            told=self.account.waiting,
        )
