"""Every line written is legal N-Quads, and says what the records say."""

import re
import warnings
from unittest import mock

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from graph.entity import merge
from graph.match import RecordedDecision
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
from graph.work import (
    Access,
    Affiliation,
    Agent,
    Date,
    Grant,
    Identifier,
    Kind,
    Link,
    Subject,
    Text,
    Work,
)
from tests.graph.builders import BASE, identifier, link, work

W, S = "https://w3id.org/weft#", "https://schema.org/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"
STRING = XSD + "string"
_DEFAULT = rdflib.URIRef("urn:x-rdflib:default")


def _ox(lines):
    """What Oxigraph reads: subject, predicate, object (value, datatype, language), graph."""
    return {
        (
            q.subject.value,
            q.predicate.value,
            _ox_object(q.object),
            getattr(q.graph_name, "value", ""),
        )
        for q in ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS)
    }


def _ox_object(term):
    if isinstance(term, ox.NamedNode):
        return term.value
    return (term.value, term.datatype.value, (term.language or "").lower())


def _rdflib(lines):
    """The same, read by rdflib, with literals as they are written."""
    dataset = rdflib.Dataset()
    with mock.patch.object(rdflib, "NORMALIZE_LITERALS", new=False), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's parser, of itself
        dataset.parse(data="".join(lines), format="nquads")
    return {
        (str(s), str(p), _rdflib_object(o), "" if g == _DEFAULT else str(g))
        for s, p, o, g in dataset.quads()
    }


def _rdflib_object(term):
    if isinstance(term, rdflib.URIRef):
        return str(term)
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString" if term.language else STRING
    return (str(term), str(term.datatype or rdf), (term.language or "").lower())


def _text(value):
    return (value, STRING, "")


# -- what a work says ---------------------------------------------------------------------------

_FULL = Work(
    source="zenodo",
    record="oai:zenodo.org:1",
    datestamp="2024-01-01",
    kind=Kind.DATASET,
    identifiers=(Identifier("doi", "10.5281/zenodo.1"), Identifier("cds", "7")),
    titles=(Text("Jets", "en"),),
    creators=(
        Agent(
            name="Ada",
            type="person",
            identifiers=(Identifier("orcid", "0000-0002-1825-0097"),),
            affiliations=(Affiliation("CERN"),),
        ),
        Agent(name="CMS", type="organization", role="editor"),
        Agent(name="Bob", role="dataManager"),
    ),
    collaborations=("CMS Collaboration",),
    dates=(Date("Issued", "2012-09-17"),),
    year=2012,
    subjects=(Subject("Higgs"), Subject("Higgs", "INSPIRE", "https://words.example.org/higgs")),
    licence="CC-BY-4.0",
    access=Access.OPEN,
    languages=("en",),
    publisher="CERN",
    version="1.0",
    descriptions=(Text("An abstract."),),
    publisher_identifier=Identifier("ror", "05mmh0f86"),
    sizes=("12 pages",),
    formats=("text/csv",),
    funding=(
        Grant(
            funder="ERC",
            funder_identifiers=(Identifier("doi", "10.13039/999000999"),),
            number="1",
            address="https://fund.example.org/1",
        ),
    ),
)


