"""JSON-LD in the shapes that search engines and dataset catalogues ask for."""

import json
import re

import pyshacl
import pytest
import rdflib
from rdflib import SH

from search.web.linked.nested_json import Subject
from search.web.linked.schema_org import HTTP_SCHEMA, Catalogue, describe_entity
from tests.search.web.linked_release import ABSTRACT, BASE

# rdflib's own parser
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")

IRI = f"{BASE}id/a"
CATALOGUE = Catalogue(name="Weft", iri=BASE)
PREFIXES = """@prefix s: <https://schema.org/> . @prefix w: <https://w3id.org/weft#> .
@prefix x: <http://www.w3.org/2001/XMLSchema#> . @prefix d: <http://purl.org/dc/terms/> .
"""
KNOWN = (
    "A lamp. By Curie, Marie. Published Archive, 2012. No source gathered in Weft gives a longer"
    " description of it."
)
DATASETS = ("datadatadatad", "partpartpartp", "hostilehostil")


def described(turtle, abstract="", order=()):
    graph = rdflib.Graph().parse(data=PREFIXES + turtle, format="turtle")
    subject = Subject(iri=IRI, graph=graph, abstract=abstract, creator_order=order)
    return json.loads(describe_entity(subject, CATALOGUE))


def test_an_organisation_that_is_only_a_name_becomes_a_node():
    found = described(
        f'<{IRI}> s:publisher "Lamp Archive" ; s:funding <{IRI}#grant-1> ; s:creator <{IRI}#a> .'
        f'<{IRI}#grant-1> a s:Grant ; s:name "Fund, 7" ; s:funder "Fund" ; w:awardNumber "7" .'
        f'<{IRI}#a> a s:Person ; s:name "A" ; s:affiliation "Inner Bank" .'
    )
    assert found["publisher"] == {"@type": "Organization", "name": "Lamp Archive"}
    assert found["funding"] == {
        "@id": f"{IRI}#grant-1",
        "@type": "Grant",
        "name": "Fund, 7",
        "funder": {"@type": "Organization", "name": "Fund"},
        "identifier": "7",
        "weft:awardNumber": "7",
    }
    assert found["creator"]["affiliation"] == {"@type": "Organization", "name": "Inner Bank"}


def test_an_organisation_with_an_identifier_keeps_it():
    found = described(
        f'<{IRI}> s:publisher "Bank" ; w:publisherIdentifier <https://ror.org/05mmh0f86> .'
    )
    assert found["publisher"] == {
        "@id": "https://ror.org/05mmh0f86",
        "@type": "Organization",
        "name": "Bank",
    }


def test_two_creators_of_one_organisation_name_it_once_and_refer_to_it():
    found = described(
        f"<{IRI}> s:creator <{IRI}#agent-1>, <{IRI}#agent-2> ."
        f'<{IRI}#agent-1> s:name "A, A" ; s:affiliation <https://ror.org/05mmh0f86> .'
        f'<{IRI}#agent-2> s:name "B, B" ; s:affiliation <https://ror.org/05mmh0f86> .'
        '<https://ror.org/05mmh0f86> a s:Organization ; s:name "Bank" .'
    )
    assert [creator["affiliation"] for creator in found["creator"]] == [
        {"@id": "https://ror.org/05mmh0f86", "@type": "Organization", "name": "Bank"},
        {"@id": "https://ror.org/05mmh0f86"},
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Lamp Club", "Organization"),
        ("Curie, Marie", None),
        ("Observatory, Paris", None),
        ("Editorial Team", None),
    ],
)
def test_an_agent_without_a_class_gets_one_only_where_the_graph_calls_it_a_collaboration(
    name, expected
):
    found = described(
        f'<{IRI}> s:creator <{IRI}#agent-1> ; w:collaboration "Lamp Club" .'
        f'<{IRI}#agent-1> s:name "{name}" .'
    )
    assert found["creator"].get("@type") == expected


def test_creators_stand_in_the_order_of_the_record():
    found = described(
        f'<{IRI}> s:creator [ s:name "A" ], [ s:name "B" ], <http://orcid/1> .'
        '<http://orcid/1> s:name "C" .',
        order=("C", "A", "B"),
    )
    assert [creator["name"] for creator in found["creator"]] == ["C", "A", "B"]


@pytest.mark.parametrize(
    ("date", "kind"), [("2012", "gYear"), ("2012-09", "gYearMonth"), ("2012-09-17", "date")]
)
def test_a_date_is_plain_text_and_its_kind_stands_in_the_context(date, kind):
    turtle = f'<{IRI}> s:datePublished "{date}"^^x:{kind} ; s:license <https://spdx.org/l> .'
    found = described(turtle)
    assert (found["datePublished"], found["license"]) == (date, "https://spdx.org/l")
    graph = rdflib.Graph().parse(data=json.dumps(found), format="json-ld")
    assert set(rdflib.Graph().parse(data=PREFIXES + turtle, format="turtle")) <= set(graph)


