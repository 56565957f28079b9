"""Works become entities and links: the rules of `match` applied to what has changed.

One transaction: a kill at any instant leaves the last merge as it was. Only what changed records
can touch is looked at; the outcome is that of a merge of everything with the same register.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from graph.catalogue import Catalogue
from graph.entity import choose_kind
from graph.garbage_collector import without_garbage_collector
from graph.guards import Candidate
from graph.iris import EntityKey, mint_key
from graph.key_register import RECORD, Claim
from graph.match import Decision, Verdicts, decide, group, scheme_rank
from graph.work import Kind
from harvester.protocol import format_datestamp

RULES_VERSION = "1"
"""Raised when a rule of `match` changes: then everything is decided anew."""

JudgedPairs = Sequence[tuple[tuple[str, str], tuple[str, str], bool]]
"""What people judged: two records, by source and OAI identifier, and whether they are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the configuration says of merging."""

    kind_order: tuple[str, ...] = ()
    """Sources whose word on the kind of a thing goes before others'."""
    keeps_preprints: bool = False
    """An arXiv number alone joins no record with a DOI to one without."""


def merge(
    catalogue: Catalogue,
    now: datetime,
    judged: JudgedPairs = (),
    *,
    policy: Policy | None = None,
    anew: bool = False,
) -> None:
    """Group live works into entities, mint keys and stubs, and resolve links.

    Args:
        catalogue: with the works as they are now.
        now: aware; when decisions are taken.
        judged: pairs that people judged; one of a record that is not live has no effect.
        policy: what the configuration says of merging.
        anew: look at everything, whether it has changed or not.
    """
    policy = policy or Policy()
    basis = f"{RULES_VERSION} {policy}"
    with catalogue.transaction(), without_garbage_collector():
        pairs = _numbered(catalogue, judged)
        is_whole = anew or catalogue.scope.basis != basis
        if catalogue.scope.collect(pairs, is_whole=is_whole):
            _merge_scope(catalogue, pairs, policy, format_datestamp(now))
        catalogue.scope.close(basis)


def _numbered(catalogue: Catalogue, judged: JudgedPairs) -> list[tuple[int, int, int]]:
    pairs = []
    for one, other, is_same in judged:
        numbers = catalogue.works.number(*one), catalogue.works.number(*other)
        if numbers[0] is not None and numbers[1] is not None:
            pairs.append((numbers[0], numbers[1], int(is_same)))
    return pairs


def _merge_scope(
    catalogue: Catalogue, pairs: list[tuple[int, int, int]], policy: Policy, at: str
) -> None:
    scope, merged = catalogue.scope, catalogue.merged
    decisions, candidates, ambiguous = _decide(catalogue, pairs, policy)
    group_of = group(decisions)
    former = merged.take_apart(scope)
    former |= merged.forget_stubs(scope)
    held = {} if scope.is_whole else catalogue.register.holders(former)
    merged.forget_identities(scope)
    _keep_stubs(catalogue, group_of)
    made = _make_entities(catalogue, group_of, ambiguous, policy.kind_order)
    catalogue.register.let_go_of_the_gone(scope.works("id"))
    if not scope.is_whole:
        catalogue.register.let_go_under(made)
    merged.resolve_identities(scope)
    for identifier, kind in merged.unresolved_targets(scope):
        key = merged.stub_key(identifier) or _stub_key(catalogue, identifier)
        catalogue.register.hold([identifier], key)
        merged.settle_stub(key, identifier, kind)
        made[key] = kind
    works, ends = catalogue.links.join(scope)
    names = {number: (each.source, each.record) for number, each in candidates.items()}
    changed = merged.put_decisions(decisions, names, at, scope)
    if scope.is_whole:
        catalogue.stale.everything()
        return
    catalogue.stale.add_records(works)
    catalogue.stale.add_decisions(changed)
    catalogue.stale.add_entities(ends)
    _note_stale(catalogue, former, held, made)


