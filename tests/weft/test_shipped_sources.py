"""The blocks of the shipped configuration: which, how narrow, how polite, and the facts beside."""

import re
import tomllib
from pathlib import Path

import pytest

from graph.crosswalk import DIALECTS
from harvester.record import Repository
from weft.config import load
from weft.source_block import clean_url, readable_prefixes

SHIPPED = Path(__file__).parents[2] / "config.toml"
ENABLED = ("cernopendata", "zenodo", "hepdata", "oapen")
READY = ("doab", "scoap3", "dataverse", "figshare", "dryad")
ZENODO_LINE = re.compile(r"^set = \[\"user-.*\]\n", re.MULTILINE)


@pytest.fixture(scope="module")
def text() -> str:
    return SHIPPED.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sources() -> dict[str, Repository]:
    return load(SHIPPED).sources


def test_four_sources_are_enabled_and_five_are_ready(sources):
    assert tuple(sources) == (*ENABLED, *READY)
    assert tuple(name for name, source in sources.items() if source.enabled) == ENABLED


def test_zenodo_is_narrowed_to_communities(sources):
    assert sources["zenodo"].set_specs == (
        "user-pyhep2018",
        "user-pyhep2020",
        "user-pyhep2023",
        "user-hsf-training",
        "user-phenixcollaboration",
        "user-epic",
    )


def test_one_mark_lifts_the_narrowing_of_zenodo(text, tmp_path):
    [line] = ZENODO_LINE.findall(text)
    path = tmp_path / "config.toml"
    path.write_text(text.replace(line, f"# {line}"), encoding="utf-8")
    assert load(path).sources["zenodo"].set_specs == ("",)


def test_the_line_before_says_how_to_lift_it(text):
    lines = text.splitlines()
    [at] = [number for number, line in enumerate(lines) if ZENODO_LINE.match(f"{line}\n")]
    assert "with a # in front of it all of Zenodo is harvested" in lines[at - 1]


@pytest.mark.parametrize("name", READY)
def test_each_ready_block_says_how_to_enable_it(text, name):
    body = text.partition(f"[sources.{name}]\n")[2].partition("\n[")[0]
    [line] = [line for line in body.splitlines() if line.startswith("enabled")]
    assert re.match(r"enabled = false +# true to harvest it", line)


@pytest.mark.parametrize("name", [*ENABLED, *READY])
def test_each_block_has_its_facts_above_it(text, name):
    above = text.partition(f"[sources.{name}]\n")[0].splitlines()
    assert above[-1].startswith("# ")
    assert above[-2].startswith("# ")


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("cernopendata", "once"),
        ("zenodo", "once"),
        ("scoap3", "once"),
        ("hepdata", "replay"),
        ("dryad", "replay"),
        ("oapen", "replay"),
        ("doab", "replay"),
        ("dataverse", "auto"),
        ("figshare", "auto"),
    ],
)
def test_tokens_are_sent_again_only_where_that_is_known_to_be_safe(sources, name, tokens):
    assert sources[name].tokens == tokens


def test_limits_are_those_that_the_repositories_publish(sources):
    assert sources["zenodo"].requests_per_minute == 30
    assert sources["oapen"].crawl_delay_s == 10
    assert sources["doab"].crawl_delay_s == 10


def test_every_source_asks_for_what_weft_reads(sources):
    assert {source.prefix for source in sources.values()} <= set(readable_prefixes())


def test_every_address_is_one_that_could_be_added(sources):
    assert [clean_url(source.url) for source in sources.values()] == [
        source.url for source in sources.values()
    ]


def test_a_prefix_counts_as_readable_only_with_a_crosswalk():
    assert "oai_dc" in readable_prefixes()
    assert ("marcxml" in readable_prefixes()) == ("record" in DIALECTS)


def test_the_blocks_are_plain_tables(text):
    assert set(tomllib.loads(text)) == {"companions", "enrich", "sources", "weft"}
