"""Requests as addresses, and the rule that follows a list."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from harvester.protocol import Verb
from harvester.request import (
    EMPTY_PAGES_ALLOWED,
    Done,
    Ending,
    Position,
    Request,
    get_record,
    identify,
    list_identifiers,
    list_metadata_formats,
    list_records,
    list_sets,
    next_request,
    resume,
)
from harvester.window import Window

BASE = "http://r.example/oai"
START = Position(verb=Verb.LIST_RECORDS)


def follow(tokens: Sequence[str | None], *, n_records=1) -> list[Request | Done]:
    """What is asked after each page of a list with these tokens."""
    position, steps = START, []
    for token in tokens:
        position, step = next_request(position, token=token, n_records=n_records)
        steps.append(step)
        if isinstance(step, Done):
            break
    return steps


def test_first_request_names_prefix_dates_and_set():
    window = Window(from_="2026-01-01", until="2026-01-31", set_spec="user-cern")
    assert list_records("oai_dc", window).url(BASE) == (
        "http://r.example/oai?verb=ListRecords&metadataPrefix=oai_dc"
        "&from=2026-01-01&until=2026-01-31&set=user-cern"
    )


def test_identifiers_are_asked_for_with_the_same_arguments():
    window = Window(from_="2026-01-01", set_spec="a")
    assert list_identifiers("oai_dc", window).url(BASE) == (
        "http://r.example/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&from=2026-01-01&set=a"
    )


def test_open_sides_of_a_window_are_left_out():
    url = list_records("oai_dc", Window()).url(BASE)
    assert url == "http://r.example/oai?verb=ListRecords&metadataPrefix=oai_dc"


def test_token_request_omits_other_arguments():
    url = resume(Verb.LIST_RECORDS, "a/b|c=1&d e+f").url(BASE)
    assert url == (
        "http://r.example/oai?verb=ListRecords&resumptionToken=a%2Fb%7Cc%3D1%26d%20e%2Bf"
    )


def test_a_query_in_the_base_url_is_kept():
    assert identify().url("http://r.example/?page=oai") == (
        "http://r.example/?page=oai&verb=Identify"
    )


def test_other_verbs():
    assert list_sets().url(BASE) == "http://r.example/oai?verb=ListSets"
    assert list_metadata_formats().url(BASE) == "http://r.example/oai?verb=ListMetadataFormats"
    assert get_record("oai:a:1", "oai_dc").url(BASE) == (
        "http://r.example/oai?verb=GetRecord&identifier=oai%3Aa%3A1&metadataPrefix=oai_dc"
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_token_survives_the_way_into_the_address(token):
    query = urlsplit(resume(Verb.LIST_RECORDS, token).url(BASE)).query
    assert parse_qsl(query, keep_blank_values=True)[1] == ("resumptionToken", token)


def test_a_list_ends_without_a_token_and_with_an_empty_one():
    assert follow([None]) == [Done(Ending.END)]
    assert follow([""]) == [Done(Ending.END)]


def test_an_empty_page_with_a_token_is_followed():
    assert follow(["a"], n_records=0) == [resume(Verb.LIST_RECORDS, "a")]


def test_empty_pages_without_end_end_the_list():
    steps = follow([str(n) for n in range(1000)], n_records=0)
    assert steps[-1] == Done(Ending.EMPTY_PAGES)
    assert len(steps) == EMPTY_PAGES_ALLOWED + 1


@given(st.integers(0, 40), st.integers(1, 40))
def test_a_cycle_of_tokens_of_any_length_is_found(n_before, n_cycle):
    before = [f"before {n}" for n in range(n_before)]
    cycle = [f"cycle {n}" for n in range(n_cycle)]
    steps = follow(before + cycle * 200)
    assert steps[-1] == Done(Ending.TOKEN_LOOP)
    assert len(steps) <= 4 * (n_before + n_cycle) + 4


@given(st.lists(st.text(min_size=1), unique=True))
def test_tokens_that_never_repeat_are_followed_to_the_end(tokens):
    assert follow([*tokens, None])[-1] == Done(Ending.END)


def test_a_token_repeated_at_once_ends_the_list():
    assert follow([*"abcdef", "f"])[-2:] == [
        resume(Verb.LIST_RECORDS, "f"),
        Done(Ending.TOKEN_LOOP),
    ]


def test_a_request_knows_the_token_it_replays():
    assert resume(Verb.LIST_RECORDS, "t").token == "t"  # noqa: S105  # no secret
    assert identify().token is None
