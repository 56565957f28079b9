"""Reading JSON whose fields may be missing or of another type."""

import pytest
from msgspec.structs import replace

from graph.crosswalk.json_fields import Fields, read_metadata
from graph.errors import UnmappableRecord


@pytest.fixture
def problems() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def fields(problems):
    json = {
        "text": " words ",
        "number": 12,
        "texts": ["a", "", 3, None, {}],
        "child": {"name": "x"},
        "children": [{"name": "x"}, "y"],
        "flag": True,
        "null": None,
    }
    return Fields(json, lambda *problem: problems.append(problem))


def test_texts_and_numbers_are_read_as_text(fields, problems):
    assert (fields.text("text"), fields.text("number"), fields.text("missing")) == (
        *("words", "12", ""),
    )
    assert fields.text("null") == ""
    assert problems == []


def test_a_list_and_a_single_value_are_both_a_list(fields, problems):
    assert fields.texts("texts") == ["a", "3"]
    assert fields.texts("text") == ["words"]
    assert problems == [("unexpected-json", "texts: {}")]


def test_a_value_of_another_type_is_a_problem(fields, problems):
    assert (fields.text("child"), fields.text("flag")) == ("", "")
    assert [child.text("name") for child in fields.children("children")] == ["x"]
    assert problems == [
        ("unexpected-json", "child: {'name': 'x'}"),
        ("unexpected-json", "flag: True"),
        ("unexpected-json", "children: 'y'"),
    ]


def test_a_missing_child_is_empty(fields, problems):
    assert fields.child("missing").text("name") == ""
    assert fields.child("child").text("name") == "x"
    assert problems == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>", "not-json"),
        (b'{"metadata": {', "not-json"),
        (b"[]", "no-metadata"),
        (b'{"metadata": []}', "no-metadata"),
        (b"null", "no-metadata"),
        (b'"\xff"', "not-json"),
    ],
)
def test_what_is_no_object_is_refused_with_a_reason(staged, body, reason):
    with pytest.raises(UnmappableRecord) as caught:
        read_metadata(staged(body))
    assert caught.value.reason == reason


def test_a_tombstone_is_refused(staged):
    with pytest.raises(UnmappableRecord) as caught:
        read_metadata(replace(staged(b"null"), is_deleted=True))
    assert caught.value.reason == "no-metadata"


def test_the_metadata_of_an_answer_and_bare_metadata_read_alike(staged):
    assert read_metadata(staged(b'{"id": 1, "metadata": {"a": 1}}')) == {"a": 1}
    assert read_metadata(staged(b'{"a": 1}')) == {"a": 1}
