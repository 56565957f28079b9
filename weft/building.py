"""From the stage to a published release: map what changed, merge it, write what is stale."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from graph.build import Recipe, changed_enrichments, update_graph, write_graph
from graph.catalogue import Catalogue, open_catalogue
from graph.enrichment import Enrichment
from graph.entity import Entity
from graph.errors import NoRelease, ReleaseError
from graph.judgement import Fault, Judgements, read_judgements
from graph.mapping import map_records
from graph.merge import Policy, merge
from graph.release import (
    ROLL_NAME,
    Draft,
    Release,
    ReleaseInfo,
    current_number,
    drop_old,
    new_draft,
    open_release,
    publish,
    quick_check,
    release_numbers,
    release_path,
)
from graph.roll import open_roll
from graph.roll_writer import open_roll_writer
from harvester.stage import Stage
from search.document import document_of
from search.text.engines import can_add_to, link_index, open_writer
from search.text.pile import open_pile
from weft.config import Config
from weft.data_directory import NothingStaged, catalogue_path
from weft.enrich.graphs import open_enrichments
from weft.harvested import harvested_sources
from weft.pipeline import open_staged

_MOST_CHANGED: Final = 0.25
"""Part of the entities from which on it is sooner done to write a release whole."""
_REPORT_EVERY: Final = 1000

Tell = Callable[[str, int, int | None], None]
"""Told the name of a step, how much of it is done, and out of how many when that is known."""


def build(
    config: Config,
    tell: Tell = lambda _step, _done, _total: None,
    warn: Callable[[Fault], None] = lambda _: None,
) -> Release:
    """Map what changed in the stage, merge, and publish the next release.

    Where nothing has changed since the current release, that one is returned.

    Args:
        config: where everything is.
        tell: told how far each step is.
        warn: told each line of the file of judgements that cannot be obeyed.

    Raises:
        NothingStaged: there is nothing to build from.
        ReleaseError: another build is running, or the graph could not be loaded.
        StorageError: the stage cannot be read.
        CatalogueError: the catalogue cannot be read.
    """
    with (
        open_staged(config.data) as stage,
        open_catalogue(catalogue_path(config.data)) as catalogue,
    ):
        _map(stage, catalogue, tell)
        with new_draft(config.data) as draft:
            tell("merge", 0, None)
            recipe = _merge(config, catalogue, warn)
            catalogue.give_back_room()
            tell("merge", 1, 1)
            parent = _parent(config, catalogue, recipe)
            with open_enrichments(config, catalogue) as enrichments:
                if parent is not None and _is_up_to_date(config, parent, catalogue, enrichments):
                    return parent
                if parent is None:
                    info = _write_whole(config, draft, catalogue, recipe, enrichments, tell)
                else:
                    info = _write_changes(
                        config, parent, draft, catalogue, recipe, enrichments, tell
                    )
            tell("publish", 1, 1)
            sources = harvested_sources(config, stage, catalogue)
            release = publish(draft, msgspec.structs.replace(info, sources=sources))
            with catalogue.transaction():
                catalogue.stale.settle(release.number, recipe.fingerprint)
    drop_old(config.data, config.keep)
    return release


def _merge(config: Config, catalogue: Catalogue, warn: Callable[[Fault], None]) -> Recipe:
    """Merge what changed, as people judged it, and say what the release is made with."""
    now = datetime.now(UTC)
    judged = judgements(config, catalogue)
    for fault in judged.faults:
        warn(fault)
    merge(
        catalogue,
        now,
        [
            *((each.one, each.other, True) for each in judged.same),
            *((each.one, each.other, False) for each in judged.different),
        ],
        policy=Policy(
            kind_order=config.field_orders.get("kind", ()),
            keeps_preprints=config.keeps_preprints,
        ),
    )
    return Recipe(
        base_iri=config.base_iri,
        source_order=(*config.sources, *config.companions),
        made_at=now,
        field_orders=config.field_orders,
    )


def judgements(config: Config, catalogue: Catalogue) -> Judgements:
    """What people judged of pairs of records, and which lines of their file cannot be obeyed.

    Raises:
        SheetRefused: the file named in the configuration is not there, or is no such file.
    """
    if config.decisions is None:
        return Judgements()
    return read_judgements(config.decisions, catalogue.names)


def _is_up_to_date(
    config: Config, parent: Release, catalogue: Catalogue, enrichments: Sequence[Enrichment]
) -> bool:
    """Whether the current release already says all that the next one would."""
    if current_number(config.data) != parent.number or not catalogue.stale.is_empty:
        return False
    changed, gone = changed_enrichments(parent.graph_path, config.base_iri, enrichments)
    return not changed and not gone


def _write_whole(  # noqa: PLR0913, PLR0917  # what a release is made of
    config: Config,
    draft: Draft,
    catalogue: Catalogue,
    recipe: Recipe,
    enrichments: Sequence[Enrichment],
    tell: Tell,
) -> ReleaseInfo:
    """Write a release from nothing: its text index last, while the store puts itself in order."""
    total = catalogue.merged.n_entities
    with (
        open_pile(draft.path) as pile,
        open_roll_writer(draft.roll_path, draft.number, None) as roll,
    ):

        def add(entity: Entity, linked: Sequence[str]) -> None:
            pile.add(document_of(entity, linked))
            roll.add(entity)

        def index() -> None:
            with open_writer(draft.text_path, config.engine) as writer:
                for n_indexed, document in enumerate(pile.documents(), start=1):
                    writer.add(document)
                    if n_indexed % _REPORT_EVERY == 0 or n_indexed == total:
                        tell("index", n_indexed, total)

        info = write_graph(
            draft,
            catalogue,
            recipe,
            sink=add,
            enrichments=enrichments,
            progress=lambda done: tell("write", done, total),
            meanwhile=index,
        )
        if former := _newest_roll(config):
            roll.delete_missing(former)
        roll.retire(key for key, _ in catalogue.register.retired_keys())
    return info


def _newest_roll(config: Config) -> Path | None:
    """The roll of the newest release that has one; it tells what else was ever published."""
    paths = (release_path(config.data, n) for n in reversed(release_numbers(config.data)))
    return next((path / ROLL_NAME for path in paths if (path / ROLL_NAME).exists()), None)


def _write_changes(  # noqa: PLR0913, PLR0917  # what a release is made of
    config: Config,
    parent: Release,
    draft: Draft,
    catalogue: Catalogue,
    recipe: Recipe,
    enrichments: Sequence[Enrichment],
    tell: Tell,
) -> ReleaseInfo:
    """Write a release as differences from its parent."""
    n_stale = catalogue.stale.n_entities
    renamed = []
    link_index(parent.text_path, draft.text_path)
    with (
        open_writer(draft.text_path, config.engine) as index,
        open_roll_writer(draft.roll_path, draft.number, parent.roll_path) as roll,
    ):

        def add(entity: Entity, linked: Sequence[str]) -> None:
            index.replace(document_of(entity, linked))
            if not roll.is_known_by(entity):
                renamed.append(entity.key)
            roll.add(entity)

        def drop(key: str) -> None:
            index.delete(key)
            renamed.append(key)
            if catalogue.merged.stub(key):
                roll.delete([key])
            else:
                roll.retire([key])

        info = update_graph(
            draft,
            catalogue,
            recipe,
            (parent.graph_path, parent.info),
            sink=add,
            drop=drop,
            enrichments=enrichments,
            progress=lambda done: tell("write", done, n_stale),
        )
        # what is published of a thing names those that it is linked to
        for key in renamed:
            roll.touch(catalogue.links.neighbours(key))
    return info


def _parent(config: Config, catalogue: Catalogue, recipe: Recipe) -> Release | None:
    """The release to start from: whole, written alike, and not too far from what is wanted."""
    known = catalogue.stale.parent
    if known is None or known.recipe != recipe.fingerprint:
        return None
    if catalogue.stale.n_entities > _MOST_CHANGED * catalogue.merged.n_entities:
        return None
    try:
        release = open_release(config.data, known.number)
        with open_roll(release.roll_path):  # not there, or of another version
            pass
    except (NoRelease, ReleaseError, FileNotFoundError):
        return None
    if quick_check(config.data, release.number):
        return None
    if not can_add_to(release.text_path, config.engine):
        return None
    return release


def remap(
    config: Config, source: str | None, tell: Tell = lambda _step, _done, _total: None
) -> int:
    """Read all staged records anew, or those of one source; gives their number.

    For crosswalks that have become better. The next build makes entities of what they say now.

    Raises:
        NothingStaged: there is nothing to read.
        StorageError: the stage cannot be read.
        CatalogueError: the catalogue cannot be written.
    """
    with (
        open_staged(config.data) as stage,
        open_catalogue(catalogue_path(config.data)) as catalogue,
    ):
        total = sum(1 for _ in stage.headers(source)) if source else None
        return map_records(
            stage.records(source=source), catalogue, lambda done: tell("map", done, total)
        )


def _map(stage: Stage, catalogue: Catalogue, tell: Tell) -> None:
    if stage.last_seq() == 0:
        raise NothingStaged(f"nothing is staged in {stage.path}: run `weft harvest` first")
    mapped_to = catalogue.works.last_seq()
    total = stage.last_seq() - mapped_to
    map_records(
        stage.records(after_seq=mapped_to),
        catalogue,
        lambda done: tell("map", done, max(total, done)),
    )
