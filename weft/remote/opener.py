"""Opens an address of a remote endpoint: redirects by our rules, politeness, and asking again.

A public endpoint is not followed to a private address. The rules are those of the harvester:
`harvester.http.redirect`, `politeness` and `retry`.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import random
from time import monotonic, sleep
from typing import Final
from urllib.parse import urlsplit
from urllib.request import Request

from harvester.http.politeness import Pacing, Wait, host_of
from harvester.http.redirect import (
    MAX_REDIRECTS,
    REDIRECTS,
    RedirectRefused,
    base_of,
    is_public,
    redirect_target,
)
from harvester.http.retry import Failure, next_wait
from harvester.http.user_agent import user_agent
from weft.remote.connection import Exchange, exchange
from weft.remote.errors import (
    RemoteError,
    RemoteRedirectRefused,
    RemoteRefused,
    RemoteUnreachable,
)
from weft.remote.quoting import QUOTED, first_words
from weft.remote.settings import RemoteLimits

_SUCCESS: Final = frozenset({200, 206})
_KEEPS_METHOD: Final = frozenset({307, 308})

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Opener:
    """Opens addresses; one for all requests of a run, since it keeps the pace of every host."""

    limits: RemoteLimits = field(default_factory=RemoteLimits)
    contact: str = ""
    """E-mail address for User-Agent and From; empty for none."""
    is_public: Callable[[str], bool] = is_public
    """Tells whether an IP address is one of the public internet."""
    sleep: Callable[[float], None] = sleep
    clock: Callable[[], float] = monotonic
    """Seconds that never go back."""
    tell: Callable[[Wait], None] = lambda _: None
    """Told each wait."""
    _pacing: Pacing = field(default_factory=Pacing)

    def open(self, request: Request) -> Exchange:
        """The answer to a request, with a status of success.

        Asks again where that may help, as long as the plan of the limits allows.

        Raises:
            RemoteError: see `weft.remote.errors`.
        """
        n_failed, same = 0, dict[int | None, int]()
        while True:
            try:
                return self._once(request)
            except (RemoteRefused, RemoteUnreachable) as error:
                n_failed += 1
                status = error.status if isinstance(error, RemoteRefused) else None
                same[status] = same.get(status, 0) + 1
                wait = self._wait_after(error, status, n_failed, same[status])
                if wait is None:
                    raise
                self._pause(wait)

    def _wait_after(
        self, error: RemoteError, status: int | None, n_failed: int, n_same: int
    ) -> Wait | None:
        retry_after = getattr(error, "retry_after", "")
        failure = Failure(status=status, retry_after=retry_after, said=str(error), n_same=n_same)
        now = datetime.now(UTC)
        return next_wait(self.limits.retry, n_failed, failure, now=now, jitter=random())  # noqa: S311  # spreads waits

    def _once(self, request: Request) -> Exchange:
        host = host_of(request.full_url)
        self._pacing.join(host, requests_per_minute=self.limits.requests_per_minute)
        turn = self._pacing.reserve(host, now=self.clock())
        if turn.seconds:
            self._pause(turn)
        found = self._followed(request)
        if found.status not in _SUCCESS:
            raise _refused(found)
        return found

    def _followed(self, request: Request) -> Exchange:
        """The answer at the end of a chain of redirects."""
        method, url, data = request.get_method(), request.full_url, request.data
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise RemoteUnreachable(f"{url} is no http or https address", url=base_of(url))
        body = data if isinstance(data, bytes) else None
        headers = {**dict(request.header_items()), **self._headers()}
        judge: Callable[[str], bool] | None = None
        for _ in range(MAX_REDIRECTS + 1):
            found = exchange(method, url, headers, body, self.limits, judge)
            location = found.headers.get("Location", "")
            if found.status not in REDIRECTS or not location:
                return found
            if not found.peer or self.is_public(found.peer):
                judge = self.is_public
            try:
                target = redirect_target(url, location)
            except RedirectRefused as error:
                message = f"{base_of(url)} redirects to {location[:QUOTED]}, which is refused"
                raise RemoteRedirectRefused(f"{message}: {error}", url=base_of(url)) from error
            if method == "POST" and found.status not in _KEEPS_METHOD:
                # browsers go on with GET and lose the query: RFC 9110, 15.4.2 allows to keep POST
                log.info("redirect status=%s keeps POST to=%s", found.status, base_of(target))
            url = target
        message = f"{base_of(request.full_url)} redirects more than {MAX_REDIRECTS} times"
        raise RemoteRedirectRefused(message, url=base_of(request.full_url))

    def _headers(self) -> dict[str, str]:
        fixed = {
            "User-agent": user_agent(self.contact),
            "Accept-encoding": "gzip",
            "Connection": "close",
        }
        return {**fixed, "From": self.contact} if self.contact else fixed

    def _pause(self, wait: Wait) -> None:
        self.tell(wait)
        self.sleep(wait.seconds)


class _Refused(RemoteRefused):
    """Remembers when to ask again."""

    retry_after = ""


def _refused(found: Exchange) -> RemoteRefused:
    at, text = base_of(found.url), first_words(found.body)
    message = f"{at} answered with HTTP status {found.status}"
    error = _Refused(
        f"{message}: {text}" if text else message, url=at, status=found.status, text=text
    )
    error.retry_after = found.headers.get("Retry-After", "")
    return error
