"""A companion's look-ups: what is staged, what is remembered, and what is said of the rest."""

import asyncio
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from harvester.client import HttpAnswer, open_client
from harvester.companion.accompany import accompany
from harvester.companion.wanted import Companion, Wanted
from harvester.errors import StorageError
from harvester.http.transport import Lost
from harvester.report import Progress
from harvester.stage import Tally, open_stage
from tests.harvester.companion.services import (
    FakeCern,
    FakeInspire,
    answered,
    handler_of,
    paper,
    record,
)
from tests.harvester.conftest import NOW
from tests.harvester.fake_repository import over_http

CERN = Companion(
    kind="cernopendata", url="http://cern.example/api/", requests_per_minute=0, retries=2
)
INSPIRE = Companion(
    kind="inspire", url="http://inspire.example/api", requests_per_minute=0, retries=2
)
MONDAY, TUESDAY = "2025-03-03T00:00:00Z", "2025-03-04T00:00:00Z"


def recids(*numbers: int, version=MONDAY) -> list[Wanted]:
    return [Wanted(f"recid:{number}", version) for number in numbers]


def keys(*stated: str) -> list[Wanted]:
    return [Wanted(key) for key in stated]


def staged(stage, source="c") -> dict[str, bool]:
    """Identifiers of a source with whether they are there."""
    return {each.identifier: not each.is_deleted for each in stage.records(source=source)}


@pytest.fixture
def look_up(client_of, stage):
    """Runs a companion over a fake service."""

    async def run(service, wanted, companion=None, **arguments):
        companion = companion or (CERN if isinstance(service, FakeCern) else INSPIRE)
        return await accompany("c", companion, wanted, client_of(service), stage, **arguments)

    return run


async def test_every_record_is_asked_for_once_and_staged_as_it_came(look_up, stage):
    cern = FakeCern(records={1: record(1), 2: record(2)})
    report = await look_up(cern, recids(1, 2))
    assert cern.asked == ["1", "2"]
    assert (report.state, report.error, report.tally) == ("complete", None, Tally(new=2))
    assert (report.seen, report.announced, report.n_pages) == (2, 2, 2)
    found = stage.record("c", "recid:1")
    assert (found.prefix, found.datestamp) == ("cernopendata-json", "2025-03-10T09:55:54Z")
    assert found.xml == answered(record(1)).body
    state = stage.source_states()["c"]
    assert (state.state, state.live, state.error) == ("complete", 2, None)


async def test_what_is_known_is_not_asked_for_again(look_up):
    cern = FakeCern(records={1: record(1)})
    await look_up(cern, recids(1, 404))
    report = await look_up(cern, recids(1, 404))
    assert cern.asked == ["1", "404"]
    assert (report.state, report.seen, report.n_pages) == ("complete", 2, 0)


async def test_a_record_with_another_datestamp_is_asked_for_again(look_up, stage):
    cern = FakeCern(records={1: record(1), 2: record(2)})
    await look_up(cern, recids(1, 2))
    cern.records[1] = record(1, doi="10.7483/A")
    seq = stage.record("c", "recid:2").seq
    report = await look_up(cern, recids(1, 2, version=TUESDAY))
    assert cern.asked == ["1", "2", "1", "2"]
    assert report.tally == Tally(changed=1, unchanged=1)
    assert stage.record("c", "recid:2").seq == seq


async def test_of_two_identifiers_with_one_number_the_newest_counts(look_up):
    cern = FakeCern(records={1: record(1)})
    await look_up(cern, [*recids(1), *recids(1, version=TUESDAY)])
    await look_up(cern, [*recids(1, version=TUESDAY), *recids(1)])
    assert cern.asked == ["1"]


@pytest.mark.parametrize("status", [404, 410])
async def test_a_record_without_json_is_remembered_for_that_version(look_up, stage, status):
    cern = FakeCern(instead={"1": [answered({}, status=status)]}, records={1: record(1)})
    report = await look_up(cern, recids(1))
    assert (report.state, staged(stage)) == ("complete", {})
    assert not stage.lookups("c", ["recid:1"])["recid:1"].is_found
    await look_up(cern, recids(1))
    assert cern.asked == ["1"]
    await look_up(cern, recids(1, version=TUESDAY))
    assert staged(stage) == {"recid:1": True}


