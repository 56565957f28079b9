"""The demonstration: the sample, harvested over OAI-PMH, wherever it is started."""

import json
import os
import signal
import urllib.request
from dataclasses import replace

import pytest
from click.testing import CliRunner

from search.web.examples import SEARCH_EXAMPLES, SPARQL_EXAMPLES
from weft.cli import weft
from weft.demo import SAMPLE, THINGS_TO_TRY, demo_config


def test_the_demo_asks_loopback_for_what_the_configuration_asks_the_live_repositories(tmp_path):
    config = demo_config(tmp_path, "http://127.0.0.1:8080/")
    folders = sorted(folder.name for folder in SAMPLE.iterdir() if folder.is_dir())
    assert sorted(config.sources) == folders
    assert (config.data, config.base_iri) == (tmp_path, "http://127.0.0.1:8080/")


def test_the_demo_ignores_a_configuration_in_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text('[sources.mine]\nurl = "http://a.example/"\n')
    assert "mine" not in demo_config(tmp_path / "data", "http://127.0.0.1:8080/").sources


def test_without_data_the_demo_keeps_to_its_own_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(weft, ["demo", "--no-serve"])
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "data" / "demo" / "releases" / "current" / "release.json").is_file()
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["demo"]


def test_the_demo_builds_from_the_whole_sample(demo):
    now = demo.json("status", "--json")
    assert {name: source["state"] for name, source in now["sources"].items()} == {
        "cernopendata": "complete",
        "zenodo": "complete",
        "hepdata": "complete",
        "oapen": "complete",
    }
    release = now["release"]
    assert (release["number"], release["records"]) == (1, 141)
    assert release["merged_entities"] > 0
    assert release["links"] > 0
    assert release["stubs"] > 0


def test_the_demo_serves_what_it_says_one_can_try(tmp_path, demo):
    with replace(demo, data=tmp_path).process("demo", "--port", "0") as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(10)]
        printed = "".join(lines)
        base = lines[1].split()[-1]
        assert base.startswith("http://127.0.0.1:")
        for text, path in THINGS_TO_TRY:
            assert f"  {text}:\n    {base}{path}\n" in printed
            with urllib.request.urlopen(base + path, timeout=20) as answer:  # noqa: S310  # loopback
                assert answer.status == 200
        with urllib.request.urlopen(base + "api/v1/search?q=higgs", timeout=20) as answer:  # noqa: S310  # loopback
            iri = json.load(answer)["hits"][0]["iri"]
        assert iri.startswith(base), "the minted IRIs do not resolve at the demo's own port"
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(timeout=20) == 0


@pytest.mark.parametrize("example", SEARCH_EXAMPLES, ids=lambda example: example.label)
def test_every_example_search_finds_something_in_the_sample(demo, example):
    assert demo.json("search", example.query, "--json")["total"] > 0


@pytest.mark.parametrize("example", SPARQL_EXAMPLES, ids=lambda example: example.label)
def test_every_example_query_has_an_answer_in_the_sample(demo, example):
    answer = demo.json("sparql", example.query, "--json")
    assert len(answer["results"]["bindings"]) > 0


def test_the_paper_to_try_is_linked_to(demo):
    """The second thing that the demo prints is a page with links on it."""
    doi = THINGS_TO_TRY[1][1].removeprefix("pid/doi/")
    query = (
        "SELECT ?other WHERE { ?other ?link ?paper . ?paper <https://schema.org/identifier>"
        f' "doi:{doi}" . ?other <https://schema.org/name> ?name }}'
    )
    answer = demo.json("sparql", query, "--json")
    assert len(answer["results"]["bindings"]) == 2