def test_an_entity_says_all_but_its_abstract():
    said = _ox(entity_lines(merge("k", [_FULL], ()), BASE))
    me, orcid = f"{BASE}id/k", "https://orcid.org/0000-0002-1825-0097"
    fund = "https://doi.org/10.13039/999000999"
    expected = {
        (me, TYPE, S + "Dataset"),
        (me, W + "kind", _text("dataset")),
        (me, S + "name", ("Jets", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "en")),
        (me, S + "datePublished", ("2012-09-17", XSD + "date", "")),
        (me, W + "year", ("2012", XSD + "integer", "")),
        (me, S + "license", "https://spdx.org/licenses/CC-BY-4.0"),
        (me, W + "access", _text("open")),
        (me, S + "isAccessibleForFree", ("true", XSD + "boolean", "")),
        (me, S + "publisher", _text("CERN")),
        (me, S + "version", _text("1.0")),
        (me, S + "inLanguage", _text("en")),
        (me, S + "keywords", _text("Higgs")),
        (me, S + "about", "https://words.example.org/higgs"),
        (me, W + "publisherIdentifier", "https://ror.org/05mmh0f86"),
        (me, S + "size", _text("12 pages")),
        (me, S + "encodingFormat", _text("text/csv")),
        (me, S + "funding", f"{me}#grant-1"),
        (f"{me}#grant-1", TYPE, S + "Grant"),
        (f"{me}#grant-1", S + "name", _text("ERC, 1")),
        (f"{me}#grant-1", W + "awardNumber", _text("1")),
        (f"{me}#grant-1", S + "url", "https://fund.example.org/1"),
        (f"{me}#grant-1", S + "funder", fund),
        (fund, TYPE, S + "Organization"),
        (fund, S + "name", _text("ERC")),
        (me, W + "collaboration", _text("CMS Collaboration")),
        (me, S + "identifier", _text("doi:10.5281/zenodo.1")),
        (me, S + "sameAs", "https://doi.org/10.5281/zenodo.1"),
        (me, S + "identifier", _text("cds:7")),
        (me, S + "sameAs", "https://cds.cern.ch/record/7"),
        (me, S + "creator", orcid),
        (orcid, TYPE, S + "Person"),
        (orcid, S + "name", _text("Ada")),
        (orcid, S + "affiliation", _text("CERN")),
        (me, S + "editor", f"{me}#agent-2"),
        (f"{me}#agent-2", TYPE, S + "Organization"),
        (f"{me}#agent-2", S + "name", _text("CMS")),
        (me, S + "contributor", f"{me}#agent-3"),
        (f"{me}#agent-3", S + "name", _text("Bob")),
        (me, W + "fromRecord", f"{BASE}record/zenodo/oai:zenodo.org:1"),
    }
    assert said == {(*statement, "") for statement in expected}


_ME, _ROR = f"{BASE}id/k", "https://ror.org/05mmh0f86"
_BARE = Work(source="a", record="1", datestamp="2024-01-01", kind=Kind.OTHER)


def _said_of(node, **fields):
    """Predicate and object of all that is said of a node in the entity of such a work."""
    quads = _ox(entity_lines(merge("k", [replace(_BARE, **fields)], ()), BASE))
    return {quad[1:3] for quad in quads if quad[0] == node}


@pytest.mark.parametrize(
    ("grant", "expected"),
    [
        (
            Grant(funder="Fund"),
            {(S + "name", _text("Fund")), (S + "funder", _text("Fund"))},
        ),
        (
            Grant(number="1", title="Tide"),
            {(S + "name", _text("1, Tide")), (W + "awardNumber", _text("1"))},
        ),
        (
            Grant(funder_identifiers=(Identifier("ror", "05mmh0f86"),)),
            {(S + "name", _text("ror:05mmh0f86")), (S + "funder", _ROR)},
        ),
        (
            Grant(address="https://fund.example.org/1"),
            {
                (S + "name", _text("https://fund.example.org/1")),
                (S + "url", "https://fund.example.org/1"),
            },
        ),
        (
            Grant(funder="Fund", address="http://[::1/"),
            {(S + "name", _text("Fund")), (S + "funder", _text("Fund"))},
        ),
        (
            Grant(funder="Fund", funder_identifiers=(Identifier("url", "no scheme"),)),
            {(S + "name", _text("Fund")), (S + "funder", _text("Fund"))},
        ),
    ],
)
def test_a_grant_says_what_is_stated_of_it_and_has_a_readable_name(grant, expected):
    said = _said_of(f"{_ME}#grant-1", funding=(grant,))
    assert said == expected | {(TYPE, S + "Grant")}


def test_a_funder_without_a_name_gets_none():
    grant = Grant(funder_identifiers=(Identifier("ror", "05mmh0f86"),), number="1")
    assert _said_of(_ROR, funding=(grant,)) == {(TYPE, S + "Organization")}


def test_grants_are_numbered_in_the_order_of_the_record():
    grants = (Grant(funder="One"), Grant(funder="Two"))
    assert {
        value for predicate, value in _said_of(_ME, funding=grants) if predicate == S + "funding"
    } == {f"{_ME}#grant-1", f"{_ME}#grant-2"}
    assert (S + "name", _text("Two")) in _said_of(f"{_ME}#grant-2", funding=grants)


