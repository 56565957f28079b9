"""What a release's graph holds, counted by a process of its own and kept as long as it is served.

Counting reads the whole graph: 4 s for 20,000 records. A release does not bring the numbers with
it, because statements that entities share are written more than once and a release made of
differences sees only those, so making it would take as much longer. Nobody waits for them here.
"""

import asyncio
import logging
import sys
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import msgspec

from graph.store import GraphReader
from search.web.linked.void_counter import QUERIES, Count, Name
from search.web.site import Site

_log = logging.getLogger(__name__)

_LINE_BYTES: Final = 16 << 20
"""Of one answer of the process; a thousand sources would link each other in some 10 MB."""
COUNTING_TIME_S: Final = 3600.0
"""What the process may take; 5 M records are counted in a quarter of an hour (extrapolated)."""

Counts = dict[tuple[str, ...], int]
"""Number by the values that were grouped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Counts of the default graph; what could not be counted is empty."""

    properties: Counts
    """Triples by predicate."""
    classes: Counts
    """Instances by class."""
    between_kinds: Counts
    """Links by predicate, kind of the subject and kind of the object."""
    between_sources: Counts
    """Links by predicate, source of the subject and source of the object."""
    sources: Counts
    """Entities by source."""

    @property
    def triples(self) -> int:
        """Triples of the default graph; 0 when they could not be counted."""
        return sum(self.properties.values())


NOTHING: Final = Statistics(
    properties={}, classes={}, between_kinds={}, between_sources={}, sources={}
)
"""Of a release that is not counted yet."""

_KEPT: Final[WeakKeyDictionary[GraphReader, Statistics]] = WeakKeyDictionary()
"""By open release; forgotten when the release is closed."""


def counted(site: Site) -> Statistics | None:
    """The counts of a release, None as long as they are being made."""
    return _KEPT.get(site.graph)


async def count(site: Site, *, time_limit_s: float = COUNTING_TIME_S) -> Statistics:
    """Count a release, once.

    The process is the least urgent of all and takes no more memory than a query worker; counts
    that it does not come to are left out, and the log says so.
    """
    if (known := counted(site)) is not None:
        return known
    counts: dict[Name, Counts] = {}
    try:
        async with asyncio.timeout(time_limit_s):
            reason = await _run(site, counts)
    except TimeoutError:
        reason = f"{time_limit_s:g} s passed"
    except (OSError, ValueError, msgspec.DecodeError) as error:
        reason = str(error)
    if missing := QUERIES.keys() - counts:
        names = ",".join(sorted(missing))
        _log.warning("void release=%s left out=%s: %s", site.release.number, names, reason)
    statistics = Statistics(**{name: counts.get(name, {}) for name in QUERIES})
    _KEPT[site.graph] = statistics
    return statistics


async def _run(site: Site, counts: dict[Name, Counts]) -> str:
    """Take in the counts one by one; says how the process ended."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "search.web.linked.void_counter"),
        *(str(site.release.graph_path), str(site.pool.limits.memory_limit_bytes)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        limit=_LINE_BYTES,
    )
    assert process.stdout is not None  # noqa: S101  # asked for a pipe
    is_read = False
    try:
        async for line in process.stdout:
            answer = msgspec.json.decode(line, type=Count)
            counts[answer.name] = {tuple(names): int(n) for *names, n in answer.rows if all(names)}
        is_read = True
    finally:
        if not is_read:
            process.kill()
        await process.wait()
    return f"the process ended with {process.returncode}"
