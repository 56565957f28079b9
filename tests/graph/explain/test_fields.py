"""Where each field comes from, and what the others say."""

import msgspec
import pytest

from graph.explain import explain
from graph.explain.answer import ChosenField, GatheredField
from tests.graph.explain.explained import ORDER, names


def _fields(view) -> dict[str, ChosenField | GatheredField]:
    return explain(view, "doi:10.5072/data", ORDER).fields


def _chosen(view, name):
    """Value, where from, who agrees, and who says what else."""
    field = _fields(view)[name]
    assert isinstance(field, ChosenField)
    assert field.origin is not None
    others = [(each.source, each.value) for each in field.others]
    return field.value, field.origin.source, [each.source for each in field.agree], others


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("title", ("Data on jets", "b", [], [("a", "Jet data"), ("c", "Jet data")])),
        ("kind", ("dataset", "a", ["c"], [("b", "other")])),
        ("year", ("2012", "b", ["a"], [("c", "2013")])),
        ("licence", ("CC0-1.0", "a", [], [])),
        ("publisher", ("CERN", "b", ["a"], [("c", "Zenodo")])),
        ("version", ("1", "b", [], [("a", "2")])),
        ("access", ("open", "a", [], [("c", "closed")])),
        ("date", ("2012-09-17", "a", [], [("b", "2012"), ("c", "2013")])),
    ],
)
def test_a_field_comes_from_the_first_record_that_says_its_value(view, name, expected):
    assert _chosen(view, name) == expected


def test_without_an_order_the_first_source_by_name_that_agrees_is_named(view):
    field = explain(view, "doi:10.5072/data").fields["publisher"]
    assert isinstance(field, ChosenField)
    assert field.origin is not None
    assert (field.value, field.origin.source) == ("CERN", "a")


def test_an_order_of_a_single_field_goes_before_that_of_all(view):
    orders = {"publisher": ("a",), "creators": ("c",), "title": ("c", "a")}
    fields = explain(view, "doi:10.5072/data", ORDER, orders).fields
    origins = {
        name: field.origin.source
        for name in ("publisher", "creators", "title", "year")
        if isinstance(field := fields[name], ChosenField) and field.origin is not None
    }
    # the title was chosen by another order when the release was made, and is b's whatever is asked
    assert origins == {"publisher": "a", "creators": "a", "title": "b", "year": "b"}


def test_creators_come_as_a_whole_and_agree_by_name(view):
    value, origin, agreeing, others = _chosen(view, "creators")
    assert sorted(value) == ["Ada Lovelace", "Bell, Ann", "Zuse, Konrad"]
    assert value.index("Zuse, Konrad") < value.index("Bell, Ann")  # as their record has them
    assert (origin, agreeing, others) == ("a", ["c"], [])


def test_a_field_that_adds_up_tells_who_states_each_value(view):
    fields = _fields(view)
    keywords, funding = fields["keywords"], fields["funding"]
    assert isinstance(keywords, GatheredField)
    assert [(each.value, names(each.records)) for each in keywords.values] == [
        ("Higgs", ["a/30"]),
        ("Jets", ["b/30", "a/30"]),
    ]
    assert isinstance(funding, GatheredField)
    assert [(each.value, names(each.records)) for each in funding.values] == [("NSF", ["a/30"])]
    assert "sameAs" not in fields
    assert "fromRecord" not in fields


def test_an_explanation_as_json_names_its_fields_as_documented(view):
    told = msgspec.json.decode(msgspec.json.encode(explain(view, "doi:10.5072/data", ORDER)))
    assert told["fields"]["version"] == {
        "value": "1",
        "from": {"source": "b", "record": "30"},
        "agree": [],
        "others": [{"source": "a", "record": "30", "value": "2"}],
    }
    assert told["members"][0].keys() == {
        "source", "record", "iri", "datestamp", "harvested_at", "status",
    }  # fmt: skip
