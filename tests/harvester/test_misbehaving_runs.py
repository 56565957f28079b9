"""Several harvests of one misbehaving repository: what the next run asks for and brings."""

import asyncio
import socket
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from harvester.client import Client
from harvester.harvest import HarvestReport, harvest
from harvester.protocol import format_datestamp
from harvester.record import Repository
from harvester.stage import Stage, open_stage
from tests.harvester.misbehaving.answers import Counts, Sending, http_page
from tests.harvester.misbehaving.faults import (
    answer_holding,
    any_list,
    any_request,
    beyond,
    instead,
    sent,
    status,
    when,
)
from tests.harvester.misbehaving.holdings import holdings, oai_id
from tests.harvester.misbehaving.list_faults import changing
from tests.harvester.misbehaving.repository import Misbehaving
from tests.harvester.misbehaving.scenario import FAMILIES, dspace, invenio
from tests.harvester.misbehaving.server import impatient_client, serve


@dataclass
class Runs:
    """Harvests one repository into one stage, as often as it is asked to."""

    repository: Misbehaving
    client: Client
    stage: Stage
    source: Repository

    async def harvest(self) -> HarvestReport:
        """Harvest, with the counts of this run alone."""
        self.repository.counts = Counts()
        return await harvest("misbehaving", self.source, self.client, self.stage)

    def staged(self) -> set[str]:
        return {record.identifier for record in self.stage.records()}

    def edit(self, number: int, **changes: object) -> None:
        """A record changes now."""
        now = format_datestamp(self.repository.clock.now())
        self.repository.items = [
            replace(item, datestamp=now, **changes) if item.number == number else item  # type: ignore[arg-type]  # fields of Item
            for item in self.repository.items
        ]


@pytest.fixture
def opened(tmp_path):
    """Opens a repository for several runs."""

    @asynccontextmanager
    async def opened(repository: Misbehaving, **settings):
        usual = {"requests_per_minute": 0, "retries": 2, "timeout_s": 5.0}
        with open_stage(tmp_path / "stage.db", now=repository.clock.now) as stage:
            async with (
                serve(repository) as url,
                impatient_client(repository, contact="me@example.org") as client,
            ):
                source = Repository(url=url, **{**usual, **settings})
                yield Runs(repository, client, stage, source)

    return opened


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES.keys())
async def test_a_run_with_nothing_new_asks_for_at_most_three_pages(opened, family):
    async with opened(family()) as runs:
        await runs.harvest()
        before = runs.stage.last_seq()
        report = await runs.harvest()
        assert report.state == "complete"
        assert runs.repository.counts.n_requests <= 4
        assert runs.repository.counts.n_records <= 10
        assert runs.stage.last_seq() == before


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES.keys())
async def test_the_next_run_brings_what_has_changed_and_no_more(opened, family):
    async with opened(family(items=holdings(300))) as runs:
        await runs.harvest()
        await runs.repository.clock.sleep(3_600)
        runs.edit(5, title="A new title")
        runs.edit(7, is_deleted=True)
        report = await runs.harvest()
        assert (report.state, report.tally.changed, report.tally.deleted) == ("complete", 2, 1)
        assert runs.repository.counts.n_records <= 10
        gone = runs.stage.record("misbehaving", oai_id(7))
        assert gone is not None
        assert gone.is_deleted


async def test_what_changed_during_the_last_run_is_brought_by_the_next(opened):
    """From the first responseDate on, not the last: a scroll does not see what changes."""
    behind_its_back = changing(lambda _: runs.edit(0, title="Changed in mid-list"), skip=3)
    async with opened(invenio(behind_its_back)) as runs:
        await runs.harvest()
        await runs.repository.clock.sleep(3_600)
        await runs.harvest()
        record = runs.stage.record("misbehaving", oai_id(0))
        assert record is not None
        assert b"Changed in mid-list" in record.xml


@pytest.mark.parametrize(
    ("name", "most_records"), [("dspace", 750), ("datacite", 750), ("invenio", 1_000)]
)
async def test_after_a_breakdown_only_the_rest_is_harvested(opened, name, most_records):
    """A token that may be replayed goes on where it stood; an Invenio window begins anew."""
    down = instead(any_request, http_page(502), skip=41)
    async with opened(FAMILIES[name](down, items=holdings(600))) as runs:
        first = await runs.harvest()
        n_records = runs.repository.counts.n_records
        runs.repository.mend()
        second = await runs.harvest()
        assert (first.state, second.state) == ("incomplete", "complete")
        assert runs.staged() == runs.repository.all_identifiers()
        assert n_records == 400
        assert n_records + runs.repository.counts.n_records <= most_records


