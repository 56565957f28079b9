"""What people call records, and which records that is."""

from collections.abc import Iterator

import pytest

from graph.catalogue import open_catalogue
from graph.errors import CatalogueError
from graph.judgement import judge, parse_sheet
from graph.merge import merge
from tests.graph.builders import TUESDAY, Town, new_town, work


@pytest.fixture
def town(tmp_path) -> Iterator[Town]:
    with new_town(tmp_path) as town:
        yield town


def records_of(town: Town, reference: str) -> list[str]:
    return [f"{source}/{record}" for source, record in town.catalogue.names.records_of(reference)]


def test_a_record_is_known_by_source_and_oai_identifier(town):
    town.arrive(work("zenodo/oai:zenodo.org:7"), work("other/oai:zenodo.org:7"))
    assert records_of(town, "zenodo:oai:zenodo.org:7") == ["zenodo/oai:zenodo.org:7"]


@pytest.mark.parametrize(
    "reference",
    ["doi:10.1000/x", "10.1000/X", "https://doi.org/10.1000/x", " doi:10.1000/x "],
)
def test_an_identifier_in_any_spelling_is_all_records_that_have_it(town, reference):
    town.arrive(
        work("b/1", "doi:10.1000/x"), work("a/1", "doi:10.1000/x"), work("c/1", "doi:10.1000/y")
    )
    assert records_of(town, reference) == ["a/1", "b/1"]


def test_a_key_and_its_iri_are_the_records_of_the_entity(town):
    town.arrive(work("a/1", "doi:10.1000/x"), work("b/1", "doi:10.1000/x"), work("c/1"))
    town.build()
    key = town.keys()["a/1"]
    assert records_of(town, key) == ["a/1", "b/1"]
    assert records_of(town, f"http://weft.test/id/{key}") == ["a/1", "b/1"]


def test_a_key_stays_with_its_records_when_another_key_takes_its_place(town):
    """Else a judgement that joins two keys would have nothing to join at the next build."""
    town.arrive(work("a/1", "doi:10.1000/x"), work("b/1", "doi:10.1000/y"))
    town.build()
    before = town.keys()
    town.arrive(work("b/1", "doi:10.1000/x"))
    town.build()
    assert set(town.keys().values()) == {before["a/1"]}
    assert records_of(town, before["b/1"]) == ["b/1"]
    assert records_of(town, before["a/1"]) == ["a/1"]


def test_a_judgement_on_keys_holds_build_after_build_and_leaves_no_trace(town):
    town.arrive(work("a/1", "doi:10.1000/x"), work("b/1", "doi:10.1000/y"))
    town.build()
    before = town.keys()
    sheet = parse_sheet(f"verdict,a,b\nsame,{before['a/1']},{before['b/1']}\n".encode())
    for _ in range(3):
        judged = judge(sheet, town.catalogue.names)
        assert judged.faults == ()
        pairs = [(each.one, each.other, True) for each in judged.same]
        merge(town.catalogue, TUESDAY, pairs)
        assert town.groups() == {frozenset({"a/1", "b/1"})}
    town.build()
    assert town.keys() == before


@pytest.mark.parametrize(
    "reference",
    [
        "",
        ":",
        "a",
        "a:2",
        "b:1",
        "doi:10.1000/z",
        "no identifier at all",
        "aaaabbbbccccd",
        "http://weft.test/id/aaaabbbbccccd",
    ],
)
def test_what_nobody_is_called_names_nothing(town, reference):
    town.arrive(work("a/1", "doi:10.1000/x"))
    town.build()
    assert records_of(town, reference) == []


def test_a_record_that_is_gone_is_not_named(town):
    town.arrive(work("a/1", "doi:10.1000/x"))
    town.build()
    key = town.keys()["a/1"]
    town.delete("a/1")
    town.build()
    assert [records_of(town, each) for each in ("a:1", "doi:10.1000/x", key)] == [[], [], []]


def test_a_source_that_is_called_like_a_scheme_is_looked_up_first(town):
    town.arrive(work("doi/10.1000/x"), work("a/1", "doi:10.1000/x"))
    assert town.catalogue.names.records_of("doi:10.1000/x") == (("doi", "10.1000/x"),)


def test_a_catalogue_that_is_being_written_is_an_error_of_the_catalogue(town, tmp_path):
    town.arrive(work("a/1"))
    with open_catalogue(tmp_path / "graph.db") as other:
        other._db.execute("PRAGMA busy_timeout = 0")
        with town.catalogue.transaction(), pytest.raises(CatalogueError, match="cannot look up"):
            other.names.records_of("aaaabbbbccccd")
