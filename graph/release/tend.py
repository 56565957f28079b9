"""What a person does with releases: go back to one, pin, drop; and what they take on the disk."""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graph.errors import NoRelease, ReleaseError
from graph.release.check import open_good_release
from graph.release.checksums import Inode
from graph.release.durable import sync
from graph.release.form import Release
from graph.release.shelf import (
    DROPPED,
    changing,
    current_number,
    is_held,
    pin_path,
    pinned_numbers,
    point_current,
    release_numbers,
    release_path,
    shelf_path,
)


@dataclass(frozen=True, slots=True)
class Size:
    """What a release takes on the disk, in bytes."""

    whole: int
    """Of all its files."""
    new: int
    """Of those that it shares with no older release: over all releases they add up to the total."""


def use(data: Path, number: int) -> Release:
    """Make an older release, or a newer one, the current one.

    Raises:
        NoRelease: there is no such release.
        ReleaseError: it is damaged, or the link could not be changed.
    """
    with changing(data):
        release = open_good_release(data, number)
        point_current(shelf_path(data), number)
    return release


def pin(data: Path, number: int) -> None:
    """Keep a release for good: `drop` and `drop_old` leave it. A pinned one stays pinned.

    Raises:
        NoRelease: there is no such release.
        ReleaseError: the pin could not be written.
    """
    with changing(data):
        _expect(data, number)
        pin_path(data, number).touch()
        sync(shelf_path(data))


def unpin(data: Path, number: int) -> None:
    """Take the pin of a release away; one that is not pinned stays as it is.

    Raises:
        NoRelease: there is no such release.
        ReleaseError: the pin could not be removed.
    """
    with changing(data):
        _expect(data, number)
        pin_path(data, number).unlink(missing_ok=True)
        sync(shelf_path(data))


def drop(data: Path, number: int) -> None:
    """Remove a release; its number is never given again.

    Raises:
        NoRelease: there is no such release.
        ReleaseError: it is the current one, pinned, or being served.
    """
    with changing(data):
        _expect(data, number)
        if number == current_number(data):
            raise ReleaseError(
                f"release {number} is the current one: make another current first,"
                " with `weft release use N`"
            )
        if pin_path(data, number).exists():
            raise ReleaseError(
                f"release {number} is pinned: `weft release unpin {number}` lets it go"
            )
        if is_held(release_path(data, number)):
            raise ReleaseError(
                f"release {number} is being served: restart the server, which then takes the"
                " current one, and drop it again"
            )
        doomed = _set_aside(data, number)
    shutil.rmtree(doomed, ignore_errors=True)


def drop_old(data: Path, keep: int) -> list[int]:
    """Remove all but the newest `keep` releases, the current, the pinned and those being served.

    Args:
        data: the data directory.
        keep: how many of the newest stay, at least 1.

    Returns:
        The numbers of what was removed.

    Raises:
        ReleaseError: the shelf cannot be written.
    """
    doomed = {}
    with changing(data):
        stay = {current_number(data), *pinned_numbers(data)}
        for number in release_numbers(data)[:-keep]:
            if number not in stay and not is_held(release_path(data, number)):
                doomed[number] = _set_aside(data, number)
    for path in doomed.values():
        shutil.rmtree(path, ignore_errors=True)
    return list(doomed)


def disk_sizes(data: Path) -> dict[int, Size]:
    """What each release takes on the disk, oldest first."""
    seen: set[Inode] = set()
    sizes = {}
    for number in release_numbers(data):
        files = _inodes(release_path(data, number))
        new = sum(size for inode, size in files.items() if inode not in seen)
        sizes[number] = Size(whole=sum(files.values()), new=new)
        seen |= files.keys()
    return sizes


def _expect(data: Path, number: int) -> None:
    if number not in release_numbers(data):
        raise NoRelease(f"no release {number} in {data}: `weft release list` shows which there are")


def _set_aside(data: Path, number: int) -> Path:
    """Rename a release away: the next build removes what a kill leaves of it."""
    path = release_path(data, number)
    doomed = path.rename(path.with_name(f"{number}{DROPPED}"))
    pin_path(data, number).unlink(missing_ok=True)
    return doomed


def _inodes(path: Path) -> dict[Inode, int]:
    """Size of each file below a directory, by inode."""
    sizes = {}
    for directory, _, names in os.walk(path):
        for name in names:
            with suppress(FileNotFoundError):  # dropped meanwhile
                status = (Path(directory) / name).lstat()
                sizes[status.st_dev, status.st_ino] = status.st_size
    return sizes
