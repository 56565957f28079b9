"""The next release while it is made, and the moment in which it becomes the current one."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

from graph.errors import ReleaseError
from graph.release.checksums import sum_files, sums_on
from graph.release.durable import locked, sync, write_file
from graph.release.form import RECORD_NAME, Draft, Release, ReleaseInfo, ReleaseRecord
from graph.release.shelf import (
    DROPPED,
    UNFINISHED,
    changing,
    current_number,
    point_current,
    release_numbers,
    release_path,
    shelf_path,
)

_BUILD_LOCK: Final = ".lock"
_LAST: Final = ".last"
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_FULL_WORDS: Final = (
    "No space left on device",
    "disk is full",
    "Disk quota exceeded",
    "os error 28",
)
"""How the RDF store, the text index and SQLite say it; they give no number."""


@contextmanager
def new_draft(data: Path) -> Iterator[Draft]:
    """Start the next release; what is left unpublished at the end is removed.

    Unfinished directories of builds that were killed are removed first. One build at a time. The
    number is above that of any release ever published here, dropped ones too.

    Raises:
        ReleaseError: another build is running on this data directory; or it cannot be written;
            or the disk is full, whatever was raised inside to say so.
    """
    with _naming_a_full_disk(data), _building(data):
        draft = _start(data)
        try:
            yield draft
        finally:
            shutil.rmtree(draft.path, ignore_errors=True)


def publish(draft: Draft, info: ReleaseInfo) -> Release:
    """Make a finished draft the current release.

    Its files are read once for their checksums, but for those shared with an older release, and
    are on the disk before the release can be seen.

    Raises:
        ReleaseError: it shares a damaged file with an older release, or could not be written; then
            the current release is the one it was.
    """
    shelf = draft.path.parent
    data = shelf.parent
    try:
        older = (release_path(data, number) for number in release_numbers(data))
        files = sum_files(draft.path, sums_on(older))
        record = ReleaseRecord(**msgspec.structs.asdict(info), files=files)
        body = msgspec.json.format(msgspec.json.encode(record))
        write_file(draft.path / RECORD_NAME, body)
    except OSError as error:
        raise ReleaseError(f"cannot write release {draft.number}: {error}") from error
    final = shelf / str(draft.number)
    with changing(data):
        write_file(shelf / _LAST, f"{draft.number}\n".encode())
        draft.path.rename(final)
        try:
            sync(shelf)
            point_current(shelf, draft.number)
        except OSError:
            if current_number(data) != draft.number:
                with suppress(OSError):  # what matters is the first error
                    final.rename(draft.path)  # where the draft's end removes it
            raise
    return Release(number=draft.number, path=final, info=info)


@contextmanager
def _building(data: Path) -> Iterator[None]:
    shelf = shelf_path(data)
    with ExitStack() as stack:
        try:
            shelf.mkdir(parents=True, exist_ok=True)
            stack.enter_context(locked(shelf / _BUILD_LOCK, waits=False))
        except BlockingIOError:
            raise ReleaseError(f"another build is running in {data}: wait for it to end") from None
        except OSError as error:
            raise ReleaseError(f"cannot write in {shelf}: {error}") from error
        yield


def _start(data: Path) -> Draft:
    shelf = shelf_path(data)
    for ending in (UNFINISHED, DROPPED):
        for left_over in shelf.glob(f"*{ending}"):
            shutil.rmtree(left_over, ignore_errors=True)
    number = max([*release_numbers(data), _last(shelf)]) + 1
    draft = Draft(number=number, path=shelf / f"{number}{UNFINISHED}")
    try:
        draft.path.mkdir()
    except OSError as error:
        raise ReleaseError(f"cannot write in {shelf}: {error}") from error
    return draft


def _last(shelf: Path) -> int:
    """The highest number ever published, as far as it was written down."""
    try:
        text = (shelf / _LAST).read_text(encoding="ascii")
        return int(text)
    except FileNotFoundError:
        return 0
    except ValueError:
        raise ReleaseError(
            f"{shelf / _LAST} holds no number: write into it the highest number that a release"
            " here ever had, so that none is given twice"
        ) from None


@contextmanager
def _naming_a_full_disk(data: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if not _says_full(error):
            raise
        current = current_number(data)
        stays = f"release {current} is still the current one" if current else "there is none yet"
        raise ReleaseError(
            f"the disk under {data} is full: no release was made, {stays};"
            " make room (`weft release list` shows what each release takes,"
            " `weft release drop N` removes one) and build again"
        ) from error


def _says_full(error: BaseException | None) -> bool:
    """Whether an error, or one that led to it, is that of a full disk."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        if any(words in str(error) for words in _FULL_WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False
