"""Looking for vanished records in a repository that misbehaves: what it holds is never marked."""

import asyncio
from collections.abc import Callable

import pytest

from harvester.client import Client
from harvester.harvest import harvest
from harvester.reconcile import reconcile
from harvester.record import Repository
from harvester.stage import Stage, open_stage
from tests.harvester.misbehaving.answers import Sending, http_page, oai_error
from tests.harvester.misbehaving.faults import (
    answers_to,
    any_list,
    any_request,
    beyond,
    expired,
    instead,
    is_get_record,
    is_list,
    is_resumed,
    list_holding,
    sent,
    status,
    when,
)
from tests.harvester.misbehaving.holdings import ids
from tests.harvester.misbehaving.list_faults import (
    announcing,
    expiring_after,
    for_ever,
    listing,
    looping,
    without_arguments,
)
from tests.harvester.misbehaving.mangling import body, torn_inside, without_closing
from tests.harvester.misbehaving.repository import Fault, Misbehaving
from tests.harvester.misbehaving.scenario import FAMILIES, LONGEST_S
from tests.harvester.misbehaving.server import impatient_client, serve

VANISHED = ids(4, 38, 59)
resumed = answers_to(is_resumed)

FAULTS: dict[str, Callable[[], Fault]] = {
    "a list that breaks after 30 records": lambda: when(beyond(30), status(502)),
    "a list that ends after 30 records": lambda: when(beyond(29), listing(token="")),
    "a list that ends after its first page": lambda: when(any_list, listing(token="")),
    "a page that breaks every list": lambda: when(list_holding(37), status(500)),
    "a page that comes back empty": lambda: when(list_holding(37), listing(items=())),
    "no records for every list": lambda: instead(is_list, oai_error("noRecordsMatch")),
    "no records for the first list": lambda: instead(is_list, oai_error("noRecordsMatch"), times=1),
    "a lost answer": lambda: when(resumed, sent(Sending.RESET, 0), skip=1, times=1),
    "half a page": lambda: when(resumed, body(without_closing), skip=1, times=1),
    "a torn page": lambda: when(resumed, body(torn_inside), skip=1, times=1),
    "a page for people": lambda: when(resumed, status(200), skip=1, times=1),
    "an expired token": lambda: when(resumed, expired(422), skip=1, times=1),
    "tokens that expire after two pages": lambda: expiring_after(2),
    "a loop of tokens": lambda: looping(("A", "B"), 20),
    "the same page for ever": lambda: for_ever(20, empty=False),
    "empty pages for ever": lambda: for_ever(20, empty=True),
    "a size that is one too high": lambda: when(any_list, announcing(1)),
    "a size that is one too low": lambda: when(any_list, announcing(-1)),
    "windows that are ignored": lambda: without_arguments("from", "until"),
    "GetRecord that knows nothing": lambda: instead(is_get_record, oai_error("idDoesNotExist")),
    "a breakdown in mid-list": lambda: instead(any_request, http_page(502), skip=3),
    "a door that is shut": lambda: instead(any_request, http_page(403)),
}


@pytest.fixture
def opened(tmp_path):
    """Harvests a repository, lets three of its records vanish, and reconciles under a fault."""

    async def opened(repository: Misbehaving, fault: Fault | None):
        repository.identify = {"deletedRecord": "transient"}
        with open_stage(tmp_path / "stage.db", now=repository.clock.now) as stage:
            async with serve(repository) as url, impatient_client(repository) as client:
                return await _vanish(
                    repository,
                    fault,
                    Repository(url=url, requests_per_minute=0, retries=2),
                    client,
                    stage,
                )

    return opened


async def _vanish(
    repository: Misbehaving, fault: Fault | None, source: Repository, client: Client, stage: Stage
):
    assert (await harvest("misbehaving", source, client, stage)).state == "complete"
    repository.items = [item for item in repository.items if item.identifier not in VANISHED]
    repository.faults = () if fault is None else (fault,)
    async with asyncio.timeout(LONGEST_S):
        done = await reconcile("misbehaving", source, client, stage)
    marked = {record.identifier for record in stage.records() if record.is_vanished}
    return done, marked


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES.keys())
async def test_what_vanished_is_marked(opened, family):
    done, marked = await opened(family(), None)
    assert (done.state, done.n_vanished, done.error) == ("complete", 3, None)
    assert marked == VANISHED


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES.keys())
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
async def test_what_is_still_held_is_never_marked(opened, family, fault):
    """All that vanished is marked, or nothing is, and the reason is said."""
    done, marked = await opened(family(), fault())
    assert marked == (VANISHED if done.state == "complete" else set())
    assert (done.error is None) == (done.state == "complete")


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES.keys())
async def test_a_list_without_a_size_that_ends_early_marks_only_what_is_gone(opened, family):
    early = when(beyond(29), listing(token=""))
    done, marked = await opened(family(announces=False), early)
    assert marked == (VANISHED if done.state == "complete" else set())
