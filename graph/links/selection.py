"""Which links of a release are meant, as SPARQL on its default graph. Pure.

A list of links is read in the order of the store, which never changes inside a release, so a page
needs no sorting: first comes a stretch of links by relation and ends, then what else was asked of
each. Every text here has a `LIMIT` or is a count.
"""

from collections.abc import Container, Iterator
from typing import Final

from msgspec import Struct

from graph.relation import PREDICATES, RELATIONS, UNKNOWN_RELATION, WEFT
from graph.terms import literal
from graph.vocabulary import RDF_TYPE, SCHEMA

UNKNOWN_KIND: Final = "unknown"
"""Kind of an entity that no record tells the kind of."""
_KIND: Final = f"<{WEFT}kind>"
_STUB: Final = f"<{RDF_TYPE}> <{WEFT}Stub>"
_DATE: Final = f"<{SCHEMA}datePublished>"
_PUBLISHER: Final = f"<{SCHEMA}publisher>"
_DATA_KINDS: Final = ("dataset", "software")


class Way(Struct, frozen=True):
    """One way to read links: by a predicate, from one of its two ends."""

    predicate: str
    is_turned: bool = False
    """True when the link is read from the end that the predicate's object is."""


CANONICAL: Final = tuple(map(Way, PREDICATES))
"""Each link once, from the end that its canonical relation starts at."""
FROM_BOTH_ENDS: Final = tuple(
    Way(predicate, is_turned) for predicate in PREDICATES for is_turned in (False, True)
)
"""Each link twice."""


class Selection(Struct, frozen=True, kw_only=True):
    """Links by their relation and their ends; an empty condition asks for nothing."""

    at: str = ""
    """IRI of an entity that is at either end."""
    and_at: str = ""
    """IRI of another, at the end that is left."""
    sources: tuple[str, ...] = ()
    """IRIs, one of which the link starts at."""
    targets: tuple[str, ...] = ()
    """IRIs, one of which the link leads to."""
    ways: tuple[Way, ...] = CANONICAL
    """How the links are read; the numbers `?way` of a page's rows count these."""
    source_kinds: tuple[str, ...] = ()
    target_kinds: tuple[str, ...] = ()
    source_publisher: str = ""
    target_publisher: str = ""
    since: str = ""
    """First date on which what the link starts at was published, YYYY, YYYY-MM or YYYY-MM-DD."""
    until: str = ""
    with_stubs: bool = True
    """Whether an end may be an entity that no source has delivered."""
    only_data: bool = False
    """Whether one end must be a dataset or software."""

    @property
    def is_bound(self) -> bool:
        """Whether an end is known, so that few candidates are looked at however many there are."""
        return bool(self.at or self.sources or self.targets)

    @property
    def is_filtered(self) -> bool:
        """Whether more is asked than relation and ends, which the store finds by index."""
        return bool(_filters(self))


def ways_of(relations: Container[str]) -> tuple[Way, ...]:
    """Ways to read the links of some canonical DataCite relations."""
    return tuple(way for way in CANONICAL if PREDICATES[way.predicate] in relations)


def canonical(relation: str) -> str:
    """The canonical name of a DataCite relation, whichever side it is stated from.

    >>> canonical("IsSupplementedBy")
    'IsSupplementTo'
    """
    return RELATIONS.get(relation, UNKNOWN_RELATION).name


def count_candidates(selection: Selection) -> str:
    """A query for `?n`: how many links have the relation and the ends."""
    return f"SELECT (COUNT(*) AS ?n) {{ {_candidates(selection)} }}"


def count_selected(selection: Selection, at_most: int) -> str:
    """A query for `?n`: how many of the first `at_most` candidates are selected."""
    stretch = _stretch(selection, 0, at_most)
    return f"SELECT (COUNT(*) AS ?n) {{ {{ {stretch} }} {_filters(selection)} }}"


