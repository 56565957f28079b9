"""CERN Open Data's JSON: what OAI-PMH leaves out, with the habits of the real records."""

import gzip
import json
from collections import Counter

import pytest

from graph.crosswalk.cernopendata_json import map_cernopendata_json
from graph.errors import UnmappableRecord
from graph.work import Affiliation, Agent, Date, Identifier, Kind, Problem, Subject

DATASET = {
    "recid": "999000553",
    "doi": "10.7483/OPENDATA.SHORE.AAAA.BBBB",
    "title": "/Gulls/Run2012B-v1/AOD",
    "title_additional": "Gulls in AOD format",
    "abstract": {
        "description": "<p>Gulls of the <b>outer</b> bank.</p>",
        "links": [{"recid": "999001002"}],
    },
    "accelerator": "CERN-LHC",
    "collaboration": {"name": "CMS collaboration", "recid": "451"},
    "collision_information": {"energy": "8TeV", "type": "pp"},
    "date_created": ["2012"],
    "date_published": "2017",
    "experiment": ["CMS"],
    "license": {"attribution": "CC0-1.0"},
    "publisher": "CERN Open Data Portal",
    "type": {"primary": "Dataset", "secondary": ["Collision"]},
}


@pytest.fixture
def map_json(staged):
    """Map metadata as the API's answer for it would be staged."""

    def map_one(**metadata):
        answer = {"id": "1", "updated": "2025-01-01", "metadata": {"recid": "1", **metadata}}
        return map_cernopendata_json(staged(json.dumps(answer).encode(), "recid:1"))

    return map_one


def links(work) -> list[tuple[str, str, str]]:
    return [(link.relation, str(link.target), link.stated_as) for link in work.links]


def test_a_dataset_has_what_oai_pmh_leaves_out(map_json):
    work = map_json(**DATASET)
    assert (work.source, work.record) == ("example", "recid:1")
    assert work.identifiers == (
        Identifier("oai", "cernopendata.cern:999000553"),
        Identifier("doi", "10.7483/opendata.shore.aaaa.bbbb"),
    )
    assert (work.kind, work.stated_type) == (Kind.DATASET, "Dataset")
    assert [title.value for title in work.titles] == [
        *("/Gulls/Run2012B-v1/AOD", "Gulls in AOD format")
    ]
    assert (work.licence, work.year, work.publisher) == ("CC0-1.0", 2017, "CERN Open Data Portal")
    assert work.dates == (Date("Issued", "2017"), Date("Created", "2012"))
    assert [text.value for text in work.descriptions] == ["Gulls of the outer bank."]
    assert work.collaborations == ("CMS Collaboration",)
    assert work.subjects == (
        *(Subject("CMS", "experiment"), Subject("CERN-LHC", "accelerator")),
        *(Subject("pp", "collision"), Subject("8TeV", "collision"), Subject("Collision", "type")),
    )
    assert links(work) == [("References", "oai:cernopendata.cern:999001002", "abstract")]
    assert work.problems == ()


@pytest.mark.parametrize(
    ("stated", "relation"),
    [
        ({"type": "isPartOf"}, "IsPartOf"),
        ({"type": "isProducedBy"}, "IsCompiledBy"),
        ({"type": "isChildOf"}, "IsRelatedTo"),
        ({"type": "isChildOf", "description": "This dataset was derived from:"}, "IsDerivedFrom"),
        ({"type": "isParentOf"}, "IsRelatedTo"),
        ({"type": "isSiblingOf"}, "IsRelatedTo"),
    ],
)
def test_a_relation_is_told_in_datacites_words_and_keeps_its_own(map_json, stated, relation):
    work = map_json(relations=[{"recid": "7", **stated}])
    assert links(work) == [(relation, "oai:cernopendata.cern:7", stated["type"])]


def test_a_doi_names_the_target_of_a_relation_better_than_a_number(map_json):
    relation = {"type": "isPartOf", "recid": "7", "doi": "10.7483/OPENDATA.A", "title": "A"}
    assert links(map_json(relations=[relation])) == [
        ("IsPartOf", "doi:10.7483/opendata.a", "isPartOf")
    ]


def test_a_relation_to_a_mere_title_is_a_problem(map_json):
    work = map_json(title="T", relations=[{"type": "isChildOf", "title": "/A/B/RAW"}])
    assert work.links == ()
    assert work.problems == (Problem("item-without-identifier", "isChildOf /A/B/RAW"),)


def test_links_of_texts_and_of_company_are_read(map_json):
    work = map_json(
        use_with={"links": [{"recid": "11"}]},
        usage={"links": [{"url": "/record/12", "description": "manual"}, {"url": "/docs/guide"}]},
        validation={"links": [{"url": "https://cds.cern.ch/record/13/files/a.pdf"}]},
        links=[{"url": "https://doi.org/10.1000/A", "title": "paper"}],
        pileup={"links": [{"recid": "14", "title": "/MinBias"}]},
        system_details={"recid": "15", "release": "X"},
        source_code_repository={"url": "https://github.com/Shore/Gulls"},
    )
    assert links(work) == [
        ("References", "oai:cernopendata.cern:12", "usage"),
        ("References", "url:https://opendata.cern.ch/docs/guide", "usage"),
        ("References", "url:https://cds.cern.ch/record/13/files/a.pdf", "validation"),
        ("IsRelatedTo", "oai:cernopendata.cern:11", "use_with"),
        ("IsRelatedTo", "oai:cernopendata.cern:14", "pileup"),
        ("References", "doi:10.1000/a", "links"),
        ("Requires", "oai:cernopendata.cern:15", "system_details"),
        ("IsDerivedFrom", "github:shore/gulls", "source_code_repository"),
    ]


