"""The table of result formats."""

import pytest

from search.sparql.results import Form, ResultFormat, format_named, formats_for


@pytest.mark.parametrize(
    ("word", "form", "found"),
    [
        ("json", Form.SELECT, ResultFormat.JSON),
        ("json", Form.CONSTRUCT, ResultFormat.JSON_LD),
        ("XML", Form.ASK, ResultFormat.XML),
        ("xml", Form.DESCRIBE, ResultFormat.RDF_XML),
        ("text/turtle", Form.DESCRIBE, ResultFormat.TURTLE),
        ("turtle", Form.SELECT, None),
        ("csv", Form.CONSTRUCT, None),
    ],
)
def test_a_format_word_means_what_the_query_form_allows(word, form, found):
    assert format_named(word, form) is found


def test_every_format_answers_exactly_one_sort_of_query():
    assert [f.value for f in formats_for(Form.ASK)] == ["json", "xml", "csv", "tsv"]
    assert [f.value for f in formats_for(Form.DESCRIBE)] == [
        "turtle",
        "ntriples",
        "jsonld",
        "rdfxml",
    ]


def test_media_types_and_extensions_are_distinct():
    assert len({f.media_type for f in ResultFormat}) == len(ResultFormat)
    assert len({f.extension for f in ResultFormat}) == len(ResultFormat)
