"""INSPIRE's JSON: papers with all their identifiers, as a search gives them and as a whole."""

import gzip
import json
from collections import Counter

import pytest

from graph.crosswalk.inspire_json import map_inspire_json
from graph.work import Affiliation, Agent, Date, Identifier, Kind, Problem, Subject

HIT = {
    "control_number": 999000012,
    "titles": [{"title": "Gulls at 7 TeV", "subtitle": "A survey", "source": "arXiv"}],
    "document_type": ["article"],
    "dois": [
        {"value": "10.1000/Shore.12", "material": "publication"},
        {"value": "10.1000/shore.12e", "material": "erratum"},
        {"value": "10.17182/hepdata.999", "material": "data"},
    ],
    "arxiv_eprints": [{"value": "2105.99999", "categories": ["hep-ex"]}],
    "first_author": {
        "full_name": "Carberry, Josiah",
        "ids": [
            {"schema": "ORCID", "value": "0000-0002-1825-0097"},
            {"schema": "INSPIRE BAI", "value": "J.Carberry.1"},
        ],
    },
    "author_count": 2932,
    "collaborations": [{"value": "CMS"}, {"value": "Shore Collaboration"}],
    "publication_info": [
        {"material": "erratum", "year": 2024},
        {
            "year": 2022,
            "journal_title": "J.Shore",
            "parent_record": {"$ref": "https://inspirehep.net/api/literature/999000001"},
        },
    ],
    "imprints": [{"date": "2022-03", "publisher": "Shore Press"}],
    "preprint_date": "2021-05-12",
    "earliest_date": "2021-05-12",
    "abstracts": [{"value": "<p>We count gulls.</p>", "source": "arXiv"}],
    "inspire_categories": [{"term": "Experiment-HEP"}],
    "license": [
        {"license": "arXiv nonexclusive-distrib 1.0", "material": "preprint"},
        {"license": "CC BY 4.0", "url": "http://creativecommons.org/licenses/by/4.0/"},
    ],
    "external_system_identifiers": [
        {"schema": "CDS", "value": "999000013"},
        {"schema": "ADS", "value": "2021arXiv210599999C"},
        {"schema": "HEPDATA", "value": "ins999000012"},
    ],
    "references": [
        {"reference": {"dois": ["10.7483/OPENDATA.SHORE.AAAA.BBBB"]}},
        {"reference": {"dois": ["10.1000/another.paper"]}},
        {},
    ],
}


@pytest.fixture
def map_json(staged):
    """Map metadata as a hit of a search."""

    def map_one(**metadata):
        hit = {"id": "1", "updated": "2021-05-16", "metadata": {"control_number": 1, **metadata}}
        return map_inspire_json(staged(json.dumps(hit).encode(), "inspire:1"))

    return map_one


def links(work) -> list[tuple[str, str, str]]:
    return [(link.relation, str(link.target), link.stated_as) for link in work.links]


def test_a_paper_has_every_identifier_that_it_goes_by(map_json):
    work = map_json(**HIT)
    assert (work.kind, work.stated_type, work.record) == (Kind.PAPER, "article", "inspire:1")
    assert work.identifiers == (
        Identifier("inspire", "999000012"),
        Identifier("arxiv", "2105.99999"),
        Identifier("doi", "10.1000/shore.12"),
        Identifier("cds", "999000013"),
    )
    assert [title.value for title in work.titles] == ["Gulls at 7 TeV: A survey"]
    assert (work.year, work.publisher, work.licence) == (2022, "Shore Press", "CC-BY-4.0")
    assert work.dates == (
        *(Date("Issued", "2022-03"), Date("Submitted", "2021-05-12")),
        Date("Available", "2021-05-12"),
    )
    assert [text.value for text in work.descriptions] == ["We count gulls."]
    assert {problem.reason for problem in work.problems} == {"unknown-licence"}


def test_its_data_its_volume_and_the_data_it_cites_are_links(map_json):
    assert links(map_json(**HIT)) == [
        ("IsRelatedTo", "doi:10.1000/shore.12e", "erratum"),
        ("IsSupplementedBy", "doi:10.17182/hepdata.999", "data"),
        ("IsSupplementedBy", "hepdata:ins999000012", "IsSupplementedBy"),
        ("IsPartOf", "inspire:999000001", "parent_record"),
        ("References", "doi:10.7483/opendata.shore.aaaa.bbbb", "references"),
    ]


def test_collaborations_and_the_first_author_stand_for_thousands(map_json):
    work = map_json(**HIT)
    assert work.creators == (
        Agent(
            name="Carberry, Josiah",
            type="person",
            identifiers=(Identifier("orcid", "0000-0002-1825-0097"),),
        ),
        Agent(name="CMS Collaboration", type="organization"),
        Agent(name="Shore Collaboration", type="organization"),
    )
    assert work.collaborations == ("CMS Collaboration", "Shore Collaboration")


def test_all_authors_are_read_where_they_are_given(map_json):
    editor = {"full_name": "Noether, Emmy", "inspire_roles": ["editor"]}
    place = {"full_name": "Curie, Marie", "affiliations": [{"value": "Paris U."}]}
    work = map_json(authors=[editor, place], first_author=editor)
    assert work.creators == (
        Agent(name="Noether, Emmy", type="person", role="editor"),
        Agent(name="Curie, Marie", type="person", affiliations=(Affiliation("Paris U."),)),
    )


def test_a_report_number_is_an_identifier_and_one_in_words_is_listed(map_json):
    work = map_json(
        titles=[{"title": "T"}],
        report_numbers=[{"value": "SHORE-NOTE-2023-99"}, {"value": "Heft 4"}],
    )
    assert work.identifiers == (
        Identifier("inspire", "1"),
        Identifier("report", "SHORE-NOTE-2023-99"),
    )
    assert work.problems == (Problem("local-identifier", "report number Heft 4"),)


