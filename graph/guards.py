"""What keeps works apart that share an identifier: pure guards on pairs and on groups of works."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final, NamedTuple

from graph.work import Kind

PERSON_DIFFERENT: Final = "person-different"


class Candidate(NamedTuple):
    """What the rules need to know of a work."""

    work: int
    """Number of the work in the catalogue."""
    source: str
    record: str
    """OAI identifier; with the source it orders works the same whenever they arrived."""
    kind: Kind
    dois: tuple[str, ...]
    """Of its own DOIs the first of each registrant."""
    title: tuple[str, ...] = ()
    """Words of its title, as `graph.titles` gives them; known of works with an ISBN."""
    volume: str = ""
    """Number in a set or series, as stated."""


Objector = Callable[[Candidate, Candidate], str]
"""A guard that looks at two works which nothing but one weak identifier would join."""


def objector_to(identifier: str, *, keeps_preprints: bool) -> Objector | None:
    """The guard that an identifier needs by its scheme, if it needs one."""
    scheme = identifier.partition(":")[0]
    if scheme == "isbn":
        return _objection_to_isbn
    if scheme == "arxiv" and keeps_preprints:
        return _objection_to_preprint
    return None


def _objection_to_isbn(one: Candidate, other: Candidate) -> str:
    """Volumes of a set may share its ISBN."""
    if one.volume and other.volume and one.volume != other.volume:
        return "titles-differ"
    shorter, longer = sorted((one.title, other.title), key=len)
    return "" if longer[: len(shorter)] == shorter else "titles-differ"


def _objection_to_preprint(one: Candidate, other: Candidate) -> str:
    """What has a DOI is published; what has an arXiv number only is not, or does not say so."""
    return "" if bool(one.dois) == bool(other.dois) else "preprint-apart"


_CLASS: Final[dict[Kind, str]] = {
    Kind.DATASET: "dataset",
    Kind.SOFTWARE: "software",
    Kind.PAPER: "text",
    Kind.BOOK: "text",
    Kind.CHAPTER: "text",
}


def kinds_agree(kinds: Iterable[Kind]) -> bool:
    """Whether works of these kinds can be one thing; `other` agrees with each."""
    present = set(kinds) - {Kind.OTHER}
    if {Kind.BOOK, Kind.CHAPTER} <= present:
        return False
    return len({_CLASS[kind] for kind in present}) <= 1


_ALONE: Final = {kind: frozenset({kind}) for kind in Kind}
"""One set a kind for all works of it: there are millions."""


@cache
def _can_meet(ours: frozenset[Kind], theirs: frozenset[Kind]) -> bool:
    """Whether groups of these kinds can be one; a group in which kinds differ is a person's work.

    Such a group takes in what has no kind that it has not already.
    """
    known, other_known = ours - {Kind.OTHER}, theirs - {Kind.OTHER}
    return other_known <= ours or known <= theirs or kinds_agree(ours | theirs)


class Groups:
    """Disjoint sets of works, each with what the guards look at."""

    def __init__(
        self, candidates: Mapping[int, Candidate], different: Iterable[tuple[int, int]]
    ) -> None:
        self._candidates = candidates
        self._parent: dict[int, int] = {}
        self._kinds = {work: _ALONE[facts.kind] for work, facts in candidates.items()}
        self._dois = {
            work: {doi.partition("/")[0]: {doi} for doi in facts.dois}
            for work, facts in candidates.items()
            if facts.dois
        }
        """By registrant; a group has two of one only where a person joined them."""
        self._members: dict[int, set[int]] = {}
        self._others: dict[int, set[int]] = {}
        """Works that a person keeps apart from the group, and the group's own: only of those that
        somebody judged."""
        for one, other in different:
            for work, apart in ((one, other), (other, one)):
                self._members[work] = {work}
                self._others.setdefault(work, set()).add(apart)

    def objection(self, one: int, other: int) -> str:
        """The guard that forbids joining the groups of two works, or an empty text."""
        one, other = find(self._parent, one), find(self._parent, other)
        if one == other:
            return ""
        if self._others.get(one, frozenset()) & self._members.get(other, frozenset()):
            return PERSON_DIFFERENT
        if not _can_meet(self._kinds[one], self._kinds[other]):
            return "kinds-differ"
        ours, theirs = self._dois.get(one, {}), self._dois.get(other, {})
        if any(
            ours[registrant].isdisjoint(theirs[registrant])
            for registrant in ours.keys() & theirs.keys()
        ):
            return "dois-differ"
        return ""

    def first_objection(self, objector: Objector, fellows: Iterable[int], work: int) -> str:
        """A work must agree with all that state the identifier, but those it is joined to."""
        facts = self._candidates
        objections = (
            objector(facts[fellow], facts[work])
            for fellow in fellows
            if not self.are_joined(fellow, work)
        )
        return next(filter(None, objections), "")

    def are_joined(self, one: int, other: int) -> bool:
        """Whether two works are in one group already."""
        return find(self._parent, one) == find(self._parent, other)

    def join(self, one: int, other: int) -> None:
        """Make one group of the groups of two works."""
        one, other = find(self._parent, one), find(self._parent, other)
        if one != other:
            self._parent[other] = one
            if self._kinds[one] != self._kinds[other]:
                self._kinds[one] |= self._kinds[other]
            for registrant, dois in self._dois.get(other, {}).items():
                self._dois.setdefault(one, {}).setdefault(registrant, set()).update(dois)
            if other in self._members:
                self._members.setdefault(one, set()).update(self._members[other])
                self._others.setdefault(one, set()).update(self._others[other])


def find(parent: dict[int, int], work: int) -> int:
    """The root of a work's tree; shortens the path on the way."""
    while (above := parent.get(work, work)) != work:
        parent[work] = parent.get(above, above)
        work = above
    return work
