"""Which links somebody wants of a release, in the words of the command line and of Python. Pure.

Years are years of publication, names of relations those of DataCite.
https://datacite-metadata-schema.readthedocs.io/en/4.6/appendices/appendix-1/relationType/
"""

from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct

from graph.errors import GraphError
from graph.iris import record_iri
from graph.links.selection import CANONICAL, UNKNOWN_KIND, Selection, canonical, ways_of
from graph.relation import RELATIONS, WEFT
from graph.terms import iri, is_absolute, literal
from graph.vocabulary import RDF_TYPE
from graph.work import Kind

Stubs = Literal["with", "without", "only"]
STUBS: Final[tuple[Stubs, ...]] = ("with", "without", "only")
KINDS: Final = (*(kind.value for kind in Kind), UNKNOWN_KIND)
"""Kinds that an end of a link may have; `unknown` where no record tells."""
_SHOWN: Final = 60
_STUB: Final = f"<{RDF_TYPE}> <{WEFT}Stub>"


class LinkFilterError(GraphError):
    """A condition on links that cannot be meant; the message says which and what there is."""


class LinkFilter(Struct, frozen=True, kw_only=True):
    """Conditions on links: OR inside one, AND between; an empty one leaves nothing out."""

    from_kinds: tuple[str, ...] = ()
    """Kinds of the entity that the link starts at, see `KINDS`."""
    to_kinds: tuple[str, ...] = ()
    """Kinds of the entity that it leads to."""
    relations: tuple[str, ...] = ()
    """DataCite relations; a relation and its inverse are one link, so either name finds it."""
    sources: tuple[str, ...] = ()
    """Names of sources, one of which delivered a record of either end."""
    since: int | None = None
    """First year in which the entity that the link starts at was published; None: no bound."""
    until: int | None = None
    """Last such year. With a bound, entities without a year are left out."""
    stated_by: tuple[str, ...] = ()
    """Names of sources, a record of one of which states the link."""
    stubs: Stubs = "with"
    """Whether an end may, must not or must be an entity that no source has delivered."""
    at: str = ""
    """IRI of an entity at either end; empty for any."""

    @property
    def is_everything(self) -> bool:
        """Whether no condition leaves a link out."""
        return self == LinkFilter()

    @property
    def named_sources(self) -> tuple[str, ...]:
        """Every source that a condition names."""
        return tuple(dict.fromkeys((*self.sources, *self.stated_by)))

    def __str__(self) -> str:
        """The conditions in one line, as results name their selection.

        >>> str(LinkFilter(relations=("Cites",), since=2010)), str(LinkFilter())
        ('relation=Cites year=2010-', 'all links')
        """
        return " ".join(_conditions(self)) or "all links"


def check_filter(wanted: LinkFilter) -> None:
    """Refuse what can be told to be wrong without a release.

    Raises:
        LinkFilterError: a kind or relation that does not exist, years that cannot be meant, or an
            `at` that is no IRI.
    """
    for kind in (*wanted.from_kinds, *wanted.to_kinds):
        if kind not in KINDS:
            raise LinkFilterError(f"no kind {kind[:_SHOWN]!r}: expected one of {', '.join(KINDS)}")
    for relation in wanted.relations:
        if relation not in RELATIONS:
            raise LinkFilterError(
                f"no relation {relation[:_SHOWN]!r}: expected one of {', '.join(sorted(RELATIONS))}"
            )
    if wanted.stubs not in STUBS:
        raise LinkFilterError(
            f"no such choice of stubs: {wanted.stubs!r}; expected one of {', '.join(STUBS)}"
        )
    if wanted.at and not (iri(wanted.at) == f"<{wanted.at}>" and is_absolute(wanted.at)):
        raise LinkFilterError(f"expected the IRI of an entity, found {wanted.at[:_SHOWN]!r}")
    if wanted.since is not None and wanted.until is not None and wanted.since > wanted.until:
        raise LinkFilterError(
            f"expected the earlier year first, found {wanted.since}-{wanted.until}"
        )


def selection_of(wanted: LinkFilter) -> Selection:
    """The part of the conditions that `graph.links.selection` knows."""
    return Selection(
        at=wanted.at,
        ways=ways_of({canonical(name) for name in wanted.relations})
        if wanted.relations
        else CANONICAL,
        source_kinds=wanted.from_kinds,
        target_kinds=wanted.to_kinds,
        with_stubs=wanted.stubs != "without",
    )


def further_tests(wanted: LinkFilter) -> str:
    """SPARQL filters on the ends `?s` and `?o` for the rest of the conditions.

    Who states a link is not among them: a source that states one delivered a record of an end, and
    that much is tested.
    """
    tests = []
    if wanted.stubs == "only":
        tests.append(f"EXISTS {{ ?s {_STUB} }} || EXISTS {{ ?o {_STUB} }}")
    if wanted.since is not None or wanted.until is not None:
        bounds = [
            f"?y {sign} {year}"
            for sign, year in ((">=", wanted.since), ("<=", wanted.until))
            if year is not None
        ]
        tests.append(f"EXISTS {{ ?s <{WEFT}year> ?y FILTER({' && '.join(bounds)}) }}")
    for names in (wanted.sources, wanted.stated_by):
        if names:
            # by the IRI of the record: a second pattern on it would be read whole for each link;
            # what follows the source in the IRI has no slash
            forms = (record_iri("/", name, "").replace(".", "[.]") for name in names)
            is_of = literal(f"(?:{'|'.join(forms)})[^/]*$")
            ends = (
                f"EXISTS {{ {end} <{WEFT}fromRecord> ?r FILTER(REGEX(STR(?r), {is_of})) }}"
                for end in ("?s", "?o")
            )
            tests.append(" || ".join(ends))
    return " ".join(f"FILTER({test})" for test in tests)


def _conditions(wanted: LinkFilter) -> Iterator[str]:
    for name, values in (
        ("from-kind", wanted.from_kinds),
        ("to-kind", wanted.to_kinds),
        ("relation", wanted.relations),
        ("source", wanted.sources),
        ("stated-by", wanted.stated_by),
    ):
        if values:
            yield f"{name}={','.join(values)}"
    if wanted.since is not None or wanted.until is not None:
        since, until = ("" if year is None else year for year in (wanted.since, wanted.until))
        yield f"year={since}" if since == until else f"year={since}-{until}"
    if wanted.stubs != "with":
        yield f"stubs={wanted.stubs}"
    if wanted.at:
        yield f"at={wanted.at}"
