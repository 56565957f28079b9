"""Texts of records on their way through the store's CSV into columns."""

from pathlib import Path

import pytest

from graph.errors import ReleaseError
from graph.release import Release, open_release
from graph.store import open_graph
from graph.terms import literal
from search.coverage.table import read_table
from tests.graph.stores import bulk_load
from tests.search.web.api.town import publish_town

SCHEMA, WEFT = "https://schema.org/", "https://w3id.org/weft#"
HOSTILE = (
    *("a,b", 'say "no"', "line\nbreak", "return\rhere", "both\r\n", "'", '"', "=1+1", " space "),
    *("\t", "\ufeffmark", "\u202eleft", "\u2028", "é😀", "x" * 100_000, "null", "1e5", "#"),
)


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """A release whose graph is one dataset with these keywords."""
    publish_town(tmp_path)
    found = open_release(tmp_path)
    subject = f"<{found.info.base_iri}id/aaaaaaaaaaaaa>"
    lines = [f'{subject} <{WEFT}kind> "dataset" .']
    lines += [f"{subject} <{SCHEMA}keywords> {literal(text)} ." for text in HOSTILE]
    lines.append(f'<http://elsewhere.example/x> <{WEFT}kind> "dataset" .')
    quads = tmp_path / "quads.nq"
    quads.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    for file in found.graph_path.iterdir():
        file.unlink()
    found.graph_path.rmdir()
    bulk_load(quads, found.graph_path)
    return found


def test_every_text_arrives_as_it_was_stated(release):
    with open_graph(release.graph_path) as graph:
        table = read_table(release, graph)
        stated = graph.objects(f"{release.info.base_iri}id/aaaaaaaaaaaaa", f"{SCHEMA}keywords")
    (row,) = table.entities.iter_rows(named=True)
    assert row["key"] == "aaaaaaaaaaaaa"
    assert sorted(row["subjects"]) == sorted(stated)
    assert len(stated) == len(HOSTILE)
    assert (row["sources"], row["year"], row["access"]) == ([], None, "unknown")


def test_an_answer_that_cannot_be_written_is_an_error_of_the_release(release, tmp_path):
    with (
        open_graph(release.graph_path) as graph,
        pytest.raises(ReleaseError, match="cannot read the graph"),
    ):
        graph.write_solutions("SELECT ?s { ?s ?p ?o }", tmp_path / "no" / "such" / "file.csv")


def test_only_a_select_query_is_written(release, tmp_path):
    with open_graph(release.graph_path) as graph, pytest.raises(TypeError, match="no SELECT"):
        graph.write_solutions("ASK { ?s ?p ?o }", tmp_path / "file.csv")
