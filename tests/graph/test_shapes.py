"""The shapes are SHACL, take all that the code writes, and each refuses what is wrong."""

from collections.abc import Iterator

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from msgspec.structs import replace
from rdflib import DCTERMS, PROV, RDF, SH, XSD, Literal, Namespace, URIRef
from rdflib.collection import Collection

from graph.entity import merge
from graph.iris import decision_iri, decision_key
from graph.match import RULES, RecordedDecision
from graph.quads import (
    RecordHeader,
    decision_lines,
    entity_lines,
    header_lines,
    link_line,
    record_lines,
    redirect_line,
    stub_lines,
    tombstone_line,
)
from graph.relation import CITO, PREDICATES
from graph.vocabulary import CLASS_OF_KIND
from graph.work import Access, Affiliation, Agent, Grant, Identifier, Kind, Subject
from tests.graph.builders import BASE, identifier, link, work
from tests.graph.shapes import PREFIX, SHAPES, faults, graph_of, node_shapes, targets

S, W, CITES = Namespace("https://schema.org/"), Namespace("https://w3id.org/weft#"), CITO + "cites"

_KEYS = {kind: letter * 13 for kind, letter in zip(Kind, "abcdef", strict=True)}
_STUB, _OLD, _GONE = "g" * 13, "h" * 13, "i" * 13
_RECORD = f"{BASE}record/a/oai:a:1"
_ROR = Identifier("ror", "05mmh0f86")
_PARTIES = {
    "creators": (
        Agent(
            name="Ada Lovelace",
            type="person",
            affiliations=(
                Affiliation("Outer Bank", (Identifier("grid", "grid.9999.1f"),)),
                Affiliation("Inner Bank"),
            ),
        ),
        Agent(
            name="Okafor, Ada",
            type="person",
            identifiers=(Identifier("orcid", "0000-0002-1825-0097"),),
            affiliations=(Affiliation("Inner Bank", (Identifier("isni", "000099099990000X"),)),),
        ),
    ),
    "publisher": "Kap Verlag",
    "publisher_identifier": _ROR,
    "subjects": (Subject("lamp", "", "https://words.example.org/lamp"), Subject("oil")),
    "sizes": ("12 pages",),
    "formats": ("text/csv",),
    "funding": (
        Grant(
            funder="Lamp Oil Fund",
            funder_identifiers=(Identifier("doi", "10.13039/999000999"),),
            number="LOF-12",
            address="https://fund.example.org/12",
        ),
        Grant(funder="Wick Office"),
        Grant(funder_identifiers=(_ROR,)),
        Grant(title="Lamps for all"),
    ),
}
_WORK = work(
    "a/oai:a:1",
    "doi:10.17182/hepdata.1",
    kind=Kind.DATASET,
    links=[link("IsSupplementTo", "doi:10.1/x", "paper")],
)


def _world() -> Iterator[str]:
    """One of everything that is written, in the three sorts of graph."""
    for kind, key in _KEYS.items():
        said = work("a/oai:a:1", "doi:10.17182/hepdata.1", kind=kind)
        parties = _PARTIES if kind is Kind.DATASET else {}
        yield from entity_lines(merge(key, [replace(said, **parties)], ()), BASE)
    stated = merge("a" * 13, [replace(_WORK, **_PARTIES)], ())
    yield from record_lines(stated, [(_WORK.links[0], _STUB)], BASE)
    yield header_lines(
        RecordHeader(
            source="a",
            identifier="oai:a:1",
            datestamp="2024-01-01",
            harvested_at="2024-01-02T03:04:05Z",
            sha256=bytes(32),
            status="live",
        ),
        BASE,
    )
    yield from stub_lines(_STUB, Identifier("doi", "10.1/x"), "", BASE)
    yield link_line("a" * 13, CITES, _STUB, BASE)
    yield redirect_line(_OLD, "a" * 13, BASE)
    yield tombstone_line(_GONE, BASE)
    yield from decision_lines(
        RecordedDecision(
            rule="same-doi",
            is_join=True,
            evidence="doi:10.17182/hepdata.1",
            records=(("a", "oai:a:1"), ("b", "oai:b:1")),
            at="2024-01-01T00:00:00Z",
        ),
        BASE,
    )