async def test_a_record_that_could_not_be_had_is_asked_for_by_the_next_run_alone(opened):
    poisoned = when(answer_holding(37), status(500))
    async with opened(dspace(poisoned)) as runs:
        assert (await runs.harvest()).state == "incomplete"
        runs.repository.mend()
        assert (await runs.harvest()).state == "complete"
        assert oai_id(37) in runs.staged()
        assert runs.repository.counts.n_records <= 10


async def test_a_run_that_still_cannot_have_a_record_stays_incomplete(opened):
    poisoned = when(answer_holding(37), status(500))
    async with opened(dspace(poisoned)) as runs:
        await runs.harvest()
        report = await runs.harvest()
        assert report.state == "incomplete"
        assert oai_id(37) in (report.error or "")
        assert runs.repository.counts.n_requests <= 30


async def test_a_list_that_breaks_again_and_again_is_completed_run_by_run(opened):
    """Each run is cut off after 25 requests; each leaves more in the stage."""
    repository = dspace(items=holdings(600))
    async with opened(repository) as runs:
        n_staged = [0]
        for _ in range(3):
            repository.faults = (instead(any_request, http_page(502), skip=25),)
            await runs.harvest()
            n_staged.append(len(runs.staged()))
        assert n_staged == sorted(set(n_staged))
        assert n_staged[-1] == 600


async def test_cancelling_takes_no_two_seconds_and_keeps_what_is_staged(opened):
    met = asyncio.Event()

    def fall_silent(reply):
        met.set()
        return sent(Sending.HANG)(reply)

    async with opened(invenio(when(beyond(30), fall_silent)), timeout_s=60.0) as runs:
        harvesting = asyncio.ensure_future(runs.harvest())
        await met.wait()
        began = time.monotonic()
        harvesting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await harvesting
        assert time.monotonic() - began < 2.0
        assert len(runs.staged()) in {20, 30}  # the page in hand is staged whole or not at all
        assert runs.stage.source_states()["misbehaving"].state == "incomplete"
        runs.repository.mend()
        assert (await runs.harvest()).state == "complete"
        assert runs.staged() == runs.repository.all_identifiers()


async def test_every_request_names_weft_and_whom_to_write_to_and_asks_for_gzip(opened):
    async with opened(dspace()) as runs:
        await runs.harvest()
        asks = runs.repository.counts.asks
    assert {ask.headers["from"] for ask in asks} == {"me@example.org"}
    assert all(ask.headers["user-agent"].startswith("Weft/") for ask in asks)
    assert all("mailto:me@example.org" in ask.headers["user-agent"] for ask in asks)
    assert all("gzip" in ask.headers["accept-encoding"] for ask in asks)


async def test_a_port_where_nobody_listens_is_a_failed_source(opened):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with opened(dspace()) as runs:
        runs.source = Repository(url=f"http://127.0.0.1:{port}/oai", retries=2)
        report = await runs.harvest()
    assert report.state == "failed"
    assert report.error is not None
    assert runs.repository.counts.n_requests == 0


async def test_a_list_that_came_back_incomplete_marks_no_record_as_deleted(opened):
    async with opened(dspace()) as runs:
        await runs.harvest()
        await runs.repository.clock.sleep(3_600)
        runs.edit(5, title="New")
        runs.repository.faults = (when(any_list, status(502)),)
        assert (await runs.harvest()).state != "complete"
        assert runs.stage.source_states()["misbehaving"].deleted == 3
        assert runs.staged() == runs.repository.all_identifiers()


async def test_tokens_kept_from_a_run_long_ago_may_have_expired(opened):
    down = instead(any_request, http_page(502), skip=27)
    async with opened(invenio(down, items=holdings(600))) as runs:
        assert (await runs.harvest()).state == "incomplete"
        runs.repository.mend()
        await runs.repository.clock.sleep(86_400)
        assert (await runs.harvest()).state == "complete"
        assert runs.staged() == runs.repository.all_identifiers()
