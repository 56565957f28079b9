"""Reuse of datasets: how many distinct things use each, by their kind and by relation. Pure.

A user of a dataset is another entity that cites it, is derived from it or requires it (`USES`),
whichever end states so. What is linked to it otherwise is counted beside: the paper that it came
with (`IsSupplementedBy`), the data it was made of (`IsSourceOf`). Links between versions, parts and
other forms of one thing (`OWN`) count as neither.
"""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from graph.links.selection import UNKNOWN_KIND
from graph.network.measured import Measured, Node, node_of, scope_of
from graph.network.multigraph import Network
from graph.relation import RELATIONS, SYMMETRIC
from graph.work import Kind

OWN: Final = frozenset(
    {"IsPartOf", "IsVersionOf", "IsNewVersionOf", "IsVariantFormOf", "IsIdenticalTo"}
)
"""Canonical relations between forms of one thing."""
USES: Final = ("Cites", "IsDerivedFrom", "Requires")
"""What a user states of the dataset that it uses, as canonical relations."""
INVERSES: Final[dict[str, str]] = {
    relation.name: stated for stated, relation in reversed(RELATIONS.items()) if relation.is_inverse
} | {name: name for name in SYMMETRIC}
"""By canonical relation its first name in the table that is stated from the other end."""


class Reused(Struct, frozen=True, kw_only=True):
    """A dataset, and how many distinct things use it."""

    dataset: Node
    n_rolled_up: int
    """Versions and parts that count with it, itself not."""
    users: int
    """Distinct things that use it."""
    papers: int
    software: int
    datasets: int
    others: int
    """Users of other kinds, and of kinds that nobody states."""
    linked: int
    """Distinct things that are linked to it in any way, users too."""
    by_relation: dict[str, int]
    """These by what they are to the dataset, as a DataCite relation stated by them; one of two
    relations counts under both."""


class UseCount(Struct, frozen=True, kw_only=True):
    """How many datasets have a number of users."""

    users: int
    n: int


class Reuse(Measured, frozen=True, kw_only=True):
    """How datasets are used."""

    rolled_up: bool
    """Whether parts count with their whole and versions with their concept, users too."""
    n_datasets: int
    """Datasets of the network, rolled up if that was asked for; stubs too."""
    n_used: int
    """Of these, datasets with at least one user."""
    n_linked: int
    """Of these, datasets that anything is linked to; at least those that are used."""
    distribution: tuple[UseCount, ...]
    """From no user on."""
    most_used: tuple[Reused, ...]


def reuse(network: Network, *, roots: Mapping[str, str] | None = None, limit: int = 20) -> Reuse:
    """How many distinct things use each dataset of a network.

    Args:
        network: the links.
        roots: the key that each entity counts with, where it is another; None: each for itself.
            Versions of a thing that is not in the network, or of unknown kind, go by the first of
            their kind there, and with them that thing.
        limit: datasets that are named, the most used first.
    """
    heads = _heads(network, roots or {})
    users: dict[str, dict[str, set[str]]] = {}
    rolled: dict[str, int] = {}
    for key in network:
        head = heads.get(key, key)
        if network.nodes[head]["kind"] == Kind.DATASET:
            users.setdefault(head, {})
            rolled[head] = rolled.get(head, 0) + (key != head)
    for source, target, relation in network.edges(keys=True):
        if relation in OWN:
            continue
        one, other = heads.get(source, source), heads.get(target, target)
        if one == other:
            continue
        if one in users:
            users[one].setdefault(INVERSES[relation], set()).add(other)
        if other in users:
            users[other].setdefault(relation, set()).add(one)
    n_users = {key: len(_using(found)) for key, found in users.items()}
    most = sorted(n_users, key=lambda key: (-n_users[key], key))[:limit]
    return Reuse(
        **scope_of(network),
        rolled_up=roots is not None,
        n_datasets=len(users),
        n_used=sum(n > 0 for n in n_users.values()),
        n_linked=sum(any(found.values()) for found in users.values()),
        distribution=_distribution(n_users),
        most_used=tuple(
            _reused(network, key, users[key], rolled[key]) for key in most if n_users[key]
        ),
    )


def _heads(network: Network, roots: Mapping[str, str]) -> dict[str, str]:
    """What each entity goes by, where that is another entity of the network."""
    heads: dict[str, str] = {}
    firsts: dict[str, dict[str, str]] = {}
    nodes: Mapping[str, Any] = network.nodes
    for key in sorted(roots.keys() & nodes.keys()):
        root = roots[key]
        if root in nodes and nodes[root]["kind"] != UNKNOWN_KIND:
            heads[key] = root
        else:
            heads[key] = firsts.setdefault(root, {}).setdefault(nodes[key]["kind"], key)
    for root, by_kind in firsts.items():
        if root in nodes:
            heads[root] = by_kind.get(Kind.DATASET) or by_kind[min(by_kind)]
    return {key: head for key, head in heads.items() if key != head}


def _using(by_relation: Mapping[str, set[str]]) -> set[str]:
    return set().union(*(by_relation.get(name, ()) for name in USES))


def _distribution(n_users: Mapping[str, int]) -> tuple[UseCount, ...]:
    spread: dict[int, int] = {}
    for n in n_users.values():
        spread[n] = spread.get(n, 0) + 1
    return tuple(UseCount(users=n, n=spread[n]) for n in sorted(spread))


def _reused(
    network: Network, key: str, by_relation: Mapping[str, set[str]], n_rolled_up: int
) -> Reused:
    nodes: Mapping[str, Any] = network.nodes
    users = _using(by_relation)
    kinds = [nodes[user]["kind"] for user in users]
    papers, software, datasets = map(kinds.count, (Kind.PAPER, Kind.SOFTWARE, Kind.DATASET))
    return Reused(
        dataset=node_of(network, key),
        n_rolled_up=n_rolled_up,
        users=len(users),
        papers=papers,
        software=software,
        datasets=datasets,
        others=len(users) - papers - software - datasets,
        linked=len(set().union(*by_relation.values())),
        by_relation={name: len(by_relation[name]) for name in sorted(by_relation)},
    )
