"""The merged catalogue becomes the graph of a release: written whole, or as a parent's differences.

Whoever wants more out of the same pass over the entities, such as a text index, hands in a sink.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from graph import quads
from graph.catalogue import Catalogue
from graph.enrichment import Enrichment, enrichments_in
from graph.entity import Entity, merge
from graph.iris import decision_iri, entity_iri, record_iri
from graph.low_priority import wait_for_others
from graph.release import Draft, ReleaseInfo
from graph.store import open_graph
from graph.store_editor import GraphEditor, Thing, edit_copy
from graph.store_loader import open_loader
from graph.version_cycles import VERSION_PREDICATES, changed_version_cycles, version_cycles
from graph.work import Link, Work
from harvester.protocol import format_datestamp

_REPORT_EVERY: Final = 1000


EntitySink = Callable[[Entity, Sequence[str]], None]
"""Told every entity that is written, with the kinds of those it is linked to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a release is made with, besides the catalogue."""

    base_iri: str
    """Where the minted IRIs resolve; ends in a slash."""
    source_order: tuple[str, ...]
    """Sources in the order in which their word is taken."""
    made_at: datetime
    """Aware."""
    field_orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The same for single fields, by name of the field; see `graph.entity.merge`."""

    @property
    def fingerprint(self) -> str:
        """Differs when the same catalogue would be written in another way."""
        parts = (
            quads.LAYOUT,
            self.base_iri,
            self.source_order,
            sorted((name, list(order)) for name, order in self.field_orders.items()),
        )
        return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def write_graph(  # noqa: PLR0913  # a release has these parts
    draft: Draft,
    catalogue: Catalogue,
    recipe: Recipe,
    *,
    sink: EntitySink,
    enrichments: Sequence[Enrichment] = (),
    progress: Callable[[int], None] = lambda _: None,
    meanwhile: Callable[[], None] = lambda: None,
) -> ReleaseInfo:
    """Write the graph of a release whole and say what is in it.

    Args:
        draft: the release being made.
        catalogue: after `graph.merge.merge`.
        recipe: base IRI, order of sources, time.
        sink: gets every entity once.
        enrichments: graphs of what remote endpoints say, which nothing else depends on.
        progress: told the number of entities written so far.
        meanwhile: called once all entities are told, in a thread of its own, while the store puts
            itself in order, which leaves a processor idle; what it raises is raised.

    Raises:
        ReleaseError: the quads could not be loaded.
    """
    n_entities = 0
    with open_loader(draft.graph_path) as loader:
        for key, works in catalogue.works.entities():
            entity = merge(
                key, [work for _, work in works], recipe.source_order, recipe.field_orders
            )
            loader.add(quads.entity_lines(entity, recipe.base_iri))
            for number, work in works:
                loader.add(_record_lines(catalogue, key, number, work, recipe.base_iri))
            sink(entity, catalogue.links.neighbour_kinds(key))
            n_entities += 1
            if n_entities % _REPORT_EVERY == 0:
                progress(n_entities)
        for line in _shared_lines(catalogue, recipe.base_iri):
            loader.add((line,))
        for line in (line for each in enrichments for line in each.lines()):
            loader.add((line,))
        progress(n_entities)
        loader.finish()
        with ThreadPoolExecutor(max_workers=1, initializer=wait_for_others) as thread:
            done = thread.submit(meanwhile)
            cycles = version_cycles(catalogue.links.with_predicates(VERSION_PREDICATES))
            info = _info(draft, catalogue, recipe, cycles)
            done.result()
    return msgspec.structs.replace(info, quads=loader.n_quads)


