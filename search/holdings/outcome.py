"""A whole list against a release: read, matched, counted; the rows wait in a temporary file.

The file has no name, so that nothing is left of a list whatever happens.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, Protocol

import msgspec

from search.errors import SearchError
from search.holdings.byte_stream import DEFAULT_LIMIT_BYTES
from search.holdings.errors import TooManyRows
from search.holdings.finder import Finder
from search.holdings.matching import match_rows
from search.holdings.reading import Reading, read_rows
from search.holdings.result import MAX_PARTS, MAX_PROBLEMS, Counts, Match, Outcome, Problem
from search.holdings.row import Row

_IN_MEMORY: Final = 4 << 20
"""Bytes of results that are kept in memory before a temporary file takes them."""
_LENGTH_BYTES: Final = 4


class _Spool(Protocol):
    """Where results wait."""

    def seek(self, place: int, whence: int = ..., /) -> int: ...
    def read(self, size: int = ..., /) -> bytes: ...


@contextmanager
def open_outcome(
    file: BinaryIO,
    finder: Finder,
    *,
    release: int,
    limit_bytes: int = DEFAULT_LIMIT_BYTES,
    limit_rows: int | None = None,
) -> Iterator[Outcome]:
    """Hold a list against a release. The results can be gone through until the context ends.

    Args:
        file: the list; read once, not closed.
        finder: looks up what the release knows.
        release: number of the release.
        limit_bytes: the most that are read of the list, packed or unpacked.
        limit_rows: the most rows that are read; None reads all.

    Raises:
        UnreadableList: the file is no list; says what it is.
        ListTooLarge, TooManyRows: it passes a limit.
        SearchError: no room on the disk for the results.
    """
    reading = read_rows(file, limit_bytes=limit_bytes)
    tally = _Tally()
    encoder = msgspec.msgpack.Encoder()
    with SpooledTemporaryFile(_IN_MEMORY) as spool:
        try:
            for match in match_rows(_limited(reading.rows, limit_rows), finder):
                tally.add(match)
                kept = match
                if len(match.parts) > MAX_PARTS:
                    kept = msgspec.structs.replace(match, parts=match.parts[:MAX_PARTS])
                body = encoder.encode(kept)
                spool.write(len(body).to_bytes(_LENGTH_BYTES) + body)
        except OSError as error:
            raise SearchError(f"cannot read the list or keep its results: {error}") from error
        yield _outcome(tally, reading, _Results(spool), release)


class _Tally:
    """What is counted while rows go by."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.keys: set[str] = set()
        self.problems: list[Problem] = []
        self.n_problems = 0

    def add(self, match: Match) -> None:
        """Count one more."""
        self.counts.add(match)
        self.keys.update(match.parts)
        self.n_problems += len(match.problems)
        for text in match.problems:
            if len(self.problems) < MAX_PROBLEMS:
                self.problems.append(Problem(match.row, text))


class _Results:
    """The rows in the temporary file, as often as somebody asks."""

    def __init__(self, spool: _Spool) -> None:
        self._spool = spool
        self._decoder = msgspec.msgpack.Decoder(Match)

    def __iter__(self) -> Iterator[Match]:
        """Every row in order; two may go through them at once."""
        place = 0
        while True:
            self._spool.seek(place)
            head = self._spool.read(_LENGTH_BYTES)
            if not head:
                return
            size = int.from_bytes(head)
            place += _LENGTH_BYTES + size
            yield self._decoder.decode(self._spool.read(size))


def _outcome(tally: _Tally, reading: Reading, results: _Results, release: int) -> Outcome:
    counts = tally.counts
    problems = [*reading.problems, *tally.problems]
    if not counts.rows:
        problems.append(Problem(0, "the file has no rows"))
    return Outcome(
        rows=counts.rows,
        matched=counts.matched,
        matched_part=counts.matched_part,
        suggested=counts.suggested,
        unmatched=counts.unmatched,
        reasons=counts.reasons,
        results=results,
        matched_keys=frozenset(tally.keys),
        file=reading.file,
        problems=tuple(problems[:MAX_PROBLEMS]),
        n_problems=len(problems) - len(tally.problems) + tally.n_problems,
        release=release,
    )


def _limited(rows: Iterator[Row], limit: int | None) -> Iterator[Row]:
    for row in rows:
        if limit is not None and row.number > limit:
            raise TooManyRows(limit)
        yield row
