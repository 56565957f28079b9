"""The command line: arguments, and the exit status of what goes wrong."""

import logging

import click
import pytest
from click.testing import CliRunner

from tests.weft.conftest import Installation
from weft.cli import DONE, IN_PART, NOTHING_DONE, WRONG_USAGE, weft

READING = {"sources", "status", "search", "sparql", "records"}


def run(*arguments: str):
    return CliRunner().invoke(weft, arguments, prog_name="weft")


def test_exit_statuses_are_those_of_the_documentation():
    assert (DONE, IN_PART, WRONG_USAGE, NOTHING_DONE) == (0, 1, 2, 3)


def test_help_lists_every_command_with_what_it_does():
    shown = run("--help").stdout
    for name, command in weft.commands.items():
        [line] = [line for line in shown.splitlines() if line.startswith(f"  {name} ")]
        told = line.removeprefix(f"  {name}").strip().removesuffix("...")
        assert told
        assert command.get_short_help_str(200).startswith(told)


@pytest.mark.parametrize("name", sorted(weft.commands))
def test_each_command_explains_itself(name):
    result = run(name, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: weft {name} ")
    assert "--data" in result.stdout


@pytest.mark.parametrize("name", sorted(READING))
def test_each_reading_command_takes_json(name):
    options = {option for each in weft.commands[name].params for option in each.opts}
    assert "--json" in options


def test_the_version_is_told():
    assert run("--version").stdout.startswith("weft, version ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("status", "--nonsense"),
        ("search",),
        ("harvest", "--sample", "0"),
        ("serve", "--port", "65536"),
        ("sparql", "--format", "pdf", "ASK {}"),
        ("replay", "/no/such/folder"),
    ],
)
def test_wrong_usage_makes_2(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage: weft" in result.stderr


@pytest.mark.parametrize("command", ["harvest", "update", "records"])
def test_a_source_that_is_not_configured_makes_2_and_names_those_that_are(sample, command):
    result = sample.run(command, "zenodoo")
    assert result.exit_code == 2
    assert "no source 'zenodoo'" in result.stderr
    assert "cernopendata, hepdata, oapen, zenodo" in result.stderr
    assert not sample.data.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("harvest",),
        ("build",),
        ("update",),
        ("serve",),
        ("sources",),
        ("status", "--json"),
        ("records",),
        ("search", "x"),
        ("sparql", "ASK {}"),
    ],
)
def test_a_wrong_key_makes_2_whatever_is_asked(tmp_path, arguments):
    config = tmp_path / "config.toml"
    config.write_text("[weft]\nkep = 3\n")
    result = Installation(config=config, data=tmp_path / "data").run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"weft: {config}: unknown key 'kep' in [weft] (line 2); ")
    assert "did you mean 'keep'?" in result.stderr


def test_nothing_to_harvest_makes_2(tmp_path):
    config = tmp_path / "config.toml"
    config.write_text("")
    result = Installation(config=config, data=tmp_path / "data").run("harvest")
    assert result.exit_code == 2
    assert "add a table [sources.NAME]" in result.stderr


@pytest.mark.parametrize(
    "arguments", [("search", "higgs"), ("sparql", "ASK {}"), ("serve", "--port", "0")]
)
def test_a_question_without_a_release_makes_3_and_says_how_to_make_one(sample, arguments):
    result = sample.run(*arguments)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "run `weft build`" in result.stderr


def test_a_build_with_nothing_staged_makes_3_and_says_how_to_stage(sample):
    result = sample.run("build")
    assert result.exit_code == 3
    assert "run `weft harvest` first" in result.stderr
    assert not sample.data.exists()


def test_a_damaged_release_makes_3_and_is_named(tmp_path):
    release = tmp_path / "data" / "releases" / "current"
    release.mkdir(parents=True)
    (release / "release.json").write_text("{")
    config = tmp_path / "config.toml"
    config.write_text("")
    result = Installation(config=config, data=tmp_path / "data").run("status")
    assert result.exit_code == 3
    assert "release.json cannot be read" in result.stderr


def test_a_stage_of_something_else_makes_3_and_is_named(sample):
    sample.data.mkdir()
    (sample.data / "stage.db").write_bytes(b"no database at all, but long enough to be read" * 50)
    result = sample.run("status")
    assert result.exit_code == 3
    assert str(sample.data / "stage.db") in result.stderr


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ('"higgs', "(line 1, column 1)"),
        ("higgs AND colour:red", "(line 1, column 11)"),
    ],
)
def test_a_search_that_does_not_parse_makes_2_with_the_position(demo, query, place):
    result = demo.run("search", query)
    assert result.exit_code == 2
    assert result.stderr.startswith("weft: cannot read the query: ")
    assert result.stderr.strip().endswith(place)


def test_a_sparql_query_that_does_not_parse_makes_2_with_the_position(demo):
    result = demo.run("sparql", "SELECT ?s {\n ?s ?p }")
    assert result.exit_code == 2
    assert "(line 2, column " in result.stderr


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "read-only"),
        ("DROP ALL", "read-only"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "is not allowed here"),
    ],
)
def test_a_sparql_query_that_is_never_run_makes_2(demo, query, reason):
    result = demo.run("sparql", query)
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr


def test_a_result_in_a_format_that_cannot_hold_it_makes_2(demo):
    result = demo.run("sparql", "--format", "turtle", "SELECT * { ?s ?p ?o } LIMIT 1")
    assert result.exit_code == 2
    assert "Turtle cannot hold" in result.stderr


def test_data_may_stand_before_or_after_the_command(demo, tmp_path):
    config = ["--config", str(demo.config)]
    before = run(*config, "--data", str(demo.data), "status", "--json")
    after = run(*config, "status", "--json", "--data", str(demo.data))
    assert before.stdout == after.stdout
    nearer = run(*config, "--data", str(tmp_path), "status", "--json", "--data", str(demo.data))
    assert nearer.stdout == before.stdout


def test_a_message_is_one_line_whatever_it_holds(tmp_path):
    """No markup, no wrapping: programs read it."""
    config = tmp_path / ("[bold]" + "x" * 150 + ".toml")
    result = Installation(config=config, data=tmp_path).run("status")
    assert result.exit_code == 2
    assert result.stderr == f"weft: cannot read {config}: No such file or directory\n"


def test_verbose_tells_events_on_standard_error(monkeypatch):
    told = {}
    monkeypatch.setattr(logging, "basicConfig", lambda **settings: told.update(settings))
    for flags, level in (((), 30), (("-v",), 20), (("-vv",), 10), (("-vvvv",), 10)):
        run(*flags, "sources", "--help")
        run(*flags, "status", "--nonsense")
        assert told["level"] == level


def test_every_command_is_one_that_click_runs():
    assert all(isinstance(command, click.Command) for command in weft.commands.values())