async def test_what_was_there_and_is_not_any_more_becomes_a_tombstone(look_up, stage):
    cern = FakeCern(records={1: record(1)})
    await look_up(cern, recids(1))
    cern.records.clear()
    report = await look_up(cern, recids(1, version=TUESDAY))
    assert report.tally == Tally(changed=1, deleted=1)
    assert staged(stage) == {"recid:1": False}


async def test_what_was_found_for_a_record_that_is_gone_goes_with_it(look_up, stage):
    cern = FakeCern(records={1: record(1), 2: record(2)})
    await look_up(cern, recids(1, 2))
    gone = Wanted("recid:1", TUESDAY, is_gone=True)
    report = await look_up(cern, [gone, *recids(2), Wanted("recid:3", TUESDAY, is_gone=True)])
    assert cern.asked == ["1", "2"]
    assert (report.state, report.tally) == ("complete", Tally(changed=1, deleted=1))
    assert staged(stage) == {"recid:2": True, "recid:1": False}
    await look_up(cern, recids(1, version=TUESDAY))  # it came back as it was
    assert staged(stage) == {"recid:2": True, "recid:1": True}


async def test_a_failed_look_up_is_named_and_done_again_by_the_next_run(look_up, stage):
    cern = FakeCern(records={n: record(n) for n in (1, 2, 3)})
    cern.instead["2"] = [answered({}, status=403)]
    report = await look_up(cern, recids(1, 2, 3))
    assert (report.state, report.lost) == ("incomplete", ("recid:2",))
    assert report.error == (
        "1 of 3 look-ups failed: recid:2 (last: http://cern.example/api/2 answers with HTTP status"
        " 403: {} (attempt 1, the last))"
    )
    assert stage.source_states()["c"].error == report.error
    again = await look_up(cern, recids(1, 2, 3))
    assert (again.state, cern.asked[3:]) == ("complete", ["2"])


async def test_an_answer_that_cannot_be_read_is_kept_with_its_reason(look_up, stage):
    cern = FakeCern(instead={"1": [answered(b"<html>Just a moment")]}, records={1: record(1)})
    report = await look_up(cern, recids(1, 404))
    assert (report.state, report.tally.rejected) == ("incomplete", 1)
    (rejection,) = stage.rejections("c")
    assert (rejection.identifier, rejection.reason) == ("recid:1", "not-json")
    assert stage.rejected_bytes(rejection.rejection_id) == b"<html>Just a moment"
    await look_up(cern, recids(1, 404))
    assert (list(stage.rejections("c")), staged(stage)) == ([], {"recid:1": True})


async def test_a_service_that_keeps_failing_is_left_alone(look_up, stage):
    cern = FakeCern()
    cern.instead = {str(n): [answered({}, status=403)] for n in range(1, 10)}
    report = await look_up(cern, recids(*range(1, 10)))
    assert cern.asked == ["1", "2", "3"]
    assert (report.state, report.seen, report.announced) == ("failed", 0, 9)
    assert report.error.startswith("3 of 9 look-ups failed: recid:1, recid:2, recid:3 (last: ")
    assert report.error.endswith("; 6 not asked for; left alone until the next run")
    assert stage.source_states()["c"].state == "failed"


async def test_a_limit_on_the_rate_is_waited_for_and_then_obeyed_at_once(look_up, clock):
    cern = FakeCern(records={1: record(1)})
    cern.instead["1"] = [answered({}, status=429, retry_after="20")]
    report = await look_up(cern, recids(1))
    assert (report.state, report.n_retries, clock.slept[0]) == ("complete", 1, 20.0)
    cern.instead["2"] = [answered({}, status=429)] * 9
    report = await look_up(cern, recids(1, 2, 3))
    assert (report.state, cern.asked.count("2"), cern.asked.count("3")) == ("incomplete", 3, 0)
    assert report.error.endswith("; 1 not asked for; left alone until the next run")


async def test_without_a_word_from_the_service_a_retry_waits_five_seconds(look_up, clock):
    cern = FakeCern(records={1: record(1)}, instead={"1": [answered({}, status=429)]})
    await look_up(cern, recids(1))
    assert clock.slept[0] == 5.0


async def test_the_pace_of_the_configuration_is_kept(look_up, clock):
    cern = FakeCern(records={n: record(n) for n in (1, 2, 3)})
    paced = Companion(kind="cernopendata", url="http://cern.example/api/", requests_per_minute=30)
    await look_up(cern, recids(1, 2, 3), paced)
    assert clock.slept == [2.0, 2.0]


