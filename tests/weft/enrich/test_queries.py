"""The query files that Weft ships, on Virtuoso filled with data of each endpoint's shape.

The endpoints themselves cannot be asked in tests; the shapes are those of their documentation.
"""

import pytest

from tests.weft.remote.virtuoso import virtuoso
from weft.config import load, shipped_path
from weft.enrich.pages import Pages
from weft.enrich.spelling import spelled
from weft.enrich.statement import take
from weft.enrich.template import Asked, open_template, shipped_queries
from weft.remote.endpoint import Endpoint

ENTITY = "http://weft.test/id/aaaaaaaaaaaaa"
OTHER = "http://weft.test/id/bbbbbbbbbbbbb"
PERSON = "https://orcid.org/0000-0002-1825-0097"
TURTLE = """
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix datacite: <http://purl.org/spar/datacite/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix literal: <http://www.essepuntato.it/2010/06/literalreification/> .
@prefix cito: <http://purl.org/spar/cito/> . @prefix dblp: <https://dblp.org/rdf/schema#> .
@prefix fabio: <http://purl.org/spar/fabio/> . @prefix id: <https://w3id.org/oc/meta/id/> .
@prefix br: <https://w3id.org/oc/meta/br/> . @prefix ci: <https://w3id.org/oc/index/ci/> .

wd:Q1 wdt:P31 wd:Q13442814 ; wdt:P356 "10.1007/ABC.1" ; wdt:P921 wd:Q7, wd:Q8 .
wd:Q2 wdt:P31 wd:Q3331189 ; wdt:P212 "978-3-030-38206-3" .
wd:Q3 wdt:P31 wd:Q5 ; wdt:P496 "0000-0002-1825-0097" ; wdt:P108 wd:Q9 .

br:0611 a fabio:Expression, fabio:JournalArticle ; datacite:hasIdentifier id:0611, id:0612 .
id:0611 a datacite:Identifier ; datacite:usesIdentifierScheme datacite:doi ;
  literal:hasLiteralValue "10.1007/abc.1"^^xsd:string .
id:0612 a datacite:Identifier ; datacite:usesIdentifierScheme datacite:pmid ;
  literal:hasLiteralValue "10.1007/abc.2"^^xsd:string .
ci:0611-0612 a cito:Citation ; cito:hasCitingEntity br:0611 ; cito:hasCitedEntity br:0612 .
ci:0613-0611 a cito:Citation ; cito:hasCitingEntity br:0613 ; cito:hasCitedEntity br:0611 .

<https://dblp.org/rec/journals/x/Y20> a dblp:Publication, dblp:Article ;
  dblp:doi <https://doi.org/10.1007/ABC.1> ; dblp:title "Title." ;
  dblp:authoredBy <https://dblp.org/pid/1/1>, <https://dblp.org/pid/2/2> ;
  dblp:publishedInStream <https://dblp.org/streams/journals/x> ;
  dblp:omid <https://w3id.org/oc/meta/br/0611> .
"""
SAME, ABOUT = "<https://schema.org/sameAs>", "<https://schema.org/about>"
WD, DBLP = "http://www.wikidata.org/entity/", "https://dblp.org/"
EXPECTED = {
    "wikidata-doi": {f"{SAME} <{WD}Q1>", f"{ABOUT} <{WD}Q7>", f"{ABOUT} <{WD}Q8>"},
    "wikidata-isbn": {f"{SAME} <{WD}Q2>"},
    "wikidata-orcid": {f"{SAME} <{WD}Q3>", f"<https://schema.org/worksFor> <{WD}Q9>"},
    "opencitations-meta": {f"{SAME} <https://w3id.org/oc/meta/br/0611>"},
    "opencitations": {
        "<http://purl.org/spar/cito/cites> <https://w3id.org/oc/meta/br/0612>",
        "<http://purl.org/spar/cito/isCitedBy> <https://w3id.org/oc/meta/br/0613>",
    },
    "dblp": {
        f"{SAME} <{DBLP}rec/journals/x/Y20>",
        f"<{DBLP}rdf/schema#authoredBy> <{DBLP}pid/1/1>",
        f"<{DBLP}rdf/schema#authoredBy> <{DBLP}pid/2/2>",
        f"<{DBLP}rdf/schema#publishedInStream> <{DBLP}streams/journals/x>",
        f"<{DBLP}rdf/schema#omid> <https://w3id.org/oc/meta/br/0611>",
    },
}
ASKED = {
    "wikidata-isbn": Asked(ENTITY, "isbn:9783030382063"),
    "wikidata-orcid": Asked(PERSON, "orcid:0000-0002-1825-0097"),
    "opencitations": Asked(ENTITY, "doi:10.1007/abc.1", "<https://w3id.org/oc/meta/br/0611>"),
}
BY_DOI = Asked(ENTITY, "doi:10.1007/abc.1")


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with virtuoso(tmp_path_factory.mktemp("endpoints"), TURTLE) as address:
        yield address


