"""A store out of a file of N-Quads."""

from pathlib import Path

from graph.store_loader import open_loader


def bulk_load(quads: Path, directory: Path) -> int:
    """Load a file; gives the number of quads that the store holds."""
    with open_loader(directory) as loader, quads.open(encoding="utf-8") as lines:
        loader.add(lines)
    return loader.n_quads
