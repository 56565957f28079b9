"""The mapping report counts every path and says what becomes of it."""

from itertools import chain

import msgspec
from msgspec.structs import replace

from graph.crosswalk.paths.table import Fate
from graph.crosswalk.report import PathCount, report_mapping
from graph.crosswalk.walk import open_record
from tests.graph.crosswalk.corpus_records import corpus_records, stage
from tests.graph.crosswalk.imported_records import records_of_corpus, records_of_tests

DUBLIN_CORE = b"""<record><header/><metadata><dc xmlns:xml="http://www.w3.org/XML/1998/namespace">
<title xml:lang="de">Hafen <i>und</i> Licht</title><creator>Reed, Ann</creator>
<creator>Poe, Bo</creator><creator> </creator><file>https://r.example/1.pdf</file>
<tide kind="low">ebb</tide>
</dc></metadata></record>"""


def paths(xml: bytes, prefix: str = "any") -> list[str]:
    return [place.path for place in open_record(stage(xml, prefix)).places]


def test_each_path_has_its_count_and_fate():
    report = report_mapping([stage(DUBLIN_CORE), stage(DUBLIN_CORE)])
    assert report.dialects["oai_dc"].records == 2
    assert report.dialects["oai_dc"].paths == (
        PathCount(path="creator", count=4, fate=Fate.MAPPED),
        PathCount(path="file", count=2, fate=Fate.IGNORED, reason="address of a file"),
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
    report = report_mapping(chain(corpus_records(corpus), records_of_corpus(corpus)))
    assert {name: dialect.records for name, dialect in report.dialects.items()} == {
        "cernopendata_json": 2286,
        "csv_row": 8654,
        "datacite": 2221,
        "inspire_json": 4,
        "kbart": 24,
        "marcxml": 132,
        "oai_dc": 442,
        "onix": 6,
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


def test_what_is_not_of_marc_in_a_marc_record_has_a_path():
    xml = b"""<record><leader>00000nam</leader><tide kind="low"><ebb>6 h</ebb></tide></record>"""
    assert paths(xml) == ["leader", "tide@kind", "tide/ebb"]


def test_attributes_of_a_wrapper_of_an_xoai_field_and_of_an_rdf_node_have_paths():
    wrapper = b"""<record><header/><metadata><oai_datacite tide="low"><payload kind="x"><resource>
    <titles><title>T</title></titles></resource></payload></oai_datacite></metadata></record>"""
    field = b"""<metadata><element name="dc"><field name="value" tide="low">T</field></element>
    </metadata>"""
    node = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
     xmlns:dct="http://purl.org/dc/terms/"><rdf:Description rdf:ID="a" dct:title="T"/></rdf:RDF>"""
    assert paths(wrapper) == ["oai_datacite@tide", "oai_datacite/payload@kind", "titles/title"]
    assert paths(field) == ["dc.value@tide", "dc.value"]
    assert paths(node) == ["@rdf:ID", "@dct:title"]


def test_paths_of_onix_are_reference_names_with_either_tags():
    reference = b"""<Product><RecordReference>1</RecordReference><DescriptiveDetail><NoEdition/>
    <TitleDetail><TitleElement><TitleText language="ger">T</TitleText></TitleElement></TitleDetail>
    </DescriptiveDetail></Product>"""
    short = b"""<product><a001>1</a001><descriptivedetail><n386/><titledetail><titleelement>
    <b203 language="ger">T</b203></titleelement></titledetail></descriptivedetail></product>"""
    expected = [
        "RecordReference",
        "DescriptiveDetail/NoEdition",
        "DescriptiveDetail/TitleDetail/TitleElement/TitleText@language",
        "DescriptiveDetail/TitleDetail/TitleElement/TitleText",
    ]
    assert paths(reference, "onix") == expected
    assert paths(short, "onix") == expected


def test_paths_of_rows_are_their_columns_in_lower_case():
    cells = {"OCLC_Control_Number": "12", "Title_ID": " ", "notes": ""}
    assert paths(msgspec.json.encode(cells), "kbart") == ["oclc_control_number"]
    assert paths(b'{"BITSTREAM License": "CC0"}', "csv") == ["bitstream license"]


def test_imported_files_have_a_table_each_with_the_reasons():
    report = report_mapping(records_of_tests())
    assert report.unknown == 0
    assert list(report.dialects) == ["csv_row", "kbart", "onix"]
    kbart = {path.path: path for path in report.dialects["kbart"].paths}
    assert kbart["oclc_control_number"] == PathCount(
        path="oclc_control_number",
        count=1,
        fate=Fate.IGNORED,
        reason="number inside WorldCat; listed as a problem",
    )
    assert kbart["title_id"].fate is Fate.MAPPED