def test_people_have_their_identifiers_and_places(map_json):
    author = {
        "name": "Carberry, Josiah",
        "orcid": "0000-0002-1825-0097",
        "inspireid": "INSPIRE-00000001",
        "affiliation": "Outer Bank; Inner Bank",
    }
    work = map_json(authors=[author, {"name": "Noether, Emmy", "inspireid": "None"}])
    assert work.creators == (
        Agent(
            name="Carberry, Josiah",
            type="person",
            identifiers=(
                Identifier("orcid", "0000-0002-1825-0097"),
                Identifier("inspire-author", "INSPIRE-00000001"),
            ),
            affiliations=(Affiliation("Outer Bank"), Affiliation("Inner Bank")),
        ),
        Agent(name="Noether, Emmy", type="person"),
    )


def test_one_affiliation_has_the_ror_beside_it(map_json):
    author = {"name": "Okafor, Ada", "affiliation": "Outer Bank", "rorid": "05mmh0f86"}
    work = map_json(title="T", authors=[author])
    assert work.creators[0].affiliations == (
        Affiliation("Outer Bank", (Identifier("ror", "05mmh0f86"),)),
    )
    assert work.problems == ()


@pytest.mark.parametrize(
    ("affiliation", "ror", "places", "problem"),
    [
        (
            "Outer Bank; Inner Bank",
            "05mmh0f86",
            (Affiliation("Outer Bank"), Affiliation("Inner Bank")),
            Problem("ambiguous-identifier", "rorid 05mmh0f86"),
        ),
        ("", "05mmh0f86", (), Problem("ambiguous-identifier", "rorid 05mmh0f86")),
        (
            "Outer Bank",
            "05mmh0f87",
            (Affiliation("Outer Bank"),),
            Problem("bad-ror", "05mmh0f87"),
        ),
    ],
)
def test_a_ror_that_is_nobodys_for_certain_is_listed(map_json, affiliation, ror, places, problem):
    author = {"name": "Okafor, Ada", "affiliation": affiliation, "rorid": ror}
    work = map_json(title="T", authors=[author])
    assert work.creators[0].affiliations == places
    assert work.problems == (problem,)


def test_size_in_bytes_files_and_events_and_formats_are_kept(map_json):
    work = map_json(
        title="T",
        distribution={
            "formats": ["aod", "root"],
            "size": 999000111,
            "number_files": 42,
            "number_events": 7,
            "availability": "online",
        },
    )
    assert work.sizes == ("999000111 bytes", "42 files", "7 events")
    assert work.formats == ("aod", "root")


@pytest.mark.parametrize(
    ("stated", "experiments", "name"),
    [
        ({"name": "DELPHI"}, ["DELPHI"], "DELPHI Collaboration"),
        ({"recid": "451"}, ["CMS"], "CMS Collaboration"),
        ({"name": "CMS collaboration"}, ["CMS"], "CMS Collaboration"),
    ],
)
def test_a_collaboration_is_named_after_its_experiment(map_json, stated, experiments, name):
    assert map_json(collaboration=stated, experiment=experiments).collaborations == (name,)


def test_a_number_without_a_name_is_nobody_where_experiments_are_many(map_json):
    work = map_json(collaboration={"recid": "451"}, experiment=["CMS", "ATLAS"])
    assert (work.creators, work.collaborations) == ((), ())


def test_an_answer_without_a_number_is_refused(staged):
    with pytest.raises(UnmappableRecord) as caught:
        map_cernopendata_json(staged(b'{"metadata": {"title": "Page"}}', "recid:1"))
    assert caught.value.reason == "no-metadata"


def test_every_record_of_the_corpus_maps(corpus, staged):
    works = []
    for name in ("records", "supplementaries"):
        with gzip.open(corpus / f"cernopendata/json/{name}.jsonl.gz") as lines:
            works += [map_cernopendata_json(staged(line, "recid:1")) for line in lines]
    links = [link for work in works for link in work.links]
    own = {each for work in works for each in work.identifiers}
    assert Counter(work.kind for work in works) == {
        Kind.DATASET: 1914,
        Kind.SOFTWARE: 43,
        Kind.OTHER: 4830,
    }
    assert Counter(each.scheme for work in works for each in work.identifiers) == {
        "oai": 6787,
        "doi": 1767,
    }
    assert Counter(work.licence for work in works) == {
        "": 4860,
        "CC0-1.0": 1886,
        "GPL-3.0-only": 37,
        "MIT": 3,
        "Apache-2.0": 1,
    }
    assert Counter(link.relation for link in links) == {
        "References": 5828,
        "IsRelatedTo": 803,
        "IsPartOf": 157,
        "IsDerivedFrom": 151,
        "Requires": 63,
        "IsCompiledBy": 1,
    }
    assert Counter(problem.reason for work in works for problem in work.problems) == {
        "item-without-identifier": 58,
        "ambiguous-identifier": 7,
    }
    assert sum(link.target in own for link in links) == 1791
