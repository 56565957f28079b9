"""When to ask a repository again: a plan, what happened, and the wait that follows; pure.

Retry-After: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

OBEYED: Final = frozenset({429, 503})
"""Statuses on which Retry-After counts; Zenodo sends the field with 200 and 422 as well."""
WORTH_ASKING_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPlan:
    """How patient one request is; the waits double and are spread by jitter."""

    retries: int = 5
    """Requests after the first one."""
    first_wait_s: float = 2.0
    """Longest wait before the first retry when the repository names none (guessed)."""
    longest_wait_s: float = 120.0
    """Ceiling of the doubling waits (guessed)."""
    longest_retry_after_s: float = 900.0
    """A Retry-After beyond this ends the request: better to come back with the next run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What happened to one attempt."""

    status: int | None
    """HTTP status; None when no whole answer arrived."""
    retry_after: str = ""
    """The Retry-After field as sent, empty when absent."""


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
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def next_wait(
    plan: RetryPlan, n_failed: int, failure: Failure, *, now: datetime, jitter: float
) -> float | None:
    """Seconds to wait before asking again, or None to give up.

    Args:
        plan: how patient to be.
        n_failed: attempts that have failed so far, 1 after the first.
        failure: what the last attempt met.
        now: aware moment against which an HTTP-date is measured.
        jitter: from 0 to 1; spreads waits so that many harvesters do not return together.
    """
    if failure.status is not None and failure.status not in WORTH_ASKING_AGAIN:
        return None
    if n_failed > plan.retries:
        return None
    if failure.status in OBEYED and failure.retry_after:
        told = read_retry_after(failure.retry_after, now=now)
        if told is not None:
            return told + jitter if told <= plan.longest_retry_after_s else None
    doubled = plan.first_wait_s * 2.0 ** min(n_failed - 1, 30)
    return min(doubled, plan.longest_wait_s) * (0.5 + jitter / 2)
