"""A town whose releases are kept, for the tests that compare them."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec import UNSET, UnsetType

from graph.build import Recipe, write_graph
from graph.diff.changes import RecordRef
from graph.diff.compare import compare
from graph.diff.losses import Cause
from graph.diff.reader import read_release
from graph.release import new_draft, open_release, publish
from graph.work import Kind, Work
from graph.work_rows import rows_of
from harvester.record import StagedRecord
from tests.graph.builders import BASE, MONDAY, Town, link, new_town, work

DATA = work(
    "a/1", "doi:10.1/d", kind=Kind.DATASET, links=[link("IsSupplementTo", "doi:10.1/p", "paper")]
)
PAPER = work("b/1", "doi:10.1/p")
HARVESTED = "2024-01-02T00:00:00Z"


@dataclass
class Atlas:
    """A town whose releases are kept; the bytes of its records follow what they say."""

    town: Town
    folder: Path
    last: dict[str, bytes] = field(default_factory=dict)

    def says(self, *works: Work) -> None:
        """These records arrive, new or edited."""
        for each in works:
            self._put(each, sha256=hashlib.sha256(repr(each).encode()).digest())

    def is_read_as(self, *works: Work) -> None:
        """A changed crosswalk reads these records, whose bytes are what they were."""
        for each in works:
            self._put(each, sha256=self.last[f"{each.source}/{each.record}"])

    def is_gone(self, name: str, *, vanished: bool = False) -> None:
        source, _, record = name.partition("/")
        self._put(None, source=source, record=record, vanished=vanished)

    def is_unreadable(self, name: str) -> None:
        self.town.reject(name)

    def release(self, base: str = BASE) -> int:
        """Build and publish; the number of the release."""
        self.town.build()
        recipe = Recipe(base_iri=base, source_order=("a", "b"), made_at=MONDAY)
        with new_draft(self.folder) as draft:
            info = write_graph(
                draft, self.town.catalogue, recipe, sink=lambda _entity, _kinds: None
            )
            return publish(draft, info).number

    def diff(self, old: int = 1, new: int = 2) -> dict[type, list[Any]]:
        """The changes from one release to another, by sort."""
        found: dict[type, list[Any]] = {}
        with (
            read_release(open_release(self.folder, old)) as before,
            read_release(open_release(self.folder, new)) as after,
        ):
            for change in compare(before, after):
                found.setdefault(type(change), []).append(change)
        return found

    def key(self, name: str) -> str:
        return self.town.keys()[name]

    def _put(self, each, *, sha256=b"", source="", record="", vanished=False):
        self.town.seq += 1
        staged = StagedRecord(
            source=each.source if each else source,
            identifier=each.record if each else record,
            prefix="any",
            datestamp="2024-01-01T00:00:00Z",
            is_deleted=each is None,
            is_vanished=vanished,
            sets=(),
            sha256=sha256,
            xml=b"",
            harvested_at=HARVESTED,
            seq=self.town.seq,
        )
        if each:
            self.last[f"{each.source}/{each.record}"] = sha256
        with self.town.catalogue.transaction():
            self.town.catalogue.works.put([(staged, rows_of(each))])


@contextmanager
def new_atlas(folder: Path) -> Iterator[Atlas]:
    with new_town(folder) as town:
        yield Atlas(town, folder)


def ref(name: str, cause: Cause | UnsetType = UNSET) -> RecordRef:
    """The record `SOURCE/ID` as a comparison names it."""
    source, _, record = name.partition("/")
    return RecordRef(source, record, cause=cause)
