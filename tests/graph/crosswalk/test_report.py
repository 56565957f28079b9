"""The mapping report counts every path and says what becomes of it."""

import msgspec
from msgspec.structs import replace

from graph.crosswalk.paths.table import Fate
from graph.crosswalk.report import PathCount, report_mapping
from graph.crosswalk.walk import open_record
from tests.graph.crosswalk.corpus_records import corpus_records, stage

DUBLIN_CORE = b"""<record><header/><metadata><dc xmlns:xml="http://www.w3.org/XML/1998/namespace">
<title xml:lang="de">Hafen <i>und</i> Licht</title><creator>Reed, Ann</creator>
<creator>Poe, Bo</creator><creator> </creator><format>12 pages</format><tide kind="low">ebb</tide>
</dc></metadata></record>"""


def paths(xml: bytes, prefix: str = "any") -> list[str]:
    return [place.path for place in open_record(stage(xml, prefix)).places]


def test_each_path_has_its_count_and_fate():
    report = report_mapping([stage(DUBLIN_CORE), stage(DUBLIN_CORE)])
    assert report.dialects["oai_dc"].records == 2
    assert report.dialects["oai_dc"].paths == (
        PathCount(path="creator", count=4, fate=Fate.MAPPED),
        PathCount(path="format", count=2, fate=Fate.IGNORED, reason="not mapped yet: formats"),
        PathCount(path="tide", count=2, fate=Fate.UNKNOWN),
        PathCount(path="tide@kind", count=2, fate=Fate.UNKNOWN),
        PathCount(path="title", count=2, fate=Fate.MAPPED),
        PathCount(path="title@xml:lang", count=2, fate=Fate.MAPPED),
    )
    assert report.unknown == 2


def test_records_that_are_no_work_are_counted_by_reason():
    deleted = replace(stage(b""), is_deleted=True)
    other = stage(b"<record><header/><metadata><eml/></metadata></record>")
    report = report_mapping([deleted, stage(b"<record"), other])
    assert report.refused == {"deleted": 1, "not-xml": 1, "unknown-dialect": 1}
    assert report.dialects == {}


def test_no_path_of_the_corpus_is_unknown(corpus):
    report = report_mapping(corpus_records(corpus))
    assert {name: dialect.records for name, dialect in report.dialects.items()} == {
        "cernopendata_json": 2286,
        "datacite": 2221,
        "inspire_json": 4,
        "marcxml": 132,
        "oai_dc": 442,
        "xoai": 61,
    }
    assert report.unknown == 0


def test_the_wrapper_of_datacite_has_its_own_name():
    xml = b"""<record><header/><metadata><oai_datacite><schemaVersion>3.1</schemaVersion>
    <payload><resource><titles><title>T</title></titles></resource></payload></oai_datacite>
    </metadata></record>"""
    assert paths(xml) == ["oai_datacite/schemaVersion", "titles/title"]


def test_paths_of_xoai_are_the_names_of_its_elements():
    xml = b"""<metadata><element name="dc"><element name="title"><element name="none">
    <field name="value">T</field></element></element></element></metadata>"""
    assert paths(xml) == ["dc.title.none.value"]


def test_paths_of_marc_are_tag_and_code_and_indicators_where_they_make_the_field():
    xml = b"""<record><leader>00000nam</leader><controlfield tag="001">1</controlfield>
    <datafield tag="245" ind1="1" ind2=" "><subfield code="a">T</subfield></datafield>
    <datafield tag="909" ind1="C" ind2="O"><subfield code="o">oai:x:1</subfield></datafield>
    </record>"""
    assert paths(xml) == ["leader", "001", "245$a", "909CO$o"]


def test_paths_of_rdf_are_its_properties():
    xml = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
     xmlns:dct="http://purl.org/dc/terms/" xmlns:foaf="http://xmlns.com/foaf/0.1/">
    <rdf:Description><dct:title>T</dct:title><dct:creator><foaf:Person>
    <foaf:name>Ann</foaf:name></foaf:Person></dct:creator></rdf:Description></rdf:RDF>"""
    assert paths(xml) == ["dct:title", "dct:creator/foaf:name"]


def test_paths_of_json_are_dotted_and_lists_have_brackets():
    json = {"id": 1, "metadata": {"a": [{"b": ["x", "y"]}, {"b": []}], "c": {"d": None, "e": 0}}}
    assert paths(msgspec.json.encode(json), "inspire-json") == ["a[].b[]", "a[].b[]", "c.e"]
