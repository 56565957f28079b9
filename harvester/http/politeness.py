"""How often one host may be asked: reservations of moments in time. No clock, no I/O."""

import math
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

_AT_ONCE_S: Final = 0.001
"""A shorter wait is none: timers wake up a little early."""
_DEFAULT_PORTS: Final = frozenset({None, 80, 443})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A wait and its reason, for a person who watches."""

    seconds: float
    reason: str = ""
    """Such as `60 requests a minute` or `Retry-After 120 s, HTTP status 429`."""
    is_retry: bool = False
    """True after a failure; False for a turn that has not come."""


def host_of(url: str) -> str:
    """Return the name under which an address shares its limits: http and https are one host.

    >>> host_of("https://Zenodo.org:443/oai2d"), host_of("http://127.0.0.1:8080/oai")
    ('zenodo.org', '127.0.0.1:8080')
    """
    parts = urlsplit(url)
    name = parts.hostname or ""
    return name if parts.port in _DEFAULT_PORTS else f"{name}:{parts.port}"


@dataclass(slots=True, kw_only=True)
class _Host:
    """Limits of one host, the strictest that any source of it named, and its next moments."""

    requests_per_minute: float = math.inf
    crawl_delay_s: float = 0.0
    parallel: int = 1
    free_at: float = -math.inf
    """Earliest start of the next request by the rate."""
    rested_at: float = -math.inf
    """End of the crawl delay after the last answer."""
    held_until: float = -math.inf
    held_because: str = ""
    n_fewer: int = 0
    """By how many the requests in flight are fewer than `parallel`, because the host said so."""

    @property
    def interval_s(self) -> float:
        return 60.0 / self.requests_per_minute

    @property
    def n_slots(self) -> int:
        return 1 if self.crawl_delay_s > 0 else max(1, self.parallel - self.n_fewer)


@dataclass(slots=True)
class Pacing:
    """The next free moment of every host, in seconds of one monotonic clock.

    Sources on one host share its moments and the strictest of their limits.
    """

    _hosts: dict[str, _Host] = field(default_factory=dict)

    def join(
        self,
        host: str,
        *,
        requests_per_minute: float = 0.0,
        crawl_delay_s: float = 0.0,
        parallel: int = 1,
    ) -> int:
        """Let the limits of one more source of a host count; joining again changes nothing.

        Args:
            host: name that shares the limits.
            requests_per_minute: limit; 0 = none.
            crawl_delay_s: least time from the end of an answer to the next request.
            parallel: requests in flight at a time; the larger one of two sources counts.

        Returns:
            Requests that may be in flight at this host from now on; 1 with a crawl delay.
        """
        known = self._host(host)
        known.requests_per_minute = min(known.requests_per_minute, requests_per_minute or math.inf)
        known.crawl_delay_s = max(known.crawl_delay_s, crawl_delay_s)
        known.parallel = max(known.parallel, parallel)
        return known.n_slots

    def narrow(self, host: str) -> int:
        """Note that the host found the requests too many; returns how many may be in flight now.

        One less each time and never below one; a host that answers one at a time and refuses the
        others is found out by the first volley.
        """
        known = self._host(host)
        if known.n_slots > 1:
            known.n_fewer += 1
        return known.n_slots

    def reserve(self, host: str, *, now: float) -> Wait:
        """Take the host's next moment; returns the wait for it, of 0 seconds when it is now.

        Whoever was overtaken by a `hold` during that wait must reserve again.
        """
        known = self._host(host)
        moment = max(now, known.free_at, known.rested_at, known.held_until)
        known.free_at = moment + known.interval_s
        seconds = moment - now
        if seconds < _AT_ONCE_S:
            return Wait(seconds=0.0)
        if moment <= known.held_until:
            return Wait(seconds=seconds, reason=known.held_because)
        if moment <= known.rested_at:
            return Wait(seconds=seconds, reason=f"crawl delay {known.crawl_delay_s:g} s")
        return Wait(seconds=seconds, reason=f"{known.requests_per_minute:g} requests a minute")

    def finish(self, host: str, *, now: float, n_redirects: int = 0) -> None:
        """Note the end of an answer; redirects that were followed count as requests."""
        known = self._host(host)
        known.rested_at = max(known.rested_at, now + known.crawl_delay_s)
        known.free_at += n_redirects * known.interval_s

    def hold(self, host: str, *, until: float, reason: str) -> None:
        """Keep everyone off the host until a moment, because it said so."""
        known = self._host(host)
        if until > known.held_until:
            known.held_until, known.held_because = until, reason

    def is_held(self, host: str, *, now: float) -> bool:
        """Tell whether the host wants to be left alone at this moment."""
        return self._host(host).held_until - now >= _AT_ONCE_S

    def _host(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host())
