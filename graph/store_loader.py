"""Loads the quads of a release into a new store, in pieces, while the next ones are made."""

import resource
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from graph.errors import ReleaseError
from graph.low_priority import let_compaction_wait
from graph.store_order import Ordering, put_in_order

_PIECE: Final = 16_000_000
"""Characters of N-Quads that are loaded at once, at first. The store sorts a piece nine times,
which is quickest near the processor's caches."""
_LARGE_PIECE: Final = 64_000_000
_FEW: Final = 128
"""Pieces after which they become larger: the last merge, of all of them at once, takes the longer
for each quad the more there are, from some hundred on."""
_AT_ONCE: Final = 3
"""Pieces that are loaded at the same time: the store uses one processor for each."""
_LARGE_AT_ONCE: Final = 2
"""The same of large ones, which need half a gigabyte of memory each."""
_OPEN_FILES: Final = 65_536
"""A store of so many pieces is up to ten times as many files, all open while it is put in order."""
_SMALL: Final = 1
"""Pieces that are put in order sooner than another process is started."""
_QUOTED: Final = 500
"""Characters of a line that an error quotes."""


@contextmanager
def open_loader(directory: Path) -> Iterator["GraphLoader"]:
    """Make a new store and load quads into it; whole once this has ended without an exception.

    Raises:
        ReleaseError: see `GraphLoader.wait`.
    """
    _allow_open_files()
    loader = GraphLoader(ox.Store(str(directory)), directory)
    try:
        yield loader
        loader.finish()
        loader.wait()
    finally:
        loader.close()


class GraphLoader:
    """Loads N-Quads in bulk, piece by piece, while the next one is being made.

    In pieces, because the store holds what it loads: 0.2 to 0.5 GB for a piece, where a million
    records at once would take all memory; and in threads, because the store is busy without Python.
    """

    def __init__(self, store: ox.Store, directory: Path) -> None:
        self._store: ox.Store | None = store
        self._directory = directory
        self._ordering: Ordering | None = None
        self._threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="bulk-load")
        self._loading: deque[Future[None]] = deque()
        self._lines: list[str] = []
        self._n_characters = 0
        self._n_pieces = 0
        self._is_finished = False
        self.n_quads = 0
        """How many the store holds, once all is waited for."""

    def add(self, lines: Iterable[str]) -> None:
        """Add N-Quads; each text is one or more whole lines."""
        for line in lines:
            self._lines.append(line)
            self._n_characters += len(line)
        if self._n_characters >= (_PIECE if self._n_pieces < _FEW else _LARGE_PIECE):
            self._load()

    def finish(self) -> None:
        """Load what is left, then begin to bring the store into the form that is read fastest.

        Nothing can be added after it. `wait` waits for the rest.

        Raises:
            ReleaseError: see `wait`.
        """
        if self._store is None or self._is_finished:
            return
        self._is_finished = True
        self._load()
        self._wait(0)
        if self._n_pieces <= _SMALL:
            self.n_quads = put_in_order(self._store)
        else:
            self._store = None
            self._ordering = Ordering(self._directory)

    def wait(self) -> None:
        """Wait until everything handed in is loaded, and in order once it is finished.

        Raises:
            ReleaseError: a line is not legal N-Quads, which the message quotes; or the system does
                not allow as many open files as the store needs; or it cannot be put in order.
        """
        self._wait(0)
        if self._ordering is not None:
            self.n_quads = self._ordering.wait()

    def close(self) -> None:
        """Stop loading and close the store."""
        self._threads.shutdown(cancel_futures=True)
        self._store = None
        if self._ordering is not None:
            self._ordering.stop()

    def _load(self) -> None:
        piece = "".join(self._lines).encode()
        self._lines.clear()
        self._n_characters = 0
        self._n_pieces += 1
        if self._n_pieces == _SMALL + 1:
            let_compaction_wait()
        self._wait((_AT_ONCE if self._n_pieces <= _FEW else _LARGE_AT_ONCE) - 1)
        self._loading.append(self._threads.submit(self._load_piece, piece))

    def _wait(self, n_left: int) -> None:
        """Wait until no more than that many pieces are being loaded."""
        while len(self._loading) > n_left:
            try:
                self._loading.popleft().result()
            except OSError as error:
                if "Too many open files" not in str(error):
                    raise
                raise ReleaseError(
                    f"the store needs more files open than this process may have,"
                    f" {_open_files()[0]}: allow it more, as with `ulimit -n {_OPEN_FILES}`,"
                    " and build again"
                ) from error

    def _load_piece(self, piece: bytes) -> None:
        """Load one piece. The store has no name here: an error's traceback would keep it open."""
        if self._store is None or not piece:
            return
        try:
            self._store.bulk_load(input=piece, format=ox.RdfFormat.N_QUADS)
        except SyntaxError as error:
            line = piece.split(b"\n")[(error.lineno or 1) - 1].decode()
            raise ReleaseError(f"cannot load {line[:_QUOTED]!r}: {error.msg}") from error


def _open_files() -> tuple[int, int]:
    """How many files this process may have open, and up to how many it may allow itself."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)


def _allow_open_files() -> None:
    """Allow this process the files that a large store has open while it is filled.

    The store keeps to what is allowed when it is opened; many systems allow 1,024 at first.
    """
    soft, hard = _open_files()
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):  # a system with a limit of its own: then as it was
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
