import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.web.sru.cql import MAX_BOOLEANS, MAX_CHARACTERS, MAX_DEPTH, parse_cql
from search.web.sru.cql_tree import Boolean, Modifier, Scoped, SortKey
from search.web.sru.diagnostics import Code, CqlError


def shape(tree):
    """A tree in one line, fully bracketed."""
    if isinstance(tree, Scoped):
        return f"{dict(tree.prefixes)} {shape(tree.child)}"
    if isinstance(tree, Boolean):
        return f"({shape(tree.left)} {tree.operator} {shape(tree.right)})"
    held = [tree.index, tree.relation, *(f"/{m.name}" for m in tree.modifiers), tree.term]
    return " ".join(filter(None, held))


def refusal(query):
    """Why a query is refused, None when it is not; any other error passes."""
    try:
        parse_cql(query)
    except CqlError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("cat", "cat"),
        ('"top quark"', "top quark"),
        ("dc.title = cat", "dc.title = cat"),
        ("dc.title=cat", "dc.title = cat"),
        ("dc.title ANY cat", "dc.title any cat"),
        ('"dc.title" "any" "cat"', "dc.title any cat"),
        ("title >= 5", "title >= 5"),
        ("title <> 5", "title <> 5"),
        ("a and b or c not d", "(((a and b) or c) not d)"),
        ("a or (b and c)", "(a or (b and c))"),
        ("((a))", "a"),
        ("a AND b Or c", "((a and b) or c)"),
        ("title any /stem / cql.relevant cat", "title any /stem /cql.relevant cat"),
        ("a prox/distance<=1/unit=word b", "(a prox b)"),
        ('> dc = "info:x" dc.title = a and b', "{'dc': 'info:x'} (dc.title = a and b)"),
        ('> "info:x" title = a', "{'': 'info:x'} title = a"),
        ('a and (> p = "u" p.title = b)', "(a and {'p': 'u'} p.title = b)"),
        ("title = and", "title = and"),
        ("title = sortby", "title = sortby"),
        ("naïve\u00a0and\u3000b", "(naïve and b)"),
    ],
)
def test_query_parses_into_its_tree(query, expected):
    assert shape(parse_cql(query).tree) == expected


def test_backslash_releases_a_quote_and_is_kept_elsewhere():
    query = parse_cql(r'"say \"no\" to \* and \\"')
    assert shape(query.tree) == r'say "no" to \* and \\'


def test_modifier_keeps_its_comparison():
    tree = parse_cql("a prox/distance<2 b").tree
    assert isinstance(tree, Boolean)
    assert tree.modifiers == (Modifier(name="distance", comparison="<", value="2", offset=7),)


def test_sort_keys_stand_at_the_end_and_are_no_part_of_the_body():
    query = parse_cql("cat sortBy dc.date/sort.descending title")
    assert query.sort == (
        SortKey(
            index="dc.date", modifiers=(Modifier(name="sort.descending", offset=19),), offset=11
        ),
        SortKey(index="title", offset=35),
    )
    assert query.body == "cat"


@pytest.mark.parametrize(
    ("query", "code", "offset"),
    [
        ("", Code.SYNTAX, 0),
        ("  ", Code.SYNTAX, 0),
        ("top quark", Code.SYNTAX, 9),
        ("cat and", Code.SYNTAX, 7),
        ("cat dog rat mouse", Code.SYNTAX, 12),
        ("title = ", Code.SYNTAX, 8),
        ("= cat", Code.SYNTAX, 0),
        ("title =/ cat", Code.SYNTAX, 12),
        ("title =/stem= ) cat", Code.SYNTAX, 14),
        ("10.1000/182", Code.SYNTAX, 7),
        ("cat sortby", Code.SYNTAX, 10),
        ("(cat sortby title)", Code.SYNTAX, 5),
        ("a and > p = u b", Code.SYNTAX, 6),
        ("> p = ", Code.SYNTAX, 6),
        ("(cat", Code.PARENTHESES, 0),
        ("(cat and (dog)", Code.PARENTHESES, 0),
        ("cat)", Code.PARENTHESES, 3),
        ("()", Code.SYNTAX, 1),
        ('"cat', Code.QUOTES, 0),
        ('a and "cat\\"', Code.QUOTES, 6),
        ("(" * (MAX_DEPTH + 1) + "a", Code.PARENTHESES, MAX_DEPTH),
        (" or ".join("a" * (MAX_BOOLEANS + 2)), Code.TOO_MANY_BOOLEANS, 502),
        ("a" * (MAX_CHARACTERS + 1), Code.QUERY_TOO_LONG, MAX_CHARACTERS),
    ],
)
def test_faulty_query_is_refused_at_its_place(query, code, offset):
    with pytest.raises(CqlError) as caught:
        parse_cql(query)
    assert (caught.value.diagnostic.code, caught.value.offset) == (code, offset)


def test_query_at_every_limit_parses():
    assert shape(parse_cql("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH).tree) == "a"
    assert shape(parse_cql(" or ".join("a" * (MAX_BOOLEANS + 1))).tree).count("or") == 100
    assert shape(parse_cql("a" * MAX_CHARACTERS).tree) == "a" * MAX_CHARACTERS


@pytest.mark.parametrize(
    "query",
    [
        '"' + "\\" * 3998,
        "(" * 4000,
        "a/" * 2000,
        "> a = b " * 500,
        '"' * 4000,
        "\\" * 4000,
        " " * 4000,
        "not " * 1000,
    ],
)
def test_hostile_query_takes_no_time(query):
    began_s = time.process_time()
    error = refusal(query)
    assert error is None or 0 <= error.offset <= len(query)
    assert time.process_time() - began_s < 0.5


SYMBOLS = 'a dc.title and or not prox sortby any ( ) " \\ \\" / = < > <> >= == * ? ^ x\u3000y é'
PIECES = st.sampled_from([*SYMBOLS.split(" "), " ", "\n", "\x00", "\U0001f600"])


@settings(deadline=None)  # other work on the machine takes time too
@given(st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=200))
def test_any_text_is_parsed_or_refused_with_a_place(text):
    error = refusal(text)
    assert error is None or (0 <= error.offset <= len(text) and error.diagnostic.message)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters='\\"'), min_size=1, max_size=10)


@settings(deadline=None)  # other work on the machine takes time too
@given(st.lists(WORDS, min_size=1, max_size=5), st.sampled_from(["and", "or", "not"]))
def test_quoted_terms_come_back_as_they_were(words, operator):
    tree = parse_cql(f" {operator} ".join(f'"{word}"' for word in words)).tree
    found = []
    while isinstance(tree, Boolean):
        found.append(shape(tree.right))
        tree = tree.left
    assert [shape(tree), *reversed(found)] == words
