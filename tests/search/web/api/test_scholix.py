"""Scholix packages: valid by the published schemas, and no more than records state."""

import json
from typing import Any

import jsonschema
import pytest

from tests.search.web.api.conftest import asking

pytestmark = pytest.mark.asyncio(loop_scope="module")
ORCID = {
    "ID": "0000-0002-1825-0097",
    "IDScheme": "orcid",
    "IDURL": "https://orcid.org/0000-0002-1825-0097",
}
DOI = {"ID": "10.5072/data", "IDScheme": "doi", "IDURL": "https://doi.org/10.5072/data"}
SUPPLEMENT = {
    "LinkPublicationDate": "2024-01-01",
    "LinkProvider": [{"name": "High <Energy>"}, {"name": "pap"}, {"name": "Zen"}],
    "RelationshipType": {"Name": "IsSupplementTo"},
    "Source": {
        "Identifier": DOI,
        "Type": {
            "Name": "dataset",
            "SubType": "Dataset",
            "SubTypeSchema": "https://schema.org/",
        },
        "Title": ["Jet data"],
        "Creator": [{"Name": "Lovelace, Ada", "Identifier": ORCID}, {"Name": "Zuse"}],
        "PublicationDate": "2012-09-17",
        "Publisher": [
            {
                "name": "CERN",
                "Identifier": {
                    "ID": "05mmh0f86",
                    "IDScheme": "ror",
                    "IDURL": "https://ror.org/05mmh0f86",
                },
            }
        ],
    },
    "Target": {
        "Identifier": {
            "ID": "10.5072/paper",
            "IDScheme": "doi",
            "IDURL": "https://doi.org/10.5072/paper",
        },
        "Type": {
            "Name": "literature",
            "SubType": "ScholarlyArticle",
            "SubTypeSchema": "https://schema.org/",
        },
        "Title": ["On jets"],
        "Creator": [{"Name": "Ada Lovelace"}],
    },
}
SUB_TYPES = "https://schema.datacite.org/meta/kernel-4/metadata.xsd"


def schema(judges, version: str) -> Any:
    """The published schema; that of version 4 lacks the brace that ends `Source.Identifier`."""
    text = (judges / "scholix" / version / "schema.json").read_text()
    if text.count("{") > text.count("}"):
        head, following, tail = text.partition(
            '        "Type": {\n          "$id": "/properties/Source'
        )
        assert following, "the schema lacks another brace"
        text = f"{head.rstrip().removesuffix(',')}}},{following}{tail}"
    return json.loads(text)


async def test_a_link_is_a_package_of_version_3(ask):
    body = await ask("/api/v1/links?format=scholix-v3&relation=IsSupplementTo")
    assert (body["total"], body["links"]) == (1, [SUPPLEMENT])


async def test_version_4_holds_all_identifiers_of_the_source(ask):
    [package] = (await ask("/api/v1/links?format=scholix-v4&relation=IsSupplementTo"))["links"]
    assert package["Source"]["Identifier"][0] == DOI
    assert [each["IDScheme"] for each in package["Source"]["Identifier"]] == [
        "doi", "hepdata", "oai", "oai",
    ]  # fmt: skip
    source = {**package["Source"], "Identifier": DOI}
    assert {**package, "Source": source} == SUPPLEMENT


async def test_only_links_with_data_or_software_at_an_end_are_packages(ask):
    body = await ask("/api/v1/links?format=scholix-v3")
    relations = [package["RelationshipType"] for package in body["links"]]
    assert len(relations) == body["total"] == 4
    assert {(each["Name"], each.get("SubType", "")) for each in relations} == {
        ("IsSupplementTo", ""),
        ("IsRelatedTo", "IsPartOf"),
        ("IsRelatedTo", "IsDerivedFrom"),
        ("IsRelatedTo", ""),
    }
    assert {each.get("SubTypeSchema", SUB_TYPES) for each in relations} == {SUB_TYPES}


async def test_software_is_of_the_type_that_the_schemas_have_for_all_else(ask):
    [package] = (await ask("/api/v1/links?format=scholix-v3&relation=IsDerivedFrom"))["links"]
    assert package["Target"]["Type"] == {
        "Name": "unknwon",
        "SubType": "SoftwareSourceCode",
        "SubTypeSchema": "https://schema.org/",
    }


@pytest.mark.parametrize("version", ["v3", "v4"])
async def test_every_link_of_the_sample_is_valid_by_the_published_schema(judges, sample, version):
    validator = jsonschema.Draft6Validator(schema(judges, version))
    ask, cursor, n_packages, total = asking(sample), "*", 0, None
    while cursor:
        page = await ask(f"/api/v1/links?format=scholix-{version}&limit=100&cursor={cursor}")
        for package in page["links"]:
            assert list(validator.iter_errors(package)) == []
        n_packages += len(page["links"])
        cursor, total = page["next"], page["total"]
    assert n_packages == total == 218


async def test_the_schemas_refuse_what_is_no_package(judges):
    for version in ("v3", "v4"):
        validator = jsonschema.Draft6Validator(schema(judges, version))
        wrong = {**SUPPLEMENT, "RelationshipType": {"Name": "Cites"}}
        assert list(validator.iter_errors(wrong)) != []
