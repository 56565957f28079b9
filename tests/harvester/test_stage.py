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

from harvester.errors import StorageError
from harvester.parse import Page, Rejected
from harvester.record import RawRecord, SourceState
from harvester.request import Window
from harvester.stage import RunEnd, Stage, open_stage

COMPLETE = RunEnd(state="complete", error=None, window_state="complete")
INCOMPLETE = RunEnd(state="incomplete", error="why", window_state="incomplete")
CUT = Rejected(identifier="", reason="cut-page", detail="ends early", body=b"<OAI-PMH><rec")


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


async def opened(stage: Stage, *, source="s", from_="") -> int:
    """Begin a run and a window of it; its number."""
    await stage.begin_run(source, "scope")
    window = await stage.open_window(source, "oai_dc", Window(from_=from_))
    return window.window_id


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
    pending = (await stage.begin_run("s", "scope")).pending
    assert pending is not None
    assert (pending.token, pending.seen) == ("one", 1)


async def test_a_window_left_open_is_pending_until_the_scope_changes(stage):
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1), then="next", size=9))
    pending = (await stage.begin_run("s", "scope")).pending
    assert pending is not None
    assert (pending.window_id, pending.announced) == (window_id, 9)
    assert (await stage.begin_run("s", "another scope")).pending is None


async def test_a_complete_run_sets_where_the_next_begins_and_a_new_scope_resets_it(stage):
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1)))
    await stage.end_run("s", window_id, COMPLETE)
    start = await stage.begin_run("s", "scope")
    assert (start.covered_until, start.pending) == ("2026-02-01T00:00:00Z", None)
    assert (await stage.begin_run("s", "another scope")).covered_until == ""


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
    await stage.end_run("s", window_id, INCOMPLETE)
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
    await stage.end_run("s", whole, COMPLETE)
    update = await opened(stage, from_="2026-01-31T23:59:59Z")
    await stage.commit_page(update, page(size=0))
    await stage.end_run("s", update, COMPLETE)
    assert stage.source_states()["s"].announced == 1


async def test_a_failed_run_leaves_the_time_of_the_last_harvest(stage):
    await stage.begin_run("s", "scope")
    failed = RunEnd(state="failed", error="no answer", window_state="open")
    await stage.end_run("s", None, failed)
    state = stage.source_states()["s"]
    assert (state.state, state.error, state.last_harvest) == ("failed", "no answer", None)


async def test_rejections_are_kept_with_their_bytes_and_counted(stage):
    window_id = await opened(stage)
    headless = Rejected(identifier="", reason="no-header", detail="no <header>", body=b"<record/>")
    await stage.commit_page(window_id, page(raw(1), rejected=[headless]))
    await stage.reject_page(window_id, CUT)
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
    await stage.reject_page(window_id, CUT)
    await stage.reject_page(window_id, CUT)
    assert stage.source_states()["s"].rejected == 1


async def test_a_complete_window_resolves_what_it_has_superseded(stage):
    window_id = await opened(stage)
    await stage.reject_page(window_id, CUT)
    await stage.end_run("s", window_id, INCOMPLETE)
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1)))
    await stage.end_run("s", window_id, COMPLETE)
    assert stage.source_states()["s"].rejected == 0
    assert list(stage.rejections()) == []


async def test_an_update_does_not_resolve_what_an_earlier_complete_listing_rejected(stage):
    entity = Rejected(identifier="oai:fake:7", reason="entity-reference", detail="", body=b"<r/>")
    window_id = await opened(stage)
    await stage.commit_page(window_id, page(raw(1), rejected=[entity]))
    await stage.end_run("s", window_id, COMPLETE)
    for records, n_rejected in [((raw(2),), 1), ((raw(7),), 0)]:
        window_id = await opened(stage, from_="2026-01-31")
        await stage.commit_page(window_id, page(*records))
        await stage.end_run("s", window_id, COMPLETE)
        assert stage.source_states()["s"].rejected == n_rejected


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
