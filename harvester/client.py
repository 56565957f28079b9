"""The only place that fetches: one request in, one parsed OAI-PMH answer out.

Waits its turn per host, asks again by the retry plan, bounds time and bytes, and reads an OAI-PMH
error body whatever the HTTP status (Invenio repositories such as Zenodo send theirs with 422).
"""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final, Protocol
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from harvester.errors import (
    AnswerTooLarge,
    OaiError,
    ProtocolError,
    RateLimited,
    RepositoryUnreachable,
    TransportError,
    UnexpectedStatus,
)
from harvester.parse import Answer, read_answer
from harvester.politeness import Pacing
from harvester.record import Repository
from harvester.request import Request
from harvester.retry import OBEYED, Failure, RetryPlan, next_wait

MAX_BODY_BYTES: Final = 128 * 1024 * 1024
"""Limit on one decompressed answer (guessed): five records of 24 MB, each of which is legal."""
MAX_REDIRECTS: Final = 5
_CHUNK_BYTES: Final = 256 * 1024
_OK: Final = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What came back over HTTP, whole and decompressed."""

    status: int
    body: bytes
    retry_after: str = ""
    """The Retry-After field, empty when absent."""


class Transport(Protocol):
    """One GET. Tests pass a function."""

    async def __call__(self, url: str, /) -> HttpAnswer:
        """Fetch `url` (already percent-encoded).

        Raises:
            RepositoryUnreachable: asking again cannot help, such as too many redirects.
            TransportError: no whole answer arrived; asking again may help.
            AnswerTooLarge: the body passed the limit.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time and chance as the client sees them; tests pass their own."""

    monotonic: Callable[[], float] = time.monotonic
    """Seconds that only grow."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    """Aware moment, to compare with an HTTP-date."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Waits so many seconds."""
    jitter: Callable[[], float] = random.random
    """From 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Asks repositories; safe for any number of tasks of one event loop."""

    transport: Transport
    clock: Clock = field(default_factory=Clock)
    pacing: Pacing = field(default_factory=Pacing)

    async def ask(self, repository: Repository, request: Request) -> Answer:
        """Send a request, with retries, and return the parsed answer.

        Raises:
            OaiError: the repository answered with an error code, whatever the HTTP status.
            NotOaiPmh, CutAnswer: status 200 with a body that is not a whole OAI-PMH answer.
            UnexpectedStatus: a status that asking again does not change.
            RateLimited: 429 or 503 until the retry plan ended.
            RepositoryUnreachable: no usable answer until the retry plan ended.
            AnswerTooLarge: the answer passed `MAX_BODY_BYTES`.
        """
        url = request.url(repository.url)
        host = urlsplit(url).netloc
        plan = RetryPlan(retries=repository.retries)
        n_failed = 0
        while True:
            await self._wait_for_turn(host, repository)
            try:
                return _judge(await self._fetch(url, repository.timeout_s), url)
            except RepositoryUnreachable:
                raise
            except (_Refused, TransportError) as error:
                n_failed += 1
                failure = error.failure if isinstance(error, _Refused) else Failure(status=None)
                wait_s = next_wait(
                    plan,
                    n_failed,
                    failure,
                    now=self.clock.now(),
                    jitter=self.clock.jitter(),
                )
                if wait_s is None:
                    raise _given_up(error, url, n_failed) from error
                log.info("retry url=%s wait_s=%.1f because=%s", url, wait_s, error)
                await self._hold(host, failure, wait_s)

    async def _fetch(self, url: str, timeout_s: float) -> HttpAnswer:
        log.debug("get url=%s", url)
        try:
            async with asyncio.timeout(timeout_s):
                return await self.transport(url)
        except TimeoutError as error:
            message = f"no whole answer from {url} within {timeout_s:g} s"
            raise TransportError(message, url=url) from error

    async def _wait_for_turn(self, host: str, repository: Repository) -> None:
        wait_s = self.pacing.reserve(
            host,
            requests_per_minute=repository.requests_per_minute,
            now=self.clock.monotonic(),
        )
        if wait_s > 0:
            await self.clock.sleep(wait_s)

    async def _hold(self, host: str, failure: Failure, wait_s: float) -> None:
        """Wait; when the host itself asked for it, everyone who asks that host waits."""
        if failure.status in OBEYED:
            self.pacing.hold(host, until=self.clock.monotonic() + wait_s)
        await self.clock.sleep(wait_s)


