"""The small release of links, once for all tests beside."""

import pytest

from tests.graph.links.linked_town import keys_of, make_release, viewing


@pytest.fixture(scope="session")
def release(tmp_path_factory):
    return make_release(tmp_path_factory.mktemp("linked"))


@pytest.fixture(scope="session")
def view(release):
    with viewing(release) as opened:
        yield opened


@pytest.fixture(scope="session")
def keys(view):
    return keys_of(view)
