"""When to ask a repository again: a plan, what happened, and the wait that follows; pure.

Retry-After: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
X-RateLimit-* is no standard; Zenodo's is described at https://developers.zenodo.org/#rate-limiting
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from harvester.http.politeness import Wait

OBEYED: Final = frozenset({429, 503})
"""Statuses on which Retry-After counts; Zenodo sends the field with 200 and 422 as well."""
WORTH_ASKING_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
"""Statuses that may pass; from 520 on they are Cloudflare's words for 502 and 504."""
AMBIGUOUS: Final = frozenset({500, 502, 504, 520, 522, 524})
"""Statuses after which the repository may or may not have served the request."""
MOST_REPEATS: Final = {500: 2}
"""How often a status is asked again however patient the plan: one bad record gives 500 for ever."""

_NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
_EPOCH_FROM: Final = 1e9
"""A reset from here on is a moment (September 2001), below it a duration (31 years)."""
_EPOCH_MS_FROM: Final = 1e12


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPlan:
    """How patient one request is; the waits double and are spread by jitter."""

    retries: int = 5
    """Requests after the first one."""
    first_wait_s: float = 1.0
    """Longest wait before the first retry when the repository names none (guessed)."""
    longest_wait_s: float = 120.0
    """Ceiling of the doubling waits, and of the wait for a quota that is used up (guessed)."""
    longest_retry_after_s: float = 900.0
    """A Retry-After beyond this ends the request: better to come back with the next run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """The X-RateLimit-* fields as sent; empty when absent."""

    remaining: str = ""
    reset: str = ""
    """Seconds from now, or a moment in seconds or milliseconds since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What happened to one attempt."""

    status: int | None
    """HTTP status; None when no whole answer arrived."""
    retry_after: str = ""
    """The Retry-After field as sent, empty when absent."""
    quota: Quota = Quota()
    is_sent: bool = True
    """False when the repository cannot have received the request."""
    said: str = ""
    """What happened in a few words; the status is said without it."""
    n_same: int = 1
    """How often this request has met this status, this time included."""


def is_ambiguous(failure: Failure) -> bool:
    """Tell whether the repository may have served the request although no answer is at hand."""
    return failure.is_sent if failure.status is None else failure.status in AMBIGUOUS


def read_retry_after(value: str, *, now: datetime) -> float | None:
    """Seconds to wait according to a Retry-After field, never negative; None when unreadable.

    >>> read_retry_after("120", now=datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    >>> read_retry_after("Thu, 01 Jan 2026 00:00:30 GMT", now=datetime(2026, 1, 1, tzinfo=UTC))
    30.0
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, OverflowError):
        return None


def read_quota(quota: Quota, *, now: datetime) -> float | None:
    """Seconds until a used-up quota is whole again; None while some is left or nothing is said.

    >>> read_quota(Quota(remaining="0", reset="41"), now=datetime(2026, 1, 1, tzinfo=UTC))
    41.0
    """
    reset = quota.reset.strip()
    if quota.remaining.strip() != "0" or not _NUMBER.fullmatch(reset):
        return None
    number = float(reset)
    if number < _EPOCH_FROM:
        return number
    moment = number / 1000 if number >= _EPOCH_MS_FROM else number
    return max(0.0, moment - now.timestamp())


def next_wait(
    plan: RetryPlan, n_failed: int, failure: Failure, *, now: datetime, jitter: float
) -> Wait | None:
    """Return the wait before asking again, or None to give up.

    Args:
        plan: how patient to be.
        n_failed: attempts that have failed so far, 1 after the first.
        failure: what the last attempt met.
        now: aware moment against which an HTTP-date is measured.
        jitter: from 0 to 1; spreads waits so that many harvesters do not return together.
    """
    status = failure.status
    if status is not None and status not in WORTH_ASKING_AGAIN:
        return None
    if n_failed > plan.retries:
        return None
    if status is not None and failure.n_same > MOST_REPEATS.get(status, plan.retries):
        return None
    asked = _asked_wait(failure, now=now) if status in OBEYED else None
    if asked is not None:
        if asked.seconds > plan.longest_retry_after_s:
            return None
        return Wait(seconds=asked.seconds + jitter, reason=asked.reason, is_retry=True)
    doubled = min(plan.first_wait_s * 2.0 ** min(n_failed - 1, 30), plan.longest_wait_s)
    said = failure.said if status is None else f"HTTP status {status}"
    reason = f"{said or 'no answer'}, attempt {n_failed + 1} next"
    return Wait(seconds=doubled * (0.5 + jitter / 2), reason=reason, is_retry=True)


def _asked_wait(failure: Failure, *, now: datetime) -> Wait | None:
    """The wait that the repository itself asks for."""
    seconds = read_retry_after(failure.retry_after, now=now)
    if seconds is not None:
        return Wait(seconds=seconds, reason=f"Retry-After {seconds:.0f} s, {_named(failure)}")
    seconds = read_quota(failure.quota, now=now)
    if seconds is not None:
        return Wait(seconds=seconds, reason=f"quota used up for {seconds:.0f} s, {_named(failure)}")
    return None


def _named(failure: Failure) -> str:
    return f"HTTP status {failure.status}"
