"""What is done with a window whose list broke, so that nothing of it is lost."""

import logging
from dataclasses import replace
from typing import Final

from harvester.answers.parse import Page
from harvester.errors import TransportError
from harvester.lists.listing import RESTARTABLE, Break, ListBroken, unreadable
from harvester.lists.remedy import Case, Remedy, is_worth_splitting, n_parts, remedy
from harvester.lists.root import Part, Root, StartOver
from harvester.protocol import Verb, format_datestamp
from harvester.report import numbers
from harvester.stage import OpenWindow
from harvester.window import Window

MOST_FAILURES: Final = 12
"""Windows that fail one after the other, with no answer in between, before a run gives up
(guessed)."""
_COUNTED: Final = Page(
    records=(), rejected=(), token=None, complete_list_size=None, cursor=None, response_date=""
)

log = logging.getLogger(__name__)


async def heal(root: Root, part: Part, window: OpenWindow, broken: ListBroken) -> None:
    """Do with a broken window what loses nothing."""
    event = "window cut" if broken.how is Break.TOO_LARGE else "window broken"
    log.info("%s source=%s window=%s because=%s", event, root.name, window.window, broken)
    if (kept := unreadable(broken.cause)) is not None:
        await root.stage.keep(window.window_id, kept)
    size = window.announced
    if broken.how in {Break.FAILED, Break.UNREADABLE}:
        await _check_alive(root, broken)
        if size is None:
            size = await root.rescuer().count(window.window)
    case = Case(
        how=broken.how,
        window=window.window,
        size=size,
        n_missing=window.n_missing,
        n_restarts=part.n_restarts,
        n_short=part.n_short,
        has_dates=root.has_dates,
    )
    match remedy(case, root.line):
        case Remedy.AGAIN:
            again = await root.replace(window.window_id, [window.window])
            root.parts.appendleft(replace(part, window=again[0], n_restarts=part.n_restarts + 1))
        case Remedy.SPLIT:
            await _split(root, part, window, broken)
        case Remedy.ONE_BY_ONE:
            await _rescue(root, part, window, broken, size or 0)
        case Remedy.WITHOUT_DATES:
            await _without_dates(root, part, window, broken)


async def _check_alive(root: Root, broken: ListBroken) -> None:
    """Give the run up when the fault is not the window's.

    Raises:
        HarvestError: what the list met; the window stays open at its checkpoint.
    """
    root.n_failures += 1
    has_answered = root.has_identify or root.has_paged
    if has_answered and root.n_failures <= MOST_FAILURES and await root.is_alive():
        return
    raise broken.cause if broken.cause is not None else TransportError(str(broken), url="")


async def _split(root: Root, part: Part, window: OpenWindow, broken: ListBroken) -> None:
    is_too_large = broken.how is Break.TOO_LARGE
    page_size = window.seen  # of the first page, when the size is announced
    n = n_parts(window.announced, page_size, root.lanes_for(window)) if is_too_large else 2
    windows = await root.replace(window.window_id, root.line.split(window.window, n))
    n_short = part.n_short + (broken.how is Break.SHORT)
    is_suspect = part.is_suspect or broken.how is Break.FAILED
    n_restarts = part.n_restarts if broken.how in RESTARTABLE else 0
    await root.put_first(
        [
            Part(
                each,
                n_restarts=n_restarts,
                n_short=n_short,
                whole=window.announced,
                is_suspect=is_suspect,
            )
            for each in windows
        ]
    )


async def _rescue(
    root: Root, part: Part, window: OpenWindow, broken: ListBroken, size: int
) -> None:
    """Ask for each record; what stays missing is named, or the window stays open."""
    can_split = root.has_dates and not root.line.is_smallest(window.window)
    if root.verb is not Verb.LIST_RECORDS:
        await _leave(root, window, str(broken))
        return
    try:
        rescued = await root.rescuer().rescue(window)
    except ListBroken as again:
        if can_split:
            await _split(root, part, window, broken)
        else:
            await _leave(root, window, f"{broken}; nor can its identifiers be listed: {again}")
        return
    root.losses.lost.update(rescued.lost)
    window = await root.stage.window(window.window_id)
    root.counted[window.window_id] = window.seen
    root.account.staged(_COUNTED, rescued.tally)
    n_had = window.seen + window.rejected + len(rescued.lost)
    n_unlisted = max(size - n_had, rescued.announced - rescued.n_items)
    n_nowhere = 0 if rescued.is_whole else n_unlisted
    if n_nowhere <= 0:
        await root.close(window)
    elif root.has_dates and is_worth_splitting(
        window.window, size or rescued.announced, n_nowhere, root.line
    ):
        await _split(root, part, window, broken)
    else:
        await _leave(root, window, f"{numbers(window)}, {n_nowhere} are listed nowhere")


async def _leave(root: Root, window: OpenWindow, why: str) -> None:
    await root.stage.leave_open(window.window_id, why)
    root.losses.windows.append(f"{window.window}: {why}")
    log.warning("window left source=%s window=%s because=%s", root.name, window.window, why)


async def _without_dates(root: Root, part: Part, window: OpenWindow, broken: ListBroken) -> None:
    """Where `until` alone is ignored (DataCite) name a beginning, else leave the dates out."""
    span, granularity = window.window, root.line.granularity
    floor = format_datestamp(root.line.earliest, granularity)
    if not (root.has_floor or span.from_) and span.until and floor <= span.until:
        root.has_floor = True
        floored = await root.replace(window.window_id, [replace(span, from_=floor)])
        root.parts.appendleft(replace(part, window=floored[0]))
        return
    whole = root.window.window
    if broken.how is Break.REFUSED_DATES:
        whole = Window(set_spec=whole.set_spec)
    raise StartOver(whole)