def _note_stale(
    catalogue: Catalogue,
    former: dict[str, str],
    held: dict[str, set[str]],
    made: dict[str, str],
) -> None:
    """Note the things that the last release describes otherwise.

    Args:
        catalogue: after a merge of a scope.
        former: kinds of the things of the scope before, by key.
        held: names of their records, or the identifier of a stub, by key.
        made: kinds of the things of the scope now.
    """
    stale = catalogue.stale
    stale.add_entities(catalogue.works.changed_entities())
    stale.add_entities(catalogue.register.retired_among(catalogue.scope.within("identifier")))
    holds = catalogue.register.holders(made)
    for key in former.keys() | made.keys():
        if former.get(key) != made.get(key):  # what links to it has data, or papers, no more
            stale.add_entities([key, *catalogue.links.neighbours(key)])
        elif held[key] != holds[key]:
            stale.add_entities([key])


def _decide(
    catalogue: Catalogue, pairs: list[tuple[int, int, int]], policy: Policy
) -> tuple[list[Decision], dict[int, Candidate], set[str]]:
    """The decisions on a scope, on what works, and the identifiers that name no one entity."""
    within = catalogue.scope.works("work")
    shared = list(catalogue.works.shared_identifiers(within))
    looked_at = set(catalogue.scope.among({work for pair in pairs for work in pair[:2]}))
    verdicts = Verdicts(
        same=tuple(pair[:2] for pair in pairs if pair[2] and pair[0] in looked_at),
        different=tuple(pair[:2] for pair in pairs if not pair[2] and pair[0] in looked_at),
    )
    candidates = catalogue.works.candidates(
        {work for _, works in shared for work in works} | looked_at
    )
    decisions = decide(shared, candidates, verdicts, keeps_preprints=policy.keeps_preprints)
    group_of = group(decisions)
    shared += catalogue.works.shared_oai_identifiers(within)
    ambiguous = {
        identifier
        for identifier, works in shared
        if len({group_of.get(work, work) for work in works}) > 1
    }
    return decisions, candidates, ambiguous


def _keep_stubs(catalogue: Catalogue, group_of: dict[int, int]) -> None:
    """A target that is nobody's own, or several things', is the stub that it was before."""
    for identifier, key in catalogue.register.held_stubs(catalogue.scope.within("identifier")):
        owners = {
            entity or group_of.get(work, work)
            for work, entity in catalogue.merged.owners(identifier)
        }
        if len(owners) != 1 and catalogue.merged.is_target(identifier):
            catalogue.merged.keep_stub(key, identifier)
        else:
            catalogue.register.let_go(identifier)


class _Member(NamedTuple):
    """A live work."""

    number: int
    source: str
    name: str
    """`record:SOURCE:OAI identifier`."""
    kind: Kind


class _Group(NamedTuple):
    """Works that are one thing, before it has a key."""

    works: list[_Member]
    """By name."""
    kind: Kind
    names: list[str]
    """What no other group goes by, the strongest name first."""


def _make_entities(
    catalogue: Catalogue,
    group_of: dict[int, int],
    ambiguous: set[str],
    kind_order: Sequence[str],
) -> dict[str, str]:
    """Give every group of live works its entity and key; gives their kinds by key.

    Groups that want the same old key take turns, see `_turn`; within a turn those with the fewest
    other keys to fall back on come first, then those with the most records that had it, then it
    goes by the name of the first record.
    """
    made: dict[str, str] = {}
    waiting: list[tuple[tuple[int, int, int, int], _Group]] = []
    is_new = catalogue.register.is_empty  # then no name of one group is claimed by another
    for works in _grouped(catalogue, group_of):
        kind = choose_kind([(work.source, work.kind) for work in works], kind_order)
        each = _Group(works, kind, _names(catalogue, works, ambiguous))
        claims = {} if is_new else catalogue.register.claims(each.names)
        if not claims:
            _make_entity(catalogue, each, _key_for(catalogue, each.names, claims), made)
        elif former := _former_key(catalogue, each, claims):
            catalogue.register.claim(each.names, former)
            _make_entity(catalogue, each, former, made)
        else:
            waiting.append((_turn(claims), each))
    for _, each in sorted(waiting, key=itemgetter(0)):
        _make_entity(catalogue, each, _key_for(catalogue, each.names), made)
    return made


