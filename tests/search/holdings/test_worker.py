"""The process that holds a list against a release: its reply, and what it writes behind it."""

import csv
import io
import json
from typing import Any

import msgspec
import pytest
from lxml import html

from search.holdings.errand import Errand, Reply, Summary, Want
from search.holdings.gap import GapLimits, find_gap
from search.holdings.gap_marc import marc_pieces
from search.holdings.worker import run
from tests.search.holdings.gap_release import BASE, LAMPS, OILS, opened, write_release

LIST = (
    "title,isbn,year\n"
    "Lamps of the north,978-3-030-38206-3,2012\n"
    '"=HYPERLINK(""http://evil.example"")",9783030382060,\n'
    "Oils,,1999\n"
    "<script>alert(1)</script>,9780000000002,\n"
    "ספר,,\n"
).encode()


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """The directory of the release."""
    return write_release(tmp_path_factory.mktemp("worker"))


def parsed(text: str) -> Any:
    """A page as a tree."""
    return html.fromstring(text)


def done(release, body, want=Want.JSON, **changed):
    """The reply to an errand, and the bytes behind it."""
    errand = {
        "release": str(release),
        "number": 4,
        "day": "2026-01-02",
        "base_iri": BASE,
        "name": "list <1>.csv",
        "want": want,
        "max_rows": 1000,
        "max_bytes": 1 << 20,
        "max_gap": 1000,
        "memory_bytes": 1 << 30,
        "time_limit_s": 60.0,
    } | changed
    answers = io.BytesIO()
    run(Errand(**errand), io.BytesIO(body), answers)
    line, _, rest = answers.getvalue().partition(b"\n")
    return msgspec.json.decode(line, type=Reply), rest


def test_json_has_a_result_for_each_row_and_totals_that_equal_them(release):
    reply, body = done(release, LIST)
    found = json.loads(body)
    assert reply == Reply(state="ok")
    assert (found["rows"], found["matched"], found["matched_part"]) == (5, 1, 0)
    assert (found["suggested"], found["unmatched"]) == (1, 3)
    assert [each["status"] for each in found["results"]] == [
        *("matched", "unmatched", "suggested", "unmatched", "unmatched")
    ]
    assert found["results"][0]["by"] == "isbn:9783030382063"
    assert found["results"][0]["entity"] == LAMPS
    assert found["results"][1]["reason"] == "bad check digit"
    assert found["release"] == 4


def test_json_of_more_rows_than_a_piece_holds_is_whole(release):
    body = b"\n".join(b"10.1234/%d" % n for n in range(1203))
    found = json.loads(done(release, body, max_rows=2000)[1])
    assert (found["rows"], len(found["results"])) == (1203, 1203)
    assert [each["row"] for each in found["results"]] == list(range(1, 1204))


def test_csv_has_a_line_for_each_row_and_no_formula(release):
    _, body = done(release, LIST, Want.CSV)
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row["row"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[0]["address"] == f"http://weft.test/id/{LAMPS}"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_html_is_one_file_with_all_rows_escaped_and_nothing_that_runs(release):
    _, body = done(release, LIST, Want.HTML)
    page = parsed(body.decode())
    assert len(page.xpath("//table[@class='rows']/tbody/tr")) == 5
    totals = [cell.text for cell in page.xpath("//table[@class='totals']//td")]
    assert totals == ["1", "0", "1", "3", "5"]
    assert page.xpath("//title/text()") == ["Holdings: list <1>.csv"]
    assert not page.xpath("//script | //link | //img | //@onclick | //@src")
    assert page.xpath(f"//a[@href='http://weft.test/id/{LAMPS}']")
    assert "ספר" in page.xpath("//*[@dir='auto']/text()")


def test_a_summary_shows_rows_by_status_with_the_names_of_what_is_here(release):
    summary = msgspec.json.decode(done(release, LIST, Want.PAGE)[1], type=Summary)
    assert [(each.status, each.n_rows) for each in summary.sections] == [
        ("matched", 1),
        ("matched_part", 0),
        ("suggested", 1),
        ("unmatched", 3),
    ]
    assert summary.n_rows == 5
    [shown] = summary.sections[0].rows
    assert (shown.name, shown.kind, shown.year) == ("Lamps of the north", "book", 2012)
    assert summary.csv.startswith(b"\xef\xbb\xbfrow,status")


def test_a_summary_of_many_rows_shows_forty_of_each_status(release):
    body = b"\n".join(b"10.1234/%d" % n for n in range(900))
    summary = msgspec.json.decode(done(release, body, Want.PAGE)[1], type=Summary)
    assert (summary.sections[3].n_rows, len(summary.sections[3].rows)) == (900, 40)
    assert summary.csv == b""


def test_the_gap_leaves_out_what_the_list_has_and_points_at_what_it_suggests(release):
    limits = GapLimits(kinds=("book",), sources=("oapen", "doab"))
    _, body = done(release, LIST, Want.GAP_CSV, limits=limits)
    rows = {row["entity"]: row for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))}
    assert len(rows) == 3
    assert LAMPS not in rows
    assert rows[OILS]["see_row"] == "3"