async def test_identifiers_are_asked_for_together_and_papers_staged_once(look_up, stage):
    inspire = FakeInspire(papers=[paper(12, dois=["10.1103/PhysRevD.1"], arxiv=["1207.7214"])])
    wanted = keys("arxiv:1207.7214", "doi:10.1103/physrevd.1", "doi:10.1/unknown", "inspire:12")
    report = await look_up(inspire, wanted)
    assert inspire.asked == ["arxiv:1207.7214 doi:10.1103/physrevd.1 doi:10.1/unknown inspire:12"]
    assert (report.state, report.seen, report.tally) == ("complete", 4, Tally(new=1))
    assert stage.record("c", "inspire:12").prefix == "inspire-json"
    known = stage.lookups("c", [each.key for each in wanted])
    assert {key: each.is_found for key, each in known.items()} == {
        "arxiv:1207.7214": True,
        "doi:10.1103/physrevd.1": True,
        "doi:10.1/unknown": False,
        "inspire:12": True,
    }


async def test_what_a_paper_also_goes_by_is_not_asked_for_in_a_later_query(look_up):
    papers = [paper(n, dois=[f"10.1103/{n}"]) for n in range(100, 160)]
    inspire = FakeInspire(papers=papers)
    wanted = keys(*(f"inspire:{n}" for n in range(100, 160)))
    report = await look_up(
        inspire, [*wanted, *keys(*(f"doi:10.1103/{n}" for n in range(100, 160)))]
    )
    assert [len(query.split()) for query in inspire.asked] == [50, 20]
    assert (report.state, report.seen) == ("complete", 120)


async def test_what_was_not_found_is_asked_for_again_after_thirty_days(tmp_path, client_of):
    inspire, later = FakeInspire(papers=[paper(1)]), timedelta()
    with open_stage(tmp_path / "s.db", now=lambda: NOW + later) as stage:
        for days, n_asked in ((0, 1), (29, 1), (31, 2), (60, 2), (170, 3), (181, 4)):
            later = timedelta(days=days)
            client = client_of(inspire)
            moment = NOW + later
            client = replace(client, clock=replace(client.clock, now=lambda at=moment: at))
            await accompany("c", INSPIRE, keys("inspire:1", "inspire:2"), client, stage)
            assert len(inspire.asked) == n_asked, days
    assert inspire.asked == ["inspire:1 inspire:2", "inspire:2", "inspire:2", "inspire:1"]


@pytest.mark.parametrize("status", [400, 414, 500])
async def test_a_query_that_one_identifier_spoils_is_asked_in_halves(look_up, stage, status):
    inspire = FakeInspire(papers=[paper(n) for n in (1, 2, 3, 4)])
    broken = [answered({}, status=status)] * 3
    inspire.instead = {
        "inspire:1 inspire:2 inspire:3 inspire:4": list(broken),
        "inspire:3 inspire:4": list(broken),
        "inspire:3": list(broken),
    }
    report = await look_up(inspire, keys(*(f"inspire:{n}" for n in (1, 2, 3, 4))))
    assert (report.state, report.lost) == ("incomplete", ("inspire:3",))
    assert staged(stage) == {"inspire:1": True, "inspire:2": True, "inspire:4": True}


async def test_a_list_that_is_cut_is_asked_for_in_halves(look_up, stage):
    twins = [paper(n, dois=["10.1/proceedings"]) for n in range(1, 31)]
    inspire = FakeInspire(papers=[*twins, paper(50), paper(51)], largest_size=31)
    report = await look_up(inspire, keys("inspire:50", "doi:10.1/proceedings", "inspire:51"))
    assert report.state == "complete"
    assert len(staged(stage)) == 32


async def test_progress_tells_numbers_and_waits(look_up):
    cern = FakeCern(records={1: record(1)}, instead={"1": [Lost("reset", url="http://cern")]})
    told: list[Progress] = []
    await look_up(cern, recids(1, 404), report=told.append)
    assert [(each.seen, each.announced, each.n_records, each.n_retries) for each in told] == [
        *((0, 2, 0, 1), (1, 2, 1, 1), (2, 2, 1, 1))
    ]
    assert told[0].waiting == "no whole answer: reset, attempt 2 next"
    assert told[0].wait_s == 5.0


