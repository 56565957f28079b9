"""One window's list into the stage, page by page, as long as it is what was asked for."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from msgspec.structs import replace as with_changes

from harvester.answers.parse import Page
from harvester.errors import HarvestError
from harvester.lists.listing import MOST_STALE_PAGES, Break, ListBroken, Listing, to_keep
from harvester.lists.remedy import n_parts
from harvester.lists.root import Part, Root, SampleTaken
from harvester.protocol import Verb
from harvester.report import numbers
from harvester.stage import OpenWindow, Tally
from harvester.token import may_replay
from harvester.window import TIME_ZONES, WINDOW_RECORDS, is_ignored

_SLACK: Final = 2
"""How many times too long a part may be before it is cut again: parts are never quite equal."""
_UNANNOUNCED_RECORDS: Final = 4 * WINDOW_RECORDS
"""Records after which a list of unknown size is cut into windows."""


async def resumable(root: Root, window: OpenWindow) -> OpenWindow:
    """The window as it is followed: from its token where that may be used, else anew."""
    policy, is_announced = root.repository.tokens, window.announced is not None
    is_begun = bool(window.token or window.seen or is_announced)
    if is_begun and not (
        window.token and may_replay(window.token, policy, is_announced=is_announced)
    ):
        return (await root.replace(window.window_id, [window.window]))[0]
    return window


async def follow(root: Root, part: Part, desk: "Desk") -> None:
    """Stage a window's pages; the next one is asked for while one is written.

    Raises:
        ListBroken: the list broke, or is not what was asked for.
    """
    is_first = desk.window.token is None
    try:
        async with aclosing(_listing(root, part, desk.window).pages()) as pages:
            async for page, answer in pages:
                await desk.settle()
                _check_dates(root, part, desk.window, page)
                if (kept := to_keep(answer)) is not None:
                    await root.stage.keep(desk.window.window_id, kept, is_staged=True)
                taken = _within_room(root, page, desk.window)
                desk.begin(taken)
                _check_size(root, desk.window, page, taken, is_first=is_first)
                is_first = False
        await desk.settle()
    except (ListBroken, HarvestError, SampleTaken):
        await desk.settle()
        raise
    finally:
        desk.clear()
    if desk.window.n_missing or await _is_hollow(root, part, desk.window):
        raise ListBroken(Break.SHORT, detail=numbers(desk.window))


async def _is_hollow(root: Root, part: Part, window: OpenWindow) -> bool:
    """Whether a root, or a list begun anew, came back empty although its identifiers are not.

    A repository whose back end fails may answer that no record matches (DataCite does).
    """
    is_part = root.has_dates and not root.is_whole(window)
    if window.seen or window.rejected or root.verb is not Verb.LIST_RECORDS:
        return False
    if is_part and not part.n_restarts:
        return False
    return bool(await root.rescuer().count(window.window))


def _listing(root: Root, part: Part, window: OpenWindow) -> Listing:
    repository = root.repository
    if part.is_suspect:
        repository = with_changes(repository, retries=min(1, repository.retries))
    return Listing(
        repository=repository,
        client=root.client,
        verb=root.verb,
        window=window.window,
        token=window.token,
        is_announced=window.announced is not None,
        told=root.account.waiting,
    )


def _check_dates(root: Root, part: Part, window: OpenWindow, page: Page) -> None:
    """See whether the window's bounds were heeded; a root may deliver more than asked for.

    The ends of a page are enough: lists are sorted by date, or by nothing that dates know of.
    A part that announces as much as its whole is looked at strictly.
    """
    if not root.has_dates or not page.items:
        return
    is_as_large = page.complete_list_size is not None and page.complete_list_size == part.whole
    datestamps = (page.items[0].datestamp, page.items[-1].datestamp)
    allowed = timedelta() if is_as_large else TIME_ZONES
    if not is_ignored(window.window, datestamps, allowed=allowed):
        return
    if root.is_whole(window):
        root.has_dates = False
        return
    raise ListBroken(Break.IGNORED_DATES)


def _check_size(root: Root, window: OpenWindow, page: Page, taken: Page, *, is_first: bool) -> None:
    """Stop where the sample is full, or where the list is better cut into windows."""
    room = root.room()
    if taken is not page or (page.token and room is not None and room <= len(page.records)):
        raise SampleTaken
    if page.token and _is_too_long(root, window, page, is_first=is_first):
        raise ListBroken(Break.TOO_LARGE)


def _within_room(root: Root, page: Page, window: OpenWindow) -> Page:
    """Cut a page at the sample's end; its checkpoint stays before it, so nothing is skipped."""
    room = root.room()
    if room is None or room >= len(page.records):
        return page
    return replace(page, records=page.records[:room], rejected=(), token=window.token)


def _is_too_long(root: Root, window: OpenWindow, page: Page, *, is_first: bool) -> bool:
    if not root.has_dates or root.room() is not None or root.line.is_smallest(window.window):
        return False
    if page.complete_list_size is None:
        return window.announced is None and window.seen > _UNANNOUNCED_RECORDS
    is_root = root.is_whole(window)
    announced = page.complete_list_size // (1 if is_root else _SLACK)
    return is_first and n_parts(announced, len(page.items), root.lanes_for(window)) > 1


@dataclass(slots=True, kw_only=True)
class Desk:
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
