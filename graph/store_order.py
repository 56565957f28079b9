"""Brings a store that was loaded in pieces into the form that is read fastest.

In a process of its own: while a store is loaded, the threads that merge its files are made to wait
(`low_priority.py`), and no thread can have its priority back. A new process has new threads. It is
run as `python -m graph.store_order DIRECTORY`, and ends with the process that started it.
"""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pyoxigraph as ox

from graph.errors import ReleaseError


def put_in_order(store: ox.Store) -> int:
    """Order a store; gives how many quads are in it.

    Raises:
        OSError: the store cannot be read or written.
    """
    store.optimize()
    store.flush()
    return len(store)


class Ordering:
    """A store being put in order by another process; no process else has it open meanwhile."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._process = subprocess.Popen(  # noqa: S603  # our own module
            [sys.executable, "-m", "graph.store_order", str(directory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def wait(self) -> int:
        """Wait until the store is in order; gives how many quads are in it.

        Raises:
            ReleaseError: it could not be done; the message says why.
        """
        assert self._process.stdout is not None  # noqa: S101  # it was started with a pipe
        said = self._process.stdout.read().decode()
        if status := self._process.wait():
            raise ReleaseError(
                f"cannot put the store in {self._directory} in order:"
                f" {said or f'the process that does it ended with status {status}'}"
            )
        return int(said)

    def stop(self) -> None:
        """End the process, whether it is done or not."""
        self._process.kill()
        self._process.communicate()


def main() -> None:
    """Order the store named on the command line; print its quads, or what went wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it decides when to stop
    threading.Thread(target=_end_with_the_starter, daemon=True).start()
    try:
        said = str(put_in_order(ox.Store(sys.argv[1])))
    except (OSError, RuntimeError) as error:  # the second is what the store calls corruption
        sys.stdout.write(str(error))
        sys.exit(1)
    sys.stdout.write(said)


def _end_with_the_starter() -> None:
    """Nobody writes to the pipe; it ends when whoever started this does."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    main()
