"""The file of judgements: what is read, what is obeyed, what is left out and why."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.judgement import (
    COLUMNS,
    Judgements,
    RecordName,
    Row,
    Sheet,
    SheetRefused,
    format_sheet,
    judge,
    new_row,
    parse_sheet,
    read_judgements,
)
from graph.judgement.rows import MAX_RECORDS

A, B, C, D = (RecordName("s", each) for each in "abcd")
MANY = tuple(("s", f"{number:02}") for number in range(MAX_RECORDS + 1))


class Known(dict[str, tuple[tuple[str, str], ...]]):
    """Records by reference; `s:x` is the record x of the source s."""

    def records_of(self, reference: str) -> tuple[tuple[str, str], ...]:
        source, _, record = reference.partition(":")
        if source == "s" and record in {"a", "b", "c", "d"}:
            return ((source, record),)
        return self.get(reference, ())


def judged(*lines: str, known: Mapping[str, tuple[tuple[str, str], ...]] | None = None):
    content = "\r\n".join(("verdict,a,b", *lines)).encode()
    return judge(parse_sheet(content), Known(known or {}))


def pairs(judgements) -> list[tuple[str, str]]:
    return [(str(each.one), str(each.other)) for each in judgements]


def fault(*lines: str, known: Mapping[str, tuple[tuple[str, str], ...]] | None = None):
    (only,) = judged(*lines, known=known).faults
    return only


def test_each_verdict_goes_where_it_belongs():
    read = judged("same,s:b,s:a", "different,s:a,s:c", "skip,s:c,s:d", ",s:a,s:d")
    assert pairs(read.same) == [("s:a", "s:b")]
    assert pairs(read.different) == [("s:a", "s:c")]
    assert pairs(read.skipped) == [("s:c", "s:d")]
    assert read.n_open == 1
    assert read.faults == ()


def test_a_pair_knows_the_first_line_that_says_it():
    read = judged("same,s:a,s:b", "same,s:c,s:d", "same,s:b,s:a")
    assert [(each.one, each.other, each.line) for each in read.same] == [(A, B, 2), (C, D, 3)]


def test_a_reference_to_several_records_joins_all_of_them():
    read = judged("same,doi:10.1/x,s:c", known={"doi:10.1/x": (A, B)})
    assert pairs(read.same) == [("s:a", "s:b"), ("s:a", "s:c")]


def test_a_reference_to_several_records_keeps_each_of_them_apart_from_the_other_side():
    read = judged("different,doi:10.1/x,s:c", known={"doi:10.1/x": (A, B)})
    assert pairs(read.different) == [("s:a", "s:c"), ("s:b", "s:c")]


def test_verdicts_may_be_in_capitals_and_have_spaces_around_them():
    assert pairs(judged(" SAME , s:a , s:b ").same) == [("s:a", "s:b")]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("sam,s:a,s:b", "unknown verdict 'sam'"),
        ("same,s:a,", "b is empty"),
        ("same,,s:b", "a is empty"),
        ("same,s:a,s:z", "b: no live record is known as 's:z'"),
        ("different,aaaabbbbccccd,s:a", "a: no live record is known as 'aaaabbbbccccd'"),
        ("skip,s:a,s:z", "b: no live record is known as 's:z'"),
        ("same,s:a,s:a", "a and b both name the record s:a"),
        (
            "different,both,s:b",
            "the record s:b is named by a and by b, so it cannot be kept apart",
        ),
        ("same,many,s:a", "a: 'many' names 21 records, more than 20"),
        ("same,s:a,s:b,s:c", "has 4 cells where the heading has 3"),
        ('same,"s:a"x,s:b', "is not CSV: ',' expected after '\"'"),
        ('same,"s:a,s:b', "is not CSV: unexpected end of data"),
    ],
)
def test_a_line_that_cannot_be_obeyed_is_left_out_and_the_others_hold(line, what):
    read = judged("same,s:a,s:b", line, "different,s:c,s:d", known={"both": (A, B), "many": MANY})
    assert [(each.line, each.what) for each in read.faults] == [(3, what)]
    assert read.faults[0].todo
    assert pairs(read.same) == [("s:a", "s:b")]
    assert pairs(read.different) == [("s:c", "s:d")]


def test_a_long_cell_is_not_quoted_in_full():
    assert len(fault(f"same,s:a,{'x' * 5000}").what) < 200


def test_a_row_without_verdict_is_not_looked_up():
    assert judged(",s:gone,s:also-gone").faults == ()


def test_what_is_forced_and_forbidden_stays_apart_and_the_forcing_line_is_named():
    read = judged("same,s:a,s:b", "different,s:b,s:a")
    assert read.same == ()
    assert pairs(read.different) == [("s:a", "s:b")]
    assert [(each.line, each.what, each.todo) for each in read.faults] == [
        (
            2,
            "it contradicts line 3, which keeps s:a and s:b apart",
            "change this line or line 3; until then the records stay apart",
        )
    ]


def test_a_chain_that_joins_what_is_kept_apart_is_left_out_whole():
    """Nobody can tell which of its lines is the wrong one."""
    read = judged("same,s:a,s:b", "same,s:b,s:c", "different,s:a,s:c", "same,s:c,s:d")
    assert pairs(read.same) == [("s:c", "s:d")]
    assert pairs(read.different) == [("s:a", "s:c")]
    assert [(each.line, each.what) for each in read.faults] == [
        (2, "together with line 3 it contradicts line 4, which keeps s:a and s:c apart"),
        (3, "together with line 2 it contradicts line 4, which keeps s:a and s:c apart"),
    ]


def test_a_longer_chain_is_left_out_after_the_shorter_one():
    read = judged("same,s:a,s:b", "same,s:a,s:c", "same,s:c,s:b", "different,s:a,s:b")
    assert read.same == ()
    assert [each.line for each in read.faults] == [2, 3, 4]


def test_the_same_join_said_twice_is_left_out_twice():
    read = judged("same,s:a,s:b", "same,s:b,s:a", "different,s:a,s:b")
    assert read.same == ()
    assert [each.line for each in read.faults] == [2, 3]


def test_a_row_of_many_records_contradicts_like_any_other():
    read = judged(
        "same,doi:10.1/x,s:c", "different,s:a,s:b", "same,s:c,s:d", known={"doi:10.1/x": (A, B)}
    )
    assert pairs(read.same) == [("s:c", "s:d")]
    assert [each.line for each in read.faults] == [2]


def test_of_a_long_chain_only_some_lines_are_named():
    known = {f"r{number}": ((f"t{number:02}", "x"),) for number in range(14)}
    chain = [f"same,r{number},r{number + 1}" for number in range(13)]
    read = judged(*chain, "different,r0,r13", known=known)
    assert read.same == ()
    assert read.faults[0].what == (
        "together with lines 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 2 more it contradicts line 15,"
        " which keeps t00:x and t13:x apart"
    )


def test_of_a_large_tangle_all_lines_are_left_out():
    """A column filled down by mistake: every record is the same as one of them."""
    n_records = 400
    known = {f"r{number}": (("t", f"{number:03}"),) for number in range(n_records)}
    same = [f"same,s:a,r{number}" for number in range(n_records)]
    different = [f"different,r{number},r{number + 1}" for number in range(n_records - 1)]
    read = judged(*same, *different, "same,s:c,s:d", known=known)
    assert pairs(read.same) == [("s:c", "s:d")]
    assert len(read.different) == 399
    assert [each.line for each in read.faults] == list(range(2, 402))
    assert read.faults[0].what == (
        "is one of 400 lines that together join 399 pairs which others keep apart, line 402 first"
    )


CONTENT = "verdict,a,b,title_a\nsame,s:a,s:b,Smörgåsbord\n"


@pytest.mark.parametrize(
    "content",
    [
        CONTENT.encode(),
        CONTENT.encode("utf-8-sig"),
        CONTENT.encode("utf-16"),
        CONTENT.encode("cp1252"),
        CONTENT.replace("\n", "\r\n").encode(),
        CONTENT.replace("\n", "\r").encode(),
        CONTENT.replace(",", ";").encode(),
        CONTENT.replace(",", "\t").encode(),
        ("sep=;\r\n" + CONTENT.replace(",", ";")).encode(),
        CONTENT.replace("same,s:a,s:b", '"same","s:a","s:b"').encode(),
        CONTENT.replace("verdict,a,b,title_a", " Verdict ,A,B,Title_A").encode(),
        CONTENT.replace("\n", ",,,\n").encode(),
        CONTENT.replace("\n", "\n\n,,,\n").encode(),
    ],
    ids=[
        *("plain", "mark", "utf-16", "windows-1252", "crlf", "cr", "semicolons", "tabs"),
        *("sep-line", "quoted", "heading-in-capitals", "empty-cells-behind", "empty-lines"),
    ],
)
def test_the_file_is_read_as_a_spreadsheet_saves_it(content):
    sheet = parse_sheet(content)
    assert sheet.faults == ()
    (row,) = sheet.rows
    cells = {name: row.cells[name] for name in ("verdict", "a", "b", "title_a")}
    assert cells == {"verdict": "same", "a": "s:a", "b": "s:b", "title_a": "Smörgåsbord"}


def test_columns_may_come_in_any_order_with_others_between_them():
    read = judge(parse_sheet(b"note,b,verdict,a\nsee mail,s:b,same,s:a\n"), Known())
    assert pairs(read.same) == [("s:a", "s:b")]


def test_columns_of_one_name_are_both_kept():
    assert parse_sheet(b"verdict,a,b,note,note,\n").columns == (
        *("verdict", "a", "b", "note", "note 2"),
        "-",
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the first line must name the columns verdict, a, b; it is ''"),
        (b"verdict,a\nsame,s:a\n", "the first line must name the columns verdict, a, b"),
        (b"same,s:a,s:b\n", "the first line must name the columns verdict, a, b"),
        (b'verdict,"a,b\n', "the first line must name the columns verdict, a, b"),
        (b"verdict,a,b,a\n", "the heading has the column 'a' twice"),
    ],
)
def test_a_file_without_the_columns_is_refused_as_a_whole(content, message):
    with pytest.raises(SheetRefused, match=message):
        parse_sheet(content)


def test_a_refusal_names_the_file(tmp_path):
    path = tmp_path / "decisions.csv"
    with pytest.raises(SheetRefused, match=r"cannot read .*decisions\.csv: No such file") as told:
        read_judgements(path, Known())
    _, _, alone = str(told.value).partition("nothing but the line ")
    path.write_text(alone.partition(" ")[0])
    assert read_judgements(path, Known()) == Judgements()
    path.write_bytes(b"a,b\n")
    with pytest.raises(SheetRefused, match=r"decisions\.csv: the first line must name"):
        read_judgements(path, Known())


def test_a_file_is_read_from_its_path(tmp_path):
    path = tmp_path / "decisions.csv"
    path.write_bytes(b"verdict,a,b\nsame,s:a,s:b\n")
    assert read_judgements(path, Known()) == judged("same,s:a,s:b")


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\t=1", "'\t=1"),
        ("\uff1d1", "'\uff1d1"),
        ("'=1", "''=1"),
        ("'quoted'", "'quoted'"),
        ("a=b", "a=b"),
    ],
)
def test_a_spreadsheet_runs_no_cell(cell, written):
    sheet = Sheet(columns=("verdict", "a", "b"), rows=(new_row({"a": cell}),))
    text = format_sheet(sheet)
    assert text == f"verdict,a,b\r\n,{written},\r\n"
    assert parse_sheet(text.encode()).rows[0].cells["a"] == cell


def test_a_line_break_in_a_cell_becomes_a_space():
    sheet = Sheet(rows=(new_row({"a": "s:a", "title_a": "two\r\nlines"}),))
    assert parse_sheet(format_sheet(sheet).encode()).rows[0].cells["title_a"] == "two lines"


_CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=12)
_TRICKY = st.text(st.sampled_from("'=+-@\t \"',;a\uff1d"), max_size=6)


@given(
    rows=st.lists(st.lists(_CELLS | _TRICKY, min_size=10, max_size=10), max_size=5),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_is_written_is_read_back(rows, delimiter, encoding):
    filled = [cells for cells in rows if any(cell.strip() for cell in cells)]
    sheet = Sheet(
        delimiter=delimiter,
        rows=tuple(
            Row(line=number, cells=dict(zip(COLUMNS, cells, strict=True)))
            for number, cells in enumerate(filled, start=2)
        ),
    )
    assert parse_sheet(format_sheet(sheet).encode(encoding)) == sheet


_NAMES = st.sampled_from(["s:a", "s:b", "s:c", "s:d", "t:e", "t:f", "both", "gone"])
_LINES = st.lists(
    st.tuples(st.sampled_from(["same", "same", "different", "skip", ""]), _NAMES, _NAMES),
    max_size=12,
).map(lambda rows: [",".join(row) for row in rows])
_KNOWN = {"t:e": (("t", "e"),), "t:f": (("t", "f"),), "both": (A, ("t", "e"))}


def _verdicts(read: Judgements) -> tuple[list[tuple[str, str]], ...]:
    return pairs(read.same), pairs(read.different), pairs(read.skipped)


@given(lines=_LINES, data=st.data())
def test_the_order_of_the_rows_makes_no_difference(lines, data):
    shuffled = data.draw(st.permutations(lines))
    one, other = judged(*lines, known=_KNOWN), judged(*shuffled, known=_KNOWN)
    assert _verdicts(one) == _verdicts(other)
    at_fault = sorted(lines[each.line - 2] for each in one.faults)
    assert at_fault == sorted(shuffled[each.line - 2] for each in other.faults)


@given(lines=_LINES)
def test_no_chain_of_joins_reaches_what_is_kept_apart(lines):
    read = judged(*lines, known=_KNOWN)
    group = {name: name for each in read.same for name in (each.one, each.other)}
    for each in read.same:
        kept, gone = group[each.one], group[each.other]
        group = {name: kept if root == gone else root for name, root in group.items()}
    for each in read.different:
        assert group.get(each.one, each.one) != group.get(each.other, each.other)


@given(lines=_LINES)
def test_every_line_is_obeyed_or_open_or_named(lines):
    read = judged(*lines, known=_KNOWN)
    at_fault = {each.line for each in read.faults}
    obeyed = {each.line for each in (*read.same, *read.different, *read.skipped)}
    assert not obeyed & at_fault
    unique = {line for line in lines if not line.startswith(",")}
    assert {lines[number - 2] for number in obeyed | at_fault} <= unique
    without_faults = [line for n, line in enumerate(lines, start=2) if n not in at_fault]
    assert _verdicts(judged(*without_faults, known=_KNOWN)) == _verdicts(read)
