"""Works become entities and links: the rules of `match` applied to the catalogue, keys handed out.

One transaction: a kill at any instant leaves the last merge as it was.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from graph.catalogue import Catalogue
from graph.entity import choose_kind
from graph.iris import EntityKey, mint_key
from graph.match import decide, group, scheme_rank
from graph.relation import RELATIONS
from graph.work import Kind
from harvester.protocol import format_datestamp

_STRUCTURE: Final = ("IsPartOf", "IsVersionOf", "IsNewVersionOf")
"""Relations inside one thing: they do not make a dataset a thing that "has" data."""


def merge(catalogue: Catalogue, now: datetime) -> None:
    """Group all live works into entities, mint keys and stubs, and resolve every link."""
    with catalogue.transaction():
        catalogue.clear_merge()
        shared = list(catalogue.shared_identifiers())
        candidates = catalogue.candidates({work for _, works in shared for work in works})
        decisions = decide(shared, candidates)
        _make_entities(catalogue, group(decisions))
        catalogue.resolve_identifiers()
        for identifier, kind in catalogue.unresolved_targets():
            key = _key_for(catalogue, (identifier,), seed=identifier)
            catalogue.add_stub(key, identifier, kind)
        catalogue.join_links()
        catalogue.find_neighbours(RELATIONS[name].predicate for name in _STRUCTURE)
        catalogue.put_decisions(decisions, format_datestamp(now))


def _make_entities(catalogue: Catalogue, group_of: dict[int, int]) -> None:
    """Give every live work its entity; a group is met at its lowest work."""
    members: dict[int, list[tuple[int, str, Kind]]] = {}
    for number, source, record, kind in catalogue.live_works():
        root = group_of.get(number)
        work = (number, f"record:{source}:{record}", kind)
        if root is None:
            _make_entity(catalogue, [work])
        else:
            members.setdefault(root, []).append(work)
    for works in members.values():
        _make_entity(catalogue, works)


def _make_entity(catalogue: Catalogue, works: list[tuple[int, str, Kind]]) -> None:
    own = {identifier for number, _, _ in works for identifier in catalogue.own_identifiers(number)}
    names = [*sorted(own, key=scheme_rank), *(name for _, name, _ in works)]
    key = _key_for(catalogue, names, seed=names[0])
    catalogue.add_entity(
        key, choose_kind(kind for _, _, kind in works), [work[0] for work in works]
    )


def _key_for(catalogue: Catalogue, names: Iterable[str], *, seed: str) -> EntityKey:
    """The oldest key that these names were given and nobody has taken, else a new one."""
    names = list(names)
    for key in catalogue.claimed_keys(names):
        if not catalogue.is_taken(key):
            catalogue.claim(names, key)
            return EntityKey(key)
    key, attempt = mint_key(seed), 0
    while catalogue.is_registered(key):
        attempt += 1
        key = mint_key(f"{seed} {attempt}")
    catalogue.register(key)
    catalogue.claim(names, key)
    return key