def test_a_grant_of_a_record_is_named_in_the_records_graph():
    graph = f"{BASE}record/a/1"
    said = replace(_BARE, funding=(Grant(funder="Fund"),))
    quads = _ox(record_lines(merge("k", [said], ()), (), BASE))
    assert (_ME, S + "funding", f"{graph}#grant-1", graph) in quads
    assert (f"{graph}#grant-1", TYPE, S + "Grant", graph) in quads


def test_an_affiliation_with_an_identifier_is_a_node_that_all_share():
    places = (
        Affiliation("Outer Bank", (Identifier("grid", "grid.9999.1f"),)),
        Affiliation("Inner Bank"),
    )
    ada = Agent(name="Ada", affiliations=places)
    grid = "https://www.grid.ac/institutes/grid.9999.1f"
    assert _said_of(f"{_ME}#agent-1", creators=(ada,)) == {
        (S + "name", _text("Ada")),
        (S + "affiliation", grid),
        (S + "affiliation", _text("Inner Bank")),
    }
    assert _said_of(grid, creators=(ada,)) == {
        (TYPE, S + "Organization"),
        (S + "name", _text("Outer Bank")),
    }


@pytest.mark.parametrize("address", ["lamp", "no scheme", "http://[::1/", "http://x:port/"])
def test_a_concept_whose_address_can_be_no_iri_is_a_keyword_only(address):
    said = _said_of(_ME, subjects=(Subject("lamp", "", address),))
    assert (S + "keywords", _text("lamp")) in said
    assert S + "about" not in {predicate for predicate, _ in said}


def test_a_publishers_identifier_that_nothing_resolves_is_left_out():
    said = _said_of(_ME, publisher="Kap", publisher_identifier=Identifier("made-up", "1"))
    assert (S + "publisher", _text("Kap")) in said
    assert W + "publisherIdentifier" not in {predicate for predicate, _ in said}


def test_a_record_speaks_in_its_own_graph_of_the_entity_and_its_links():
    graph = f"{BASE}record/a/1"
    said = work("a/1", kind=Kind.OTHER)
    stated = Link(
        relation="IsCitedBy",
        target=identifier("doi:10.1/x"),
        stated_as="isCitedBy",
        stated_target="DOI 10.1/X",
        rule="stated",
    )
    quads = _ox(record_lines(merge("k", [said], ()), [(stated, "other")], BASE))
    assert {quad[3] for quad in quads} == {graph}
    assert {quad[:3] for quad in quads if quad[0] == f"{graph}#link-1"} == {
        (f"{graph}#link-1", TYPE, W + "Link"),
        (f"{graph}#link-1", W + "subject", f"{BASE}id/k"),
        (f"{graph}#link-1", W + "relation", _text("IsCitedBy")),
        (f"{graph}#link-1", W + "object", f"{BASE}id/other"),
        (f"{graph}#link-1", W + "statedAs", _text("isCitedBy")),
        (f"{graph}#link-1", W + "statedTarget", _text("DOI 10.1/X")),
        (f"{graph}#link-1", W + "rule", _text("stated")),
    }
    assert (f"{BASE}id/k", S + "creator", f"{graph}#agent-1", graph) in quads


@pytest.mark.parametrize("status", ["live", "deleted", "vanished"])
def test_a_header_says_where_the_record_is_from(status):
    header = RecordHeader(
        source="a",
        identifier="oai:x:1/2",
        datestamp="2024-01-01",
        harvested_at="2024-01-02T03:04:05Z",
        sha256=b"\x00\xff",
        status=status,
    )
    me = f"{BASE}record/a/oai:x:1%2F2"
    assert _ox(header_lines(header, BASE)) == {
        (me, TYPE, W + "SourceRecord", ""),
        (me, TYPE, "http://www.w3.org/ns/prov#Entity", ""),
        (me, W + "source", _text("a"), ""),
        (me, W + "oaiIdentifier", _text("oai:x:1/2"), ""),
        (me, W + "datestamp", ("2024-01-01", XSD + "date", ""), ""),
        (me, W + "harvestedAt", ("2024-01-02T03:04:05Z", XSD + "dateTime", ""), ""),
        (me, W + "sha256", _text("00ff"), ""),
        (me, W + "status", W + status, ""),
    }


