"""What the stage keeps, and that it keeps it whole."""

import asyncio
import hashlib
import sqlite3
import subprocess
import sys
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.answers.parse import Page, RecordHeader, Rejected
from harvester.errors import StorageError
from harvester.protocol import Verb
from harvester.record import RawRecord, SourceState
from harvester.stage import OpenWindow, RootCounts, RunEnd, Stage, open_stage
from harvester.window import Window

COMPLETE = RunEnd(state="complete", error=None)
INCOMPLETE = RunEnd(state="incomplete", error="why")
PLANNED_AT = "2026-02-01T00:00:00Z"
CUT = Rejected(identifier="", reason="cut-page", detail="ends early", body=b"<OAI-PMH><rec")
NAMELESS = Rejected(identifier="", reason="no-header", detail="no <header>", body=b"<record/>")


def raw(number: int, *, text="", is_deleted=False, sets=()) -> RawRecord:
    return RawRecord(
        identifier=f"oai:fake:{number}",
        datestamp="2026-01-01",
        is_deleted=is_deleted,
        sets=sets,
        xml=f"<record><n>{number}</n>{text}</record>".encode(),
    )


def page(*records: RawRecord, then: str | None = None, rejected=(), size=None) -> Page:
    return Page(
        records=records,
        rejected=tuple(rejected),
        token=then,
        complete_list_size=size,
        cursor=None,
        response_date="2026-02-01T00:00:00Z",
    )


def lost(number: int) -> Rejected:
    return Rejected(
        identifier=f"oai:fake:{number}", reason="not-delivered", detail="HTTP status 500", body=b""
    )


async def planned(stage: Stage, *windows: Window, source="s") -> tuple[OpenWindow, ...]:
    """Begin a run and plan these windows of it."""
    await stage.begin_run(source, "scope")
    return await stage.plan(source, "oai_dc", windows, planned_at=PLANNED_AT)


async def opened(stage: Stage, *, source="s", from_="") -> int:
    """Begin a run and a window of it; its number."""
    (window,) = await planned(stage, Window(from_=from_), source=source)
    return window.window_id


async def ended(stage: Stage, window_id: int, end=COMPLETE) -> None:
    """Close a window and the run it belongs to."""
    await stage.close_window(window_id)
    await stage.end_run("s", end)


def identifiers(stage: Stage, **arguments) -> list[str]:
    return [record.identifier for record in stage.records(**arguments)]


async def test_a_staged_record_comes_back_as_it_arrived(stage):
    await stage.commit_page(await opened(stage), page(raw(1, sets=("a", "a:b"))))
    record = stage.record("s", "oai:fake:1")
    assert record is not None
    assert record.xml == b"<record><n>1</n></record>"
    assert record.sha256 == hashlib.sha256(record.xml).digest()
    assert (record.source, record.prefix, record.datestamp) == ("s", "oai_dc", "2026-01-01")
    assert (record.is_deleted, record.sets, record.seq) == (False, ("a", "a:b"), 1)
    assert record.harvested_at == "2026-03-01T00:00:00Z"


async def test_what_was_never_staged_is_none(stage):
    await stage.commit_page(await opened(stage), page(raw(1)))
    assert stage.record("s", "oai:fake:2") is None
    assert stage.record("other", "oai:fake:1") is None
    assert identifiers(stage, source="other") == []


async def test_an_unchanged_record_keeps_its_seq_and_a_changed_one_moves_to_the_end(stage):
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1), raw(2), raw(3)))
    _, tally = await stage.commit_page(window_id, page(raw(1), raw(2, text="new"), raw(3)))
    assert (tally.new, tally.changed, tally.unchanged) == (0, 1, 2)
    assert identifiers(stage) == ["oai:fake:1", "oai:fake:3", "oai:fake:2"]
    assert [record.seq for record in stage.records()] == [1, 3, 4]
    assert stage.last_seq() == 4


async def test_records_after_a_seq_are_those_changed_since(stage):
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1), raw(2)))
    known = stage.last_seq()
    await stage.commit_page(window_id, page(raw(1, text="new"), raw(3)))
    assert identifiers(stage, after_seq=known) == ["oai:fake:1", "oai:fake:3"]


