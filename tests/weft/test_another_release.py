"""`--release N`: every reading command answers from the release it is told."""

import json
import signal
import urllib.request

import pytest

from tests.weft.shelf import shelf, thing


@pytest.fixture
def two(serving):
    """Release 1 holds one thing, release 2 another beside it."""
    with shelf(serving, thing(1, title="Lepton")) as at:
        at.build()
        at.change(thing(2, title="Meson", at="2026-02-20T00:00:00Z"))
        at.build()
        yield at.installation


COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <https://schema.org/Dataset> }"


def test_a_search_asks_the_release_that_is_named(two):
    now, then = (
        two.json("search", "title:meson", "--json"),
        two.json(*("search", "title:meson", "--json", "--release", "1")),
    )
    assert [(each["release"], each["total"]) for each in (now, then)] == [(2, 1), (1, 0)]


def test_a_query_asks_the_release_that_is_named(two):
    def count(*options: str) -> str:
        found = two.json("sparql", "--json", *options, COUNT)
        return str(found["results"]["bindings"][0]["n"]["value"])

    assert (count(), count("--release", "1")) == ("2", "1")


def test_an_explanation_is_of_the_release_that_is_named(two):
    assert two.run("explain", "10.5072/2").exit_code == 0
    told = two.run("explain", "--release", "1", "10.5072/2", "--json")
    assert (told.exit_code, json.loads(told.stdout)["release"]) == (3, 1)
    conflicts = two.json("explain", "--conflicts", "--release", "1", "--json")
    assert conflicts["release"] == 1


@pytest.mark.parametrize(
    "command",
    [("search", "meson"), ("sparql", COUNT), ("explain", "10.5072/1"), ("coverage",)],
    ids=lambda command: command[0],
)
def test_a_release_that_is_not_there_is_named(two, command):
    result = two.run(*command, "--release", "7")
    assert result.exit_code == 3
    assert "7" in result.stderr


def test_what_must_be_known_of_a_release_stands_on_standard_error(two):
    result = two.run("search", "meson", "--release", "1")
    first, *caveats = result.stderr.splitlines()
    assert first.startswith("release 1 of 20")
    assert [line.partition(":")[0].strip() for line in caveats] == ["a", "b"]
    assert "complete, last harvested 20" in caveats[0]
    assert caveats[0].endswith("; 1 record")
    assert "release 1 of" not in result.stdout


def test_a_server_keeps_to_the_release_that_is_named(two):
    with two.process("serve", "--port", "0", "--release", "1") as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        with urllib.request.urlopen(address + "api/v1/search?q=meson", timeout=20) as answer:  # noqa: S310  # loopback
            found = json.load(answer)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert (found["release"], found["total"]) == (1, 0)
    assert [each.partition(":")[0] for each in found["caveats"]] == ["a", "b"]
