"""Records fetched one by one; what cannot be had is named, asked for again, and forgotten."""

import pytest

from harvester.client import HttpAnswer
from harvester.errors import RateLimited, TransportError
from harvester.lists.listing import Break, ListBroken
from harvester.lists.rescue import Rescuer
from harvester.stage import OpenWindow, Stage, Tally
from harvester.window import Window
from tests.harvester.fake_repository import (
    BROKEN,
    HTML,
    Asked,
    FakeRepository,
    answer,
    error,
    lost,
    record_xml,
    staged,
)

BUSY = HttpAnswer(status=503, body=b"", retry_after="9000")


def records(n: int) -> list[str]:
    return [record_xml(number) for number in range(n)]


async def planned(stage: Stage, window=None) -> OpenWindow:
    await stage.begin_run("fake", "scope")
    windows = [window or Window()]
    (made,) = await stage.plan("fake", "oai_dc", windows, planned_at="2026-02-01T00:00:00Z")
    return made


@pytest.fixture
def rescuer_of(client_of, repository, stage):
    """Makes a rescuer over a fake repository that is alive or not."""

    def rescuer_of(fake: FakeRepository, *, is_alive: bool = True) -> Rescuer:
        async def alive() -> bool:
            return is_alive

        return Rescuer(repository=repository, client=client_of(fake), stage=stage, is_alive=alive)

    return rescuer_of


# A window's records


async def test_only_what_the_stage_has_not_is_fetched(rescuer_of, stage):
    fake = FakeRepository(records(4))
    window = await planned(stage)
    rescuer = rescuer_of(fake)
    await rescuer.fetch_again(("oai:fake:1", "oai:fake:2"), window.window_id)
    fake.requests.clear()
    rescued = await rescuer.rescue(window)
    assert fake.tokens == ["ids ", "get 0", "ids 2", "get 3"]
    assert (rescued.lost, rescued.tally, rescued.is_whole) == ({}, Tally(new=2), True)
    assert staged(stage) == [0, 1, 2, 3]
    assert (await stage.window(window.window_id)).seen == 4


async def test_a_record_that_has_changed_or_was_deleted_since_is_fetched_again(rescuer_of, stage):
    window = await planned(stage)
    await rescuer_of(FakeRepository(records(3))).rescue(window)
    changed = record_xml(1, datestamp="2026-01-02T00:00:00Z")
    fake = FakeRepository([record_xml(0), changed, record_xml(2, is_deleted=True)])
    rescued = await rescuer_of(fake).rescue(window)
    assert fake.tokens == ["ids ", "get 1", "ids 2", "get 2"]
    assert rescued.tally == Tally(changed=2, deleted=1)


async def test_the_window_is_asked_for_its_own_identifiers(rescuer_of, stage):
    fake = FakeRepository(records(1))
    await rescuer_of(fake).rescue(await planned(stage, Window(from_="2026-01-01", set_spec="a")))
    assert (fake.requests[0]["from"], fake.requests[0]["set"]) == ("2026-01-01", "a")


@pytest.mark.parametrize(
    ("refusal", "detail"),
    [
        ([error("idDoesNotExist")], "idDoesNotExist"),
        ([error("cannotDisseminateFormat")], "cannotDisseminateFormat"),
        ([BROKEN] * 3, "HTTP status 500: oops"),
        ([HTML], "root html"),
        ([lost()] * 3, "connection reset"),
        ([HttpAnswer(status=403, body=b"")], "HTTP status 403"),
    ],
)
async def test_a_record_that_cannot_be_had_is_named_and_the_others_come(
    rescuer_of, stage, refusal, detail
):
    fake = FakeRepository(records(3), instead={"get 1": refusal})
    rescued = await rescuer_of(fake).rescue(await planned(stage))
    assert list(rescued.lost) == ["oai:fake:1"]
    assert staged(stage) == [0, 2]
    (rejection,) = stage.rejections()
    assert (rejection.identifier, rejection.reason) == ("oai:fake:1", "not-delivered")
    assert detail in rejection.detail


async def test_the_bytes_of_a_refusal_are_kept(rescuer_of, stage):
    fake = FakeRepository(records(1), instead={"get 0": [BROKEN] * 3})
    await rescuer_of(fake).rescue(await planned(stage))
    (rejection,) = stage.rejections()
    assert stage.rejected_bytes(rejection.rejection_id) == b"oops"


async def test_an_answer_without_a_record_is_a_rejection(rescuer_of, stage):
    empty = answer("<GetRecord></GetRecord>")
    await rescuer_of(FakeRepository(records(1), instead={"get 0": [empty]})).rescue(
        await planned(stage)
    )
    (rejection,) = stage.rejections()
    assert (rejection.identifier, rejection.reason) == ("oai:fake:0", "no-record")


async def test_a_mended_record_is_staged_and_its_answer_kept(rescuer_of, stage):
    bare = answer(f"<GetRecord>{record_xml(0, title='Salt & pepper')}</GetRecord>")
    fake = FakeRepository(records(1), instead={"get 0": [bare]})
    await rescuer_of(fake).rescue(await planned(stage))
    assert staged(stage) == [0]
    assert [each.reason for each in stage.rejections(with_mended=True)] == ["mended"]


# When to stop


async def test_a_dead_host_ends_the_rescue_without_a_record_being_called_lost(rescuer_of, stage):
    fake = FakeRepository(records(2), instead={"get 0": [lost()] * 3})
    with pytest.raises(TransportError):
        await rescuer_of(fake, is_alive=False).rescue(await planned(stage))
    assert list(stage.rejections()) == []


