"""`weft enrich` as a person and a program see it, and what is wrong with its tables."""

import json
import sqlite3
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from rich.console import Console

from graph.errors import CatalogueError, NoRelease
from tests.weft.enrich.conftest import enriched, pull
from tests.weft.enrich.oracle import Oracle
from tests.weft.remote.misbehaving import endpoint, ok
from weft.config import ConfigError, load
from weft.enrich.keep import enrich_path, open_keep
from weft.enrich.run import drop, run

TABLE = '[enrich.other]\nendpoint = "http://x/sparql"\nquery = "wikidata-doi"\n'


def run_quietly(config, names=("other",), **options):
    values: dict[str, Any] = {"sample": None, "refresh": False, "as_json": False}
    return run(config, names, Console(stderr=True), **{**values, **options})


def test_a_run_is_told_in_a_table(config, capsys):
    with endpoint(Oracle()) as (url, _):
        assert run_quietly(enriched(config, url), sample=5) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0].split() == [
        "enrichment", "identifiers", "due", "asked", "answered", "statements", "failed",
    ]  # fmt: skip
    assert "run `weft build`" in out


def test_a_program_is_told_everything(config, capsys):
    with endpoint(Oracle(most_rows=3)) as (url, _):
        assert run_quietly(enriched(config, url), sample=5, as_json=True) == 0
    (told,) = json.loads(capsys.readouterr().out)["enrichments"]
    assert (told["name"], told["asked"], told["failed"], told["stopped"]) == ("other", 5, [], None)
    assert told["graph"].endswith("/enriched/other")
    assert told["release"] == 1


def test_the_exit_status_is_1_when_a_part_failed_and_3_when_nothing_was_answered(config, capsys):
    oracle = Oracle(fault=lambda asked: ok(b"slow", status=413) if len(asked) == 1 else None)
    with endpoint(oracle) as (url, _):
        assert run_quietly(enriched(config, url, batch=1), sample=1) == 3
        assert "failed doi:" in capsys.readouterr().out
        oracle.fault = lambda asked: (
            ok(b"slow", status=413) if oracle.requests[0] == asked else None
        )
        oracle.requests.clear()
        assert run_quietly(enriched(config, url, batch=1), sample=3) == 1


def test_without_a_name_all_that_are_enabled_are_asked(config):
    with endpoint(Oracle()) as (url, asked):
        both = enriched(config, url)
        off = enriched(config, url, enabled=False).enrichments["other"]
        both = replace(both, enrichments={**both.enrichments, "off": off})
        assert run_quietly(both, (), sample=2) == 0
        assert len(asked) == 1
        with pytest.raises(ConfigError, match=r"no table \[enrich\.NAME\] is enabled"):
            run_quietly(replace(both, enrichments={"off": off}), ())


def test_a_name_that_is_not_configured_is_told_with_those_that_are(config):
    with pytest.raises(
        ConfigError, match=r"no table \[enrich\.wikidate\]; there is: wikidata-doi,"
    ):
        run_quietly(config, ("wikidate",))
    with pytest.raises(ConfigError, match="nothing was pulled for an enrichment 'wikidate'"):
        drop(config, ["wikidate"], as_json=False)


def test_a_query_file_that_cannot_be_used_is_told_with_its_table(config, tmp_path):
    (tmp_path / "plain.rq").write_text("SELECT * { ?s ?p ?o }")
    with pytest.raises(ConfigError, match=r"\[enrich\.other\]: .*plain\.rq does not begin with"):
        run_quietly(enriched(config, "http://x/"))


def test_without_a_release_nothing_is_asked(config, tmp_path):
    with pytest.raises(NoRelease):
        run_quietly(replace(enriched(config, "http://x/"), data=tmp_path / "empty"))


def test_a_damaged_file_is_named_and_stays(config):
    enrich_path(config.data).write_bytes(b"this is no database, and long enough to be one")
    with (
        pytest.raises(CatalogueError, match=r"cannot use .*enrich\.db"),
        open_keep(config.data),
    ):
        pass
    assert enrich_path(config.data).read_bytes().startswith(b"this is no")


def test_a_file_of_another_version_is_named(config):
    with sqlite3.connect(enrich_path(config.data)) as made:
        made.execute("PRAGMA user_version = 99")
    made.close()
    with (
        pytest.raises(CatalogueError, match=r"has layout 99, this version reads 1: move it away"),
        open_keep(config.data),
    ):
        pass


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (TABLE, r"\[enrich\.other\] \(line 1\) needs one of the keys schemes and through"),
        (TABLE + 'schemes = ["dio"]', r"unknown scheme 'dio' .*\(line 4\).* did you mean 'doi'"),
        (TABLE + 'through = "nothing"', r"unknown enrichment 'nothing' in \[enrich\.other\]"),
        (TABLE + 'schemes = ["doi"]\nthrough = "other"', "needs one of the keys"),
        (TABLE.replace("http://x/sparql", "x"), r"endpoint .*: expected the http or https address"),
        (TABLE + 'schemes = ["doi"]\nbatch = 0', r"batch in \[enrich\.other\] \(line 5\)"),
        (TABLE + 'schemes = ["doi"]\nbach = 5', "unknown key 'bach' .* did you mean 'batch'"),
        (TABLE.replace("other", "Other"), "name 'Other' in .enrich. .* is not allowed"),
    ],
)
def test_what_is_wrong_with_a_table_is_told_by_key_and_line(table, why, tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(ConfigError, match=why):
        load(path)


def test_statements_of_a_stub_are_asked_for_only_where_they_are_wanted(config):
    with endpoint(Oracle()) as (url, _):
        plain = enriched(config, url)
        more = enriched(config, url, stubs=True)
        assert pull(plain, sample=0).identifiers < pull(more, sample=0).identifiers


def test_a_process_that_is_killed_costs_the_batch_in_hand(config, demo, tmp_path):
    oracle, reached, go_on = Oracle(), Event(), Event()

    def hang(_):
        if len(oracle.requests) > 2:
            reached.set()
            go_on.wait(30)

    oracle.fault = hang
    with endpoint(oracle) as (url, _):
        (tmp_path / "config.toml").write_text(
            f'[enrich.other]\nendpoint = "{url}"\nquery = "plain.rq"\nschemes = ["doi"]\n'
            "batch = 10\nrequests_per_minute = 0\n",
            encoding="utf-8",
        )
        killed = replace(demo, config=tmp_path / "config.toml", data=config.data)
        with killed.process("enrich", "other") as process:
            assert reached.wait(60)
            process.kill()
        go_on.set()
        again = killed.json("enrich", "other", "--json")["enrichments"][0]
    assert again["identifiers"] - again["due"] == 20
    assert again["asked"] == again["due"]
