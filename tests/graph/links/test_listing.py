"""Lists of links: which come, in which order, with whom that state them."""

import contextlib
import itertools
from collections.abc import Generator

import pytest

from graph.errors import ReleaseError
from graph.links.filter import LinkFilter, LinkFilterError
from graph.links.found import FoundLink
from graph.links.listing import count_links, links_at, list_links, open_links
from graph.links.stated import read_stated
from graph.relation import PREDICATES
from tests.graph.builders import BASE

SUPPLEMENT = "a/data IsSupplementTo b/paper"
TO_STUB = "b/paper Cites nowhere"
VERSION = "a/v1 IsVersionOf a/data"
REQUIRES = "c/code Requires a/data"
CODE_CITES = "c/code Cites b/paper"
RELATED = "c/book IsRelatedTo b/paper"
COPY_CITES = "c/copy Cites a/data"
FAR = "d/far Cites d/away"
ALL = {SUPPLEMENT, TO_STUB, VERSION, REQUIRES, CODE_CITES, RELATED, COPY_CITES, FAR}


@pytest.fixture
def told(view, keys):
    """The links that fit, as `start relation end`; a list and a count agree."""
    names = {key: name for name, key in keys.items()}

    def tell(wanted: LinkFilter) -> set[str]:
        found = list(list_links(view, wanted))
        listed = [
            f"{names[view.key(each.start)]} {PREDICATES[each.way.predicate]}"
            f" {names[view.key(each.end)]}"
            for each in found
        ]
        assert len(listed) == len(set(listed)) == count_links(view, wanted)
        return {_turned(each) for each in listed}

    return tell


def _turned(told: str) -> str:
    """A link without direction starts at the lesser key; here the order of words is fixed."""
    return RELATED if told == "b/paper IsRelatedTo c/book" else told


def test_every_link_comes_once_in_canonical_direction(told, release):
    assert told(LinkFilter()) == ALL
    assert release.info.links == len(ALL)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (LinkFilter(from_kinds=("software",)), {REQUIRES, CODE_CITES}),
        (LinkFilter(to_kinds=("unknown",)), {TO_STUB}),
        (LinkFilter(relations=("Cites",)), {TO_STUB, CODE_CITES, COPY_CITES, FAR}),
        (LinkFilter(relations=("IsReferencedBy",)), {TO_STUB, CODE_CITES, COPY_CITES, FAR}),
        (LinkFilter(relations=("HasVersion", "IsRequiredBy")), {VERSION, REQUIRES}),
        (LinkFilter(sources=("d",)), {FAR}),
        (LinkFilter(sources=("b",)), {SUPPLEMENT, TO_STUB, CODE_CITES, RELATED}),
        (LinkFilter(sources=("d", "b")), {SUPPLEMENT, TO_STUB, CODE_CITES, RELATED, FAR}),
        (LinkFilter(stated_by=("b",)), {SUPPLEMENT, TO_STUB}),
        (LinkFilter(stated_by=("a",)), {SUPPLEMENT, VERSION}),
        (LinkFilter(stated_by=("a", "d")), {SUPPLEMENT, VERSION, FAR}),
        (LinkFilter(since=2014), {VERSION, REQUIRES, CODE_CITES, COPY_CITES}),
        (LinkFilter(until=2012), {SUPPLEMENT}),
        (LinkFilter(since=2013, until=2014), {TO_STUB, VERSION}),
        (LinkFilter(stubs="only"), {TO_STUB}),
        (LinkFilter(stubs="without"), ALL - {TO_STUB}),
        (LinkFilter(from_kinds=("dataset",), to_kinds=("paper",), since=2012), {SUPPLEMENT}),
        (LinkFilter(from_kinds=("chapter",)), set()),
        (LinkFilter(relations=("Obsoletes",)), set()),
    ],
    ids=lambda value: str(value) if isinstance(value, LinkFilter) else "",
)
def test_conditions_leave_links_out(told, wanted, expected):
    assert told(wanted) == expected


def test_an_entity_is_asked_for_at_either_end(told, view, keys):
    at = view.iri(keys["a/data"])
    assert told(LinkFilter(at=at)) == {SUPPLEMENT, VERSION, REQUIRES, COPY_CITES}
    assert told(LinkFilter(at=at, relations=("Cites",))) == {COPY_CITES}
    assert told(LinkFilter(at=f"{BASE}id/nothing")) == set()


