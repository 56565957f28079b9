"""Opening a release from Python: how long until the first answer, each in a fresh process.

What Python takes to load the libraries is told apart from what the release takes.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.measure import measure
from weft import building
from weft.demo import demo_config, harvest_sample

LIMIT_S: Final = 0.5
"""What opening a release and the first answer may take."""
_RUNS: Final = 5
_BASE: Final = "http://127.0.0.1:8080/"
_ASK: Final = """
import json, sys, time

def seconds(what):
    begun = time.perf_counter()
    value = what()
    return time.perf_counter() - begun, value

imported, weft = seconds(lambda: __import__("weft"))
loaded, opener = seconds(lambda: weft.open)
opened, release = seconds(lambda: opener(sys.argv[1]))
key = release.search(limit=1).hits[0].key if sys.argv[2] == "entity" else ""
if key:
    release.close()
    opened, release = seconds(lambda: opener(sys.argv[1]))
asks = {
    "search": lambda: release.search("higgs boson"),
    "entity": lambda: release.entity(key),
    "sparql": lambda: release.sparql("SELECT ?s { ?s a schema:Dataset } LIMIT 10"),
}
answered, _ = seconds(asks[sys.argv[2]])
print(json.dumps([imported + loaded, opened, answered]))
"""


def measure_opening(data: str = "") -> None:
    """Print one line for each first question.

    Args:
        data: a data directory; empty for the release of the sample.
    """
    if data:
        _measure(Path(data))
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(build_sample, folder)
        _measure(Path(folder))


def build_sample(folder: str) -> None:
    """Make the sample's release in a folder."""
    config = demo_config(Path(folder), _BASE)
    asyncio.run(harvest_sample(config, lambda _: None))
    building.build(config)


def _measure(data: Path) -> None:
    print(f"{'opening, then':<16}{'open s':>9}{'answer s':>10}{'both s':>9}{'imports s':>11}")
    for question in ("search", "entity", "sparql"):
        runs = [_ask(data, question) for _ in range(_RUNS)]
        imports, opened, answered = map(statistics.median, zip(*runs, strict=True))
        both = opened + answered
        print(
            f"{question:<16}{opened:>9.3f}{answered:>10.3f}{both:>9.3f}{imports:>11.3f}"
            f"   {both / LIMIT_S:.2f} of the {LIMIT_S} s allowed,"
            f" {(both + imports) / LIMIT_S:.2f} with imports",
            flush=True,
        )


def _ask(data: Path, question: str) -> list[float]:
    ended = subprocess.run(  # noqa: S603  # this program
        [sys.executable, "-c", _ASK, str(data), question],
        stdout=subprocess.PIPE,
        check=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
    )
    times: list[float] = json.loads(ended.stdout)
    return times
