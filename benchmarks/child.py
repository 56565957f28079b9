"""One harvest as a process of its own: `python -m benchmarks.child WHO URL PREFIX FOLDER PARALLEL`.

Its last line is JSON: how many records it has, what state it ended in, and its peak memory.
"""

import asyncio
import json
import resource
import sys
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")


def main() -> None:
    """Harvest as the arguments say."""
    who, url, prefix, folder, parallel = sys.argv[1:]
    if who == "sickle":
        n_records, state = _iterate_with_sickle(url, prefix)
    else:
        n_records, state = asyncio.run(_harvest(url, prefix, Path(folder), int(parallel)))
    print(json.dumps({"n_records": n_records, "state": state, "peak_mb": _peak_mb()}))


def _iterate_with_sickle(url: str, prefix: str) -> tuple[int, str]:
    """Walk the list and keep nothing.

    sickle has made a record's dict of metadata by the time it hands the record out.
    """
    from sickle.app import Sickle  # noqa: PLC0415  # each harvester's start-up is its own

    n_records = 0
    for _ in Sickle(url).ListRecords(metadataPrefix=prefix):  # type: ignore[no-untyped-call]  # sickle has no types
        n_records += 1
    return n_records, "complete"


async def _harvest(url: str, prefix: str, folder: Path, parallel: int) -> tuple[int, str]:
    """Bring all records into a stage, durably, and count what it holds then."""
    from harvester.client import open_client  # noqa: PLC0415  # each harvester's start-up
    from harvester.crawl import crawl  # noqa: PLC0415
    from harvester.record import Repository  # noqa: PLC0415
    from harvester.stage import open_stage  # noqa: PLC0415

    source = Repository(url=url, prefix=prefix, requests_per_minute=0, parallel=parallel)
    with open_stage(folder / "stage.db") as stage:
        async with open_client() as client:
            await crawl({"bench": source}, client, stage)
        state = stage.source_states()["bench"]
    return state.live, state.state


def _peak_mb() -> float:
    """Peak resident memory of this process; what it was forked from does not count."""
    if _STATUS.exists():
        fields = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
        return int(fields["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
