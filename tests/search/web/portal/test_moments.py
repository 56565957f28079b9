"""Numbers of releases as moments, and back."""

from datetime import UTC, datetime, timedelta

import pytest

from graph.release import Turn
from search.web.portal.moments import Moments

START = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MOMENTS = Moments(
    [
        Turn(5, START + 9 * SECOND + timedelta(microseconds=900_000)),
        Turn(3, START + 4 * SECOND),
        Turn(2, START),
    ]
)
"""What last changed in release 4 became visible with 5."""


@pytest.mark.parametrize(("release", "second"), [(1, 0), (2, 0), (3, 4), (4, 9), (5, 9)])
def test_a_change_has_the_moment_of_the_release_it_stayed_visible_from(release, second):
    assert MOMENTS.of(release) == START + second * SECOND


def test_all_changes_lie_between_the_earliest_and_the_latest_moment():
    assert (MOMENTS.earliest, MOMENTS.latest) == (START, START + 9 * SECOND)


@pytest.mark.parametrize(
    ("second", "first", "last"),
    [(-1, 0, 0), (0, 0, 2), (1, 3, 2), (4, 3, 3), (5, 4, 3), (9, 4, 5), (10, 6, 5)],
)
def test_bounds_are_inclusive_and_agree_with_the_moments_shown(second, first, last):
    moment = START + second * SECOND
    assert MOMENTS.first_since(moment) == first
    assert MOMENTS.last_until(moment) == last
    shown = {release: MOMENTS.of(release) for release in range(1, 6)}
    assert {n for n, at in shown.items() if at >= moment} == set(range(max(first, 1), 6))
    assert {n for n, at in shown.items() if at <= moment} == set(range(1, last + 1))
