"""The only place that asks: one request in, one parsed OAI-PMH answer or one JSON body out.

Waits its turn per host, asks again by the retry plan where that is safe, bounds the time, and
reads an OAI-PMH error body whatever the HTTP status (Invenio repositories send theirs with 422).
"""

import asyncio
import logging
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Protocol, TypeVar

from harvester.answers.parse import Answer, read_answer
from harvester.errors import (
    AmbiguousFailure,
    OaiError,
    ProtocolError,
    RateLimited,
    RepositoryUnreachable,
    TransportError,
    UnexpectedStatus,
)
from harvester.http.politeness import Pacing, Wait, host_of
from harvester.http.retry import OBEYED, Failure, RetryPlan, is_ambiguous, next_wait, read_quota
from harvester.http.slots import Slots
from harvester.http.transport import (
    MAX_BODY_BYTES,
    HttpAnswer,
    Lost,
    NeverSent,
    Transport,
    open_transport,
)
from harvester.http.user_agent import user_agent
from harvester.record import Repository
from harvester.request import Request

__all__ = ["Client", "Clock", "HttpAnswer", "Transport", "first_words", "open_client", "user_agent"]

_LARGE_BODY_BYTES: Final = 4_000_000
"""A larger answer is parsed in a thread: parsing takes 25 ms for as much (measured)."""
_FIRST_WAIT_S: Final = 10.0
"""Longest wait before the first retry of a companion, shortest 5 s: INSPIRE names no wait with its
429 and asks for at least 5 s."""
_OK: Final = 200
_TOO_MANY: Final = 429
_WORDS_CHARS: Final = 100
"""How much of a page without OAI-PMH an error quotes."""
_WORDS_FROM_BYTES: Final = 4096
_NO_WORDS: Final = re.compile(
    r"<(script|style|svg)\b.*?(?:</\1\s*>|\Z)|<!--.*?-->|<[^>]*>?", re.DOTALL | re.IGNORECASE
)

