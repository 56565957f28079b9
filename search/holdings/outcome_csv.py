"""How the rows of a list ended, as CSV: one line a row, in the order of the list."""

from collections.abc import Iterator
from typing import Final

from graph.iris import entity_iri
from search.holdings.cells import csv_pieces
from search.holdings.result import Match, Outcome

COLUMNS: Final = (
    *("row", "status", "by", "entity", "address", "reason", "title", "identifiers", "see_entity"),
    *("line", "problems"),
)
"""`address` is that of the entity's page; `see_entity` the key of one worth a look, where the row
is not matched."""
_SEVERAL: Final = "; "


def outcome_csv_pieces(outcome: Outcome, base_iri: str) -> Iterator[bytes]:
    """The file as UTF-8, piece by piece.

    Args:
        outcome: the list against the release.
        base_iri: where the IRIs of the release begin.
    """
    return csv_pieces(COLUMNS, (_row(match, base_iri) for match in outcome.results))


def _row(match: Match, base_iri: str) -> tuple[str, ...]:
    return (
        str(match.row),
        str(match.status),
        match.by or "",
        match.entity or "",
        entity_iri(base_iri, match.entity) if match.entity else "",
        match.reason or "",
        match.title,
        _SEVERAL.join(match.identifiers),
        match.similar or "",
        str(match.line) if match.line else "",
        _SEVERAL.join(match.problems),
    )
