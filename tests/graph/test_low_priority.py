"""Compaction waits for the loading, and what is done beside it for both."""

import os
import sys
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.low_priority import let_compaction_wait, wait_for_others

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux has priorities of threads"
)


def _niceness(thread: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, thread)


def _compacting() -> dict[int, str]:
    names = {
        int(each.name): (each / "comm").read_text() for each in Path("/proc/self/task").iterdir()
    }
    return {thread: name for thread, name in names.items() if name.startswith("rocksdb:low")}


def test_the_threads_of_a_store_that_merge_files_wait_and_no_other_does(tmp_path):
    own = _niceness(threading.get_native_id())
    store = ox.Store(str(tmp_path / "graph"))
    let_compaction_wait()
    assert _compacting()
    assert all(_niceness(thread) == 19 for thread in _compacting())
    assert _niceness(threading.get_native_id()) == own
    assert len(store) == 0


def test_a_thread_that_waits_starts_threads_that_wait_too():
    found = []

    def start_another() -> None:
        wait_for_others()
        other = threading.Thread(target=lambda: found.append(_niceness(threading.get_native_id())))
        other.start()
        other.join()

    thread = threading.Thread(target=start_another)
    thread.start()
    thread.join()
    assert found[0] >= 10


def test_a_thread_that_has_less_already_keeps_it():
    found = []

    def lower_twice() -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 15)
        wait_for_others()
        found.append(_niceness(threading.get_native_id()))

    thread = threading.Thread(target=lower_twice)
    thread.start()
    thread.join()
    assert found == [15]
