"""Loading a store in pieces: whole however many they are, memory given back from some number on."""

import pyoxigraph as ox
import pytest

from graph import store_loader
from graph.errors import ReleaseError
from graph.store_loader import open_loader

LINES = [f'<http://x/{n}> <http://p> "{n}" .\n' for n in range(10, 50)]


@pytest.mark.parametrize(("first", "expected"), [(3, 6), (100, 0)])
def test_all_pieces_are_in_the_store_and_memory_goes_back_once_it_is_large(
    monkeypatch, tmp_path, first, expected
):
    given_back = []
    monkeypatch.setattr(store_loader, "_PIECE", 5 * len(LINES[0]))
    monkeypatch.setattr(store_loader, "_AT_ONCE", 1)  # a piece after the other
    monkeypatch.setattr(store_loader, "_GIVEN_BACK_FROM", first)
    monkeypatch.setattr(store_loader, "give_back", lambda: given_back.append(1))
    with open_loader(tmp_path / "graph") as loader:
        for line in LINES:
            loader.add([line])
    assert loader.n_quads == len(LINES)
    assert len(ox.Store.read_only(str(tmp_path / "graph"))) == len(LINES)
    assert len(given_back) == expected


def test_a_line_that_is_none_is_quoted(tmp_path):
    with (
        pytest.raises(ReleaseError, match=r"cannot load '<http://x/7> nonsense \.'"),
        open_loader(tmp_path / "graph") as loader,
    ):
        loader.add([*LINES[:7], "<http://x/7> nonsense .\n", *LINES[7:]])
