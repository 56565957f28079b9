"""One root window to its end: its parts in flight, and the count of the whole."""

import asyncio
import logging
from collections import deque
from dataclasses import replace

from harvester.errors import HarvestError
from harvester.lists.follow import Desk, follow, resumable
from harvester.lists.heal import heal
from harvester.lists.listing import ListBroken
from harvester.lists.root import Part, Root, SampleTaken, StartOver
from harvester.protocol import format_datestamp
from harvester.stage import OpenWindow
from harvester.window import Window

log = logging.getLogger(__name__)


async def cover(root: Root, pending: tuple[OpenWindow, ...]) -> None:
    """Follow the pending windows and whatever they are cut into; then count the whole.

    Raises:
        SampleTaken: the room is used up.
        HarvestError: the repository does not answer any more, or refuses such lists.
    """
    root.parts.extend(map(Part, pending))
    root.announced = root.window.announced
    counts = await root.stage.root_counts(root.window.window_id)
    root.n_before = counts.seen - sum(window.seen for window in pending)
    is_second_look = False
    while True:
        try:
            await _work_off(root)
        except StartOver as over:
            await _start_over(root, over.window)
            continue
        empty = await _unfulfilled(root)
        if empty is None:
            return
        if empty and not is_second_look:
            is_second_look = True
            await _list_again(root, empty)
        else:
            await _start_over(root, root.window.window)


async def _start_over(root: Root, window: Window) -> None:
    """List the root as one window, in the place of all its parts."""
    log.info("one list source=%s window=%s", root.name, window)
    root.has_dates = False
    root.counted.clear()
    root.n_before = 0
    whole = await root.stage.reopen_root(root.window.window_id, window)
    root.parts = deque([Part(whole)])


async def _work_off(root: Root) -> None:
    lanes = 1 if root.room() is not None else root.repository.parallel
    try:
        async with asyncio.TaskGroup() as group:
            for number in range(lanes):
                group.create_task(_lane(root), name=f"{root.name} lane {number}")
    except* (SampleTaken, StartOver, HarvestError) as broken:
        root.n_in_flight = 0
        raise broken.exceptions[0] from None


async def _lane(root: Root) -> None:
    while (part := await root.next_part()) is not None:
        await _treat(root, part)
        await root.put_back()


async def _treat(root: Root, part: Part) -> None:
    """List a window; whatever happens to it is settled here."""
    if part.window.is_fulfilled:  # the run that listed it was ended before it was closed
        await root.close(part.window)
        return
    desk = Desk(root=root, window=await resumable(root, part.window))
    try:
        await follow(root, part, desk)
    except ListBroken as broken:
        await heal(root, part, desk.window, broken)
    else:
        await root.close(desk.window)


async def _unfulfilled(root: Root) -> tuple[int, ...] | None:
    """None when all parts together are the whole; else the numbers of those without a record.

    What was announced for the whole may have shrunk since, so it is asked again up to the
    moment of planning before anything is listed twice.
    """
    stage, window = root.stage, await root.stage.window(root.window.window_id)
    counts = await stage.root_counts(window.root_id)
    if counts.n_open:
        return None
    is_one_list = counts.n_complete <= 1 and not counts.empty
    arrived = counts.seen + counts.rejected + counts.lost
    if root.has_dates and not is_one_list and arrived < (window.announced or 0):
        until = format_datestamp(root.line.latest, root.line.granularity)
        now = await root.rescuer().count(replace(window.window, until=until))
        if arrived < (now or window.announced or 0):  # 0 may be a back end that fails
            log.info("short source=%s arrived=%d of=%s", root.name, arrived, window.announced)
            return counts.empty
    await stage.finish(window.window_id)
    return None


async def _list_again(root: Root, window_ids: tuple[int, ...]) -> None:
    for window_id in window_ids:
        window = await root.stage.window(window_id)
        again = await root.replace(window_id, [window.window])
        root.parts.append(Part(again[0]))