@pytest.mark.parametrize("key", ["ids ", "get 0"])
async def test_a_host_that_wants_to_be_left_alone_ends_the_rescue(rescuer_of, stage, key):
    fake = FakeRepository(records(2), instead={key: [BUSY]})
    with pytest.raises(RateLimited):
        await rescuer_of(fake).rescue(await planned(stage))
    assert list(stage.rejections()) == []


async def test_identifiers_that_cannot_be_listed_break_the_rescue(rescuer_of, stage):
    fake = FakeRepository(records(4), instead={"ids 2": [error("badResumptionToken")]})
    with pytest.raises(ListBroken) as broken:
        await rescuer_of(fake).rescue(await planned(stage))
    assert broken.value.how is Break.EXPIRED
    assert staged(stage) == [0, 1]


async def test_a_list_of_identifiers_that_is_shorter_than_announced_is_not_whole(rescuer_of, stage):
    short = FakeRepository(records(4), longest={"ListIdentifiers": 2})
    assert not (await rescuer_of(short).rescue(await planned(stage))).is_whole
    silent = FakeRepository(records(4), announces=False)
    assert not (await rescuer_of(silent).rescue(await planned(stage))).is_whole


# Counting


@pytest.mark.parametrize(
    ("fake", "n"),
    [
        (FakeRepository(records(5)), 5),
        (FakeRepository(records(2), announces=False), 2),
        (FakeRepository(records(5), announces=False), None),
        (FakeRepository([]), 0),
        (FakeRepository(records(5), instead={"ids ": [BROKEN] * 3}), None),
        (FakeRepository(records(5), instead={"ids ": [error("badVerb")]}), None),
        (FakeRepository(records(5), longest={"ListIdentifiers": 1}), 5),
    ],
)
async def test_a_window_is_counted_by_the_first_page_of_its_identifiers(
    client_of, repository, stage, fake, n
):
    async def alive() -> bool:
        return True

    rescuer = Rescuer(repository=repository, client=client_of(fake), stage=stage, is_alive=alive)
    assert await rescuer.count(Window()) == n
    assert set(fake.tokens) == {"ids "}


# Named losses, from run to run


def poisoned(*numbers: int, is_deadly: bool) -> FakeRepository:
    """Ten records; lists that hold one of these fail, and if deadly so does the record itself."""

    def fault(asked: Asked) -> HttpAnswer | None:
        spared = {"ListIdentifiers"} if is_deadly else {"ListIdentifiers", "GetRecord"}
        return BROKEN if asked.verb not in spared and asked.holds(*numbers) else None

    return FakeRepository(records(10), fault=fault)


async def test_a_record_that_breaks_its_page_is_fetched_singly(run, stage):
    fake = poisoned(3, is_deadly=False)
    report = await run(fake)
    assert (report.state, report.lost, staged(stage)) == ("complete", (), list(range(10)))
    assert fake.tokens.count("get 3") == 1


async def test_one_that_cannot_be_had_at_all_is_named_in_report_and_state(run, stage):
    report = await run(poisoned(3, 7, is_deadly=True))
    assert (report.state, report.lost) == ("incomplete", ("oai:fake:3", "oai:fake:7"))
    assert report.error == ("2 records that are listed could not be had: oai:fake:3, oai:fake:7")
    assert staged(stage) == [0, 1, 2, 4, 5, 6, 8, 9]
    state = stage.source_states()["fake"]
    assert (state.error, state.rejection_reasons) == (report.error, {"not-delivered": 2})


async def test_it_is_asked_for_again_in_the_next_run_and_stays_named_while_it_fails(run):
    await run(poisoned(3, is_deadly=True))
    again = poisoned(3, is_deadly=True)
    report = await run(again)
    assert (report.state, report.lost) == ("incomplete", ("oai:fake:3",))
    assert again.tokens == ["Identify", "", "ids ", "get 3", "get 3", "get 3"]
    assert again.requests[1]["from"] == "2026-01-31T23:59:59Z", "everything was listed again"


async def test_it_vanishes_from_the_report_when_it_arrives(run, stage):
    await run(poisoned(3, is_deadly=True))
    report = await run(FakeRepository(records(10)))
    assert (report.state, report.lost, report.tally.new) == ("complete", (), 1)
    assert stage.source_states()["fake"].rejected == 0
    third = FakeRepository(records(10))
    assert (await run(third)).state == "complete"
    assert not any(key.startswith("get") for key in third.tokens)


async def test_it_vanishes_when_a_list_brings_it_though_it_cannot_be_had_singly(run, stage):
    await run(poisoned(3, is_deadly=True))
    changed = record_xml(3, datestamp="2026-02-15T00:00:00Z")
    fake = FakeRepository([*records(3), changed], instead={"get 3": [BROKEN] * 9})
    report = await run(fake)
    assert 3 in staged(stage)
    assert (report.state, report.lost) == ("complete", ())
    assert stage.source_states()["fake"].rejected == 0


async def test_one_that_the_repository_knows_no_longer_stays_named(run):
    """It was listed: some repositories list what GetRecord does not know, so nothing is settled."""
    await run(poisoned(3, is_deadly=True))
    report = await run(FakeRepository([each for each in records(10) if ":3<" not in each]))
    assert (report.state, report.lost) == ("incomplete", ("oai:fake:3",))


async def test_many_losses_are_counted_and_the_first_five_named(run):
    report = await run(poisoned(*range(8), is_deadly=True))
    assert len(report.lost) == 8
    assert report.error.endswith(
        "oai:fake:0, oai:fake:1, oai:fake:2, oai:fake:3, oai:fake:4 and 3 more"
        " (`weft records --rejected`)"
    )


async def test_a_repository_that_delivers_nothing_it_lists_has_each_of_them_named(run):
    report = await run(poisoned(*range(10), is_deadly=True))
    assert (report.state, len(report.lost)) == ("incomplete", 10)
