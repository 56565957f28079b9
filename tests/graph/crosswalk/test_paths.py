"""The tables of paths tell the truth: what is called mapped changes a work, nothing else does.

One value is taken out of a record, and the record is mapped again. Problems do not count as a
change: what is only listed among them has not reached the work.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from lxml import etree
from msgspec.structs import replace

from graph.crosswalk import map_record
from graph.crosswalk.onix_names import text
from graph.crosswalk.paths import TABLES, onix
from graph.crosswalk.paths.table import Fate, PathTable
from graph.crosswalk.walk import Place, open_record
from graph.errors import UnmappableRecord
from graph.work import Work
from harvester.record import StagedRecord
from tests.graph.crosswalk import imported_records, reserve_imported, reserve_records
from tests.graph.crosswalk.corpus_records import corpus_records, stage

RECORDS = Path(__file__).parents[2] / "data" / "records"
MAPPED_TRIES, IGNORED_TRIES = 60, 6  # values of one path taken out, at most
IN_ONE_RECORD = 4
DERIVED = {"dcat", "marcxml", "oai_openaire"}
"""Their tables come from the crosswalk's own lists, for more than the corpus holds."""

Key = tuple[str, str]


class Tried(NamedTuple):
    tries: Counter[Key]
    changes: Counter[Key]
    unknown: set[Key]


def records(corpus: Path) -> Iterator[StagedRecord]:
    for metadata in reserve_records.XML:
        yield stage(f"<record><header/><metadata>{metadata}</metadata></record>".encode())
    for prefix, json in reserve_records.JSON:
        yield stage(msgspec.json.encode(json), prefix)
    for product in reserve_imported.PRODUCTS:
        yield stage(product.encode(), "onix")
    for prefix, cells in reserve_imported.ROWS:
        yield stage(msgspec.json.encode(cells), prefix)
    for path in sorted(RECORDS.glob("*.xml")):
        yield stage(path.read_bytes())
    yield from imported_records.records_of_tests()
    yield from corpus_records(corpus)
    yield from imported_records.records_of_corpus(corpus)


def remove(place: Place) -> None:
    if isinstance(place.holder, dict):
        del place.holder[str(place.key)]
    elif isinstance(place.holder, list):
        del place.holder[int(place.key)]
    elif place.key:
        del place.holder.attrib[str(place.key)]
    elif is_empty(place.holder):  # that it is there says something
        parent = place.holder.getparent()
        assert parent is not None
        parent.remove(place.holder)
    else:  # its attributes are places of their own
        place.holder[:] = []
        place.holder.text = None


def is_empty(element: etree._Element) -> bool:
    return not len(element) and not (element.text or "").strip()


def map_without(record: StagedRecord, index: int) -> Work | None:
    """The work when the value at this place is missing; None when the record is then refused."""
    opened = open_record(record)
    remove(opened.places[index])
    if isinstance(opened.document, etree._Element):
        body = etree.tostring(opened.document)
    else:
        body = msgspec.json.encode(opened.document)
    try:
        return replace(map_record(replace(record, xml=body)), problems=())
    except UnmappableRecord:
        return None


@pytest.fixture(scope="module")
def tried(corpus) -> Tried:
    tried = Tried(Counter(), Counter(), set())
    for record in records(corpus):
        try:
            work, opened = replace(map_record(record), problems=()), open_record(record)
        except UnmappableRecord:
            continue
        here: Counter[str] = Counter()
        for index, place in enumerate(opened.places):
            key = (opened.dialect, place.path)
            fate, _ = TABLES[opened.dialect].fate(place.path)
            if fate is Fate.UNKNOWN:
                tried.unknown.add(key)
            limit = MAPPED_TRIES if fate is Fate.MAPPED else IGNORED_TRIES
            if tried.changes[key] or tried.tries[key] >= limit or here[place.path] >= IN_ONE_RECORD:
                continue
            here[place.path] += 1
            tried.tries[key] += 1
            tried.changes[key] += map_without(record, index) != work
    return tried


def test_no_path_of_the_corpus_is_unknown(tried):
    assert tried.unknown == set()


@pytest.mark.parametrize("dialect", TABLES)
def test_what_is_called_mapped_changes_a_work(tried, dialect):
    table = TABLES[dialect]
    without_effect = {
        path
        for name, path in tried.tries
        if name == dialect and table.fate(path)[0] is Fate.MAPPED and not tried.changes[name, path]
    }
    assert without_effect == set()


@pytest.mark.parametrize("dialect", TABLES)
def test_what_is_called_ignored_changes_no_work(tried, dialect):
    table = TABLES[dialect]
    with_effect = {
        path
        for name, path in tried.tries
        if name == dialect and table.fate(path)[0] is Fate.IGNORED and tried.changes[name, path]
    }
    assert with_effect == set()


@pytest.mark.parametrize("dialect", sorted(TABLES.keys() - DERIVED))
def test_every_mapped_path_was_tried(tried, dialect):
    seen = {path for name, path in tried.tries if name == dialect}
    never_seen = {
        path
        for path in TABLES[dialect].mapped - seen
        if not any(PathTable([path], {}).fate(each)[0] is Fate.MAPPED for each in seen)
    }
    assert never_seen == set()


def test_a_longer_pattern_goes_before_a_shorter_one_and_a_path_before_both():
    table = PathTable(["a.b", "a.b.*.value"], {"why": "a.**"})
    assert table.fate("a.b") == (Fate.MAPPED, "")
    assert table.fate("a.b.none.value") == (Fate.MAPPED, "")
    assert table.fate("a.c[].d") == (Fate.IGNORED, "why")
    assert table.fate("b") == (Fate.UNKNOWN, "")


def test_one_star_is_one_step_so_that_a_new_field_beside_is_unknown():
    assert TABLES["xoai"].fate("dc.identifier.de.value")[0] is Fate.MAPPED
    assert TABLES["xoai"].fate("dc.identifier.tide.none.value")[0] is Fate.UNKNOWN


def test_a_new_element_of_onix_is_unknown_but_in_a_block_of_the_trade():
    table = TABLES["onix"]
    assert table.fate("DescriptiveDetail/Contributor/Tide")[0] is Fate.UNKNOWN
    assert table.fate("DescriptiveDetail/ProductForm@tide")[0] is Fate.UNKNOWN
    assert table.fate("ProductSupply/SupplyDetail/Tide")[0] is Fate.IGNORED


def test_short_tags_that_are_left_out_stand_in_the_table_and_are_not_read():
    steps = {step for paths in onix.IGNORED.values() for step in re.split(r"[/\s]+", paths)}
    assert set(onix.LEFT_OUT_TAGS.values()) <= steps
    for tag, name in onix.LEFT_OUT_TAGS.items():
        product = etree.fromstring(f"<product><{tag}>1</{tag}></product>")
        assert text(product, name) == ""
        assert onix.reference_name(tag) == name


def test_a_new_column_is_unknown():
    assert TABLES["csv_row"].fate("dc.tide")[0] is Fate.UNKNOWN
    assert TABLES["csv_row"].fate("bitstream tide")[0] is Fate.UNKNOWN
    assert TABLES["kbart"].fate("tide")[0] is Fate.UNKNOWN


def test_a_path_with_two_fates_is_refused():
    with pytest.raises(ValueError, match="a is in the table twice"):
        PathTable(["a"], {"why": "b a"})