async def test_records_of_one_source_leave_the_others_out(stage):
    await stage.commit_page(await opened(stage, source="a"), page(raw(1)))
    await stage.commit_page(await opened(stage, source="b"), page(raw(1), raw(2)))
    assert identifiers(stage, source="b") == ["oai:fake:1", "oai:fake:2"]
    assert identifiers(stage, source="b", after_seq=2) == ["oai:fake:2"]


async def test_a_tombstone_replaces_the_record_and_is_counted(stage):
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1, text="<title/>"), raw(2)))
    _, tally = await stage.commit_page(window_id, page(raw(1, is_deleted=True)))
    record = stage.record("s", "oai:fake:1")
    assert record is not None
    assert record.is_deleted
    assert b"<title/>" not in record.xml
    assert (tally.changed, tally.deleted) == (1, 1)
    state = stage.source_states()["s"]
    assert (state.live, state.deleted) == (1, 1)


async def test_a_record_in_two_pages_is_seen_once(stage):
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1), raw(2)))
    window, _ = await stage.commit_page(window_id, page(raw(2), raw(2, text="x"), raw(3)))
    assert window.seen == 3
    assert len(identifiers(stage)) == 3


async def test_page_and_checkpoint_are_committed_together_or_not_at_all(stage):
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1), then="one"))
    null: Any = None
    broken = msgspec.structs.replace(
        raw(3), datestamp=null
    )  # NOT NULL fails on the page's second record
    with pytest.raises(StorageError, match="NOT NULL"):
        await stage.commit_page(window_id, page(raw(2), broken, then="two"))
    assert identifiers(stage) == ["oai:fake:1"]
    (pending,) = (await stage.begin_run("s", "scope")).pending
    assert (pending.token, pending.seen) == ("one", 1)


async def test_the_largest_announced_size_counts(stage):
    """A back end that fails in mid-list may announce 0 with its last page."""
    window_id = await opened(stage)
    announced = []
    for size in (None, 7, 9, 0):
        window, _ = await stage.commit_page(window_id, page(size=size))
        announced.append(window.announced)
    assert announced == [None, 7, 9, 9]


async def test_states_tell_how_the_last_run_ended(stage):
    window_id = await opened(stage)
    assert stage.source_states()["s"].error == "the last harvest has not finished"
    await stage.commit_page(window_id, page(raw(1), size=3))
    await ended(stage, window_id, INCOMPLETE)
    assert stage.source_states() == {
        "s": SourceState(
            state="incomplete",
            live=1,
            announced=3,
            last_harvest="2026-03-01T00:00:00Z",
            error="why",
        )
    }


async def test_the_announced_size_of_an_update_does_not_replace_that_of_the_whole(stage):
    whole = await opened(stage)
    await stage.commit_page(whole, page(raw(1), size=1))
    await ended(stage, whole)
    update = await opened(stage, from_="2026-01-31T23:59:59Z")
    await stage.commit_page(update, page(size=0))
    await ended(stage, update)
    assert stage.source_states()["s"].announced == 1


async def test_a_failed_run_leaves_the_time_of_the_last_harvest(stage):
    await stage.begin_run("s", "scope")
    await stage.end_run("s", RunEnd(state="failed", error="no answer"))
    state = stage.source_states()["s"]
    assert (state.state, state.error, state.last_harvest) == ("failed", "no answer", None)


async def test_rejections_are_kept_with_their_bytes_and_counted(stage):
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1), rejected=[NAMELESS]))
    await stage.keep(window_id, CUT)
    first, second = stage.rejections()
    assert (first.source, first.reason, first.at) == ("s", "no-header", "2026-03-01T00:00:00Z")
    assert stage.rejected_bytes(second.rejection_id) == b"<OAI-PMH><rec"
    state = stage.source_states()["s"]
    assert (state.rejected, state.rejection_reasons) == (2, {"no-header": 1, "cut-page": 1})
    assert list(stage.rejections("other")) == []
    with pytest.raises(KeyError):
        stage.rejected_bytes(99)


async def test_the_same_bytes_are_rejected_once(stage):
    window_id = await opened(stage)
    await stage.keep(window_id, CUT)
    await stage.keep(window_id, CUT)
    assert stage.source_states()["s"].rejected == 1


async def test_a_page_that_was_mended_is_kept_but_not_counted_as_rejected(stage):
    mended = Rejected(identifier="", reason="mended", detail="ampersands", body=b"<a>&</a>")
    await stage.keep(await opened(stage), mended, is_staged=True)
    state = stage.source_states()["s"]
    assert (state.rejected, state.mended, state.rejection_reasons) == (0, 1, {})
    assert list(stage.rejections()) == []
    assert [each.reason for each in stage.rejections(with_mended=True)] == ["mended"]


