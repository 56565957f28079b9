"""What is made of a list that was held against a release: a file of results, the gap, a summary."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from search.document import Document
from search.errors import SearchError
from search.holdings.errand import Errand, Section, Shown, Summary, Want
from search.holdings.gap import GapLimits, Lacking, Opened, count_within, find_gap
from search.holdings.gap_csv import gap_csv_pieces
from search.holdings.gap_kbart import kbart_pieces
from search.holdings.gap_marc import marc_pieces, marcxml_pieces
from search.holdings.outcome_csv import outcome_csv_pieces
from search.holdings.outcome_html import outcome_html_pieces
from search.holdings.outcome_json import outcome_json_pieces
from search.holdings.result import Match, Outcome, Status

ROWS_SHOWN: Final = 40
"""Rows of each status on a page."""
PROBLEMS_SHOWN: Final = 20
_TITLE_SHOWN: Final = 300
"""Characters of a title on a page."""
_IDENTIFIERS_SHOWN: Final = 4
_SMALL_CSV: Final = 16 << 10
"""Bytes of results that a page carries whole: a third more as base64."""

GAPS: Final[dict[Want, Callable[[Iterable[Lacking]], Iterator[bytes]]]] = {
    Want.KBART: kbart_pieces,
    Want.MARC: marc_pieces,
    Want.MARCXML: marcxml_pieces,
    Want.GAP_CSV: gap_csv_pieces,
}
"""What writes the gap, by what is wanted."""


class GapTooLarge(SearchError):
    """More entities are within the limits of the gap than are gone through."""


def check_gap(release: Opened, limits: GapLimits, most: int) -> None:
    """Refuse limits that do not parse or hold too much.

    Raises:
        QuerySyntaxError: the query does not parse.
        GapTooLarge: more is within the limits than `most`.
    """
    total = count_within(release, limits)
    if total > most:
        raise GapTooLarge(
            f"{total} things of the release are within the limits of the gap, and at most {most}"
            " are gone through: choose narrower limits"
        )


def deliver(errand: Errand, release: Opened, outcome: Outcome) -> Iterator[bytes]:
    """What is wanted, piece by piece.

    Args:
        errand: what that is.
        release: what the list was held against.
        outcome: how its rows ended.
    """
    if write := GAPS.get(errand.want):
        suggested = {
            match.entity: match.row
            for match in outcome.results
            if match.status is Status.SUGGESTED and match.entity
        }
        yield from write(find_gap(release, outcome.matched_keys, errand.limits, suggested))
        return
    match errand.want:
        case Want.CSV:
            yield from outcome_csv_pieces(outcome, errand.base_iri)
        case Want.JSON:
            yield from outcome_json_pieces(outcome, errand.caveats)
        case Want.HTML:
            yield from outcome_html_pieces(
                outcome, errand.base_iri, name=errand.name, day=errand.day
            )
        case _:
            yield msgspec.json.encode(summarise(errand, release, outcome))


def summarise(errand: Errand, release: Opened, outcome: Outcome) -> Summary:
    """What a page says: the totals, and the first rows of each status."""
    found: dict[str, list[Match]] = {status.value: [] for status in Status}
    for match in outcome.results:
        rows = found[match.status.value]
        if len(rows) < ROWS_SHOWN:
            rows.append(match)
    return Summary(
        name=errand.name,
        n_rows=outcome.rows,
        sections=tuple(
            Section(
                status=status.value,
                n_rows=getattr(outcome, status.value),
                rows=tuple(_shown(match, release) for match in found[status.value]),
            )
            for status in Status
        ),
        reasons=outcome.reasons,
        file=outcome.file,
        problems=outcome.problems[:PROBLEMS_SHOWN],
        n_problems=outcome.n_problems,
        csv=_small_csv(outcome, errand.base_iri),
    )


def _shown(match: Match, release: Opened) -> Shown:
    entity = _document(release, match.entity)
    similar = None if match.similar == match.entity else _document(release, match.similar)
    return Shown(
        match=msgspec.structs.replace(
            match,
            title=_short(match.title),
            identifiers=match.identifiers[:_IDENTIFIERS_SHOWN],
            parts=(),
            problems=(),
        ),
        name=_short(entity.title) if entity else "",
        kind=entity.kind if entity else "",
        year=entity.year if entity else None,
        similar_name=_short(similar.title) if similar else "",
    )


def _document(release: Opened, key: str | None) -> Document | None:
    return release.index.document(key) if key else None


def _short(text: str) -> str:
    return text if len(text) <= _TITLE_SHOWN else text[: _TITLE_SHOWN - 1] + "…"


def _small_csv(outcome: Outcome, base_iri: str) -> bytes:
    """The results as CSV when they are few, else nothing."""
    body = b""
    for piece in outcome_csv_pieces(outcome, base_iri):
        body += piece
        if len(body) > _SMALL_CSV:
            return b""
    return body
