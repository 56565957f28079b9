"""CSV that spreadsheets open and do not run."""

import csv
import io

import pytest

from search.citation.csv import COLUMNS, defused, write
from tests.search.citation.described import HOSTILE, PAPER


def rows(*described):
    text = "".join(write(described))
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_paper_fills_the_columns():
    (row,) = rows(PAPER)
    assert tuple(row) == COLUMNS
    assert row["creators"] == "Carberry, Josiah; CMS Collaboration"
    assert row["identifiers"] == "doi:10.1016/j.physletb.2012.08.021; arxiv:1207.7235"
    assert (row["year"], row["licence"], row["access"]) == ("2012", "CC-BY-4.0", "open")
    assert row["records"] == "zenodo oai:zenodo.org:1"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "＠"])  # noqa: RUF001  # full-width signs are meant
def test_what_a_spreadsheet_would_run_has_an_apostrophe_before_it(start):
    assert defused(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("cell", ["", "Table 1", "1-2", "a@b", "'=1"])
def test_other_cells_stay_as_they_are(cell):
    assert defused(cell) == cell


def test_no_cell_of_a_hostile_record_begins_a_formula_or_a_row():
    (row,) = rows(HOSTILE)
    assert row["title"].startswith("'=HYPERLINK")
    assert row["creators"].startswith("'@attacker")
    assert row["subjects"] == "'-2+3; مرحبا"
    assert not any(cell[:1] in tuple("=+-@\t\r\n") for cell in row.values() if cell)
