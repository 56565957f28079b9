"""The harvester beside sickle on one generated repository, killed in mid-run, and with nothing new.

Every figure is of a whole process, from its start to its end. The repository is served by another
process, on the same machine and uncompressed. sickle is iterated with a loop that does nothing;
by then it has made each record's dict of metadata. Weft has every record in its stage.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Final, Literal

from benchmarks.generated import Prefix
from benchmarks.repository import ServedRepository, serving

DEFAULT_RECORDS: Final = 100_000
DEFAULT_ROUNDS: Final = 3
_LATENCY_MS: Final = 50
_PARALLEL: Final = 8
_SICKLE_SHARE: Final = 5
"""With latency sickle is given a fifth of the records: its rate does not depend on the number."""
_KILLED_RECORDS: Final = 20_000
_KILLS_AT: Final = (0.2, 0.45, 0.7)
"""Shares of the list after which the harvest is killed."""
_POLL_S: Final = 0.01
_CHANGED_RECORDS: Final = 3_000
_CHANGES: Final = 100

Who = Literal["sickle", "weft"]


@dataclass(frozen=True, slots=True)
class Harvested:
    """What a harvest in a process of its own came to."""

    n_records: int
    state: str
    peak_mb: float
    wall_s: float
    cpu_s: float

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.n_records / self.wall_s


def compare_harvesters(n_records: int = DEFAULT_RECORDS, n_rounds: int = DEFAULT_ROUNDS) -> None:
    """Run everything and print a line for each target."""
    prefixes: tuple[Prefix, ...] = ("oai_dc", "oai_datacite")
    for prefix in prefixes:
        with serving(n_records, prefix) as repository:
            _beside_sickle(repository, n_records, n_rounds)
            if prefix == prefixes[0]:
                with serving(n_records // _SICKLE_SHARE, prefix) as smaller:
                    _with_latency(repository, smaller, n_records)
    with serving(_KILLED_RECORDS, "oai_dc") as repository:
        _killed(repository)
    with serving(_CHANGED_RECORDS, "oai_dc") as repository:
        _nothing_new(repository)


def _beside_sickle(repository: ServedRepository, n_records: int, n_rounds: int) -> None:
    print(
        f"\nharvest of {n_records:,} {repository.prefix} records of"
        f" {repository.n_bytes / n_records / 1000:.1f} kB, pages of 100, no latency,"
        f" {n_rounds} rounds"
    )
    ratios, peaks = [], []
    for _ in range(n_rounds):
        peer = _row("sickle iterates", _harvest("sickle", repository.url(), repository.prefix))
        ours = _row("Weft, in the stage", _harvest("weft", repository.url(), repository.prefix))
        _check(ours, n_records)
        ratios.append(ours.rate / peer.rate)
        peaks.append(ours.peak_mb)
    _at_least("rate against sickle's, median", statistics.median(ratios), 1.5)
    _at_most("peak memory in MB", max(peaks), 200)


def _with_latency(repository: ServedRepository, smaller: ServedRepository, n_records: int) -> None:
    print(
        f"\nthe same with {_LATENCY_MS} ms before each answer and {_PARALLEL} windows in flight;"
        f" sickle is given {n_records // _SICKLE_SHARE:,} records"
    )
    prefix = repository.prefix
    peer = _row("sickle iterates", _harvest("sickle", smaller.url(_LATENCY_MS), prefix))
    ours = _harvest("weft", repository.url(_LATENCY_MS), prefix, n_lanes=_PARALLEL)
    _check(_row("Weft, in the stage", ours), n_records)
    _at_least("rate against sickle's", ours.rate / peer.rate, 5)
    _at_most("peak memory in MB", ours.peak_mb, 200)


def _killed(repository: ServedRepository) -> None:
    print(
        f"\nharvest of {_KILLED_RECORDS:,} records, killed {len(_KILLS_AT)} times and begun again"
    )
    url, prefix = repository.url(_LATENCY_MS), repository.prefix
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for share in _KILLS_AT:
            with _started("weft", url, prefix, folder, n_lanes=_PARALLEL) as process:
                while repository.served().n_records < share * _KILLED_RECORDS:
                    if process.poll() is not None:
                        raise RuntimeError("the harvest ended before it could be killed")
                    time.sleep(_POLL_S)
                process.kill()
        ended = _harvest("weft", url, prefix, folder, n_lanes=_PARALLEL)
    _check(ended, _KILLED_RECORDS)
    _at_most("records served per record", repository.served().n_records / _KILLED_RECORDS, 1.25)


def _nothing_new(repository: ServedRepository) -> None:
    print(f"\n{_CHANGED_RECORDS:,} records harvested before")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def again() -> None:
            _check(_harvest("weft", repository.url(), repository.prefix, folder), _CHANGED_RECORDS)

        again()
        before = repository.served()
        again()
        _at_most("requests of a run with nothing new", (repository.served() - before).n_requests, 5)
        repository.change(_CHANGES)
        before = repository.served()
        again()
        received = (repository.served() - before).n_records
        _at_most(f"records received after {_CHANGES} changes", received, 500)


def _harvest(
    who: Who, url: str, prefix: Prefix, folder: Path | None = None, *, n_lanes: int = 1
) -> Harvested:
    """Harvest in a process of its own, into a folder that is kept or one that is not."""
    if folder is None:
        with tempfile.TemporaryDirectory() as name:
            return _harvest(who, url, prefix, Path(name), n_lanes=n_lanes)
    before, started = _children_cpu_s(), time.perf_counter()
    with _started(who, url, prefix, folder, n_lanes=n_lanes) as process:
        said, _ = process.communicate()
    wall_s = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"{who} failed with status {process.returncode}")
    return Harvested(
        **json.loads(said.splitlines()[-1]), wall_s=wall_s, cpu_s=_children_cpu_s() - before
    )


@contextmanager
def _started(
    who: Who, url: str, prefix: Prefix, folder: Path, *, n_lanes: int
) -> Iterator[subprocess.Popen[str]]:
    arguments = (who, url, prefix, str(folder), str(n_lanes))
    command = [sys.executable, "-m", "benchmarks.child", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own child
        yield process


def _children_cpu_s() -> float:
    usage = getrusage(RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _check(harvested: Harvested, n_records: int) -> None:
    if harvested.state != "complete" or harvested.n_records != n_records:
        raise RuntimeError(f"{harvested.n_records} of {n_records} records, state {harvested.state}")


def _row(name: str, harvested: Harvested) -> Harvested:
    print(
        f"  {name:<22}{harvested.wall_s:>8.2f} s{harvested.rate:>9.0f} records/s"
        f"{harvested.cpu_s / harvested.n_records * 1e6:>6.0f} us cpu a record"
        f"{harvested.peak_mb:>6.0f} MB",
        flush=True,
    )
    return harvested


def _at_least(what: str, figure: float, target: float) -> None:
    _print_target(what, figure, f"at least {target:g}", is_met=figure >= target)


def _at_most(what: str, figure: float, target: float) -> None:
    _print_target(what, figure, f"at most {target:g}", is_met=figure <= target)


def _print_target(what: str, figure: float, target: str, *, is_met: bool) -> None:
    said = f"{figure:.2f}".rstrip("0").rstrip(".")
    print(f"  {what}: {said}, target {target}: {'met' if is_met else 'MISSED'}", flush=True)
