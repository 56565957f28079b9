"""Tokens of SPARQL: where each begins and ends, and what its escapes say."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.sparql.tokens import (
    Kind,
    Token,
    decode_iri,
    decode_name,
    decode_string,
    offset_of,
    position_of,
    read_tokens,
)

PIECES = st.text(st.sampled_from("\"'\\<>{}#:.a-S %u0041\n\r\t?@_\u00b7é"), max_size=40)


def texts(query):
    return [token.text for token in read_tokens(query)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ASK{?s a $o}", ["ASK", "{", "?s", "a", "$o", "}"]),
        ("a # b\nc # d\re", ["a", "c", "e"]),
        ("<http://x/#a>#c", ["<http://x/#a>"]),
        ("?a<?b && ?c>?d", ["?a", "<", "?b", "&", "&", "?c", ">", "?d"]),
        ('"a"\'b\'"c\\"d"', ['"a"', "'b'", '"c\\"d"']),
        ('"""a "" b\n}""" x', ['"""a "" b\n}"""', "x"]),
        ("'''it's''' ''", ["'''it's'''", "''"]),
        ('"a"@en-GB"b"^^<x>', ['"a"', "@en-GB", '"b"', "^", "^", "<x>"]),
        ("ex:a.b. ex:c", ["ex:a.b", ".", "ex:c"]),
        (r"ex:a\-b%20c\'d :x : y.z:", [r"ex:a\-b%20c\'d", ":x", ":", "y.z:"]),
        ("ex:a\u00b7SERVICE x:b", ["ex:a\u00b7SERVICE", "x:b"]),
        ("_:b.1. 1.5e3 .5 5. 1e-2", ["_:b.1", ".", "1.5e3", ".5", "5", ".", "1e-2"]),
        ("true.SERVICE 5SERVICE", ["true", ".", "SERVICE", "5", "SERVICE"]),
        ("SERVICEweft:search", ["SERVICEweft:search"]),
        ("S\\u0045RVICE", ["S", "\\", "u0045RVICE"]),
        ("SERVICE<x>{", ["SERVICE", "<x>", "{"]),
    ],
)
def test_a_query_is_cut_by_the_rules_of_the_grammar(query, expected):
    assert texts(query) == expected


@pytest.mark.parametrize("query", ['a "b\nc" d', "a 'b", 'a """b"', "a '''b''", r"'\'", '"\\'])
def test_a_quotation_mark_that_is_never_closed_ends_the_reading(query):
    assert texts(query)[-1] in ("'", '"')


@given(PIECES)
def test_tokens_are_pieces_of_the_query_and_nothing_but_space_is_between_them(query):
    at = 0
    for token in read_tokens(query):
        assert query[token.start : token.end] == token.text != ""
        assert token.start >= at
        between = query[at : token.start]
        assert not between.strip(" \t\r\n") or between.lstrip(" \t\r\n")[0] == "#"
        at = token.end


@pytest.mark.parametrize(
    "query",
    [
        "a." * 50_000,
        "'\\" * 50_000,
        '"""\\' * 25_000,
        '"""a"' * 20_000,
        "<a" * 50_000,
        ":a" + "." * 100_000,
        "_:a" + "." * 100_000,
        "a-b." * 25_000,
        "1" * 100_000 + "e",
        "x:." + ".%" * 50_000,
        "@a-" * 30_000,
    ],
    ids=lambda query: query[:6],
)
def test_no_text_takes_more_time_than_its_length_explains(query):
    began_s = time.process_time()
    for _ in read_tokens(query):
        pass
    assert time.process_time() - began_s < 3, "measured: 0.15 s; a second reading took minutes"


@pytest.mark.parametrize(
    ("literal", "said"),
    [
        ('"plain"', "plain"),
        (r'"a\"b\\c\n\t"', 'a"b\\c\n\t'),
        (r"'it\'s \u0041\U0001F600'", "it's A\U0001f600"),
        ('"""a "quoted" b"""', 'a "quoted" b'),
        ("''''a'''", "'a"),
        ('""', ""),
        ('""""""', ""),
        (r'"\\u0041"', "\\u0041"),
    ],
)
def test_a_string_says_what_its_escapes_stand_for(literal, said):
    [token] = read_tokens(literal)
    assert decode_string(token).text == said


def test_each_character_of_a_string_is_known_by_its_place_in_the_query():
    [_, token] = read_tokens(r'x  "a\u0041b\n"')
    assert decode_string(token) == ("aAb\n", (4, 5, 11, 12, 14))


@pytest.mark.parametrize("literal", [r'"\q"', r'"\U00110000"', r'"\u12"', r'"\x41"'])
def test_an_escape_that_sparql_does_not_have_is_named(literal):
    [token] = read_tokens(literal)
    with pytest.raises(ValueError, match=r"^\\"):
        decode_string(token)


def test_iris_and_names_say_what_their_escapes_stand_for():
    assert decode_iri(Token(Kind.IRI, r"<http://x/\u0061>", 0)) == "http://x/a"
    assert decode_name(Token(Kind.NAME, r"ex:a\-b:c", 0)) == ("ex", "a-b:c")


@given(st.text(st.sampled_from("ab\n"), max_size=20), st.integers(0, 20))
def test_a_place_is_found_again_by_its_line_and_column(text, offset):
    offset = min(offset, len(text))
    assert offset_of(text, *position_of(text, offset)) == offset