async def test_a_mended_page_outlives_the_complete_run(stage):
    """It is the only trace of what the repository sent."""
    mended = Rejected(identifier="", reason="mended", detail="ampersands", body=b"<a>&</a>")
    window_id = await opened(stage)
    await stage.keep(window_id, mended, is_staged=True)
    await ended(stage, window_id)
    assert stage.source_states()["s"].mended == 1


async def test_a_window_that_is_done_has_made_up_for_its_unreadable_pages(stage):
    window_id = await opened(stage)
    await stage.keep(window_id, CUT)
    assert stage.source_states()["s"].rejected == 1
    await stage.close_window(window_id)
    assert stage.source_states()["s"].rejected == 0
    assert list(stage.rejections()) == []


async def test_pages_of_a_replaced_window_are_made_up_for_when_the_run_is_complete(stage):
    window_id = await opened(stage)
    await stage.keep(window_id, CUT)
    (again,) = await stage.replace(window_id, [Window()])
    await stage.close_window(again.window_id)
    assert stage.source_states()["s"].rejected == 1
    await stage.finish(window_id)
    await stage.end_run("s", COMPLETE)
    assert stage.source_states()["s"].rejected == 0


async def test_an_update_does_not_resolve_what_an_earlier_complete_listing_rejected(stage):
    entity = Rejected(identifier="oai:fake:7", reason="entity-reference", detail="", body=b"<r/>")
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1), rejected=[entity]))
    await ended(stage, window_id)
    for records, n_rejected in [((raw(2),), 1), ((raw(7),), 0)]:
        window_id = await opened(stage, from_="2026-01-31")
        await stage.commit_page(window_id, page(*records))
        await ended(stage, window_id)
        assert stage.source_states()["s"].rejected == n_rejected


async def test_listing_everything_again_resolves_what_does_not_occur_again(stage):
    entity = Rejected(identifier="oai:fake:7", reason="entity-reference", detail="", body=b"<r/>")
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1), rejected=[entity, NAMELESS]))
    await ended(stage, window_id)
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1), rejected=[NAMELESS]))
    await ended(stage, window_id)
    assert stage.source_states()["s"].rejection_reasons == {"no-header": 1}


# Windows


async def test_a_window_left_open_is_pending_until_the_scope_changes(stage):
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1), then="next", size=9))
    start = await stage.begin_run("s", "scope")
    assert start.roots == start.pending
    (pending,) = start.pending
    assert (pending.window_id, pending.token, pending.seen) == (window_id, "next", 1)
    assert (pending.announced, pending.n_missing, pending.planned_at) == (9, 8, PLANNED_AT)
    other = await stage.begin_run("s", "another scope")
    assert (other.covered_until, other.roots, other.pending) == ("", (), ())


async def test_planning_moves_the_mark_so_that_open_windows_and_mark_cover_everything(stage):
    assert (await stage.begin_run("s", "scope")).covered_until == ""
    await stage.plan("s", "oai_dc", [Window()], planned_at=PLANNED_AT)
    assert stage.covered_until("s") == PLANNED_AT
    start = await stage.begin_run("s", "scope")
    assert (start.covered_until, len(start.pending)) == (PLANNED_AT, 1)


async def test_the_mark_of_a_source_never_listed_is_empty(stage):
    assert stage.covered_until("s") == ""


async def test_a_window_that_is_done_is_not_pending(stage):
    await ended(stage, await opened(stage))
    start = await stage.begin_run("s", "scope")
    assert (start.roots, start.pending) == ((), ())


async def test_the_parts_of_a_window_take_its_place(stage):
    (root,) = await planned(stage, Window(set_spec="a"))
    parts = [Window(until="2026-01-01", set_spec="a"), Window(from_="2026-01-02", set_spec="a")]
    first, second = await stage.replace(root.window_id, parts)
    assert [first.window, second.window] == parts
    assert (first.root_id, first.seen, first.token) == (root.window_id, 0, None)
    start = await stage.begin_run("s", "scope")
    assert [each.window_id for each in start.roots] == [root.window_id]
    assert [each.window_id for each in start.pending] == [first.window_id, second.window_id]