@pytest.mark.parametrize(
    ("kind", "statements"),
    [
        ("", {(TYPE, S + "CreativeWork")}),
        ("paper", {(TYPE, S + "ScholarlyArticle"), (W + "kind", _text("paper"))}),
    ],
)
def test_a_stub_has_an_identifier_and_a_kind_when_that_is_known(kind, statements):
    quads = _ox(stub_lines("k", Identifier("doi", "10.1/x"), kind, BASE))
    assert {quad[1:3] for quad in quads} == statements | {
        (TYPE, W + "Stub"),
        (S + "identifier", _text("doi:10.1/x")),
        (S + "sameAs", "https://doi.org/10.1/x"),
    }


def test_links_redirects_and_tombstones_are_one_triple_each():
    k, other = f"{BASE}id/k", f"{BASE}id/other"
    assert _ox([link_line("k", W + "isPart", "other", BASE)]) == {(k, W + "isPart", other, "")}
    assert _ox([redirect_line("k", "other", BASE)]) == {
        (k, "http://purl.org/dc/terms/isReplacedBy", other, "")
    }
    assert _ox([tombstone_line("k", BASE)]) == {(k, TYPE, W + "Tombstone", "")}


@pytest.mark.parametrize(("is_join", "outcome"), [(True, "together"), (False, "apart")])
def test_a_decision_is_told_in_the_graph_of_decisions(is_join, outcome):
    decision = RecordedDecision(
        rule="same-doi",
        is_join=is_join,
        evidence="doi:10.1/x",
        records=(("a", "1"), ("b", "2")),
        at="2024-01-01T00:00:00Z",
    )
    quads = _ox(decision_lines(decision, BASE))
    prov = "http://www.w3.org/ns/prov#"
    assert {quad[1:] for quad in quads} == {
        (predicate, object_, f"{BASE}decisions")
        for predicate, object_ in [
            (TYPE, W + "MergeDecision"),
            (TYPE, prov + "Activity"),
            (W + "rule", _text("same-doi")),
            (W + "evidence", _text("doi:10.1/x")),
            (W + "outcome", W + outcome),
            (prov + "endedAtTime", ("2024-01-01T00:00:00Z", XSD + "dateTime", "")),
            (prov + "used", f"{BASE}record/a/1"),
            (prov + "used", f"{BASE}record/b/2"),
        ]
    }
    assert len({quad[0] for quad in quads}) == 1


@pytest.mark.parametrize(
    "address",
    ["no scheme", "http://x:port/", "http://[::1/", "//x", "1http://x", "http://a@b@c/", ""],
)
def test_an_address_that_can_be_no_iri_is_left_out(address):
    said = replace(_FULL, identifiers=(Identifier("url", address),), creators=())
    quads = _ox(entity_lines(merge("k", [said], ()), BASE))
    assert [quad for quad in quads if quad[1] == S + "sameAs"] == []
    assert (f"{BASE}id/k", S + "identifier", _text(f"url:{address}"), "") in quads


def test_an_agent_whose_identifier_can_be_no_iri_is_local():
    agent = Agent(name="Ada", identifiers=(Identifier("url", "no scheme"),))
    quads = _ox(entity_lines(merge("k", [replace(_FULL, creators=(agent,))], ()), BASE))
    assert (f"{BASE}id/k", S + "creator", f"{BASE}id/k#agent-1", "") in quads


# -- whatever the records hold ------------------------------------------------------------------

