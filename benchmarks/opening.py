"""The start: opening a release from Python until the first answer, and the help of a command.

Each runs in a fresh process. Processor time is that of the whole process, with what Python and the
libraries take to load; the other figures are wall time, where the two are told apart.
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

import weft
from benchmarks.measure import measure
from weft import building
from weft.demo import demo_config, harvest_sample

LIMIT_S: Final = 0.5
"""What opening a release and the first answer may take, and what a command may until its help."""
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
asks = {
    "search": lambda: release.search("higgs boson"),
    "entity": lambda: release.entity(sys.argv[3]),
    "sparql": lambda: release.sparql("SELECT ?s { ?s a schema:Dataset } LIMIT 10"),
}
answered, _ = seconds(asks[sys.argv[2]])
print(json.dumps([imported + loaded, opened, answered, time.process_time()]))
"""
_COMMANDS: Final = ("--version", "--help", "links --help")
_HELP: Final = """
import json, sys, time
from weft.cli import weft

weft(sys.argv[1:], standalone_mode=False)
print(json.dumps([time.process_time()]))
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
    columns = f"{'open s':>9}{'answer s':>10}{'both s':>9}{'imports s':>11}{'processor s':>13}"
    print(f"{'opening, then':<16}{columns}")
    with weft.open(data) as release:
        key = release.search(limit=1).hits[0].key
    for question in ("search", "entity", "sparql"):
        runs = [_run(_ASK, str(data), question, key) for _ in range(_RUNS)]
        imports, opened, answered, cpu = map(statistics.median, zip(*runs, strict=True))
        both = opened + answered
        print(
            f"{question:<16}{opened:>9.3f}{answered:>10.3f}{both:>9.3f}{imports:>11.3f}{cpu:>13.3f}"
            f"   {both / LIMIT_S:.2f} of the {LIMIT_S} s allowed,"
            f" {cpu / LIMIT_S:.2f} of the processor",
            flush=True,
        )
    for command in _COMMANDS:
        cpu = statistics.median(_run(_HELP, *command.split())[0] for _ in range(_RUNS))
        print(
            f"{f'weft {command}':<55}{cpu:>13.3f}   {cpu / LIMIT_S:.2f} of the processor",
            flush=True,
        )


def _run(program: str, *arguments: str) -> list[float]:
    """What a program of its own process tells in its last line."""
    ended = subprocess.run(  # noqa: S603  # these programs
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        check=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
    )
    times: list[float] = json.loads(ended.stdout.splitlines()[-1])
    return times
