"""What each entity counts with: a part with its whole, a version with its concept. Pure.

The rule, which `search.coverage.queries` says in SPARQL:

- A *step* leads from an entity to what it is a version of (IsVersionOf, IsNewVersionOf), and, of
  datasets, software, books and chapters, to what it is part of (IsPartOf). Papers and other things
  are parts of journals, volumes and collections, with which they do not count.
- A thing *takes in* an entity when both are of one kind, or it is a book and the entity a chapter,
  or nobody states its kind and something is stated to be a version of it (a concept).
- The *root* of an entity is the first, in the order below, of all that takes it in, that any number
  of steps reaches, and from which no step leads to something else that takes it in. There is none:
  the entity is its own root. So things that are versions of each other in a circle count alone.
- What some source delivered comes first, then stubs of a known kind, then others, each by key.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from graph.work import Kind

VERSION_RELATIONS: Final = ("IsVersionOf", "IsNewVersionOf")
"""Steps of every kind of entity."""
PART_RELATION: Final = "IsPartOf"
"""A step of the kinds below."""
KINDS_WITH_PARTS: Final = (Kind.DATASET, Kind.SOFTWARE, Kind.BOOK, Kind.CHAPTER)

Steps = Mapping[str, tuple[str, ...]]
"""Keys that one step leads to, by key."""


class Known(Struct, frozen=True, kw_only=True):
    """What the rule needs to know of the things that steps join."""

    kinds: Mapping[str, str]
    """Kind by key; things of unknown kind are left out."""
    stubs: frozenset[str]
    """Keys of what no source delivered."""


def taken_in_by(kind: str) -> tuple[str, ...]:
    """Kinds of what takes in an entity of a kind."""
    return (kind, Kind.BOOK) if kind == Kind.CHAPTER else (kind,)


def find_roots(
    known: Known, versions: Iterable[tuple[str, str]], parts: Iterable[tuple[str, str]]
) -> dict[str, str]:
    """The root of every entity that is not its own, by key.

    Args:
        known: kinds and stubs.
        versions: keys of a version and of what it is a version of.
        parts: keys of a part and of its whole.
    """
    by_version = _steps(versions)
    concepts = frozenset(
        target for targets in by_version.values() for target in targets if target not in known.kinds
    )
    by_any = {key: set(targets) for key, targets in by_version.items()}
    for part, whole in parts:
        by_any.setdefault(part, set()).add(whole)
    found: dict[str, str] = {}
    all_steps = {key: tuple(sorted(targets)) for key, targets in by_any.items()}
    for steps, kinds in (
        (by_version, tuple(kind for kind in Kind if kind not in KINDS_WITH_PARTS)),
        (all_steps, KINDS_WITH_PARTS),
    ):
        circles = tuple(_circles(steps))
        for kind in kinds:
            found.update(_roots_of_kind(kind, steps, circles, known, concepts))
    return found


def _steps(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    gathered: dict[str, set[str]] = {}
    for start, end in pairs:
        gathered.setdefault(start, set()).add(end)
    return {key: tuple(sorted(targets)) for key, targets in gathered.items()}


def _roots_of_kind(
    kind: Kind,
    steps: Steps,
    circles: tuple[tuple[str, ...], ...],
    known: Known,
    concepts: frozenset[str],
) -> Iterator[tuple[str, str]]:
    kinds = taken_in_by(kind)

    def takes_in(key: str) -> bool:
        stated = known.kinds.get(key)
        return stated in kinds if stated else key in concepts

    def rank(key: str) -> tuple[int, str]:
        if key not in known.kinds:
            return 2, key
        return int(key in known.stubs), key

    def is_top(key: str) -> bool:
        return takes_in(key) and not any(map(takes_in, steps.get(key, ())))

    best: dict[str, tuple[int, str] | None] = {}
    """Of each thing, the first top among itself and all that is reached from it."""
    for circle in circles:  # what is reached comes before what reaches it
        beyond = [
            found
            for key in circle
            for target in steps.get(key, ())
            if (found := best.get(target)) is not None
        ]
        tops = [rank(key) for key in circle if is_top(key)]
        of_all = min((*beyond, *tops), default=None)
        for key in circle:
            best[key] = of_all
            if known.kinds.get(key) != kind or key in known.stubs:
                continue
            reached = of_all if len(circle) > 1 else min(beyond, default=None)
            if reached is not None and reached[1] != key:
                yield key, reached[1]


def _circles(steps: Steps) -> Iterator[tuple[str, ...]]:
    """Things that reach each other, alone mostly; each after all that is reached from it."""
    walk = _Walk(steps)
    for start in steps:
        if start not in walk.index:
            yield from walk.circles_from(start)


class _Walk:
    """Tarjan's algorithm without recursion: https://doi.org/10.1137/0201010 ."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.index: dict[str, int] = {}
        """When each thing was first met."""
        self.low: dict[str, int] = {}
        """The first met of all that it reaches and that is in no circle yet."""
        self.open: dict[str, None] = {}
        """Met, and in no circle yet, in that order."""

    def circles_from(self, start: str) -> Iterator[tuple[str, ...]]:
        """The circles that are reached from a thing."""
        path = [self.meet(start)]
        while path:
            key, targets = path[-1]
            for target in targets:
                if target not in self.index:
                    path.append(self.meet(target))
                    break
                if target in self.open:
                    self.low[key] = min(self.low[key], self.index[target])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    self.low[above] = min(self.low[above], self.low[key])
                if self.low[key] == self.index[key]:
                    yield self.close(key)

    def meet(self, key: str) -> tuple[str, Iterator[str]]:
        self.index[key] = self.low[key] = len(self.index)
        self.open[key] = None
        return key, iter(self.steps.get(key, ()))

    def close(self, key: str) -> tuple[str, ...]:
        """Take a circle, which all that was met since its first thing belongs to."""
        circle: list[str] = []
        while not circle or circle[-1] != key:
            circle.append(self.open.popitem()[0])
        return tuple(circle)
