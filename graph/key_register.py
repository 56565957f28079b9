"""The register of keys: which key was minted for which names, kept for ever."""

import sqlite3
from collections.abc import Iterable, Iterator


class KeyRegister:
    """Keys in the order they were minted, and the names (identifiers, records) that claim them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def claims(self, identifiers: Iterable[str]) -> dict[str, tuple[int, str]]:
        """The key that each of these identifiers was given before, with its place by age."""
        found = {}
        for identifier in identifiers:
            row = self._db.execute(
                "SELECT register.minted, key FROM claim JOIN register USING (key)"
                " WHERE identifier = ?",
                (identifier,),
            ).fetchone()
            if row:
                found[identifier] = row
        return found

    def is_registered(self, key: str) -> bool:
        """Whether the key was ever minted."""
        row = self._db.execute("SELECT 1 FROM register WHERE key = ?", (key,)).fetchone()
        return row is not None

    def add(self, key: str) -> None:
        """Write a new key into the register, after all that are there."""
        self._db.execute("INSERT INTO register (key) VALUES (?)", (key,))

    def claim(self, identifiers: Iterable[str], key: str) -> None:
        """Remember which key stands for these identifiers, unless one does already."""
        self._db.executemany(
            "INSERT OR IGNORE INTO claim VALUES (?, ?)", [(each, key) for each in identifiers]
        )

    def claim_anew(self, identifiers: Iterable[str], key: str) -> None:
        """Let a new key stand for these identifiers, whatever stood for them before."""
        self._db.executemany(
            "REPLACE INTO claim VALUES (?, ?)", [(each, key) for each in identifiers]
        )

    def release_claims(self) -> None:
        """Records that are gone lose their claim to a key that an entity lives on under."""
        self._db.execute(
            "DELETE FROM claim WHERE key IN (SELECT key FROM entity) AND identifier IN"
            " (SELECT 'record:' || source || ':' || record FROM work WHERE status <> 'live')"
        )

    def retired_keys(self) -> Iterator[tuple[str, str | None]]:
        """Keys that no entity has any more, each with the key that took its place, if one did."""
        rows = self._db.execute(
            "SELECT register.key, min(identity.key) FROM register"
            " LEFT JOIN claim USING (key) LEFT JOIN identity USING (identifier)"
            " WHERE register.key NOT IN (SELECT key FROM entity)"
            " AND register.key NOT IN (SELECT key FROM stub) GROUP BY register.key"
        )
        yield from rows