async def test_parts_of_parts_belong_to_the_same_root(stage):
    (root,) = await planned(stage, Window())
    (part,) = await stage.replace(root.window_id, [Window(until="2026-01-01")])
    (smaller,) = await stage.replace(part.window_id, [Window(until="2025-01-01")])
    assert smaller.root_id == root.window_id
    pending = (await stage.begin_run("s", "scope")).pending
    assert [each.window_id for each in pending] == [smaller.window_id]


async def test_a_root_is_finished_when_its_parts_are_and_not_by_being_named_so(stage):
    whole, cut = await planned(stage, Window(set_spec="a"), Window(set_spec="b"))
    (part,) = await stage.replace(cut.window_id, [Window(set_spec="b")])
    await stage.finish(whole.window_id)  # is open itself: nothing to finish
    await stage.close_window(part.window_id)
    await stage.finish(cut.window_id)
    roots = (await stage.begin_run("s", "scope")).roots
    assert [each.window_id for each in roots] == [whole.window_id]


async def test_a_root_that_is_listed_as_one_list_gives_up_all_its_parts(stage):
    (root,) = await planned(stage, Window())
    parts = await stage.replace(root.window_id, [Window(until="2026-01-01"), Window(from_="2026")])
    await stage.commit_page(parts[0].window_id, page(raw(1)))
    await stage.close_window(parts[0].window_id)
    whole = await stage.reopen_root(root.window_id, Window(set_spec="a"))
    assert (whole.root_id, whole.window.set_spec) == (root.window_id, "a")
    pending = (await stage.begin_run("s", "scope")).pending
    assert [each.window_id for each in pending] == [whole.window_id]
    assert (await stage.root_counts(root.window_id)).seen == 0
    assert identifiers(stage) == ["oai:fake:1"]


async def test_a_root_adds_up_its_parts_and_leaves_out_what_was_replaced(stage):
    (root,) = await planned(stage, Window())
    await stage.commit_page(root.window_id, page(raw(1), raw(2), then="next"))
    spans = [Window(until=f"2026-01-0{day}") for day in (1, 2, 3, 4)]
    first, second, third, fourth = await stage.replace(root.window_id, spans)
    await stage.commit_page(first.window_id, page(raw(1), raw(2), raw(3), rejected=[NAMELESS]))
    await stage.commit_page(second.window_id, page(raw(4)))
    await stage.replace(second.window_id, [])
    for each in (first, third):
        await stage.close_window(each.window_id)
    assert await stage.root_counts(root.window_id) == RootCounts(
        seen=3, rejected=1, lost=0, n_complete=2, n_open=1, empty=(third.window_id,)
    )
    assert (await stage.window(fourth.window_id)).seen == 0


async def test_a_root_without_parts_counts_itself(stage):
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1)))
    counts = await stage.root_counts(window_id)
    assert (counts.seen, counts.n_complete, counts.n_open) == (1, 0, 1)


async def test_a_window_left_to_the_next_run_starts_anew_there(stage):
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1), then="next", size=3))
    await stage.leave_open(window_id, "1 of 3 announced records arrived")
    (pending,) = (await stage.begin_run("s", "scope")).pending
    assert (pending.window_id, pending.token) == (window_id, None)


async def test_a_record_counts_for_the_window_that_delivers_it_last(stage):
    """So a window that is listed anew counts from the start, though its records are staged."""
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1), raw(2)))
    (again,) = await stage.replace(window_id, [Window()])
    window, tally = await stage.commit_page(again.window_id, page(raw(1), raw(1), raw(2)))
    assert (window.seen, tally.unchanged) == (2, 3)


async def test_what_a_set_announces_adds_up_over_the_sets(stage):
    for window in await planned(stage, Window(set_spec="a"), Window(set_spec="b")):
        await stage.commit_page(window.window_id, page(size=4))
    assert stage.source_states()["s"].announced == 8


# Records asked for one by one


def header(number: int, *, datestamp="2026-01-01", is_deleted=False) -> RecordHeader:
    return RecordHeader(identifier=f"oai:fake:{number}", datestamp=datestamp, is_deleted=is_deleted)


async def test_headers_of_staged_records_count_as_arrived_and_the_others_come_back(stage):
    await stage.commit_page(await opened(stage), page(raw(1), raw(2), raw(3, is_deleted=True)))
    window_id = await opened(stage)
    changed, revived = header(2, datestamp="2026-01-02"), header(3)
    listed = [header(1), changed, revived, header(4)]
    assert await stage.arrived(window_id, listed) == (changed, revived, header(4))
    assert (await stage.window(window_id)).seen == 1


