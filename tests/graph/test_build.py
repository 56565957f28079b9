"""A small release from records to store: what it counts is what SPARQL counts."""

import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from msgspec.structs import replace

import graph
from graph.build import Recipe, write_graph
from graph.catalogue import open_catalogue
from graph.errors import ReleaseError
from graph.iris import mint_key
from graph.mapping import map_records
from graph.merge import merge
from graph.relation import WEFT
from graph.release import new_draft, open_release, publish
from graph.store import open_graph
from graph.work import Kind, Text
from harvester.record import StagedRecord
from tests.graph.builders import BASE, MONDAY, Town, link, new_town, work

_RECIPE = Recipe(base_iri=BASE, source_order=("b", "a"), made_at=MONDAY)
_PREFIXES = (
    f"PREFIX weft: <{WEFT}> PREFIX schema: <https://schema.org/>"
    " PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX cito: <http://purl.org/spar/cito/>"
    " PREFIX prov: <http://www.w3.org/ns/prov#>"
)


def _publish(data, catalogue, sink=lambda _entity, _kinds: None, progress=lambda _: None):
    with new_draft(data) as draft:
        info = write_graph(draft, catalogue, _RECIPE, sink=sink, progress=progress)
        return publish(draft, info)


def _fill(town: Town) -> None:
    """Every sort of statement: merged, apart, stub, redirect, tombstone, deleted, rejected."""
    town.arrive(work("a/1", "doi:10.1/d", kind=Kind.DATASET), work("b/7", "arxiv:1"))
    town.arrive(work("a/8", "doi:10.1/gone"), work("b/2", "doi:10.1/p"))
    town.build()
    town.delete("a/8")
    town.reject("a/9")
    town.arrive(
        work(
            "a/1",
            "doi:10.1/d",
            kind=Kind.DATASET,
            links=[
                link("IsSupplementTo", "doi:10.1/p", "paper"),
                link("IsSupplementTo", "arxiv:1"),
                link("IsPartOf", "doi:10.1/nowhere"),
                link("isMadeUp", "doi:10.1/nowhere"),
            ],
        ),
        work("b/1", "doi:10.1/d", kind=Kind.OTHER, title="From b"),
        work("b/2", "doi:10.1/p", links=[link("IsSupplementedBy", "oai:a:1")]),
        work("b/7", "arxiv:1", "doi:10.1/p", links=[link("IsIdenticalTo", "oai:b:2")]),
        work("a/3", "isbn:1", kind=Kind.BOOK),
        work("a/4", "doi:10.1/q"),
        work("b/4", "doi:10.1/q", kind=Kind.SOFTWARE),
    )
    town.build()


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release")
    with new_town(folder) as town:
        _fill(town)
        _publish(folder, town.catalogue)
    return open_release(folder)


@pytest.fixture(scope="module")
def ask(release):
    """One number or term from a SELECT query with one variable, or all rows when there are many."""
    store = ox.Store.read_only(str(release.graph_path))

    def run(query):
        solutions = store.query(_PREFIXES + query)
        assert isinstance(solutions, ox.QuerySolutions)
        rows = [tuple(term.value for term in row) for row in solutions]
        return int(rows[0][0]) if "count(" in query and len(rows) == 1 else rows

    return run


