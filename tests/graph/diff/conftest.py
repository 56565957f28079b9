"""Shared by the tests of comparisons: records whose releases are kept."""

import pytest

from tests.graph.atlas import new_atlas


@pytest.fixture
def atlas(tmp_path):
    with new_atlas(tmp_path) as made:
        yield made