def page(selection: Selection, start: int, length: int, skip: int, limit: int) -> str:
    """A query for links `?s ?way ?o`: IRI it starts at, number of the way, IRI it leads to.

    Args:
        selection: which links.
        start: candidate that the stretch begins with, from 0.
        length: candidates in the stretch.
        skip: selected links of the stretch that were read before.
        limit: most links to give.
    """
    stretch = _stretch(selection, start, length)
    return (
        f"SELECT ?s ?way ?o {{ {{ {stretch} }} {_filters(selection)} }} OFFSET {skip} LIMIT {limit}"
    )


def _stretch(selection: Selection, start: int, length: int) -> str:
    return f"SELECT ?s ?way ?o {{ {_candidates(selection)} }} OFFSET {start} LIMIT {length}"


def _candidates(selection: Selection) -> str:
    found = [
        text
        for number, way in enumerate(selection.ways)
        for text in _branches(selection, way, number)
    ]
    return " UNION ".join(f"{{ {text} }}" for text in found) or "FILTER(false)"


def _branches(selection: Selection, way: Way, number: int) -> Iterator[str]:
    for source, target, but_not in _ends(selection):
        names = (f"<{source}>" if source else "?s"), (f"<{target}>" if target else "?o")
        subject, object_ = reversed(names) if way.is_turned else names
        text = f"{subject} <{way.predicate}> {object_} BIND({number} AS ?way)"
        text += f" BIND(<{source}> AS ?s)" if source else ""
        text += f" BIND(<{target}> AS ?o)" if target else ""
        yield text + (f" FILTER(?s != <{but_not}>)" if but_not else "")


def _ends(selection: Selection) -> Iterator[tuple[str, str, str]]:
    """IRIs that a link starts at and leads to, empty for any, and one it must not start at."""
    if selection.at and selection.and_at:
        yield selection.at, selection.and_at, ""
        if selection.at != selection.and_at:
            yield selection.and_at, selection.at, ""
        return
    if selection.at:
        yield selection.at, "", ""
        yield "", selection.at, selection.at
        return
    for source in selection.sources or ("",):
        for target in selection.targets or ("",):
            yield source, target, ""


def _filters(selection: Selection) -> str:
    tests = [
        *_kind_tests("?s", selection.source_kinds),
        *_kind_tests("?o", selection.target_kinds),
    ]
    for end, publisher in (("?s", selection.source_publisher), ("?o", selection.target_publisher)):
        if publisher:
            tests.append(f"EXISTS {{ {end} {_PUBLISHER} {literal(publisher)} }}")
    if selection.since:
        tests.append(f"EXISTS {{ ?s {_DATE} ?d FILTER(STR(?d) >= {literal(selection.since)}) }}")
    if selection.until:
        tests.append(f"EXISTS {{ ?s {_DATE} ?d FILTER(STR(?d) <= {literal(selection.until)}) }}")
    if not selection.with_stubs:
        tests += [f"NOT EXISTS {{ {end} {_STUB} }}" for end in ("?s", "?o")]
    if selection.only_data:
        either = (_has_kind(end, _DATA_KINDS) for end in ("?s", "?o"))
        tests.append(f"({' || '.join(either)})")
    return " ".join(f"FILTER({test})" for test in tests)


def _kind_tests(end: str, kinds: tuple[str, ...]) -> Iterator[str]:
    if not kinds:
        return
    known = tuple(kind for kind in kinds if kind != UNKNOWN_KIND)
    tests = [_has_kind(end, known)] if known else []
    if UNKNOWN_KIND in kinds:
        tests.append(f"NOT EXISTS {{ {end} {_KIND} ?any }}")
    yield f"({' || '.join(tests)})"


def _has_kind(end: str, kinds: tuple[str, ...]) -> str:
    listed = ", ".join(map(literal, kinds))
    return f"EXISTS {{ {end} {_KIND} ?kind FILTER(?kind IN ({listed})) }}"
