"""How completely each source is harvested, as a release keeps it for those who read it later."""

from collections import Counter

from graph.catalogue import Catalogue
from graph.release import HarvestedSource
from harvester.stage import Stage
from weft.config import Config


def harvested_sources(
    config: Config, stage: Stage, catalogue: Catalogue
) -> dict[str, HarvestedSource]:
    """The state of every source that is configured or was ever harvested, by name.

    Args:
        config: titles and addresses.
        stage: what was harvested.
        catalogue: after mapping; knows what could not be read.

    Raises:
        StorageError: the stage cannot be read.
        CatalogueError: the catalogue cannot be read.
    """
    states = stage.source_states()
    unread: Counter[str] = Counter()
    for source, status, _, count in catalogue.works.problems():
        if status == "rejected":
            unread[source] += count
    enabled = [name for name, source in config.sources.items() if source.enabled]
    found = {}
    for name in dict.fromkeys([*enabled, *states]):
        state = states.get(name)
        service = config.sources.get(name) or config.companions.get(name)
        found[name] = HarvestedSource(
            title=(service.title if service else "") or name,
            url=service.url if service else "",
            state=state.state if state else "never",
            last_harvest=state.last_harvest if state else None,
            announced=state.announced if state else None,
            live=state.live if state else 0,
            deleted=state.deleted if state else 0,
            vanished=state.vanished if state else 0,
            rejected=(sum(state.rejection_reasons.values()) if state else 0) + unread[name],
        )
    return found
