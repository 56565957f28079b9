"""Shared by the harvester's tests: a stage on disk, a clock that never waits, a fake's client."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from harvester.client import Client, Clock
from harvester.harvest import HarvestReport, harvest
from harvester.record import Repository
from harvester.stage import open_stage
from tests.harvester.fake_repository import FakeRepository

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class FakeClock:
    """Time stands still until somebody sleeps; every sleep is noted."""

    def __init__(self):
        self.elapsed = 0.0
        self.slept = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.elapsed += seconds

    def as_clock(self) -> Clock:
        return Clock(
            monotonic=lambda: self.elapsed, now=lambda: NOW, sleep=self.sleep, jitter=lambda: 0.0
        )


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def client_of(clock):
    """Makes a client over a transport."""
    return lambda transport: Client(transport=transport, clock=clock.as_clock())


@pytest.fixture
def repository():
    return Repository(url="http://repository.example/oai", requests_per_minute=0, retries=2)


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path / "stage.db", now=lambda: NOW) as stage:
        yield stage


@pytest.fixture
def run(client_of, repository, stage):
    """Harvests a fake repository into the stage; settings are fields of `Repository`."""

    async def run(fake: FakeRepository, *, limit=None, report=None, **settings) -> HarvestReport:
        source = replace(repository, **settings)
        return await harvest("fake", source, client_of(fake), stage, limit=limit, report=report)

    return run
