"""`weft holdings`: lists against a release, what is printed and written; and real lists by hand.

What the real rows should come to was found by reading the files of the corpus: which ISBN or DOI
stands in which of them.
"""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from search.holdings.errors import UnreadableList
from search.holdings.gap import GapLimits
from tests.weft.conftest import Installation, install
from weft.config import ConfigError, load
from weft.holdings import Wanted, read_limits, run

TITLES = """\
<ONIXMessage release="3.0"><Header><Sender><SenderName>x</SenderName></Sender></Header>
{products}</ONIXMessage>
"""
PRODUCT = """\
<Product><RecordReference>{n}</RecordReference><NotificationType>03</NotificationType>
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>{isbn}</IDValue></ProductIdentifier>
<DescriptiveDetail><ProductForm>EA</ProductForm><TitleDetail><TitleType>01</TitleType><TitleElement>
<TitleElementLevel>01</TitleElementLevel><TitleText>{title}</TitleText></TitleElement></TitleDetail>
</DescriptiveDetail><PublishingDetail><PublishingDate><PublishingDateRole>01</PublishingDateRole>
<Date>{year}</Date></PublishingDate></PublishingDetail></Product>
"""
BOOKS = (
    ("9783653064650", "Tides of the Severn estuary", 2016),
    ("9781912250134", "A history of lamp lighting", 2013),
    ("9789004400658", "Weights and measures of Aleppo", 1998),
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Three books, delivered as ONIX."""
    folder = tmp_path_factory.mktemp("shelf")
    installation = install(folder, {})
    products = (PRODUCT.format(n=i, isbn=b, title=t, year=y) for i, (b, t, y) in enumerate(BOOKS))
    onix = folder / "books.onix"
    onix.write_text(TITLES.format(products="".join(products)))
    assert installation.run("import", str(onix), "--source", "press").exit_code == 0
    assert installation.run("build").exit_code == 0
    return installation


def hold(
    installation: Installation, file: Path, wanted: Wanted | None = None, **limits: Any
) -> int:
    """Run the command as the command line does."""
    config = load(installation.config, data=installation.data)
    return run(config, file, wanted or Wanted(as_json=True), GapLimits(**limits))


def rows_of(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file by column."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


@pytest.fixture
def a_list(tmp_path: Path) -> Path:
    """Rows that end in four ways."""
    path = tmp_path / "list.csv"
    path.write_text(
        "Title,ISBN,Year\n"
        "Tides,978-3-653-06465-0,2016\n"
        "A History of Lamp-Lighting,,2013\n"
        "Weights and Measures of Aleppo,9783030426033,1998\n"
        "Nowhere to be found,0-306-40615-2,2001\n"
        "Mistyped,9783653064651,2001\n"
        "Neither number nor year,,\n"
    )
    return path


def test_json_has_the_totals_and_how_each_row_ended(shelf, a_list, capfdbinary):
    assert hold(shelf, a_list) == 0
    answer = json.loads(capfdbinary.readouterr().out)
    totals = {name: answer[name] for name in ("rows", "matched", "matched_part", "suggested")}
    assert totals == {"rows": 6, "matched": 1, "matched_part": 0, "suggested": 1}
    assert answer["unmatched"] == 4
    ends = [(row["row"], row["status"], row["by"], row["reason"]) for row in answer["results"]]
    assert ends == [
        (1, "matched", "isbn:9783653064650", None),
        (2, "suggested", None, "no identifier"),
        (3, "unmatched", None, "print ISBN known but not this one"),
        (4, "unmatched", None, "not in any harvested source"),
        (5, "unmatched", None, "bad check digit"),
        (6, "unmatched", None, "no identifier"),
    ]
    keys = [row["entity"] for row in answer["results"]]
    assert [key is not None for key in keys] == [True, True, False, False, False, False]


def test_without_json_people_are_told_totals_reasons_and_rows(shelf, a_list, capfdbinary):
    assert hold(shelf, a_list, Wanted()) == 0
    told = capfdbinary.readouterr().out.decode()
    assert "6 rows of csv, utf-8, release 1" in told
    assert "isbn from 'ISBN'" in told
    assert "row 5  unmatched: bad check digit  Mistyped" in told
    assert "row 5: '9783653064651': bad check digit" in told


def test_files_are_written_and_no_cell_is_run_as_a_formula(shelf, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("title,isbn\n\"@SUM(1+1)*cmd|' /C calc'!A0\",9783653064650\n")
    wanted = Wanted(csv=tmp_path / "out.csv", html=tmp_path / "out.html")
    assert hold(shelf, path, wanted) == 0
    (row,) = rows_of(tmp_path / "out.csv")
    assert (row["status"], row["title"]) == ("matched", "'@SUM(1+1)*cmd|' /C calc'!A0")
    assert "<table" in (tmp_path / "out.html").read_text()


def test_markup_in_titles_is_text_in_the_html_file(shelf, tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("<blink onload=alert(1)>A title & more</blink>\n")
    wanted = Wanted(html=tmp_path / "out.html")
    assert hold(shelf, path, wanted) == 0
    assert "<blink" not in (tmp_path / "out.html").read_text()


def test_the_gap_is_what_the_release_has_and_the_list_lacks(shelf, a_list, tmp_path):
    wanted = Wanted(gap=tmp_path / "gap.txt", gap_format="kbart")
    assert hold(shelf, a_list, wanted) == 0
    lines = (tmp_path / "gap.txt").read_text(encoding="utf-8").splitlines()
    titles = [line.split("\t")[0] for line in lines[1:]]
    assert titles == ["A history of lamp lighting", "Weights and measures of Aleppo"]


def test_the_gap_keeps_within_its_limits(shelf, a_list, tmp_path):
    wanted = Wanted(gap=tmp_path / "gap.csv", gap_format="csv")
    assert hold(shelf, a_list, wanted, year_from=2010) == 0
    assert [row["title"] for row in rows_of(tmp_path / "gap.csv")] == ["A history of lamp lighting"]


def test_the_gap_given_back_as_a_list_matches_in_every_row(shelf, a_list, tmp_path, capfdbinary):
    for name in ("kbart", "marc", "marcxml", "csv"):
        gap = tmp_path / f"gap.{name}"
        assert hold(shelf, a_list, Wanted(gap=gap, gap_format=name)) == 0
        capfdbinary.readouterr()
        assert hold(shelf, gap) == 0
        answer = json.loads(capfdbinary.readouterr().out)
        assert (name, answer["rows"], answer["matched"]) == (name, 2, 2)


def test_a_cut_file_is_done_in_part(shelf, tmp_path, capfdbinary):
    path = tmp_path / "list.gz"
    rows = "".join(f"Title {n},9783653064650\n" for n in range(5000))
    path.write_bytes(gzip.compress(f"title,isbn\n{rows}".encode())[:-200])
    assert hold(shelf, path) == 1
    answer = json.loads(capfdbinary.readouterr().out)
    assert 0 < answer["rows"] < 5000
    assert answer["matched"] >= answer["rows"] - 1  # the last may be cut in the middle
    assert answer["problems"][-1]["is_cut"]


def test_a_pdf_by_another_name_is_refused_by_what_it_is(shelf, tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj")
    with pytest.raises(UnreadableList, match=r"list\.csv: a PDF"):
        hold(shelf, path)


def test_a_list_that_is_not_there_is_wrong_usage(shelf, tmp_path):
    with pytest.raises(ConfigError, match=r"cannot read .*nowhere\.csv: No such file"):
        hold(shelf, tmp_path / "nowhere.csv")


def test_an_answer_never_takes_the_place_of_the_list(shelf, a_list):
    before = a_list.read_bytes()
    with pytest.raises(ConfigError, match="each answer needs its own file"):
        hold(shelf, a_list, Wanted(csv=a_list))
    assert a_list.read_bytes() == before


def test_an_answer_that_cannot_be_written_is_told_with_its_name(shelf, a_list, tmp_path):
    with pytest.raises(ConfigError, match=r"cannot write .*out\.csv"):
        hold(shelf, a_list, Wanted(csv=tmp_path / "absent" / "out.csv"))


@pytest.mark.parametrize(
    ("year", "span"),
    [
        ("", (None, None)),
        ("2015", (2015, 2015)),
        ("2010-2015", (2010, 2015)),
        ("2010-", (2010, None)),
        ("-2015", (None, 2015)),
    ],
)
def test_years_are_read_as_a_year_or_a_span(year, span):
    limits = read_limits(year=year)
    assert (limits.year_from, limits.year_to) == span


@pytest.mark.parametrize("year", ["-", "15", "2015-2010", "20102015", "soon"])
def test_years_that_are_none_are_refused(year):
    with pytest.raises(ConfigError):
        read_limits(year=year)


def test_a_kind_that_there_is_not_is_refused():
    with pytest.raises(ConfigError, match="no kind 'scroll'"):
        read_limits(kinds=["scroll"])


# ------------------------------------------------------------------------------------------------
# Real lists. The release: OAPEN's ONIX (6 products) and MARCXML (3 records), and of DOAB's rows of
# 2018 the lines 1 to 13, 3068 and 4812 of doab.jsonl.

_DOAB_LINES = (*range(1, 14), 3068, 4812)
_NOT_HERE = "not in any harvested source"

KBART_OF_OAPEN = {
    1: "doi:10.3726/978-3-653-06465-0",  # first record of the MARCXML
    2: "doi:10.14296/518.9781912250134",  # second of the MARCXML, first of the ONIX
    3: "doi:10.1163/9789004400658",
    4: None,
    5: "doi:10.1163/9789004355118",
    6: "doi:10.24894/978-3-7965-4027-1",
    7: "doi:10.4324/9781003051169",
    **dict.fromkeys(range(8, 25)),  # nothing of them in the three files
}
CSV_OF_OAPEN = {
    **dict.fromkeys(range(1, 9)),
    9: "isbn:9781552388358",  # The Frontier of Patriotism, line 3068 of DOAB's
}
CSV_OF_DOAB = {
    1: "isbn:9788575414088",
    2: None,  # Animal Metropolis: not among the lines
    3: "isbn:9788575413883",
    4: "isbn:9788561673680",
    5: "isbn:9788599662502",
    6: "isbn:9788575412640",
    7: None,
    8: "isbn:9788575413951",
    9: "isbn:9788575412671",
    10: "isbn:9782759805389",
    11: "isbn:9782759808267",
    12: "isbn:9783952454251",
    13: None,
    14: None,
    15: "isbn:9782868838889",  # written 286883888X, on two books of the release
    16: "isbn:9788599662663",
    17: "isbn:9783906897028",  # the file ends within this row, in an open quote
}


@pytest.fixture(scope="module")
def library(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A release of real records."""
    folder = tmp_path_factory.mktemp("library")
    installation = install(folder, {})
    with gzip.open(corpus / "doab/csv-2018/doab.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for n, line in enumerate(lines, start=1) if n in _DOAB_LINES]
    doab = folder / "doab.csv"
    with doab.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [name for name in rows[0] if not name.startswith("_")])
        writer.writeheader()
        writer.writerows(rows)
    exports = corpus / "oapen/exports"
    for name, path in (
        ("doab", doab),
        ("oapen-onix", exports / "harvester__test.onix"),
        ("oapen-marc", exports / "repository-export.marc-short.xml"),
    ):
        result = installation.run("import", str(path), "--source", name)
        assert result.exit_code == 0, result.stderr
    assert installation.run("build").exit_code == 0
    return installation


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("oapen/exports/DATA_oapen_25rows.tsv", KBART_OF_OAPEN),
        ("oapen/exports/repository-export-10rows.csv", CSV_OF_OAPEN),
        ("doab/csv-2018/head-raw.csv", CSV_OF_DOAB),
    ],
)
def test_real_lists_end_as_worked_out_by_hand(library, corpus, capfdbinary, path, expected):
    assert hold(library, corpus / path) == 0
    answer = json.loads(capfdbinary.readouterr().out)
    assert answer["file"]["kind"] == ("kbart" if path.endswith(".tsv") else "csv")
    found = {row["row"]: (row["status"], row["by"], row["reason"]) for row in answer["results"]}
    assert found == {
        number: ("matched", by, None) if by else ("unmatched", None, _NOT_HERE)
        for number, by in expected.items()
    }
    n_matched = sum(by is not None for by in expected.values())
    assert (answer["rows"], answer["matched"]) == (len(expected), n_matched)
    assert answer["unmatched"] == len(expected) - n_matched


