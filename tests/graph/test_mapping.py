"""Records into the catalogue: what cannot be mapped costs one record and is listed."""

import pytest

from graph import crosswalk
from graph.catalogue import open_catalogue
from graph.mapping import map_records
from tests.graph.staged_records import staged_record


@pytest.fixture
def catalogue(tmp_path):
    with open_catalogue(tmp_path / "graph.db") as opened:
        yield opened


@pytest.fixture
def broken_dialect():
    """A crosswalk with a fault that nobody foresaw, for the root element `broken`."""

    def map_broken(_root, _draft):
        raise ZeroDivisionError("nobody thought of this")

    crosswalk.DIALECTS["broken"] = map_broken
    yield
    del crosswalk.DIALECTS["broken"]


def _listed(catalogue):
    return [
        (each.record, each.is_rejected, each.reason)
        for each in catalogue.works.problem_records(None)
    ]


def test_each_record_is_mapped_once_and_counted(catalogue):
    told: list[int] = []
    n_records = map_records([staged_record(1), staged_record(2)], catalogue, told.append)
    assert (n_records, told) == (2, [2])
    assert catalogue.works.last_seq() == 2
    assert [record for _, _, record, _ in catalogue.works.live_works()] == ["oai:a:1", "oai:a:2"]


def test_nothing_to_map_is_no_error(catalogue):
    assert map_records([], catalogue) == 0


def test_an_unknown_dialect_is_one_rejected_record(catalogue):
    map_records([staged_record(1, "<mods/>"), staged_record(2)], catalogue)
    assert _listed(catalogue) == [("oai:a:1", True, "unknown-dialect")]
    assert catalogue.merged.counts().records == 1


@pytest.mark.usefixtures("broken_dialect")
def test_a_fault_of_a_crosswalk_is_one_rejected_record_that_names_it(catalogue, caplog):
    map_records([staged_record(1), staged_record(2, "<broken/>"), staged_record(3)], catalogue)
    assert _listed(catalogue) == [("oai:a:2", True, "crosswalk-failed")]
    (problem,) = catalogue.works.problem_records("a")
    assert problem.detail == "ZeroDivisionError: nobody thought of this"
    assert catalogue.merged.counts().records == 2
    assert "id=oai:a:2" in caplog.text


def test_a_record_that_is_mended_is_no_longer_rejected(catalogue):
    map_records([staged_record(1, "<mods/>", identifier="oai:a:x")], catalogue)
    map_records([staged_record(2, identifier="oai:a:x")], catalogue)
    assert _listed(catalogue) == []
    assert catalogue.merged.counts().records == 1


def test_a_deleted_record_is_neither_live_nor_rejected(catalogue):
    map_records([staged_record(1, is_deleted=True)], catalogue)
    assert _listed(catalogue) == []
    assert catalogue.merged.counts().records == 0
    assert [header.status for header in catalogue.works.headers()] == ["deleted"]


def test_a_kill_between_batches_keeps_what_was_mapped(catalogue):
    def staged():
        for seq in range(1, 2002):
            yield staged_record(seq, "<mods/>")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        map_records(staged(), catalogue)
    assert catalogue.works.last_seq() == 2000
