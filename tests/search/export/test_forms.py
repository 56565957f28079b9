"""What holds of every format: the same bytes again, no broken file, nothing a spreadsheet runs."""

import csv
import hashlib
import io
import json
import subprocess
import sys
from errno import ENOSPC
from typing import BinaryIO, cast

import pytest
from lxml import etree

from graph.release import asked
from search.export.chosen import choose
from search.export.forms import FORMS
from search.export.selection import read_selection
from tests.search.export.releases import BASE, BOOK, CODES, FORMULA, SHEET, STUB

SELECTIONS = ("", "higgs OR kind:book", "SELECT ?e { ?e <https://schema.org/version> ?v }")
_AGAIN = """
import hashlib, io, json, sys
from pathlib import Path
from graph.release import asked
from search.export.chosen import choose
from search.export.forms import FORMS
from search.export.selection import read_selection
from search.open_release import open_for_reading
if __name__ == "__main__":
    sums = {}
    with open_for_reading(Path(sys.argv[1])) as opened:
        for text in sys.argv[2:]:
            chosen = choose(opened, read_selection(text))
            for name, form in FORMS.items():
                file = io.BytesIO()
                form.write(chosen, asked(opened.info, text), file)
                sums[f"{name} {text}"] = hashlib.sha256(file.getvalue()).hexdigest()
    print(json.dumps(sums))
"""


class FullDisk(io.RawIOBase):
    """Takes so many bytes, then none."""

    def __init__(self, n_bytes: int) -> None:
        super().__init__()
        self._n_left = n_bytes

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        if len(data) > self._n_left:
            raise OSError(ENOSPC, "No space left on device")
        self._n_left -= len(data)
        return len(data)


def test_another_process_writes_the_same_bytes(sample_data, sample, written):
    result = subprocess.run(
        [sys.executable, "-c", _AGAIN, str(sample_data), *SELECTIONS],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONHASHSEED": "7"},
        cwd=sys.path[0] or None,
    )
    here = {
        f"{name} {text}": hashlib.sha256(written(sample, name, text)).hexdigest()
        for text in SELECTIONS
        for name in FORMS
    }
    assert json.loads(result.stdout) == here


@pytest.mark.parametrize("n_bytes", [0, 700])
@pytest.mark.parametrize("name", list(FORMS))
def test_a_full_disk_is_an_error_of_the_disk(sample, name, n_bytes):
    chosen, file = choose(sample, read_selection("")), cast("BinaryIO", FullDisk(n_bytes))
    with pytest.raises(OSError, match="No space left on device") as caught:
        FORMS[name].write(chosen, asked(sample.info, ""), file)
    assert caught.value.errno == ENOSPC


@pytest.mark.parametrize("name", ["graphml", "gexf", "marcxml"])
def test_control_characters_leave_xml_well_formed(hostile, written, name):
    tree = etree.fromstring(written(hostile, name))
    values = [value for each in tree.iter() for value in each.attrib.values()]
    assert any(str(text).startswith("ab]]> <&\"'") for text in (*tree.itertext(), *values))


@pytest.mark.parametrize("name", ["jsonld", "scholix"])
def test_json_of_any_text_is_json(hostile, written, name):
    assert json.loads(written(hostile, name))


def test_a_cell_of_csv_is_one_line_and_no_formula(hostile, written):
    text = written(hostile, "csv").decode("utf-8-sig")
    rows = {row["key"]: row for row in csv.DictReader(io.StringIO(text))}
    assert list(rows) == [BOOK, CODES, SHEET]
    assert rows[SHEET]["title"] == "'=HYPERLINK(1) and more"
    assert rows[SHEET]["publisher"] == "'@cmd"
    assert len(text.splitlines()) == len(rows) + 1


def test_a_line_of_kbart_is_one_title(hostile, written):
    lines = written(hostile, "kbart").decode().split("\r\n")
    assert [len(line.split("\t")) for line in lines] == [25, 25, 25, 25, 1]
    assert lines[3].startswith("'=HYPERLINK(1) and more\t")


def test_a_chapter_in_kbart_names_its_book(hostile, written):
    head, _, chapter, *_ = (
        line.split("\t") for line in written(hostile, "kbart").decode().split("\r\n")
    )
    assert chapter[head.index("title_id")] == CODES
    assert chapter[head.index("parent_publication_title_id")] == BOOK


def test_texts_with_half_characters_in_the_question_are_written(hostile, written):
    question = read_selection("lamps\ud83d OR lamps").text
    for name in FORMS:
        if name != "scholix":
            assert written(hostile, name, question)


def test_a_spreadsheet_formula_is_left_as_it_is_where_nothing_runs_it(hostile, written):
    listed = json.loads(written(hostile, "jsonld"))["itemListElement"]
    names = {each["@id"]: each["name"] for each in listed}
    assert names[f"{BASE}id/{SHEET}"] == " ".join(FORMULA.split())


def test_bibtex_names_the_release_and_the_question(hostile, written):
    first = written(hostile, "bibtex", "lamps OR @cmd").decode().splitlines()[0]
    assert first == "% release 4 of 2026-01-02T03:04:05Z: lamps OR %40cmd"


def test_scholix_has_the_links_with_data_at_an_end(hostile, written):
    packages = json.loads(written(hostile, "scholix", f"identifier:10.1000/lamps OR {SHEET}"))
    ends = [
        (each["Source"]["Identifier"]["ID"], each["Target"]["Identifier"]["ID"])
        for each in packages
    ]
    assert ends == [(f"{BASE}id/{SHEET}", "10.1000/lamps")]


def test_each_format_is_a_name_an_ending_and_a_media_type():
    assert {form.name: form.extension for form in FORMS.values()} == {
        "nquads": "nq",
        "turtle": "ttl",
        "jsonld": "jsonld",
        "parquet": "parquet",
        "csv": "csv",
        "graphml": "graphml",
        "gexf": "gexf",
        "bibtex": "bib",
        "ris": "ris",
        "kbart": "txt",
        "marcxml": "xml",
        "scholix": "json",
    }
    assert all("/" in form.media_type for form in FORMS.values())
    assert STUB
