"""Loading a store in pieces: whole however many they are."""

import subprocess
import sys
from pathlib import Path
from typing import cast

import pyoxigraph as ox
import pytest

from graph import store_loader
from graph.errors import ReleaseError
from graph.store_loader import GraphLoader, open_loader

LINES = [f'<http://x/{n}> <http://p> "{n}" .\n' for n in range(10, 50)]


def test_all_pieces_are_in_the_store(monkeypatch, tmp_path):
    monkeypatch.setattr(store_loader, "_PIECE", 5 * len(LINES[0]))
    with open_loader(tmp_path / "graph") as loader:
        for line in LINES:
            loader.add([line])
    assert loader.n_quads == len(LINES)
    assert len(ox.Store.read_only(str(tmp_path / "graph"))) == len(LINES)


def test_a_line_that_is_none_is_quoted(tmp_path):
    with (
        pytest.raises(ReleaseError, match=r"cannot load '<http://x/7> nonsense \.'"),
        open_loader(tmp_path / "graph") as loader,
    ):
        loader.add([*LINES[:7], "<http://x/7> nonsense .\n", *LINES[7:]])


_LIMITED = """
import resource, sys
from pathlib import Path
from graph import store_loader
soft, hard = int(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
store_loader._PIECE = 1
store_loader._FEW = sys.maxsize
with store_loader.open_loader(Path(sys.argv[1])) as loader:
    for n in range(200):
        loader.add([f'<http://x/{n}> <http://p> "{n}" <http://g/{n}> .\\n'])
print(loader.n_quads, resource.getrlimit(resource.RLIMIT_NOFILE))
"""
"""Loads 200 pieces, each 7 files, where few may be open."""


def _load_within(tmp_path, soft: int, hard: int) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-c", _LIMITED, str(tmp_path / "graph"), str(soft), str(hard)]
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


def test_the_files_that_a_process_may_allow_itself_it_does(tmp_path):
    done = _load_within(tmp_path, 110, 4096)
    assert done.stdout == "200 (4096, 4096)\n", done.stderr


class _Exhausted:
    """A store that may open no more files, as the real one says it."""

    def bulk_load(self, **_: object) -> None:
        raise OSError(
            "IO error: While open a file for random read: 000387.sst: Too many open files"
        )


def test_too_few_open_files_are_told_with_what_to_do():
    loader = GraphLoader(cast("ox.Store", _Exhausted()), Path("nowhere"))
    loader.add(LINES)
    with pytest.raises(ReleaseError, match=r"more files open .* as with `ulimit -n 65536`"):
        loader.finish()
    loader.close()


def test_pieces_are_large_once_there_are_some(monkeypatch, tmp_path):
    loaded = []
    monkeypatch.setattr(store_loader, "_PIECE", len(LINES[0]))
    monkeypatch.setattr(store_loader, "_LARGE_PIECE", 3 * len(LINES[0]))
    monkeypatch.setattr(store_loader, "_FEW", 4)
    monkeypatch.setattr(GraphLoader, "_load_piece", lambda _, piece: loaded.append(piece))
    with open_loader(tmp_path / "graph") as loader:
        for line in LINES[:12]:
            loader.add([line])
    pieces = [piece.count(b"\n") for piece in sorted(loaded)]  # in the order of their first lines
    assert pieces == [1, 1, 1, 1, 3, 3, 2]
