"""Graphs of enrichments in releases written whole and made of differences."""

import pyoxigraph as ox
import pytest
import rdflib
from msgspec.structs import replace
from rdflib.namespace import PROV, RDF, VOID

from graph.build import Recipe, changed_enrichments, update_graph, write_graph
from graph.enrichment import (
    Enrichment,
    Provenance,
    enrichment_iri,
    enrichments_in,
    is_enrichment,
)
from graph.iris import entity_iri
from graph.release import Draft
from graph.store import open_graph
from graph.work import Agent, Identifier
from tests.graph.builders import BASE, MONDAY, new_town, work

_RECIPE = Recipe(base_iri=BASE, source_order=("b", "a"), made_at=MONDAY)
ORIGIN = Provenance(
    title="Another place",
    endpoint="https://other.example/sparql",
    query='SELECT DISTINCT ?entity { "$rows" }',
    licence="https://creativecommons.org/publicdomain/zero/1.0/",
    began="2026-01-01T00:00:00Z",
    ended="2026-01-02T00:00:00Z",
    asked=3,
    answered=1,
    failed=1,
    statements=1,
)
IRI = enrichment_iri(BASE, "other")
ORCID = "https://orcid.org/0000-0002-1825-0097"


def enrichment(*statements, name="other", **origin):
    return Enrichment(
        iri=enrichment_iri(BASE, name),
        provenance=replace(ORIGIN, **origin),
        statements=lambda: iter(statements),
    )


@pytest.fixture
def town(tmp_path):
    with new_town(tmp_path) as made:
        made.arrive(
            replace(
                work("a/1", "doi:10.1/a"),
                creators=(
                    Agent(
                        "Ada",
                        "person",
                        identifiers=(Identifier("orcid", ORCID.rpartition("/")[2]),),
                    ),
                ),
            ),
            work("b/2", "doi:10.1/b"),
        )
        made.build()
        yield made


def draft_at(path, number=1):
    path.mkdir()
    return Draft(number=number, path=path)


def written(town, path, *enrichments):
    draft = draft_at(path)
    info = write_graph(
        draft, town.catalogue, _RECIPE, sink=lambda *_: None, enrichments=enrichments
    )
    return draft, info


def updated(town, path, parent, *enrichments):
    draft = draft_at(path, 2)
    info = update_graph(
        draft,
        town.catalogue,
        _RECIPE,
        (parent[0].graph_path, parent[1]),
        sink=lambda *_: None,
        drop=lambda _: None,
        enrichments=enrichments,
    )
    return draft, info


def quads(release, *, without=""):
    store = ox.Store.read_only(str(release[0].graph_path))
    dumped = store.dump(format=ox.RdfFormat.N_QUADS) or b""
    lines = dumped.decode().splitlines()
    assert len(lines) == release[1].quads
    return sorted(line for line in lines if not (without and line.endswith(f"<{without}> .")))


def said_of(town, text="http://o/1"):
    key = town.keys()["a/1"]
    return entity_iri(BASE, key), f"<https://schema.org/sameAs> <{text}>"


def test_an_enrichment_changes_nothing_outside_its_graph(town, tmp_path):
    plain = written(town, tmp_path / "plain")
    rich = written(town, tmp_path / "rich", enrichment(said_of(town)))
    assert quads(rich, without=IRI) == quads(plain)
    assert len(quads(rich)) > len(quads(plain))
    counts = replace(rich[1], quads=0)
    assert counts == replace(plain[1], quads=0)


def test_differences_and_a_whole_release_hold_the_same(town, tmp_path):
    plain = written(town, tmp_path / "plain")
    with town.catalogue.transaction():
        town.catalogue.stale.settle(1, _RECIPE.fingerprint)
    made = enrichment(said_of(town))
    by_differences = updated(town, tmp_path / "more", plain, made)
    assert quads(by_differences) == quads(written(town, tmp_path / "whole", made))


