"""When to ask again."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.http.retry import (
    Failure,
    Quota,
    RetryPlan,
    is_ambiguous,
    next_wait,
    read_quota,
    read_retry_after,
)

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)
PLAN = RetryPlan(retries=3, first_wait_s=2, longest_wait_s=10, longest_retry_after_s=900)
EPOCH = 1767268800
"""NOW in seconds since 1970."""


def wait(failure: Failure, *, n_failed=1, jitter=0.0, plan=PLAN) -> float | None:
    found = next_wait(plan, n_failed, failure, now=NOW, jitter=jitter)
    return None if found is None else found.seconds


def reason(failure: Failure) -> str:
    found = next_wait(PLAN, 1, failure, now=NOW, jitter=0.0)
    assert found is not None
    assert found.is_retry
    return found.reason


@pytest.mark.parametrize("status", [None, 408, 425, 429, 500, 502, 503, 504, 520, 522, 524])
def test_network_failures_and_passing_statuses_are_asked_again(status):
    assert wait(Failure(status=status)) == 1.0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422, 501])
def test_lasting_statuses_are_not_asked_again(status):
    assert wait(Failure(status=status)) is None


def test_waits_double_up_to_the_ceiling():
    waits = [
        wait(Failure(status=502), n_failed=n, jitter=1.0, plan=RetryPlan(longest_wait_s=10))
        for n in (1, 2, 3, 4, 5)
    ]
    assert waits == [1.0, 2.0, 4.0, 8.0, 10.0]


def test_the_plan_ends_after_its_retries():
    assert wait(Failure(status=502), n_failed=3) is not None
    assert wait(Failure(status=502), n_failed=4) is None


def test_a_plan_without_retries_gives_up_at_once():
    assert wait(Failure(status=None), plan=RetryPlan(retries=0)) is None


def test_a_repeated_500_is_asked_again_twice_however_patient_the_plan():
    """One bad record in a page gives it for ever."""
    patient = RetryPlan(retries=10)
    waits = [wait(Failure(status=500, n_same=n), n_failed=n, plan=patient) for n in (1, 2, 3)]
    assert waits == [0.5, 1.0, None]


def test_a_500_after_other_failures_is_asked_again():
    assert wait(Failure(status=500, n_same=1), n_failed=3) == 4.0


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


@pytest.mark.parametrize("status", [429, 503])
def test_a_quota_that_is_used_up_is_waited_for(status):
    assert wait(Failure(status=status, quota=Quota(remaining="0", reset="41"))) == 41.0


def test_retry_after_goes_before_the_quota():
    quota = Quota(remaining="0", reset="41")
    assert wait(Failure(status=429, retry_after="7", quota=quota)) == 7.0


def test_a_quota_counts_on_429_and_503_only():
    assert wait(Failure(status=502, quota=Quota(remaining="0", reset="41"))) == 1.0


@pytest.mark.parametrize(
    ("remaining", "reset", "seconds"),
    [
        ("0", "41", 41.0),
        (" 0 ", " 41 ", 41.0),
        ("0", "0.5", 0.5),
        ("0", str(EPOCH + 30), 30.0),
        ("0", f"{EPOCH + 30}.5", 30.5),
        ("0", f"{EPOCH + 30}000", 30.0),
        ("0", str(EPOCH - 30), 0.0),
        ("1", "41", None),
        ("", "41", None),
        ("0", "", None),
        ("0", "-3", None),
        ("0", "soon", None),
        ("0", "٣", None),
        ("0", "9" * 400, None),
    ],
)
def test_quota_forms(remaining, reset, seconds):
    assert read_quota(Quota(remaining=remaining, reset=reset), now=NOW) == seconds


@pytest.mark.parametrize(
    ("failure", "text"),
    [
        (Failure(status=429, retry_after="120"), "Retry-After 120 s, HTTP status 429"),
        (
            Failure(status=503, quota=Quota(remaining="0", reset="41")),
            "quota used up for 41 s, HTTP status 503",
        ),
        (Failure(status=502), "HTTP status 502, attempt 2 next"),
        (Failure(status=None, said="cut"), "cut, attempt 2 next"),
    ],
)
def test_the_reason_of_a_wait_is_told(failure, text):
    assert reason(failure) == text


@pytest.mark.parametrize(
    "failure", [Failure(status=None), *(Failure(status=status) for status in (500, 502, 504, 524))]
)
def test_the_repository_may_have_served_these(failure):
    assert is_ambiguous(failure)


@pytest.mark.parametrize(
    "failure",
    [
        Failure(status=None, is_sent=False),
        *(Failure(status=status) for status in (408, 425, 429, 503, 403, 521, 523)),
    ],
)
def test_the_repository_has_not_served_these(failure):
    assert not is_ambiguous(failure)


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
        ("Thu, 01 Jan 2026 12:00:05 +99999999999999999999", None),
        ("Thu, 01 Jan 99999999999999999999 12:00:05 GMT", None),
    ],
)
def test_retry_after_forms(value, seconds):
    assert read_retry_after(value, now=NOW) == seconds


@settings(deadline=None)
@given(st.text())
def test_no_retry_after_breaks_the_reader(value):
    seconds = read_retry_after(value, now=NOW)
    assert seconds is None or seconds >= 0