@pytest.fixture(scope="module")
def shipped():
    return load(shipped_path())


def test_every_shipped_query_is_expected_something_of():
    assert shipped_queries() == tuple(sorted(EXPECTED))


@pytest.mark.parametrize("page", [1000, 2])
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_shipped_query_finds_what_its_endpoint_has(name, page, url, shipped):
    template = open_template(shipped.enrichments[name].query, shipped.folder)
    wanted = ASKED.get(name, BY_DOI)
    unknown = replace_identifier(wanted)
    pages = Pages(select=Endpoint(url=url).select, page=page, url=url)
    rows = pages.rows(
        lambda limit, offset: template.compose([wanted, unknown], limit=limit, offset=offset)
    )
    taken = take(rows, {wanted.entity: wanted.identifier, OTHER: "unknown"})
    assert dict(taken.statements) == {wanted.identifier: EXPECTED[name]}
    assert taken.refused == {}
    assert pages.limit is None


def replace_identifier(wanted):
    """Something that the endpoint does not know."""
    scheme = wanted.identifier.partition(":")[0]
    unknown = {"doi": "10.1007/none", "isbn": "9780198520115", "orcid": "0000-0001-5109-3700"}
    terms = "<https://w3id.org/oc/meta/br/0000>" if wanted.terms else ""
    return Asked(OTHER, f"{scheme}:{unknown[scheme]}", terms)


def test_the_shipped_tables_are_not_enabled_and_name_what_there_is(shipped):
    assert {name: each.enabled for name, each in shipped.enrichments.items()} == dict.fromkeys(
        EXPECTED, False
    )
    assert all(each.query == name for name, each in shipped.enrichments.items())
    assert all(each.licence.startswith("https://") for each in shipped.enrichments.values())


@pytest.mark.parametrize(
    ("identifier", "spelling", "term"),
    [
        ('doi:10.1000/a"b', "plain", '"10.1000/a\\"b"'),
        ("doi:10.1000/abc", "upper", '"10.1000/ABC"'),
        ("doi:10.1000/abc", "typed", '"10.1000/abc"^^<http://www.w3.org/2001/XMLSchema#string>'),
        ("doi:10.1000/a(b)<c>", "iri", "<https://doi.org/10.1000/a(b)%3Cc%3E>"),
        ("doi:10.1000/abc", "upper-iri", "<https://doi.org/10.1000/ABC>"),
        ("isbn:9783030382063", "hyphens", '"978-3-030-38206-3"'),
        ("isbn:9799999999990", "hyphens", '"9799999999990"'),
    ],
)
def test_identifiers_are_spelled_as_endpoints_have_them(identifier, spelling, term):
    assert spelled(identifier, (spelling,)) == [term]


def test_an_identifier_without_an_address_has_no_row():
    assert spelled("oai:nowhere:1", ("iri",)) == []
    assert spelled("doi:10.1000/1", ("plain", "upper")) == ['"10.1000/1"']
