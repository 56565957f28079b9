"""MARC 21 in XML of OAPEN, INSPIRE, SCOAP3 and Zenodo, and what no catalogue should write."""

import pytest

from graph.crosswalk.marc_ignored import IGNORED, IGNORED_CODES
from graph.crosswalk.marcxml import RULES, map_marcxml
from graph.errors import UnmappableRecord
from graph.work import (
    Access,
    Affiliation,
    Agent,
    Date,
    Grant,
    Identifier,
    Kind,
    Problem,
    Subject,
    Text,
)
from tests.graph.crosswalk.dialect import map_file_with, map_with

_TITLE = '<datafield tag="245" ind1=" " ind2=" "><subfield code="a">T</subfield></datafield>'


@pytest.fixture
def book(staged):
    return map_file_with(map_marcxml, "marc-book", staged(b"", "oai:library.example.org:1"))


@pytest.fixture
def paper(staged):
    identifier = "oai:inspirehep.net:999000601"
    return map_file_with(map_marcxml, "marc-paper-with-references", staged(b"", identifier))


@pytest.fixture
def dataset(staged):
    identifier = "oai:repository.example.org:777"
    return map_file_with(map_marcxml, "marc-typed-relations", staged(b"", identifier))


@pytest.fixture
def map_fields(staged):
    """Map a record with a title and the given fields: tag, indicators, then code and text."""

    def map_some(*fields: tuple[str, ...], leader: str = "", control: str = ""):
        xml = "".join(
            f'<datafield tag="{tag}" ind1="{indicators[0]}" ind2="{indicators[1]}">'
            + "".join(
                f'<subfield code="{code}">{text}</subfield>'
                for code, text in zip(subfields[::2], subfields[1::2], strict=True)
            )
            + "</datafield>"
            for tag, indicators, *subfields in fields
        )
        record = f"<record><leader>{leader}</leader>{control}{_TITLE}{xml}</record>"
        return map_with(map_marcxml, record.encode(), staged(b""))

    return map_some


def test_a_book_of_oapen_has_handle_doi_and_isbn(book):
    assert book.kind is Kind.BOOK
    assert book.stated_type == ""
    assert book.identifiers == (
        Identifier("oai", "library.example.org:1"),
        Identifier("handle", "20.500.99999/911"),
        Identifier("doi", "10.5072/978-99999-080-1-6"),
        Identifier("isbn", "9789999908016"),
    )
    assert book.titles == (Text("Das Licht am Kap: Lampen und ihre Wärter"),)
    assert book.publisher == "Kap Verlag"
    assert book.languages == ("de",)
    assert book.dates == (Date("Issued", "2021"),)
    assert book.year == 2021
    assert book.access is Access.OPEN
    assert book.funding == (Grant(funder="Lamp Oil Fund", number="LOF-12"),)
    assert book.descriptions == (Text("Wer die Lampen putzte."),)
    assert book.sizes == ("1 electronic resource (212 p.)",)


def test_an_editor_named_again_without_role_is_one_editor(book):
    assert book.creators == (
        Agent(name="Lindqvist, Tove", type="person", role="editor"),
        Agent(name="Okafor, Ada", type="person", role="creator"),
    )
    assert Problem("repeated-agent", "700 Lindqvist, Tove") in book.problems


def test_the_licence_is_the_address_where_the_words_say_less(book):
    assert book.licence == "CC-BY-SA-4.0"
    assert book.licence_stated == "https://creativecommons.org/licenses/by-sa/4.0/"


def test_subjects_are_codes_names_and_single_keywords(book):
    assert book.subjects == (
        Subject("TTX", "bicssc"),
        Subject("Lamps & signals", "bicssc"),
        Subject("wicks"),
        Subject("oil"),
    )


def test_what_has_no_place_in_a_book_is_listed(book):
    assert book.problems == (
        Problem("repeated-agent", "700 Lindqvist, Tove"),
        Problem("bad-identifier", "ISBN 518.9999990801"),
        Problem("file-address", "https://library.oapen.org/bitstream/id/0f/licht.pdf"),
        Problem("relation-in-words", "490 Lampenhefte 4"),
    )
    assert [(link.relation, str(link.target)) for link in book.links] == [
        ("IsVariantFormOf", "isbn:9789999908023"),
    ]


def test_a_paper_of_inspire_goes_by_all_its_numbers(paper):
    assert paper.kind is Kind.PAPER
    assert paper.stated_type == "Published"
    assert paper.identifiers == (
        Identifier("oai", "inspirehep.net:999000601"),
        Identifier("doi", "10.5072/lamps.94.054021"),
        Identifier("cds", "999000602"),
        Identifier("inspire", "999000601"),
        Identifier("arxiv", "2301.99999"),
        Identifier("report", "LANTERN-PAPER-2023-004"),
    )


