"""The columns of a small release, whose works `tests.search.web.api.town` writes out."""

from pathlib import Path

import pytest

from graph.release import open_release
from graph.store import open_graph
from search.coverage.table import Table, read_table
from tests.search.web.api.town import publish_town


@pytest.fixture(scope="session")
def town_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("town")
    publish_town(data)
    return data


@pytest.fixture(scope="session")
def town_table(town_data: Path) -> Table:
    release = open_release(town_data)
    with open_graph(release.graph_path) as graph:
        return read_table(release, graph)
