"""The release of the sample, one with texts that are trouble, and one that is empty."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from graph.release import asked
from search.export.chosen import choose
from search.export.forms import FORMS
from search.export.selection import read_selection
from search.open_release import OpenRelease, open_for_reading
from tests.search.export.releases import write_empty, write_hostile
from weft.cli import weft


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("sample")
    result = CliRunner().invoke(weft, ["demo", "--no-serve", "--data", str(data)])
    assert result.exit_code == 0, result.output
    return data


@pytest.fixture(scope="session")
def sample(sample_data: Path) -> Iterator[OpenRelease]:
    with open_for_reading(sample_data) as opened:
        yield opened


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenRelease]:
    data = tmp_path_factory.mktemp("hostile")
    write_hostile(data)
    with open_for_reading(data) as opened:
        yield opened


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[OpenRelease]:
    write_empty(tmp_path)
    with open_for_reading(tmp_path) as opened:
        yield opened


Writer = Callable[..., bytes]


@pytest.fixture(scope="session")
def written() -> Writer:
    """A function of a release, the name of a format and a selection: what is written."""

    def write(opened: OpenRelease, name: str, text: str = "") -> bytes:
        file = BytesIO()
        chosen = choose(opened, read_selection(text))
        FORMS[name].write(chosen, asked(opened.info, text), file)
        return file.getvalue()

    return write
