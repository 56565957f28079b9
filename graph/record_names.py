"""Which records a person means by a name, an identifier or an entity's key, in the catalogue."""

import re
import sqlite3
from typing import Final

from graph.errors import CatalogueError
from graph.identifiers import recognise

_KEY: Final = re.compile(r"(?:https?://\S+/id/)?([a-z2-7]{13})")
"""An entity's key, alone or at the end of its IRI; see `graph.iris`."""

Name = tuple[str, str]
"""Source and OAI identifier."""


class RecordNames:
    """Finds live records by what people call them: a `graph.judgement.Resolver`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def records_of(self, reference: str) -> tuple[Name, ...]:
        """Source and OAI identifier of every live record that a reference names, in order.

        Tried in turn: `source:OAI identifier`; an entity's key or IRI; an own identifier in any
        spelling. A key names the records that claim it in the register. They claim it still when
        a judgement has put them under another key, so that the judgement keeps its ground.

        Raises:
            CatalogueError: another process is writing the catalogue.
        """
        try:
            return self._find(reference.strip())
        except sqlite3.OperationalError as error:
            raise CatalogueError(f"cannot look up {reference!r} in graph.db: {error}") from error

    def _find(self, reference: str) -> tuple[Name, ...]:
        if named := self._named(reference):
            return named
        if match := _KEY.fullmatch(reference):
            return self._claiming(match[1])
        identifier = recognise(reference)
        return self._owning(str(identifier)) if identifier else ()

    def _named(self, reference: str) -> tuple[Name, ...]:
        source, _, record = reference.partition(":")
        return self._names(
            "SELECT source, record FROM work WHERE source = ? AND record = ? AND status = 'live'",
            (source, record),
        )

    def _claiming(self, key: str) -> tuple[Name, ...]:
        self._db.execute("CREATE INDEX IF NOT EXISTS claim_key ON claim (key)")
        return self._names(
            "SELECT source, record FROM claim JOIN work ON"
            " source = substr(identifier, 8, instr(substr(identifier, 8), ':') - 1)"
            " AND record = substr(identifier, 8 + instr(substr(identifier, 8), ':'))"
            " WHERE key = ? AND identifier GLOB 'record:*' AND status = 'live'"
            " ORDER BY source, record",
            (key,),
        )

    def _owning(self, identifier: str) -> tuple[Name, ...]:
        self._db.execute(
            "CREATE INDEX IF NOT EXISTS own_identifier ON own (identifier, is_trusted)"
        )
        return self._names(
            "SELECT source, record FROM own JOIN work ON work.id = own.work"
            " WHERE identifier = ? AND status = 'live' ORDER BY source, record",
            (identifier,),
        )

    def _names(self, query: str, arguments: tuple[str, ...]) -> tuple[Name, ...]:
        return tuple(self._db.execute(query, arguments).fetchall())