def test_categories_of_arxiv_are_subjects_and_pages_the_size(map_json):
    work = map_json(
        titles=[{"title": "T"}],
        arxiv_eprints=[{"value": "2105.99999", "categories": ["hep-ex", "physics.ao-ph"]}],
        number_of_pages=12,
    )
    assert work.identifiers == (Identifier("inspire", "1"), Identifier("arxiv", "2105.99999"))
    assert work.subjects == (Subject("hep-ex", "arXiv"), Subject("physics.ao-ph", "arXiv"))
    assert work.sizes == ("12 pages",)
    assert work.problems == ()


@pytest.mark.parametrize(
    ("stated", "kind"),
    [
        ("article", Kind.PAPER),
        ("conference paper", Kind.PAPER),
        ("thesis", Kind.PAPER),
        ("note", Kind.PAPER),
        ("report", Kind.PAPER),
        ("activity report", Kind.PAPER),
        ("book", Kind.BOOK),
        ("proceedings", Kind.BOOK),
        ("book chapter", Kind.CHAPTER),
    ],
)
def test_every_document_type_has_its_kind(map_json, stated, kind):
    work = map_json(titles=[{"title": "T"}], document_type=[stated])
    assert (work.kind, work.stated_type, work.problems) == (kind, stated, ())


def test_a_book_has_its_isbn_and_its_handle(map_json):
    work = map_json(
        titles=[{"title": "Gulls"}],
        document_type=["book"],
        isbns=[{"value": "9780521187961", "medium": "print"}],
        persistent_identifiers=[
            {"schema": "HDL", "value": "20.500.12657/999000"},
            {"schema": "OTHER", "value": "shelf 12"},
        ],
        external_system_identifiers=[{"schema": "SHORE", "value": "12"}],
        corporate_author=["Shore Office"],
        keywords=[{"value": "gull", "schema": "INSPIRE"}],
        languages=["de"],
        thesis_info={"date": "2012"},
    )
    assert [str(own) for own in work.identifiers] == [
        *("inspire:1", "handle:20.500.12657/999000", "isbn:9780521187961")
    ]
    assert work.problems == (
        Problem("local-identifier", "OTHER shelf 12"),
        Problem("local-identifier", "SHORE 12"),
    )
    assert work.creators == (Agent(name="Shore Office", type="organization"),)
    assert (work.subjects, work.languages) == ((Subject("gull", "INSPIRE"),), ("de",))
    assert work.dates == (Date("Issued", "2012"),)


def test_a_preprint_is_of_the_year_in_which_it_appeared(map_json):
    assert map_json(earliest_date="2021-05-12").year == 2021
    assert map_json(preprint_date="2020-12").year == 2020


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        ("predecessor", "IsNewVersionOf"),
        ("successor", "IsPreviousVersionOf"),
        ("parent", "IsPartOf"),
        ("commented", "Reviews"),
        ("edition of", "IsRelatedTo"),
    ],
)
def test_related_papers_are_links(map_json, relation, expected):
    record = {"$ref": "https://inspirehep.net/api/literature/7"}
    work = map_json(related_records=[{"record": record, "relation": relation}])
    assert links(work) == [(expected, "inspire:7", relation)]


def test_a_reference_to_another_collection_is_no_link_to_a_paper(map_json):
    journal = {"parent_record": {"$ref": "https://inspirehep.net/api/journals/7"}}
    assert map_json(publication_info=[journal]).links == ()


def test_the_whole_records_of_the_corpus_map(corpus, staged):
    works = [
        map_inspire_json(staged(path.read_bytes(), "inspire:1"))
        for path in sorted((corpus / "inspire/json").glob("*.json"))
    ]
    assert [[str(own) for own in work.identifiers] for work in works] == [
        ["inspire:1800446", "arxiv:2006.05292", "doi:10.1103/physrevresearch.2.043298"],
        ["inspire:1836272", "doi:10.1016/j.adt.2020.101372"],
        ["inspire:1862822", "arxiv:2105.04877"],
        ["inspire:1863053", "arxiv:2105.05785", "cds:2766650"],
    ]
    assert [(work.kind, work.year, len(work.creators)) for work in works] == [
        (Kind.PAPER, 2020, 2),
        (Kind.PAPER, 2021, 2),
        (Kind.PAPER, 2021, 2),
        (Kind.PAPER, 2021, 11),
    ]


def test_papers_of_the_corpus_cite_cerns_datasets(corpus, staged):
    """The corpus holds a shortened form of them; here it is put back into INSPIRE's fields."""
    kinds: Counter[Kind] = Counter()
    relations: Counter[tuple[str, str]] = Counter()
    problems: Counter[str] = Counter()
    with gzip.open(corpus / "inspire/papers-citing-cms-opendata.jsonl.gz") as lines:
        for line in lines:
            work = map_inspire_json(staged(json.dumps(_hit(json.loads(line))).encode()))
            kinds[work.kind] += 1
            relations.update((link.relation, link.target.scheme) for link in work.links)
            problems.update(problem.reason for problem in work.problems)
    assert kinds == {Kind.PAPER: 120}
    assert relations == {("References", "doi"): 346}
    assert problems == {}


def _hit(row: dict[str, object]) -> dict[str, object]:
    return {
        "metadata": {
            "control_number": int(str(row["url"]).rpartition("/")[2]),
            "titles": [{"title": row["title"]}],
            "document_type": [row["document_type"]],
            "dois": [{"value": row["doi"]}] if row["doi"] else [],
            "earliest_date": row["date"],
            "references": [{"reference": {"dois": row["dois_referenced"]}}],
        }
    }
