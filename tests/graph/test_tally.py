"""Counting a graph anew, and comparing it with what release.json says."""

import msgspec
import pytest

from graph.errors import ReleaseError
from graph.release import ReleaseInfo
from graph.store import open_graph
from graph.tally import Difference, Tally, count, differences
from tests.graph.stores import bulk_load

W = "https://w3id.org/weft#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
# two entities, one of two records; one stub of a known kind; one record deleted
QUADS = f"""\
<http://x/id/a> <{W}kind> "paper" .
<http://x/id/a> <{W}fromRecord> <http://x/record/s/1> .
<http://x/id/a> <{W}fromRecord> <http://x/record/t/1> .
<http://x/id/a> <http://purl.org/spar/cito/cites> <http://x/id/b> .
<http://x/id/a> <http://purl.org/spar/cito/cites> <http://x/id/stub> .
<http://x/id/b> <{W}kind> "dataset" .
<http://x/id/b> <{W}fromRecord> <http://x/record/s/2> .
<http://x/id/b> <{W}isSupplementTo> <http://x/id/a> .
<http://x/id/stub> {TYPE} <{W}Stub> .
<http://x/id/stub> <{W}kind> "paper" .
<http://x/record/s/1> <{W}source> "s" .
<http://x/record/s/1> <{W}status> <{W}live> .
<http://x/record/s/2> <{W}source> "s" .
<http://x/record/s/2> <{W}status> <{W}live> .
<http://x/record/t/1> <{W}source> "t" .
<http://x/record/t/1> <{W}status> <{W}live> .
<http://x/record/t/2> <{W}source> "t" .
<http://x/record/t/2> <{W}status> <{W}deleted> .
<http://x/id/a> <{W}kind> "paper" <http://x/record/s/1> .
<http://x/id/a> <http://purl.org/spar/cito/cites> <http://x/id/b> <http://x/record/s/1> .
"""
TALLY = Tally(
    quads=20,
    records=3,
    entities=2,
    merged_entities=1,
    stubs=1,
    links=3,
    by_kind={"dataset": 1, "paper": 1},
    by_source={"s": 2, "t": 1},
)


def graph_of(folder, quads=QUADS):
    (folder / "quads.nq").write_text(quads)
    bulk_load(folder / "quads.nq", folder / "graph")
    return open_graph(folder / "graph")


def info_of(tally: Tally) -> ReleaseInfo:
    return ReleaseInfo(
        number=1, created_at="", base_iri="", inner_links=7, **msgspec.structs.asdict(tally)
    )


def test_a_graph_is_counted_in_its_default_graph_but_for_the_quads(tmp_path):
    with graph_of(tmp_path) as graph:
        assert count(graph) == TALLY


def test_an_empty_graph_counts_nothing(tmp_path):
    with graph_of(tmp_path, "") as graph:
        tally = count(graph)
    assert tally == Tally(
        quads=0,
        records=0,
        entities=0,
        merged_entities=0,
        stubs=0,
        links=0,
        by_kind={},
        by_source={},
    )


def test_equal_numbers_are_no_difference():
    assert differences(info_of(TALLY), TALLY) == []


def test_every_number_that_differs_is_told_those_of_tables_one_by_one():
    said = msgspec.structs.replace(TALLY, links=4, by_kind={"paper": 2}, by_source={"s": 2, "t": 0})
    assert differences(info_of(said), TALLY) == [
        Difference("links", 4, 3),
        Difference("by_kind dataset", 0, 1),
        Difference("by_kind paper", 2, 1),
        Difference("by_source t", 0, 1),
    ]


def test_rows_that_bind_nothing_are_empty_texts(tmp_path):
    with graph_of(tmp_path) as graph:
        rows = graph.rows(f"SELECT ?s ?none {{ ?s <{W}isSupplementTo> ?o }}")
    assert rows == [("http://x/id/b", "")]


def test_rows_are_of_select_queries_only(tmp_path):
    with graph_of(tmp_path) as graph, pytest.raises(TypeError, match="no SELECT query"):
        graph.rows("ASK {}")


def test_a_graph_with_a_cut_file_cannot_be_opened(tmp_path):
    graph_of(tmp_path)
    for file in (tmp_path / "graph").glob("*.sst"):
        file.write_bytes(file.read_bytes()[:100])
    with (
        pytest.raises(ReleaseError, match=r"cannot open the graph at .*Corruption"),
        open_graph(tmp_path / "graph"),
    ):
        pass


def test_rows_of_a_graph_with_an_altered_file_are_refused(tmp_path):
    """A plain query, since an aggregate would not come to an end."""
    graph_of(tmp_path)
    largest = max((tmp_path / "graph").glob("*.sst"), key=lambda file: file.stat().st_size)
    for file in (tmp_path / "graph").glob("*.sst"):
        body = bytearray(file.read_bytes())
        body[10] ^= 0xFF
        if file == largest:
            file.write_bytes(body)
    with open_graph(tmp_path / "graph") as graph, pytest.raises(ReleaseError, match="cannot read"):
        graph.rows("SELECT * { ?s ?p ?o }")