def update_graph(  # noqa: PLR0913  # a release has these parts
    draft: Draft,
    catalogue: Catalogue,
    recipe: Recipe,
    parent: tuple[Path, ReleaseInfo],
    *,
    sink: EntitySink,
    drop: Callable[[str], None],
    enrichments: Sequence[Enrichment] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> ReleaseInfo:
    """Write the graph of a release as a copy of its parent's in which all that is stale is new.

    Args:
        draft: the release being made.
        catalogue: after `graph.merge.merge`; what is stale in it is told from the parent.
        recipe: that of the parent but for the time.
        parent: the parent's store and what is in it.
        sink: gets every stale entity, in order of key.
        drop: told the stale keys that no entity has.
        enrichments: see `write_graph`; only those that differ from the parent's are written.
        progress: told the number of entities written so far.

    Raises:
        ReleaseError: the parent's store cannot be copied.
    """
    parent_graph, parent_info = parent
    base = recipe.base_iri
    with edit_copy(parent_graph, draft.graph_path, base) as editor:
        editor.rewrite(_stale_things(catalogue, recipe, sink=sink, drop=drop, progress=progress))
        _update_records(catalogue, editor, base)
        _update_decisions(catalogue, editor, base)
        editor.rewrite_shared()
        _update_enrichments(editor, parent_graph, base, enrichments)
    cycles = changed_version_cycles(
        parent_info.version_cycles,
        catalogue.stale.entities(),
        lambda keys: catalogue.links.starting_at(keys, VERSION_PREDICATES),
    )
    info = _info(draft, catalogue, recipe, cycles)
    return msgspec.structs.replace(info, quads=parent_info.quads + editor.n_more)


def _stale_things(
    catalogue: Catalogue,
    recipe: Recipe,
    *,
    sink: EntitySink,
    drop: Callable[[str], None],
    progress: Callable[[int], None],
) -> Iterator[Thing]:
    """What the default graph has to say of all that is stale; each is told when it is reached."""
    base = recipe.base_iri
    alive = set()
    for key, works in catalogue.works.stale_entities():
        entity = merge(key, [work for _, work in works], recipe.source_order, recipe.field_orders)
        yield (
            entity_iri(base, key),
            [*quads.entity_lines(entity, base), *_links_from(catalogue, key, base)],
        )
        sink(entity, catalogue.links.neighbour_kinds(key))
        alive.add(key)
        if len(alive) % _REPORT_EVERY == 0:
            progress(len(alive))
    for key in catalogue.stale.entities():
        if key not in alive:
            yield entity_iri(base, key), _other_lines(catalogue, key, base)
            drop(key)
    progress(len(alive))


def changed_enrichments(
    graph: Path, base_iri: str, enrichments: Sequence[Enrichment]
) -> tuple[list[Enrichment], list[str]]:
    """Which graphs of enrichments a release has otherwise or lacks, and which it has too many.

    Args:
        graph: the store of the release.
        base_iri: of the release.
        enrichments: that are wanted.

    Raises:
        ReleaseError: the store cannot be read.
    """
    with open_graph(graph) as reader:
        there = enrichments_in(reader, base_iri)
    wanted = {each.iri for each in enrichments}
    changed = [each for each in enrichments if there.get(each.iri) != each.fingerprint()]
    return changed, [iri for iri in there if iri not in wanted]


def _update_enrichments(
    editor: GraphEditor, parent: Path, base_iri: str, enrichments: Sequence[Enrichment]
) -> None:
    changed, gone = changed_enrichments(parent, base_iri, enrichments)
    for iri in gone:
        editor.load_graph(iri, ())
    for each in changed:
        editor.load_graph(each.iri, each.lines())


def _record_lines(
    catalogue: Catalogue, key: str, number: int, work: Work, base_iri: str
) -> list[str]:
    targets = catalogue.links.targets(number) if work.links else {}
    links: list[tuple[Link, str]] = [(link, targets[n]) for n, link in enumerate(work.links)]
    return quads.record_lines(merge(key, [work], ()), links, base_iri)


def _links_from(catalogue: Catalogue, key: str, base_iri: str) -> Iterator[str]:
    for predicate, object_ in catalogue.links.of(key):
        yield quads.link_line(key, predicate, object_, base_iri)


def _other_lines(catalogue: Catalogue, key: str, base_iri: str) -> Iterator[str]:
    """What is said of a key that no live record stands behind: a stub's, or a retired one."""
    if stub := catalogue.merged.stub(key):
        yield from quads.stub_lines(key, *stub, base_iri)
        yield from _links_from(catalogue, key, base_iri)
    elif catalogue.register.is_registered(key):
        yield _retired_line(key, catalogue.register.successor(key), base_iri)


def _update_records(catalogue: Catalogue, editor: GraphEditor, base_iri: str) -> None:
    numbers = list(catalogue.stale.records())
    names = [record_iri(base_iri, *catalogue.works.name(number)) for number in numbers]
    headers = (_header_lines(catalogue, number, base_iri) for number in numbers)
    editor.rewrite(zip(names, headers, strict=True))
    bodies = (_body_lines(catalogue, number, base_iri) for number in numbers)
    editor.replace_graphs(zip(names, bodies, strict=True))


def _header_lines(catalogue: Catalogue, number: int, base_iri: str) -> list[str]:
    """What the default graph says of a record; nothing of one that is not there."""
    header = catalogue.works.header(number)
    return [quads.header_lines(header, base_iri)] if header else []


def _body_lines(catalogue: Catalogue, number: int, base_iri: str) -> list[str]:
    """What is in the graph of a record; nothing in that of one that is not live."""
    live = catalogue.works.body(number)
    return _record_lines(catalogue, live[0], number, live[1], base_iri) if live else []


def _update_decisions(catalogue: Catalogue, editor: GraphEditor, base_iri: str) -> None:
    for key in catalogue.stale.decisions():
        editor.remove_subject(decision_iri(base_iri, key), quads.decisions_graph(base_iri))
        if decision := catalogue.merged.decision(key):
            editor.add(quads.decision_lines(decision, base_iri))


def _shared_lines(catalogue: Catalogue, base_iri: str) -> Iterator[str]:
    """What belongs to no single entity: headers, links, stubs, retired keys, decisions."""
    for header in catalogue.works.headers():
        yield quads.header_lines(header, base_iri)
    for subject, predicate, object_ in catalogue.links.all():
        yield quads.link_line(subject, predicate, object_, base_iri)
    for key, identifier, kind in catalogue.merged.stubs():
        yield from quads.stub_lines(key, identifier, kind, base_iri)
    for key, successor in catalogue.register.retired_keys():
        yield _retired_line(key, successor, base_iri)
    for decision in catalogue.merged.decisions():
        yield from quads.decision_lines(decision, base_iri)


def _retired_line(key: str, successor: str | None, base_iri: str) -> str:
    if successor:
        return quads.redirect_line(key, successor, base_iri)
    return quads.tombstone_line(key, base_iri)


def _info(
    draft: Draft, catalogue: Catalogue, recipe: Recipe, cycles: Iterable[tuple[str, ...]]
) -> ReleaseInfo:
    """What is in a release, but for the number of quads."""
    counts = catalogue.merged.counts()
    return ReleaseInfo(
        number=draft.number,
        created_at=format_datestamp(recipe.made_at),
        base_iri=recipe.base_iri,
        records=counts.records,
        entities=counts.entities,
        stubs=counts.stubs,
        merged_entities=counts.merged_entities,
        links=counts.links,
        inner_links=counts.inner_links,
        kept_apart=counts.kept_apart,
        version_cycles=tuple(cycles),
        quads=0,
        by_kind=counts.by_kind,
        by_source=counts.by_source,
    )
