"""One release of the sample, opened on this machine and through a server on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import weft as weft_api
from tests.search.web.servers import serving
from tests.weft.conftest import in_thread
from weft.api import LocalRelease, Release
from weft.cli import weft


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the release of the sample."""
    data = tmp_path_factory.mktemp("api") / "data"
    result = CliRunner().invoke(weft, ["--data", str(data), "demo", "--no-serve"])
    assert result.exit_code == 0, result.output
    return data


@pytest.fixture(scope="session")
def sample_url(sample_data: Path) -> Iterator[str]:
    """A server of it."""
    with in_thread(serving(sample_data, time_s=None)) as url:
        yield url


@pytest.fixture(scope="session")
def local(sample_data: Path) -> Iterator[LocalRelease]:
    with weft_api.open(sample_data) as release:
        assert isinstance(release, LocalRelease)
        yield release


@pytest.fixture(scope="session")
def remote(sample_url: str) -> Iterator[Release]:
    with weft_api.open(sample_url) as release:
        yield release
