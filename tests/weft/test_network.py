"""`weft network` on the release of the demo: for people, as JSON and CSV."""

import csv
import io
import json

import pytest

from graph.network.build import NetworkTooLarge
from weft.config import ConfigError, load
from weft.link_options import LinkOptions, NotOneEntity
from weft.network import MEASURES, NetworkOptions, Outputs, run

CENTRE = "kgwcl3bw27bs4"


@pytest.fixture
def config(demo):
    return load(demo.config, data=demo.data)


def options(measure, **others) -> NetworkOptions:
    return NetworkOptions(measure=measure, of=CENTRE if measure == "ego" else "", **others)


@pytest.fixture
def answer(config, capsys):
    def ask(measure, links=None, **others):
        run(config, links or LinkOptions(), options(measure, **others), Outputs(as_json=True))
        return json.loads(capsys.readouterr().out)

    return ask


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_names_release_selection_and_caveats(answer, measure):
    told = answer(measure, LinkOptions(stubs="without"))
    assert (told["release"], told["selection"]) == (1, "stubs=without")
    assert told["query"] == f"{measure}: stubs=without"
    assert len(told["caveats"]) == 4
    assert told["n_links"] == (112 if measure != "ego" else len(told["links"]))


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_is_shown_to_people(config, capsys, measure):
    run(config, LinkOptions(), options(measure, limit=2), Outputs())
    captured = capsys.readouterr()
    head = captured.out.splitlines()[0]
    assert "entities of release 1 (" in head
    assert head.endswith(": all links")
    assert "last harvested" in captured.err


@pytest.mark.parametrize(
    ("measure", "columns", "n_rows"),
    [
        ("components", ["component", "component_size"], 198),
        ("communities", ["community", "community_size"], 198),
        ("ego", ["distance"], 13),
        ("bridges", ["bridging_entities", "by_relation"], None),
        ("reuse", ["others", "linked", "by_relation"], None),
        ("degree", ["relation", "direction", "degree"], None),
    ],
)
def test_csv_has_every_row(config, tmp_path, measure, columns, n_rows):
    path = tmp_path / "measure.csv"
    run(config, LinkOptions(), options(measure, limit=1), Outputs(csv=path))
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert list(rows[0])[-len(columns) :] == columns
    assert {row["release"] for row in rows} == {"1"}
    assert n_rows is None or len(rows) == n_rows


def test_degrees_in_csv_add_up_to_the_links(config, tmp_path):
    path = tmp_path / "degree.csv"
    run(config, LinkOptions(), options("degree"), Outputs(csv=path))
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    by_direction = {
        direction: sum(int(row["degree"]) for row in rows if row["direction"] == direction)
        for direction in ("any", "out", "in")
    }
    assert by_direction == {"any": 2 * 227, "out": 227, "in": 227}


def test_reuse_rolls_versions_and_parts_up_unless_each_is_asked_for(answer):
    rolled, each = answer("reuse"), answer("reuse", each=True)
    assert (rolled["rolled_up"], each["rolled_up"]) == (True, False)
    assert rolled["n_datasets"] < each["n_datasets"] == 93


def test_a_seed_and_a_method_are_told(answer):
    told = answer("communities", seed=4, method="label-propagation")
    assert (told["seed"], told["method"]) == (4, "label-propagation")
    assert len(told["community_of"]) == told["n_entities"]


def test_an_ego_network_needs_a_centre_and_only_it_has_one(config):
    with pytest.raises(ConfigError, match="name it with --of"):
        run(config, LinkOptions(), NetworkOptions(measure="ego"), Outputs())
    with pytest.raises(ConfigError, match="--of goes with --measure ego"):
        run(config, LinkOptions(), NetworkOptions(measure="degree", of=CENTRE), Outputs())
    with pytest.raises(ConfigError, match="do not go together"):
        run(config, LinkOptions(at=CENTRE), options("ego"), Outputs())
    with pytest.raises(NotOneEntity):
        run(config, LinkOptions(), NetworkOptions(measure="ego", of="10.5072/none"), Outputs())


def test_a_network_that_is_too_large_is_refused(config):
    with pytest.raises(NetworkTooLarge, match="227 links fit"):
        run(config, LinkOptions(), options("components", max_links=10), Outputs())


def test_nothing_selected_is_measured_too(answer):
    told = answer("components", LinkOptions(relation=("Obsoletes",)))
    assert (told["n"], told["n_links"], told["largest"]) == (0, 0, [])
