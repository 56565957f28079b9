"""The register of keys: which key was minted for which names, and which names hold it now.

A name is an identifier, or `record:SOURCE:OAI identifier`. Keys and claims are kept for ever, so
that works that part take their old keys back; and so is when a decision was first taken. All else
in graph.db can be made again.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

RECORD: Final = "record:"
"""How the name of a record starts; no identifier has this scheme."""


_TABLES: Final = {
    "key": "SELECT key FROM register ORDER BY minted",
    "claim": "SELECT identifier, key, held FROM claim ORDER BY identifier",
    "first": "SELECT identifier FROM claim WHERE is_first AND identifier >= 'record:'"
    " AND identifier < 'record;' ORDER BY identifier",
    "decision": "SELECT decision, at FROM taken ORDER BY decision",
}
_IS_RETIRED: Final = (
    "{0}.key NOT IN (SELECT key FROM entity) AND {0}.key NOT IN (SELECT key FROM stub)"
)
Entry = tuple[str, Sequence[str | None]]
"""Kind of a row, `key`, `claim`, `first` or `decision`, and its values."""


class Claim(NamedTuple):
    """What the register has under a name."""

    minted: int
    """Place of the key by age."""
    key: str
    held: str | None
    """The key that the name is part of since the last merge: a record's, or a stub's."""
    is_first: bool
    """Whether the key was minted for it; others came to claim it later."""


class KeyRegister:
    """Keys in the order they were minted, and the names that claim and hold them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._indexed: set[str] = set()

    def claims(self, names: Iterable[str]) -> dict[str, Claim]:
        """What is registered under each of these names."""
        found = {}
        for name in names:
            row = self._db.execute(
                "SELECT register.minted, key, held, is_first FROM claim JOIN register USING (key)"
                " WHERE identifier = ?",
                (name,),
            ).fetchone()
            if row:
                minted, key, held, is_first = row
                found[name] = Claim(minted, key, held, bool(is_first))
        return found

    def is_registered(self, key: str) -> bool:
        """Whether the key was ever minted."""
        row = self._db.execute("SELECT 1 FROM register WHERE key = ?", (key,)).fetchone()
        return row is not None

    def add(self, key: str) -> bool:
        """Write a new key into the register, after all that are there; False when it is there."""
        added = self._db.execute("INSERT OR IGNORE INTO register (key) VALUES (?)", (key,))
        return added.rowcount > 0

    def claim(self, names: Iterable[str], key: str) -> None:
        """Remember which key stands for these names, unless one does already."""
        self._db.executemany(
            "INSERT OR IGNORE INTO claim VALUES (?, ?, NULL, 0)", [(each, key) for each in names]
        )

    def claim_anew(self, names: Iterable[str], key: str) -> None:
        """Let a new key stand for these names, whatever stood for them before."""
        self._db.executemany(
            "INSERT INTO claim VALUES (?1, ?2, NULL, 1)"
            " ON CONFLICT DO UPDATE SET key = ?2, is_first = 1",
            [(each, key) for each in names],
        )

    def hold(self, names: Iterable[str], key: str) -> None:
        """These names, which claim some key, are part of this one now."""
        self._db.executemany(
            "UPDATE claim SET held = ? WHERE identifier = ? AND held IS NOT ?1",
            [(key, each) for each in names],
        )

    def let_go(self, name: str) -> None:
        """This name is part of nothing now."""
        self._db.execute("UPDATE claim SET held = NULL WHERE identifier = ?", (name,))

    def n_holders(self, key: str) -> int:
        """How many names were part of a key after the last merge."""
        self._index("held")
        row = self._db.execute("SELECT count(*) FROM claim WHERE held = ?", (key,)).fetchone()
        return int(row[0])

    def held_stubs(self, within: str) -> Iterator[tuple[str, str]]:
        """Identifiers that were stubs after the last merge, with their keys.

        Args:
            within: condition on `identifier`, as `graph.scope.Scope.within` gives it.
        """
        rows = self._db.execute(
            "SELECT identifier, held FROM claim WHERE held IS NOT NULL"
            f" AND NOT (identifier >= 'record:' AND identifier < 'record;') AND {within}"
            " ORDER BY identifier"
        )
        yield from rows.fetchall()

    def let_go_of_the_gone(self, within: str) -> None:
        """Records that are gone hold nothing, and claim no key that an entity lives on under.

        Args:
            within: condition on `id` of the works, as `graph.scope.Scope.works` gives it.
        """
        self._index("key")
        gone = f"SELECT 'record:' || source || ':' || record FROM work WHERE status <> 'live' AND {within}"  # noqa: E501
        self._db.execute(f"UPDATE claim SET held = NULL WHERE identifier IN ({gone})")
        self._db.execute(
            f"DELETE FROM claim WHERE identifier IN ({gone})"
            " AND +key IN (SELECT key FROM entity)"  # plus: not by the index on keys, pair by pair
        )

    def let_go_under(self, keys: Iterable[str]) -> None:
        """Records that went before have no claim to these keys, under which entities live."""
        self._index("key")
        self._db.executemany(
            "DELETE FROM claim WHERE key = ? AND identifier IN"
            " (SELECT 'record:' || source || ':' || record FROM work WHERE status <> 'live'"
            "  AND source = substr(identifier, 8, instr(substr(identifier, 8), ':') - 1)"
            "  AND record = substr(identifier, 8 + instr(substr(identifier, 8), ':')))"
            " AND identifier >= 'record:' AND identifier < 'record;'",
            [(key,) for key in keys],
        )

    def has_live_claimant(self, key: str) -> bool:
        """Whether a live record claims a key, which it may want back from whoever has it."""
        self._index("key")
        row = self._db.execute(
            "SELECT 1 FROM claim JOIN work ON"
            " source = substr(identifier, 8, instr(substr(identifier, 8), ':') - 1)"
            " AND record = substr(identifier, 8 + instr(substr(identifier, 8), ':'))"
            " WHERE claim.key = ? AND identifier >= 'record:' AND identifier < 'record;'"
            " AND status = 'live' LIMIT 1",
            (key,),
        ).fetchone()
        return row is not None

    def holders(self, keys: Iterable[str]) -> dict[str, set[str]]:
        """Names that are part of each of these keys: of records, or the identifier of a stub."""
        self._index("held")
        found: dict[str, set[str]] = {key: set() for key in keys}
        rows = self._db.execute(
            "SELECT held, identifier FROM claim WHERE held IN (SELECT value FROM json_each(?))",
            (msgspec.json.encode(list(found)).decode(),),
        )
        for key, name in rows:
            found[key].add(name)
        return found

    def retired_among(self, within: str) -> list[str]:
        """Keys that names of a scope claim, and that no entity has any more."""
        rows = self._db.execute(
            f"SELECT DISTINCT key FROM claim WHERE {within} AND {_IS_RETIRED.format('claim')}"
        )
        return [key for (key,) in rows]

    def retired_keys(self) -> Iterator[tuple[str, str | None]]:
        """Keys that no entity has any more, each with the key that took its place, if one did."""
        rows = self._db.execute(
            "SELECT register.key, min(identity.key) FROM register"
            " LEFT JOIN claim USING (key) LEFT JOIN identity USING (identifier)"
            f" WHERE {_IS_RETIRED.format('register')} GROUP BY register.key"
        )
        yield from rows

    def successor(self, key: str) -> str | None:
        """The key that took the place of a retired one, if one did."""
        self._index("key")
        row = self._db.execute(
            "SELECT min(identity.key) FROM claim JOIN identity USING (identifier)"
            " WHERE claim.key = ?",
            (key,),
        ).fetchone()
        return None if row is None else row[0]

    @property
    def is_empty(self) -> bool:
        """Whether no key was ever minted here."""
        return self._db.execute("SELECT 1 FROM register LIMIT 1").fetchone() is None

    def entries(self) -> Iterator[Entry]:
        """Everything: keys by age, then claims, then decisions."""
        for table, query in _TABLES.items():
            for row in self._db.execute(query):
                yield table, row

    def put(self, entries: Iterable[Entry]) -> None:
        """Write what another register gave, in its order, into this empty one."""
        for table, row in entries:
            match table, row:
                case "key", (str(key),):
                    self.add(key)
                case "claim", (str(), str(), str() | None):
                    self._db.execute("INSERT OR IGNORE INTO claim VALUES (?, ?, ?, 0)", row)
                case "first", (str(name),):
                    self._db.execute("UPDATE claim SET is_first = 1 WHERE identifier = ?", (name,))
                case "decision", (str(), str()):
                    self._db.execute("INSERT OR IGNORE INTO taken VALUES (?, ?)", row)
                case _:
                    raise ValueError(f"no entry of a register: {table!r} {row!r}")

    def _index(self, column: str) -> None:
        """What the first merge, which writes all claims, does without."""
        if column not in self._indexed:
            self._db.execute(f"CREATE INDEX IF NOT EXISTS claim_{column} ON claim ({column})")
            self._indexed.add(column)
