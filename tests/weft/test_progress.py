"""Progress: bars on a terminal, plain lines elsewhere."""

import re

import pytest

from tests.weft.terminal import console, written
from weft.progress import watching


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass only when a test says so."""
    now = [1000.0]
    monkeypatch.setattr("weft.progress.time.monotonic", lambda: now[0])
    return now


def test_a_terminal_gets_a_bar_a_name():
    terminal = console(is_terminal=True)
    with watching(terminal, "records") as watch:
        watch.tell("zenodo", 50, 200)
        watch.tell("oapen", 3, None)
        watch.tell("zenodo", 200, 200)
    assert "\x1b[" in written(terminal)
    shown = re.sub(r"\x1b\[[?\d;]*\w", "", written(terminal))
    assert "200/200 records" in shown
    assert "3/?     records" in shown


def test_elsewhere_a_line_has_no_control_characters():
    pipe = console(is_terminal=False)
    with watching(pipe, "records") as watch:
        watch.tell("zenodo", 200, 200)
    assert written(pipe) == "zenodo: 200 of 200 records\n"


def test_lines_of_one_name_come_at_most_every_two_seconds(clock):
    pipe = console(is_terminal=False)
    with watching(pipe, "records") as watch:
        watch.tell("a", 1, 9)
        clock[0] += 1.9
        watch.tell("a", 2, 9)
        watch.tell("b", 1, None)
        clock[0] += 0.1
        watch.tell("a", 3, 9)
    assert written(pipe) == "a: 1 of 9 records\nb: 1 records\na: 3 of 9 records\n"


def test_the_end_is_told_at_once(clock):
    assert clock == [1000.0]
    pipe = console(is_terminal=False)
    with watching(pipe, "records") as watch:
        watch.tell("a", 1, 2)
        watch.tell("a", 2, 2)
    assert written(pipe) == "a: 1 of 2 records\na: 2 of 2 records\n"


def test_a_name_with_brackets_stays_as_it_is():
    pipe = console(is_terminal=False)
    with watching(pipe, "records") as watch:
        watch.tell("[bold]a", 1, 1)
    assert written(pipe) == "[bold]a: 1 of 1 records\n"
