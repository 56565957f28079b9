"""`weft path` on the release of the demo."""

import json

import pytest

from weft.config import ConfigError, load
from weft.link_options import NotOneEntity
from weft.paths import run

EXAMPLE, DATA, PAPER = "kgwcl3bw27bs4", "xm53rpyd5ngp3", "arXiv:1207.7235"
"""An analysis, a dataset used in another one, a paper that nobody delivers."""


@pytest.fixture
def config(demo):
    return load(demo.config, data=demo.data)


@pytest.fixture
def answer(config, capsys):
    def ask(one, other, **bounds):
        run(config, (one, other), as_json=True, **bounds)
        return json.loads(capsys.readouterr().out)

    return ask


def test_json_has_the_documented_form(answer):
    told = answer(DATA, PAPER)
    assert told["length"] == len(told["links"]) == 3
    assert told["path"][0] == DATA
    assert told["path"][2] == EXAMPLE
    assert told["read_as"] == ["IsCitedBy", "Cites", "Cites"]
    assert (told["release"], told["is_cut"]) == (1, False)
    assert told["query"] == f"path {DATA} {PAPER}: all links"
    assert len(told["caveats"]) == 4
    for (one, other), link in zip(
        zip(told["path"], told["path"][1:], strict=False), told["links"], strict=True
    ):
        assert {link["source"], link["target"]} == {one, other}
        assert link["stated_by"][0]["source"] == "cernopendata"


def test_people_read_the_chain_in_its_direction(config, capsys):
    run(config, (DATA, PAPER))
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "3 links"
    assert lines[1].endswith(f"dataset {DATA}")
    assert lines[2:4] == ["IsCitedBy", "stated at its end only"]
    assert lines[4].startswith("cernopendata oai:cernopendata.cern:12360 (end): References ")
    assert lines[-1].startswith("arxiv:1207.7235  stub ")


def test_things_that_nothing_joins_have_no_length(answer, config, capsys):
    told = answer(EXAMPLE, "zcrreqc5o35bc")
    assert (told["length"], told["path"], told["links"]) == (None, [], [])
    run(config, (EXAMPLE, "zcrreqc5o35bc"))
    assert "no chain of links joins them" in capsys.readouterr().out


def test_a_bound_that_was_reached_is_told(answer, config, capsys):
    told = answer(DATA, PAPER, max_length=2)
    assert (told["length"], told["is_cut"]) == (None, True)
    run(config, (DATA, PAPER), max_visited=2)
    assert "ended by its bound" in capsys.readouterr().out


def test_one_thing_is_no_link_away_from_itself(answer, config, capsys):
    told = answer(EXAMPLE, EXAMPLE)
    assert (told["length"], told["path"]) == (0, [EXAMPLE])
    run(config, (EXAMPLE, EXAMPLE))
    assert capsys.readouterr().out == f"both are one thing: {EXAMPLE}\n"


def test_relations_that_count_may_be_named(answer):
    assert answer(DATA, PAPER, relations=("IsReferencedBy",))["length"] == 3
    assert answer(DATA, PAPER, relations=("IsPartOf",))["length"] is None


def test_an_unknown_end_or_relation_says_so(config):
    with pytest.raises(NotOneEntity, match=r"10\.5072/none"):
        run(config, (DATA, "10.5072/none"))
    with pytest.raises(ConfigError, match="no relation 'cites'"):
        run(config, (DATA, PAPER), relations=("cites",))