log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Limits(Protocol):
    """How politely a host is asked: a repository's part of the configuration, or a companion's."""

    @property
    def requests_per_minute(self) -> float: ...
    @property
    def crawl_delay_s(self) -> float: ...
    @property
    def parallel(self) -> int: ...
    @property
    def timeout_s(self) -> float: ...
    @property
    def retries(self) -> int: ...


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
    slots: dict[str, Slots] = field(default_factory=dict)
    """By host."""

    async def ask(
        self,
        repository: Repository,
        request: Request,
        *,
        may_repeat: bool = True,
        told: Callable[[Wait], None] | None = None,
    ) -> Answer:
        """Send a request, with retries, and return the parsed answer.

        Args:
            repository: where, and how politely.
            request: what to ask.
            may_repeat: False for a token that must not be sent again once the repository may have
                served it (`token.may_replay`).
            told: called at the beginning of every wait.

        Raises:
            OaiError: the repository answered with an error code, whatever the HTTP status.
            NotOaiPmh, CutAnswer: status 200 with a body that is not a whole OAI-PMH answer; it is
                not asked again here, and the repository has served it.
            UnexpectedStatus: a status that asking again does not change.
            AmbiguousFailure: no answer, and `may_repeat` forbids to ask again.
            RateLimited: 429 or 503 until the retry plan ended.
            RepositoryUnreachable: no usable answer until the retry plan ended, or a redirect that
                is not followed.
            AnswerTooLarge: the answer passed the limit on bytes.
        """
        attempts = _Attempts(
            url=request.url(repository.url),
            plan=RetryPlan(retries=repository.retries),
            may_repeat=may_repeat,
            told=told or _nobody,
        )
        return await self._until_answered(attempts, repository, _judge)

    async def get(
        self, companion: Limits, url: str, *, told: Callable[[Wait], None] | None = None
    ) -> bytes:
        """Fetch an address of a companion, with retries, and return the body.

        Args:
            companion: how politely to ask.
            url: what to ask, percent-encoded.
            told: called at the beginning of every wait.

        Raises:
            UnexpectedStatus: another status than 200 that asking again does not change.
            RateLimited, RepositoryUnreachable, AnswerTooLarge: as `ask`.
        """
        attempts = _Attempts(
            url=url,
            plan=RetryPlan(retries=companion.retries, first_wait_s=_FIRST_WAIT_S),
            may_repeat=True,
            told=told or _nobody,
        )
        return await self._until_answered(attempts, companion, _body)

    async def _until_answered(
        self, attempts: "_Attempts", limits: Limits, judge: Callable[[HttpAnswer, str], _T]
    ) -> _T:
        """Ask until `judge` takes the answer or the retry plan ends."""
        self._join(attempts.host, limits)
        while True:
            try:
                answer = await self._fetch_in_turn(attempts, limits.timeout_s)
                self._note_quota(attempts, answer)
                if len(answer.body) > _LARGE_BODY_BYTES:  # others need the loop meanwhile
                    return await asyncio.to_thread(judge, answer, attempts.url)
                return judge(answer, attempts.url)
            except RepositoryUnreachable:
                raise
            except (_Refused, TransportError) as error:
                await self._wait_to_retry(attempts, error)

    def _join(self, host: str, limits: Limits) -> None:
        """Let the limits of one more source count for its host."""
        n_slots = self.pacing.join(
            host,
            requests_per_minute=limits.requests_per_minute,
            crawl_delay_s=limits.crawl_delay_s,
            parallel=limits.parallel,
        )
        self.slots.setdefault(host, Slots()).resize(n_slots)

    async def _fetch_in_turn(self, attempts: "_Attempts", timeout_s: float) -> HttpAnswer:
        """Wait for a slot and for the host's next moment, then fetch."""
        slots, n_redirects = self.slots[attempts.host], 0
        await slots.enter()
        try:
            await self._wait_for_turn(attempts)
            try:
                answer = await self._fetch(attempts.url, timeout_s)
                n_redirects = answer.n_redirects
            finally:
                now = self.clock.monotonic()
                self.pacing.finish(attempts.host, now=now, n_redirects=n_redirects)
        finally:
            slots.leave()
        return answer

    async def _wait_for_turn(self, attempts: "_Attempts") -> None:
        host = attempts.host
        wait = self.pacing.reserve(host, now=self.clock.monotonic())
        while wait.seconds > 0:
            attempts.told(wait)
            await self.clock.sleep(wait.seconds)
            now = self.clock.monotonic()
            if not self.pacing.is_held(host, now=now):
                return
            wait = self.pacing.reserve(host, now=now)

    async def _fetch(self, url: str, timeout_s: float) -> HttpAnswer:
        log.debug("get url=%s", url)
        started = self.clock.monotonic()
        try:
            async with asyncio.timeout(timeout_s):
                answer = await self.transport(url)
        except TimeoutError as error:
            raise Lost(f"not within {timeout_s:g} s", url=url) from error
        log.debug(
            "got url=%s status=%d bytes=%d redirects=%d seconds=%.3f",
            url,
            answer.status,
            len(answer.body),
            answer.n_redirects,
            self.clock.monotonic() - started,
        )
        return answer

    def _note_quota(self, attempts: "_Attempts", answer: HttpAnswer) -> None:
        """Keep everyone off a host whose quota this answer used up."""
        if answer.status in OBEYED:
            return
        seconds = read_quota(answer.quota, now=self.clock.now())
        if seconds:
            seconds = min(seconds, attempts.plan.longest_wait_s)
            self._hold(attempts.host, seconds, f"quota used up for {seconds:.0f} s")

    async def _wait_to_retry(
        self, attempts: "_Attempts", error: "_Refused | TransportError"
    ) -> None:
        """Wait until the request may be sent again; when the host asked for it, everyone waits.

        Raises:
            AmbiguousFailure, RateLimited, RepositoryUnreachable, UnexpectedStatus: it may not.
        """
        failure = attempts.count(error)
        if not attempts.may_repeat and is_ambiguous(failure):
            message = f"{error}; its token must not be sent again"
            raise AmbiguousFailure(message, url=attempts.url) from error
        now, jitter = self.clock.now(), self.clock.jitter()
        wait = next_wait(attempts.plan, attempts.n_failed, failure, now=now, jitter=jitter)
        if wait is None:
            raise _given_up(error, attempts.url, attempts.n_failed) from error
        log.info("retry url=%s wait_s=%.1f because=%s", attempts.url, wait.seconds, error)
        if failure.status == _TOO_MANY:
            self.slots[attempts.host].resize(self.pacing.narrow(attempts.host))
        if failure.status in OBEYED:
            self._hold(attempts.host, wait.seconds, wait.reason)
        attempts.told(wait)
        await self.clock.sleep(wait.seconds)

    def _hold(self, host: str, seconds: float, reason: str) -> None:
        log.info("hold host=%s wait_s=%.1f because=%s", host, seconds, reason)
        self.pacing.hold(host, until=self.clock.monotonic() + seconds, reason=reason)


