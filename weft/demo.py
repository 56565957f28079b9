"""The bundled sample: four repositories on loopback, harvested as the real ones are."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from harvester.provider.archive import Archive, open_archive
from harvester.report import HarvestReport, Progress
from search.web.oai import serve_archives
from weft.config import Config, load, shipped_path
from weft.pipeline import harvest

SAMPLE: Final = Path(__file__).resolve().parent / "sample"
"""One folder of OAI-PMH answers for each source."""

THINGS_TO_TRY: Final = (
    ("Search for the Higgs boson", "search?q=higgs+boson"),
    ("See what links to the CMS paper of its discovery", "pid/doi/10.1016/j.physletb.2012.08.021"),
    ("Ask in SPARQL which datasets supplement a paper", "sparql"),
)
"""What to look at first, and its address below the server's."""


def demo_config(data: Path, base_iri: str) -> Config:
    """The shipped configuration of the sample's sources, with a data directory of its own."""
    shipped = load(shipped_path(), data=data)
    sources = {name: each for name, each in shipped.sources.items() if (SAMPLE / name).is_dir()}
    return replace(shipped, base_iri=base_iri, sources=sources, companions={})


async def harvest_sample(
    config: Config, report: Callable[[Progress], None]
) -> dict[str, HarvestReport]:
    """Serve the sample on loopback and harvest it over OAI-PMH, as the real repositories are."""
    with _archives() as archives:
        async with serve_archives(archives) as urls:
            repositories = {
                name: msgspec.structs.replace(
                    config.sources[name],
                    url=urls[name],
                    set="",
                    requests_per_minute=0,
                    crawl_delay_s=0,
                    companions=(),
                )
                for name in archives
            }
            return await harvest(config, repositories, report=report)


@contextmanager
def _archives() -> Iterator[dict[str, Archive]]:
    with ExitStack() as stack:
        yield {
            folder.name: stack.enter_context(open_archive(folder))
            for folder in sorted(SAMPLE.iterdir())
            if folder.is_dir() and not folder.name.startswith("_")
        }
