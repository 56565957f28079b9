"""The windows of the stage: what a source's runs cover, what is done and what is still open.

Each public method is one transaction. A source's windows, complete
or open, always cover its time line up to `covered_until`: planning inserts the new window and moves
that mark in one transaction, so a kill leaves an open window and never a gap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from harvester.protocol import Verb
from harvester.record import SourceStateName
from harvester.staging.schema import WritingConnection
from harvester.window import Window

UNFINISHED: Final = "the last harvest has not finished"
NOT_DELIVERED: Final = "not-delivered"
"""Reason of a rejection that names a listed record which could not be had."""
_COLUMNS: Final = (
    "SELECT id, root_id, from_, until, set_spec, token, seen, rejected, announced, planned_at"
    " FROM window "
)
_RESOLVE_ARRIVED: Final = """
UPDATE rejection SET resolved_at = ?1
 WHERE resolved_at IS NULL AND source_id = ?2 AND identifier <> '' AND EXISTS (
   SELECT 1 FROM record WHERE record.source_id = rejection.source_id
      AND record.identifier = rejection.identifier AND record.window_id > rejection.window_id)
"""
_RESOLVE_SUPERSEDED: Final = """
UPDATE rejection SET resolved_at = ?1
 WHERE resolved_at IS NULL AND source_id = ?2 AND staged = 0 AND window_id IN (
   SELECT window.id FROM window JOIN source ON source.id = window.source_id
    WHERE window.source_id = ?2 AND (window.state IN ('replaced', 'split', 'finished')
       OR window.run < source.run AND EXISTS (
         SELECT 1 FROM window AS whole
          WHERE whole.source_id = ?2 AND whole.run = source.run AND whole.root_id IS NULL
            AND whole.from_ = '' AND whole.verb = 'ListRecords')))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWindow:
    """A window in flight as the last commit left it."""

    window_id: int
    root_id: int
    """The window it is a part of; its own number when it was planned as such."""
    window: Window
    token: str | None
    """Of the next page; None before the first page was committed."""
    seen: int
    """Distinct identifiers that arrived so far."""
    rejected: int
    announced: int | None
    """Largest completeListSize so far."""
    planned_at: str
    """The repository's clock when its root was planned."""

    @property
    def n_missing(self) -> int:
        """Announced records that have not arrived, rejected ones counted as arrived."""
        return max(0, (self.announced or 0) - self.seen - self.rejected)

    @property
    def is_fulfilled(self) -> bool:
        """Whether its last page has come and with it all that was announced."""
        return self.token is None and bool(self.announced) and not self.n_missing


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStart:
    """What a run finds when it begins."""

    covered_until: str
    """What the windows cover so far; empty when everything is to be listed."""
    roots: tuple[OpenWindow, ...]
    """Planned windows that are not finished, oldest first; their own state or their parts' is."""
    pending: tuple[OpenWindow, ...]
    """Windows that earlier runs left open, oldest first; a root without parts is among them."""
    lost: tuple[str, ...]
    """Identifiers of listed records that earlier runs could not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RootCounts:
    """What the parts of a root window add up to."""

    seen: int
    rejected: int
    lost: int
    """Listed records that could not be had, by whichever run."""
    n_complete: int
    n_open: int
    empty: tuple[int, ...]
    """Numbers of complete windows that delivered nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How a run ends, in the stage's words."""

    state: SourceStateName
    error: str | None