def test_authors_of_inspire_have_orcid_inspire_id_and_the_short_affiliation(paper):
    assert paper.creators == (
        Agent(
            name="Okafor, A.",
            type="person",
            identifiers=(
                Identifier("inspire-author", "INSPIRE-99900111"),
                Identifier("orcid", "0000-0002-1825-0097"),
            ),
            affiliations=(Affiliation("Kap U."),),
        ),
        Agent(
            name="Lindqvist, Tove",
            type="person",
            role="editor",
            affiliations=(Affiliation("Harbour Institute"),),
        ),
        Agent(name="Lantern Collaboration", type="organization"),
    )
    assert paper.collaborations == ("Lantern Collaboration",)


def test_the_year_is_the_journals_and_the_preprint_keeps_its_date(paper):
    assert paper.year == 2024
    assert paper.dates == (Date("Submitted", "2023-01-09"),)


def test_references_are_citations_by_the_surest_identifiers(paper):
    stated = [
        (link.relation, str(link.target), link.stated_as, link.target_kind) for link in paper.links
    ]
    assert stated == [
        ("IsPartOf", "inspire:999000603", "773", "book"),
        ("Cites", "doi:10.5072/lamps.13.508", "999C5", ""),
        ("Cites", "arxiv:2207.99998", "999C5", "paper"),
        ("Cites", "inspire:999000611", "999C5", "paper"),
    ]
    assert Problem("references-in-words", "1 of 3") in paper.problems


def test_the_licence_is_the_publishers_not_arxivs(paper):
    assert paper.licence == "CC-BY-4.0"


def test_experiment_accelerator_and_category_are_subjects(paper):
    assert paper.subjects == (
        Subject("hep-ex", "arXiv"),
        Subject("Experiment-HEP", "INSPIRE"),
        Subject("CERN-LHC-LANTERN", "experiment"),
        Subject("CERN LHC", "accelerator"),
    )


def test_the_arxiv_title_that_differs_in_nothing_is_not_repeated(paper):
    assert paper.titles == (Text(r"Flashes at $\sqrt{s}=13$ TeV"),)


def test_the_summary_of_hepdata_follows_the_abstract(paper):
    assert paper.descriptions == (Text("Forty flashes."), Text("CERN-LHC. Flashes of one night."))


def test_relations_of_zenodo_keep_their_type_and_are_not_repeated_without_it(dataset):
    assert [(link.relation, str(link.target), link.stated_as) for link in dataset.links] == [
        ("IsSupplementTo", "doi:10.5072/tides.1", "Is supplement to"),
        ("IsVersionOf", "doi:10.5072/gauge.776", "isVersionOf"),
    ]


def test_a_dataset_of_zenodo(dataset):
    assert dataset.kind is Kind.DATASET
    assert dataset.identifiers == (
        Identifier("oai", "repository.example.org:777"),
        Identifier("doi", "10.5072/gauge.777"),
    )
    assert dataset.creators[0].identifiers == (Identifier("orcid", "0000-0002-1825-0097"),)
    assert dataset.creators[1].role == "dataManager"
    assert dataset.access is Access.EMBARGOED
    assert dataset.licence == "CC-BY-4.0"
    assert dataset.dates == (Date("Issued", "2024-01-31"), Date("Available", "2027-03-09"))
    assert dataset.subjects == (Subject("tide"),)
    assert dataset.descriptions == (Text("Heights of the tide."), Text("Read twice a day."))
    assert (dataset.sizes, dataset.formats) == ((), ("text/csv",))
    assert dataset.funding == (Grant(funder="Tides for all", number="999999"),)
    assert dataset.problems == (
        Problem("unknown-name-scheme", "gnd 4079154-3"),
        Problem("file-address", "https://repository.example.org/records/777/files/gauge.csv"),
        Problem("local-identifier", "ads:2024Tides..84..308E"),
    )


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("978-99999-080-1-6 (hardback)", ["9789999908016"]),
        ("978-99999-080-1-6 : EUR 10", ["9789999908016"]),
        ("9789999908016; 9789999908023", ["9789999908016", "9789999908023"]),
        ("9789999908017", []),
    ],
)
def test_an_isbn_is_read_with_hyphens_qualifiers_and_price(map_fields, text, values):
    work = map_fields(("020", "  ", "a", text))
    assert [i.value for i in work.identifiers if i.scheme == "isbn"] == values


