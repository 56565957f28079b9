"""Commands that do something: outcomes, exit status, and how they are stopped."""

import asyncio
import os
import signal
import threading
import urllib.request
from typing import Any

import pytest
from click.testing import Result
from oaipmh_scythe import Scythe
from sickle.app import Sickle

from harvester.client import HttpAnswer
from harvester.harvest import HarvestReport
from harvester.record import SourceStateName
from harvester.stage import Tally, open_stage
from tests.harvester.fake_repository import FakeRepository, record_xml
from tests.weft.conftest import install
from weft.demo import SAMPLE
from weft.run import is_fulfilled

DEAD = "http://127.0.0.1:9/oai"
"""The discard port of the loopback: nobody listens there."""


def records(n: int) -> FakeRepository:
    return FakeRepository([record_xml(number) for number in range(n)])


def report(state: SourceStateName, *, is_sample: bool) -> HarvestReport:
    return HarvestReport(
        source="a",
        state=state,
        error=None if state == "complete" else "why",
        tally=Tally(),
        n_pages=1,
        seen=1,
        announced=None,
        started_at="",
        finished_at="",
        is_sample=is_sample,
    )


@pytest.mark.parametrize(
    ("state", "is_sample", "sample", "expected"),
    [
        ("complete", False, None, True),
        ("complete", False, 10, True),
        ("incomplete", True, 10, True),
        ("incomplete", True, None, False),
        ("incomplete", False, 10, False),
        ("failed", False, 10, False),
    ],
)
def test_a_source_has_given_what_was_asked_of_it(state, is_sample, sample, expected):
    assert is_fulfilled(report(state, is_sample=is_sample), sample) is expected


def test_a_harvest_tells_its_outcome_on_standard_error_only(serving):
    with serving(fake=records(3)) as installation:
        result = installation.run("harvest")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[-1] == "fake: complete, 3 new, 0 changed, 0 unchanged"
    assert "\x1b" not in result.stderr


def test_a_build_tells_its_outcome_on_standard_error_only(serving):
    with serving(fake=records(3)) as installation:
        installation.run("harvest")
        result = installation.run("build")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[-1].startswith("release 1: 0 entities of 0 records")


def test_one_dead_source_makes_1_and_leaves_the_others_whole(serving):
    with serving(fake=records(3)) as installation:
        with installation.config.open("a") as file:
            file.write(f'[sources.dead]\nurl = "{DEAD}"\nretries = 0\n')
        result = installation.run("harvest")
        sources = installation.json("status", "--json")["sources"]
    assert result.exit_code == 1
    assert "dead: failed, 0 new, 0 changed, 0 unchanged: no whole answer from" in result.stderr
    assert (sources["fake"]["state"], sources["fake"]["live"]) == ("complete", 3)
    assert (sources["dead"]["state"], sources["dead"]["last_harvest"]) == ("failed", None)
    assert DEAD in sources["dead"]["error"]


def test_nothing_but_dead_sources_makes_3(tmp_path):
    installation = install(tmp_path, {"a": DEAD, "b": DEAD})
    assert installation.run("harvest").exit_code == 3


def test_a_source_that_died_after_a_page_makes_1_and_then_3(serving):
    """The second run stages nothing at all, whatever an earlier one has left."""
    busy = HttpAnswer(status=503, body=b"come back later")
    fake = records(4)
    fake.instead = {"2": [busy, busy]}
    with serving(fake=fake) as installation:
        assert installation.run("harvest").exit_code == 1
        assert installation.run("harvest").exit_code == 3
        assert fake.tokens[-1] == "2", "the second run did not go on where the first stopped"
        assert installation.json("status", "--json")["sources"]["fake"]["live"] == 2


def test_an_update_of_dead_sources_still_builds_from_what_is_staged(serving):
    fake = records(2)
    with serving(fake=fake) as installation:
        assert installation.run("harvest").exit_code == 0
        fake.instead = {"Identify": [HttpAnswer(status=403, body=b"no")]}
        result = installation.run("update")
    assert result.exit_code == 1
    assert "fake: failed" in result.stderr
    assert (installation.data / "releases" / "1").is_dir()


def test_an_update_with_nothing_at_all_makes_3(tmp_path):
    result = install(tmp_path, {"a": DEAD}).run("update")
    assert result.exit_code == 3
    assert "run `weft harvest` first" in result.stderr


def test_an_update_of_a_live_source_makes_0_and_a_release(serving):
    with serving(fake=records(2)) as installation:
        assert installation.run("update").exit_code == 0
        assert installation.json("status", "--json")["release"]["number"] == 1


def test_a_sample_takes_so_many_records_of_each_source(serving):
    with serving(a=records(9), b=records(2)) as installation:
        assert installation.run("harvest", "--sample", "3").exit_code == 0
        sources = installation.json("status", "--json")["sources"]
    assert (sources["a"]["live"], sources["a"]["state"]) == (3, "incomplete")
    assert sources["a"]["error"] == "sample of 3"
    assert (sources["b"]["live"], sources["b"]["state"]) == (2, "complete")


