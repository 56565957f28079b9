"""Every record of the corpus maps, or is refused with a known reason."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from lxml import etree

from graph.crosswalk import map_record
from graph.errors import UnmappableRecord
from graph.identifiers import iri, normalise
from graph.work import Identifier, Kind, Work
from harvester.record import StagedRecord

_CERN_KINDS = {Kind.DATASET, Kind.SOFTWARE, Kind.OTHER}
_PARSER = etree.XMLParser(recover=True)


Mapped = tuple[dict[str, Work], Counter[str]]


@pytest.fixture
def map_pages(corpus, staged) -> Callable[[str], Mapped]:
    """Map every record of the pages that match a pattern; also count refusals by reason."""
    return partial(_map_pages, corpus, staged)


def _map_pages(corpus: Path, staged: Callable[..., StagedRecord], pattern: str) -> Mapped:
    works: dict[str, Work] = {}
    refused: Counter[str] = Counter()
    for page in sorted(corpus.glob(pattern)):
        root = etree.fromstring(page.read_bytes().strip(), _PARSER)
        for record in () if root is None else root.iter("{*}record"):
            identifier = record.findtext("{*}header/{*}identifier") or ""
            try:
                works[identifier] = map_record(staged(etree.tostring(record), identifier))
            except UnmappableRecord as refusal:
                refused[refusal.reason] += 1
    return works, refused


@pytest.mark.parametrize(
    ("pattern", "n_works", "kinds"),
    [
        ("zenodo/oai/oai_datacite/*.xml", 85, {Kind.DATASET}),
        ("zenodo/oai/oai_datacite3/*.xml", 8, {Kind.OTHER}),
        (
            "cernopendata/oai-reconstructed/oai_datacite/*.xml",
            120,
            _CERN_KINDS,
        ),
        (
            "cernopendata/oai-reconstructed/oai_dc/*.xml",
            120,
            _CERN_KINDS,
        ),
        (
            "cernopendata/oai-reconstructed/oai_openaire/*.xml",
            120,
            _CERN_KINDS,
        ),
        ("hepdata/oai-reconstructed-datacite/oai_datacite/*.xml", 786, {Kind.DATASET}),
        ("hepdata/oai-reconstructed-datacite/datacite/*.xml", 786, {Kind.DATASET}),
        ("oapen/xoai/list-records-2023-01.xml", 56, {Kind.BOOK, Kind.CHAPTER}),
    ],
)
def test_every_record_maps(map_pages, pattern, n_works, kinds):
    works, refused = map_pages(pattern)
    assert not refused
    assert len(works) == n_works
    assert {work.kind for work in works.values()} == kinds
    for work in works.values():
        assert work.identifiers[0].scheme == "oai"
        for identifier in (*work.identifiers, *(link.target for link in work.links)):
            assert normalise(identifier.scheme, identifier.value) == identifier
            assert iri(identifier) != ""


def test_all_dialects_of_a_cern_record_agree_on_kind_and_identity(map_pages):
    folder = "cernopendata/oai-reconstructed/"
    datacite, _ = map_pages(folder + "oai_datacite/*.xml")
    openaire, _ = map_pages(folder + "oai_openaire/*.xml")
    dublin_core, _ = map_pages(folder + "oai_dc/*.xml")
    for identifier, work in datacite.items():
        assert openaire[identifier].identifiers == work.identifiers
        assert openaire[identifier].kind is dublin_core[identifier].kind is work.kind


def test_only_unversioned_hepdata_records_own_a_page(map_pages):
    works, _ = map_pages("hepdata/oai-reconstructed-datacite/oai_datacite/*.xml")
    owners = [
        work.record
        for work in works.values()
        if any(identifier.scheme == "hepdata" for identifier in work.identifiers)
    ]
    assert len(owners) == 18
    assert all(".v" not in owner for owner in owners)


def test_a_version_of_hepdata_91215(map_pages):
    works, _ = map_pages("hepdata/oai-reconstructed-datacite/datacite/*.xml")
    work = works["doi:10.17182/hepdata.91215.v2"]
    stated = [(link.relation, str(link.target), link.rule) for link in work.links]
    assert ("IsSupplementTo", "inspire:1753680", "stated") in stated
    assert ("IsVersionOf", "doi:10.17182/hepdata.91215", "stated") in stated
    assert ("IsVersionOf", "hepdata:ins1753680", "hepdata-page") in stated
    assert ("HasPart", "doi:10.17182/hepdata.91215.v2/t1", "stated") in stated


def test_a_book_with_two_isbns_of_oapen(map_pages):
    works, _ = map_pages("oapen/xoai/list-records-2023-01.xml")
    work = works["oai:library.oapen.org:20.500.12657/60858"]
    assert work.kind is Kind.BOOK
    assert work.titles[0].value == "Machine Learning and Its Application to Reacting Flows"
    assert Identifier("doi", "10.1007/978-3-031-16248-0") in work.identifiers
    assert Identifier("isbn", "9783031162480") in work.identifiers
    assert [agent.role for agent in work.creators] == ["editor", "editor"]


def test_a_version_of_zenodo_points_at_its_concept(map_pages):
    works, _ = map_pages("zenodo/oai/oai_datacite/*.xml")
    work = works["oai:zenodo.org:13320003"]
    stated = [(link.relation, str(link.target)) for link in work.links]
    assert ("IsVersionOf", "doi:10.5281/zenodo.13320002") in stated
    assert ("IsDerivedFrom", "oai:zenodo.org:13316017") in stated


def test_a_table_of_hepdata_without_inspire_number_has_no_link_to_inspire(map_pages):
    works, _ = map_pages("hepdata/oai-reconstructed-datacite/oai_datacite/*.xml")
    work = works["doi:10.17182/hepdata.83542.v1/t1"]
    assert "inspire" not in {link.target.scheme for link in work.links}
    assert "bad-identifier" in {problem.reason for problem in work.problems}


def test_a_chapter_of_oapen_is_part_of_its_book(map_pages):
    works, _ = map_pages("oapen/xoai/list-records-2023-01.xml")
    work = works["oai:library.oapen.org:20.500.12657/60772"]
    assert work.kind is Kind.CHAPTER
    stated = [(link.relation, str(link.target)) for link in work.links]
    assert ("IsPartOf", "handle:20.500.12657/55804") in stated
