"""An entity as a MARC record, field by field."""

import pytest
from lxml import etree

from search.metadata.described import Agent, Described, Related
from search.metadata.marcxml import write_marcxml

NS = {"m": "http://www.loc.gov/MARC21/slim"}


def fields(described, *tags):
    """Tag, indicators and subfields, as `tag ii $a text $b text`."""
    root = etree.fromstring(write_marcxml(described))
    return [
        " ".join(
            [
                field.get("tag", ""),
                f"{field.get('ind1')}{field.get('ind2')}".replace(" ", "_"),
                *(f"${each.get('code')} {each.text}" for each in field),
            ]
        )
        for field in root.findall("m:datafield", NS)
        if not tags or field.get("tag") in tags
    ]


def test_a_record_has_the_fields_in_the_order_of_their_tags(read):
    root = etree.fromstring(write_marcxml(read("full")))
    tags = [field.get("tag", "") for field in root.findall("m:datafield", NS)]
    assert tags == sorted(tags)
    assert root.findtext("m:controlfield[@tag='001']", namespaces=NS) == "full"


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("dataset", "mm"),
        ("software", "mm"),
        ("paper", "ab"),
        ("book", "am"),
        ("chapter", "aa"),
        ("other", "mm"),
    ],
)
def test_the_leader_says_what_it_is(kind, level):
    described = Described(iri="https://weft.example.org/id/a", key="a", kind=kind)
    root = etree.fromstring(write_marcxml(described))
    assert root.findtext("m:leader", namespaces=NS) == f"00000n{level} a2200000 u 4500"


def test_people_are_entries_with_relator_and_orcid(read):
    numbers = "$0 (orcid)0000-0002-1825-0097 $1 https://orcid.org/0000-0002-1825-0097"
    assert fields(read("full"), "100", "110", "700", "710") == [
        "100 1_ $a Zuse, Konrad $4 aut",
        f"700 1_ $a Carberry, Josiah $u Inner Bank $u Lamp Archive {numbers} $4 aut",
        "700 0_ $a Aa $4 aut",
        "700 1_ $a Editor, Emma $4 edt",
        "700 1_ $a Helper, Hans $4 ctb",
        "710 2_ $a Lamp Archive $1 https://ror.org/05mmh0f86 $4 aut",
        "710 2_ $a ATLAS Collaboration $4 aut",
    ]


def test_a_group_is_the_main_entry_of_what_it_made():
    described = Described(
        iri="https://weft.example.org/id/a",
        key="a",
        kind="paper",
        creators=(Agent(name="CMS Collaboration"),),
        collaborations=("CMS Collaboration", "ATLAS Collaboration"),
    )
    assert fields(described, "110", "710") == [
        "110 2_ $a CMS Collaboration $4 aut",
        "710 2_ $a ATLAS Collaboration $4 ctb",
    ]


def test_the_description_is_in_the_fields_of_the_standard(read):
    wanted = "041 245 250 264 300 347 506 520 536 540 653 980"
    assert fields(read("full"), *wanted.split()) == [
        "041 _7 $a en $2 rfc5646",
        "041 _7 $a de $2 rfc5646",
        "245 10 $a Spectra of a lamp < 3 & more",
        "250 __ $a 1.1",
        "264 _1 $b Zenodo $c 2012-09-17",
        "300 __ $a 3.4 MB",
        "347 __ $b text/csv",
        "506 0_ $a Open access",
        "520 3_ $a Measured spectra of the lamp.",
        "536 __ $a Oil Fund $c 12",
        "536 __ $a Wick Office",
        "536 __ $a Outer Bank",
        "536 __ $a Sun Fund",
        "540 __ $a CC-BY-4.0 $u https://spdx.org/licenses/CC-BY-4.0",
        "653 __ $a oil",
        "653 __ $a lamp; wick",
        "980 __ $a dataset",
    ]


def test_identifiers_state_their_source(read):
    assert fields(read("full"), "020", "024", "088") == [
        "020 __ $a 9783030382070",
        "024 7_ $a 10.1000/lamp(1)<2>::3 $2 doi",
        "024 7_ $a 10.5281/zenodo.7 $2 doi",
        "024 7_ $a 1207.7235 $2 arxiv",
        "024 7_ $a 20.500.1/a $2 hdl",
        "024 7_ $a 1124338 $2 inspire",
        "024 7_ $a 1471016 $2 cds",
        "024 7_ $a ins1124338 $2 hepdata",
        "024 7_ $a oai:zenodo.org:7 $2 oai",
        "024 7_ $a ark:/12345/x7 $2 ark",
        "024 7_ $a lamp/oil $2 github",
        "024 7_ $a lamp/deep/oil $2 gitlab",
        "024 7_ $a 12345 $2 pmid",
        "024 7_ $a swh:1:rev:309cf2674ee7a0749978cf8265ab91a60aea0f7d $2 swhid",
        "024 7_ $a https://lamp.example.org/a?b=c&d=e $2 uri",
        "024 7_ $a urn:nbn:de:101:1-2 $2 urn",
        "088 __ $a CERN-EP-2012-220",
    ]


def test_an_entity_without_an_identifier_has_its_iri():
    described = Described(iri="https://weft.example.org/id/a", key="a", kind="dataset")
    assert fields(described) == [
        "024 7_ $a https://weft.example.org/id/a $2 uri",
        "856 4_ $u https://weft.example.org/id/a",
        "980 __ $a dataset",
    ]


def test_links_are_linking_entries_with_relation_and_identifier(read):
    assert fields(read("full"), "772", "773", "786", "787") == [
        "772 0_ $i Is Supplement To $t On lamps $z 9783540673095 $w paper",
        "786 0_ $i Is Derived From $o https://weft.example.org/id/archived $w archived",
        "787 0_ $i Cites $o https://doi.org/10.1000/stub",
        "787 0_ $i Is Compiled By $t Oiler $o https://doi.org/10.5281/zenodo.8 $w software",
        "787 0_ $i Is New Version Of $o https://inspirehep.net/literature/77",
        "787 0_ $i Is Related To $t The lamp $o https://weft.example.org/id/book $w book",
        "787 0_ $i Is Cited By $t On lamps $z 9783540673095 $w paper",
    ]
    assert fields(read("chapter"), "773") == [
        "773 0_ $i Is Part Of $t The lamp $z 9783030382070 $w book"
    ]


def test_where_it_is_and_where_it_is_described(read):
    assert fields(read("software"), "856") == [
        "856 40 $u https://doi.org/10.5281/zenodo.8",
        "856 4_ $u https://weft.example.org/id/software",
    ]


def test_a_link_to_something_without_a_name_is_an_identifier_alone():
    end = Related(
        relation="HasPart",
        iri="https://weft.example.org/id/b",
        key="b",
        kind="unknown",
        name="",
        identifiers=("doi:10.1000/b",),
        is_stub=True,
    )
    described = Described(iri="https://weft.example.org/id/a", key="a", kind="book", related=(end,))
    assert fields(described, "774") == ["774 0_ $i Has Part $o https://doi.org/10.1000/b"]
