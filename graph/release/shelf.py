"""The shelf of releases as it stands: which there are, which is current, pinned, or being read."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from graph.errors import NoRelease, ReleaseError
from graph.release.durable import locked, sync
from graph.release.form import Release, ReleaseInfo, read_record
from graph.release.history import note_turn

UNFINISHED: Final = ".unfinished"
DROPPED: Final = ".dropped"
"""Endings of directories that are no releases; the next build removes what is left of them."""
CURRENT: Final = "current"
_PINNED: Final = ".pinned"
_LOCK: Final = ".shelf.lock"


def shelf_path(data: Path) -> Path:
    """The directory of the releases below a data directory."""
    return data / "releases"


def release_path(data: Path, number: int | None) -> Path:
    """Where a release is, or the current one; nothing may be there."""
    return shelf_path(data) / (str(number) if number is not None else CURRENT)


def pin_path(data: Path, number: int) -> Path:
    """The file that pins a release while it is there, whatever it holds."""
    return shelf_path(data) / f"{number}{_PINNED}"


def open_release(data: Path, number: int | None = None) -> Release:
    """The current release below a data directory, or the one with a number.

    Raises:
        NoRelease: nothing has been built yet, or no release has that number.
        ReleaseError: release.json cannot be read.
    """
    # the link may be moved while we read: hold on to the directory itself
    path = release_path(data, number).resolve()
    try:
        record = read_record(path)
    except FileNotFoundError:
        wanted = f"no release {number}" if number is not None else "no release"
        raise NoRelease(f"{wanted} in {data}: run `weft build` to make one") from None
    info = ReleaseInfo(**{name: getattr(record, name) for name in ReleaseInfo.__struct_fields__})
    return Release(number=info.number, path=path, info=info)


def release_numbers(data: Path) -> list[int]:
    """Numbers of the published releases, oldest first; of damaged ones too."""
    shelf = shelf_path(data)
    if not shelf.is_dir():
        return []
    names = [path.name for path in shelf.iterdir() if path.is_dir() and not path.is_symlink()]
    return sorted(number for name in names if (number := _number(name)) is not None)


def current_number(data: Path) -> int | None:
    """The number that the link `current` leads to, whether or not a release is there."""
    return _linked_number(shelf_path(data))


def pinned_numbers(data: Path) -> list[int]:
    """Numbers of the pinned releases, lowest first."""
    return [number for number in release_numbers(data) if pin_path(data, number).exists()]


def point_current(shelf: Path, number: int) -> None:
    """Rename the link `current` onto a release; others have been kept out with `changing`.

    Raises:
        OSError: the link could not be made; the old one is still there.
    """
    note_turn(shelf, number, _linked_number(shelf))
    link = shelf / f".{CURRENT}"
    link.unlink(missing_ok=True)
    link.symlink_to(str(number))
    link.replace(shelf / CURRENT)
    sync(shelf)


@contextmanager
def changing(data: Path) -> Iterator[None]:
    """Keep others from publishing, dropping, pinning or using a release meanwhile.

    Raises:
        NoRelease: there is no shelf yet.
        ReleaseError: it cannot be written; any `OSError` raised inside becomes one.
    """
    if not shelf_path(data).is_dir():
        raise NoRelease(f"no release in {data}: run `weft build` to make one")
    try:
        with locked(shelf_path(data) / _LOCK, waits=True):
            yield
    except OSError as error:
        raise ReleaseError(f"cannot change {shelf_path(data)}: {error}") from error


@contextmanager
def holding(release: Release) -> Iterator[None]:
    """Keep a release from being dropped while it is read.

    Raises:
        NoRelease: it has been dropped since it was opened.
    """
    try:
        descriptor = os.open(release.path, os.O_RDONLY)
    except OSError as error:
        raise NoRelease(f"release {release.number} is there no longer: {error}") from error
    try:
        # where a file system has no locks, a release can be read without one
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether a process reads the release in a directory, see `holding`."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def _linked_number(shelf: Path) -> int | None:
    try:
        return _number((shelf / CURRENT).readlink().name)
    except OSError:
        return None


def _number(name: str) -> int | None:
    is_number = name.isascii() and name.isdecimal() and not name.startswith("0")
    return int(name) if is_number else None