def test_links_at_an_entity_are_those_of_the_list(view, keys):
    for name in ("a/data", "b/paper", "d/far", "nowhere"):
        iri = view.iri(keys[name])
        for wanted in (LinkFilter(), LinkFilter(stated_by=("c",)), LinkFilter(since=2014)):
            listed = [
                (each.start, each.way.predicate, each.end)
                for each in list_links(view, wanted)
                if iri in (each.start, each.end)
            ]
            assert sorted(links_at(view, wanted, iri)) == sorted(listed)


def test_each_link_comes_with_all_that_state_it(view):
    [found] = list_links(view, LinkFilter(relations=("IsSupplementTo",)))
    assert [(each.source, each.stated_as) for each in found.stated.by_subject] == [
        ("a", "IsSupplementTo")
    ]
    assert [(each.source, each.stated_as) for each in found.stated.by_object] == [
        ("b", "IsSupplementedBy")
    ]
    for each in list_links(view, LinkFilter()):
        assert each.stated == read_stated(view, each.start, each.way.predicate, each.end)


def test_the_order_is_the_same_each_time_and_a_limit_takes_the_first(view):
    whole = list(list_links(view, LinkFilter()))
    assert list(list_links(view, LinkFilter())) == whole
    assert list(list_links(view, LinkFilter(), limit=3)) == whole[:3]
    stated = list(list_links(view, LinkFilter(stated_by=("c",))))
    assert list(list_links(view, LinkFilter(stated_by=("c",)), limit=2)) == stated[:2]


def test_a_list_may_be_read_twice_and_knows_its_length(view):
    with open_links(view, LinkFilter(stubs="without")) as links:
        assert links.total == 7
        assert list(links) == list(links)
        assert [row.subject for row in links.rows()] == [each.start for each in links]


def open_generator(view) -> Generator[FoundLink, None, None]:
    links = list_links(view, LinkFilter())
    assert isinstance(links, Generator)
    return links


def test_a_list_that_is_left_early_leaves_no_file(view, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with contextlib.closing(open_generator(view)) as links:
        assert len(list(itertools.islice(links, 2))) == 2
        assert list(tmp_path.iterdir()) != []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (LinkFilter(from_kinds=("data",)), "no kind 'data': expected one of dataset, paper,"),
        (LinkFilter(to_kinds=("",)), "no kind ''"),
        (LinkFilter(relations=("cites",)), "no relation 'cites': expected one of Cites,"),
        (LinkFilter(sources=("x",)), "no source 'x' in this release; there are: a, b, c, d"),
        (LinkFilter(stated_by=("a", "x\"'\\")), "there are: a, b, c, d"),
        (LinkFilter(at="abc"), "expected the IRI of an entity, found 'abc'"),
        (LinkFilter(at="http://x/> ?p ?o } #"), "expected the IRI of an entity"),
        (LinkFilter(since=2015, until=2010), "expected the earlier year first, found 2015-2010"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_an_error_that_names_what_there_is(view, wanted, says):
    for ask in (lambda: count_links(view, wanted), lambda: list(list_links(view, wanted))):
        with pytest.raises(LinkFilterError) as caught:
            ask()
        assert says in str(caught.value)


def test_a_disk_without_room_is_a_clear_error(view, monkeypatch):
    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.open", full)
    with pytest.raises(ReleaseError, match="No space left on device"):
        list(list_links(view, LinkFilter(stated_by=("a",))))


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (LinkFilter(), "all links"),
        (LinkFilter(since=2010, until=2015, stubs="only"), "year=2010-2015 stubs=only"),
        (LinkFilter(since=2010, until=2010), "year=2010"),
        (LinkFilter(until=2015, sources=("a", "b")), "source=a,b year=-2015"),
        (LinkFilter(from_kinds=("dataset",), stated_by=("a",), at="http://x/id/k"),
         "from-kind=dataset stated-by=a at=http://x/id/k"),
    ],
)  # fmt: skip
def test_a_filter_is_written_in_one_line(wanted, text):
    assert str(wanted) == text
