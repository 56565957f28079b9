"""What may be kept of an endpoint's rows: legal statements about what was asked. Pure.

https://www.w3.org/TR/n-triples/
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from graph.relation import WEFT
from weft.enrich.kept import Refused
from weft.remote.results import Row
from weft.remote.term import NoTerm, Term, write_term

NOT_ASKED: Final = "not asked about"
NOT_BOUND: Final = "a value is missing"
BLANK: Final = "a blank node"
NOT_LEGAL: Final = "not legal RDF"
RESERVED: Final = "a term of Weft's own account"
_ACCOUNT: Final = frozenset(
    WEFT + name
    for name in (
        "subject",
        "relation",
        "object",
        "statedAs",
        "statedTarget",
        "rule",
        "source",
        "oaiIdentifier",
        "datestamp",
        "harvestedAt",
        "sha256",
        "status",
        "evidence",
        "outcome",
        "fromRecord",
    )
)
"""Predicates by which a release tells where its statements come from; nobody else may use them."""
_QUOTED: Final = 300


@dataclass(slots=True)
class Taken:
    """The statements of one batch."""

    statements: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Predicate and object as N-Triples text, by identifier."""
    refused: dict[tuple[str, str], Refused] = field(default_factory=dict)
    """What was not taken, by identifier and reason."""

    def refuse(self, identifier: str, reason: str, detail: str) -> None:
        """Count a row that is not taken; the first of its reason is quoted."""
        known = self.refused.get((identifier, reason))
        detail = known.detail if known else detail[:_QUOTED]
        n = known.n + 1 if known else 1
        self.refused[identifier, reason] = Refused(identifier, reason, n, detail)


def take(rows: Iterable[Row], identifiers: Mapping[str, str]) -> Taken:
    """Sort the rows of a batch into statements and what is refused.

    Args:
        rows: with `entity`, `predicate` and `object`.
        identifiers: that were asked, by the IRI that stood for each.
    """
    taken = Taken()
    for row in rows:
        entity, predicate, value = (row.get(name) for name in ("entity", "predicate", "object"))
        identifier = identifiers.get(entity.value) if entity and entity.type == "iri" else None
        if identifier is None:
            taken.refuse("", NOT_ASKED, entity.value if entity else "no ?entity")
        elif predicate is None or value is None:
            missing = "?predicate" if predicate is None else "?object"
            taken.refuse(identifier, NOT_BOUND, f"{missing} is not bound")
        else:
            _take(taken, identifier, predicate, value)
    return taken


def _take(taken: Taken, identifier: str, predicate: Term, value: Term) -> None:
    if value.type == "blank":
        taken.refuse(identifier, BLANK, f"{predicate.value} _:{value.value}")
    elif predicate.type != "iri":
        taken.refuse(identifier, NOT_LEGAL, f"the predicate {predicate.value!r} is no IRI")
    elif predicate.value in _ACCOUNT:
        taken.refuse(identifier, RESERVED, predicate.value)
    else:
        try:
            taken.statements[identifier].add(f"{write_term(predicate)} {write_term(value)}")
        except NoTerm as error:
            taken.refuse(identifier, NOT_LEGAL, f"{predicate.value}: {error}")
