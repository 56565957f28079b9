"""An entity in Dublin Core, element by element."""

from lxml import etree

from search.metadata.described import Described
from search.metadata.oai_dc import write_oai_dc, write_sru_dc


def elements(xml):
    """Name and text of each element, in order."""
    return [(etree.QName(child).localname, child.text) for child in etree.fromstring(xml)]


FULL = [
    ("title", "Spectra of a lamp < 3 & more"),
    ("creator", "Zuse, Konrad"),
    ("creator", "Carberry, Josiah"),
    ("creator", "Lamp Archive"),
    ("creator", "Aa"),
    ("creator", "ATLAS Collaboration"),
    ("subject", "oil"),
    ("subject", "lamp; wick"),
    ("description", "Measured spectra of the lamp."),
    ("publisher", "Zenodo"),
    ("contributor", "Editor, Emma"),
    ("contributor", "Helper, Hans"),
    ("date", "2012-09-17"),
    ("type", "Dataset"),
    ("format", "text/csv"),
    ("format", "3.4 MB"),
    ("identifier", "https://doi.org/10.1000/lamp(1)%3C2%3E::3"),
    ("identifier", "https://doi.org/10.5281/zenodo.7"),
    ("identifier", "https://arxiv.org/abs/1207.7235"),
    ("identifier", "https://hdl.handle.net/20.500.1/a"),
    ("identifier", "urn:isbn:9783030382070"),
    ("identifier", "https://inspirehep.net/literature/1124338"),
    ("identifier", "https://cds.cern.ch/record/1471016"),
    ("identifier", "https://www.hepdata.net/record/ins1124338"),
    ("identifier", "https://zenodo.org/records/7"),
    ("identifier", "https://n2t.net/ark:/12345/x7"),
    ("identifier", "https://github.com/lamp/oil"),
    ("identifier", "https://gitlab.com/lamp/deep/oil"),
    ("identifier", "https://pubmed.ncbi.nlm.nih.gov/12345"),
    ("identifier", "report:CERN-EP-2012-220"),
    (
        "identifier",
        "https://archive.softwareheritage.org/swh:1:rev:309cf2674ee7a0749978cf8265ab91a60aea0f7d",
    ),
    ("identifier", "https://lamp.example.org/a?b=c&d=e"),
    ("identifier", "urn:nbn:de:101:1-2"),
    ("language", "en"),
    ("language", "de"),
    ("relation", "https://doi.org/10.1000/stub"),
    ("relation", "https://doi.org/10.5281/zenodo.8"),
    ("relation", "https://weft.example.org/id/archived"),
    ("relation", "https://inspirehep.net/literature/77"),
    ("relation", "https://weft.example.org/id/book"),
    ("relation", "urn:isbn:9783540673095"),
    ("rights", "https://spdx.org/licenses/CC-BY-4.0"),
    ("rights", "info:eu-repo/semantics/openAccess"),
]


def test_an_entity_is_told_in_the_fifteen_elements(read):
    assert elements(write_oai_dc(read("full"))) == FULL


def test_sru_takes_the_same_elements_in_another_wrapper(read):
    xml = write_sru_dc(read("full"))
    assert elements(xml) == FULL
    assert etree.fromstring(xml).tag == "{info:srw/schema/1/dc-schema}dc"


def test_a_title_states_its_language(read):
    title = etree.fromstring(write_oai_dc(read("full")))[0]
    assert title.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


def test_an_entity_that_nothing_resolves_is_identified_by_its_iri(read):
    assert elements(write_oai_dc(read("archived", with_related=False))) == [
        ("type", "Other"),
        ("identifier", "https://weft.example.org/id/archived"),
        ("identifier", "oai:archive.example:5"),
        ("identifier", "report:LAMP-2012-1"),
    ]


def test_a_collaboration_that_is_no_agent_is_a_contributor():
    described = Described(
        iri="https://weft.example.org/id/a", key="a", kind="book", collaborations=("Lamp Club",)
    )
    assert elements(write_oai_dc(described)) == [
        ("contributor", "Lamp Club"),
        ("type", "Book"),
        ("type", "Text"),
        ("identifier", "https://weft.example.org/id/a"),
    ]