@pytest.fixture
def graphs() -> list[rdflib.Graph]:
    """The default graph, then the named ones."""
    store = ox.Store()
    store.load("".join(_world()).encode(), format=ox.RdfFormat.N_QUADS)
    return [graph_of(store, name) for name in (ox.DefaultGraph(), *store.named_graphs())]


def _lists(predicate: URIRef, shape: str) -> set[str]:
    (head,) = SHAPES.objects(URIRef(PREFIX + shape), predicate)
    return {str(each) for each in Collection(SHAPES, head)}


def test_the_shapes_are_shacl():
    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=SHAPES, meta_shacl=True)
    assert conforms, text


def test_every_link_predicate_is_let_through_and_looked_at_from_both_ends():
    assert _lists(SH.ignoredProperties, "Entity") == set(PREDICATES)
    assert _lists(SH.ignoredProperties, "Stub") == {*PREDICATES, str(RDF.type), str(W.kind)}
    end = URIRef(PREFIX + "LinkEnd")
    assert {str(each) for each in SHAPES.objects(end, SH.targetSubjectsOf)} == set(PREDICATES)
    assert {str(each) for each in SHAPES.objects(end, SH.targetObjectsOf)} == {
        *PREDICATES,
        str(DCTERMS.isReplacedBy),
    }


def test_every_kind_class_access_and_rule_is_in_its_list():
    listed = [
        {str(each) for each in Collection(SHAPES, head)} for head in SHAPES.objects(None, SH["in"])
    ]
    assert set(Kind) in listed
    assert set(Access) - {"unknown"} in listed
    assert set(CLASS_OF_KIND.values()) in listed
    assert set(RULES) in listed
    entity = URIRef(PREFIX + "Entity")
    classes = {str(each) for each in SHAPES.objects(entity, SH.targetClass)}
    assert classes == set(CLASS_OF_KIND.values())


def test_one_of_everything_conforms_and_no_subject_is_left_unseen(graphs):
    assert len(graphs) == 3
    for each in graphs:
        assert faults(each) == []
        assert set(each.subjects()) <= targets(each)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("access", Access)
def test_a_stub_of_any_kind_and_any_access_conform(kind, access):
    said = work("a/1", kind=kind)
    lines = [
        *stub_lines(_STUB, identifier("isbn:9783839465257"), kind, BASE),
        *record_lines(merge("a" * 13, [replace(said, access=access)], ()), (), BASE),
    ]
    store = ox.Store()
    store.load("".join(lines).encode(), format=ox.RdfFormat.N_QUADS)
    names = (ox.DefaultGraph(), ox.NamedNode(f"{BASE}record/a/1"))
    assert [faults(graph_of(store, name)) for name in names] == [[], []]


# -- one statement changed ------------------------------------------------------------------------

_ME, _AGENT = f"{BASE}id/{'a' * 13}", f"{BASE}id/{'a' * 13}#agent-1"
_GRANT, _FUND = f"{BASE}id/{'a' * 13}#grant-1", "https://doi.org/10.13039/999000999"
_TOLD = f"{_RECORD}#link-1"
_DECISION = decision_iri(
    BASE, decision_key("same-doi", "doi:10.17182/hepdata.1", (("a", "oai:a:1"), ("b", "oai:b:1")))
)
_LOOSE, _IRI = URIRef(f"{BASE}page"), URIRef("https://doi.org/10.1/x")
_TWO = (Literal("1"), Literal("2"))


def _id(letter: str) -> str:
    return f"{BASE}id/{letter * 13}"