def _grouped(catalogue: Catalogue, group_of: dict[int, int]) -> Iterator[list[_Member]]:
    members: dict[int, list[_Member]] = {}
    for number, source, record, kind in catalogue.works.live_works(catalogue.scope.works("id")):
        root = group_of.get(number)
        work = _Member(number, source, f"{RECORD}{source}:{record}", kind)
        if root is None:
            yield [work]
        else:
            members.setdefault(root, []).append(work)
    yield from members.values()


def _names(catalogue: Catalogue, works: list[_Member], ambiguous: set[str]) -> list[str]:
    own = {
        identifier for work in works for identifier in catalogue.works.own_identifiers(work.number)
    }
    identifiers = sorted(own - ambiguous, key=scheme_rank)
    n_trusted = sum(not identifier.startswith("oai:") for identifier in identifiers)
    records = sorted(work.name for work in works)
    return [*identifiers[:n_trusted], *records, *identifiers[n_trusted:]]


def _former_key(catalogue: Catalogue, group_: _Group, claims: dict[str, Claim]) -> EntityKey | None:
    """The key of the entity that had these very records and no other."""
    held = {claims[work.name].held if work.name in claims else None for work in group_.works}
    if len(held) != 1:
        return None
    (key,) = held
    if key is None or catalogue.register.n_holders(key) != len(group_.works):
        return None
    return EntityKey(key)


def _turn(claims: dict[str, Claim]) -> tuple[int, int, int, int]:
    """When a group with these claims is served, so that a key stays with what it was given to.

    0: it holds the records and the very name that the key was minted from.
    1: it holds records that had the key, and not that name; first if one had it from the beginning.
    2: it knows the key by an identifier only: a stub that becomes whole, a thing that comes back.
    """
    key = _wanted(claims)[0]
    names = [name for name, claim in claims.items() if claim.key == key]
    n_records = sum(name.startswith(RECORD) for name in names)
    if not n_records:
        return 2, 0, 0, 0
    is_named = any(mint_key(name) == key for name in names)
    has_first = any(claims[name].is_first for name in names if name.startswith(RECORD))
    return int(not is_named), int(not has_first), len(_had(claims)), -n_records


def _wanted(claims: dict[str, Claim]) -> list[str]:
    """Old keys by preference: what the records themselves had before, then by age."""
    had, known = _had(claims), {claim[:2] for claim in claims.values()}
    return [key for _, key in (*sorted(had), *sorted(known - had))]


def _had(claims: dict[str, Claim]) -> set[tuple[int, str]]:
    """Keys that the records themselves had before, with their age."""
    return {claim[:2] for name, claim in claims.items() if name.startswith(RECORD)}


def _make_entity(
    catalogue: Catalogue, group_: _Group, key: EntityKey, made: dict[str, str]
) -> None:
    catalogue.merged.add_entity(key, group_.kind, [work.number for work in group_.works])
    catalogue.register.hold([work.name for work in group_.works], key)
    made[key] = group_.kind


def _stub_key(catalogue: Catalogue, identifier: str) -> EntityKey:
    """The key of a target that is a stub now: never one that a record may come back for."""
    claims = catalogue.register.claims([identifier])
    free = {
        name: claim
        for name, claim in claims.items()
        if not catalogue.register.has_live_claimant(claim.key)
    }
    return _key_for(catalogue, [identifier], free)


def _key_for(
    catalogue: Catalogue, names: list[str], claims: dict[str, Claim] | None = None
) -> EntityKey:
    """The first wanted key that nobody has taken, else a new one.

    A new key is what the names stand for from then on: their old keys went to others.
    """
    known = catalogue.register.claims(names) if claims is None else claims
    for key in _wanted(known):
        if not catalogue.merged.is_taken(key):
            catalogue.register.claim(names, key)
            return EntityKey(key)
    key, attempt = mint_key(names[0]), 0
    while not catalogue.register.add(key):
        attempt += 1
        key = mint_key(f"{names[0]} {attempt}")
    catalogue.register.claim_anew(names, key)
    return key
