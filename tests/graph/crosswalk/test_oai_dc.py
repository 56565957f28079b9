"""Dublin Core of Zenodo, CERN, DataCite, OAPEN and DOAB."""

from graph.work import Access, Agent, Date, Grant, Identifier, Kind, Problem, Subject, Text

_DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:oaire="http://namespace.openaire.eu/schema/'
    'oaire/" xmlns:oapen="http://purl.org/dc/elements/1.1/"><dc:title>T</dc:title>{}</oai_dc:dc>'
)


def test_zenodos_relations_are_untyped_links(map_file):
    work = map_file("oai-dc-untyped-relations", "oai:repository.example.org:666")
    assert work.identifiers == (
        Identifier("oai", "repository.example.org:666"),
        Identifier("doi", "10.5072/gauge.666"),
    )
    assert [(link.relation, link.stated_as, str(link.target)) for link in work.links] == [
        ("IsRelatedTo", "dc:relation", "github:example-tide/gauge_reader"),
        ("IsRelatedTo", "dc:relation", "doi:10.5072/gauge.665"),
    ]
    assert work.licence == "CC-BY-4.0"
    assert work.access is Access.OPEN
    assert work.dates == (Date("Issued", "2025-02-05"),)


def test_cerns_html_description_is_plain(map_file):
    work = map_file("oai-dc-html-description", "oai:lantern.example.org:41")
    assert work.kind is Kind.DATASET
    assert work.creators == (Agent(name="Lantern collaboration", type="organization"),)
    assert work.collaborations == ("Lantern Collaboration",)
    assert work.descriptions == (
        Text("Flashes of one winter, lamps 4 to 9. Foggy nights are marked in"),
    )
    assert work.identifiers == (Identifier("oai", "lantern.example.org:41"),)


def test_datacites_dates_carry_their_role(map_file):
    work = map_file("oai-dc-dates-with-roles", "doi:10.5072/reef-notes")
    assert work.dates == (
        Date("Issued", "2019"),
        Date("Issued", "2019-10-30"),
        Date("Created", "2019-09-12"),
        Date("Updated", "2019-11-01"),
    )


def test_oapens_additions_are_read(map_xml):
    work = map_xml(
        _DC.format(
            "<dc:type>book</dc:type><dc:language>German</dc:language>"
            "<dc:alternateIdentifier type='ISBN'>978-3-16-148410-0</dc:alternateIdentifier>"
            "<dc:alternateIdentifier type='DOI'>https://doi.org/10.1234/x</dc:alternateIdentifier>"
            "<dc:identifier type='URL'>https://directory.doabooks.org/handle/20.500.12854/1234"
            "</dc:identifier><dc:date>2020-03-26T10:00:00Z</dc:date><dc:date>2017</dc:date>"
            "<oaire:licenseCondition uri='https://creativecommons.org/licenses/by/4.0/'>CC BY"
            "</oaire:licenseCondition><dc:rights>open access</dc:rights>"
            "<oaire:fundingReference><oaire:funderName>Open Fund</oaire:funderName>"
            "<oaire:funderIdentifier>https://doi.org/10.13039/999000999</oaire:funderIdentifier>"
            "<oaire:awardNumber>LOF-12</oaire:awardNumber><oaire:awardTitle>Lamps for all"
            "</oaire:awardTitle></oaire:fundingReference>"
        )
    )
    assert work.kind is Kind.BOOK
    assert work.identifiers == (
        Identifier("oai", "example.org:1"),
        Identifier("doi", "10.1234/x"),
        Identifier("handle", "20.500.12854/1234"),
        Identifier("isbn", "9783161484100"),
    )
    assert work.languages == ("de",)
    assert work.licence == "CC-BY-4.0"
    assert work.access is Access.OPEN
    assert work.year == 2017
    assert work.funding == (
        Grant(
            funder="Open Fund",
            funder_identifiers=(Identifier("doi", "10.13039/999000999"),),
            number="LOF-12",
            title="Lamps for all",
        ),
    )
    assert work.problems == ()


def test_a_journals_issn_is_not_the_articles_identifier(map_xml):
    work = map_xml(_DC.format("<dc:identifier>issn:1234-5679</dc:identifier>"))
    assert work.identifiers == (Identifier("oai", "example.org:1"),)
    assert work.problems == (Problem("serial-identifier", "issn:1234-5679"),)


def test_a_relation_to_itself_is_left_out(map_xml):
    work = map_xml(
        _DC.format(
            "<dc:identifier>https://doi.org/10.5281/zenodo.1</dc:identifier>"
            "<dc:relation>https://doi.org/10.5281/ZENODO.1</dc:relation>"
        )
    )
    assert work.links == ()
    assert [problem.reason for problem in work.problems] == ["self-relation"]


def test_an_embargo_is_the_date_it_becomes_available(map_xml):
    work = map_xml(_DC.format("<dc:date>info:eu-repo/date/embargoEnd/2027-03-09</dc:date>"))
    assert work.dates == (Date("Available", "2027-03-09"),)


def test_openaires_relation_uris_are_told_apart(map_xml):
    work = map_xml(
        _DC.format(
            "<dc:relation>info:eu-repo/grantAgreement/EC/H2020/999999/</dc:relation>"
            "<dc:relation>info:eu-repo/semantics/altIdentifier/doi/10.1234/x</dc:relation>"
            "<dc:relation>in words</dc:relation>"
        )
    )
    assert work.funding == (Grant(funder="EC H2020", number="999999"),)
    assert work.identifiers[1] == Identifier("doi", "10.1234/x")
    assert work.problems == (Problem("relation-in-words", "in words"),)


def test_a_title_keeps_its_language(map_xml):
    work = map_xml(_DC.format('<dc:title xml:lang="fre">Titre</dc:title>'))
    assert work.titles == (Text("T"), Text("Titre", "fr"))


def test_a_keyword_keeps_its_language(map_xml):
    work = map_xml(
        _DC.format('<dc:subject xml:lang="ger">Lampe</dc:subject><dc:subject>oil</dc:subject>')
    )
    assert work.subjects == (Subject("Lampe", "", "", "de"), Subject("oil"))


def test_formats_are_kept_once_each(map_xml):
    work = map_xml(
        _DC.format(
            "<dc:format>application/pdf</dc:format><dc:format>212 p.</dc:format>"
            "<dc:format>application/pdf</dc:format><dc:format> </dc:format>"
        )
    )
    assert work.formats == ("application/pdf", "212 p.")
    assert work.problems == ()
