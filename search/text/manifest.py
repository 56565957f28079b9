"""The file beside an index that says which engine wrote it, and with which fields and analysers."""

from pathlib import Path
from typing import Final

import msgspec

from search.errors import IndexDamaged

MANIFEST: Final = "weft-text.json"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """How an index was written."""

    engine: str = "tantivy"
    """A name of `search.text.engines.ENGINES`; indexes of before there were two do not say it."""
    layout: int
    """Version of the engine's fields."""
    analysis: str
    """What the analysers make of a sentence full of traps."""


def read_manifest(path: Path) -> Manifest:
    """Read the manifest of the index in a directory.

    Raises:
        IndexDamaged: there is none, or it cannot be read.
    """
    try:
        return msgspec.json.decode((path / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, UnicodeError, msgspec.DecodeError) as error:
        raise damaged(path, f"its {MANIFEST} cannot be read: {error}") from error


def check_manifest(path: Path, expected: Manifest) -> None:
    """See that the index in a directory was written as `expected` says.

    Raises:
        IndexDamaged: it was not; says in what it differs.
    """
    found = read_manifest(path)
    if found.engine != expected.engine:
        raise damaged(path, f"it was written by {found.engine}, not by {expected.engine}")
    if found != expected:
        raise damaged(path, "it was written with other fields or analysers")


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write the manifest into the directory of an index."""
    (path / MANIFEST).write_bytes(msgspec.json.encode(manifest))


def damaged(path: Path, reason: str) -> IndexDamaged:
    """Make the error for an index that cannot be used."""
    return IndexDamaged(f"text index {path} cannot be used: {reason}; rebuild it with `weft build`")
