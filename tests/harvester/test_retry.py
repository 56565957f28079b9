"""When to ask again."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.retry import Failure, RetryPlan, next_wait, read_retry_after

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)
PLAN = RetryPlan(retries=3, first_wait_s=2, longest_wait_s=10, longest_retry_after_s=900)


def wait(failure: Failure, *, n_failed=1, jitter=0.0, plan=PLAN) -> float | None:
    return next_wait(plan, n_failed, failure, now=NOW, jitter=jitter)


@pytest.mark.parametrize("status", [None, 408, 429, 500, 502, 503, 504])
def test_network_failures_and_passing_statuses_are_asked_again(status):
    assert wait(Failure(status=status)) == 1.0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422, 501])
def test_lasting_statuses_are_not_asked_again(status):
    assert wait(Failure(status=status)) is None


def test_waits_double_up_to_the_ceiling():
    waits = [
        wait(Failure(status=500), n_failed=n, jitter=1.0, plan=RetryPlan(longest_wait_s=10))
        for n in (1, 2, 3, 4, 5)
    ]
    assert waits == [2.0, 4.0, 8.0, 10.0, 10.0]


def test_the_plan_ends_after_its_retries():
    assert wait(Failure(status=500), n_failed=3) is not None
    assert wait(Failure(status=500), n_failed=4) is None


def test_a_plan_without_retries_gives_up_at_once():
    assert wait(Failure(status=None), plan=RetryPlan(retries=0)) is None


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds_is_obeyed(status):
    assert wait(Failure(status=status, retry_after="30")) == 30.0


def test_retry_after_as_a_date_is_obeyed():
    failure = Failure(status=503, retry_after="Thu, 01 Jan 2026 12:01:30 GMT")
    assert wait(failure) == 90.0


def test_retry_after_counts_on_429_and_503_only():
    """Zenodo sends it with every answer."""
    assert wait(Failure(status=502, retry_after="30")) == 1.0


def test_a_retry_after_beyond_the_plan_gives_up():
    assert wait(Failure(status=429, retry_after="3600")) is None


def test_an_unreadable_retry_after_falls_back_to_doubling():
    assert wait(Failure(status=429, retry_after="soon")) == 1.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 7 ", 7.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
        ("Thu, 01 Jan 2026 12:00:05 -0000", 5.0),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("Thu, 99 Foo 2026 12:00:05 GMT", None),
    ],
)
def test_retry_after_forms(value, seconds):
    assert read_retry_after(value, now=NOW) == seconds


@given(st.text())
def test_no_retry_after_breaks_the_reader(value):
    seconds = read_retry_after(value, now=NOW)
    assert seconds is None or seconds >= 0
