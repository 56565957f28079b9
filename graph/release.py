"""Releases on disk: numbered, immutable directories, and the link `current` to the served one.

    DATA/releases/3/{graph/, text/, release.json}      DATA/releases/current -> 3

A release is written under a name of its own and renamed when it is whole; publishing is one rename
of the link, so a reader sees the old release or the new one and never half of either.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from graph.errors import NoRelease, ReleaseError

_UNFINISHED: Final = ".unfinished"
_CURRENT: Final = "current"


class ReleaseInfo(msgspec.Struct, frozen=True, kw_only=True):
    """`release.json`: what is in a release."""

    number: int
    created_at: str
    """UTC, `YYYY-MM-DDThh:mm:ssZ`."""
    base_iri: str
    records: int
    """Live source records that a crosswalk could read."""
    entities: int
    """Entities with at least one live record."""
    stubs: int
    """Entities known only as the target of a link."""
    merged_entities: int
    """Entities with more than one record."""
    links: int
    """Links of the default graph, each counted once."""
    inner_links: int = 0
    """Stated links from an entity to itself, as merging showed; in the records' graphs only."""
    quads: int
    by_kind: dict[str, int]
    by_source: dict[str, int]
    """Live records of each source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A published release, ready to be read."""

    number: int
    path: Path
    info: ReleaseInfo

    @property
    def graph_path(self) -> Path:
        """Directory of the RDF store."""
        return self.path / "graph"

    @property
    def text_path(self) -> Path:
        """Directory of the text index."""
        return self.path / "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A release being written; nobody reads it yet."""

    number: int
    path: Path

    @property
    def graph_path(self) -> Path:
        """Where the RDF store goes."""
        return self.path / "graph"

    @property
    def text_path(self) -> Path:
        """Where the text index goes."""
        return self.path / "text"


def open_release(data: Path, number: int | None = None) -> Release:
    """The current release below a data directory, or the one with a number.

    Raises:
        NoRelease: nothing has been built yet, or no release has that number.
        ReleaseError: release.json cannot be read.
    """
    path = data / "releases" / (str(number) if number is not None else _CURRENT)
    try:
        body = (path / "release.json").read_bytes()
    except FileNotFoundError:
        wanted = f"no release {number}" if number is not None else "no release"
        raise NoRelease(f"{wanted} in {data}: run `weft build` to make one") from None
    try:
        info = msgspec.json.decode(body, type=ReleaseInfo)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ReleaseError(f"{path / 'release.json'} cannot be read: {error}") from error
    # the link may be moved while we read: hold on to the directory itself
    return Release(number=info.number, path=path.resolve(), info=info)


@contextmanager
def new_draft(data: Path) -> Iterator[Draft]:
    """Start the next release; what is left unpublished at the end is removed.

    Unfinished directories of builds that were killed are removed first. One build at a time.

    Raises:
        ReleaseError: another build is running on this data directory.
    """
    directory = data / "releases"
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ReleaseError(f"another build is running in {data}: wait for it to end") from None
        for left_over in directory.glob(f"*{_UNFINISHED}"):
            shutil.rmtree(left_over)
        number = max(_numbers(directory), default=0) + 1
        draft = Draft(number=number, path=directory / f"{number}{_UNFINISHED}")
        draft.path.mkdir()
        try:
            yield draft
        finally:
            shutil.rmtree(draft.path, ignore_errors=True)


def publish(draft: Draft, info: ReleaseInfo) -> Release:
    """Make a finished draft the current release."""
    _write_synced(draft.path / "release.json", msgspec.json.format(msgspec.json.encode(info)))
    final = draft.path.with_name(str(draft.number))
    draft.path.rename(final)
    link = final.parent / f".{_CURRENT}"
    link.unlink(missing_ok=True)
    link.symlink_to(final.name)
    link.replace(final.parent / _CURRENT)
    _sync_directory(final.parent)
    return Release(number=draft.number, path=final, info=info)


def release_numbers(data: Path) -> list[int]:
    """Numbers of the published releases, oldest first."""
    return sorted(_numbers(data / "releases"))


def drop_old(data: Path, keep: int) -> list[int]:
    """Remove all but the newest `keep` releases and the current one; returns what was removed."""
    directory = data / "releases"
    current = open_release(data).number
    removed = [number for number in release_numbers(data)[:-keep] if number != current]
    for number in removed:
        # under the name of the unfinished, the next build removes what a kill left of it
        doomed = (directory / str(number)).rename(directory / f"{number}{_UNFINISHED}")
        shutil.rmtree(doomed, ignore_errors=True)
    return removed


def _numbers(directory: Path) -> Iterator[int]:
    if directory.is_dir():
        yield from (
            int(path.name)
            for path in directory.iterdir()
            if path.name.isdecimal() and (path / "release.json").is_file()
        )


def _write_synced(path: Path, body: bytes) -> None:
    with path.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
