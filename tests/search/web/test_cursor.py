"""Cursors: what was written is read back, and nothing else."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.release import ReleaseInfo
from search.errors import BadSearch
from search.question.ask import Ask
from search.question.cursor import MAX_CURSOR, _check, read_cursor, write_cursor
from search.text.engine import Sort

RELEASE = ReleaseInfo(
    number=7,
    created_at="2026-01-02T03:04:05Z",
    base_iri="http://weft.test/",
    records=1,
    entities=1,
    stubs=0,
    merged_entities=0,
    links=0,
    quads=1,
    by_kind={},
    by_source={},
)
ASK = Ask(text="higgs", sort=Sort.DATE, filters={"kind": ("paper", "book")}, limit=10)


@given(place=st.text(max_size=200))
def test_a_cursor_reads_back_and_is_safe_in_an_address(place):
    text = write_cursor(RELEASE, ASK, place)
    assert text.replace("-", "").replace("_", "").isalnum()
    found = read_cursor(text, ASK)
    assert (found.release, found.made, found.place) == (7, "2026-01-02T03:04:05Z", place)


def test_the_longest_place_fits():
    place = "t" + ".".join("\N{MATHEMATICAL FRAKTUR SMALL H}" * 60) + "-" + "6b" * 13 + "~1"
    assert len(write_cursor(RELEASE, ASK, place)) < MAX_CURSOR


def test_pages_may_differ_in_length_and_filters_in_order():
    text = write_cursor(RELEASE, ASK, "5")
    other = replace(ASK, limit=3, filters={"year": (), "kind": ("book", "paper")})
    assert read_cursor(text, other).place == "5"


@pytest.mark.parametrize(
    "other",
    [{"text": "boson"}, {"sort": Sort.TITLE}, {"filters": {}}, {"filters": {"kind": ("paper",)}}],
)
def test_a_cursor_of_another_question_is_refused(other):
    with pytest.raises(BadSearch) as raised:
        read_cursor(write_cursor(RELEASE, ASK, "5"), replace(ASK, **other))
    assert "belongs to another query, sort or filter" in str(raised.value)


def refused(text):
    with pytest.raises(BadSearch) as raised:
        read_cursor(text, ASK)
    assert "cut or edited: begin again with cursor=*" in str(raised.value)


def test_a_cursor_that_is_cut_anywhere_is_refused():
    text = write_cursor(RELEASE, ASK, "5")
    for end in range(len(text)):
        refused(text[:end])


def test_a_cursor_with_any_letter_changed_is_refused():
    text = write_cursor(RELEASE, ASK, "5")
    for at, letter in enumerate(text[:-1]):  # the last one may hold bits that say nothing
        refused(text[:at] + ("A" if letter != "A" else "B") + text[at + 1 :])


@given(text=st.text(max_size=80))
def test_what_is_no_cursor_is_refused(text):
    refused(text)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"[-1,'','','']", b"\xff", b"[7,1,2,3]"])
def test_a_checksum_alone_makes_no_cursor(body):
    refused(base64.urlsafe_b64encode(_check(body) + body).decode().rstrip("="))


def test_a_cursor_that_is_too_long_is_refused():
    refused("A" * (MAX_CURSOR + 1))
    refused("A" * 100_000)
