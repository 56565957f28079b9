"""Debian's Chromium without a window: what a page holds after its scripts have run."""

import asyncio
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
_IS_THERE = CHROMIUM.exists()
_LIMIT_S = 60
_SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


async def browse(address: str, profile: Path, *switches: str) -> str:
    """Open a page in a browser of its own; gives what it wrote, as with --dump-dom."""
    if not _IS_THERE:
        pytest.skip(f"no browser at {CHROMIUM}")
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *_SWITCHES,
        f"--user-data-dir={profile}",
        *switches,
        address,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_LIMIT_S):
            written, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return written.decode()
