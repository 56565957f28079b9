"""Whether a release is what was published.

Quickly: all names and sizes, and the checksums of files that were written to since. Or wholly by
checksums.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec

from graph.errors import NoRelease, ReleaseError
from graph.release.checksums import THREADS, checked_files, sum_file
from graph.release.form import RECORD_NAME, FileSum, Release, ReleaseRecord, read_record
from graph.release.shelf import current_number, open_release, release_numbers, release_path

Problem = Literal["missing", "extra", "size", "content", "unreadable"]
_Judge = Callable[[Path, FileSum], tuple[Problem, str] | None]


class Damage(msgspec.Struct, frozen=True):
    """One file of a release that is not as it was published."""

    file: str
    """Path below the release, such as `graph/000012.sst`."""
    problem: Problem
    detail: str
    """What is wrong, to be read after the file's name."""

    def __str__(self) -> str:
        """A clause, such as `graph/000012.sst is missing`."""
        return f"{self.file} {self.detail}"


class FileReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the checksums of a release showed."""

    record: ReleaseRecord | None
    """None when release.json cannot be read."""
    damage: list[Damage]

    @property
    def has_sums(self) -> bool:
        """Whether there was anything to compare with."""
        return self.record is not None and bool(self.record.files)


def quick_check(data: Path, number: int | None = None) -> list[Damage]:
    """What is wrong with a release, or the current one, as far as names, sizes and times tell.

    Reads release.json and what was written to after that, as a rule nothing: so it takes a
    millisecond however large the release is. A release without checksums passes when its
    release.json can be read.

    Raises:
        NoRelease: there is no such release.
    """
    judge = partial(_touched, _published_ns(_directory(data, number)))
    return _check(data, number, judge, _one_by_one).damage


def check_files(data: Path, number: int | None = None) -> FileReport:
    """Compare every file of a release, or the current one, with its checksum; reads all of it.

    Raises:
        NoRelease: there is no such release.
    """
    with ThreadPoolExecutor(THREADS) as pool:  # hashing and reading let go of the interpreter
        report = _check(data, number, _content_of, pool.map)
    if report.record is None or not report.has_sums:
        return report
    extra = [
        Damage(_printable(name), "extra", "is not part of the release")
        for name in checked_files(_directory(data, number))
        if name not in report.record.files
    ]
    return FileReport(record=report.record, damage=report.damage + extra)


def newest_good(data: Path, *, besides: int | None = None) -> int | None:
    """Number of the newest release that passes the quick check, or of the newest other one."""
    numbers = (number for number in reversed(release_numbers(data)) if number != besides)
    return next((number for number in numbers if _is_good(data, number)), None)


def open_good_release(data: Path, number: int | None = None) -> Release:
    """Like `open_release`, for a release that passes the quick check.

    Raises:
        NoRelease: there is no such release.
        ReleaseError: it is damaged; the message names a file, and a release that is good.
    """
    damage = quick_check(data, number)
    if not damage:
        return open_release(data, number)
    more = f" and {len(damage) - 1} more" if len(damage) > 1 else ""
    named = number if number is not None else current_number(data)
    raise ReleaseError(f"release {named} is damaged: {damage[0]}{more}; {advice(data)}")


def advice(data: Path) -> str:
    """What to do about a damaged release."""
    good = newest_good(data)
    if good is None:
        return "no release is good: run `weft build` to make one"
    return f"release {good} is good: run `weft release use {good}`"


def _is_good(data: Path, number: int) -> bool:
    try:
        return not quick_check(data, number)
    except NoRelease:  # dropped a moment ago
        return False


def _one_by_one(
    judge: Callable[[tuple[str, FileSum]], Damage | None], files: Iterable[tuple[str, FileSum]]
) -> Iterator[Damage | None]:
    return map(judge, files)


def _check(
    data: Path,
    number: int | None,
    judge: _Judge,
    map_: Callable[..., Iterator[Damage | None]],
) -> FileReport:
    path = _directory(data, number)
    record = _read(path)
    if isinstance(record, Damage):
        return FileReport(record=None, damage=[record])

    def damage_of(named: tuple[str, FileSum]) -> Damage | None:
        name, expected = named
        try:
            found = judge(path / name, expected)
        except FileNotFoundError:
            found = "missing", "is missing"
        except OSError as error:
            found = "unreadable", f"cannot be read: {error.strerror}"
        return None if found is None else Damage(name, *found)

    damage = [each for each in map_(damage_of, record.files.items()) if each is not None]
    return FileReport(record=record, damage=damage)


def _size_of(file: Path, expected: FileSum) -> tuple[Problem, str] | None:
    size = file.stat().st_size
    if size == expected.bytes:
        return None
    return "size", f"has {size} bytes, {expected.bytes} expected"


def _published_ns(path: Path) -> int:
    """When a release's last file was written; 0 when that is not there, which is damage enough."""
    try:
        return (path / RECORD_NAME).stat().st_mtime_ns
    except OSError:
        return 0


def _touched(published_ns: int, file: Path, expected: FileSum) -> tuple[Problem, str] | None:
    """What is wrong with a file; it is read if it is younger than its release, as copies may be."""
    status = file.stat()
    if status.st_mtime_ns <= published_ns:
        return _size_of(file, expected)
    if damage := _content_of(file, expected):
        return damage
    with suppress(OSError):  # so that it need not be read again
        os.utime(file, ns=(status.st_atime_ns, published_ns))
    return None


def _content_of(file: Path, expected: FileSum) -> tuple[Problem, str] | None:
    if wrong_size := _size_of(file, expected):
        return wrong_size
    if sum_file(file).sha256 == expected.sha256:
        return None
    return "content", "has another content than when it was published"


def _directory(data: Path, number: int | None) -> Path:
    path = release_path(data, number).resolve()
    if path.is_dir():
        return path
    named = number if number is not None else current_number(data)
    if named is None:
        raise NoRelease(f"no release in {data}: run `weft build` to make one")
    if number is None:
        raise NoRelease(f"`current` leads to release {named}, which is not there; {advice(data)}")
    raise NoRelease(f"no release {named} in {data}: `weft release list` shows which there are")


def _read(path: Path) -> ReleaseRecord | Damage:
    try:
        record = read_record(path)
    except FileNotFoundError:
        return Damage(RECORD_NAME, "missing", "is missing")
    except ReleaseError as error:
        return Damage(RECORD_NAME, "unreadable", f"cannot be read: {error.__cause__}")
    if path.name.isdecimal() and path.name != str(record.number):
        return Damage(RECORD_NAME, "content", f"is that of release {record.number}")
    return record


def _printable(name: str) -> str:
    """A file's name, its bytes that are not UTF-8 written as escapes."""
    return name.encode(errors="backslashreplace").decode()
