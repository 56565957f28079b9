import pytest

from search.errors import QuerySyntaxError
from weft.remote.service_blocks import find_services

URL = "http://x/sparql"


def found(query, services=(URL,)):
    return find_services(query, services)


def test_a_block_is_asked_with_the_prologue_of_the_query():
    query = f"PREFIX s: <http://s/>\nSELECT ?a {{ ?a s:p ?b . SERVICE <{URL}> {{ ?b s:q ?c }} }}"
    (block,) = found(query)
    assert block.query == "PREFIX s: <http://s/>\nSELECT * WHERE { ?b s:q ?c }"
    assert query[block.start : block.end] == f"SERVICE <{URL}> {{ ?b s:q ?c }}"
    assert (block.url, block.is_ask, block.is_silent) == (URL, False, False)


@pytest.mark.parametrize(
    "call",
    [
        f"service silent<{URL}>{{?s ?p ?o}}",
        "SERVICE SILENT there:sparql { ?s ?p ?o }",
        "SERVICE # a comment { with a brace\n SILENT <sparql> { ?s ?p ?o }",
    ],
)
def test_a_service_is_known_however_its_name_is_written(call):
    (block,) = found(f"BASE <http://x/> PREFIX there: <http://x/> ASK {{ {call} }}")
    assert (block.url, block.is_silent) == (URL, True)


def test_braces_in_strings_comments_and_groups_do_not_end_a_block():
    inner = '{ { ?s ?p \'}\' } UNION { ?s ?p """}""" } # }\n}'
    (block,) = found(f"SELECT * {{ SERVICE <{URL}> {inner} ?s ?q ?r }}")
    assert block.query == f"SELECT * WHERE {inner}"


def test_a_block_without_variables_is_asked_for_yes_or_no():
    (block,) = found(f"SELECT * {{ SERVICE <{URL}> {{ <a:b> a <a:c> }} ?s ?p ?o }}")
    assert (block.query, block.is_ask) == ("ASK { <a:b> a <a:c> }", True)


def test_other_services_and_words_in_strings_are_left_alone():
    assert found("SELECT * { SERVICE <http://y/> { ?s ?p ?o } }") == ()
    assert found(f"SELECT * {{ ?s ?p 'SERVICE <{URL}> {{ }}' }}") == ()
    assert found("SELECT * { SERVICE ?where { ?s ?p ?o } }") == ()


@pytest.mark.parametrize(
    ("query", "why", "column"),
    [
        (f"ASK {{ SERVICE <{URL}> {{ ?s ?p ?o ", "not closed", 33),
        (f"ASK {{ SERVICE <{URL}> ?s }}", "expected {", 7),
        (f"ASK {{ SERVICE <{URL}>", "expected {", 7),
        (f"ASK {{ SERVICE <{URL}> {{ SERVICE <http://y/> {{}} }} }}", "inside the one of", 35),
    ],
)
def test_a_block_that_cannot_be_asked_is_named_by_its_place(query, why, column):
    with pytest.raises(QuerySyntaxError, match=why) as caught:
        found(query)
    assert (caught.value.line, caught.value.column) == (1, column)
