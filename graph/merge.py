"""Works become entities and links: the rules of `match` applied to the catalogue, keys handed out.

One transaction: a kill at any instant leaves the last merge as it was.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Final, NamedTuple

from graph.catalogue import Catalogue
from graph.entity import choose_kind
from graph.iris import EntityKey, mint_key
from graph.match import decide, group, scheme_rank
from graph.relation import RELATIONS
from graph.work import Kind
from harvester.protocol import format_datestamp

_STRUCTURE: Final = ("IsPartOf", "IsVersionOf", "IsNewVersionOf")
"""Relations inside one thing: they do not make a dataset a thing that "has" data."""

_RECORD: Final = "record:"
"""How the name of a record starts; no identifier has this scheme."""


def merge(catalogue: Catalogue, now: datetime) -> None:
    """Group all live works into entities, mint keys and stubs, and resolve every link."""
    with catalogue.transaction():
        catalogue.merged.clear()
        shared = list(catalogue.works.shared_identifiers())
        candidates = catalogue.works.candidates({work for _, works in shared for work in works})
        decisions = decide(shared, candidates)
        group_of = group(decisions)
        shared += catalogue.works.shared_oai_identifiers()
        ambiguous = {
            identifier
            for identifier, works in shared
            if len({group_of.get(work, work) for work in works}) > 1
        }
        _make_entities(catalogue, group_of, ambiguous)
        catalogue.register.release_claims()
        catalogue.merged.resolve_identifiers()
        for identifier, kind in catalogue.merged.unresolved_targets():
            key = _key_for(catalogue, [identifier])
            catalogue.merged.add_stub(key, identifier, kind)
        catalogue.merged.join_links()
        catalogue.merged.find_neighbours(RELATIONS[name].predicate for name in _STRUCTURE)
        catalogue.merged.put_decisions(decisions, format_datestamp(now))


class _Group(NamedTuple):
    """Works that are one thing, before it has a key."""

    works: list[tuple[int, str, Kind]]
    """Number, name (`record:SOURCE:OAI identifier`) and kind of each, the lowest number first."""
    names: list[str]
    """What no other group goes by, the strongest name first."""


def _make_entities(catalogue: Catalogue, group_of: dict[int, int], ambiguous: set[str]) -> None:
    """Give every group of live works its entity and key.

    Groups that want the same old key take turns, see `_turn`; within a turn the first to arrive
    is served first.
    """
    waiting: tuple[list[_Group], list[_Group]] = ([], [])
    for works in _grouped(catalogue, group_of):
        each = _Group(works, _names(catalogue, works, ambiguous))
        turn = _turn(catalogue.register.claims(each.names))
        if turn == 0:
            _make_entity(catalogue, each)
        else:
            waiting[turn - 1].append(each)
    for each in chain(*waiting):
        _make_entity(catalogue, each)


def _grouped(
    catalogue: Catalogue, group_of: dict[int, int]
) -> Iterator[list[tuple[int, str, Kind]]]:
    members: dict[int, list[tuple[int, str, Kind]]] = {}
    for number, source, record, kind in catalogue.works.live_works():
        root = group_of.get(number)
        work = (number, f"{_RECORD}{source}:{record}", kind)
        if root is None:
            yield [work]
        else:
            members.setdefault(root, []).append(work)
    yield from members.values()


def _names(
    catalogue: Catalogue, works: list[tuple[int, str, Kind]], ambiguous: set[str]
) -> list[str]:
    own = {
        identifier
        for number, _, _ in works
        for identifier in catalogue.works.own_identifiers(number)
    }
    identifiers = sorted(own - ambiguous, key=scheme_rank)
    n_trusted = sum(not identifier.startswith("oai:") for identifier in identifiers)
    records = sorted(name for _, name, _ in works)
    return [*identifiers[:n_trusted], *records, *identifiers[n_trusted:]]


def _turn(claims: dict[str, tuple[int, str]]) -> int:
    """When a group with these claims is served, so that a key stays with what it was given to.

    0: it wants no old key, or holds the records and the very name that the key was minted from.
    1: it holds records that had the key, and not that name.
    2: it knows the key by an identifier only: a stub that becomes whole, a thing that comes back.
    """
    if not claims:
        return 0
    key = _wanted(claims)[0]
    names = [name for name, (_, claimed) in claims.items() if claimed == key]
    if not any(name.startswith(_RECORD) for name in names):
        return 2
    return 0 if any(mint_key(name) == key for name in names) else 1


def _wanted(claims: dict[str, tuple[int, str]]) -> list[str]:
    """Old keys by preference: what the records themselves had before, then by age."""
    held = {claim for name, claim in claims.items() if name.startswith(_RECORD)}
    return [key for _, key in (*sorted(held), *sorted(set(claims.values()) - held))]


def _make_entity(catalogue: Catalogue, group_: _Group) -> None:
    key = _key_for(catalogue, group_.names)
    kind = choose_kind(kind for _, _, kind in group_.works)
    catalogue.merged.add_entity(key, kind, [number for number, _, _ in group_.works])


def _key_for(catalogue: Catalogue, names: list[str]) -> EntityKey:
    """The first wanted key that nobody has taken, else a new one.

    A new key is what the names stand for from then on: their old keys went to others.
    """
    for key in _wanted(catalogue.register.claims(names)):
        if not catalogue.merged.is_taken(key):
            catalogue.register.claim(names, key)
            return EntityKey(key)
    key, attempt = mint_key(names[0]), 0
    while catalogue.register.is_registered(key):
        attempt += 1
        key = mint_key(f"{names[0]} {attempt}")
    catalogue.register.add(key)
    catalogue.register.claim_anew(names, key)
    return key