def test_a_doi_is_a_property_value_beside_its_text():
    found = described(f'<{IRI}> s:identifier "doi:10.1000/a", "isbn:9783030382070" .')
    assert found["identifier"] == [
        {
            "@type": "PropertyValue",
            "propertyID": "https://registry.identifiers.org/registry/doi",
            "value": "doi:10.1000/a",
            "url": "https://doi.org/10.1000/a",
        },
        "doi:10.1000/a",
        "isbn:9783030382070",
    ]


def test_links_from_elsewhere_stand_under_reverse():
    found = described(f'<{IRI}> s:name "a" . <{BASE}id/b> d:isPartOf <{IRI}> .')
    assert found["@reverse"] == {"dcterms:isPartOf": [{"@id": f"{BASE}id/b"}]}


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        (ABSTRACT, ABSTRACT),
        (
            "Short.",
            f"Short. {KNOWN}",
        ),
        (
            "",
            KNOWN,
        ),
    ],
)
def test_the_description_of_a_dataset_is_the_abstract_or_what_is_known(abstract, expected):
    found = described(
        f'<{IRI}> a s:Dataset ; s:name "A lamp"@en ; s:publisher "Archive" ;'
        f' s:creator <{IRI}#agent-1> ; s:datePublished "2012"^^x:gYear .'
        f' <{IRI}#agent-1> s:name "Curie, Marie" .',
        abstract,
    )
    assert found["description"] == expected
    assert found.get("abstract", "") == abstract


@pytest.mark.parametrize("abstract", ["lamp " * 2000, "a" * 9000, ""])
def test_a_description_has_the_length_that_google_takes(abstract):
    found = described(f'<{IRI}> a s:Dataset ; s:name "{"n" * 6000}" .', abstract)
    assert 50 <= len(found["description"]) <= 5000


def test_what_a_dataset_must_have_and_no_record_states_is_told_as_not_known():
    found = described(
        f'<{IRI}> a w:Stub, s:Dataset ; w:collaboration "Lamp Club" ; w:kind "dataset" .'
    )
    assert (found["name"], found["identifier"]) == (IRI, IRI)
    assert (found["version"], found["keywords"]) == (":unav", ":unav")


def test_a_dataset_known_by_its_identifier_only_has_that_for_a_name():
    found = described(f'<{IRI}> a w:Stub, s:Dataset ; s:identifier "doi:10.1000/a" .')
    assert found["name"] == "doi:10.1000/a"


@pytest.mark.parametrize(
    ("abstract", "description"),
    [("Short.", "Short."), ("a " * 3000, "a " * 2498 + "a…"), ("", None)],
)
def test_what_is_no_dataset_has_nothing_that_no_record_states(abstract, description):
    found = described(f'<{IRI}> a s:Book ; s:identifier "isbn:9783030382070" .', abstract)
    assert found.get("description") == description
    assert not found.keys() & {"name", "version", "keywords", "includedInDataCatalog"}


def test_the_namespace_of_schema_org_may_be_the_one_of_web_pages():
    graph = rdflib.Graph().parse(data=PREFIXES + f"<{IRI}> a s:Dataset .", format="turtle")
    text = describe_entity(Subject(iri=IRI, graph=graph), CATALOGUE, HTTP_SCHEMA)
    found = rdflib.Graph().parse(data=text, format="json-ld")
    assert (rdflib.URIRef(IRI), rdflib.RDF.type, rdflib.URIRef(HTTP_SCHEMA + "Dataset")) in found


async def embedded(client, key):
    """The JSON-LD inside a page."""
    text = await (await client.get(f"/id/{key}.html")).text()
    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return found


def faults(json_ld, rules):
    """What the rules of a file find wrong; warnings are recommendations."""
    graph = rdflib.Graph().parse(data=json_ld, format="json-ld")
    assert (None, rdflib.RDF.type, rdflib.URIRef(HTTP_SCHEMA + "Dataset")) in graph
    shapes = rdflib.Graph().parse(rules)
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, inplace=True)
    return [
        str(report.value(result, SH.resultPath))
        for result in report.subjects(SH.resultSeverity, SH.Violation)
    ]


@pytest.mark.parametrize("rules", ["googleRequired.ttl", "soso_common_v1.2.3.ttl"])
@pytest.mark.parametrize("key", DATASETS)
async def test_the_json_ld_inside_a_page_is_accepted(linked, judges, rules, key):
    assert faults(await embedded(linked, key), judges / "shacl" / rules) == []


@pytest.mark.parametrize("rules", ["googleRequired.ttl", "soso_common_v1.2.3.ttl"])
@pytest.mark.parametrize("key", DATASETS)
async def test_the_json_ld_of_its_own_address_is_accepted_but_for_the_namespace(
    linked, judges, rules, key
):
    """The rules know schema.org by `http:` only; a release writes `https:` throughout."""
    text = await (await linked.get(f"/id/{key}.jsonld")).text()
    text = text.replace("https://schema.org/", HTTP_SCHEMA)
    assert faults(text, judges / "shacl" / rules) == []


async def test_the_judges_would_see_a_fault(linked, judges):
    document = json.loads(await embedded(linked, "datadatadatad"))
    del document["description"]
    found = faults(json.dumps(document), judges / "shacl" / "googleRequired.ttl")
    assert found == [HTTP_SCHEMA + "description"]
