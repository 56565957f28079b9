"""Which works are one thing: pure rules over trusted own identifiers, and the guards against glue.

Works meet only through an identifier that both state as their own. A guard that keeps them apart
is a decision like any other and is reported with its reason. Titles never merge anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What the rules need to know of a work."""

    work: int
    """Number of the work in the catalogue."""
    source: str
    record: str
    """OAI identifier; with the source it orders works the same whenever they arrived."""
    kind: Kind
    doi: str
    """The first DOI of its own, empty without one."""


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
class RecordedDecision:
    """A decision as people see it: records by name, and when it was first taken."""

    rule: str
    is_join: bool
    evidence: str
    records: tuple[tuple[str, str], ...]
    """(source, OAI identifier) of each."""
    at: str
    """UTC, `YYYY-MM-DDThh:mm:ssZ`."""


RULES: Final[dict[str, str]] = {
    **{
        f"same-{scheme}": f"both records state the same {scheme} as their own identifier"
        for scheme in TRUSTED
    },
    "identifier-too-common": "more records of one source share the identifier than are likely to"
    " be one thing",
    "kinds-differ": "one is a dataset, software or text and the other is not, or one is a chapter"
    " and the other a book",
    "dois-differ": "their own DOIs differ although one registrant gave both",
}
"""Each rule with the sentence that explains it."""


def is_trusted(own: Identifier, kind: Kind) -> bool:
    """Whether an own identifier may join a work of this kind with another.

    The ISBN of anything but a book is that of the volume around it.
    """
    match own.scheme:
        case "isbn":
            return kind is Kind.BOOK
        case "oai":
            return own.value.startswith(TRUSTED_OAI)
        case scheme:
            return scheme in TRUSTED


def scheme_rank(identifier: str) -> tuple[int, str]:
    """Sort key that puts the strongest identifier, written `scheme:value`, first."""
    scheme = identifier.partition(":")[0]
    return (TRUSTED.index(scheme) if scheme in TRUSTED else len(TRUSTED)), identifier


def decide(
    shared: Iterable[tuple[str, tuple[int, ...]]], candidates: Mapping[int, Candidate]
) -> list[Decision]:
    """Join or keep apart the works that share identifiers.

    Identifiers are taken strongest first, so that a weak one can never bring about what a strong
    one forbids; works by source and record. The result depends neither on the order of the input
    nor on the numbers of the works.

    Args:
        shared: identifiers, written `scheme:value`, with all works that state them as their own.
        candidates: at least every work named in `shared`.

    Returns:
        One decision for every join and for every pair of groups that a guard kept apart.
    """
    groups = _Groups(candidates)
    decisions = []
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
    for work in members:
        objections = []
        for fellows in accepted:
            objection = groups.objection(fellows[0], work)
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


def _name(candidate: Candidate) -> tuple[str, str]:
    return candidate.source, candidate.record


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

    def __init__(self, candidates: Mapping[int, Candidate]) -> None:
        self._parent: dict[int, int] = {}
        self._kinds = {work: {facts.kind} for work, facts in candidates.items()}
        self._dois = {
            work: {facts.doi.partition("/")[0]: facts.doi} if facts.doi else {}
            for work, facts in candidates.items()
        }

    def objection(self, one: int, other: int) -> str:
        """The guard that forbids joining the groups of two works, or an empty text."""
        one, other = _find(self._parent, one), _find(self._parent, other)
        if one == other:
            return ""
        if not kinds_agree(self._kinds[one] | self._kinds[other]):
            return "kinds-differ"
        ours, theirs = self._dois[one], self._dois[other]
        if any(theirs.get(registrant, doi) != doi for registrant, doi in ours.items()):
            return "dois-differ"
        return ""

    def join(self, one: int, other: int) -> None:
        one, other = _find(self._parent, one), _find(self._parent, other)
        if one != other:
            self._parent[other] = one
            self._kinds[one] |= self._kinds[other]
            self._dois[one] |= self._dois[other]


def _find(parent: dict[int, int], work: int) -> int:
    """The root of a work's tree; shortens the path on the way."""
    while (above := parent.get(work, work)) != work:
        parent[work] = parent.get(above, above)
        work = above
    return work
