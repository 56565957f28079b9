"""Parameters of the API: read into structs, or refused with the name of what is wrong."""

from contextlib import suppress
from typing import Annotated
from urllib.parse import urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Meta, Struct

from search.question.search_query import SearchQuery
from search.web.api.entities import EntityQuery
from search.web.api.field_descriptions import field_descriptions, structs_in
from search.web.api.links import LinksQuery
from search.web.api.operation import is_list, read_query
from search.web.api.scholexplorer import ScholixQuery

QUERIES = (EntityQuery, LinksQuery, ScholixQuery, SearchQuery)


class Sample(Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    needed_text: str
    numbers: tuple[Annotated[int, Meta(ge=0)], ...] = ()
    """Some numbers,
    each from 0 up."""
    flag: bool = False


class Holder(Struct, frozen=True):
    one: Sample | None
    """A sample."""
    many: dict[str, tuple[Sample, ...]]


def read(query: str, type_: type[Struct] = Sample) -> Struct:
    return read_query(make_mocked_request("GET", f"/api?{query}"), type_)


def test_parameters_become_the_fields_of_a_struct():
    assert read("needed-text=a%20b&numbers=1&numbers=2&flag=true") == Sample(
        needed_text="a b", numbers=(1, 2), flag=True
    )


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("", "needed-text"),
        ("needed-text=a&needed-text=b", "given 2 times"),
        ("needed-text=a&numbers=x", "numbers"),
        ("needed-text=a&numbers=-1", "numbers"),
        ("needed-text=a&flag=perhaps", "flag"),
        ("needed_text=a", "needed_text"),
        ("needed-text=a&" + "x" * 500 + "=1", "x" * 40),
    ],
)
def test_what_is_wrong_is_named(query, word):
    with pytest.raises(web.HTTPBadRequest) as raised:
        read(query)
    assert word in (raised.value.text or "")
    assert len(raised.value.text or "") < 300


@settings(deadline=None)
@given(
    st.sampled_from(QUERIES),
    st.lists(
        st.tuples(
            st.sampled_from(sorted({n for q in QUERIES for n in q.__struct_encode_fields__}))
            | st.text(),
            st.text() | st.integers().map(str) | st.sampled_from(["true", "null", "*", "dataset"]),
        ),
        max_size=5,
    ),
)
def test_any_parameters_are_read_or_refused(type_, pairs):
    encoded = urlencode(
        [(name.encode(errors="replace"), text.encode(errors="replace")) for name, text in pairs]
    )
    with suppress(web.HTTPBadRequest):
        assert isinstance(read(encoded, type_), type_)


def test_a_field_that_is_a_tuple_may_be_repeated():
    assert is_list(tuple[str, ...])
    assert is_list(Annotated[tuple[str, ...], Meta(description="x")])
    assert not is_list(Annotated[str, Meta(description="x")])


def test_the_text_below_a_field_is_its_description():
    assert field_descriptions(Sample) == {"numbers": "Some numbers, each from 0 up."}
    assert field_descriptions(Holder) == {"one": "A sample."}


def test_structs_are_found_wherever_a_field_holds_them():
    assert structs_in([Holder]) == (Holder, Sample)
