"""What the stage remembers of a companion's look-ups."""

import pytest

from harvester.answers.parse import Page
from harvester.record import RawRecord
from harvester.stage import Lookup, Tally
from harvester.window import Window


def page(*records: RawRecord) -> Page:
    return Page(
        records=records,
        rejected=(),
        token=None,
        complete_list_size=None,
        cursor=None,
        response_date="",
    )


def raw(identifier: str, *, is_deleted=False) -> RawRecord:
    return RawRecord(
        identifier=identifier, datestamp="2026", is_deleted=is_deleted, sets=(), xml=b"{}"
    )


@pytest.fixture
async def window_id(stage):
    await stage.begin_run("c", "scope")
    planned = await stage.plan("c", "p", (Window(),), planned_at="2026-03-01T00:00:00Z")
    return planned[0].window_id


def looked_up(key: str, *, version="", is_found=True) -> Lookup:
    return Lookup(key=key, version=version, is_found=is_found)


async def test_look_ups_come_back_by_key_with_the_time_they_were_done(stage, window_id):
    await stage.commit_lookups(
        window_id, page(), [looked_up("a", version="v"), looked_up("b", is_found=False)]
    )
    at = "2026-03-01T00:00:00Z"
    assert stage.lookups("c", ["a", "b", "never"]) == {
        "a": Lookup(key="a", version="v", is_found=True, asked_at=at),
        "b": Lookup(key="b", version="", is_found=False, asked_at=at),
    }


async def test_a_later_look_up_takes_the_place_of_an_earlier_one(stage, window_id):
    await stage.commit_lookups(window_id, page(), [looked_up("a", is_found=False)])
    await stage.commit_lookups(window_id, page(), [looked_up("a", version="v")])
    assert stage.lookups("c", ["a"])["a"].is_found


async def test_look_ups_of_one_companion_are_not_those_of_another(stage, window_id):
    await stage.commit_lookups(window_id, page(), [looked_up("a")])
    assert stage.lookups("d", ["a"]) == {}


async def test_records_are_staged_with_their_look_ups(stage, window_id):
    answer = page(raw("x"))
    assert await stage.commit_lookups(window_id, answer, [looked_up("a")]) == Tally(new=1)
    assert await stage.commit_lookups(window_id, answer, [looked_up("a")]) == Tally(unchanged=1)
    assert stage.record("c", "x").xml == b"{}"


async def test_headers_say_which_records_are_gone(stage, window_id):
    await stage.commit_page(window_id, page(raw("x"), raw("y", is_deleted=True)))
    assert list(stage.headers("c")) == [("x", "2026", False), ("y", "2026", True)]
    assert list(stage.headers("never")) == []
