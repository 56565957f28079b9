"""Schemathesis, all checks and phases, against a server of the sample."""

import asyncio
import re
import sys
from pathlib import Path

import aiohttp

from search.sparql.pool import Limits
from search.web.api.routes import OPERATIONS
from search.web.app import serve_current

TIME_S = 240
EXAMPLES = 12
CONFIG = """
[[operations]]
include-path = "/api/v1/search"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "404"]

[[operations]]
include-path = "/api/v1/links"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "404", "410"]

[[operations]]
include-path = "/api/v1/coverage"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "404"]

[[operations]]
include-path = "/api/v1/holdings"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "404"]
phases.coverage.enabled = false
"""
"""No schema can say which texts are a query that parses, a cursor of this list, or a year,
nor which releases there are. Each list
that is compared takes a process: a hundred of them would take minutes."""


async def test_schemathesis_finds_no_fault(sample_data: Path, tmp_path: Path):
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    limits = Limits(workers=1, time_limit_s=10)
    async with asyncio.timeout(TIME_S), asyncio.TaskGroup() as tasks:
        server = tasks.create_task(
            serve_current(sample_data, "127.0.0.1", 0, limits=limits, on_ready=ready.set_result)
        )
        try:
            base = (await ready).rstrip("/")
            await read_first(f"{base}/api/v1/coverage")
            status, output = await run(base, tmp_path)
        finally:
            server.cancel()
    assert status == 0, output[-4000:]
    tested = re.search(r"Tested: (\d+)", output)
    assert tested is not None
    # it reads the description itself, and leaves that address out
    assert int(tested[1]) == len(OPERATIONS) - 1


async def read_first(address: str) -> None:
    """Ask until the columns of the release are read: the first question may wait for that."""
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(address) as response:
                if response.status == 200:
                    return


async def run(base: str, folder: Path) -> tuple[int | None, str]:
    """Exit status and output of the client."""
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG)
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("schemathesis"),
        f"--config-file={config}",
        "run",
        f"{base}/api/openapi.json",
        f"--url={base}",
        "--checks=all",
        f"--max-examples={EXAMPLES}",
        "--generation-deterministic",
        "--continue-on-failure",
        "--no-color",
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    return process.returncode, output.decode()
