"""Asking repositories what they offer: check, plan and add, over loopback."""

import json
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from harvester.client import Client, open_client
from harvester.record import Repository
from harvester.survey.found import Survey
from tests.harvester.described import described, formats
from tests.harvester.fake_repository import FakeRepository, error, record_xml
from weft import add_source, sources
from weft.config import ConfigError, load
from weft.source_block import block, clean_url, name_for, toml_string

DEAD = "http://127.0.0.1:9/oai"
"""The discard port of the loopback: nobody listens there."""
HOSTILE = 'Evil"]\n[weft]\ndata = "/etc" # \\ \x9b31m'


def config_of(installation):
    return load(installation.config, data=installation.data)


def add(path: Path, url: str, *, name: str = "", set_spec: str = "") -> int:
    """Add a source without the waits of politeness and retries."""

    async def go_on(_seconds: float) -> None:
        pass

    @asynccontextmanager
    async def impatient(*, contact: str) -> AsyncIterator[Client]:
        async with open_client(contact=contact) as client:
            yield replace(client, clock=replace(client.clock, sleep=go_on))

    return add_source.add(path, url, name=name, set_spec=set_spec, opening=impatient)


def add_block(installation, text: str) -> None:
    with installation.config.open("a", encoding="utf-8") as file:
        file.write(text)


# list