def test_the_gap_given_back_as_a_list_matches_all_that_has_an_identifier(release):
    _, gap = done(release, b"10.9999/none", Want.KBART, limits=GapLimits(kinds=("book",)))
    found = json.loads(done(release, gap)[1])
    assert {each["entity"] for each in found["results"] if each["status"] == "matched"} == {
        LAMPS,
        OILS,
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"%PDF-1.7\n1 0 obj", "this cannot be read as a list: a PDF"),
        (b"PK\x03\x04\x14\x00xl/workbook.xml", "an Excel workbook"),
        (b"<!doctype html><html><body>sign in</body></html>", "a web page, not a list"),
        (bytes(range(256)) * 20, "no text"),
        (b"", "the file is empty"),
    ],
)
def test_a_file_that_is_no_list_is_told_for_what_it_is(release, body, message):
    reply, rest = done(release, body)
    assert reply.state == "unreadable"
    assert message in reply.message
    assert rest == b""


def test_more_rows_than_are_read_is_told(release):
    reply, _ = done(release, LIST, max_rows=4)
    assert (reply.state, reply.message) == (
        "large",
        "the list has more than 4 rows, the most that are read",
    )


def test_limits_that_hold_too_much_are_told_before_the_list_is_read(release):
    reply, _ = done(release, b"%PDF-1.7", Want.KBART, max_gap=8)
    assert reply.state == "wide"
    assert reply.message.startswith("9 things of the release are within the limits of the gap")


def test_a_query_that_does_not_parse_is_told_with_its_place(release):
    reply, _ = done(release, LIST, Want.MARC, limits=GapLimits(query="lamps ("))
    assert (reply.state, reply.line, reply.column) == ("query", 1, 7)


def test_a_release_that_is_gone_is_told(tmp_path):
    reply, _ = done(tmp_path / "none", LIST)
    assert reply.state == "failed"


def test_a_marc_file_cut_in_the_middle_gives_the_records_before_the_cut(release):
    with opened(release) as found:
        body = b"".join(marc_pieces(find_gap(found, (), GapLimits(kinds=("book",)))))
    reply, rest = done(release, body[:-200])
    answer = json.loads(rest)
    assert reply.state == "ok"
    assert answer["rows"] >= 3
    assert answer["matched"] >= 1
    assert answer["n_problems"] >= 1


def test_kbart_with_wrong_columns_and_mixed_encodings_tells_its_rows(release):
    body = (
        b"publication_title\tprint_isbn\tonline_identifier\r\n"
        b"Lamps of the north\t9783030382063\t\r\n"
        b"B\xfccher \xe2\x82\xac\t\t9789814644150\r\n"
        b"too\tmany\tcells\tin\tthis\trow\r\n"
    )
    reply, rest = done(release, body)
    answer = json.loads(rest)
    assert reply.state == "ok"
    assert answer["rows"] == 3
    assert answer["results"][1]["entity"] == OILS
