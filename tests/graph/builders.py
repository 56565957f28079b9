"""Small works, candidates and catalogues for the tests of the graph half."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from graph.catalogue import Catalogue, open_catalogue
from graph.guards import Candidate
from graph.merge import merge
from graph.work import Agent, Identifier, Kind, Link, Problem, Text, Work
from graph.work_rows import Reading, rows_of
from harvester.record import StagedRecord

BASE = "http://weft.test/"
MONDAY = datetime(2024, 1, 1, 12, tzinfo=UTC)
TUESDAY = datetime(2024, 1, 2, 12, tzinfo=UTC)


def identifier(text: str) -> Identifier:
    scheme, _, value = text.partition(":")
    return Identifier(scheme, value)


def link(relation: str, target: str, kind: str = "") -> Link:
    return Link(
        relation=relation,
        target=identifier(target),
        stated_as=relation,
        stated_target=target,
        target_kind=kind,
    )


def work(
    name: str,
    *own: str,
    kind: Kind = Kind.PAPER,
    links: Sequence[Link] = (),
    title: str = "",
    problems: Sequence[Problem] = (),
) -> Work:
    """A work of `SOURCE/ID`, with the OAI identifier `oai:SOURCE:ID` and these as its own."""
    source, _, record = name.partition("/")
    return Work(
        source=source,
        record=record,
        datestamp="2024-01-01",
        kind=kind,
        identifiers=(Identifier("oai", f"{source}:{record}"), *map(identifier, own)),
        titles=(Text(title or f"Title of {name}", "en"),),
        creators=(Agent(name="Ada Lovelace", type="person"),),
        links=tuple(links),
        problems=tuple(problems),
    )


def candidate(
    number: int, kind: Kind = Kind.PAPER, doi: str = "", source: str = "", record: str = ""
) -> Candidate:
    """By default each work is of a source of its own, and named by its number."""
    return Candidate(
        work=number,
        source=source or f"s{number:03}",
        record=record or f"r{number:03}",
        kind=kind,
        dois=(doi,) if doi else (),
    )


@dataclass
class Town:
    """A catalogue and the records that arrive in it."""

    catalogue: Catalogue
    seq: int = field(default=0)
    judged: list[tuple[tuple[str, str], tuple[str, str], bool]] = field(default_factory=list)

    def arrive(self, *works: Work) -> None:
        self._put([((each.source, each.record), each) for each in works])

    def delete(self, *names: str) -> None:
        self._put([(_split(name), None) for name in names])

    def reject(self, *names: str) -> None:
        self._put([(_split(name), Problem("not-xml", "cut")) for name in names])

    def build(self, now: datetime = MONDAY, *, anew: bool = False) -> None:
        merge(self.catalogue, now, self.judged, anew=anew)

    def judge(self, one: str, other: str, *, is_same: bool) -> None:
        """What the next build is told of two records, `SOURCE/ID` each."""
        self.judged.append((_split(one), _split(other), is_same))

    def take_register_of(self, other: "Town") -> None:
        with self.catalogue.transaction():
            self.catalogue.register.put(other.catalogue.register.entries())

    def keys(self) -> dict[str, str]:
        """Entity key of every live record, by `SOURCE/ID`."""
        return {
            f"{each.source}/{each.record}": key
            for key, works in self.catalogue.works.entities()
            for _, each in works
        }

    def groups(self) -> set[frozenset[str]]:
        """Records that are one entity, for every entity."""
        return {
            frozenset(f"{each.source}/{each.record}" for _, each in works)
            for _, works in self.catalogue.works.entities()
        }

    def stubs(self) -> dict[str, str]:
        """Stub key by identifier."""
        return {str(each): key for key, each, _ in self.catalogue.merged.stubs()}

    def retired(self) -> dict[str, str | None]:
        return dict(self.catalogue.register.retired_keys())

    def links(self) -> set[tuple[str, str, str]]:
        """Links with the local name of the predicate."""
        return {
            (subject, predicate.replace("#", "/").rpartition("/")[2], object_)
            for subject, predicate, object_ in self.catalogue.links.all()
        }

    def _put(self, arrivals: Sequence[tuple[tuple[str, str], Reading]]) -> None:
        records = []
        for (source, identifier), reading in arrivals:
            self.seq += 1
            record = _staged(source, identifier, self.seq, is_deleted=reading is None)
            records.append((record, rows_of(reading)))
        with self.catalogue.transaction():
            self.catalogue.works.put(records)


@contextmanager
def new_town(folder: Path) -> Iterator[Town]:
    with open_catalogue(folder / "graph.db") as catalogue:
        yield Town(catalogue)


def _staged(source: str, identifier: str, seq: int, *, is_deleted: bool) -> StagedRecord:
    return StagedRecord(
        source=source,
        identifier=identifier,
        prefix="any",
        datestamp="2024-01-01T00:00:00Z",
        is_deleted=is_deleted,
        sets=(),
        sha256=b"\x00\xff",
        xml=b"",
        harvested_at="2024-01-02T00:00:00Z",
        seq=seq,
    )


def _split(name: str) -> tuple[str, str]:
    source, _, record = name.partition("/")
    return source, record