def test_release_json_counts_what_the_store_holds(release, ask):
    info = release.info
    assert (info.number, info.created_at, info.base_iri) == (1, "2024-01-01T12:00:00Z", BASE)
    assert (info.records, info.entities, info.stubs) == (7, 5, 1)
    assert (info.merged_entities, info.links, info.inner_links) == (2, 3, 1)
    assert info.by_kind == {"book": 1, "dataset": 1, "paper": 2, "software": 1}
    assert info.by_source == {"a": 3, "b": 4}
    assert ask("SELECT (count(*) AS ?n) { ?r weft:status weft:live }") == 7
    assert ask("SELECT (count(DISTINCT ?e) AS ?n) { ?e weft:fromRecord ?r }") == 5
    assert ask("SELECT (count(*) AS ?n) { ?e a weft:Stub }") == 1
    by_kind = ask(
        "SELECT ?k (count(DISTINCT ?e) AS ?n) { ?e weft:fromRecord ?r; weft:kind ?k } GROUP BY ?k"
    )
    assert {kind: int(n) for kind, n in by_kind} == info.by_kind
    by_source = ask(
        "SELECT ?s (count(*) AS ?n) { ?r weft:source ?s; weft:status weft:live } GROUP BY ?s"
    )
    assert {source: int(n) for source, n in by_source} == info.by_source
    everywhere = ask("SELECT (count(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
    assert everywhere == info.quads


def test_links_of_the_store_are_counted_once_each(release, ask):
    links = ask(
        "SELECT ?a ?p ?b { VALUES ?p { weft:isSupplementTo dcterms:isPartOf weft:isRelatedTo"
        " weft:claimedIdenticalTo cito:cites } ?a ?p ?b }"
    )
    assert len(links) == release.info.links == 3


def test_each_merged_statement_stands_once(ask):
    key = f"{BASE}id/{mint_key('doi:10.1/d')}"
    assert ask(f"SELECT ?v {{ <{key}> schema:name ?v }}") == [("From b",)]
    assert ask(f"SELECT ?v {{ <{key}> weft:kind ?v }}") == [("dataset",)]
    assert ask(f"SELECT (count(*) AS ?n) {{ <{key}> schema:identifier 'doi:10.1/d' }}") == 1


def test_the_graph_of_a_record_says_what_it_said(ask):
    key = f"{BASE}id/{mint_key('doi:10.1/d')}"
    said_by = f"{BASE}record/a/1"
    assert ask(f"SELECT ?v {{ GRAPH <{said_by}> {{ <{key}> schema:name ?v }} }}") == [
        ("Title of a/1",)
    ]
    stated = ask(
        f"SELECT ?as ?target {{ GRAPH <{said_by}> {{ ?l a weft:Link ; weft:subject <{key}> ;"
        " weft:statedAs ?as ; weft:statedTarget ?target ; weft:object ?o } }"
    )
    assert sorted(stated) == [
        ("IsPartOf", "doi:10.1/nowhere"),
        ("IsSupplementTo", "arxiv:1"),
        ("IsSupplementTo", "doi:10.1/p"),
        ("isMadeUp", "doi:10.1/nowhere"),
    ]


def test_every_link_of_the_default_graph_is_stated_by_some_record(ask):
    assert (
        ask(
            "SELECT ?a { VALUES ?p { weft:isSupplementTo dcterms:isPartOf weft:isRelatedTo }"
            " ?a ?p ?b"
            " FILTER NOT EXISTS { GRAPH ?g { ?l weft:subject ?one ; weft:object ?other }"
            " FILTER((?one = ?a && ?other = ?b) || (?one = ?b && ?other = ?a)) } }"
        )
        == []
    )


def test_a_deleted_record_keeps_its_header_and_nothing_else(ask):
    record = f"{BASE}record/a/8"
    assert ask(f"SELECT ?s {{ <{record}> weft:status ?s }}") == [(WEFT + "deleted",)]
    assert ask(f"SELECT (count(*) AS ?n) {{ GRAPH <{record}> {{ ?s ?p ?o }} }}") == 0
    assert ask("SELECT ?e { ?e a weft:Tombstone }") == [(f"{BASE}id/{mint_key('doi:10.1/gone')}",)]


def test_a_rejected_record_is_not_in_the_graph(ask):
    assert ask(f"SELECT ?p {{ <{BASE}record/a/9> ?p ?o }}") == []


def test_a_merge_leaves_a_redirect_to_an_entity_of_the_release(ask):
    rows = ask("SELECT ?old ?name { ?old dcterms:isReplacedBy ?new . ?new schema:name ?name }")
    assert rows == [(f"{BASE}id/{mint_key('arxiv:1')}", "Title of b/2")]
    paper = f"{BASE}id/{mint_key('doi:10.1/p')}"
    assert ask(f"SELECT ?r {{ <{paper}> weft:fromRecord ?r }} ORDER BY ?r") == [
        (f"{BASE}record/b/2",),
        (f"{BASE}record/b/7",),
    ]


def test_decisions_name_their_records_one_node_each(ask):
    rows = ask(
        "SELECT ?rule ?outcome (count(?r) AS ?n) { GRAPH ?g { ?d a weft:MergeDecision ; weft:rule"
        " ?rule ; weft:outcome ?outcome ; prov:used ?r } } GROUP BY ?d ?rule ?outcome"
    )
    assert sorted(rows) == [
        ("kinds-differ", WEFT + "apart", "2"),
        ("same-doi", WEFT + "together", "2"),
        ("same-doi", WEFT + "together", "2"),
    ]


def test_every_weft_term_of_the_release_is_defined(ask):
    vocabulary = ox.Store()
    vocabulary.load(path=str(Path(graph.__file__).parent / "weft.ttl"), format=ox.RdfFormat.TURTLE)
    defined = {quad.subject.value for quad in vocabulary}
    rows = ask("SELECT ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
    used = {term for row in rows for term in row if term.startswith(WEFT)}
    assert len(used) > 20
    assert used <= defined


def test_the_sink_gets_each_entity_once_with_the_kinds_around_it(tmp_path):
    got: list[tuple[str, str, list[str]]] = []
    told: list[int] = []
    with new_town(tmp_path) as town:
        _fill(town)
        _publish(
            tmp_path,
            town.catalogue,
            lambda entity, kinds: got.append((entity.key, entity.kind.value, list(kinds))),
            told.append,
        )
    assert sorted(kind for _, kind, _ in got) == ["book", "dataset", "paper", "paper", "software"]
    assert len({key for key, _, _ in got}) == len(got)
    assert [near for _, kind, near in got if kind == "dataset"] == [["paper"]]
    assert told == [5]


def test_a_kind_is_counted_as_it_is_written_whatever_the_order_of_sources(tmp_path):
    with new_town(tmp_path) as town:
        town.arrive(work("a/1", "doi:10.1/x"), work("b/1", "doi:10.1/x", kind=Kind.BOOK))
        town.build()
        info = _publish(tmp_path, town.catalogue).info
    assert info.by_kind == {"book": 1}
    with open_graph(open_release(tmp_path).graph_path) as reader:
        assert reader.kind(f"{BASE}id/{mint_key('doi:10.1/x')}") == "book"


def test_words_that_no_parser_likes_do_not_fail_a_release(tmp_path):
    awkward = replace(
        work("a/1", "url:http://x:port/ a", "doi:10.1/x y"),
        titles=(Text('"\\\n\x00\ufffe', "en-a"),),
        licence="no licence <at> [all]",
    )
    with new_town(tmp_path) as town:
        town.arrive(awkward)
        town.build()
        release = _publish(tmp_path, town.catalogue)
    with open_graph(release.graph_path) as reader:
        name = reader.names([f"{BASE}id/{mint_key('doi:10.1/x y')}"])
    assert list(name.values()) == ['"\\\n\x00\ufffe']


def test_a_graph_that_cannot_be_loaded_leaves_the_last_release_in_place(tmp_path):
    with new_town(tmp_path) as town:
        town.arrive(work("a/1", "doi:10.1/x"))
        town.build()
        _publish(tmp_path, town.catalogue)
        broken = Recipe(base_iri="no scheme/", source_order=(), made_at=MONDAY)
        with new_draft(tmp_path) as draft, pytest.raises(ReleaseError, match="cannot load"):
            write_graph(draft, town.catalogue, broken, sink=lambda _entity, _kinds: None)
    assert open_release(tmp_path).number == 1
    names = {path.name for path in (tmp_path / "releases").iterdir()}
    assert names == {".lock", ".last", ".shelf.lock", ".history.json", "1", "current"}


def test_what_is_done_meanwhile_begins_when_all_entities_are_told(tmp_path):
    told, known = [], []
    with new_town(tmp_path) as town:
        town.arrive(*(work(f"a/{n}", f"doi:10.1/{n}") for n in range(5)))
        town.build()
        with new_draft(tmp_path) as draft:
            info = write_graph(
                draft,
                town.catalogue,
                _RECIPE,
                sink=lambda entity, _kinds: told.append(entity.key),
                meanwhile=lambda: known.extend(told),
            )
    assert len(known) == info.entities == 5


def test_what_fails_meanwhile_fails_the_release(tmp_path):
    def fail() -> None:
        raise ValueError("no room for the text")

    with new_town(tmp_path) as town:
        town.arrive(work("a/1", "doi:10.1/x"))
        town.build()
        _publish(tmp_path, town.catalogue)
        with new_draft(tmp_path) as draft, pytest.raises(ValueError, match="no room for the text"):
            write_graph(
                draft, town.catalogue, _RECIPE, sink=lambda _entity, _kinds: None, meanwhile=fail
            )
    assert open_release(tmp_path).number == 1
    assert not (tmp_path / "releases" / "2").exists()


def test_an_unchanged_catalogue_makes_the_same_graph(tmp_path):
    with new_town(tmp_path) as town:
        _fill(town)
        one = _publish(tmp_path, town.catalogue)
        merge(town.catalogue, MONDAY)
        other = _publish(tmp_path, town.catalogue)
    graphs = [sorted(map(str, ox.Store.read_only(str(each.graph_path)))) for each in (one, other)]
    assert graphs[0] == graphs[1]
    assert other.number == 2


_DIALECTS = {
    "oai_dc": '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A paper</dc:title>'
    "<dc:type>article</dc:type><dc:identifier>https://doi.org/10.1234/one</dc:identifier>"
    "</oai_dc:dc>",
    "oai_datacite": '<oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.1/"><payload>'
    '<resource xmlns="http://datacite.org/schema/kernel-4">'
    '<identifier identifierType="DOI">10.1234/data</identifier>'
    "<titles><title>A dataset</title></titles>"
    '<resourceType resourceTypeGeneral="Dataset"/>'
    '<relatedIdentifiers><relatedIdentifier relatedIdentifierType="DOI"'
    ' relationType="IsSupplementTo">10.1234/ONE</relatedIdentifier></relatedIdentifiers>'
    "</resource></payload></oai_datacite>",
    "datacite": '<resource xmlns="http://datacite.org/schema/kernel-4">'
    '<identifier identifierType="DOI">10.1234/data</identifier>'
    "<titles><title>The dataset again</title></titles>"
    '<resourceType resourceTypeGeneral="Dataset"/></resource>',
}


def test_records_of_every_dialect_meet_in_one_release(tmp_path):
    staged = [
        StagedRecord(
            source=source,
            identifier=f"oai:{source}:1",
            prefix=prefix,
            datestamp="2024-01-01T00:00:00Z",
            is_deleted=False,
            sets=(),
            sha256=b"\x01",
            xml=(
                '<record xmlns="http://www.openarchives.org/OAI/2.0/"><metadata>'
                f"{_DIALECTS[prefix]}</metadata></record>"
            ).encode(),
            harvested_at="2024-01-02T00:00:00Z",
            seq=seq,
        )
        for seq, (source, prefix) in enumerate(
            [("a", "oai_dc"), ("b", "oai_datacite"), ("c", "datacite")], start=1
        )
    ]
    with open_catalogue(tmp_path / "graph.db") as catalogue:
        map_records(staged, catalogue)
        merge(catalogue, MONDAY)
        info = _publish(tmp_path, catalogue).info
    assert (info.records, info.entities, info.merged_entities, info.links) == (3, 2, 1, 1)
    assert info.by_kind == {"dataset": 1, "paper": 1}
    body = json.loads((tmp_path / "releases" / "current" / "release.json").read_text())
    assert re.fullmatch(r"\d+", str(body["quads"]))
