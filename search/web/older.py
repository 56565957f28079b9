"""Text indexes of releases that are served no longer, for those who began to page through one.

They are opened when asked for, a few at a time; one that nobody reads may be dropped from the disk.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from graph.errors import GraphError
from graph.release import (
    Release,
    ReleaseInfo,
    holding,
    open_good_release,
    open_release,
)
from search.errors import SearchError
from search.text.engine import TextIndex
from search.text.engines import open_index

MAX_OPEN: Final = 3
"""Indexes kept open when nobody reads them (guessed); 5 releases are on the disk by default."""


@dataclass(slots=True)
class _Opened:
    release: Release
    index: TextIndex
    stack: ExitStack
    n_readers: int = 0


class OlderIndexes:
    """The text indexes beside the one that is served. Safe to use from several threads.

    Args:
        data: the data directory.
        max_open: indexes kept open when nobody reads them.
    """

    def __init__(self, data: Path, max_open: int = MAX_OPEN) -> None:
        self._data = data
        self._max_open = max_open
        self._lock = Lock()
        self._opened: OrderedDict[int, _Opened] = OrderedDict()

    @property
    def n_open(self) -> int:
        """How many are open."""
        return len(self._opened)

    @contextmanager
    def reading(self, number: int, made: str) -> Iterator[tuple[ReleaseInfo, TextIndex] | None]:
        """Give a release and its text index, None when it is there no longer; reads the disk.

        Args:
            number: of the release.
            made: its `created_at`; a directory made anew has other releases of the same numbers.
        """
        opened = self._enter(number, made)
        try:
            yield None if opened is None else (opened.release.info, opened.index)
        finally:
            if opened is not None:
                self._leave(opened)

    def close(self) -> None:
        """Close all; nobody may read any more."""
        with self._lock:
            for number in list(self._opened):
                self._opened.pop(number).stack.close()

    def _enter(self, number: int, made: str) -> _Opened | None:
        with self._lock:
            opened = self._opened.get(number)
            if opened is not None and not self._is_there(opened.release):
                if not opened.n_readers:
                    self._opened.pop(number).stack.close()
                return None
            if opened is None:
                opened = self._open(number)
            if opened is None:
                return None
            self._opened[number] = opened
            if opened.release.info.created_at != made:
                return None
            self._opened.move_to_end(number)
            opened.n_readers += 1
            self._close_unread()
            return opened

    def _leave(self, opened: _Opened) -> None:
        with self._lock:
            opened.n_readers -= 1
            self._close_unread()

    def _close_unread(self) -> None:
        """Close those read longest ago until few enough are open; the lock is held."""
        for number, opened in list(self._opened.items()):
            if len(self._opened) <= self._max_open:
                return
            if not opened.n_readers:
                self._opened.pop(number).stack.close()

    def _is_there(self, release: Release) -> bool:
        """Whether the release that was opened is still the one on the disk."""
        try:
            return open_release(self._data, release.number).info == release.info
        except GraphError:
            return False

    def _open(self, number: int) -> _Opened | None:
        with ExitStack() as stack:
            try:
                release = open_good_release(self._data, number)
                # held while it is opened only: what nobody reads may go
                with holding(release):
                    index = stack.enter_context(open_index(release.text_path))
            except (GraphError, SearchError, OSError):
                return None
            return _Opened(release, index, stack.pop_all())
        raise AssertionError  # an exit stack swallows nothing
