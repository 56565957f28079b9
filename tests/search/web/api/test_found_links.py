"""How many links there are: counted once, and no more than is needed."""

import asyncio
from collections import Counter
from types import SimpleNamespace
from typing import cast

import pytest
import pytest_asyncio

from graph.links.selection import CANONICAL, FROM_BOTH_ENDS, Selection, count_selected
from search.errors import QueryTimeout
from search.sparql.pool import Limits
from search.sparql.results import ResultFormat
from search.web.api.found_links import Counts, count_all
from search.web.site import Site, open_site

pytestmark = pytest.mark.asyncio(loop_scope="module")
RELEASE = SimpleNamespace(number=7, info=SimpleNamespace(created_at="2026-01-02T03:04:05Z"))
SITE = cast("Site", SimpleNamespace(release=RELEASE))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sample_site(sample_data):
    async with open_site(sample_data, limits=Limits(workers=1)) as site:
        yield site


@pytest.mark.parametrize(
    "selection",
    [
        Selection(ways=FROM_BOTH_ENDS, only_data=True),
        Selection(ways=FROM_BOTH_ENDS, only_data=True, source_kinds=("paper",)),
        Selection(ways=FROM_BOTH_ENDS[:1], only_data=True),
        Selection(ways=CANONICAL, only_data=True),
        Selection(ways=FROM_BOTH_ENDS),
    ],
)
async def test_a_count_is_that_of_looking_at_every_link(sample_site, selection):
    query = count_selected(selection, 10_000)
    body = await sample_site.pool.run(query, ResultFormat.CSV)
    assert await count_all(sample_site, selection) == int(body.split()[1])


class Slow:
    """Counts when it is let, and how often it was asked."""

    def __init__(self):
        self.may_end = asyncio.Event()
        self.n_asked = 0
        self.error: Exception | None = None

    async def count(self) -> int:
        self.n_asked += 1
        await self.may_end.wait()
        error, self.error = self.error, None
        if error:
            raise error
        return 5


async def test_those_who_ask_at_the_same_time_have_one_count_made():
    counts, slow = Counts(), Slow()
    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(counts.keep(SITE, "all", slow.count)) for _ in range(20)]
        await asyncio.sleep(0)
        slow.may_end.set()
    assert Counter(task.result() for task in asked) == {5: 20}
    assert await counts.keep(SITE, "all", slow.count) == 5
    assert slow.n_asked == 1


async def test_a_slow_count_holds_up_no_other():
    counts, slow, quick = Counts(), Slow(), Slow()
    quick.may_end.set()
    async with asyncio.TaskGroup() as tasks:
        asked = tasks.create_task(counts.keep(SITE, "slow", slow.count))
        await asyncio.sleep(0)
        assert await counts.keep(SITE, "quick", quick.count) == 5
        assert not asked.done()
        slow.may_end.set()


async def test_a_count_that_failed_or_was_given_up_is_made_by_the_next_who_waits():
    counts, slow = Counts(), Slow()
    slow.error = QueryTimeout("too long")
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(counts.keep(SITE, "all", slow.count))
        await asyncio.sleep(0)
        first.cancel()
        failing = tasks.create_task(outcome(counts, slow))
        waiting = tasks.create_task(outcome(counts, slow))
        await asyncio.sleep(0)
        slow.may_end.set()
    assert (failing.result(), waiting.result()) == (QueryTimeout, 5)
    assert slow.n_asked == 3


async def outcome(counts, slow):
    try:
        return await counts.keep(SITE, "all", slow.count)
    except QueryTimeout as error:
        return type(error)
