"""The bundled sample: four repositories on loopback, harvested as the real ones are."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from harvester.archive import Archive, open_archive
from harvester.harvest import HarvestReport
from search.web.oai import serve_archives
from weft.config import Config, load, shipped_path
from weft.pipeline import Tell, harvest

SAMPLE: Final = Path(__file__).resolve().parent / "sample"
"""One folder of OAI-PMH answers for each source."""

THINGS_TO_TRY: Final = (
    ("Search for the Higgs boson", "search?q=higgs+boson"),
    ("See what links to the CMS paper of its discovery", "pid/doi/10.1016/j.physletb.2012.08.021"),
    ("Ask in SPARQL which datasets supplement a paper", "sparql"),
)
"""What to look at first, and its address below the server's."""


def demo_config(data: Path, base_iri: str) -> Config:
    """The shipped configuration, pointed at a data directory of the demo's own."""
    return replace(load(shipped_path(), data=data), base_iri=base_iri)


async def harvest_sample(config: Config, tell: Tell) -> dict[str, HarvestReport]:
    """Serve the sample on loopback and harvest it over OAI-PMH, as the real repositories are."""
    with _archives() as archives:
        async with serve_archives(archives) as urls:
            repositories = {
                name: msgspec.structs.replace(
                    config.sources[name], url=urls[name], set="", requests_per_minute=0
                )
                for name in archives
            }
            return await harvest(
                config,
                repositories,
                report=lambda state: tell(state.source, state.seen, state.announced),
            )


@contextmanager
def _archives() -> Iterator[dict[str, Archive]]:
    with ExitStack() as stack:
        yield {
            folder.name: stack.enter_context(open_archive(folder))
            for folder in sorted(SAMPLE.iterdir())
            if folder.is_dir() and not folder.name.startswith("_")
        }