# shape, subject, predicate, what it says instead
_WRONG = [
    ("Dataset", _ME, W.kind, [Literal("paper")]),
    ("ScholarlyArticle", _id("b"), W.kind, [Literal("dataset")]),
    ("SoftwareSourceCode", _id("c"), W.kind, [Literal("other")]),
    ("Book", _id("d"), W.kind, [Literal("chapter")]),
    ("Chapter", _id("e"), W.kind, [Literal("book")]),
    ("CreativeWork", _id("f"), W.kind, [Literal("dataset")]),
    ("Entity", _ME, W.kind, []),
    ("Entity", _ME, W.kind, [Literal("dataset"), Literal("dataset", lang="en")]),
    ("Entity", _ME, RDF.type, []),
    ("Entity", _ME, RDF.type, [S.Dataset, S.Book]),
    ("Entity", _ME, RDF.type, [S.Dataset, S.Thing]),
    ("Entity", _ME, S.name, _TWO),
    ("Entity", _ME, S.name, [Literal("")]),
    ("Entity", _ME, S.name, [_IRI]),
    ("Entity", _ME, S.datePublished, [Literal("2012")]),
    ("Entity", _ME, S.datePublished, [Literal("2012-13", datatype=XSD.gYearMonth)]),
    ("Entity", _ME, S.datePublished, [Literal("2012-02-30", datatype=XSD.date)]),
    ("Entity", _ME, W.year, [Literal("2012", datatype=XSD.gYear)]),
    ("Entity", _ME, W.year, [Literal(0)]),
    ("Entity", _ME, S.license, [Literal("CC-BY-4.0")]),
    ("Entity", _ME, S.license, [_IRI]),
    ("Entity", _ME, S.publisher, _TWO),
    ("Entity", _ME, S.version, _TWO),
    ("Entity", _ME, S.inLanguage, [Literal("not a tag")]),
    ("Entity", _ME, S.keywords, [_IRI]),
    ("Entity", _ME, S.funding, [Literal("Lamp Oil Fund, LOF-12")]),
    ("Entity", _ME, S.funding, [URIRef(_AGENT)]),
    ("Entity", _ME, S.size, [Literal("")]),
    ("Entity", _ME, S.size, [Literal(12)]),
    ("Entity", _ME, S.encodingFormat, [_IRI]),
    ("Entity", _ME, S.encodingFormat, [Literal("")]),
    ("Entity", _ME, S.about, [Literal("lamp")]),
    ("Entity", _ME, W.publisherIdentifier, [Literal("ror:05mmh0f86")]),
    ("Entity", _ME, W.publisherIdentifier, [_IRI, URIRef(_AGENT)]),
    ("Entity", _ME, W.collaboration, [Literal("")]),
    ("Entity", _ME, W.access, [Literal("unknown")]),
    ("Entity", _ME, W.access, [Literal("open")]),
    ("Entity", _ME, S.isAccessibleForFree, [Literal(lexical_or_value=False)]),
    ("Entity", _ME, S.identifier, []),
    ("Entity", _ME, S.identifier, [Literal("10.17182/hepdata.1")]),
    ("Entity", _ME, S.identifier, [_IRI]),
    ("Entity", _ME, S.sameAs, [Literal("https://doi.org/10.1/x")]),
    ("Entity", _ME, S.sameAs, [URIRef("doi:10.1/x")]),
    ("Entity", _ME, S.creator, [Literal("Ada")]),
    ("Entity", _ME, W.fromRecord, [_IRI]),
    ("Entity", _ME, S.description, [Literal("Abstracts stay out.")]),
    ("Provenance", W.SourceRecord, None, []),
    ("Stub", _id("g"), S.name, [Literal("A title")]),
    ("Stub", _id("g"), S.creator, [URIRef(_AGENT)]),
    ("Stub", _id("g"), S.keywords, [Literal("Higgs")]),
    ("Stub", _id("g"), W.year, [Literal(2012)]),
    ("Stub", _id("g"), W.fromRecord, [URIRef(_RECORD)]),
    ("Stub", _id("g"), S.identifier, [Literal("doi:10.1/x"), Literal("doi:10.1/y")]),
    ("Stub", _id("g"), RDF.type, [W.Stub]),
    ("Tombstone", _id("i"), S.name, [Literal("A title")]),
    ("Tombstone", _id("i"), RDF.type, [W.Tombstone, S.Dataset]),
    ("Redirect", _id("h"), DCTERMS.isReplacedBy, [URIRef(_ME), URIRef(_id("b"))]),
    ("Redirect", _id("h"), S.name, [Literal("A title")]),
    ("Agent", _AGENT, S.name, []),
    ("Agent", _AGENT, S.name, [Literal("")]),
    ("Agent", _AGENT, RDF.type, [S.Person, S.Organization]),
    ("Agent", _AGENT, RDF.type, [S.Dataset]),
    ("Agent", _AGENT, S.affiliation, [_IRI]),
    ("Agent", _AGENT, S.affiliation, [Literal("")]),
    ("Agent", _AGENT, S.affiliation, [URIRef("https://orcid.org/0000-0002-1825-0097")]),
    ("Agent", "https://www.grid.ac/institutes/grid.9999.1f", S.name, []),
    ("Agent", _FUND, RDF.type, [S.Person, S.Organization]),
    ("Grant", _GRANT, RDF.type, [S.Grant, S.Organization]),
    ("Grant", _GRANT, RDF.type, []),
    ("Grant", _GRANT, S.name, []),
    ("Grant", _GRANT, S.name, [Literal("")]),
    ("Grant", _GRANT, S.name, _TWO),
    ("Grant", _GRANT, W.awardNumber, _TWO),
    ("Grant", _GRANT, W.awardNumber, [Literal(12)]),
    ("Grant", _GRANT, S.url, [Literal("https://fund.example.org/12")]),
    ("Grant", _GRANT, S.url, [_IRI, _LOOSE]),
    ("Grant", _GRANT, S.funder, [_IRI]),
    ("Grant", _GRANT, S.funder, [Literal("")]),
    ("Grant", _GRANT, S.funder, [URIRef(_AGENT)]),
    ("Grant", _GRANT, S.funder, _TWO),
    ("Grant", _GRANT, S.identifier, [Literal("LOF-12")]),
    ("Agent", _AGENT, S.email, [Literal("ada@x.org")]),
    ("SourceRecord", _RECORD, RDF.type, [W.SourceRecord]),
    ("SourceRecord", _RECORD, RDF.type, [PROV.Entity]),
    ("SourceRecord", _RECORD, W.source, []),
    ("SourceRecord", _RECORD, W.oaiIdentifier, _TWO),
    ("SourceRecord", _RECORD, W.datestamp, [Literal("yesterday")]),
    ("SourceRecord", _RECORD, W.harvestedAt, [Literal("2024-01-02")]),
    ("SourceRecord", _RECORD, W.sha256, [Literal("00ff")]),
    ("SourceRecord", _RECORD, W.status, [W.lost]),
    ("SourceRecord", _RECORD, W.status, [W.deleted]),  # entities are still made from it
    ("SourceRecord", _RECORD, S.name, [Literal("A title")]),
    ("Link", _TOLD, RDF.type, []),
    ("Link", _TOLD, W.subject, []),
    ("Link", _TOLD, W.subject, [URIRef(_id("b"))]),  # described in another graph
    ("Link", _TOLD, W.object, [Literal("doi:10.1/x")]),
    ("Link", _TOLD, W.object, [URIRef(_ME), URIRef(_id("b"))]),
    ("Link", _TOLD, W.relation, [W.isSupplementTo]),
    ("Link", _TOLD, W.statedAs, []),
    ("Link", _TOLD, W.statedTarget, [Literal("")]),
    ("Link", _TOLD, W.rule, _TWO),
    ("Link", _TOLD, S.name, [Literal("A title")]),
    ("MergeDecision", _DECISION, RDF.type, [W.MergeDecision]),
    ("MergeDecision", _DECISION, W.rule, [Literal("same-title")]),
    ("MergeDecision", _DECISION, W.evidence, [Literal("10.17182/hepdata.1")]),
    ("MergeDecision", _DECISION, W.outcome, [Literal("together")]),
    ("MergeDecision", _DECISION, PROV.endedAtTime, [Literal("2024-01-01")]),
    ("MergeDecision", _DECISION, PROV.used, [URIRef(_RECORD)]),
    ("MergeDecision", _DECISION, PROV.used, [URIRef(_RECORD), Literal("oai:b:1")]),
    ("MergeDecision", _DECISION, S.name, [Literal("A title")]),
]


