"""graph.db: opening it, one record in place of another, transactions, counts and problems."""

import sqlite3
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from graph.catalogue import open_catalogue
from graph.errors import CatalogueError
from graph.work import Affiliation, Agent, Grant, Identifier, Kind, Problem, Subject
from graph.work_table import ProblemRecord
from tests.graph.builders import MONDAY, TUESDAY, Town, link, new_town, work


@pytest.fixture
def town(tmp_path):
    with new_town(tmp_path) as opened:
        yield opened


def test_a_folder_is_made_where_there_is_none(tmp_path):
    with open_catalogue(tmp_path / "new" / "graph.db") as catalogue:
        assert catalogue.works.last_seq() == 0


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "graph.db"
    path.write_bytes(b"this is no database at all, not even a short one" * 50)
    with pytest.raises(CatalogueError, match=r"cannot open .*graph\.db"), open_catalogue(path):
        pass


def test_a_folder_in_its_place_is_refused(tmp_path):
    with pytest.raises(CatalogueError, match="cannot open"), open_catalogue(tmp_path):
        pass


def test_another_layout_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "graph.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(CatalogueError, match="has layout 99, this version reads"):
        open_catalogue(path).__enter__()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (99,)
    connection.close()


@pytest.mark.parametrize("layout", [2, 3, 4])
def test_one_of_a_former_layout_is_taken_over_as_it_is(tmp_path, layout):
    with new_town(tmp_path) as town:
        town.arrive(work("a/1", "doi:10.1/x"), work("b/1", "doi:10.1/x"))
        town.build()
        keys = town.keys()
    connection = sqlite3.connect(tmp_path / "graph.db")
    connection.execute("ALTER TABLE work ADD COLUMN body BLOB")
    connection.execute("UPDATE work SET body = (SELECT body FROM body WHERE work = id)")
    connection.execute("DROP TABLE body")
    if layout < 4:
        connection.execute("DROP INDEX work_seq")
        connection.execute("ALTER TABLE touched DROP COLUMN was_own")
    if layout == 2:
        connection.execute("ALTER TABLE claim DROP COLUMN is_first")
    connection.execute(f"PRAGMA user_version = {layout}")
    connection.commit()
    connection.close()
    for _ in range(2):
        with new_town(tmp_path) as town:
            town.seq = 2
            town.arrive(work("b/1"))
            town.build()
            assert town.keys()["a/1"] == keys["a/1"]


def test_what_was_written_is_there_after_reopening(tmp_path):
    with new_town(tmp_path) as town:
        town.arrive(work("a/1", "doi:10.1/x"))
        town.build()
        keys = town.keys()
    with new_town(tmp_path) as town:
        assert town.keys() == keys
        assert town.catalogue.works.last_seq() == 1


def test_a_failed_transaction_leaves_nothing(town):
    with pytest.raises(KeyError), town.catalogue.transaction():  # noqa: PT012  # a failure in the middle
        town.catalogue.register.add("aaaaaaaaaaaaa")
        raise KeyError
    assert not town.catalogue.register.is_registered("aaaaaaaaaaaaa")


def test_a_kill_in_the_middle_of_a_merge_leaves_the_last_one(town, monkeypatch):
    town.arrive(work("a/1", "doi:10.1/x", links=[link("Cites", "doi:10.1/y")]))
    town.build()
    before = (town.keys(), town.stubs(), town.links())
    town.arrive(work("a/2", "doi:10.1/y"))

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(town.catalogue.merged, "put_decisions", killed)  # the last step of a merge
    with pytest.raises(KeyboardInterrupt):
        town.build()
    assert (town.keys(), town.stubs(), town.links()) == before


def test_entities_come_in_the_order_of_their_first_records_each_with_all_of_its_works(tmp_path):
    with new_town(tmp_path) as town:
        town.arrive(
            work("b/1", "doi:10.1/x"),
            work("c/1", "doi:10.1/y"),
            work("a/1", "doi:10.1/x"),
            work("a/2", "doi:10.1/z"),
            work("a/3", "doi:10.1/y"),
        )
        town.build()
        keys = town.keys()
        found = [
            (key, [f"{work.source}/{work.record}" for _, work in works])
            for key, works in town.catalogue.works.entities()
        ]
    assert found == [
        (keys["b/1"], ["a/1", "b/1"]),
        (keys["c/1"], ["a/3", "c/1"]),
        (keys["a/2"], ["a/2"]),
    ]


def test_the_log_of_a_merge_is_given_back(tmp_path):
    log = tmp_path / "graph.db-wal"
    with new_town(tmp_path) as town:
        town.arrive(work("a/1", "doi:10.1/x"))
        town.build()
        assert log.stat().st_size
        town.catalogue.give_back_room()
        assert log.stat().st_size == 0
        assert town.keys()


def test_two_writers_at_once_are_told(tmp_path):
    with new_town(tmp_path) as one, new_town(tmp_path) as other:
        other.catalogue._db.execute("PRAGMA busy_timeout = 0")
        with (
            one.catalogue.transaction(),
            pytest.raises(CatalogueError, match="locked"),
            other.catalogue.transaction(),
        ):
            pass


def test_a_record_takes_the_place_of_its_former_state(town):
    town.arrive(
        work("a/1", "doi:10.1/x", links=[link("Cites", "doi:10.1/y")], problems=[Problem("p", "")])
    )
    town.arrive(work("a/1", "doi:10.1/z", problems=[Problem("q", "")]))
    town.build()
    assert len(town.keys()) == 1
    assert town.stubs() == {}
    assert town.catalogue.works.problems() == [("a", "live", "q", 1)]
    assert town.catalogue.works.last_seq() == 2


