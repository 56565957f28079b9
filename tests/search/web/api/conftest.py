"""The API over a small release, and over the release of the sample."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from click.testing import CliRunner

from search.sparql.pool import Limits
from search.web.app import build_app
from search.web.site import open_site
from tests.search.web.api.town import publish_town
from weft.cli import weft

Client = TestClient[web.Request, web.Application]
Ask = Callable[[str], Awaitable[Any]]


@pytest.fixture(scope="session")
def town_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the release of `tests.search.web.api.town`."""
    data = tmp_path_factory.mktemp("town")
    publish_town(data)
    return data


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the release of the sample."""
    data = tmp_path_factory.mktemp("sample")
    result = CliRunner().invoke(weft, ["--data", str(data), "demo", "--no-serve"])
    assert result.exit_code == 0, result.output
    return data


async def _client(data: Path) -> AsyncIterator[Client]:
    limits = Limits(workers=1, time_limit_s=10.0)
    names = (("hep", "High <Energy>"), ("zen", "Zen"))
    async with (
        open_site(data, limits=limits, source_titles=names) as site,
        TestClient(TestServer(build_app(site))) as client,
    ):
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(town_data: Path) -> AsyncIterator[Client]:
    """A client of the small release."""
    async for client in _client(town_data):
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sample(sample_data: Path) -> AsyncIterator[Client]:
    """A client of the sample's release."""
    async for client in _client(sample_data):
        yield client


def asking(client: Client) -> Ask:
    """A function from a path to the JSON of its answer, which must be 200."""

    async def ask(path: str) -> Any:
        response = await client.get(path, allow_redirects=False)
        body = await response.json(content_type=None)
        assert response.status == 200, body
        return body

    return ask


@pytest.fixture(scope="module")
def ask(town: Client) -> Ask:
    """Asks the small release."""
    return asking(town)
