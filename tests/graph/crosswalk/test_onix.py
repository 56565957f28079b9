"""ONIX 3.0 with reference and short tags."""

import pytest
from lxml import etree

from graph.crosswalk.elements import local_name
from graph.crosswalk.onix import map_onix
from graph.crosswalk.onix_names import every
from graph.work import (
    Access,
    Affiliation,
    Agent,
    Date,
    Grant,
    Identifier,
    Kind,
    Link,
    Problem,
    Subject,
    Text,
)
from tests.graph.crosswalk.dialect import map_with
from tests.graph.crosswalk.row_dialect import FILES

REFERENCE = "{http://ns.editeur.org/onix/3.0/reference}"
ORCID = Identifier("orcid", "0000-0002-1825-0097")


@pytest.fixture
def product(staged):
    """Maps a product of a file, counted from 0."""

    def map_one(name: str, number: int):
        text = (FILES / name).read_text().replace("<Broken>", "")
        root = etree.fromstring(text.encode())
        products = [each for each in root if local_name(each.tag).lower() == "product"]
        xml = etree.tostring(products[number])
        return map_with(map_onix, xml, staged(xml, "kap:1"))

    return map_one


@pytest.fixture
def of_product(staged):
    """Maps a product with this inside."""

    def map_one(inside: str):
        xml = f"<Product><RecordReference>1</RecordReference>{inside}</Product>".encode()
        return map_with(map_onix, xml, staged(xml, "kap:1"))

    return map_one


def test_a_book_has_its_identifiers_and_a_wrong_isbn_is_listed(product):
    work = product("onix-reference.xml", 0)
    assert work.kind is Kind.BOOK
    assert work.stated_type == "ONIX EB"
    assert work.identifiers[1:] == (
        Identifier("doi", "10.5072/kap.1"),
        Identifier("isbn", "9789999908016"),
    )
    assert work.problems == (
        Problem("local-identifier", "Kap number K-1"),
        Problem("bad-identifier", "ISBN 9789999908017"),
    )


def test_the_distinctive_title_comes_first_and_the_series_is_none(product):
    work = product("onix-reference.xml", 0)
    assert work.titles == (
        Text("Das Licht am Kap: Ein Bericht"),
        Text("The light at the cape", "en"),
    )


def test_contributors_stand_in_their_sequence_with_role_and_orcid(product):
    assert product("onix-reference.xml", 0).creators == (
        Agent(
            name="Lindqvist, Tove",
            type="person",
            role="editor",
            identifiers=(ORCID,),
            affiliations=(Affiliation("Hafenamt"),),
        ),
        Agent(name="Lampenwerk", type="organization", role="other"),
    )


def test_publishing_rights_and_language_are_read(product):
    work = product("onix-reference.xml", 0)
    assert (work.publisher, work.version, work.languages) == ("Kap Verlag", "2", ("de",))
    assert (work.dates, work.year) == ((Date("Issued", "2021-03-05"),), 2021)
    assert (work.licence, work.access) == ("CC-BY-4.0", Access.OPEN)
    assert work.funding == (Grant(funder="Lamp Oil Fund", number="L-7"),)


def test_subjects_have_their_scheme_and_keywords_none(product):
    assert product("onix-reference.xml", 0).subjects == (
        Subject("NHT History: specific events", "Thema"),
        Subject("HBT", "BIC"),
        Subject("lamps"),
        Subject("harbours"),
    )


def test_the_description_comes_before_the_short_one_and_contents_are_none(product):
    assert product("onix-reference.xml", 0).descriptions == (
        Text("Of lamps & harbours.", "en"),
        Text("Short."),
    )


def test_links_go_to_series_other_forms_and_chapters(product):
    links = product("onix-reference.xml", 0).links
    assert [(link.relation, str(link.target), link.stated_as) for link in links] == [
        ("IsVariantFormOf", "isbn:9789999908023", "ProductRelationCode 13"),
        ("IsPartOf", "issn:0000-0019", "Collection"),
        ("HasPart", "doi:10.5072/kap.1.c1", "ContentItem"),
    ]


def test_a_content_item_is_a_chapter_of_its_book(product):
    work = product("onix-reference.xml", 4)
    assert (work.kind, work.titles) == (Kind.CHAPTER, (Text("Harbours"),))
    assert work.links == (
        Link(
            relation="IsPartOf",
            target=Identifier("isbn", "9789999908016"),
            stated_as="ProductRelationCode 02",
            stated_target="9789999908016",
            target_kind="book",
        ),
    )


def test_short_tags_say_the_same(product):
    work = product("onix-short.xml", 0)
    assert work.kind is Kind.BOOK
    assert work.identifiers[1:] == (
        Identifier("doi", "10.5072/kap.9"),
        Identifier("isbn", "9789999908023"),
    )
    assert work.titles == (Text("Oil and tolls: In three harbours", "en"),)
    assert work.creators == (Agent(name="Lindqvist, Tove", type="person", identifiers=(ORCID,)),)
    assert work.subjects == (Subject("KCZ", "BIC"),)
    assert work.dates == (Date("Issued", "2023-06"),)
    assert (work.licence, work.access) == ("CC-BY-NC-4.0", Access.OPEN)
    assert (work.publisher, work.languages) == ("Kap Verlag", ("en",))
    assert work.descriptions == (Text("On tolls."),)
    assert [str(link.target) for link in work.links] == ["isbn:9789999908016"]
    assert work.problems == ()


def test_an_audiobook_is_no_book(of_product):
    work = of_product("<DescriptiveDetail><ProductForm>AJ</ProductForm></DescriptiveDetail>")
    assert (work.kind, work.stated_type) == (Kind.OTHER, "ONIX AJ")


def test_an_empty_product_has_no_title_and_that_is_listed(of_product):
    assert of_product("").problems == (Problem("no-title", "kap:1"),)


def test_access_is_unknown_until_something_says_it(of_product):
    free = "<SupplyDetail><UnpricedItemType>01</UnpricedItemType></SupplyDetail>"
    assert of_product("").access is Access.UNKNOWN
    assert of_product(f"<ProductSupply>{free}</ProductSupply>").access is Access.OPEN


def test_every_doi_and_isbn_of_the_corpus_is_found_again(corpus, staged):
    path = corpus / "oapen" / "exports" / "harvester__test.onix"
    n_products = 0
    for product in etree.parse(path).getroot().iter(f"{REFERENCE}Product"):
        n_products += 1
        xml = etree.tostring(product)
        work = map_with(map_onix, xml, staged(xml, "kap:1"))
        stated = {
            (found[0].text, (found[-1].text or "").lower())
            for found in every(product, "ProductIdentifier")
            if found[0].text in ("06", "15")
        }
        read = {
            ({"doi": "06", "isbn": "15"}[each.scheme], each.value) for each in work.identifiers[1:]
        }
        assert read == stated
        assert work.titles
        assert work.year
    assert n_products == 6
