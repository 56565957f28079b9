"""Finding the text searches of a query, and what is wrong with one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import QuerySyntaxError, UnknownField
from search.query import parse_query
from search.sparql.search_block import MAX_HITS
from search.sparql.text_search import (
    MAX_HITS_OF_QUERY,
    MAX_SEARCHES,
    find_searches,
    without_searches,
)
from search.text.engine import MAX_LIMIT

W = "https://w3id.org/weft#"
PREFIX = f"PREFIX weft: <{W}>\n"
NAMES = "weft:query, weft:score, weft:rank, weft:total, weft:limit"
BLOCK = 'SERVICE weft:search { ?d weft:query "top quark" }'


def find(query):
    return find_searches(PREFIX + query)


def found_texts(query):
    return [query[search.start : search.end] for search in find_searches(query)]


def test_a_search_says_what_it_asks_and_where_it_stands():
    query = (
        'SELECT * { SERVICE weft:search { ?data weft:query "top quark kind:dataset" ;'
        " weft:score ?score ; weft:rank ?n ; weft:total ?all ; weft:limit 50 . } ?data ?p ?o }"
    )
    [search] = find(query)
    assert search.question == parse_query("top quark kind:dataset")
    assert search.limit == 50
    assert search.columns == (
        ("entity", "data"),
        ("score", "score"),
        ("rank", "n"),
        ("total", "all"),
    )
    rest = query[: query.index("SERVICE")] + "  " + query[query.index("?data ?p") :]
    assert without_searches(PREFIX + query, (search,)).split() == (PREFIX + rest).split()


@pytest.mark.parametrize(
    "query",
    [
        f"ASK {{ {BLOCK} }}",
        f"ASK {{ ?s ?p ?o OPTIONAL {{ {BLOCK} }} }}",
        f"ASK {{ {{ ?s ?p ?o }} UNION {{ {BLOCK} }} }}",
        f"ASK {{ GRAPH ?g {{ {BLOCK} }} }}",
        f"ASK {{ ?s ?p ?o FILTER NOT EXISTS {{ {BLOCK} }} }}",
        f"SELECT * {{ {{ SELECT ?d WHERE {{ {BLOCK} }} LIMIT 5 }} }}",
        f"SELECT * {{ SELECT ?d {{ {BLOCK} }} }}",
        f"CONSTRUCT {{ ?d a ?d }} WHERE {{ {BLOCK} }}",
        f"DESCRIBE ?d {{ ?s ?p ?o . {BLOCK} . ?d ?p ?o }}",
        f"ASK {{ # SERVICE weft:search {{\n {BLOCK} }}",
        f"ASK {{ ?s ?p '}} SERVICE weft:search {{' . {BLOCK} }}",
        f"ASK {{ SERVICE <http://x/> {{ ?s ?p ?o }} {BLOCK} }}",
        f"ASK {{?s ?p 5.{BLOCK}}}",
    ],
)
def test_a_search_is_found_wherever_a_service_may_stand(query):
    assert found_texts(PREFIX + query) == [BLOCK]


@pytest.mark.parametrize(
    "query",
    [
        f'ASK {{ SERVICE <{W}search> {{ ?d <{W}query> "a" }} }}',
        f'ASK {{ SERVICE <{W}\\u0073earch> {{ ?d <{W}query> "a" }} }}',
        f"PREFIX : <{W}> ASK {{ service silent :search {{ $d :query 'a' }} }}",
        f"PREFIX w: <http://x/> PREFIX w: <{W}> ASK {{ Service w:search {{ ?d w:query 'a' }} }}",
        f"PREFIX w.2: <{W}se> ASK {{ SERVICE w.2:arch {{ ?d <{W}query> 'a' }} }}",
        "BASE <https://w3id.org/weft> PREFIX : <#> ASK { SERVICE <#search> { ?d :query 'a' } }",
        "BASE <https://w3id.org/a> BASE <weft> ASK { SERVICE <#search> { ?d <#query> 'a' } }",
        f"BASE <https://w3id.org/> PREFIX w: <{W}> ASK {{ SERVICE w:search {{ ?d w:query 'a' }} }}",
        f"# c\nPREFIX w: # {{\r<{W}> ASK {{ SERVICE # x\nw:search#\n{{ ?d w:query\n'a' }} }}",
    ],
)
def test_the_address_may_be_written_in_every_way(query):
    [search] = find_searches(query)
    assert (search.question, search.columns) == (parse_query("a"), (("entity", "d"),))


@pytest.mark.parametrize(
    "query",
    [
        "ASK { SERVICE <http://evil.example/> { ?d weft:query 'a' } }",
        "ASK { SERVICE ?weft { ?d weft:query 'a' } }",
        "ASK { SERVICE weft:searchx { ?d weft:query 'a' } }",
        "ASK { SERVICE WEFT:search { ?d weft:query 'a' } }",
        "ASK { SERVICE other:search { ?d weft:query 'a' } }",
        "ASK { S\\u0045RVICE weft:search { ?d weft:query 'a' } }",
        "ASK { SERVICE weft:se\\u0061rch { ?d weft:query 'a' } }",
        "ASK { ?s ?p \"SERVICE weft:search { ?d weft:query 'a' }\" }",
        "ASK { ?s ?p ?o } # SERVICE weft:search { ?d weft:query 'a' }",
        'ASK { ?s ?p \'not closed . SERVICE weft:search { ?d weft:query "a" } }',
        "ASK { SERVICE <http://x/> { SERVICE weft:search { ?d weft:query 'a' } } }",
        "ASK { SERVICE ?x { OPTIONAL { SERVICE weft:search { ?d weft:query 'a' } } } }",
        "ASK { SERVICE weft:search ?x }",
        "ASK { SERVICE",
        "ASK { SERVICE SILENT",
        "PREFIX",
        "PREFIX service: <",
    ],
)
def test_what_is_no_search_beyond_doubt_is_left_to_the_gate(query):
    assert find(query) == ()


@pytest.mark.parametrize(
    ("inside", "column", "message"),
    [
        ("", 2, "weft:search needs ?entity weft:query with a text"),
        ("?d weft:score ?s", 18, "weft:search needs ?entity weft:query with a text"),
        ("?d", 4, "this search ends too early"),
        ("?d weft:query", 15, "this search ends too early"),
        ("?d weft:query ?q", 15, "weft:query takes a text in quotation marks, found ?q"),
        ("?d weft:query <q>", 15, "weft:query takes a text in quotation marks, found <q>"),
        ("?d weft:query 5", 15, "weft:query takes a text in quotation marks, found 5"),
        ("?d weft:query 'a'@en", 18, "expected a text without a language, found @en"),
        ("?d weft:query 'a'^^<x>", 20, "expected a text or a whole number, found <x>"),
        ("?d weft:query 'a', 'b'", 18, "expected ; or . or }, found ,"),
        ("?d weft:query 'a' weft:limit 5", 19, "expected ; or . or }, found weft:limit"),
        ("?d weft:query 'a' ; weft:query 'b'", 21, "weft:query is there twice"),
        ("<d> weft:query 'a'", 1, "expected a variable for the entities, found <d>"),
        ("[] weft:query 'a'", 1, "expected a variable for the entities, found ["),
        (
            "?d weft:query 'a' . ?e weft:score ?s",
            21,
            "?e is a second subject: write a SERVICE for each search",
        ),
        ("?d weft:query 'a' ; weft:score 5", 32, "weft:score takes a variable, found 5"),
        ("?d weft:query 'a' ; weft:score ?d", 32, "?d is bound twice by this search"),
        (
            "?d weft:score ?x ; weft:query 'a' ; weft:rank $x",
            47,
            "$x is bound twice by this search",
        ),
        (
            "?d weft:query 'a' ; a ?x",
            21,
            f"expected one of {NAMES}, found a",
        ),
        (
            "?d ^weft:query 'a'",
            4,
            f"expected one of {NAMES}, found ^",
        ),
        (
            "{ ?d weft:query 'a' }",
            1,
            f"weft:search takes {NAMES} and no groups",
        ),
        (r"?d weft:query '\q'", 15, r"\q is no escape of SPARQL"),
        (r"?d weft:query '\U00110000'", 15, r"\U00110000 is no character"),
    ],
)
def test_what_is_wrong_with_a_search_is_told_with_its_place(inside, column, message):
    with pytest.raises(QuerySyntaxError) as raised:
        find(f"ASK {{ SERVICE weft:search {{\n{inside} }} }}")
    assert str(raised.value) == message
    assert (raised.value.line, raised.value.column) == (3, column)


@pytest.mark.parametrize(
    "limit", ["0", "1001", "5.5", "1e2", "99999999999", "+5", "-5", "'5'", "?n"]
)
def test_a_limit_is_a_whole_number_the_text_index_can_give(limit):
    with pytest.raises(QuerySyntaxError, match="takes a whole number from 1 to 1000, found"):
        find(f"ASK {{ SERVICE weft:search {{ ?d weft:query 'a' ; weft:limit {limit} }} }}")


@pytest.mark.parametrize(("limit", "number"), [("1", 1), ("1000", MAX_HITS), ("007", 7)])
def test_a_limit_counts(limit, number):
    [search] = find(f"ASK {{ SERVICE weft:search {{ ?d weft:query 'a' ; weft:limit {limit} }} }}")
    assert search.limit == number


def test_the_highest_limit_is_that_of_the_text_index():
    assert MAX_HITS == MAX_LIMIT == 1000


def test_without_a_limit_a_hundred_hits_are_wanted():
    [search] = find(f"ASK {{ {BLOCK} }}")
    assert search.limit == 100


def test_literals_may_name_their_datatype():
    integer = "<http://www.w3.org/2001/XMLSchema#integer>"
    text = "<http://www.w3.org/2001/XMLSchema#string>"
    inside = f"?d weft:query 'a'^^{text} ; weft:limit \"7\"^^{integer}"
    [search] = find(f"ASK {{ SERVICE weft:search {{ {inside} }} }}")
    assert (search.question, search.limit) == (parse_query("a"), 7)


@pytest.mark.parametrize(
    "inside",
    ["?d weft:query 'a' ;", "?d weft:query 'a' ;; .", "?d weft:query 'a' . ?d weft:rank ?r"],
)
def test_the_signs_of_turtle_may_stand_where_turtle_has_them(inside):
    [search] = find(f"ASK {{ SERVICE weft:search {{ {inside} }} }}")
    assert search.columns[0] == ("entity", "d")


@pytest.mark.parametrize(
    ("literal", "place", "character"),
    [
        ("'top (quark'", (3, 6), 5),
        ("'t\\u006fp (quark'", (3, 11), 5),
        ("'''top\n (quark'''", (4, 2), 6),
        (r'"\"top"', (3, 2), 1),
        ("'(a'", (3, 2), 1),
    ],
)
def test_a_text_that_does_not_parse_is_told_by_its_character_and_its_place(
    literal, place, character
):
    with pytest.raises(QuerySyntaxError) as raised:
        find(f"ASK {{ SERVICE weft:search {{ ?d weft:query\n{literal} }} }}")
    assert str(raised.value).startswith(
        f"the search text does not parse at its character {character}: this "
    )
    assert (raised.value.line, raised.value.column) == place


def test_an_unknown_field_in_the_text_stays_an_unknown_field():
    with pytest.raises(UnknownField, match="character 1: no field kin: did you mean kind:"):
        find("ASK { SERVICE weft:search { ?d weft:query 'kin:dataset' } }")


@pytest.mark.parametrize(
    "query",
    [
        f"ASK {{ }} {BLOCK}",
        f"SELECT * {{ }} ORDER BY ?d {BLOCK}",
        f"ASK {BLOCK}",
        f"SELECT * {{ {{ SELECT * {{ }} {BLOCK} }} }}",
    ],
)
def test_inline_data_makes_no_query_valid_that_was_not(query):
    """VALUES may stand at the end of a query and of a subquery, where SERVICE may not."""
    with pytest.raises(QuerySyntaxError, match="is not between the braces of a group here"):
        find(query)


def test_a_brace_that_is_not_closed_is_told():
    with pytest.raises(QuerySyntaxError, match="this brace of weft:search is not closed"):
        find("ASK { SERVICE weft:search { ?d weft:query 'a' ")


def test_the_searches_of_a_query_are_counted():
    assert len(find(f"ASK {{ {BLOCK * MAX_SEARCHES} }}")) == MAX_SEARCHES
    with pytest.raises(QuerySyntaxError, match="expected at most 10 searches"):
        find(f"ASK {{ {BLOCK * (MAX_SEARCHES + 1)} }}")


def limited(*limits):
    blocks = (f"SERVICE weft:search {{ ?d weft:query 'a' ; weft:limit {n} }}" for n in limits)
    return f"ASK {{ {' '.join(blocks)} }}"


def test_the_hits_of_a_query_are_limited_together():
    assert MAX_HITS_OF_QUERY == 3000
    assert len(find(limited(1000, 1000, 1000))) == 3
    assert len(find(f"ASK {{ {BLOCK * MAX_SEARCHES} }}")) == 10, "each of them gives 100"
    with pytest.raises(QuerySyntaxError) as raised:
        find(limited(1000, 1000, 999, 2))
    assert str(raised.value) == (
        "the searches of a query give at most 3000 hits together: lower weft:limit"
    )
    fourth = limited(1000, 1000, 999, 2).rindex("SERVICE")
    assert (raised.value.line, raised.value.column) == (2, fourth + 1)


def found_or_told(query):
    """The searches; none when something is wrong, which must have a place."""
    try:
        return find(query)
    except QuerySyntaxError as error:
        lines = (PREFIX + query).split("\n")
        assert 1 <= error.line <= len(lines)  # noqa: PT017  # both ways out are right
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1  # noqa: PT017  # as above
        return ()


@given(
    st.text(max_size=30), st.sampled_from(["ASK { %s }", "%s", "ASK { SERVICE weft:search { %s"])
)
def test_no_text_is_a_failure(text, form):
    assert isinstance(found_or_told(form % text), tuple)


FRAGMENTS = st.sampled_from(
    [
        *("SERVICE", "SILENT", "weft:search", "{", "}", "?d", "weft:query", "'a'", '"""', "'", "#"),
        *("\n", ".", ";", "<", ">", "SELECT", "weft:limit", "5", "\\", "BASE", "PREFIX", "weft:"),
        *("<x>", "^", "@en", "?r", "weft:rank"),
    ]
)


@given(st.lists(FRAGMENTS, max_size=40), st.sampled_from(["", " "]))
def test_no_order_of_tokens_is_a_failure(fragments, space):
    found = found_or_told("ASK { " + space.join(fragments))
    assert all(search.start < search.end for search in found)