def test_the_list_has_a_row_for_every_source(sample, capsys):
    add_block(
        sample, '[sources.off]\nurl = "http://off.example/"\nset = ["a", "b"]\nenabled = false\n'
    )
    sources.print_list(config_of(sample), as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert "a, b" in lines[-1]
    assert "not enabled" in lines[-1]


@pytest.mark.parametrize(
    ("limits", "pace"),
    [
        ("", "60 a minute"),
        ("requests_per_minute = 0", "no limit"),
        ("crawl_delay_s = 10", "one in 10 s"),
        ("crawl_delay_s = 1\nrequests_per_minute = 6", "6 a minute"),
    ],
)
def test_the_list_tells_the_limit_that_counts(tmp_path, capsys, limits, pace):
    path = tmp_path / "config.toml"
    path.write_text(f'[sources.a]\nurl = "http://a.example/"\n{limits}\n', encoding="utf-8")
    sources.print_list(load(path), as_json=False)
    assert pace in capsys.readouterr().out


def test_the_list_as_json_is_the_configuration(sample, capsys):
    sources.print_list(config_of(sample), as_json=True)
    assert set(json.loads(capsys.readouterr().out)) == {
        "cernopendata",
        "hepdata",
        "oapen",
        "zenodo",
    }


# check


def test_checking_the_sample_finds_its_records_and_harvests_nothing(sample, capsys):
    assert sources.check(config_of(sample), (), as_json=True) == 0
    told = json.loads(capsys.readouterr().out)["sources"]
    assert {name: source["survey"]["problems"] for name, source in told.items()} == {
        "cernopendata": [],
        "hepdata": [],
        "oapen": [],
        "zenodo": [],
    }
    assert told["hepdata"]["survey"]["announced"] == 25
    assert told["hepdata"]["survey"]["page_size"] == 20
    assert told["hepdata"]["estimate"]["requests"] == 3
    assert not sample.data.exists()


def test_a_check_for_people_names_what_was_found(sample, capsys):
    assert sources.check(config_of(sample), ("hepdata",), as_json=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("hepdata: ")
    assert any(line.startswith("  oai_datacite: 25 records, 20 a page in ") for line in lines)
    assert "  whole harvest: about 3 requests, less than a minute" in lines


def test_a_prefix_that_is_not_offered_makes_1_and_is_told(sample, capsys):
    text = sample.config.read_text(encoding="utf-8").replace('"xoai"', '"mods"')
    sample.config.write_text(text, encoding="utf-8")
    assert sources.check(config_of(sample), (), as_json=False) == 1
    assert "  problem: the prefix mods is not offered; offered: " in capsys.readouterr().out


def test_one_dead_source_makes_1(sample, capsys):
    add_block(sample, f'[sources.dead]\nurl = "{DEAD}"\nretries = 0\nrequests_per_minute = 0\n')
    assert sources.check(config_of(sample), ("dead", "zenodo"), as_json=False) == 1
    told = capsys.readouterr().out
    assert "  problem: Identify failed: " in told
    assert "zenodo: " in told


def test_no_answer_from_anyone_makes_3(sample, capsys):
    add_block(sample, f'[sources.dead]\nurl = "{DEAD}"\nretries = 0\nrequests_per_minute = 0\n')
    assert sources.check(config_of(sample), ("dead",), as_json=False) == 3
    assert "whole harvest" not in capsys.readouterr().out


def test_an_unknown_name_is_refused(sample):
    with pytest.raises(ConfigError, match="no source 'nobody'"):
        sources.check(config_of(sample), ("nobody",), as_json=False)


def test_records_that_no_crosswalk_reads_are_a_problem(serving, capsys):
    with serving(fake=FakeRepository([record_xml(1)])) as installation:
        assert sources.check(config_of(installation), (), as_json=False) == 1
    told = capsys.readouterr().out
    assert "  problem: Weft does not read oai_datacite: its records are <title>" in told


# plan


def test_a_plan_before_the_first_harvest_is_everything(sample, capsys):
    assert sources.print_plan(config_of(sample), ("hepdata",), as_json=False) == 0
    assert capsys.readouterr().out == (
        "hepdata: everything: 25 records, about 3 requests, less than a minute\n"
    )
    assert not sample.data.exists()


def test_a_plan_after_a_complete_harvest_asks_for_changes_only(sample):
    config = config_of(sample)
    done = sources.Staged(covered_until="2099-01-01T00:00:00Z", is_complete=True, n_records=25)
    [planned] = sources.plan(config, ("hepdata",), {"hepdata": done}).values()
    assert planned.kind == "changes"
    assert planned.survey.from_ == "2098-12-31T23:59:59Z"
    assert (planned.survey.announced, planned.survey.problems) == (0, ())
    assert planned.estimate is not None
    assert planned.estimate.requests == 2


def test_a_plan_after_an_unfinished_harvest_counts_what_is_left(sample):
    part = sources.Staged(covered_until="2026-01-01T00:00:00Z", is_complete=False, n_records=20)
    [planned] = sources.plan(config_of(sample), ("hepdata",), {"hepdata": part}).values()
    assert (planned.kind, planned.survey.announced) == ("rest", 25)
    assert planned.estimate is not None
    assert planned.estimate.requests == 2


def test_a_plan_as_json_says_of_what_kind_it_is(sample, capsys):
    assert sources.print_plan(config_of(sample), ("zenodo",), as_json=True) == 0
    [planned] = json.loads(capsys.readouterr().out)["sources"].values()
    assert planned["kind"] == "everything"
    assert planned["estimate"]["requests"] > 1


def test_a_missing_stage_has_nothing(tmp_path):
    assert sources.read_staged(tmp_path) == {}
    assert list(tmp_path.iterdir()) == []


# add


def test_an_added_source_loads_with_the_best_prefix_and_the_rest_is_untouched(
    tmp_path, sample_urls, capsys
):
    path = tmp_path / "config.toml"
    before = '# mine\n[weft]\nkeep = 3\n\n[sources.a]\nurl = "http://a.example/oai"  # kept'
    path.write_text(before, encoding="utf-8")
    assert add(path, sample_urls["hepdata"] + "?verb=Identify", name="mine") == 0
    after = path.read_text(encoding="utf-8")
    assert after.startswith(before + "\n\n# ")
    added = load(path).sources["mine"]
    assert (added.url, added.prefix) == (sample_urls["hepdata"], "oai_datacite")
    assert added.requests_per_minute == 30
    assert "# 25 records announced, 20 a page\n" in after
    assert "deletions: " in after
    assert "Next:  weft harvest mine --sample 100" in capsys.readouterr().out


def test_xoai_is_chosen_where_there_is_nothing_better(tmp_path, sample_urls):
    path = tmp_path / "config.toml"
    path.write_text("")
    add(path, sample_urls["oapen"])
    [(name, added)] = load(path).sources.items()
    assert (name, added.prefix) == ("127-0-0-1", "xoai")


def test_a_set_is_kept(tmp_path, sample_urls):
    path = tmp_path / "config.toml"
    path.write_text("")
    add(path, sample_urls["hepdata"], name="part", set_spec="not there")
    assert load(path).sources["part"].set_specs == ("not there",)
    assert "# to know: " in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "set_spec", "message"),
    [
        ("zenodo", "", "there is a source 'zenodo' already; choose another with --name"),
        ("more", "", "asks http.* already; --set adds another part of it"),
        ("No Name", "x", "'No Name' cannot be a source's name"),
        ("a]\n[weft", "x", r"'a\] \[weft' cannot be a source's name"),
    ],
)
def test_what_is_there_already_is_refused_and_nothing_written(sample, name, set_spec, message):
    url = load(sample.config).sources["zenodo"].url
    before = sample.config.read_bytes()
    with pytest.raises(ConfigError, match=message):
        add(sample.config, url, name=name, set_spec=set_spec)
    assert sample.config.read_bytes() == before


def test_another_set_of_a_known_address_may_be_added(sample):
    url = load(sample.config).sources["zenodo"].url
    assert add(sample.config, url, name="more", set_spec="x") == 0


def test_a_source_that_does_not_answer_is_not_added(tmp_path, capsys):
    path = tmp_path / "config.toml"
    path.write_text("")
    assert add(path, DEAD) == 3
    assert path.read_bytes() == b""
    assert capsys.readouterr().err.startswith(f"not added: {DEAD}\n  Identify failed: ")


