"""Reading a stage beside its writer: nothing is written, nobody waits."""

import asyncio
import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from harvester.answers.parse import Page
from harvester.errors import StorageError
from harvester.record import RawRecord
from harvester.stage import Stage, open_stage
from harvester.staging.read_only import read_raw_text
from harvester.window import Window

AT = "2026-02-01T00:00:00Z"
NOBODY = 65534


async def begin(stage: Stage) -> int:
    await stage.begin_run("s", "https://r.example/oai\noai_dc\n")
    (window,) = await stage.plan("s", "oai_dc", [Window()], planned_at=AT)
    return window.window_id


async def deliver(stage: Stage, window_id: int, text: str, *, is_deleted=False) -> None:
    record = RawRecord(
        identifier="oai:r:1",
        datestamp=AT,
        is_deleted=is_deleted,
        sets=(),
        xml=text.encode(),
    )
    await stage.commit_page(
        window_id,
        Page(
            records=(record,),
            rejected=(),
            token=None,
            complete_list_size=None,
            cursor=None,
            response_date=AT,
        ),
    )


async def staged(path: Path) -> None:
    with open_stage(path) as stage:
        await deliver(stage, await begin(stage), "<r>1</r>")


async def test_a_record_is_read_as_it_arrived(tmp_path):
    await staged(tmp_path / "stage.db")
    found = read_raw_text(tmp_path / "stage.db", "s", "oai:r:1")
    assert found is not None
    assert found.body == b"<r>1</r>"
    assert (found.prefix, found.datestamp, found.is_gone) == ("oai_dc", AT, False)
    assert found.scope == "https://r.example/oai\noai_dc\n"
    assert len(found.sha256) == 32


@pytest.mark.parametrize(("source", "identifier"), [("s", "oai:r:2"), ("t", "oai:r:1"), ("", "")])
async def test_what_is_not_there_is_none(tmp_path, source, identifier):
    await staged(tmp_path / "stage.db")
    assert read_raw_text(tmp_path / "stage.db", source, identifier) is None


async def test_a_reader_sees_what_a_writer_has_committed_and_holds_nobody_up(tmp_path):
    path = tmp_path / "stage.db"
    with open_stage(path) as stage:
        window_id = await begin(stage)
        for text in ("<r>1</r>", "<r>2</r>"):
            await deliver(stage, window_id, text)
            found = read_raw_text(path, "s", "oai:r:1")
            assert found is not None
            assert found.body == text.encode()
        await deliver(stage, window_id, "<r status='deleted'/>", is_deleted=True)
        found = read_raw_text(path, "s", "oai:r:1")
        assert found is not None
        assert found.is_gone


async def test_a_writer_in_the_middle_of_a_transaction_is_not_waited_for(tmp_path):
    path = tmp_path / "stage.db"
    await staged(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE record SET datestamp = 'half'")
        found = read_raw_text(path, "s", "oai:r:1")
        assert found is not None
        assert found.datestamp == AT
        writer.execute("ROLLBACK")


async def test_reading_changes_no_file(tmp_path):
    path = tmp_path / "stage.db"
    await staged(path)
    before = path.read_bytes()
    read_raw_text(path, "s", "oai:r:1")
    assert path.read_bytes() == before


@contextmanager
def another_user() -> Iterator[None]:
    """Whoever may write everything becomes somebody who may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_stage_in_a_folder_that_cannot_be_written_is_read():
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "stage.db"
        asyncio.run(staged(path))
        path.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        Path(name).chmod(0o555)
        try:
            with another_user():
                assert not os.access(name, os.W_OK, effective_ids=True)
                found = read_raw_text(path, "s", "oai:r:1")
            assert sorted(each.name for each in Path(name).iterdir()) == [
                "stage.db",
                "stage.db-writer",
            ]
        finally:
            Path(name).chmod(0o755)
    assert found is not None
    assert found.body == b"<r>1</r>"


async def test_no_stage_another_version_and_damage_are_told_and_nothing_is_made(tmp_path):
    path = tmp_path / "stage.db"
    with pytest.raises(StorageError, match="unable to open"):
        read_raw_text(path, "s", "oai:r:1")
    assert not path.exists()
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(StorageError, match="not a database"):
        read_raw_text(path, "s", "oai:r:1")
    path.unlink()
    await staged(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE record SET xml = x'00'")
        connection.commit()
        with pytest.raises(StorageError, match="the text of oai:r:1 is damaged"):
            read_raw_text(path, "s", "oai:r:1")
        connection.execute("UPDATE record SET sha256 = x'00', xml = ?", (packed(b"<other/>"),))
        connection.commit()
        with pytest.raises(StorageError, match="not the one that arrived"):
            read_raw_text(path, "s", "oai:r:1")
        connection.execute("PRAGMA user_version = 99")
        with pytest.raises(StorageError, match="version 99 of the stage, expected"):
            read_raw_text(path, "s", "oai:r:1")


def packed(body: bytes) -> bytes:
    import zstandard  # noqa: PLC0415

    return zstandard.ZstdCompressor().compress(body)