async def test_a_header_that_is_listed_twice_counts_once(stage):
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1)))
    assert await stage.arrived(window_id, [header(1), header(1)]) == ()
    assert (await stage.window(window_id)).seen == 1
    (again,) = await stage.replace(window_id, [Window()])
    assert await stage.arrived(again.window_id, [header(1), header(1)]) == ()
    assert (await stage.window(again.window_id)).seen == 1


async def test_what_could_not_be_had_is_told_to_the_next_run_until_it_is_resolved(stage):
    window_id = await opened(stage)
    for number in (7, 3):
        await stage.keep(window_id, lost(number))
    assert (await stage.begin_run("s", "scope")).lost == ("oai:fake:7", "oai:fake:3")
    await stage.resolve(window_id, "oai:fake:7")
    assert (await stage.begin_run("s", "scope")).lost == ("oai:fake:3",)
    assert [each.identifier for each in stage.rejections()] == ["oai:fake:3"]


async def test_a_complete_window_alone_does_not_resolve_a_named_loss(stage):
    window_id = await opened(stage)
    await stage.keep(window_id, lost(7))
    await stage.close_window(window_id)
    assert (await stage.begin_run("s", "scope")).lost == ("oai:fake:7",)


async def test_a_named_loss_is_resolved_when_a_later_window_delivers_it(stage):
    window_id = await opened(stage)
    await stage.keep(window_id, lost(7))
    await ended(stage, window_id, INCOMPLETE)
    window_id = await opened(stage, from_="2026-01-31")
    await stage.commit_page(window_id, page(raw(7)))
    await ended(stage, window_id, INCOMPLETE)
    assert (await stage.begin_run("s", "scope")).lost == ()


# Reconciliation


async def listed(stage: Stage, *headers: RecordHeader) -> OpenWindow:
    """A reconciliation that was told these headers."""
    (window,) = await stage.plan(
        "s", "oai_dc", [Window()], planned_at="2026-03-01T00:00:00Z", verb=Verb.LIST_IDENTIFIERS
    )
    told = Page(
        records=(),
        headers=headers,
        rejected=(),
        token=None,
        complete_list_size=None,
        cursor=None,
        response_date="",
    )
    window, _ = await stage.commit_listed(window.window_id, told)
    return window


async def test_a_live_record_that_is_not_listed_stands_out_and_vanishes(stage):
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1), raw(2), raw(3, is_deleted=True)))
    window = await listed(stage, header(1), header(3, is_deleted=True))
    assert window.seen == 2
    assert stage.unlisted("s") == ["oai:fake:2"]
    await stage.vanish("s", stage.unlisted("s"))
    gone = stage.record("s", "oai:fake:2")
    assert gone is not None
    assert (gone.is_deleted, gone.is_vanished, gone.seq) == (True, True, 4)
    assert gone.xml == b"<record><n>2</n></record>"
    state = stage.source_states()["s"]
    assert (state.live, state.deleted, state.vanished) == (1, 1, 1)
    assert stage.unlisted("s") == []


async def test_a_record_that_is_listed_as_deleted_has_not_vanished(stage):
    """The next harvest brings its tombstone."""
    await stage.commit_page(await opened(stage), page(raw(1)))
    await listed(stage, header(1, is_deleted=True))
    assert stage.unlisted("s") == []


async def test_a_vanished_record_that_comes_back_is_live_again(stage):
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1)))
    await stage.vanish("s", ["oai:fake:1"])
    _, tally = await stage.commit_page(window_id, page(raw(1)))
    record = stage.record("s", "oai:fake:1")
    assert record is not None
    assert (record.is_deleted, record.is_vanished, tally.changed) == (False, False, 1)


async def test_a_reconciliation_moves_no_mark_and_is_no_pending_harvest(stage):
    await ended(stage, await opened(stage))
    await listed(stage, header(1))
    assert stage.covered_until("s") == PLANNED_AT
    start = await stage.begin_run("s", "scope")
    assert (start.roots, start.pending) == ((), ())


async def test_what_a_reconciliation_was_told_is_forgotten_on_demand(stage):
    await stage.commit_page(await opened(stage), page(raw(1)))
    await listed(stage, header(1))
    await stage.forget_listed("s")
    assert stage.unlisted("s") == ["oai:fake:1"]


