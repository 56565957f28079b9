"""Which works are one thing: pure rules over trusted own identifiers, and the guards against glue.

Works meet only through an identifier that both state as their own. A guard that keeps them apart
is a decision like any other and is reported with its reason. Titles never merge anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from graph.work import Identifier, Kind

TRUSTED: Final = ("doi", "arxiv", "handle", "isbn", "inspire", "cds", "hepdata", "oai")
"""Schemes whose identifiers name one thing in the world, strongest first; `oai` in part only.

Not here: `url` and `github` (a page or a repository holds many things), `issn` (a series).
"""
TRUSTED_OAI: Final = ("cernopendata.cern:",)
"""OAI namespaces that more than one source states: CERN Open Data's OAI-PMH output and its REST
JSON. Others are unique within one source only, as far as anybody has looked."""

MAX_PER_SOURCE: Final = 3
"""An identifier that more works of one source call their own names a project or a series.

Guessed: the real data holds project DOIs on hundreds of records, and true duplicates come in pairs.
"""


class Candidate(NamedTuple):
    """What the rules need to know of a work."""

    work: int
    """Number of the work in the catalogue."""
    source: str
    record: str
    """OAI identifier; with the source it orders works the same whenever they arrived."""
    kind: Kind
    doi: str
    """The first DOI of its own, empty without one."""
    title: tuple[str, ...] = ()
    """Words of its title, as `graph.titles` gives them; known of works with an ISBN."""
    volume: str = ""
    """Number in a set or series, as stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Why works were joined or kept apart."""

    rule: str
    """`same-doi`, `same-isbn`, ... for a join; `kinds-differ`, ... for works kept apart."""
    is_join: bool
    evidence: str
    """The identifier that they share."""
    works: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What people judged, as pairs of works; see `graph.judgement`."""

    same: tuple[tuple[int, int], ...] = ()
    different: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDecision:
    """A decision as people see it: records by name, and when it was first taken."""

    rule: str
    is_join: bool
    evidence: str
    records: tuple[tuple[str, str], ...]
    """(source, OAI identifier) of each."""
    at: str
    """UTC, `YYYY-MM-DDThh:mm:ssZ`."""


PERSON_SAME: Final = "person-same"
PERSON_DIFFERENT: Final = "person-different"

RULES: Final[dict[str, str]] = {
    PERSON_SAME: "a person judged the records to be one thing, whatever else holds",
    PERSON_DIFFERENT: "a person judged the records to be two things",
    **{
        f"same-{scheme}": f"both records state the same {scheme} as their own identifier"
        for scheme in TRUSTED
    },
    "identifier-too-common": "more records of one source share the identifier than are likely to"
    " be one thing",
    "kinds-differ": "one is a dataset, software or text and the other is not, or one is a chapter"
    " and the other a book",
    "titles-differ": "they share an ISBN, and neither title begins with the other or they state"
    " different volumes: it is that of a set or series, or a mistake",
    "dois-differ": "their own DOIs differ although one registrant gave both",
}
"""Each rule with the sentence that explains it."""


def is_trusted(own: Identifier, kind: Kind) -> bool:
    """Whether an own identifier may join a work of this kind with another.

    The ISBN of anything but a book is that of the volume around it; what is not said to be
    anything may be a book.
    """
    match own.scheme:
        case "isbn":
            return kind in (Kind.BOOK, Kind.OTHER)
        case "oai":
            return own.value.startswith(TRUSTED_OAI)
        case scheme:
            return scheme in TRUSTED


def scheme_rank(identifier: str) -> tuple[int, str]:
    """Sort key that puts the strongest identifier, written `scheme:value`, first."""
    scheme = identifier.partition(":")[0]
    return (TRUSTED.index(scheme) if scheme in TRUSTED else len(TRUSTED)), identifier


def decide(
    shared: Iterable[tuple[str, tuple[int, ...]]],
    candidates: Mapping[int, Candidate],
    verdicts: Verdicts = Verdicts(),  # immutable
) -> list[Decision]:
    """Join or keep apart the works that share identifiers, or that people judged.

    What people judged comes first and needs no identifier. Then identifiers are taken strongest
    first, so that a weak one can never bring about what a strong one forbids; works by source and
    record. The result depends neither on the order of the input nor on the numbers of the works.

    Args:
        shared: identifiers, written `scheme:value`, with all works that state them as their own.
        candidates: at least every work named in `shared` and `verdicts`.
        verdicts: pairs that are the same or different whatever they share.

    Returns:
        One decision for every join, for every pair of groups that a guard kept apart, and for
        every verdict.
    """
    groups = _Groups(candidates, verdicts.different)
    decisions = [_judged(PERSON_SAME, pair, candidates, is_join=True) for pair in verdicts.same] + [
        _judged(PERSON_DIFFERENT, pair, candidates, is_join=False) for pair in verdicts.different
    ]
    for one, other in verdicts.same:
        groups.join(one, other)
    for identifier, works in sorted(shared, key=lambda entry: scheme_rank(entry[0])):
        members = tuple(sorted(works, key=lambda work: _name(candidates[work])))
        if _is_too_common(members, candidates):
            decisions.append(_apart("identifier-too-common", identifier, members))
            continue
        decisions.extend(_join_all(identifier, members, groups))
    return decisions


