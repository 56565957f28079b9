"""Lets work that nobody waits for yet have a processor only when no other work wants it.

Threads have priorities of their own on Linux alone; elsewhere all of this does nothing.
https://man7.org/linux/man-pages/man2/setpriority.2.html
"""

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

_COMPACTION: Final = 19
"""Next to nothing where others want a processor too: it need not come to an end here."""
_REST: Final = 10
"""A tenth of a processor where others want it too; never none, so that all comes to an end."""
_COMPACTION_THREAD: Final = "rocksdb:low"
"""What RocksDB calls the threads that merge its files."""


def let_compaction_wait() -> None:
    """Let the stores of this process merge their files when nothing else is left to do, if at all.

    Files that are merged while many more are being loaded are merged again and again, and from half
    a gigabyte of an index on everything twice. It is for good: see `store_order.py`.
    """
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        return
    for task in tasks.iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            if (task / "comm").read_text("utf-8").strip() == _COMPACTION_THREAD:
                _lower(int(task.name), _COMPACTION)


def wait_for_others() -> None:
    """Let this thread, and all that it starts, wait for everything else."""
    if sys.platform.startswith("linux"):
        _lower(threading.get_native_id(), _REST)


def _lower(thread: int, niceness: int) -> None:
    """A thread cannot have its priority back, and one that has less already keeps it."""
    with suppress(PermissionError):  # where a sandbox forbids it, all is only slower
        lower = max(os.getpriority(os.PRIO_PROCESS, thread), niceness)
        os.setpriority(os.PRIO_PROCESS, thread, lower)