class _Refused(UnexpectedStatus):
    """A status without an OAI-PMH answer, with what the retry plan needs to know."""

    def __init__(self, answer: HttpAnswer, url: str) -> None:
        message = f"{url} answers with HTTP status {answer.status}"
        super().__init__(message, url=url, status=answer.status, body=answer.body)
        self.failure = Failure(status=answer.status, retry_after=answer.retry_after)


def _judge(answer: HttpAnswer, url: str) -> Answer:
    """The parsed answer, or the error that it is."""
    if answer.status == _OK:
        return read_answer(answer.body, url=url)
    if answer.status in OBEYED and answer.retry_after:
        raise _Refused(answer, url)
    try:
        read_answer(answer.body, url=url)
    except OaiError:
        raise
    except ProtocolError as error:
        raise _Refused(answer, url) from error
    raise _Refused(answer, url)


def _given_up(
    error: _Refused | TransportError, url: str, n_attempts: int
) -> TransportError | UnexpectedStatus:
    """The error a caller sees after the last attempt."""
    after = f"{error} (attempt {n_attempts}, the last)"
    if isinstance(error, TransportError):
        return RepositoryUnreachable(after, url=url)
    if error.status in OBEYED:
        return RateLimited(after, url=url)
    return UnexpectedStatus(after, url=url, status=error.status, body=error.body)


def user_agent(contact: str) -> str:
    """The name Weft goes by; repositories ask for an address to write to.

    >>> user_agent("me@example.org").endswith(" (+mailto:me@example.org)")
    True
    """
    name = f"Weft/{version('weft')}"
    return f"{name} (+mailto:{contact})" if contact else name


@asynccontextmanager
async def open_client(
    *, contact: str = "", max_body_bytes: int = MAX_BODY_BYTES
) -> AsyncIterator[Client]:
    """Open a client on the network; its connections are closed at the end.

    Args:
        contact: e-mail address for the User-Agent; empty for none.
        max_body_bytes: largest answer taken, after decompression.
    """
    headers = {"User-Agent": user_agent(contact), "Accept-Encoding": "gzip, deflate"}
    if contact:
        headers["From"] = contact
    no_limit = aiohttp.ClientTimeout(total=None)  # the client's own asyncio.timeout rules
    async with aiohttp.ClientSession(headers=headers, timeout=no_limit) as session:
        yield Client(transport=_over(session, max_body_bytes))


def _over(session: aiohttp.ClientSession, max_body_bytes: int) -> Transport:
    """A transport over one aiohttp session."""

    async def fetch(url: str, /) -> HttpAnswer:
        try:
            async with session.get(URL(url, encoded=True), max_redirects=MAX_REDIRECTS) as response:
                return HttpAnswer(
                    status=response.status,
                    body=await _read_bounded(response, max_body_bytes, url),
                    retry_after=response.headers.get("Retry-After", ""),
                )
        except (aiohttp.TooManyRedirects, aiohttp.InvalidURL) as error:
            message = f"{url} redirects without end or to no address: {_said(error)}"
            raise RepositoryUnreachable(message, url=url) from error
        except (aiohttp.ClientError, OSError) as error:
            raise TransportError(f"no whole answer from {url}: {_said(error)}", url=url) from error

    return fetch


async def _read_bounded(response: aiohttp.ClientResponse, max_body_bytes: int, url: str) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        body += chunk
        if len(body) > max_body_bytes:
            raise AnswerTooLarge(f"answer of {url} is larger than {max_body_bytes} bytes", url=url)
    return bytes(body)


def _said(error: BaseException) -> str:
    """An aiohttp error often has no text of its own."""
    return f"{type(error).__name__} {error}".strip()
