"""Finds the pairs: entities grouped by title in a database of its own, on disk, gone afterwards.

A title on more than `MAX_BLOCK` entities, or on more of one source than are likely to be one thing,
is reported, not compared all with all. Memory does not grow with the number of entities.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Final

import msgspec

from graph.errors import CatalogueError
from graph.match import MAX_PER_SOURCE
from graph.suggest.pairs import Suggestion, weigh
from graph.suggest.sketch import Sketch, sketch_of
from graph.work import Work

MAX_BLOCK: Final = 20
"""Entities with one title that are compared with each other. Guessed: more share a title only
when it is no title of one thing, and a person could not judge the pairs."""

_SCHEMA: Final = """
CREATE TABLE sketch (key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE title (form TEXT NOT NULL, source TEXT NOT NULL, key TEXT NOT NULL);
CREATE TABLE crowd (form TEXT PRIMARY KEY, n_entities INTEGER NOT NULL, key TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE pair (
    a TEXT NOT NULL, b TEXT NOT NULL, is_claim INTEGER NOT NULL, score REAL NOT NULL,
    name_a TEXT NOT NULL, name_b TEXT NOT NULL, PRIMARY KEY (a, b)) WITHOUT ROWID;
"""
_BLOCKS: Final = """
SELECT form, count(DISTINCT key) AS n, group_concat(DISTINCT key),
    (SELECT max(n) FROM (SELECT count(*) AS n FROM title AS same
        WHERE same.form = title.form GROUP BY source))
FROM title GROUP BY form HAVING n > 1
"""
"""Form, number of entities, their keys, and how many are of the source that has most of them."""
_CACHE_KIB: Final = 65_536

Name = tuple[str, str]
"""Source and OAI identifier of a record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """A title that too many entities have for the pairs among them to be looked at."""

    title: str
    """As one of them has it."""
    n_entities: int


@contextmanager
def open_suggestions(
    entities: Iterable[tuple[str, Sequence[Work]]],
    *,
    claims: Iterable[tuple[str, str]] = (),
    judged: Iterable[tuple[Name, Name]] = (),
) -> Iterator["Suggestions"]:
    """Look for pairs of entities that could be one thing.

    Args:
        entities: key and works of every entity, in any order.
        claims: keys of entities of which a record says that they are identical.
        judged: pairs that are not to be asked again. The entities that hold these records now
            are meant, so that it does not matter which of its records stood for an entity.

    Raises:
        CatalogueError: no room on the disk for what has to be sorted.
    """
    connection = sqlite3.connect("", isolation_level=None)  # a file that is gone when closed
    try:
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.executescript(_SCHEMA)
        suggestions = Suggestions(connection)
        held = suggestions.fill(entities, tuple(judged))
        suggestions.compare(claims, held)
        yield suggestions
    except sqlite3.OperationalError as error:
        raise CatalogueError(f"cannot compare titles: {error}") from error
    finally:
        connection.close()


class Suggestions:
    """What was found, as long as the context is open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Sketch)

    def __len__(self) -> int:
        """How many pairs there are."""
        return int(self._db.execute("SELECT count(*) FROM pair").fetchone()[0])

    def __iter__(self) -> Iterator[Suggestion]:
        """Every pair once: claims first, then by score from the highest, then by name."""
        rows = self._db.execute(
            "SELECT a, b, is_claim FROM pair ORDER BY is_claim DESC, score DESC, name_a, name_b"
        )
        for a, b, is_claim in rows:
            one, other = self._sketches((a, b))
            found = weigh(one, other, is_claim=bool(is_claim))
            assert found is not None, "it was weighed before it was kept"  # noqa: S101  # our own
            yield found

    def crowds(self) -> Iterator[Crowd]:
        """Titles that are on too many entities, the largest crowd first."""
        rows = self._db.execute("SELECT * FROM crowd ORDER BY n_entities DESC, form")
        for form, n_entities, key in rows:
            (sketch,) = self._sketches((key,))
            yield Crowd(title={**sketch.heads, **sketch.titles}[form], n_entities=n_entities)

    def fill(
        self,
        entities: Iterable[tuple[str, Sequence[Work]]],
        judged: Collection[tuple[Name, Name]],
    ) -> frozenset[tuple[str, str]]:
        """Keep the sketch and the titles of every entity; gives the judged pairs of keys."""
        named = frozenset(chain.from_iterable(judged))
        holder: dict[Name, str] = {}
        self._db.execute("BEGIN")
        for key, works in entities:
            sketch = sketch_of(key, works)
            self._db.execute(
                "INSERT INTO sketch VALUES (?, ?)", (key, self._encoder.encode(sketch))
            )
            self._db.executemany(
                "INSERT INTO title VALUES (?, ?, ?)",
                [
                    (form, source, key)
                    for form in {**sketch.titles, **sketch.heads}
                    for source in sketch.sources
                ],
            )
            for work in works if named else ():
                name = work.source, work.record
                if name in named:
                    holder[name] = key
        self._db.execute("CREATE INDEX title_form ON title (form, source, key)")
        self._db.execute("COMMIT")
        return frozenset(
            _ordered(holder[one], holder[other])
            for one, other in judged
            if one in holder and other in holder
        )

    def compare(
        self, claims: Iterable[tuple[str, str]], judged: frozenset[tuple[str, str]]
    ) -> None:
        """Weigh every pair that a claim or a title brings together, but those judged."""
        self._db.execute("BEGIN")
        for keys in claims:
            self._weigh_pairs(keys, judged, is_claim=True)
        for form, n_entities, keys, n_of_one_source in self._db.execute(_BLOCKS):
            block = keys.split(",")
            if n_entities > MAX_BLOCK or n_of_one_source > MAX_PER_SOURCE:
                row = (form, n_entities, min(block))
                self._db.execute("INSERT INTO crowd VALUES (?, ?, ?)", row)
            else:
                self._weigh_pairs(block, judged, is_claim=False)
        self._db.execute("COMMIT")

    def _weigh_pairs(
        self, keys: Iterable[str], judged: frozenset[tuple[str, str]], *, is_claim: bool
    ) -> None:
        for one, other in combinations(self._sketches(keys), 2):
            if _ordered(one.key, other.key) in judged:
                continue
            if found := weigh(one, other, is_claim=is_claim):
                a, b = found.a, found.b
                row = (a.key, b.key, is_claim, found.score, str(a.name), str(b.name))
                self._db.execute("INSERT OR IGNORE INTO pair VALUES (?, ?, ?, ?, ?, ?)", row)

    def _sketches(self, keys: Iterable[str]) -> list[Sketch]:
        """The sketches of those keys that are entities; a claim may be about a stub."""
        found = []
        for key in keys:
            row = self._db.execute("SELECT body FROM sketch WHERE key = ?", (key,)).fetchone()
            if row:
                found.append(self._decoder.decode(row[0]))
        return found


def _ordered(one: str, other: str) -> tuple[str, str]:
    return min(one, other), max(one, other)