def test_a_record_keeps_its_number_when_it_changes(town):
    town.arrive(work("a/1"), work("a/2"))
    town.arrive(work("a/3"), work("a/2", "doi:10.1/z"))
    numbers = [(number, record) for number, _, record, _ in town.catalogue.works.live_works()]
    assert numbers == [(1, "1"), (2, "2"), (3, "3")]


def test_a_deleted_record_leaves_nothing_of_what_it_said(town):
    town.arrive(work("a/1", "doi:10.1/x", problems=[Problem("p", "")]))
    town.delete("a/1")
    assert town.catalogue.works.own_identifiers(1) == []
    assert town.catalogue.works.problems() == []


def test_a_record_twice_in_one_batch_counts_once_and_as_it_was_last(town):
    town.arrive(work("a/1", "doi:10.1/x"), work("a/1", "doi:10.1/z"), work("b/1", "doi:10.1/x"))
    town.build()
    assert town.groups() == {frozenset({"a/1"}), frozenset({"b/1"})}


def test_one_oai_identifier_in_two_sources_is_two_records(town):
    town.arrive(work("a/1", "oai:x:1"), work("b/1", "oai:x:1"))
    town.build()
    assert len(set(town.keys().values())) == 2


def test_last_seq_counts_deleted_and_rejected_records(town):
    town.arrive(work("a/1"))
    town.delete("a/2")
    town.reject("a/3")
    assert town.catalogue.works.last_seq() == 3


def test_headers_are_those_of_live_and_deleted_records(town):
    town.arrive(work("b/1"))
    town.delete("a/2")
    town.reject("a/3")
    headers = [
        (each.source, each.identifier, each.status) for each in town.catalogue.works.headers()
    ]
    assert headers == [("a", "2", "deleted"), ("b", "1", "live")]


def test_rejected_records_and_problems_are_listed_apart(town):
    town.arrive(work("b/1", problems=[Problem("bad-doi", "10.x"), Problem("bad-doi", "10.y")]))
    town.reject("a/3")
    assert town.catalogue.works.problems() == [
        ("a", "rejected", "not-xml", 1),
        ("b", "live", "bad-doi", 2),
    ]
    assert list(town.catalogue.works.problem_records("a")) == [
        ProblemRecord(source="a", record="3", is_rejected=True, reason="not-xml", detail="cut")
    ]
    assert [each.detail for each in town.catalogue.works.problem_records(None)] == [
        "cut",
        "10.x",
        "10.y",
    ]


def test_counts_are_of_what_the_last_merge_left(town):
    town.arrive(
        work("a/1", "doi:10.1/x", kind=Kind.DATASET, links=[link("IsSupplementTo", "doi:10.1/p")]),
        work("b/1", "doi:10.1/x", kind=Kind.OTHER, links=[link("Cites", "oai:x:1")]),
        work("b/2", "isbn:1", kind=Kind.BOOK),
    )
    town.delete("a/4")
    town.build()
    counts = town.catalogue.merged.counts()
    assert (counts.records, counts.entities, counts.stubs) == (3, 2, 2)
    assert (counts.merged_entities, counts.links, counts.inner_links) == (1, 2, 0)
    assert counts.by_kind == {"book": 1, "dataset": 1}
    assert counts.by_source == {"a": 1, "b": 2}


def test_a_decision_keeps_the_time_it_was_first_taken(town):
    town.arrive(work("a/1", "doi:10.1/x"), work("b/1", "doi:10.1/x"))
    town.build(MONDAY)
    town.arrive(work("c/1", "arxiv:1"), work("d/1", "arxiv:1"))
    town.build(TUESDAY)
    assert {(each.rule, each.at) for each in town.catalogue.merged.decisions()} == {
        ("same-doi", "2024-01-01T12:00:00Z"),
        ("same-arxiv", "2024-01-02T12:00:00Z"),
    }


def test_a_decision_that_no_longer_holds_is_gone(town):
    town.arrive(work("a/1", "doi:10.1/x"), work("b/1", "doi:10.1/x"))
    town.build()
    town.arrive(work("b/1", "doi:10.1/y"))
    town.build()
    assert list(town.catalogue.merged.decisions()) == []


def test_a_decision_names_its_records(town):
    town.arrive(work("b/2", "doi:10.1/x", kind=Kind.DATASET), work("a/1", "doi:10.1/x"))
    town.build()
    (decision,) = town.catalogue.merged.decisions()
    assert (decision.rule, decision.is_join, decision.evidence, decision.records) == (
        "kinds-differ",
        False,
        "doi:10.1/x",
        (("a", "1"), ("b", "2")),
    )


def test_works_come_back_as_they_went_in(town: Town):
    ror = Identifier("ror", "05mmh0f86")
    one = replace(
        work("a/1", "doi:10.1/x"),
        year=2012,
        version="é 😀",
        creators=(Agent("Ada", affiliations=(Affiliation("Outer Bank", (ror,)),)),),
        publisher="Kap Verlag",
        publisher_identifier=ror,
        subjects=(Subject("Lampe", "Harbour words", "https://words.example.org/lamp", "de"),),
        sizes=("12 pages",),
        formats=("text/csv",),
        funding=(
            Grant(
                funder="Lamp Oil Fund",
                funder_identifiers=(ror,),
                number="LOF-12",
                title="Lamps for all",
                address="https://fund.example.org/12",
            ),
        ),
    )
    town.arrive(one)
    town.build(datetime(2024, 1, 1, tzinfo=UTC))
    ((_, ((_, kept),)),) = town.catalogue.works.entities()
    assert kept == one
