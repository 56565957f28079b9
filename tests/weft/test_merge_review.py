"""`weft merge review` and `weft merge check`: what is asked, kept, refused and told."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.console import Console

from graph.judgement import SheetRefused
from graph.work import Work
from tests.graph.builders import Town, link, new_town, work
from weft import merge_review
from weft.config import ConfigError
from weft.data_directory import NothingStaged

HEADING = "verdict,a,b,title_a,title_b,year,creators,sources,score,why"
TIDES = "The tides of the Severn"
BORES = "The bores of the Severn"


def titled(name: str, title: str, *own: str, links=()) -> Work:
    return replace(work(name, *own, title=title, links=links), year=2012)


@pytest.fixture
def town(tmp_path) -> Iterator[Town]:
    """Two pairs that could be one thing each, and one thing alone."""
    with new_town(tmp_path) as town:
        town.arrive(
            titled("a/1", TIDES),
            titled("b/1", TIDES.upper()),
            titled("a/2", BORES),
            titled("b/2", f"{BORES}: a history"),
            titled("c/1", "Something else entirely"),
        )
        town.build()
        yield town


def review(
    folder: Path, *, decisions: Path | None = None, output: Path | None = None, limit: int = 1000
) -> str:
    """What is told while the pairs are written."""
    told = io.StringIO()
    console = Console(file=told, width=60)
    assert merge_review.review(folder, decisions, output, limit, console) == 0
    return told.getvalue()


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def pairs_of(path: Path) -> list[tuple[str, str, str]]:
    return [(row["verdict"], row["a"], row["b"]) for row in rows_of(path)]


@pytest.mark.usefixtures("town")
def test_the_pairs_are_printed_as_csv(tmp_path, capsys):
    told = review(tmp_path)
    assert capsys.readouterr().out == (
        f"{HEADING}\r\n"
        ",a:1,b:1,The tides of the Severn,THE TIDES OF THE SEVERN,2012,Ada Lovelace,a | b,1.00,"
        '"same title, 1 of 1 names, same year"\r\n'
        ",a:2,b:2,The bores of the Severn,The bores of the Severn: a history,2012,Ada Lovelace,"
        'a | b,0.92,"same title but for a subtitle, 1 of 1 names, same year"\r\n'
    )
    assert told == "new pairs: 2; rows kept as they were: 0\n"


@pytest.mark.usefixtures("town")
def test_a_file_is_written_so_that_excel_reads_it(tmp_path):
    output = tmp_path / "review.csv"
    review(tmp_path, output=output)
    assert output.read_bytes().startswith(b"\xef\xbb\xbfverdict,a,b,")
    assert sorted(each.name for each in tmp_path.glob("review*")) == ["review.csv"]


@pytest.mark.usefixtures("town")
def test_what_is_judged_in_the_configured_file_is_not_asked_again(tmp_path):
    decisions, output = tmp_path / "decisions.csv", tmp_path / "review.csv"
    for verdict in ("same", "different", "skip", "SKIP"):
        decisions.write_text(f"verdict,a,b\n{verdict},b:1,a:1\n,a:2,b:2\n", encoding="utf-8")
        output.unlink(missing_ok=True)
        review(tmp_path, decisions=decisions, output=output)
        assert pairs_of(output) == [("", "a:2", "b:2")]


@pytest.mark.usefixtures("town")
def test_a_configured_file_that_is_not_there_yet_judges_nothing(tmp_path):
    output = tmp_path / "review.csv"
    review(tmp_path, decisions=tmp_path / "none.csv", output=output)
    assert len(rows_of(output)) == 2


def test_judged_rows_of_the_output_stay_and_new_pairs_come_behind(town, tmp_path):
    output = tmp_path / "review.csv"
    review(tmp_path, output=output)
    output.write_bytes(output.read_bytes().replace(b"\r\n,a:2", b"\r\ndifferent,a:2"))
    town.arrive(titled("d/1", TIDES))
    town.build()
    told = review(tmp_path, decisions=output, output=output)
    assert pairs_of(output) == [
        ("different", "a:2", "b:2"),
        ("", "a:1", "b:1"),
        ("", "a:1", "d:1"),
        ("", "b:1", "d:1"),
    ]
    assert told == "new pairs: 3; rows kept as they were: 1\n"


@pytest.mark.usefixtures("town")
def test_a_second_review_writes_the_same_file(tmp_path):
    output = tmp_path / "review.csv"
    review(tmp_path, output=output)
    before = output.read_bytes()
    review(tmp_path, output=output)
    assert output.read_bytes() == before


def test_an_open_row_whose_pair_is_one_by_now_goes(town, tmp_path):
    output = tmp_path / "review.csv"
    review(tmp_path, output=output)
    town.arrive(titled("a/1", TIDES, "doi:10.1000/x"), titled("b/1", TIDES, "doi:10.1000/x"))
    town.build()
    review(tmp_path, output=output)
    assert pairs_of(output) == [("", "a:2", "b:2")]


@pytest.mark.usefixtures("town")
def test_what_a_person_wrote_stays_even_where_it_is_no_verdict(tmp_path):
    output = tmp_path / "review.csv"
    output.write_text(
        "b;a;verdict;note\nb:1;a:1;sam;\nb:2;a:2;;ask Ada\nx:1;y:1;same;\n", encoding="utf-8"
    )
    review(tmp_path, output=output)
    assert output.read_text(encoding="utf-8-sig").splitlines() == [
        "b;a;verdict;note;title_a;title_b;year;creators;sources;score;why",
        "b:1;a:1;sam;;;;;;;;",
        "b:2;a:2;;ask Ada;;;;;;;",
        "x:1;y:1;same;;;;;;;;",
    ]


@pytest.mark.usefixtures("town")
def test_a_file_with_a_line_that_would_be_lost_is_not_written(tmp_path):
    output = tmp_path / "review.csv"
    output.write_text('verdict,a,b\nsame,"a:1,b:1\n', encoding="utf-8")
    with pytest.raises(SheetRefused, match=r"review\.csv, line 2 is not CSV: .*nothing was writ"):
        review(tmp_path, output=output)
    assert output.read_text(encoding="utf-8") == 'verdict,a,b\nsame,"a:1,b:1\n'


@pytest.mark.usefixtures("town")
def test_a_file_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(SheetRefused, match=r"cannot write .*review\.csv: No such file"):
        review(tmp_path, output=tmp_path / "nowhere" / "review.csv")


@pytest.mark.usefixtures("town")
def test_the_limit_counts_new_rows_and_the_rest_is_told(tmp_path):
    output = tmp_path / "review.csv"
    told = review(tmp_path, output=output, limit=1)
    assert pairs_of(output) == [("", "a:1", "b:1")]
    assert told == (
        "new pairs: 1; left for the next time: 1 (see --limit); rows kept as they were: 0\n"
    )


def test_what_is_claimed_to_be_identical_comes_first(town, tmp_path):
    output = tmp_path / "review.csv"
    town.arrive(titled("c/1", "Something", links=[link("IsIdenticalTo", "oai:b:2")]))
    town.arrive(titled("d/1", "Another thing", links=[link("Cites", "oai:b:2")]))
    town.build()
    review(tmp_path, output=output)
    assert pairs_of(output) == [("", "b:2", "c:1"), ("", "a:1", "b:1"), ("", "a:2", "b:2")]


def test_a_missing_year_or_name_of_one_side_is_marked(town, tmp_path):
    output = tmp_path / "review.csv"
    town.arrive(replace(titled("b/1", TIDES), year=None, creators=()))
    town.arrive(titled("a/1", TIDES, links=[link("IsIdenticalTo", "oai:b:1")]))
    town.build()
    review(tmp_path, output=output)
    row = rows_of(output)[0]
    assert (row["year"], row["creators"]) == ("2012 | ?", "Ada Lovelace | ?")


def test_titles_that_are_too_common_are_told_a_few_by_name(town, tmp_path):
    for letter in "mnopqrs":
        town.arrive(*(titled(f"e/{letter}{n}", f"{letter} bulletin of tides") for n in range(4)))
    town.build()
    told = review(tmp_path, output=tmp_path / "review.csv").splitlines()
    assert told[1] == (
        "not compared: 'm bulletin of tides' is the title of 4 entities, too many to be one thing"
    )
    assert len(told) == 7
    assert told[6] == "not compared: 2 further titles of that sort"


def test_a_formula_in_a_title_is_written_as_text(town, tmp_path):
    output = tmp_path / "review.csv"
    title = '=HYPERLINK("http://evil.test/"; "The tides")'
    town.arrive(titled("a/1", title), titled("b/1", title))
    town.build()
    review(tmp_path, output=output)
    assert rows_of(output)[0]["title_a"] == "'" + title


def test_before_any_build_there_is_nothing_to_review(tmp_path):
    with pytest.raises(NothingStaged, match="run `weft build` first"):
        review(tmp_path)
    assert list(tmp_path.iterdir()) == []


def check(folder: Path, decisions: Path | None, *, as_json: bool = False) -> int:
    return merge_review.check(folder, decisions, as_json=as_json)


@pytest.mark.usefixtures("town")
def test_a_file_without_faults_is_counted(tmp_path, capsys):
    decisions = tmp_path / "decisions.csv"
    decisions.write_text("verdict,a,b\nsame,a:1,b:1\nskip,a:2,b:2\n,a:1,c:1\n", encoding="utf-8")
    assert check(tmp_path, decisions) == 0
    assert capsys.readouterr().out == (
        f"{decisions}: 1 same, 0 different, 1 skip, 1 open; 0 lines at fault\n"
    )


FAULTY = "verdict,a,b\nsame,a:1,b:1\ndifferent,a:1,b:1\nsame,a:2,z:9\nsame,a:2,b:2\n"


@pytest.mark.usefixtures("town")
def test_faults_are_told_with_their_lines(tmp_path, capsys):
    decisions = tmp_path / "decisions.csv"
    decisions.write_text(FAULTY, encoding="utf-8")
    assert check(tmp_path, decisions) == 1
    assert capsys.readouterr().out.splitlines() == [
        (
            f"{decisions}, line 2: it contradicts line 3, which keeps a:1 and b:1 apart; change"
            " this line or line 3; until then the records stay apart"
        ),
        (
            f"{decisions}, line 4: b: no live record is known as 'z:9'; write"
            " SOURCE:OAI-IDENTIFIER, an identifier such as doi:10.1/x, or an entity's key; delete"
            " the line if the record is gone"
        ),
        f"{decisions}: 1 same, 1 different, 0 skip, 0 open; 2 lines at fault",
    ]


@pytest.mark.usefixtures("town")
def test_faults_are_told_as_json(tmp_path, capsys):
    decisions = tmp_path / "decisions.csv"
    decisions.write_text("verdict,a,b\nsam,a:1,b:1\n", encoding="utf-8")
    assert check(tmp_path, decisions, as_json=True) == 1
    assert json.loads(capsys.readouterr().out) == {
        "file": str(decisions),
        "same": 0,
        "different": 0,
        "skip": 0,
        "open": 0,
        "faults": [
            {
                "line": 2,
                "what": "unknown verdict 'sam'",
                "todo": "write one of same, different, skip, or nothing",
            }
        ],
    }


@pytest.mark.usefixtures("town")
def test_without_a_configured_file_there_is_nothing_to_check(tmp_path):
    with pytest.raises(ConfigError, match=r"\[merge\] decisions"):
        check(tmp_path, None)


@pytest.mark.usefixtures("town")
def test_a_configured_file_that_is_not_there_cannot_be_checked(tmp_path):
    with pytest.raises(SheetRefused, match=r"cannot read .*none\.csv"):
        check(tmp_path, tmp_path / "none.csv")


@pytest.mark.usefixtures("town")
def test_what_is_written_and_judged_is_obeyed_line_by_line(tmp_path, capsys):
    """The file that review writes is the file that a build reads."""
    output = tmp_path / "review.csv"
    review(tmp_path, output=output)
    output.write_bytes(output.read_bytes().replace(b"\r\n,a:", b"\r\nsame,a:"))
    assert check(tmp_path, output) == 0
    assert "2 same, 0 different, 0 skip, 0 open" in capsys.readouterr().out
