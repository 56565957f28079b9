"""The merged catalogue becomes the graph of a release: written as N-Quads, loaded in bulk.

Whoever wants more out of the same pass over the entities, such as a text index, hands in a sink.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from graph import quads
from graph.catalogue import Catalogue
from graph.entity import Entity, merge
from graph.release import Draft, ReleaseInfo
from graph.store import bulk_load
from graph.work import Link, Work
from harvester.protocol import format_datestamp

EntitySink = Callable[[Entity, Sequence[str]], None]
"""Told every entity with the kinds of those it is linked to."""

_REPORT_EVERY: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a release is made with, besides the catalogue."""

    base_iri: str
    """Where the minted IRIs resolve; ends in a slash."""
    source_order: tuple[str, ...]
    """Sources in the order in which their word is taken."""
    made_at: datetime
    """Aware."""


def write_graph(
    draft: Draft,
    catalogue: Catalogue,
    recipe: Recipe,
    *,
    sink: EntitySink,
    progress: Callable[[int], None] = lambda _: None,
) -> ReleaseInfo:
    """Write the graph of a release and say what is in it.

    Args:
        draft: the release being made.
        catalogue: after `graph.merge.merge`.
        recipe: base IRI, order of sources, time.
        sink: gets every entity once, in order of key.
        progress: told the number of entities written so far.

    Raises:
        ReleaseError: the quads could not be loaded.
    """
    path = draft.path / "release.nq"
    n_entities = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for key, works in catalogue.works.entities():
            entity = merge(key, [work for _, work in works], recipe.source_order)
            file.writelines(quads.entity_lines(entity, recipe.base_iri))
            for number, work in works:
                links = _resolved_links(number, work, catalogue)
                said = merge(key, [work], ())
                file.writelines(quads.record_lines(said, links, recipe.base_iri))
            sink(entity, catalogue.merged.neighbour_kinds(key))
            n_entities += 1
            if n_entities % _REPORT_EVERY == 0:
                progress(n_entities)
        file.writelines(_shared_lines(catalogue, recipe.base_iri))
    n_quads = bulk_load(path, draft.graph_path)
    path.unlink()
    progress(n_entities)
    return _info(draft, catalogue, recipe, n_quads)


def _resolved_links(number: int, work: Work, catalogue: Catalogue) -> list[tuple[Link, str]]:
    targets = catalogue.merged.targets(number) if work.links else {}
    return [(link, targets[n]) for n, link in enumerate(work.links)]


def _shared_lines(catalogue: Catalogue, base_iri: str) -> Iterator[str]:
    """What belongs to no single entity: headers, links, stubs, retired keys, decisions."""
    for header in catalogue.works.headers():
        yield quads.header_lines(header, base_iri)
    for subject, predicate, object_ in catalogue.merged.links():
        yield quads.link_line(subject, predicate, object_, base_iri)
    for key, identifier, kind in catalogue.merged.stubs():
        yield from quads.stub_lines(key, identifier, kind, base_iri)
    for key, successor in catalogue.register.retired_keys():
        if successor:
            yield quads.redirect_line(key, successor, base_iri)
        else:
            yield quads.tombstone_line(key, base_iri)
    for decision in catalogue.merged.decisions():
        yield from quads.decision_lines(decision, base_iri)


def _info(draft: Draft, catalogue: Catalogue, recipe: Recipe, n_quads: int) -> ReleaseInfo:
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
        quads=n_quads,
        by_kind=counts.by_kind,
        by_source=counts.by_source,
    )
