"""One small release for all tests of explanations."""

import pytest

from graph.build import write_graph
from graph.explain.view import View
from graph.release import new_draft, open_release, publish
from graph.store import open_graph
from tests.graph.builders import BASE, new_town
from tests.graph.explain.explained import RECIPE, fill


@pytest.fixture(scope="session")
def release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explain")
    with new_town(folder) as town:
        fill(town)
        with new_draft(folder) as draft:
            sink = lambda _entity, _kinds: None  # noqa: E731  # nothing to index
            publish(draft, write_graph(draft, town.catalogue, RECIPE, sink=sink))
    return open_release(folder)


@pytest.fixture(scope="session")
def view(release):
    with open_graph(release.graph_path) as reader:
        yield View(reader, BASE)
