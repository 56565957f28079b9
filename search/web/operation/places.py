"""How many may be at some work at a time; the next one waits a moment, then is sent away."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_LOOK_EVERY_S: Final = 0.05


class Places:
    """Places for one kind of work. For one event loop."""

    def __init__(self) -> None:
        self.n_taken = 0
        """How many are taken now."""

    async def wait(self, n_places: int, patience_s: float) -> None:
        """Wait until one of so many places is free.

        Raises:
            TimeoutError: none became free.
        """
        async with asyncio.timeout(patience_s):
            # an event would wake all who wait, each to look again
            while self.n_taken >= n_places:  # noqa: ASYNC110  # what is waited for is a number
                await asyncio.sleep(_LOOK_EVERY_S)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take a place as long as the context lasts."""
        self.n_taken += 1
        try:
            yield
        finally:
            self.n_taken -= 1