@pytest.mark.parametrize(("shape", "subject", "predicate", "values"), _WRONG)
def test_a_wrong_statement_is_reported_at_its_subject(graphs, shape, subject, predicate, values):
    wrong = next((each for each in graphs if (URIRef(subject), None, None) in each), graphs[0])
    if predicate is None:
        wrong.remove((URIRef(_ME), W.fromRecord, None))
    else:
        wrong.remove((URIRef(subject), predicate, None))
    for value in values:
        wrong.add((URIRef(subject), predicate, value))
    assert (shape, str(subject)) in faults(wrong)


@pytest.mark.parametrize(
    ("shape", "old", "new"),
    [
        ("Entity", _ME, f"{BASE}id/A"),
        ("EntityIri", _ME, f"{BASE}id/A"),
        ("Stub", _id("g"), f"{BASE}page"),
        ("Tombstone", _id("i"), f"{BASE}page"),
        ("Redirect", _id("h"), f"{BASE}page"),
        ("Agent", _AGENT, f"{BASE}page"),
        ("Agent", _FUND, "https://fund.example.org/"),
        ("Agent", "https://www.grid.ac/institutes/grid.9999.1f", "https://www.grid.ac/9999"),
        ("Grant", _GRANT, f"{BASE}page"),
        ("SourceRecord", _RECORD, f"{BASE}page"),
        ("RecordIri", _RECORD, f"{BASE}record/a"),
        ("Link", _TOLD, f"{BASE}page"),
        ("MergeDecision", _DECISION, f"{BASE}page"),
    ],
)
def test_an_iri_of_another_form_is_reported(graphs, shape, old, new):
    """The node is renamed wherever it stands, so nothing but its form is wrong."""
    was = next(each for each in graphs if (URIRef(old), None, None) in each)
    renamed = rdflib.Graph()
    for triple in was:
        s, p, o = (URIRef(new) if term == URIRef(old) else term for term in triple)
        renamed.add((s, p, o))
    assert (shape, new) in faults(renamed)


