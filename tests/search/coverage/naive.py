"""The figures of a coverage report counted again from the works themselves, in plain Python.

It shares no code with `search.coverage`: no columns, no graph, no queries.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graph.catalogue import open_catalogue
from graph.crosswalk import map_record
from graph.entity import Entity, describe_alone, merge
from graph.identifiers import iri
from graph.relation import PREDICATES
from graph.terms import absolute_iri
from graph.work import Work
from harvester.stage import open_stage

Figures = dict[str, object]
PARTS = {"dataset", "software", "book", "chapter"}
PERSISTENT = {"ark", "arxiv", "doi", "handle", "isbn", "pmid", "swh", "urn"}


@dataclass
class Holding:
    """What a data directory holds, as works."""

    entities: dict[str, Entity] = field(default_factory=dict)
    stub_kinds: dict[str, str] = field(default_factory=dict)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    """Subject, canonical relation, object."""


def read_holding(
    data: Path, source_order: Sequence[str], orders: Mapping[str, Sequence[str]]
) -> Holding:
    """The staged records, mapped again, in the groups that the build joined."""
    held = Holding()
    with open_stage(data / "stage.db") as stage:
        works = {
            (record.source, record.identifier): map_record(record)
            for record in stage.records()
            if not record.is_deleted
        }
    with open_catalogue(data / "graph.db") as catalogue:
        for key, members in catalogue.works.entities():
            mapped = [works[each.source, each.record] for _, each in members]
            held.entities[key] = merge(key, mapped, source_order, orders)
        held.stub_kinds = {key: kind for key, _, kind in catalogue.merged.stubs()}
        held.links = [
            (subject, PREDICATES[predicate], object_)
            for subject, predicate, object_ in catalogue.links.all()
        ]
    return held


@dataclass
class Count:
    """Counts one selection from a holding."""

    held: Holding
    is_selected: Callable[[Entity], bool] = lambda _: True
    rolled_up: bool = True
    relations: frozenset[str] = frozenset(PREDICATES.values())

    def __post_init__(self) -> None:
        self.selected = [e for e in self.held.entities.values() if self.is_selected(e)]
        self.steps: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.concepts: set[str] = set()
        for start, relation, end in self.held.links:
            if relation in {"IsVersionOf", "IsNewVersionOf"}:
                self.steps[start].add(("version", end))
                if not self.kind(end):
                    self.concepts.add(end)
            elif relation == "IsPartOf":
                self.steps[start].add(("part", end))
        self.works = {key: self.work(key) for key in self.held.entities}
        self.unit = self.works if self.rolled_up else {key: key for key in self.held.entities}

    def kind(self, key: str) -> str:
        entity = self.held.entities.get(key)
        return str(entity.kind) if entity else self.held.stub_kinds.get(key, "")

    def next(self, key: str, kind: str) -> set[str]:
        ways = {"version", "part"} if kind in PARTS else {"version"}
        return {end for way, end in self.steps[key] if way in ways}

    def takes_in(self, key: str, kind: str) -> bool:
        stated = self.kind(key)
        if not stated:
            return key in self.concepts
        return stated == kind or (kind == "chapter" and stated == "book")

    def work(self, key: str) -> str:
        """What an entity counts as, by walking from it."""
        kind = self.kind(key)
        reached: set[str] = set()
        waiting = list(self.next(key, kind))
        while waiting:
            here = waiting.pop()
            if here not in reached:
                reached.add(here)
                waiting += self.next(here, kind)
        tops = [
            each
            for each in reached
            if self.takes_in(each, kind)
            and not any(self.takes_in(end, kind) for end in self.next(each, kind))
        ]
        live = sorted(each for each in tops if each in self.held.entities)
        known = sorted(each for each in tops if each not in live and self.kind(each))
        concepts = sorted(f"{each} {kind}" for each in tops if not self.kind(each))
        return [*live, *known, *concepts, key][0]

    def figures(self) -> Figures:
        """All figures, by name."""
        chosen = self.selected
        units: dict[str, list[Entity]] = defaultdict(list)
        for entity in chosen:
            units[self.unit[entity.key]].append(entity)
        records = [work for entity in chosen for work in entity.works]
        found: Figures = {
            "entities": len(chosen),
            "records": len(records),
            "works": len({self.works[entity.key] for entity in chosen}),
            "merged": sum(len(entity.works) > 1 for entity in chosen),
            "stubs": len(self.held.stub_kinds),
            "kinds": dict(Counter(str(entity.kind) for entity in chosen)),
            "sources": {
                source: (
                    sum(work.source == source for work in records),
                    sum(any(work.source == source for work in e.works) for e in chosen),
                )
                for source in {work.source for work in records}
            },
            "growth": dict(Counter((_year(of), _kind(of)) for of in units.values())),
            **self.values(units.values()),
        }
        sources = Counter(tuple(sorted({work.source for work in e.works})) for e in chosen)
        found |= {f"overlap {names}": n for names, n in sources.items()}
        found |= _completeness(chosen)
        for name, kind, members, others, without in (
            ("papers-with-data", "paper", {"paper"}, {"dataset"}, set()),
            ("data-with-papers", "dataset", {"dataset"}, {"paper"}, set()),
            ("papers-with-software", "paper", {"paper"}, {"software"}, set()),
            (
                *("books-with-anything", "book", {"book", "chapter"}, set()),
                {"IsIdenticalTo", "IsNewVersionOf", "IsPartOf", "IsVariantFormOf", "IsVersionOf"},
            ),
        ):
            of_kind = {unit: of for unit, of in units.items() if _kind(of) == kind}
            linked = self.linked(members, others, self.relations - without)
            found |= _linked_figures(name, of_kind, linked)
        return found

    def values(self, units: Iterable[list[Entity]]) -> Figures:
        """Works by each value."""
        readers: dict[str, Callable[[Entity], Iterable[str]]] = {
            "identifiers": lambda e: (each.scheme for each in e.identifiers),
            "licences": lambda e: (e.licence,),
            "access": lambda e: ("" if e.access == "unknown" else str(e.access),),
            "languages": lambda e: e.languages,
            "subjects": lambda e: (each.value for each in e.subjects),
            "publishers": lambda e: (e.publisher,),
        }
        found: Figures = {}
        for name, read in readers.items():
            counts: Counter[str] = Counter()
            for of in units:
                counts.update({value for entity in of for value in read(entity) if value})
            found[name] = dict(counts)
            found[f"{name}, different"] = len(counts)
        return found

    def linked(
        self, members: set[str], others: set[str], relations: frozenset[str]
    ) -> dict[str, bool]:
        """Works with such a link, and whether one leads to something delivered."""
        found: dict[str, bool] = {}
        for subject, relation, object_ in self.held.links:
            if relation not in relations:
                continue
            for here, there in ((subject, object_), (object_, subject)):
                is_end = here in self.held.entities and self.kind(here) in members
                if is_end and (not others or self.kind(there) in others):
                    unit = self.unit[here]
                    found[unit] = found.get(unit, False) or there in self.held.entities
        return found


def _linked_figures(
    name: str, of_kind: dict[str, list[Entity]], linked: dict[str, bool]
) -> Figures:
    def numbers(units: Iterable[str]) -> tuple[int, int, int]:
        chosen = set(units)
        return (
            sum(unit in linked for unit in chosen),
            sum(linked.get(unit, False) for unit in chosen),
            len(chosen),
        )

    by_year: dict[int | None, set[str]] = defaultdict(set)
    by_publisher: dict[str, set[str]] = defaultdict(set)
    for unit, of in of_kind.items():
        by_year[_year(of)].add(unit)
        for publisher in {entity.publisher for entity in of if entity.publisher} or {""}:
            by_publisher[publisher].add(unit)
    n, n_delivered, n_all = numbers(of_kind)
    return {
        name: (n, n_delivered, n_all),
        f"{name}, shares": (n / n_all, n_delivered / n_all) if n_all else (None, None),
        f"{name}, by year": {year: numbers(units) for year, units in by_year.items()},
        f"{name}, by publisher": {who: numbers(units) for who, units in by_publisher.items()},
    }


def _year(of: list[Entity]) -> int | None:
    return min((entity.year for entity in of if entity.year), default=None)


def _kind(of: list[Entity]) -> str:
    """A book and its chapters are a book; all others that count as one are of one kind."""
    kinds = {str(entity.kind) for entity in of}
    return "book" if "book" in kinds else kinds.pop()


def _completeness(entities: Iterable[Entity]) -> Figures:
    n_of: dict[str, Counter[str]] = defaultdict(Counter)
    for entity in entities:
        for work in entity.works:
            for name in _stated(entity.key, work):
                n_of[name][work.source] += 1
    return {f"complete {name}": dict(counts) for name, counts in n_of.items()}


def _stated(key: str, work: Work) -> list[str]:
    alone = describe_alone(key, work)
    makers = [agent for agent in work.creators if agent.role in {"creator", "editor"}]
    facts = {
        "identifier": any(each.scheme in PERSISTENT for each in work.identifiers),
        "title": alone.title is not None,
        "creator": bool(makers),
        "creator_identifier": any(iri(each) for agent in makers for each in agent.identifiers),
        "date": bool(alone.date_published),
        "publisher": bool(work.publisher),
        "licence": bool(work.licence),
        "access": work.access != "unknown",
        "subject": bool(work.subjects),
        "subject_vocabulary": any(
            each.address and absolute_iri(each.address) for each in work.subjects
        ),
        "language": bool(work.languages),
        "version": bool(work.version),
        "funding": bool(work.funding),
        "relation": bool(work.links),
        "format": bool(work.formats),
    }
    return [name for name, is_stated in facts.items() if is_stated]