def test_a_harvest_after_a_sample_takes_the_rest(serving):
    with serving(a=records(9)) as installation:
        assert installation.run("harvest", "--sample", "3").exit_code == 0
        assert installation.run("harvest").exit_code == 0
        source = installation.json("status", "--json")["sources"]["a"]
    assert (source["live"], source["state"]) == (9, "complete")


def test_a_named_source_is_harvested_alone_and_even_when_it_is_not_enabled(serving):
    with serving(a=records(1), b=records(1)) as installation:
        with installation.config.open("a") as file:
            file.write("enabled = false\n")  # the last table is that of b
        assert installation.run("harvest").exit_code == 0
        assert set(states(installation)) == {"a"}
        assert installation.run("harvest", "b").exit_code == 0
    assert set(states(installation)) == {"a", "b"}


def states(installation) -> set[str]:
    with open_stage(installation.data / "stage.db") as stage:
        return set(stage.source_states())


def test_a_second_harvester_is_refused_with_3(serving):
    with serving(a=records(1)) as installation:
        with open_stage(installation.data / "stage.db") as stage:

            async def claimed() -> int:
                await stage.claim()
                result: Result = await asyncio.to_thread(installation.run, "harvest")
                return result.exit_code

            assert asyncio.run(claimed()) == 3
        assert installation.run("harvest").exit_code == 0


class Hanging(FakeRepository):
    """Answers the request for the third page only when it is released."""

    def __init__(self, listed: list[str]) -> None:
        super().__init__(listed)
        self.asked = threading.Event()
        self.released = threading.Event()

    async def __call__(self, url: str, /) -> HttpAnswer:
        if url.endswith("resumptionToken=4"):
            self.asked.set()
            await asyncio.to_thread(self.released.wait, 30)
        return await super().__call__(url)


def test_ctrl_c_keeps_what_was_staged_and_exits_1(serving):
    """When the third page is asked for, the first is staged for certain."""
    fake = Hanging([record_xml(number) for number in range(8)])
    with serving(fake=fake) as installation:
        with installation.process("harvest") as process:
            assert fake.asked.wait(timeout=30)
            os.kill(process.pid, signal.SIGINT)
            stdout, stderr = process.communicate(timeout=20)
            fake.released.set()
        assert process.returncode == 1
        assert (stdout, stderr.splitlines()[-1]) == ("", "weft: stopped; what was staged is kept")
        source = installation.json("status", "--json")["sources"]["fake"]
        assert source["state"] == "incomplete"
        assert source["live"] >= 2
        assert installation.run("harvest").exit_code == 0
        assert installation.json("status", "--json")["sources"]["fake"]["live"] == 8


def test_sigterm_ends_the_server_with_0(demo):
    with demo.process("serve", "--port", "0") as process:
        assert process.stdout is not None
        printed = process.stdout.readline()
        assert printed.startswith("Weft serves http://127.0.0.1:")
        with urllib.request.urlopen(printed.split()[-1] + "healthz", timeout=20) as answer:  # noqa: S310  # loopback
            assert answer.status == 200
        process.terminate()
        _, stderr = process.communicate(timeout=20)
    assert process.returncode == 0
    (line,) = stderr.splitlines()
    assert 'method=GET path="/healthz" status=200' in line


def test_a_server_on_a_port_that_is_taken_says_so(demo):
    with asyncio.Runner() as runner:
        server = runner.run(asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0))
        port = server.sockets[0].getsockname()[1]
        result = demo.run("serve", "--port", str(port))
        server.close()
        runner.run(server.wait_closed())
    assert result.exit_code == 2
    assert f"cannot listen at 127.0.0.1:{port}: " in result.stderr
    assert "try --port" in result.stderr


def list_with_sickle(url: str) -> dict[str, bool]:
    listed = Sickle(url).ListRecords(metadataPrefix="oai_datacite")
    return {record.header.identifier: record.deleted for record in listed}


def list_with_scythe(url: str) -> dict[str, bool]:
    with Scythe(url) as scythe:
        listed: Any = scythe.list_records(metadata_prefix="oai_datacite")
        return {record.header.identifier: record.deleted for record in listed}


@pytest.mark.parametrize("harvest", [list_with_sickle, list_with_scythe])
def test_replay_serves_a_folder_that_other_harvesters_take_whole(demo, harvest):
    folder = SAMPLE / "hepdata"
    with demo.process("replay", str(folder), "--page-size", "10") as process:
        assert process.stdout is not None
        count, _, url = process.stdout.readline().partition(" records at ")
        listed = harvest(url.strip())
        process.terminate()
        _, stderr = process.communicate(timeout=20)
    assert (count, len(listed)) == ("25", 25)
    assert sum(listed.values()) == 1
    assert (process.returncode, stderr) == (0, "")


def test_replay_names_what_it_does_not_serve(demo, tmp_path):
    (tmp_path / "broken.xml").write_text("<OAI-PMH")
    with demo.process("replay", str(tmp_path)) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("0 records at http://127.0.0.1:")
        os.kill(process.pid, signal.SIGINT)
        _, stderr = process.communicate(timeout=20)
    assert process.returncode == 0
    assert stderr.startswith(f"not served: {tmp_path / 'broken.xml'}: ")
