"""Where the stage and the catalogue are below a data directory, and the error when they are not."""

from pathlib import Path


class NothingStaged(Exception):  # says what is the case
    """Something was asked of the stage and there is none, or no record in it."""


def stage_path(data: Path) -> Path:
    """The stage below a data directory."""
    return data / "stage.db"


def catalogue_path(data: Path) -> Path:
    """The catalogue below a data directory."""
    return data / "graph.db"
