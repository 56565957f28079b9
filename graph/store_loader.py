"""Loads the quads of a release into a new store, in pieces, while the next ones are made."""

import resource
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from graph.errors import ReleaseError
from graph.freed_memory import give_back
from graph.low_priority import let_compaction_wait

_PIECE: Final = 16_000_000
"""Characters of N-Quads that are loaded at once, at first. The store sorts a piece nine times,
which is quickest near the processor's caches."""
_LARGEST_PIECE: Final = 32_000_000
_FEW: Final = 128
"""Pieces after which they become larger, each a part of this size of what was loaded before: each
is up to ten files, and those that wait to be merged are open at the end, with 2 MB of memory."""
_OPEN_FILES: Final = 65_536
_AT_ONCE: Final = 3
"""Pieces that are loaded at the same time: the store uses one processor for each."""
_GIVEN_BACK_FROM: Final = 200
"""Pieces after which freed memory is given back: some 200,000 records. It costs a tenth of the time
and saves a fifth of the peak, which grows with the store."""
_QUOTED: Final = 500
"""Characters of a line that an error quotes."""


@contextmanager
def open_loader(directory: Path) -> Iterator["GraphLoader"]:
    """Make a new store and load quads into it; whole once this has ended without an exception.

    Raises:
        ReleaseError: see `GraphLoader.wait`.
    """
    _allow_open_files()
    loader = GraphLoader(ox.Store(str(directory)))
    let_compaction_wait()
    try:
        yield loader
        loader.finish()
        loader.wait()
    finally:
        loader.close()


class GraphLoader:
    """Loads N-Quads in bulk, piece by piece, while the next one is being made.

    In pieces, because the store holds what it loads: 0.2 GB for a piece, where a million records
    at once would take all memory; and in threads, because the store is busy without Python.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store: ox.Store | None = store
        self._threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="bulk-load")
        self._loading: deque[Future[None]] = deque()
        self._lines: list[str] = []
        self._n_characters = 0
        self._n_loaded = 0
        self._n_pieces = 0
        self._is_finishing = False
        self.n_quads = 0
        """How many the store holds, once it is finished."""

    def add(self, lines: Iterable[str]) -> None:
        """Add N-Quads; each text is one or more whole lines."""
        for line in lines:
            self._lines.append(line)
            self._n_characters += len(line)
        if self._n_characters >= _piece_after(self._n_loaded):
            self._load()

    def finish(self) -> None:
        """Load what is left, then bring the store into the form that is read fastest.

        Nothing can be added after it. It is done in a thread, as all the loading is: `wait` waits.
        """
        if not self._is_finishing:
            self._is_finishing = True
            self._load()
            pieces = tuple(self._loading)
            self._loading.append(self._threads.submit(self._order, pieces))
            self._loading.append(self._threads.submit(self._count, pieces))

    def wait(self) -> None:
        """Wait until everything handed in is loaded.

        Raises:
            ReleaseError: a line is not legal N-Quads, which the message quotes; or the system does
                not allow as many open files as the store needs.
        """
        self._wait(0)

    def close(self) -> None:
        """Stop loading and close the store."""
        self._threads.shutdown(cancel_futures=True)
        self._store = None

    def _load(self) -> None:
        piece = "".join(self._lines).encode()
        self._lines.clear()
        self._n_loaded += self._n_characters
        self._n_characters = 0
        self._n_pieces += 1
        self._wait(_AT_ONCE - 1)
        self._loading.append(self._threads.submit(self._load_piece, piece, self._n_pieces))

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

    def _order(self, pieces: tuple[Future[None], ...]) -> None:
        if self._store is not None and _are_loaded(pieces):
            self._store.optimize()
            self._store.flush()

    def _count(self, pieces: tuple[Future[None], ...]) -> None:
        """Beside the ordering, which keeps one processor busy."""
        if self._store is not None and _are_loaded(pieces):
            self.n_quads = len(self._store)

    def _load_piece(self, piece: bytes, number: int) -> None:
        """Load one piece. The store has no name here: an error's traceback would keep it open."""
        if self._store is None or not piece:
            return
        try:
            self._store.bulk_load(input=piece, format=ox.RdfFormat.N_QUADS)
        except SyntaxError as error:
            line = piece.split(b"\n")[(error.lineno or 1) - 1].decode()
            raise ReleaseError(f"cannot load {line[:_QUOTED]!r}: {error.msg}") from error
        if number >= _GIVEN_BACK_FROM:  # two threads keep what they freed from each other
            give_back()


def _piece_after(n_loaded: int) -> int:
    """Characters of the next piece, after so many."""
    return min(max(_PIECE, n_loaded // _FEW), _LARGEST_PIECE)


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


def _are_loaded(pieces: tuple[Future[None], ...]) -> bool:
    """Wait for these; False when one of them failed."""
    wait(pieces)
    return all(piece.exception() is None for piece in pieces)