@dataclass(slots=True, kw_only=True)
class _Attempts:
    """One request with what has become of it so far."""

    url: str
    plan: RetryPlan
    may_repeat: bool
    told: Callable[[Wait], None]
    n_failed: int = 0
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def host(self) -> str:
        return host_of(self.url)

    def count(self, error: "_Refused | TransportError") -> Failure:
        """Note a failed attempt; returns it as the retry rules want it."""
        self.n_failed += 1
        if isinstance(error, TransportError):
            said = f"no whole answer: {error.why}" if isinstance(error, Lost) else str(error)
            return Failure(status=None, is_sent=not isinstance(error, NeverSent), said=said)
        answer = error.answer
        self.statuses[answer.status] += 1
        return Failure(
            status=answer.status,
            retry_after=answer.retry_after,
            quota=answer.quota,
            n_same=self.statuses[answer.status],
        )


class _Refused(UnexpectedStatus):
    """A status without an OAI-PMH answer, with what the retry rules need to know."""

    def __init__(self, answer: HttpAnswer, url: str) -> None:
        words = first_words(answer.body)
        message = f"{url} answers with HTTP status {answer.status}{': ' if words else ''}{words}"
        super().__init__(message, url=url, status=answer.status, body=answer.body)
        self.answer = answer


def _judge(answer: HttpAnswer, url: str) -> Answer:
    """The parsed answer, or the error that it is."""
    if answer.status == _OK:
        return read_answer(answer.body, url=url, charset=answer.charset)
    if answer.status in OBEYED and answer.retry_after:
        raise _Refused(answer, url)
    try:
        read_answer(answer.body, url=url, charset=answer.charset)
    except OaiError:
        raise
    except ProtocolError as error:
        raise _Refused(answer, url) from error
    raise _Refused(answer, url)


def _body(answer: HttpAnswer, url: str) -> bytes:
    """The body, or the error that the status is."""
    if answer.status != _OK:
        raise _Refused(answer, url)
    return answer.body


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


def _nobody(_: Wait) -> None:
    """Nobody watches."""


def first_words(body: bytes) -> str:
    r"""Return how the text of a page begins, without markup, for an error message.

    >>> first_words(b"<html><title>Just a moment...</title>\n<p>Enable JavaScript")
    'Just a moment... Enable JavaScript'
    """
    text = body[:_WORDS_FROM_BYTES].decode(errors="replace")
    words = " ".join(_NO_WORDS.sub(" ", text).split())
    words = "".join(each for each in words if each.isprintable())
    return words if len(words) <= _WORDS_CHARS else f"{words[:_WORDS_CHARS].rstrip()}..."


@asynccontextmanager
async def open_client(
    *, contact: str = "", max_body_bytes: int = MAX_BODY_BYTES
) -> AsyncIterator[Client]:
    """Open a client on the network; its connections are closed at the end.

    Args:
        contact: e-mail address for the User-Agent; empty for none.
        max_body_bytes: largest answer taken, after unpacking.
    """
    async with open_transport(contact=contact, max_body_bytes=max_body_bytes) as transport:
        yield Client(transport=transport)