async def test_nothing_wanted_is_complete_and_asks_nothing(look_up, stage):
    inspire = FakeInspire()
    report = await look_up(inspire, [])
    assert (report.state, report.seen, inspire.asked) == ("complete", 0, [])
    assert stage.source_states()["c"].state == "complete"


async def test_the_staged_records_of_a_source_say_what_is_wanted(stage, look_up):
    cern = FakeCern(records={1: record(1), 2: record(2)})
    await look_up(cern, recids(1, 2))
    await look_up(cern, [Wanted("recid:1", TUESDAY, is_gone=True)])
    assert list(stage.headers("c")) == [
        ("recid:2", "2025-03-10T09:55:54Z", False),
        ("recid:1", TUESDAY, True),
    ]
    assert list(stage.headers("never")) == []


async def test_a_cancelled_run_keeps_what_was_answered(client_of, stage):
    cern = FakeCern(records={n: record(n) for n in (1, 2, 3)})
    reached, answer = asyncio.Event(), cern.answer

    async def stops_at_the_third(url: str, /):
        if url.endswith("/3"):
            reached.set()
            await asyncio.Event().wait()
        return answer(url)

    task = asyncio.ensure_future(
        accompany("c", CERN, recids(1, 2, 3), client_of(stops_at_the_third), stage)
    )
    await reached.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert staged(stage) == {"recid:1": True, "recid:2": True}
    assert stage.source_states()["c"].state == "incomplete"
    report = await accompany("c", CERN, recids(1, 2, 3), client_of(cern), stage)
    assert (report.state, cern.asked) == ("complete", ["3"])


async def test_a_stage_that_cannot_be_written_ends_the_run(client_of, stage, tmp_path):
    with open_stage(tmp_path / "stage.db") as other:
        await other.claim()
        with pytest.raises(StorageError, match="another process"):
            await accompany("c", CERN, recids(1), client_of(FakeCern()), stage)


async def test_over_a_socket_it_is_the_same(stage):
    cern = FakeCern(records={1: record(1)})
    inspire = FakeInspire(papers=[paper(12, dois=["10.1016/0370-2693(93)90123-5"])])
    async with open_client() as client, over_http(handler_of(cern)) as url:
        ours = Companion(kind="cernopendata", url=url, requests_per_minute=0)
        await accompany("c", ours, recids(1, 2), client, stage)
    async with open_client() as client, over_http(handler_of(inspire)) as url:
        ours = Companion(kind="inspire", url=url, requests_per_minute=0)
        wanted = keys("doi:10.1016/0370-2693(93)90123-5", "inspire:13")
        report = await accompany("i", ours, wanted, client, stage)
    assert staged(stage) == {"recid:1": True}
    assert (staged(stage, "i"), report.state) == ({"inspire:12": True}, "complete")


_RUN = """
import asyncio, sys
from pathlib import Path
from harvester.client import open_client
from harvester.companion.accompany import accompany
from harvester.companion.wanted import Companion, Wanted
from harvester.stage import open_stage

async def main():
    companion = Companion(kind="cernopendata", url=sys.argv[1], requests_per_minute=0)
    with open_stage(Path(sys.argv[2])) as stage:
        async with open_client() as client:
            wanted = [Wanted(f"recid:{n}", "v") for n in range(1, 31)]
            await accompany("c", companion, wanted, client, stage)

asyncio.run(main())
"""


@dataclass
class KillsItsCaller(FakeCern):
    """Ends the process that asks when it asks for one of these."""

    at: list[str] = field(default_factory=list)
    running: asyncio.subprocess.Process | None = None

    def answer(self, url: str) -> HttpAnswer:
        if self.key(url) in self.at and self.running:
            self.at.remove(self.key(url))
            self.running.send_signal(signal.SIGKILL)
        return super().answer(url)


async def test_a_killed_run_costs_the_look_up_in_flight(tmp_path):
    cern = KillsItsCaller(records={n: record(n) for n in range(1, 31)}, at=["10", "20"])
    path = tmp_path / "stage.db"
    async with over_http(handler_of(cern)) as url:
        for expected in (-signal.SIGKILL, -signal.SIGKILL, 0):
            cern.running = await asyncio.create_subprocess_exec(
                sys.executable, "-c", _RUN, url, str(path)
            )
            assert await cern.running.wait() == expected
    with open_stage(path) as stage:
        assert len(staged(stage)) == 30
        assert stage.source_states()["c"].state == "complete"
    assert len(cern.asked) <= 32
