"""What a harvest will cost in requests and hours, from a list's size and a host's limits; pure."""

import math
from typing import Final

from msgspec import Struct

from harvester.record import Repository
from harvester.survey.found import Survey
from harvester.window import n_windows

_HOUR_S: Final = 3600.0


class Estimate(Struct, frozen=True, kw_only=True):
    """What a harvest would cost."""

    requests: int
    hours: float


def estimate(
    announced: int, page_size: int, repository: Repository, *, answer_s: float = 0.0
) -> Estimate:
    """How many requests a list needs, and how many hours at the repository's pace.

    Every window ends in a page that is not full, so each counts as one page more, and so does the
    page that was asked for before the list was cut, and every further set. Retries are not
    foreseen.

    Args:
        announced: records of the list.
        page_size: records of a page.
        repository: its limits.
        answer_s: seconds that one answer takes.

    >>> estimate(1000, 100, Repository(url="http://r/oai", requests_per_minute=60))
    Estimate(requests=11, hours=0.0030555555555555557)
    """
    windows = n_windows(announced, page_size, repository.parallel)
    pages = max(1, math.ceil(announced / max(1, page_size))) + len(repository.set_specs) - 1
    requests = 1 + pages + (windows + 1 if windows > 1 else 0)
    lanes = min(repository.parallel, windows)
    seconds = _seconds_a_request(repository, lanes, answer_s)
    return Estimate(requests=requests, hours=requests * seconds / _HOUR_S)


def _seconds_a_request(repository: Repository, lanes: int, answer_s: float) -> float:
    """Mean time from one request to the next under a host's limits."""
    a_minute = repository.requests_per_minute
    by_pace = 60.0 / a_minute if a_minute > 0 else 0.0
    if repository.crawl_delay_s > 0:  # counted from the end of an answer, one at a time
        return max(by_pace, repository.crawl_delay_s + answer_s)
    return max(by_pace, answer_s / lanes)


def estimate_of(surveyed: Survey, repository: Repository) -> Estimate | None:
    """The estimate for what a survey found; None when a size it needs is not known."""
    if surveyed.announced is None or surveyed.page_size is None:
        return None
    if surveyed.announced and not surveyed.page_size:  # the first page is empty, later ones are not
        return None
    return estimate(
        surveyed.announced,
        surveyed.page_size,
        repository,
        answer_s=surveyed.answer_s or 0.0,
    )
