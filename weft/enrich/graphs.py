"""What was pulled becomes the graphs of the next release, under the IRIs that things have now.

Statements are kept by identifier. When entities were merged or split since, the identifier leads to
the entity that has it now; where it names nothing any more, or several things, they are left out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from graph.catalogue import Catalogue
from graph.enrichment import Enrichment, Provenance, enrichment_iri
from graph.iris import entity_iri
from weft.config import Config
from weft.enrich.keep import Keep, enrich_path, open_keep
from weft.enrich.spelling import read_identifier
from weft.enrich.wanted import agent_iri


@contextmanager
def open_enrichments(config: Config, catalogue: Catalogue) -> Iterator[tuple[Enrichment, ...]]:
    """The graphs that the next release is to have, in order of their names.

    Those that the configuration names and of which something was pulled. They can be read as long
    as the context is open.

    Args:
        config: its tables `[enrich.NAME]`, and where the data are.
        catalogue: after `graph.merge.merge`.

    Raises:
        CatalogueError: `enrich.db` cannot be read.
    """
    if not config.enrichments or not enrich_path(config.data).exists():
        yield ()
        return
    with open_keep(config.data) as keep:
        names = [name for name in keep.names() if name in config.enrichments]
        yield tuple(made for name in names if (made := _enrichment(config, catalogue, keep, name)))


def _enrichment(config: Config, catalogue: Catalogue, keep: Keep, name: str) -> Enrichment | None:
    known = keep.known(name)
    if known is None or not known.asked:
        return None
    settings = config.enrichments[name]
    statements = keep.resolve(name, partial(_iri_of, catalogue, config.base_iri))
    return Enrichment(
        iri=enrichment_iri(config.base_iri, name),
        provenance=Provenance(
            title=settings.title or name,
            endpoint=known.endpoint,
            query=known.query,
            licence=settings.licence,
            began=known.began,
            ended=known.ended,
            asked=known.asked,
            answered=known.answered,
            failed=known.failed,
            statements=statements,
        ),
        statements=partial(keep.resolved, name),
    )


def _iri_of(catalogue: Catalogue, base_iri: str, identifier: str) -> str | None:
    """What an identifier names now: a person, an entity or a stub; None for nothing, or several."""
    if agent := agent_iri(read_identifier(identifier)):
        return agent
    keys = {key for _, key in catalogue.merged.owners(identifier) if key}
    if len(keys) > 1:
        return None
    key = keys.pop() if keys else catalogue.merged.stub_key(identifier)
    return entity_iri(base_iri, key) if key else None
