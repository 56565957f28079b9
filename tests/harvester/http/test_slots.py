"""Requests in flight at one host."""

import asyncio

import pytest

from harvester.http.slots import Slots


async def n_entered(slots: Slots, n: int) -> int:
    """How many of `n` tasks get in while none leaves."""
    inside = 0

    async def one() -> None:
        nonlocal inside
        await slots.enter()
        inside += 1
        await asyncio.Event().wait()

    tasks = [asyncio.ensure_future(one()) for _ in range(n)]
    for _ in range(5):
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    return inside


def sized(*sizes: int) -> Slots:
    slots = Slots()
    for size in sizes:
        slots.resize(size)
    return slots


@pytest.mark.parametrize(("sizes", "n"), [((1,), 1), ((3,), 3), ((2, 5), 5), ((5, 2), 2)])
async def test_so_many_are_let_in(sizes, n):
    assert await n_entered(sized(*sizes), 8) == n


async def test_shrinking_and_growing_again_gives_the_last_size():
    assert await n_entered(sized(4, 1, 3), 8) == 3


async def test_a_slot_that_comes_back_after_shrinking_is_taken_away():
    slots = sized(2)
    await slots.enter()
    await slots.enter()
    slots.resize(1)
    slots.leave()
    assert await n_entered(slots, 2) == 0
    slots.leave()
    assert await n_entered(slots, 2) == 1


async def test_who_waited_first_enters_first():
    slots, order = sized(1), []

    async def one(name: str) -> None:
        for _ in range(2):
            await slots.enter()
            order.append(name)
            slots.leave()

    await slots.enter()
    async with asyncio.TaskGroup() as group:
        for name in "abc":
            group.create_task(one(name))
        await asyncio.sleep(0)
        slots.leave()
    assert order == ["a", "b", "c", "a", "b", "c"]
