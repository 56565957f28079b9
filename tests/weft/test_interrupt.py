"""Ctrl-C in mid-harvest: the command ends at once, and what had arrived is staged."""

import asyncio
import signal
import subprocess
import time

import pytest
from aiohttp import web

from harvester.stage import open_stage
from tests.harvester.fake_repository import FakeRepository, handler_of, over_http, record_xml
from tests.weft.conftest import WEFT, in_thread

LIMIT_S = 2.0
STAGED = 4
"""Records in the two pages that arrive."""


@pytest.mark.parametrize("parallel", [1, 4])
def test_ctrl_c_stops_within_two_seconds_with_everything_so_far_staged(tmp_path, parallel):
    """The repository answers its third page of records only after the test."""
    fake = FakeRepository([record_xml(number) for number in range(9)])
    answer = handler_of(fake)

    async def slow(request: web.Request) -> web.StreamResponse:
        if request.query.get("resumptionToken") == "4":
            await asyncio.sleep(60)
        return await answer(request)

    with in_thread(over_http(slow)) as url:
        config = tmp_path / "config.toml"
        config.write_text(
            f'[sources.fake]\nurl = "{url}"\nrequests_per_minute = 0\nparallel = {parallel}\n'
        )
        process = subprocess.Popen(
            [*WEFT, "--config", str(config), "--data", str(tmp_path), "harvest"],
            stderr=subprocess.PIPE,
            text=True,
        )
        with open_stage(tmp_path / "stage.db") as stage:
            while stage.last_seq() < STAGED:
                assert process.poll() is None, process.communicate()[1]
                time.sleep(0.01)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert time.monotonic() - started < LIMIT_S
    assert process.returncode == 1
    assert "stopped; what was staged is kept" in said
    with open_stage(tmp_path / "stage.db") as stage:
        assert sorted(record.identifier for record in stage.records()) == [
            f"oai:fake:{number}" for number in range(STAGED)
        ]
        assert stage.source_states()["fake"].state == "incomplete"
