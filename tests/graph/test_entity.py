"""Which work each field of an entity is taken from."""

import itertools

import pytest
from msgspec.structs import replace

from graph.entity import choose_kind, merge
from graph.work import Access, Agent, Date, Grant, Identifier, Kind, Subject, Text, Work

_BARE = Work(source="a", record="1", datestamp="2024-01-01", kind=Kind.OTHER)
_ADA = (Agent(name="Ada"),)
_BOB = (Agent(name="Bob"),)
_GRANT = Grant(funder="ERC", number="1")


def _bare(source: str = "b", record: str = "1") -> Work:
    return replace(_BARE, source=source, record=record)


def _merge(*works: Work, order: tuple[str, ...] = ("a", "b")):
    return merge("key", works, order)


def test_a_work_alone_is_the_entity():
    entity = _merge(_BARE)
    assert (entity.key, entity.works, entity.kind) == ("key", (_BARE,), Kind.OTHER)
    assert (entity.title, entity.year, entity.description) == (None, None, None)
    assert (entity.date_published, entity.licence, entity.publisher) == ("", "", "")


def test_a_work_alone_is_described_as_among_works_that_say_nothing():
    full = replace(
        _BARE,
        kind=Kind.BOOK,
        identifiers=(Identifier("oai", "a:1"), Identifier("doi", "10.5072/x")),
        titles=(Text("One", "en"), Text("Two")),
        creators=_ADA + _BOB,
        collaborations=("CMS",),
        dates=(Date("Created", "2011"), Date("Issued", "2012-09")),
        year=2012,
        subjects=(Subject("x", "S", "https://words.example.org/x", "en"),),
        licence="CC0-1.0",
        access=Access.OPEN,
        languages=("en",),
        publisher="Kap",
        publisher_identifier=Identifier("ror", "05mmh0f86"),
        version="2",
        sizes=("12 pages",),
        formats=("text/csv",),
        descriptions=(Text("Abstract"), Text("Methods")),
        funding=(_GRANT,),
    )
    alone, among = _merge(full), _merge(full, _bare())
    assert alone.works == (full,)
    assert replace(among, works=alone.works) == alone


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
        ("funding", (_GRANT,), (_GRANT,), (_GRANT,)),
        ("funding", (_GRANT,), (Grant(funder="ERC"),), (_GRANT, Grant(funder="ERC"))),
        ("sizes", ("12 pages",), ("3 MB",), ("12 pages",)),
        ("sizes", (), ("3 MB",), ("3 MB",)),
        ("formats", ("text/csv",), ("CSV", "text/csv"), ("text/csv", "CSV")),
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


_ROR = Identifier("ror", "05mmh0f86")


@pytest.mark.parametrize(
    ("first", "second", "identifier"),
    [
        (("CERN", None), ("Zenodo", _ROR), None),
        (("CERN", None), ("CERN", _ROR), _ROR),
        (("CERN", _ROR), ("Zenodo", None), _ROR),
        (("", None), ("Zenodo", _ROR), _ROR),
    ],
)
def test_the_publishers_identifier_is_of_the_publisher_that_was_chosen(first, second, identifier):
    one, other = (
        replace(bare, publisher=name, publisher_identifier=known)
        for bare, (name, known) in ((_BARE, first), (_bare(), second))
    )
    entity = _merge(one, other)
    assert (entity.publisher, entity.publisher_identifier) == (first[0] or second[0], identifier)


def test_where_another_source_names_the_publisher_the_identifier_is_its_too():
    one = replace(_BARE, publisher="Kap", publisher_identifier=Identifier("grid", "grid.9999.1f"))
    other = replace(_bare(), publisher="Kap Verlag", publisher_identifier=_ROR)
    entity = merge("key", (one, other), ("a", "b"), {"publisher": ("b",)})
    assert (entity.publisher, entity.publisher_identifier) == ("Kap Verlag", _ROR)


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
    orders = itertools.permutations([("a", each) for each in kinds])
    assert {choose_kind(order) for order in orders} == {kind}
