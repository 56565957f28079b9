"""`weft crosswalk report`: the report of a stage, for people and as JSON."""

import io
import json

import pytest
from rich.console import Console

from graph.crosswalk.paths.table import Fate
from graph.crosswalk.report import DialectReport, MappingReport, PathCount
from weft import crosswalk_report
from weft.config import ConfigError, load
from weft.data_directory import NothingStaged


def test_no_path_of_the_sample_is_unknown(demo, capsys):
    crosswalk_report.show(load(demo.config, data=demo.data), None, as_json=True)
    report = json.loads(capsys.readouterr().out)
    assert report["unknown"] == 0
    assert {name: dialect["records"] for name, dialect in report["dialects"].items()} == {
        "datacite": 128,
        "xoai": 13,
    }
    assert report["refused"] == {"deleted": 1}


def test_one_source_alone_is_reported(demo, capsys):
    crosswalk_report.show(load(demo.config, data=demo.data), "oapen", as_json=True)
    report = json.loads(capsys.readouterr().out)
    assert list(report["dialects"]) == ["xoai"]
    fates = {
        path["path"]: (path["fate"], path["reason"]) for path in report["dialects"]["xoai"]["paths"]
    }
    assert fates["dc.title.none.value"] == ("mapped", "")
    assert fates["others.lastModifyDate"] == ("ignored", "bookkeeping of the repository")


def test_for_people_the_unknown_paths_come_first():
    paths = (
        PathCount(path="creator", count=2, fate=Fate.MAPPED),
        PathCount(path="format", count=3, fate=Fate.IGNORED, reason="extent"),
        PathCount(path="tide[x]", count=1, fate=Fate.UNKNOWN),
    )
    report = MappingReport(
        dialects={"oai_dc": DialectReport(records=2, paths=paths)},
        refused={"not-xml": 4},
        unknown=1,
    )
    out = io.StringIO()
    crosswalk_report.print_report(report, Console(file=out, width=100, markup=False))
    assert [line.split() for line in out.getvalue().splitlines()] == [
        ["oai_dc:", "2", "records"],
        ["path", "seen", "fate", "reason"],
        ["tide[x]", "1", "unknown"],
        ["creator", "2", "mapped"],
        ["format", "3", "ignored", "extent"],
        ["not", "read:", "4", "records,", "not-xml"],
        ["unknown", "paths:", "1"],
    ]


def test_a_source_that_is_not_configured_is_refused(demo):
    with pytest.raises(ConfigError, match="no source 'tide'"):
        crosswalk_report.show(load(demo.config, data=demo.data), "tide", as_json=False)


def test_before_any_harvest_there_is_nothing_to_report(demo, tmp_path):
    with pytest.raises(NothingStaged):
        crosswalk_report.show(load(demo.config, data=tmp_path), None, as_json=False)
