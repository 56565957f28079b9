"""The release of the bundled sample: real records of four repositories; and one of extremes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from search.sparql.pool import Limits
from search.web.app import build_app
from search.web.site import Site, open_site
from tests.search.web.linked.crowded_release import write_crowded_release
from tests.search.web.linked_release import BASE
from weft import building
from weft.demo import demo_config, harvest_sample


@pytest.fixture(scope="session")
def sample_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with stage and release of the sample; for reading only."""
    config = demo_config(tmp_path_factory.mktemp("sample"), BASE)
    asyncio.run(harvest_sample(config, lambda _: None))
    building.build(config)
    return config.data


@pytest.fixture(scope="session")
def crowded_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the release of extremes; for reading only."""
    data = tmp_path_factory.mktemp("crowded")
    write_crowded_release(data)
    return data


@pytest.fixture
async def crowded_site(crowded_directory: Path) -> AsyncIterator[Site]:
    """The release of extremes, opened; Zenodo goes first among its sources."""
    names = (("zenodo", "Zenodo"), ("inspire", "INSPIRE"), ("hepdata", "HEPData"))
    limits = Limits(workers=1, time_limit_s=5.0)
    async with open_site(crowded_directory, limits=limits, source_titles=names) as opened:
        yield opened


@pytest.fixture
async def crowded(crowded_site: Site) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """A client of the release of extremes; redirects are not followed."""
    async with TestClient(TestServer(build_app(crowded_site))) as opened:
        yield opened