def test_an_issn_is_the_journals_except_on_its_own_record(map_fields):
    issn = ("022", "  ", "a", "1234-5679")
    article = map_fields(issn)
    assert [(link.relation, str(link.target)) for link in article.links] == [
        ("IsPartOf", "issn:1234-5679")
    ]
    journal = map_fields(issn, leader="00888nas a2200229 a 4500")
    assert journal.links == ()
    assert Problem("serial-identifier", "1234-5679") in journal.problems


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ([("020", "  ", "a", "9789999908016")], Kind.BOOK),
        ([("773", "  ", "t", "A book", "z", "9789999908016")], Kind.CHAPTER),
        ([("773", "  ", "p", "J.Lamps")], Kind.PAPER),
        ([("502", "  ", "b", "PhD", "c", "Kap U.")], Kind.PAPER),
        ([("980", "  ", "a", "HEP"), ("980", "  ", "a", "BookChapter")], Kind.CHAPTER),
        ([("980", "  ", "a", "publication", "b", "article")], Kind.PAPER),
        ([("980", "  ", "a", "HERMES-INTERNAL-NOTE")], Kind.PAPER),
        ([("980", "  ", "a", "SCOAP3", "b", "Hindawi")], Kind.PAPER),
        ([("980", "  ", "a", "user-tides")], Kind.OTHER),
        ([], Kind.OTHER),
    ],
)
def test_the_kind_is_told_by_collection_thesis_note_or_host(map_fields, fields, kind):
    assert map_fields(*fields).kind is kind


@pytest.mark.parametrize(
    ("leader", "kind", "stated"),
    [
        ("00888nam a2200229 a 4500", Kind.BOOK, "language material, monograph"),
        ("00888naa a2200229 a 4500", Kind.CHAPTER, "language material, part of a monograph"),
        ("00888nab a2200229 a 4500", Kind.PAPER, "language material, part of a serial"),
        ("00888nas a2200229 a 4500", Kind.OTHER, "language material, serial"),
        ("naaaa       uu", Kind.OTHER, ""),
    ],
)
def test_the_leader_tells_the_kind_where_it_is_one(map_fields, leader, kind, stated):
    work = map_fields(leader=leader)
    assert (work.kind, work.stated_type) == (kind, stated)


def test_languages_run_together_are_several_and_the_fixed_field_comes_after(map_fields):
    fixed = '<controlfield tag="008">120704r20121687gw b|||  |||| 001 0 ger d</controlfield>'
    assert map_fields(("041", "0 ", "a", "gerfre"), control=fixed).languages == ("de", "fr")
    work = map_fields(control=fixed)
    assert work.languages == ("de",)
    assert work.year == 2012


def test_a_linking_entry_with_identifier_links_and_one_in_words_is_listed(map_fields):
    work = map_fields(
        ("765", "0 ", "t", "Original", "z", "9789999908016"),
        ("780", "00", "t", "Older calendar", "w", "bv98"),
    )
    assert [(link.relation, str(link.target)) for link in work.links] == [
        ("IsTranslationOf", "isbn:9789999908016")
    ]
    assert Problem("relation-in-words", "780 Older calendar bv98") in work.problems


@pytest.mark.parametrize(
    ("tag", "words", "relation", "stated_as"),
    [
        ("787", "Is Compiled By", "IsCompiledBy", "Is Compiled By"),
        ("787", "Is compiled by:", "IsCompiledBy", "Is compiled by:"),
        ("787", "IsNewVersionOf", "IsNewVersionOf", "IsNewVersionOf"),
        ("787", "Is Related To", "IsRelatedTo", "Is Related To"),
        ("776", "Is Original Form Of", "IsOriginalFormOf", "Is Original Form Of"),
        ("776", "Gedruckte Ausg.:", "IsVariantFormOf", "Gedruckte Ausg.:"),
        ("787", "Is a compilation by", "IsRelatedTo", "Is a compilation by"),
        ("787", ":", "IsRelatedTo", ":"),
        ("787", "", "IsRelatedTo", "787"),
        ("780", "", "Continues", "780"),
    ],
)
def test_a_linking_entry_that_names_a_relation_of_datacite_has_that_one(
    map_fields, tag, words, relation, stated_as
):
    work = map_fields((tag, "0 ", "i", words, "t", "Other", "z", "9789999908016"))
    assert [(link.relation, str(link.target), link.stated_as) for link in work.links] == [
        (relation, "isbn:9789999908016", stated_as)
    ]


def test_a_person_with_a_title_made_another_work(map_fields):
    work = map_fields(("700", "1 ", "a", "Vegetius.", "t", "De re militari"))
    assert work.creators == ()
    assert work.problems == (Problem("relation-in-words", "700 Vegetius De re militari"),)


