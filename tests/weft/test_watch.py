"""What a person sees and what the log file keeps while repositories are harvested."""

import logging

import pytest

from harvester.report import Progress
from tests.weft.terminal import console, written
from weft.watch import duration, logging_to, watching_harvest


def progress(seen: int, **more) -> Progress:
    return Progress(source="zenodo", n_pages=1, n_records=seen, seen=seen, **more)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def told():
    """Tells two reports, ten seconds apart, to a pipe; gives the lines."""

    def told(first: Progress, second: Progress) -> list[str]:
        pipe, clock = console(is_terminal=False), Clock()
        with watching_harvest(pipe, clock=clock) as tell:
            tell(first)
            clock.now += 10
            tell(second)
        return written(pipe).splitlines()

    return told


def test_a_line_tells_records_rate_windows_retries_and_the_time_left(told):
    lines = told(
        progress(0, announced=5000),
        progress(500, announced=5000, windows_done=3, windows_open=29, n_retries=2),
    )
    assert lines == [
        "zenodo: 0 of 5000 records",
        "zenodo: 500 of 5000 records, 50/s, windows 3 of 32, 2 retries, 2 min left",
    ]


def test_a_wait_is_told_with_its_reason(told):
    waits = progress(10, announced=None, waiting="Retry-After 120 s, HTTP status 429", wait_s=120)
    assert told(progress(0, announced=None), waits)[1] == (
        "zenodo: 10 records, 1.0/s, waiting 2 min: Retry-After 120 s, HTTP status 429"
    )


def test_the_ordinary_pace_is_no_wait_to_speak_of(told):
    paced = progress(10, announced=None, waiting="120 requests a minute", wait_s=0.5)
    assert "waiting" not in told(progress(0, announced=None), paced)[1]


def test_lines_are_few_however_often_progress_is_reported():
    pipe, clock = console(is_terminal=False), Clock()
    with watching_harvest(pipe, clock=clock) as tell:
        for seen in range(100):
            clock.now += 0.1
            tell(progress(seen, announced=None))
    assert len(written(pipe).splitlines()) == 2


def test_a_terminal_shows_one_bar_a_source():
    terminal = console(is_terminal=True)
    with watching_harvest(terminal, clock=Clock()) as tell:
        tell(progress(5, announced=10))
    assert "zenodo" in written(terminal)
    assert "5 of 10 records" in written(terminal)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (59, "59 s"), (90, "2 min"), (5400, "1.5 h")]
)
def test_a_duration_is_told_in_its_unit(seconds, said):
    assert duration(seconds) == said


def test_the_log_file_gets_a_line_for_each_event_and_is_left_alone_afterwards(tmp_path):
    path = tmp_path / "data" / "harvest.log"
    log = logging.getLogger("harvester.client")
    level = logging.getLogger("harvester").level
    with logging_to(path):
        log.info("retry url=%s wait_s=%.1f", "http://a.example/oai", 2.0)
        log.debug("get url=%s", "http://a.example/oai")
    log.warning("afterwards")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line.split(" ", 2)[2] for line in lines] == [
        "INFO harvester.client retry url=http://a.example/oai wait_s=2.0"
    ]
    assert logging.getLogger("harvester").level == level