async def test_a_header_told_twice_counts_once_for_its_window(stage):
    await opened(stage)
    assert (await listed(stage, header(1), header(1), header(2))).seen == 2


# Compression, readers, writers


async def test_a_dictionary_is_trained_once_and_records_before_and_after_are_read(stage):
    window_id = await opened(stage)
    text = "<subject>High Energy Physics</subject>" * 3
    for start in range(0, 700, 50):
        records = [raw(n, text=f"{text}<t>{n * 7919}</t>") for n in range(start, start + 50)]
        await stage.commit_page(window_id, page(*records))
    with sqlite3.connect(stage.path) as connection:
        assert connection.execute("SELECT prefix, version FROM dictionary").fetchall() == [
            ("oai_dc", 1)
        ]
        plain = "SELECT count(*) FROM record WHERE dictionary_id IS NULL"
        assert connection.execute(plain).fetchone() == (300,)
    connection.close()
    for n, record in enumerate(stage.records()):
        assert record.xml == f"<record><n>{n}</n>{text}<t>{n * 7919}</t></record>".encode()


async def test_readers_see_the_last_commit_and_a_stream_keeps_its_picture(stage):
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(*(raw(n) for n in range(300))))
    stream = stage.records()
    next(stream)
    await stage.commit_page(window_id, page(raw(0, text="new"), raw(999)))
    assert sum(1 for _ in stream) == 299
    assert stage.last_seq() == 302


async def test_a_second_process_that_writes_is_told_so(stage, tmp_path):
    await stage.claim()
    program = (
        "import asyncio, sys; from pathlib import Path\n"
        "from harvester.stage import open_stage\n"
        "async def main():\n"
        "    with open_stage(Path(sys.argv[1])) as stage:\n"
        "        print(stage.last_seq())\n"
        "        await stage.claim()\n"
        "asyncio.run(main())\n"
    )
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", program, str(tmp_path / "stage.db")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "0\n"
    assert "StorageError: another process is writing to" in done.stderr


async def test_the_writer_lock_ends_with_the_stage(tmp_path):
    for _ in range(2):
        with open_stage(tmp_path / "stage.db") as stage:
            await stage.claim()  # would raise while anybody else held the lock
            assert stage.last_seq() == 0


async def test_a_cancelled_waiter_leaves_the_stage_usable(stage):
    window_id = await opened(stage)
    writing = stage.commit_page(window_id, page(raw(1)))
    writing.cancel()
    await stage.commit_page(window_id, page(raw(2)))
    assert "oai:fake:2" in identifiers(stage)


def test_another_version_is_refused_with_advice(tmp_path):
    with open_stage(tmp_path / "stage.db"):
        pass
    connection = sqlite3.connect(tmp_path / "stage.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with (
        pytest.raises(StorageError, match=r"version 99 .* move the file away and harvest again"),
        open_stage(tmp_path / "stage.db"),
    ):
        pass


def test_a_file_that_is_no_stage_is_refused(tmp_path):
    (tmp_path / "text.db").write_text("no database " * 100)
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("CREATE TABLE other (x)")
    connection.close()
    for name in ("text.db", "other.db"):
        with pytest.raises(StorageError, match=name), open_stage(tmp_path / name):
            pass


def test_an_empty_stage_answers_every_question(stage):
    assert (list(stage.records()), stage.last_seq(), stage.source_states()) == ([], 0, {})
    assert list(stage.rejections()) == []


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["", "a", "b"]), st.booleans())),
        max_size=8,
    )
)
def test_any_pages_leave_the_last_version_of_each_record_in_order_of_change(tmp_path, pages):
    expected: dict[str, RawRecord] = {}

    async def write(stage: Stage) -> None:
        window_id = await opened(stage)
        for content in pages:
            records = [raw(n, text=text, is_deleted=gone) for n, text, gone in content]
            await stage.commit_page(window_id, page(*records))
            for record in records:
                if expected.get(record.identifier) != record:
                    expected.pop(record.identifier, None)
                    expected[record.identifier] = record

    path = tmp_path / "property.db"
    path.unlink(missing_ok=True)
    with open_stage(path) as stage:
        asyncio.run(write(stage))
        staged = [(r.identifier, r.xml, r.is_deleted) for r in stage.records()]
    assert staged == [(r.identifier, r.xml, r.is_deleted) for r in expected.values()]
