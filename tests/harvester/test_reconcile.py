"""Records that vanish without a word are marked, and only on the word of a whole list."""

import pytest

from harvester.harvest import harvest
from harvester.reconcile import reconcile
from harvester.record import Repository
from tests.harvester.fake_repository import FakeRepository, answer, error, listing, record_xml

HEADER = "<header><identifier>oai:fake:0</identifier><datestamp>2026-01-01</datestamp></header>"


def records(*numbers: int) -> list[str]:
    return [record_xml(number) for number in numbers]


@pytest.fixture
def run(client_of, repository, stage):
    """Harvests one state of a repository, then reconciles with another."""

    async def run(before: FakeRepository, after: FakeRepository, **arguments):
        await harvest("fake", repository, client_of(before), stage)
        return await reconcile("fake", repository, client_of(after), stage, **arguments)

    return run


def live(stage) -> list[str]:
    return [
        record.identifier.removeprefix("oai:fake:")
        for record in stage.records()
        if not record.is_deleted
    ]


async def test_what_is_listed_no_longer_is_marked_as_vanished_and_takes_a_new_seq(run, stage):
    done = await run(FakeRepository(records(0, 1, 2)), FakeRepository(records(0, 2)))
    assert (done.state, done.n_listed, done.n_vanished) == ("complete", 2, 1)
    gone = stage.record("fake", "oai:fake:1")
    assert (gone.is_deleted, gone.is_vanished) == (True, True)
    assert gone.seq == stage.last_seq()
    state = stage.source_states()["fake"]
    assert (state.live, state.deleted, state.vanished) == (2, 0, 1)


async def test_what_is_still_listed_keeps_its_seq(run, stage):
    same = FakeRepository(records(0, 1, 2))
    done = await run(same, same)
    assert (done.state, done.n_vanished) == ("complete", 0)
    assert [record.seq for record in stage.records()] == [1, 2, 3]


async def test_a_vanished_record_that_is_delivered_again_is_live_again(
    run, stage, client_of, repository
):
    await run(FakeRepository(records(0, 1)), FakeRepository(records(0)))
    await harvest("fake", repository, client_of(FakeRepository(records(0, 1))), stage)
    # its datestamp is old, so only a list of everything delivers it
    assert live(stage) == ["0"]
    everything = Repository(url="http://repository.example/other", requests_per_minute=0)
    await harvest("fake", everything, client_of(FakeRepository(records(0, 1))), stage)
    assert sorted(live(stage)) == ["0", "1"]


async def test_a_list_that_ends_early_marks_nothing(run, stage):
    cut = FakeRepository(
        records(0, 1, 2, 3),
        instead={"ids ": [listing(HEADER, token="", size=4, verb="ListIdentifiers")] * 9},
    )
    cut.earliest = cut.date  # nothing to halve
    done = await run(FakeRepository(records(0, 1, 2, 3)), cut)
    assert (done.state, done.n_vanished) == ("incomplete", 0)
    assert "nothing marked" in (done.error or "")
    assert live(stage) == ["0", "1", "2", "3"]


@pytest.mark.parametrize("code", ["badArgument", "noSetHierarchy"])
async def test_a_refused_list_marks_nothing(run, stage, code):
    refusing = FakeRepository([], instead={"ids ": [error(code)] * 9})
    done = await run(FakeRepository(records(0, 1)), refusing)
    assert done.state == "incomplete"
    assert code in (done.error or "")
    assert live(stage) == ["0", "1"]


async def test_an_empty_list_marks_nothing(run, stage):
    done = await run(FakeRepository(records(0, 1)), FakeRepository([]))
    assert (done.state, done.error) == (
        "incomplete",
        "nothing marked, the list of identifiers is empty",
    )
    assert live(stage) == ["0", "1"]


async def test_without_an_announced_size_each_missing_record_is_asked_for_singly(run, stage):
    after = FakeRepository(records(0, 1, 2), announces=False)
    after.instead["ids "] = [listing(HEADER, verb="ListIdentifiers")]
    after.records.remove(record_xml(2))
    done = await run(FakeRepository(records(0, 1, 2)), after)
    assert (done.state, done.n_vanished) == ("complete", 1)
    assert live(stage) == ["0", "1"]
    assert after.tokens == ["Identify", "ids ", "get 1", "get 2"]


async def test_a_repository_that_keeps_its_deletions_needs_none(run):
    persistent = FakeRepository(records(0))
    identify = "<Identify><deletedRecord>persistent</deletedRecord></Identify>"
    persistent.instead["Identify"] = [answer(identify)]
    done = await run(FakeRepository(records(0, 1)), persistent)
    assert (done.state, done.n_vanished) == ("not-needed", 0)
    assert persistent.tokens == ["Identify"]


async def test_another_set_than_the_harvested_one_marks_nothing(client_of, repository, stage):
    await harvest("fake", repository, client_of(FakeRepository(records(0, 1))), stage)
    narrowed = Repository(url=repository.url, set="a", requests_per_minute=0)
    done = await reconcile("fake", narrowed, client_of(FakeRepository(records(0))), stage)
    assert done.state == "incomplete"
    assert "run `weft harvest` first" in (done.error or "")
    assert live(stage) == ["0", "1"]
