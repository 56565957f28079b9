"""What `weft coverage` prints and writes."""

import csv
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from graph.errors import NoRelease
from graph.release import open_release
from search.coverage.comparison import Comparison
from search.coverage.conditions import Conditions
from search.coverage.measure import measure
from search.coverage.report import Report
from tests.weft.conftest import Installation
from weft import coverage
from weft.config import Config, ConfigError, load
from weft.coverage import Outputs


@pytest.fixture(scope="module")
def config(demo: Installation) -> Config:
    return load(demo.config, data=demo.data)


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_tables_tell_numerator_and_denominator(config, capsys):
    coverage.show(config, Conditions(), Outputs())
    said = capsys.readouterr().out
    info = open_release(config.data).info
    assert f"release 1 of {info.created_at}: {info.entities} entities" in said
    assert f"{info.merged_entities} merged entities, {info.stubs} stubs" in said
    (line,) = [line for line in said.splitlines() if line.startswith("data-with-papers")]
    _, linked, of, share, unit, *_ = line.split()
    assert share == f"{100 * int(linked) / int(of):.1f}"
    assert unit == "%"
    assert "Absence here is not evidence of absence" in said
    assert "unknown" in said


def test_the_json_is_the_report_whole(config, capsys):
    coverage.show(config, Conditions(), Outputs(as_json=True))
    said = capsys.readouterr().out
    report = msgspec.json.decode(said, type=Report)
    assert report == coverage.count(config, report.selection, None)
    info = open_release(config.data).info
    assert report.totals.entities == info.entities
    assert report.totals.records == info.records
    assert {row.kind: row.entities for row in report.totals.by_kind} == info.by_kind
    assert {row.source: row.records for row in report.totals.by_source} == info.by_source


def test_options_are_the_selection(config, capsys):
    conditions = Conditions(
        source=("zenodo",),
        kind=("dataset", "software"),
        year=("2010-", "unknown"),
        licence=("-",),
        relation=("IsSupplementTo",),
        each=True,
    )
    coverage.show(config, conditions, Outputs(as_json=True))
    selection = json.loads(capsys.readouterr().out)["selection"]
    assert selection["sources"] == ["zenodo"]
    assert selection["years"] == [
        {"since": 2010, "until": None},
        {"since": None, "until": None},
    ]
    assert selection["licences"] == [""]
    assert selection["rolled_up"] is False


def test_each_figure_is_a_csv_file(config, capsys, tmp_path):
    folder = tmp_path / "a" / "b"
    coverage.show(config, Conditions(), Outputs(csv=folder))
    assert capsys.readouterr().out == ""
    report = coverage.count(config, Conditions().selection(), None)
    names = {path.stem for path in folder.iterdir()}
    assert names >= {
        *("totals", "growth", "identifiers", "licences", "access", "languages", "subjects"),
        *("publishers", "overlap", "completeness", "links"),
    }
    head, *rows = _rows(folder / "overlap.csv")
    assert len(head) == 2
    assert sorted(int(n) for *_, n in rows) == sorted(each.n for each in report.overlap)
    _, *rows = _rows(folder / "links.csv")
    assert [int(row[1]) for row in rows] == [each.numerator for each in report.link_coverage]
    assert [row[-1] for row in rows] == [
        "" if each.share is None else repr(each.share) for each in report.link_coverage
    ]


def test_no_cell_is_run_by_a_spreadsheet(config, tmp_path, monkeypatch):
    formulas = ("=1+1", "+1", "-1", "@x", "\t=1", "\r=1")

    def measured(*arguments: Any) -> Report:
        report = measure(*arguments)
        first = report.publishers.rows[0]
        rows = tuple(msgspec.structs.replace(first, value=text) for text in formulas)
        return msgspec.structs.replace(
            report, publishers=msgspec.structs.replace(report.publishers, rows=rows)
        )

    monkeypatch.setattr("weft.coverage.measure", measured)
    coverage.show(config, Conditions(), Outputs(csv=tmp_path))
    _, *rows = _rows(tmp_path / "publishers.csv")
    assert len(rows) == len(formulas)
    assert {row[0][0] for row in rows} == {"'"}


def test_control_characters_of_records_do_not_reach_the_terminal(config, capsys, monkeypatch):
    def measured(*arguments: Any) -> Report:
        report = measure(*arguments)
        first = msgspec.structs.replace(report.publishers.rows[0], value="\x1b[31mred\x07")
        return msgspec.structs.replace(
            report, publishers=msgspec.structs.replace(report.publishers, rows=(first,))
        )

    monkeypatch.setattr("weft.coverage.measure", measured)
    coverage.show(config, Conditions(), Outputs())
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "[31mred" in said


def test_the_page_is_one_file(config, tmp_path, capsys):
    page = tmp_path / "coverage.html"
    coverage.show(config, Conditions(kind=("dataset",)), Outputs(html=page, as_json=True))
    assert page.read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")
    assert json.loads(capsys.readouterr().out)["selection"]["kinds"] == ["dataset"]


def test_a_release_against_itself_gained_and_lost_nothing(config, capsys, tmp_path):
    coverage.show(config, Conditions(), Outputs(), against=1)
    said = capsys.readouterr().out
    assert "release 1 of" in said
    assert "nothing lost" in said
    assert "nothing gained" in said
    coverage.show(config, Conditions(), Outputs(as_json=True, csv=tmp_path), number=1, against=1)
    found = msgspec.json.decode(capsys.readouterr().out, type=Comparison)
    assert (found.old_release, found.new_release, found.gained, found.lost) == (1, 1, (), ())
    assert _rows(tmp_path / "comparison.csv") == [
        ["figure", "of", "old", "old of", "new", "new of", "difference"]
    ]


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        (Conditions(kind=("data",)), "no kind 'data'"),
        (Conditions(year=("2015-2010",)), "the earlier year first"),
        (Conditions(relation=("links",)), "no link type 'links'"),
        (Conditions(source=tuple(map(str, range(101)))), "at most 100 values"),
    ],
)
def test_a_condition_that_cannot_be_meant_is_told(config, conditions, message):
    with pytest.raises(ConfigError, match=message):
        coverage.show(config, conditions, Outputs())


def test_a_place_that_cannot_be_written_is_told(config, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot write"):
        coverage.show(config, Conditions(), Outputs(csv=tmp_path / "file"))
    with pytest.raises(ConfigError, match="cannot write"):
        coverage.show(config, Conditions(), Outputs(html=tmp_path / "no" / "such" / "x.html"))


def test_a_page_shows_one_release(config, tmp_path):
    with pytest.raises(ConfigError, match="leave out --against"):
        coverage.show(config, Conditions(), Outputs(html=tmp_path / "x.html"), against=1)


def test_a_release_that_is_not_there_is_told(config):
    with pytest.raises(NoRelease, match="no release 99"):
        coverage.show(config, Conditions(), Outputs(), number=99)
