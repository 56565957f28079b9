"""Cursors of the list of links: what they keep, and that no text breaks their reader."""

import base64

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from graph.links.selection import Selection
from graph.release import ReleaseInfo
from search.web.api.cursor import read_cursor, write_cursor
from search.web.api.found_links import Place, Wanted

ALL = Wanted(selection=Selection())
OTHER = Wanted(selection=Selection(), stated_by=("zenodo",))


def info(number: int, created_at: str = "2026-01-02T03:04:05Z") -> ReleaseInfo:
    return ReleaseInfo(
        number=number,
        created_at=created_at,
        base_iri="http://weft.test/",
        records=0,
        entities=0,
        stubs=0,
        merged_entities=0,
        links=0,
        quads=0,
        by_kind={},
        by_source={},
    )


def test_a_cursor_says_what_was_written_into_it():
    cursor = read_cursor(write_cursor(info(3), ALL, Place(7, 2), 40, None), info(3), ALL)
    assert (cursor.place, cursor.n_candidates, cursor.total) == (Place(7, 2), 40, None)


def test_a_cursor_needs_no_escape_in_an_address():
    for start in range(200):
        text = write_cursor(info(3), ALL, Place(start, 2), 40, start)
        assert text.replace("-", "").replace("_", "").isalnum()


def test_a_cursor_of_another_release_is_gone():
    text = write_cursor(info(3), ALL, Place(), 1, 1)
    for other in (info(4), info(3, "2026-02-02T03:04:05Z")):
        with pytest.raises(web.HTTPGone):
            read_cursor(text, other, ALL)


def test_a_cursor_of_another_question_is_refused():
    with pytest.raises(web.HTTPBadRequest):
        read_cursor(write_cursor(info(3), ALL, Place(), 1, 1), info(3), OTHER)


@given(st.text() | st.binary().map(lambda body: base64.urlsafe_b64encode(body).decode()))
def test_any_text_is_a_cursor_or_a_clear_error(text):
    with pytest.raises((web.HTTPBadRequest, web.HTTPGone)):
        read_cursor(text, info(3), ALL)


@given(
    st.lists(
        st.integers(-(2**70), 2**70) | st.text(max_size=9) | st.none() | st.floats(), max_size=9
    )
)
def test_any_list_is_a_cursor_or_a_clear_error(values):
    import msgspec  # noqa: PLC0415

    body = base64.urlsafe_b64encode(msgspec.json.encode(values)).decode()
    with pytest.raises((web.HTTPBadRequest, web.HTTPGone)):
        read_cursor(body, info(3), ALL)
