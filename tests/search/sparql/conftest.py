"""A small store, as a release holds one."""

from pathlib import Path

import pyoxigraph as ox
import pytest


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 triples in the default graph and one in a named graph."""
    directory = tmp_path_factory.mktemp("store") / "graph"
    lines = [f'<http://x/{n}> <http://x/name> "name {n}" .' for n in range(300)]
    lines.append('<http://x/0> <http://x/said> "by a record" <http://x/record> .')
    opened = ox.Store(str(directory))
    opened.bulk_load("\n".join(lines).encode(), format=ox.RdfFormat.N_QUADS)
    opened.flush()
    return directory
