"""Which work each field of an entity is taken from."""

import itertools

import pytest
from msgspec.structs import replace

from graph.entity import choose_kind, merge
from graph.work import Access, Agent, Date, Identifier, Kind, Subject, Text, Work

_BARE = Work(source="a", record="1", datestamp="2024-01-01", kind=Kind.OTHER)
_ADA = (Agent(name="Ada"),)
_BOB = (Agent(name="Bob"),)


def _bare(source: str = "b", record: str = "1") -> Work:
    return replace(_BARE, source=source, record=record)


def _merge(*works: Work, order: tuple[str, ...] = ("a", "b")):
    return merge("key", works, order)


def test_a_work_alone_is_the_entity():
    entity = _merge(_BARE)
    assert (entity.key, entity.works, entity.kind) == ("key", (_BARE,), Kind.OTHER)
    assert (entity.title, entity.year, entity.description) == (None, None, None)
    assert (entity.date_published, entity.licence, entity.publisher) == ("", "", "")


def test_sources_are_heard_in_the_configured_order_and_others_by_name():
    works = [_bare(source, record) for source in "dcba" for record in "21"]
    entity = merge("key", works, ("c", "a"))
    assert [work.source + work.record for work in entity.works] == [
        "c1", "c2", "a1", "a2", "b1", "b2", "d1", "d2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "first", "second", "chosen"),
    [
        ("titles", (Text("One", "en"), Text("Eins", "de")), (Text("Two"),), Text("One", "en")),
        ("titles", (), (Text("Two"),), Text("Two")),
        ("creators", _ADA, _BOB, _ADA),
        ("creators", (), _BOB, _BOB),
        ("year", 2012, 2013, 2012),
        ("year", None, 2013, 2013),
        ("licence", "", "CC0-1.0", "CC0-1.0"),
        ("publisher", "CERN", "Zenodo", "CERN"),
        ("version", "", "2", "2"),
        ("access", Access.UNKNOWN, Access.CLOSED, Access.CLOSED),
        ("access", Access.OPEN, Access.CLOSED, Access.OPEN),
        ("descriptions", (), (Text("Abstract"), Text("Methods")), Text("Abstract")),
        ("subjects", (Subject("x"),), (Subject("y"), Subject("x")), (Subject("x"), Subject("y"))),
        ("languages", ("en",), ("de", "en"), ("en", "de")),
        ("collaborations", ("CMS",), ("ATLAS",), ("CMS", "ATLAS")),
        ("funding", ("ERC, 1",), ("ERC, 1",), ("ERC, 1",)),
        (
            "identifiers",
            (Identifier("doi", "10.1/a"), Identifier("oai", "1")),
            (Identifier("oai", "2"), Identifier("doi", "10.1/a")),
            (Identifier("doi", "10.1/a"), Identifier("oai", "1"), Identifier("oai", "2")),
        ),
    ],
)
def test_a_field_comes_from_the_first_work_that_has_it_or_adds_up(field, first, second, chosen):
    one, other = replace(_BARE, **{field: first}), replace(_bare(), **{field: second})
    of_entity = {"titles": "title", "descriptions": "description"}.get(field, field)
    assert getattr(_merge(one, other), of_entity) == chosen
    assert getattr(_merge(other, one), of_entity) == chosen


@pytest.mark.parametrize(
    ("dates", "year", "published"),
    [
        ((), None, ""),
        ((), 986, "0986"),
        ((Date("Issued", "2012-09"), Date("Created", "2011")), 2012, "2012-09"),
        ((Date("Created", "2011-02-03"), Date("Available", "2012-09")), 2012, "2012-09"),
        ((Date("Issued", "2012"), Date("Issued", "2013")), 2012, "2012"),
        ((Date("Collected", "2010"),), 2012, "2012"),
        ((Date("Collected", "2010"),), None, ""),
    ],
)
def test_the_date_of_publication_is_that_of_the_best_role(dates, year, published):
    assert _merge(replace(_BARE, dates=dates, year=year)).date_published == published


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        ((), Kind.OTHER),
        ((Kind.OTHER,), Kind.OTHER),
        ((Kind.OTHER, Kind.DATASET), Kind.DATASET),
        ((Kind.PAPER, Kind.BOOK, Kind.OTHER), Kind.BOOK),
        ((Kind.PAPER, Kind.CHAPTER), Kind.CHAPTER),
        ((Kind.OTHER, Kind.SOFTWARE), Kind.SOFTWARE),
    ],
)
def test_the_kind_is_the_one_that_says_most_in_any_order(kinds, kind):
    """The catalogue counts kinds without knowing the order of the sources."""
    assert {choose_kind(order) for order in itertools.permutations(kinds)} == {kind}
