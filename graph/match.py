"""Which works are one thing: pure rules over trusted own identifiers, and the guards against glue.

Works meet only through an identifier that both state as their own. A guard that keeps them apart
is a decision like any other and is reported with its reason. Titles never merge anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from graph.guards import PERSON_DIFFERENT, Candidate, Groups, Objector, find, objector_to
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


NO_VERDICTS: Final = Verdicts()


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
    "preprint-apart": "they share an arXiv number and only one has a DOI: the configuration keeps a"
    " preprint apart from what was published",
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
    verdicts: Verdicts = NO_VERDICTS,
    *,
    keeps_preprints: bool = False,
) -> list[Decision]:
    """Join or keep apart the works that share identifiers, or that people judged.

    What people judged comes first and needs no identifier. Then identifiers are taken strongest
    first, so that a weak one can never bring about what a strong one forbids; works by source and
    record. The result depends neither on the order of the input nor on the numbers of the works.

    Args:
        shared: identifiers, written `scheme:value`, with all works that state them as their own.
        candidates: at least every work named in `shared` and `verdicts`.
        verdicts: pairs that are the same or different whatever they share.
        keeps_preprints: an arXiv number alone joins no work with a DOI to one without.

    Returns:
        One decision for every join, for every pair of groups that a guard kept apart, and for
        every verdict.
    """
    groups = Groups(candidates, verdicts.different)
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
        objector = objector_to(identifier, keeps_preprints=keeps_preprints)
        decisions.extend(_join_all(identifier, members, groups, objector))
    return decisions


def group(decisions: Iterable[Decision]) -> dict[int, int]:
    """The lowest work of its group for every work that was joined to another."""
    parent: dict[int, int] = {}
    for decision in decisions:
        if decision.is_join:
            first, *rest = decision.works
            for work in rest:
                one, other = find(parent, first), find(parent, work)
                parent[max(one, other)] = min(one, other)
    return {work: find(parent, work) for work in parent} | {
        root: root for root in {find(parent, work) for work in parent}
    }


def _join_all(
    identifier: str, members: tuple[int, ...], groups: Groups, objector: Objector | None
) -> list[Decision]:
    """Join each member to the first group that it fits; report those that fit none."""
    decisions = []
    accepted: list[list[int]] = []
    for work in members:
        objections = []
        for fellows in accepted:
            objection = groups.objection(fellows[0], work)
            if objector is not None and not objection:
                objection = groups.first_objection(objector, fellows, work)
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
