"""How the rows of a list ended, as JSON: the totals, then one object a row."""

from collections.abc import Iterator
from typing import Final

import msgspec

from search.holdings.result import Outcome

_ROWS_AT_ONCE: Final = 500


def outcome_json_pieces(outcome: Outcome, caveats: tuple[str, ...]) -> Iterator[bytes]:
    """The object as UTF-8, piece by piece; `results` has a member a row, in the order of the list.

    Keys of matched entities are left out: the rows say them.

    Args:
        outcome: how the rows ended.
        caveats: what must be known of the release.
    """
    encoder = msgspec.json.Encoder()
    head = {
        "rows": outcome.rows,
        "matched": outcome.matched,
        "matched_part": outcome.matched_part,
        "suggested": outcome.suggested,
        "unmatched": outcome.unmatched,
        "reasons": outcome.reasons,
        "release": outcome.release,
        "caveats": caveats,
        "file": outcome.file,
        "problems": outcome.problems,
        "n_problems": outcome.n_problems,
    }
    yield encoder.encode(head)[:-1] + b',"results":['
    piece = bytearray()
    for number, match in enumerate(outcome.results):
        if number:
            piece += b","
        piece += encoder.encode(match)
        if number % _ROWS_AT_ONCE == _ROWS_AT_ONCE - 1:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece) + b"]}\n"
