"""A store is put in order by another process, which says what went wrong and is not left over."""

import subprocess
import sys
from contextlib import contextmanager, suppress

import pyoxigraph as ox
import pytest

from graph.errors import ReleaseError
from graph.store_loader import open_loader
from graph.store_order import Ordering

LINES = [f'<http://x/{n}> <http://p> "{n}" .\n' for n in range(50)]
"""In no named graph: the table of their names alone may be merged later, by the store itself."""


@pytest.fixture
def unordered(tmp_path):
    """A store of many files that lie across each other."""
    directory = tmp_path / "graph"
    store = ox.Store(str(directory))
    for start in range(10):
        piece = "".join(LINES[start::10]).encode()
        store.bulk_load(input=piece, format=ox.RdfFormat.N_QUADS)
    store.flush()
    return directory


@contextmanager
def ordering_of(directory):
    ordering = Ordering(directory)
    try:
        yield ordering
    finally:
        ordering.stop()


def test_all_quads_are_kept_and_each_table_is_one_file(unordered):
    with ordering_of(unordered) as ordering:
        assert ordering.wait() == len(LINES)
    n_tables = 5
    assert len(list(unordered.glob("*.sst"))) <= n_tables
    store = ox.Store.read_only(str(unordered))
    assert sorted(f"{quad} .\n" for quad in store) == sorted(LINES)


def test_what_is_no_store_is_named_with_the_reason(tmp_path):
    directory = tmp_path / "graph"
    directory.write_text("a file")
    reason = r"cannot put the store in .*graph in order: .*graph"
    with ordering_of(directory) as ordering, pytest.raises(ReleaseError, match=reason):
        ordering.wait()


def test_a_process_that_dies_is_told(unordered):
    reason = "the process that does it ended with status -9"
    with ordering_of(unordered) as ordering:
        ordering._process.kill()
        with pytest.raises(ReleaseError, match=reason):
            ordering.wait()


def test_no_process_is_left_when_nobody_waits_for_the_store(monkeypatch, tmp_path):
    monkeypatch.setattr("graph.store_loader._PIECE", 1)
    loaders = []
    with suppress(KeyboardInterrupt), open_loader(tmp_path / "graph") as loader:
        loaders.append(loader)
        for line in LINES:
            loader.add([line])
        loader.finish()
        raise KeyboardInterrupt
    assert loaders[0]._ordering is not None
    assert loaders[0]._ordering._process.returncode is not None


_SLOW = """
import sys, time
from graph import store_order
store_order.put_in_order = lambda _: print("ordering", flush=True) or time.sleep(600)
store_order.main()
"""


def test_the_process_ends_with_the_one_that_started_it(unordered):
    slow = subprocess.Popen(
        [sys.executable, "-c", _SLOW, str(unordered)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert slow.stdin is not None
    assert slow.stdout is not None
    try:
        assert slow.stdout.readline() == b"ordering\n"
        slow.stdin.close()  # as the system does when its owner is killed
        assert slow.wait(timeout=60) == 1
    finally:
        slow.kill()
        slow.wait()
        slow.stdout.close()