class WindowTable:
    """Reads and writes the tables `source` and `window`; used in the writer thread only."""

    def __init__(self, writing: WritingConnection) -> None:
        """`writing` is shared with the writer of records."""
        self._writing = writing
        self._connection = writing.connection

    def begin_run(self, source: str, scope: str) -> RunStart:
        """Note that a run has begun; a new scope makes it list everything."""
        with self._writing.transaction() as connection:
            connection.execute(
                "INSERT INTO source (name, scope, state) VALUES (?, ?, 'incomplete')"
                " ON CONFLICT (name) DO NOTHING",
                (source, scope),
            )
            source_id, known_scope = connection.execute(
                "SELECT id, scope FROM source WHERE name = ?", (source,)
            ).fetchone()
            if known_scope != scope:
                connection.execute(
                    "UPDATE source SET covered_until = '', scope = ? WHERE id = ?",
                    (scope, source_id),
                )
                self._drop_open(source_id, Verb.LIST_RECORDS)
            (covered_until,) = connection.execute(
                "UPDATE source SET run = run + 1, state = 'incomplete', error = ? WHERE id = ?"
                " RETURNING covered_until",
                (UNFINISHED, source_id),
            ).fetchone()
            return RunStart(
                covered_until=covered_until,
                roots=self._unfinished(source_id, "root_id IS NULL"),
                pending=self._unfinished(source_id, "state = 'open'"),
                lost=self._lost(source_id),
            )

    def plan(
        self, source: str, verb: Verb, prefix: str, windows: Sequence[Window], planned_at: str
    ) -> tuple[OpenWindow, ...]:
        """Open root windows; those of records move the source's mark to `planned_at`."""
        with self._writing.transaction() as connection:
            source_id, run = connection.execute(
                "SELECT id, run FROM source WHERE name = ?", (source,)
            ).fetchone()
            if verb is Verb.LIST_RECORDS:
                connection.execute(
                    "UPDATE source SET covered_until = ? WHERE id = ?", (planned_at, source_id)
                )
            else:
                self._drop_open(source_id, verb)
            row = (source_id, None, run, verb, prefix, planned_at)
            return tuple(self._insert(row, window) for window in windows)

    def replace(self, window_id: int, parts: Sequence[Window]) -> tuple[OpenWindow, ...]:
        """Open windows in the place of one, which is not asked again."""
        with self._writing.transaction():
            return self._replace(window_id, parts)

    def reopen_root(self, root_id: int, window: Window) -> OpenWindow:
        """List a root anew as one window; what its parts delivered stays staged."""
        with self._writing.transaction() as connection:
            connection.execute(
                "UPDATE window SET state = 'replaced', closed_at = ? WHERE root_id = ?",
                (self._writing.moment(), root_id),
            )
            return self._replace(root_id, [window])[0]

    def close(self, window_id: int) -> None:
        """Note that a window has delivered all it lists; pages of it that broke are made up for."""
        with self._writing.transaction() as connection:
            self._set_state(window_id, "complete")
            connection.execute(
                "UPDATE rejection SET resolved_at = ? WHERE resolved_at IS NULL AND window_id = ?"
                " AND reason IN ('not-xml', 'cut-page')",
                (self._writing.moment(), window_id),
            )

    def finish(self, root_id: int) -> None:
        """Note that the parts of a root have delivered all of it."""
        with self._writing.transaction() as connection:
            connection.execute(
                "UPDATE window SET state = 'finished', closed_at = ?"
                " WHERE id = ? AND state = 'split'",
                (self._writing.moment(), root_id),
            )

    def leave_open(self, window_id: int, error: str) -> None:
        """Note why a window stays open for the next run; its token is not used again."""
        with self._writing.transaction() as connection:
            connection.execute(
                "UPDATE window SET error = ?, token = NULL WHERE id = ?", (error, window_id)
            )

    def root_counts(self, root_id: int) -> RootCounts:
        """Add up the parts of a root, those replaced left out."""
        rows = self._connection.execute(
            "SELECT id, state, seen, rejected FROM window"
            " WHERE (root_id = ?1 OR id = ?1) AND state IN ('open', 'complete')",
            (root_id,),
        ).fetchall()
        complete = [row for row in rows if row[1] == "complete"]
        (lost,) = self._connection.execute(
            "SELECT count(DISTINCT identifier) FROM rejection WHERE resolved_at IS NULL"
            " AND reason = ?1 AND window_id IN"
            " (SELECT id FROM window WHERE root_id = ?2 OR id = ?2)",
            (NOT_DELIVERED, root_id),
        ).fetchone()
        return RootCounts(
            lost=lost,
            seen=sum(row[2] for row in rows),
            rejected=sum(row[3] for row in rows),
            n_complete=len(complete),
            n_open=len(rows) - len(complete),
            empty=tuple(row[0] for row in complete if not row[2] and not row[3]),
        )

    def still_lost(self, source: str) -> tuple[str, ...]:
        """Listed records that could not be had and have not come since by any list."""
        moment = self._writing.moment()
        with self._writing.transaction() as connection:
            (source_id,) = connection.execute(
                "SELECT id FROM source WHERE name = ?", (source,)
            ).fetchone()
            connection.execute(_RESOLVE_ARRIVED, (moment, source_id))
            return self._lost(source_id)

    def end_run(self, source: str, end: RunEnd) -> None:
        """Note how a run ended; a complete one resolves the rejections that it has superseded.

        A rejection is renewed to the window in which it occurs again. So one that stands in a
        replaced window has arrived intact since, and one of an earlier run has when everything was
        listed again or when its record came.
        """
        moment = self._writing.moment()
        with self._writing.transaction() as connection:
            (source_id,) = connection.execute(
                "UPDATE source SET state = ?1, error = ?2,"
                " last_harvest = CASE ?1 WHEN 'failed' THEN last_harvest ELSE ?3 END"
                " WHERE name = ?4 RETURNING id",
                (end.state, end.error, moment, source),
            ).fetchone()
            connection.execute(_RESOLVE_ARRIVED, (moment, source_id))
            if end.state == "complete":
                connection.execute(_RESOLVE_SUPERSEDED, (moment, source_id))

    def window(self, window_id: int) -> OpenWindow:
        """One window as it stands."""
        return _open_window(
            self._connection.execute(_COLUMNS + "WHERE id = ?", (window_id,)).fetchone()
        )

    def _lost(self, source_id: int) -> tuple[str, ...]:
        rows = self._connection.execute(
            "SELECT identifier FROM rejection"
            " WHERE source_id = ? AND reason = ? AND resolved_at IS NULL ORDER BY id",
            (source_id, NOT_DELIVERED),
        )
        return tuple(dict.fromkeys(identifier for (identifier,) in rows))

    def _unfinished(self, source_id: int, condition: str) -> tuple[OpenWindow, ...]:
        rows = self._connection.execute(
            f"{_COLUMNS}WHERE source_id = ? AND verb = ? AND state IN ('open', 'split')"
            f" AND {condition} ORDER BY id",
            (source_id, Verb.LIST_RECORDS),
        ).fetchall()
        return tuple(map(_open_window, rows))

    def _replace(self, window_id: int, parts: Sequence[Window]) -> tuple[OpenWindow, ...]:
        source_id, root_id, run, verb, prefix, planned_at = self._connection.execute(
            "SELECT source_id, coalesce(root_id, id), run, verb, prefix, planned_at FROM window"
            " WHERE id = ?",
            (window_id,),
        ).fetchone()
        self._set_state(window_id, "split" if window_id == root_id else "replaced")
        row = (source_id, root_id, run, verb, prefix, planned_at)
        return tuple(self._insert(row, part) for part in parts)

    def _insert(self, row: tuple[object, ...], window: Window) -> OpenWindow:
        cursor = self._connection.execute(
            "INSERT INTO window (source_id, root_id, run, verb, prefix, planned_at,"
            " from_, until, set_spec, opened_at, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')",
            (*row, window.from_, window.until, window.set_spec, self._writing.moment()),
        )
        assert cursor.lastrowid is not None  # noqa: S101  # an INSERT that returned has a row id
        return self.window(cursor.lastrowid)

    def _set_state(self, window_id: int, state: str) -> None:
        self._connection.execute(
            "UPDATE window SET state = ?, token = NULL, error = NULL, closed_at = ? WHERE id = ?",
            (state, self._writing.moment(), window_id),
        )

    def _drop_open(self, source_id: int, verb: Verb) -> None:
        self._connection.execute(
            "UPDATE window SET state = 'replaced' WHERE source_id = ? AND verb = ?"
            " AND state IN ('open', 'split')",
            (source_id, verb),
        )


_Row = tuple[int, int | None, str, str, str, str | None, int, int, int | None, str]


def _open_window(row: _Row) -> OpenWindow:
    window_id, root_id, from_, until, set_spec, token, seen, rejected, announced, planned_at = row
    return OpenWindow(
        window_id=window_id,
        root_id=window_id if root_id is None else root_id,
        window=Window(from_=from_, until=until, set_spec=set_spec),
        token=token,
        seen=seen,
        rejected=rejected,
        announced=announced,
        planned_at=planned_at,
    )