def group(decisions: Iterable[Decision]) -> dict[int, int]:
    """The lowest work of its group for every work that was joined to another."""
    parent: dict[int, int] = {}
    for decision in decisions:
        if decision.is_join:
            first, *rest = decision.works
            for work in rest:
                one, other = _find(parent, first), _find(parent, work)
                parent[max(one, other)] = min(one, other)
    return {work: _find(parent, work) for work in parent} | {
        root: root for root in {_find(parent, work) for work in parent}
    }


def _join_all(identifier: str, members: tuple[int, ...], groups: "_Groups") -> list[Decision]:
    """Join each member to the first group that it fits; report those that fit none."""
    decisions = []
    accepted: list[list[int]] = []
    is_isbn = identifier.startswith("isbn:")
    for work in members:
        objections = []
        for fellows in accepted:
            objection = groups.objection(fellows[0], work) or (
                _objection_to_isbn(fellows, work, groups) if is_isbn else ""
            )
            if not objection:
                groups.join(fellows[0], work)
                fellows.append(work)
                break
            objections.append((objection, fellows[0]))
        else:
            accepted.append([work])
            decisions += [
                _apart(objection, identifier, (other, work)) for objection, other in objections
            ]
    scheme = identifier.partition(":")[0]
    decisions += [
        Decision(rule=f"same-{scheme}", is_join=True, evidence=identifier, works=tuple(fellows))
        for fellows in accepted
        if len(fellows) > 1
    ]
    return decisions


def _objection_to_isbn(fellows: Iterable[int], work: int, groups: "_Groups") -> str:
    """An ISBN alone joins no two volumes of a set: what else is known must agree with all."""
    facts = groups.candidates[work]
    for fellow in fellows:
        if groups.are_joined(fellow, work):
            continue
        other = groups.candidates[fellow]
        if facts.volume and other.volume and facts.volume != other.volume:
            return "titles-differ"
        shorter, longer = sorted((facts.title, other.title), key=len)
        if longer[: len(shorter)] != shorter:
            return "titles-differ"
    return ""


def _name(candidate: Candidate) -> tuple[str, str]:
    return candidate.source, candidate.record


def _judged(
    rule: str, pair: tuple[int, int], candidates: Mapping[int, Candidate], *, is_join: bool
) -> Decision:
    ordered = tuple(sorted(pair, key=lambda work: _name(candidates[work])))
    return Decision(rule=rule, is_join=is_join, evidence="judged by a person", works=ordered)


def _apart(rule: str, identifier: str, works: tuple[int, ...]) -> Decision:
    return Decision(rule=rule, is_join=False, evidence=identifier, works=works)


def _is_too_common(works: tuple[int, ...], candidates: Mapping[int, Candidate]) -> bool:
    per_source: dict[str, int] = {}
    for work in works:
        source = candidates[work].source
        per_source[source] = per_source.get(source, 0) + 1
    return max(per_source.values()) > MAX_PER_SOURCE


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


class _Groups:
    """Disjoint sets of works, each with what the guards look at."""

    def __init__(
        self, candidates: Mapping[int, Candidate], different: Iterable[tuple[int, int]]
    ) -> None:
        self.candidates = candidates
        self._parent: dict[int, int] = {}
        self._kinds = {work: {facts.kind} for work, facts in candidates.items()}
        self._dois = {
            work: {facts.doi.partition("/")[0]: {facts.doi}} if facts.doi else {}
            for work, facts in candidates.items()
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
        one, other = _find(self._parent, one), _find(self._parent, other)
        if one == other:
            return ""
        if self._others.get(one, frozenset()) & self._members.get(other, frozenset()):
            return PERSON_DIFFERENT
        kinds, other_kinds = self._kinds[one], self._kinds[other]
        is_known = (
            other_kinds <= kinds or kinds <= other_kinds
        )  # where a person joined what differs
        if not is_known and not kinds_agree(kinds | other_kinds):
            return "kinds-differ"
        ours, theirs = self._dois[one], self._dois[other]
        if any(
            ours[registrant].isdisjoint(theirs[registrant])
            for registrant in ours.keys() & theirs.keys()
        ):
            return "dois-differ"
        return ""

    def are_joined(self, one: int, other: int) -> bool:
        """Whether two works are in one group already."""
        return _find(self._parent, one) == _find(self._parent, other)

    def join(self, one: int, other: int) -> None:
        one, other = _find(self._parent, one), _find(self._parent, other)
        if one != other:
            self._parent[other] = one
            self._kinds[one] |= self._kinds[other]
            for registrant, dois in self._dois[other].items():
                self._dois[one].setdefault(registrant, set()).update(dois)
            if other in self._members:
                self._members.setdefault(one, set()).update(self._members[other])
                self._others.setdefault(one, set()).update(self._others[other])


def _find(parent: dict[int, int], work: int) -> int:
    """The root of a work's tree; shortens the path on the way."""
    while (above := parent.get(work, work)) != work:
        parent[work] = parent.get(above, above)
        work = above
    return work
