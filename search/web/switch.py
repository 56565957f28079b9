"""Changes the release that is served while requests run: the new one opens beside the old one.

A request keeps the release it began with; a release is closed when the last such request has ended.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from contextvars import ContextVar
from pathlib import Path
from time import monotonic
from typing import Any, Final, NamedTuple, cast

from graph.release import current_number
from search.text.engine import FACETS, SearchRequest
from search.web.site import Site

_log = logging.getLogger(__name__)

_RETRY_S: Final = 60.0
"""How long a release that could not be opened is left alone; memory may have been short."""


class Seen(NamedTuple):
    """Which release is current: a data directory made anew counts from 1 again."""

    number: int | None
    device: int
    inode: int


def look_at(data: Path) -> Seen:
    """Which release the link `current` leads to; number None and zeros when there is none."""
    number = current_number(data)
    try:
        found = (data / "releases" / "current").stat()
    except OSError:
        return Seen(number, 0, 0)
    return Seen(number, found.st_dev, found.st_ino)


class _Opened:
    """A release that is open, and how many requests read it."""

    def __init__(self, site: Site, stack: AsyncExitStack) -> None:
        self.site = site
        self.n_requests = 0
        self._stack = stack

    async def close(self) -> None:
        await self._stack.aclose()


@asynccontextmanager
async def open_switch(
    open_site: Callable[[int | None], AbstractAsyncContextManager[Site]], look: Callable[[], Seen]
) -> AsyncIterator["Switch"]:
    """Open the release that `look` sees; all that were opened are closed when the context ends.

    Args:
        open_site: opens the release of a number, or says why there is none.
        look: cheap, as it is called often.

    Raises:
        GraphError, SearchError: the first release cannot be opened.
    """
    seen = look()
    switch = Switch(open_site, look, seen, await _open(open_site, seen))
    try:
        yield switch
    finally:
        await switch.close()


class Switch:
    """Holds the release that new requests get, and those that older requests still read."""

    def __init__(
        self,
        open_site: Callable[[int | None], AbstractAsyncContextManager[Site]],
        look: Callable[[], Seen],
        seen: Seen,
        opened: _Opened,
    ) -> None:
        self._open_site = open_site
        self._look = look
        self._seen = seen
        self._current = opened
        self._retired: list[_Opened] = []
        self._refused: tuple[Seen, float] | None = None
        self._answering: ContextVar[_Opened] = ContextVar("answering")

    @property
    def site(self) -> Site:
        """A stand-in that is the release of the request in whose task or thread it is read.

        Outside a request it is the current one. Threads must be started by `asyncio.to_thread`,
        which hands the request on to them.
        """
        return cast("Site", _Standing(self))

    @property
    def n_open(self) -> int:
        """How many releases are open."""
        return 1 + len(self._retired)

    def site_now(self) -> Site:
        """The release of this request, or the current one outside a request."""
        return self._answering.get(self._current).site

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Keep a request, and the threads it starts, on one release."""
        opened = self._current
        opened.n_requests += 1
        token = self._answering.set(opened)
        try:
            yield
        finally:
            self._answering.reset(token)
            opened.n_requests -= 1

    async def follow(self, every_s: float) -> None:
        """Look again and again until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            await self.look_again()

    async def look_again(self) -> None:
        """Change to the release that is current now; one that cannot be opened is logged."""
        await self._close_unread()
        seen = self._look()
        if seen == self._seen:
            self._refused = None
            return
        refused, again_at = self._refused or (None, 0.0)
        if seen == refused and monotonic() < again_at:
            return
        number = self._current.site.release.number
        try:
            opened = await _open(self._open_site, seen)
        except Exception as error:  # noqa: BLE001  # the server's top loop: whatever it is, serve on
            _log.error("release refused number=%s serving=%s: %s", seen.number, number, error)
            self._refused = (seen, monotonic() + _RETRY_S)
            return
        self._retired.append(self._current)
        self._current, self._seen, self._refused = opened, seen, None
        _log.info("release switched from=%s to=%s", number, opened.site.release.number)
        await self._close_unread()

    async def close(self) -> None:
        """Close every release, read or not."""
        for opened in (*self._retired, self._current):
            await opened.close()

    async def _close_unread(self) -> None:
        for opened in [each for each in self._retired if not each.n_requests]:
            self._retired.remove(opened)
            number = opened.site.release.number
            try:
                await opened.close()
            except Exception:  # noqa: BLE001  # the server's top loop: it goes on without
                _log.exception("release not closed number=%s", number)
            else:
                _log.info("release closed number=%s", number)


class _Standing:
    """Every attribute is that of the release of the request; see `Switch.site`."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # stands for a Site, attribute by attribute
        return getattr(self._switch.site_now(), name)


async def _open(
    open_site: Callable[[int | None], AbstractAsyncContextManager[Site]], seen: Seen
) -> _Opened:
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(open_site(seen.number))
        # the first search reads what later ones find in memory, and shows that it can be read
        question = SearchRequest(limit=1, facets=FACETS)
        await asyncio.to_thread(site.index.search, question)
        return _Opened(site, stack.pop_all())
    raise AssertionError  # an exit stack swallows nothing
