"""The release of the bundled sample: real records of four repositories."""

import asyncio
from pathlib import Path

import pytest

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
