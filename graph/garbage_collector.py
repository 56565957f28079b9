"""Lets work that makes many small objects and no cycles do without the search for cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_garbage_collector() -> Iterator[None]:
    """Objects are freed by their counts alone.

    Looking for cycles took a twentieth of the time of a mapping and a fifth of that of a merge.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
