"""How many requests are in flight at one host: a limit that may change while they are."""

import asyncio


class Slots:
    """Requests in flight at one host: a semaphore whose size may change."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(0)
        self._size = 0
        self._owed = 0
        """Slots to take away as soon as they come back."""

    def resize(self, size: int) -> None:
        """Let so many requests in from now on; those in flight are not disturbed."""
        while self._size < size:
            self._size += 1
            self.leave()
        self._owed += self._size - size
        self._size = size

    async def enter(self) -> None:
        """Wait for a slot and take it."""
        await self._free.acquire()
        while self._owed:
            self._owed -= 1
            await self._free.acquire()

    def leave(self) -> None:
        """Give a slot back."""
        if self._owed:
            self._owed -= 1
        else:
            self._free.release()
