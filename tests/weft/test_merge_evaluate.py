"""`weft merge evaluate`: the scores of a built catalogue, for people and as JSON."""

import io
import json

import pytest
from rich.console import Console

from graph.errors import CatalogueError
from graph.evaluation import LabelledPair, UnreadablePairs, evaluate
from graph.work import Kind
from tests.graph.builders import new_town, work
from weft import merge_evaluate
from weft.config import load

HEADER = "source_a,record_a,source_b,record_b,label\n"
PAIRS = f"""{HEADER}a,1,b,1,duplicate
a,1,c,1,duplicate
a,2,b,2,part-of-group
a,1,gone,1,different
"""


@pytest.fixture
def config(tmp_path):
    """A data directory in which two books were joined by DOI and two volumes by ISBN."""
    place = tmp_path / "config.toml"
    place.write_text('[sources.a]\nurl = "http://127.0.0.1/oai"\n', encoding="utf-8")
    data = tmp_path / "data"
    data.mkdir()
    with new_town(data) as town:
        town.arrive(
            work("a/1", "doi:10.1/x", title="A book"),
            work("b/1", "doi:10.1/x", title="A book"),
            work("c/1", title="A book"),
            work("a/2", "isbn:9783205795902", kind=Kind.BOOK, title="A work: in two volumes"),
            work("b/2", "isbn:9783205795902", kind=Kind.BOOK, title="A work: in two volumes"),
        )
        town.build()
    return load(place, data=data)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text(PAIRS, encoding="utf-8")
    return path


def test_the_json_has_what_scripts_read(config, file, capsys):
    merge_evaluate.show(config, file, as_json=True)
    answer = json.loads(capsys.readouterr().out)
    by_label = answer.pop("by_label")
    assert by_label["duplicate"] == {
        "pairs": 2,
        "absent": 0,
        "together": 1,
        "precision": 0.5,
        "recall": 0.5,
    }
    assert by_label["different"]["absent"] == 1
    assert answer == {
        "pairs": 4,
        "absent": 1,
        "precision": 0.5,
        "recall": 0.5,
        "by_rule": {
            "same-doi": {"pairs": 1, "false": 0, "precision": 1.0, "recall": 0.5},
            "same-isbn": {"pairs": 1, "false": 1, "precision": 0.0, "recall": 0.0},
        },
        "b_cubed": {
            "precision": pytest.approx((1 + 1 + 1 + 1 / 2 + 1 / 2) / 5),
            "recall": pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5),
        },
        "false_merges": [
            {
                "a": ["a", "2"],
                "b": ["b", "2"],
                "label": "part-of-group",
                "rules": ["same-isbn"],
            }
        ],
        "misses": [{"a": ["a", "1"], "b": ["c", "1"], "label": "duplicate", "rules": []}],
    }


def test_people_get_tables_and_the_names_of_what_went_wrong(config, file, capsys):
    merge_evaluate.show(config, file, as_json=False)
    text = capsys.readouterr().out
    assert text.splitlines()[:2] == [
        "4 pairs, 1 with a record that is not in the catalogue",
        "precision 0.5000, recall 0.5000; B-cubed precision 0.8000, recall 0.7333",
    ]
    lines = [line.split() for line in text.splitlines()]
    assert ["duplicate", "2", "0", "1", "0.5000", "0.5000"] in lines
    assert ["part-of-group", "1", "0", "1", "0.5000", "-"] in lines
    assert ["same-isbn", "1", "1", "0.0000", "0.0000"] in lines
    assert lines[-4:] == [
        ["joined,", "and", "should", "not", "be:"],
        ["a", "2", "b", "2", "part-of-group", "by", "same-isbn"],
        ["not", "joined,", "and", "should", "be:"],
        ["a", "1", "c", "1", "duplicate"],
    ]


def test_where_nothing_went_wrong_nothing_is_listed():
    pairs = [LabelledPair(a=("a", "1"), b=("b", "1"), label="duplicate")]
    evaluation = evaluate(pairs, {("a", "1"): 1, ("b", "1"): 1}, lambda _a, _b: ("same-doi",))
    out = io.StringIO()
    merge_evaluate.print_evaluation(evaluation, Console(file=out, width=100, markup=False))
    assert out.getvalue().splitlines()[-1].split() == ["same-doi", "1", "0", "1.0000", "1.0000"]


def test_without_a_build_it_says_what_to_do(tmp_path, file):
    place = tmp_path / "config.toml"
    place.write_text('[sources.a]\nurl = "http://127.0.0.1/oai"\n', encoding="utf-8")
    config = load(place, data=tmp_path / "nothing")
    with pytest.raises(CatalogueError, match="run `weft build` first"):
        merge_evaluate.show(config, file, as_json=True)
    assert not (tmp_path / "nothing").exists()


def test_a_bad_file_is_told_before_anything_is_opened(tmp_path, config):
    path = tmp_path / "bad.csv"
    path.write_text(f"{HEADER}a,1,b,1,perhaps\n", encoding="utf-8")
    with pytest.raises(UnreadablePairs, match="line 2: unknown label 'perhaps'"):
        merge_evaluate.show(config, path, as_json=False)
