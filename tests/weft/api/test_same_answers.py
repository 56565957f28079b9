"""A release answers the same whether it is read from the disk or asked over HTTP."""

from typing import Any

import msgspec
import pytest

from graph.links.filter import LinkFilterError
from search.errors import QueryRefused, QuerySyntaxError
from weft.api import EntityGone, SeveralEntities, UnknownEntity

BOOK, CHAPTER = "10.1007/978-3-030-38207-0", "z7sjvky6wdprb"
CONDITIONS: dict[str, dict[str, Any]] = {
    "everything": {},
    "kinds": {"from_kind": "dataset", "to_kind": ("paper", "unknown")},
    "relations": {"relation": ["Cites", "IsSupplementedBy"]},
    "who states it": {"stated_by": "zenodo"},
    "who has an end": {"source": ["hepdata", "oapen"]},
    "years": {"year": "2015-2019"},
    "one year": {"year": 2012},
    "only stubs": {"stubs": "only"},
    "no stubs": {"stubs": False},
    "one entity": {"at": BOOK},
    "nothing": {"from_kind": "chapter", "relation": "Cites"},
}


def test_what_it_is(local, remote):
    assert remote.info == local.info
    assert (remote.number, remote.caveats) == (1, local.caveats)
    assert remote.about("x") == local.about("x")
    assert remote.cite() == local.cite()


@pytest.mark.parametrize(
    "asked",
    [
        {"text": "higgs boson", "kind": "dataset", "limit": 3},
        {"text": "", "year": 2012, "sort": "title", "limit": 5, "offset": 2},
        {"text": "hgigs"},
        {"source": ["zenodo", "oapen"], "sort": "date", "limit": 0},
    ],
)
def test_a_search(local, remote, asked):
    ours, theirs = (
        msgspec.structs.replace(each.search(**asked), took_ms=0.0) for each in (local, remote)
    )
    assert theirs == ours
    assert ours.release == 1
    assert ours.caveats == local.caveats


def test_a_misspelt_search_suggests_the_same(local, remote):
    assert local.search("hgigs").did_you_mean.query == "higgs"
    assert remote.search("hgigs").did_you_mean == local.search("hgigs").did_you_mean


def test_all_hits_of_a_search_without_one_cut_off(local, remote):
    keys = [hit.key for hit in local.search_all(sort="title")]
    assert [hit.key for hit in remote.search_all(sort="title")] == keys
    assert len(set(keys)) == len(keys) == local.search().total == 140


@pytest.mark.parametrize("thing", [BOOK, f"https://doi.org/{BOOK}", CHAPTER])
def test_an_entity(local, remote, thing):
    assert remote.entity(thing) == local.entity(thing)


def test_an_entity_carries_what_was_asked(local):
    found = local.entity(BOOK)
    assert (found.query, found.release, found.base_iri) == (BOOK, 1, "http://127.0.0.1:8080/")


@pytest.mark.parametrize("name", CONDITIONS)
def test_links_and_their_number(local, remote, name):
    ours, theirs = (each.links(**CONDITIONS[name]) for each in (local, remote))
    assert list(theirs) == list(ours)
    assert theirs.total == ours.total == len(list(ours))
    assert theirs.about == ours.about


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_network(local, remote, name):
    def said(network):
        return (
            network.graph,
            sorted(network.nodes(data=True)),
            sorted(network.edges(keys=True, data=True), key=lambda edge: edge[:3]),
        )

    ours, theirs = (each.network(**CONDITIONS[name]) for each in (local, remote))
    assert said(theirs) == said(ours)
    assert ours.number_of_edges() == local.links(**CONDITIONS[name]).total


@pytest.mark.parametrize("thing", [BOOK, CHAPTER, "doi:10.9999/nothing"])
def test_an_explanation(local, remote, thing):
    assert remote.explain(thing) == local.explain(thing)