_ANY = st.text(st.characters(), max_size=12) | st.sampled_from(
    ["\x00", "\n", '"', "\\", "\ud800", "\udfff\ud800", "\ufffe", "\u2028", "\x85", "\ufeff"]
)  # fmt: skip
_TAGS = st.sampled_from(
    ["", "en", "en-GB", "EN", "en-a", "zh-Hant-TW", "x", "12", "e n", "de-419-DE"]
)
_ADDRESSES = st.sampled_from(
    ["https://x.org/a b", "https://x.org/%zz", "https://x.org/[1]#a#b", "x", "http://x:y/", "urn:a"]
)
_SCHEMES = st.sampled_from(["doi", "url", "oai", "isbn", "urn", "ark", "orcid", "made-up"])
_IDENTIFIERS = st.builds(Identifier, _SCHEMES | _ANY, _ANY | _ADDRESSES)
_TEXTS = st.builds(Text, _ANY, _TAGS | _ANY)
_AFFILIATIONS = st.builds(Affiliation, _ANY, st.lists(_IDENTIFIERS, max_size=1).map(tuple))
_GRANTS = st.builds(
    Grant,
    funder=_ANY,
    funder_identifiers=st.lists(_IDENTIFIERS, max_size=1).map(tuple),
    number=_ANY,
    title=_ANY,
    address=_ANY | _ADDRESSES,
)
_AGENTS = st.builds(
    Agent,
    name=_ANY,
    type=st.sampled_from(["", "person", "organization"]),
    role=st.sampled_from(["creator", "editor"]) | _ANY,
    identifiers=st.lists(_IDENTIFIERS, max_size=2).map(tuple),
    affiliations=st.lists(_AFFILIATIONS, max_size=1).map(tuple),
)
_DATES = st.sampled_from(["2012", "2012-02", "2012-02-29", "2011-02-29", "٢٠١٢", "\n123", "0000"])
_LINKS = st.builds(
    Link, relation=_ANY, target=_IDENTIFIERS, stated_as=_ANY, stated_target=_ANY, rule=_ANY
)


def _some(strategy):
    return st.lists(strategy, max_size=2).map(tuple)


_WORKS = st.builds(
    Work,
    source=_ANY,
    record=_ANY,
    datestamp=_ANY,
    kind=st.sampled_from(list(Kind)),
    identifiers=_some(_IDENTIFIERS),
    titles=_some(_TEXTS),
    creators=_some(_AGENTS),
    collaborations=_some(_ANY),
    dates=_some(st.builds(Date, st.just("Issued"), _DATES | _ANY)),
    year=st.none() | st.integers(-5, 99999),
    links=_some(_LINKS),
    subjects=_some(st.builds(Subject, _ANY, _ANY, _ANY | _ADDRESSES, _TAGS)),
    licence=_ANY,
    access=st.sampled_from(list(Access)),
    languages=_some(_ANY),
    publisher=_ANY,
    publisher_identifier=st.none() | _IDENTIFIERS,
    version=_ANY,
    sizes=_some(_ANY),
    formats=_some(_ANY),
    funding=_some(_GRANTS),
)


def _readable(text):
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


@settings(max_examples=200, deadline=None)
@given(_WORKS, _DATES | _ANY)
def test_whatever_a_work_holds_two_parsers_read_the_same_and_all_of_it(said, moment):
    entity = merge("k", [said], ())
    header = RecordHeader(
        source=said.source,
        identifier=said.record,
        datestamp=moment,
        harvested_at=moment,
        sha256=b"",
        status="live",
    )
    decision = RecordedDecision(
        rule="same-doi",
        is_join=True,
        evidence=said.publisher,
        records=((said.source, said.record),),
        at=moment,
    )
    lines = [
        *entity_lines(entity, BASE),
        *record_lines(entity, [(each, "other") for each in said.links], BASE),
        header_lines(header, BASE),
        *(line for each in said.identifiers for line in stub_lines("s", each, "", BASE)),
        *decision_lines(decision, BASE),
    ]
    assert all(line.endswith(" .\n") for line in lines)
    read = _ox(lines)
    assert read == _rdflib(lines)
    texts = {quad[2][0] for quad in read if isinstance(quad[2], tuple)}
    wanted = [
        *(entity.title.value for _ in (1,) if entity.title),
        *(agent.name for agent in said.creators),
        *(each.stated_target for each in said.links),
        *filter(None, (said.publisher, said.version)),
        *(str(grant) for grant in said.funding),
        *(grant.funder for grant in said.funding if grant.funder),
        *(grant.number for grant in said.funding if grant.number),
        *(place.name for agent in said.creators for place in agent.affiliations if place.name),
        *(*said.sizes, *said.formats),
        *map(str, said.identifiers),
    ]
    assert {_readable(text) for text in wanted} <= texts


def test_the_builders_link_is_written_under_its_own_number():
    links = [(link("Cites", "doi:10.1/x"), "x"), (link("Cites", "doi:10.1/y"), "y")]
    quads = _ox(record_lines(merge("k", [work("a/1")], ()), links, BASE))
    assert {(quad[0][-7:], quad[2]) for quad in quads if quad[1] == W + "object"} == {
        ("#link-1", f"{BASE}id/x"),
        ("#link-2", f"{BASE}id/y"),
    }