def test_a_source_without_a_readable_format_is_not_added(tmp_path, serving, capsys):
    fake = described(ListMetadataFormats=[formats("mods")])
    with serving(fake=fake) as installation:
        url = load(installation.config).sources["fake"].url
        path = tmp_path / "other.toml"
        path.write_text("")
        assert add(path, url) == 3
    assert path.read_bytes() == b""
    assert "is offered; offered: mods" in capsys.readouterr().err


def test_the_file_of_an_installed_package_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    path.write_text("")
    monkeypatch.setattr(add_source, "_INSTALLED", path.resolve())
    with pytest.raises(ConfigError, match=r"copy it to \./config\.toml first"):
        add(path, DEAD)


def test_a_file_to_which_no_table_can_be_added_is_left_as_it_is(tmp_path, sample_urls):
    path = tmp_path / "config.toml"
    text = 'sources = { a = { url = "http://a.example/" } }\n'
    path.write_text(text)
    with pytest.raises(ConfigError, match="cannot add a block: "):
        add(path, sample_urls["hepdata"], name="b")
    assert path.read_text() == text


def test_what_a_hostile_repository_says_stays_a_comment_and_a_title(tmp_path):
    survey = Survey(
        url="http://r.example/oai",
        prefix="oai_dc",
        has_answered=True,
        name=HOSTILE,
        earliest_datestamp='\n[weft]\ndata = "/etc"',
        deleted_record="no\r\n[serve]",
        problems=("bad\n[sparql]\nworkers = 99",),
    )
    path = tmp_path / "config.toml"
    path.write_text(block("a", survey, 'x"\n[serve]\nport = 1'), encoding="utf-8")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    assert list(tables) == ["sources"]
    assert load(path).sources == {
        "a": Repository(
            url="http://r.example/oai",
            prefix="oai_dc",
            title=HOSTILE,
            set='x"\n[serve]\nport = 1',
            requests_per_minute=30,
        )
    }


@pytest.mark.parametrize(
    "text",
    ["", "plain", HOSTILE, "\x00\x1f\x7f\x85\u2028\U000e0001", "Zürich \U0001d6fc", "\\u0041 \\"],
)
def test_any_text_survives_as_a_toml_string(text):
    written = toml_string(text)
    assert written.isprintable()
    assert tomllib.loads(f"v = {written}") == {"v": text}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://zenodo.org/oai2d", "https://zenodo.org/oai2d"),
        (" https://zenodo.org/oai2d?verb=ListSets ", "https://zenodo.org/oai2d"),
        ("http://[::1]:8080/oai#top", "http://[::1]:8080/oai"),
        ("https://r.example/oai.php?site=2", "https://r.example/oai.php?site=2"),
    ],
)
def test_an_address_loses_what_a_base_url_does_not_have(url, expected):
    assert clean_url(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "zenodo.org/oai2d",
        "ftp://zenodo.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http:///oai",
        "http://r.example:0/",
        "http://r.example:70000/",
        "http://[::1/",
        "http://me:secret@r.example/oai",
        "http://r.example/a b",
        'http://r.example/"\n[weft]',
        "http://r.example/\x00",
        "http://r.example/\\",
        "http://bücher.example/",
    ],
)
def test_what_is_no_plain_web_address_is_refused(url):
    with pytest.raises(ConfigError) as caught:
        clean_url(url)
    assert str(caught.value).isprintable()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://zenodo.org/oai2d", "zenodo"),
        ("https://oai.datacite.org/oai", "datacite"),
        ("https://www.research.example.ac.uk/oai", "research-example"),
        ("https://dataverse.harvard.edu/oai", "dataverse-harvard"),
        ("https://api.figshare.com/v2/oai", "figshare"),
        ("http://localhost:8090/oai", "localhost"),
        ("http://127.0.0.1/oai", "127-0-0-1"),
        ("http://[::1]/oai", "1"),
        ("https://oai.org/", "oai"),
    ],
)
def test_a_name_is_made_from_the_host(url, name):
    assert name_for(url) == name


def test_a_repository_that_answers_errors_only_has_answered(serving, capsys):
    names = ("Identify", "ListMetadataFormats", "ListSets", "")
    fake = described(**{name: [error("badVerb")] for name in names})
    with serving(fake=fake) as installation:
        assert sources.check(config_of(installation), (), as_json=False) == 1
    assert capsys.readouterr().out.count("problem: ") == 4


def test_the_shipped_file_of_a_checkout_may_be_added_to():
    assert not add_source._INSTALLED.exists() or add_source._INSTALLED.parent.name == "weft"
    assert Path(add_source.__file__).parent == add_source._INSTALLED.parent
