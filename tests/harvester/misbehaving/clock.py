"""A clock that the client and the repository share: time moves only when somebody sleeps."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random

from harvester.client import Clock

_SHRUNK = 0.002
_LONGEST_REAL_S = 0.01
"""A pause is a little real time as well, in which a busy server can get its work done."""
START = datetime(2026, 3, 1, tzinfo=UTC)


class SharedClock:
    """Tokens age and pauses pass as the client waits; no test really waits for either."""

    def __init__(self):
        self.elapsed_s = 0.0
        self.slept: list[float] = []
        self._jitter = Random(7).random  # noqa: S311  # chance that is the same in every run

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.elapsed_s += seconds
        await asyncio.sleep(min(seconds * _SHRUNK, _LONGEST_REAL_S))

    def now(self) -> datetime:
        return START + timedelta(seconds=self.elapsed_s)

    def as_clock(self) -> Clock:
        return Clock(
            monotonic=lambda: self.elapsed_s, now=self.now, sleep=self.sleep, jitter=self._jitter
        )