def test_a_publisher_and_a_funder_among_the_bodies_are_no_creators(map_fields):
    work = map_fields(
        ("710", "2 ", "a", "Kap Verlag,", "e", "publisher."),
        ("710", "2 ", "a", "Lamp Oil Fund", "4", "http://id.loc.gov/vocabulary/relators/fnd"),
        ("710", "2 ", "a", "Harbour Office.", "b", "Archive"),
    )
    assert work.publisher == "Kap Verlag"
    assert work.funding == (Grant(funder="Lamp Oil Fund"),)
    assert work.creators == (
        Agent(name="Harbour Office. Archive", type="organization", role="contributor"),
    )


def test_zenodo_writes_formats_and_sizes_beside_the_abstract(map_fields):
    work = map_fields(
        ("520", "  ", "a", "Forty flashes."),
        ("520", " 1", "a", "application/pdf", "a", "text/csv"),
        ("520", " 2", "a", "12 pages"),
        ("300", "  ", "a", "2 v. ;", "b", "ill.", "c", "20 cm"),
    )
    assert work.descriptions == (Text("Forty flashes."),)
    assert work.formats == ("application/pdf", "text/csv")
    assert sorted(work.sizes) == ["12 pages", "2 v."]
    assert work.problems == ()


@pytest.mark.parametrize(
    ("subfields", "grant"),
    [
        (("a", "Lamp Oil Fund"), Grant(funder="Lamp Oil Fund")),
        (
            ("a", "Lamp Oil Fund", "c", "LOF-12", "f", "Lamps for all"),
            Grant(funder="Lamp Oil Fund", number="LOF-12", title="Lamps for all"),
        ),
        (("c", "LOF-12", "c", "LOF-13"), Grant(number="LOF-12, LOF-13")),
    ],
)
def test_a_grant_is_funder_number_and_project(map_fields, subfields, grant):
    assert map_fields(("536", "  ", *subfields)).funding == (grant,)


@pytest.mark.parametrize("tag", ["037", "027", "088"])
@pytest.mark.parametrize(
    ("text", "own", "problems"),
    [
        ("LAMP-TH-2023-99", (Identifier("report", "LAMP-TH-2023-99"),), ()),
        ("arXiv:2301.99999", (Identifier("arxiv", "2301.99999"),), ()),
        ("Heft 4", (), (Problem("local-identifier", "report number Heft 4"),)),
    ],
)
def test_a_report_number_is_an_identifier(map_fields, tag, text, own, problems):
    work = map_fields((tag, "  ", "a", text))
    assert (work.identifiers[1:], work.problems) == (own, problems)


def test_a_field_or_subfield_that_nobody_knows_is_listed_and_a_local_one_is_not(map_fields):
    work = map_fields(
        ("129", "  ", "a", "local"),
        ("AVD", "  ", "a", "local"),
        ("128", "  ", "a", "unknown"),
        ("250", "  ", "a", "2nd ed.", "k", "unknown"),
    )
    assert work.version == "2nd ed."
    assert work.problems == (
        Problem("unknown-element", "128"),
        Problem("unknown-element", "250$k"),
    )


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (b"<collection/>", "no-metadata"),
        (b"<record/>", "no-metadata"),
        (b"<collection><record/><record/></collection>", "several-records"),
        (
            (
                b"<record><datafield tag='245'><subfield code='a'>A job</subfield></datafield>"
                b"<datafield tag='980'><subfield code='a'>JOB</subfield></datafield></record>"
            ),
            "authority-record",
        ),
        (
            (
                b"<record><datafield tag='111'><subfield code='a'>A meeting</subfield></datafield>"
                b"</record>"
            ),
            "authority-record",
        ),
    ],
)
def test_a_record_of_no_work_says_why(staged, xml, reason):
    with pytest.raises(UnmappableRecord) as caught:
        map_with(map_marcxml, xml, staged(b""))
    assert caught.value.reason == reason


@pytest.mark.parametrize("prefix", ["marcxml", "marc21", "marc"])
def test_any_prefix_reads_alike(staged, prefix):
    xml = (
        f'<{prefix}:record xmlns:{prefix}="http://www.loc.gov/MARC21/slim">'
        f'<{prefix}:datafield tag="245"><{prefix}:subfield code="a">T</{prefix}:subfield>'
        f"</{prefix}:datafield></{prefix}:record>"
    )
    assert map_with(map_marcxml, xml.encode(), staged(b"")).titles == (Text("T"),)


def test_no_field_is_both_read_and_left_out():
    assert not set(RULES) & set(IGNORED)
    assert not {
        (tag, code)
        for tag, codes in IGNORED_CODES.items()
        for code in codes
        if code in RULES[tag].codes
    }