def test_a_graph_is_replaced_when_it_changed_and_removed_when_it_went(town, tmp_path):
    first = written(
        town, tmp_path / "1", enrichment(said_of(town)), enrichment(said_of(town), name="gone")
    )
    with town.catalogue.transaction():
        town.catalogue.stale.settle(1, _RECIPE.fingerprint)
    new = enrichment(said_of(town, "http://o/2"))
    second = updated(town, tmp_path / "2", first, new)
    assert quads(second) == quads(written(town, tmp_path / "whole", new))
    store = ox.Store.read_only(str(second[0].graph_path))
    assert enrichment_iri(BASE, "gone") not in {each.value for each in store.named_graphs()}


def test_what_did_not_change_is_told_by_its_fingerprint(town, tmp_path):
    release = written(town, tmp_path / "1", enrichment(said_of(town)))
    path = release[0].graph_path
    later = enrichment(said_of(town), ended="2026-02-02T00:00:00Z")
    assert changed_enrichments(path, BASE, [later]) == ([], [])
    assert changed_enrichments(path, BASE, []) == ([], [IRI])
    for other in (
        enrichment(said_of(town, "http://o/2")),
        enrichment(said_of(town), query="another"),
        enrichment(said_of(town), licence="another"),
        enrichment(said_of(town), asked=4),
    ):
        assert changed_enrichments(path, BASE, [other]) == ([other], [])


def test_what_is_said_of_a_shared_person_stays_in_its_graph(town, tmp_path):
    made = enrichment((ORCID, '<https://schema.org/name> "Somebody else"'))
    first = written(town, tmp_path / "1", made)
    with town.catalogue.transaction():
        town.catalogue.stale.settle(1, _RECIPE.fingerprint)
    town.arrive(work("a/1", "doi:10.1/a", title="Without her"))
    town.build()
    town.arrive(
        replace(
            work("b/2", "doi:10.1/b"),
            creators=(
                Agent(
                    "Ada", "person", identifiers=(Identifier("orcid", ORCID.rpartition("/")[2]),)
                ),
            ),
        )
    )
    town.build()
    second = updated(town, tmp_path / "2", first, made)
    with open_graph(second[0].graph_path) as graph:
        assert graph.objects(ORCID, "https://schema.org/name") == ["Ada"]
        assert graph.objects(ORCID, "https://schema.org/name", IRI) == ["Somebody else"]
    assert quads(second) == quads(written(town, tmp_path / "whole", made))


def test_the_graph_tells_where_it_comes_from(town, tmp_path):
    release = written(town, tmp_path / "1", enrichment(said_of(town)))
    with open_graph(release[0].graph_path) as graph:
        about = graph.record(IRI)
        assert list(enrichments_in(graph, BASE)) == [IRI]
    name, run = rdflib.URIRef(IRI), rdflib.URIRef(f"{IRI}#pull")
    assert (name, RDF.type, VOID.Dataset) in about
    assert (name, VOID.sparqlEndpoint, rdflib.URIRef(ORIGIN.endpoint)) in about
    assert about.value(name, VOID.triples) == rdflib.Literal(1)
    assert about.value(name, PROV.wasGeneratedBy) == run
    assert str(about.value(run, PROV.endedAtTime)) == "2026-01-02T00:00:00Z"
    plan = next(each for each in about.objects(run, PROV.used) if str(each).endswith("#query"))
    assert str(about.value(plan, PROV.value)) == ORIGIN.query
    value = rdflib.URIRef("https://schema.org/value")
    numbers = {str(s).rpartition("#")[2]: str(o) for s, o in about.subject_objects(value)}
    assert numbers == {"asked": "3", "answered": "1", "failed": "1"}


def test_a_licence_in_words_is_no_address(town, tmp_path):
    release = written(town, tmp_path / "1", enrichment(said_of(town), licence="CC0, they say"))
    with open_graph(release[0].graph_path) as graph:
        assert graph.objects(IRI, "http://purl.org/dc/terms/rights", IRI) == ["CC0, they say"]
        assert graph.objects(IRI, "http://purl.org/dc/terms/license", IRI) == []


def test_a_graph_of_another_name_is_no_enrichment():
    assert is_enrichment(BASE, IRI)
    assert not is_enrichment(BASE, f"{BASE}record/a/1")
    assert not is_enrichment(BASE, "http://elsewhere/enriched/other")
