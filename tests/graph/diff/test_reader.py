"""One release as a comparison reads it, whatever its base IRI and its state."""

from graph.diff.reader import ReleaseReader
from graph.errors import ReleaseError
from graph.relation import DCTERMS, WEFT
from graph.release import open_release
from graph.store import open_graph
from graph.vocabulary import RDF_TYPE
from tests.graph.atlas import DATA, PAPER
from tests.graph.builders import BASE, work
from tests.graph.stores import bulk_load


def test_releases_of_different_base_iris_are_compared_by_key(atlas):
    atlas.says(DATA, PAPER)
    atlas.release()
    atlas.release(base="https://weft.example/")
    assert atlas.diff() == {}


def test_a_damaged_store_is_named_unless_the_damage_is_in_what_was_not_read(atlas):
    atlas.says(*(work(f"a/{n}", f"doi:10.1/{n}", links=DATA.links) for n in range(50)))
    atlas.release()
    atlas.release()
    told = set()
    for table in open_release(atlas.folder, 2).graph_path.glob("*.sst"):
        body = table.read_bytes()
        table.write_bytes(bytes(len(body) // 2) + body[len(body) // 2 :])
        try:
            assert (atlas.diff(1, 2), atlas.diff(2, 1)) == ({}, {})
        except ReleaseError as error:
            told.add(str(error).partition(":")[0].partition(" at ")[0])
        table.write_bytes(body)
    assert told == {"cannot open the graph", "cannot read the graph"}


def test_a_redirect_is_followed_to_its_end_and_a_circle_leads_nowhere(tmp_path):
    path, store = tmp_path / "x.nq", tmp_path / "graph"
    replaced_by = DCTERMS + "isReplacedBy"
    lines = [
        f"<{BASE}id/{old}> <{replaced_by}> <{BASE}id/{new}> .\n"
        for old, new in ("ab", "bd", "xy", "yx", "no")
    ]
    lines.append(f"<{BASE}id/d> <{RDF_TYPE}> <{WEFT}Stub> .\n")
    path.write_text("".join(lines), encoding="utf-8")
    bulk_load(path, store)
    with open_graph(store) as graph:
        reader = ReleaseReader(graph, BASE)
        successors = {key: reader.successor(key) for key in "abdxno"}
        states = [reader.state(key) for key in "abd"]
    assert successors == {"a": "d", "b": "d", "d": "d", "x": None, "n": None, "o": None}
    assert states == ["replaced", "replaced", "stub"]
