"""The core question on a release made from the corpus of real pages: how long an answer takes."""

import asyncio
import os
import statistics
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from benchmarks.steps import config_of
from harvester.provider.archive import open_archive
from harvester.record import Repository
from search.sparql.pool import Limits, open_pool
from search.sparql.results import ResultFormat
from search.web.examples import SPARQL_EXAMPLES
from search.web.oai import serve_archives
from weft import building, pipeline

CORPUS: Final = Path(os.environ.get("WEFT_CORPUS", Path(__file__).parents[2] / "shared" / "corpus"))
LIMIT_MS: Final = 50.0
"""What an answer may take."""
_RUNS: Final = 50
_FOLDERS: Final = {
    "cernopendata": ("cernopendata/oai-reconstructed/oai_datacite", "oai_datacite"),
    "zenodo": ("zenodo/oai", "oai_datacite"),
    "hepdata": ("hepdata/oai-reconstructed-datacite/oai_datacite", "oai_datacite"),
    "oapen": ("oapen/xoai", "xoai"),
}


def ask_core_question(folder: Path) -> None:
    """Harvest and build the corpus, then ask through a worker process, as the endpoint does."""
    if not CORPUS.is_dir():
        print(f"core question: left out, no corpus at {CORPUS} (set WEFT_CORPUS)")
        return
    n_records, times = asyncio.run(_ask(folder))
    middle, worst = statistics.median(times), max(times)
    print(
        f"core question on {n_records} real records:"
        f" median {middle:.1f} ms, worst of {_RUNS} {worst:.1f} ms,"
        f" {middle / LIMIT_MS:.2f} of the {LIMIT_MS:.0f} ms allowed"
    )


async def _ask(folder: Path) -> tuple[int, list[float]]:
    with ExitStack() as stack:
        archives = {
            name: stack.enter_context(open_archive(CORPUS / path))
            for name, (path, _) in _FOLDERS.items()
        }
        async with serve_archives(archives) as urls:
            sources = {
                name: Repository(url=url, prefix=_FOLDERS[name][1], requests_per_minute=0)
                for name, url in urls.items()
            }
            config = config_of(folder, sources)
            await pipeline.harvest(config, config.sources)
    release = building.build(config)
    times = []
    async with open_pool(release.graph_path, Limits(workers=1)) as pool:
        for _ in range(_RUNS):
            started = time.perf_counter()
            await pool.run(SPARQL_EXAMPLES[0].query, ResultFormat.JSON)
            times.append((time.perf_counter() - started) * 1000)
    return release.info.records, times
