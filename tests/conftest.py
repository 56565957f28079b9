"""Where tests find what is not part of the project: the corpus of real records, the judges."""

import os
from pathlib import Path

import pytest

_SHARED = Path(__file__).parents[2] / "shared"


def _outside(variable: str, default: Path) -> Path:
    """Return the folder that a variable of the environment names; skip where there is none."""
    folder = Path(os.environ.get(variable, default))
    if not folder.is_dir():
        pytest.skip(f"{folder} is no folder: set {variable}")
    return folder


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real records and answers; read in place, nothing of them is copied into tests/data."""
    return _outside("WEFT_CORPUS", _SHARED / "corpus")


@pytest.fixture(scope="session")
def judges() -> Path:
    """The standards' own schemas and tests."""
    return _outside("WEFT_JUDGES", _SHARED / "judges")
