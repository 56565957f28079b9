import gc
from collections.abc import Iterator

import pytest

from graph.garbage_collector import without_garbage_collector


@pytest.fixture(autouse=True)
def _leaves_the_collector_as_it_was() -> Iterator[None]:
    was_enabled = gc.isenabled()
    yield
    (gc.enable if was_enabled else gc.disable)()


def _stop_within(seen: list[bool]) -> None:
    with without_garbage_collector():
        seen.append(gc.isenabled())
        raise ValueError("stop")


@pytest.mark.parametrize("before", [gc.enable, gc.disable])
def test_the_collector_is_as_it_was_afterwards_whatever_happens(before) -> None:
    before()
    expected = gc.isenabled()
    seen: list[bool] = []
    with pytest.raises(ValueError, match="stop"):
        _stop_within(seen)
    assert (seen, gc.isenabled()) == ([False], expected)
