"""Helpers read what would be read here, in the same order, and end with whoever started them."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph import mapping
from graph.catalogue import open_catalogue
from graph.errors import MappingError
from graph.mapping import map_records
from graph.mapping.helpers import Helpers, open_helpers
from graph.mapping.read import read_record
from harvester.record import StagedRecord
from tests.graph.gold_records import gold_records
from tests.graph.staged_records import staged_record


def _mixed(n_records: int) -> Iterator[StagedRecord]:
    """Records that are read, deleted, in an unknown dialect, and none at all."""
    for seq in range(1, n_records + 1):
        metadata = {3: "<mods/>", 5: "<dc", 6: " "}.get(seq % 7, "")
        yield staged_record(seq, metadata, is_deleted=seq % 7 == 4)


def _dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as db:
        dump = list(db.iterdump())
    db.close()
    return dump


def _map(records: Iterator[StagedRecord], path: Path) -> list[str]:
    with open_catalogue(path) as catalogue:
        map_records(records, catalogue)
    return _dump(path)


def _children() -> set[str]:
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if not children.exists():
        pytest.skip("the kernel does not list children")
    return set(children.read_text().split())


@pytest.fixture
def _soon(monkeypatch):
    """Helpers are started for the second batch, of few records."""
    monkeypatch.setattr(mapping, "_ALONE", 1)
    monkeypatch.setattr(mapping, "_BATCH", 4)


@pytest.mark.parametrize("n_records", [4, 5, 30, 101])
@pytest.mark.usefixtures("_soon")
def test_a_catalogue_is_the_same_with_helpers_as_without(tmp_path, monkeypatch, n_records):
    helped = _map(_mixed(n_records), tmp_path / "helped.db")
    monkeypatch.setattr(mapping, "_ALONE", 1000)
    assert helped == _map(_mixed(n_records), tmp_path / "alone.db")
    assert sum(line.startswith('INSERT INTO "work"') for line in helped) == n_records


def test_real_records_are_read_alike_by_helpers(corpus, tmp_path):
    records = list(gold_records(corpus, tmp_path))
    batches = [records[start : start + 97] for start in range(0, len(records), 97)]
    with open_helpers(3) as helpers:
        read = list(helpers.read(batches))
    assert [batch for batch, _ in read] == batches
    mapped = [each for _, batch in read for each in batch]
    assert mapped == [read_record(record) for record in records]
    assert sum(each.rows.status == "live" for each in mapped) > 1000


def test_a_helper_that_dies_is_told_with_the_records_that_it_had():
    dead = subprocess.Popen(
        [sys.executable, "-c", "raise SystemExit(7)"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with (
        pytest.raises(MappingError, match=r"status 7 among the 2 records of a from oai:a:1 to oai"),
        dead,
    ):
        list(Helpers([dead]).read([[staged_record(1), staged_record(2)]]))


@pytest.mark.usefixtures("_soon")
def test_a_kill_while_helpers_read_keeps_what_was_mapped_and_leaves_no_process(tmp_path):
    before = _children()

    def staged() -> Iterator[StagedRecord]:
        yield from map(staged_record, range(1, 41))
        assert _children() - before
        raise KeyboardInterrupt

    with open_catalogue(tmp_path / "graph.db") as catalogue:
        with pytest.raises(KeyboardInterrupt):
            map_records(staged(), catalogue)
        kept = catalogue.works.last_seq()
        assert 4 <= kept <= 40
        assert kept % 4 == 0
        assert map_records(map(staged_record, range(kept + 1, 41)), catalogue) == 40 - kept
        assert catalogue.merged.counts().records == 40
    assert _children() == before