@pytest.mark.parametrize(
    ("predicate", "target"),
    [(each, _LOOSE) for each in sorted({*PREDICATES, str(DCTERMS.isReplacedBy)})]
    + [(CITES, each) for each in (URIRef(_AGENT), Literal("doi:10.1/x"), URIRef(_id("i")))],
)
def test_a_link_to_anything_but_an_entity_is_reported_at_its_target(graphs, predicate, target):
    graphs[0].add((URIRef(_id("h")), URIRef(predicate), target))
    assert ("LinkEnd", str(target)) in faults(graphs[0])


@pytest.mark.parametrize("predicate", sorted(PREDICATES))
def test_a_link_from_anything_but_an_entity_is_reported_at_its_origin(graphs, predicate):
    graphs[0].add((_LOOSE, URIRef(predicate), URIRef(_ME)))
    assert ("LinkEnd", str(_LOOSE)) in faults(graphs[0])


@pytest.mark.parametrize("value", [Literal(""), Literal(7), _IRI])
@pytest.mark.parametrize(("subject", "predicate"), [(_AGENT, S.affiliation), (_GRANT, S.funder)])
def test_what_is_neither_name_nor_organisation_is_reported_itself(
    graphs, subject, predicate, value
):
    graphs[0].set((URIRef(subject), predicate, value))
    assert ("Named", str(value)) in faults(graphs[0])


def test_no_shape_is_left_untried():
    tried = {shape for shape, *_ in _WRONG} | {"EntityIri", "RecordIri", "LinkEnd", "Named"}
    assert tried == node_shapes()