def test_the_hand_work_is_on_fifty_rows():
    assert len(KBART_OF_OAPEN) + len(CSV_OF_OAPEN) + len(CSV_OF_DOAB) == 50


def test_one_isbn_on_two_real_books_is_told_and_the_surer_one_counts(library, corpus, capfdbinary):
    assert hold(library, corpus / "doab/csv-2018/head-raw.csv") == 0
    answer = json.loads(capfdbinary.readouterr().out)
    row = answer["results"][14]
    assert row["title"] == "L’épidémiologie humaine"  # noqa: RUF001  # as it is printed
    assert any("its identifiers lead to 2 entities" in text for text in row["problems"])
    cut = answer["results"][16]
    assert cut["problems"] == ["a quote opens a cell and nothing closes it"]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("oapen/exports/harvester__test.onix", ("onix", 6, 6)),
        ("oapen/exports/repository-export.onix_3.0-short.xml", ("onix", 6, 6)),
        ("oapen/exports/repository-export.marc-short.xml", ("marcxml", 3, 3)),
    ],
)
def test_real_onix_and_marcxml_of_what_is_there_match_whole(
    library, corpus, capfdbinary, path, told
):
    assert hold(library, corpus / path) == 0
    answer = json.loads(capfdbinary.readouterr().out)
    assert (answer["file"]["kind"], answer["rows"], answer["matched"]) == told


def test_real_titles_alone_are_suggested_and_never_matched(library, capfdbinary, tmp_path):
    path = tmp_path / "titles.txt"
    path.write_text(
        "Equidade e saúde: contribuições da epidemiologia (1997)\n"
        "Febre amarela: a doença e a vacina, uma história inacabada (2001)\n"
        "Febre amarela: a doença e a vacina, uma história inacabada (1986)\n"
        "The language of Paul Muldoon\n"
        "Animal Metropolis: Histories of Human-Animal Relations in Urban Canada\n",
        encoding="utf-8",
    )
    assert hold(library, path) == 0
    answer = json.loads(capfdbinary.readouterr().out)
    assert [row["status"] for row in answer["results"]] == [
        "suggested",
        "suggested",
        "unmatched",  # of another year
        "suggested",
        "unmatched",
    ]
    assert answer["matched"] == 0


def test_a_list_is_read_from_standard_input(shelf, capfdbinary, monkeypatch):
    stdin = io.TextIOWrapper(io.BytesIO(b"9783653064650\n"))
    monkeypatch.setattr("sys.stdin", stdin)
    assert hold(shelf, Path("-")) == 0
    assert json.loads(capfdbinary.readouterr().out)["matched"] == 1