def test_a_comparison(local, remote):
    ours = local.explain(BOOK, CHAPTER)
    assert remote.explain(BOOK, CHAPTER) == ours
    assert (ours.same, [link.relation for link in ours.links], ours.release) == (
        False,
        ["IsPartOf"],
        1,
    )


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s ?y { ?s weft:kind 'dataset' OPTIONAL { ?s weft:year ?y } } ORDER BY ?s ?y",
        "SELECT ?s { ?s weft:kind 'nothing' }",
        "ASK { ?s a schema:Book }",
        "CONSTRUCT WHERE { ?s schema:isPartOf ?o ; dcterms:isPartOf ?p }",
        "DESCRIBE <http://127.0.0.1:8080/id/z7sjvky6wdprb>",
        "PREFIX schema: <http://www.w3.org/ns/prov#> SELECT * { ?s a schema:Activity } LIMIT 0",
        "SELECT ?e ?n { SERVICE weft:search { ?e weft:query 'higgs'; weft:score ?n }} ORDER BY ?e",
    ],
)
def test_sparql(local, remote, query):
    assert remote.sparql(query) == local.sparql(query)


@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # in rdflib
def test_a_graph(local, remote):
    query = "SELECT ?s ?k { ?s weft:kind ?k } ORDER BY ?s"
    ours, theirs = (
        [tuple(map(str, row)) for row in each.graph().query(query)] for each in (local, remote)
    )
    assert theirs == ours
    assert len(ours) == 177


@pytest.mark.parametrize("name", ["local", "remote"])
class TestErrors:
    """What goes wrong goes wrong alike."""

    @pytest.fixture
    def release(self, name, request):
        return request.getfixturevalue(name)

    @pytest.mark.parametrize("thing", ["doi:10.9999/nothing", "aaaaaaaaaaaaa", "http://x.y/z"])
    def test_an_unknown_entity_is_named(self, release, thing):
        with pytest.raises(UnknownEntity) as caught:
            release.entity(thing)
        assert thing in str(caught.value)
        assert isinstance(caught.value, LookupError)

    def test_a_query_that_does_not_parse_has_its_place(self, release):
        with pytest.raises(QuerySyntaxError) as caught:
            release.sparql("SELECT ?s {\n  ?s weft:kind }")
        assert (caught.value.line, caught.value.column) == (2, 16)

    def test_a_search_that_does_not_parse_has_its_place(self, release):
        with pytest.raises(QuerySyntaxError) as caught:
            release.search("higgs (boson")
        assert caught.value.line == 1

    @pytest.mark.parametrize(
        "query", ["DELETE WHERE { ?s ?p ?o }", "SELECT * { SERVICE <http://x.y/> { ?s ?p ?o } }"]
    )
    def test_what_is_not_allowed_is_refused(self, release, query):
        with pytest.raises(QueryRefused):
            release.sparql(query)

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"from_kind": "datset"}, "no kind 'datset'"),
            ({"relation": "cites"}, "no relation 'cites'"),
            ({"source": "nowhere"}, "no source 'nowhere' in this release; there are: cern"),
            ({"stated_by": "nowhere"}, "no source 'nowhere'"),
            ({"stubs": "some"}, "no such choice of stubs"),
            ({"year": "20-10"}, "no years '20-10'"),
            ({"year": (2015, 2010)}, "earlier year first"),
        ],
    )
    def test_conditions_that_cannot_be_meant_are_refused(self, release, wrong, message):
        with pytest.raises(LinkFilterError, match=message):
            release.links(**wrong)

    def test_links_at_what_is_no_entity_are_refused(self, release):
        with pytest.raises(UnknownEntity):
            release.links(at="doi:10.9999/nothing")

    @pytest.mark.parametrize("wrong", [{"limit": 101}, {"limit": -1}, {"sort": "size"}])
    def test_a_search_out_of_range_is_refused(self, release, wrong):
        with pytest.raises(ValueError, match="cannot be asked so"):
            release.search("x", **wrong)

    @pytest.mark.parametrize("ask", ["entity", "explain"])
    def test_an_empty_text_is_refused(self, release, ask):
        with pytest.raises(ValueError, match="nothing was asked for"):
            getattr(release, ask)(" ")

    def test_a_text_too_long_for_an_identifier_is_refused(self, release):
        with pytest.raises(ValueError, match="2001 characters"):
            release.entity("x" * 2001)


def test_errors_of_an_entity_tell_what_it_is(local):
    assert issubclass(SeveralEntities, LookupError)
    assert issubclass(EntityGone, LookupError)
    with pytest.raises(UnknownEntity) as caught:
        local.entity("doi:10.9999/nothing")
    assert caught.value.subject.identifier == ""
