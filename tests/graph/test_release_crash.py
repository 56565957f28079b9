"""Kills and failures at every step of a change: the last release serves and the next build works.

A child process does the change with the calls of the operating system counted, and kills itself by
SIGKILL before or after the n-th; n goes up until the change is done without a kill.
"""

import os
import signal
import sqlite3

import pytest

from graph.errors import ReleaseError
from graph.release import drop, new_draft, open_release, pin, release_numbers, use
from tests.graph.shelves import assert_whole, build, names

CALLS = ("mkdir", "rename", "replace", "symlink", "unlink", "rmdir", "link", "fsync")


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch):
    """A kill loses no page that the system has taken, so these tests need not wait for the disk."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


def two_releases(data):
    build(data)
    return build(data)


def build_and_drop(data):
    build(data, open_release(data), keep=1)


CHANGES = {
    # change -> numbers that may be current after a kill, and steps that it takes at least
    "build": (build_and_drop, {2, 3}, 20),
    "use": (lambda data: use(data, 1), {1, 2}, 3),
    "drop": (lambda data: drop(data, 1), {2}, 5),
    "pin": (lambda data: pin(data, 1), {2}, 1),
}


def counted(at: int, act, patch, *, is_after: bool = False):
    """Replace CALLS: the one with the number `at`, from 1, acts before or after what it does.

    Returns what was called so far.
    """
    called = []

    def wrap(name, original):
        def call(*args, **kwargs):
            called.append(name)
            is_it = len(called) == at
            if is_it and not is_after:
                act()
            try:
                return original(*args, **kwargs)
            finally:
                if is_it and is_after:
                    act()

        return call

    for name in CALLS:
        patch(os, name, wrap(name, getattr(os, name)))
    return called


def is_killed_at(step: int, change, data, *, is_after: bool) -> bool:
    """Run a change in a child that kills itself at a step; False when it came to its end."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            kill = lambda: os.kill(os.getpid(), signal.SIGKILL)  # noqa: E731  # short
            counted(step, kill, setattr, is_after=is_after)
            change(data)
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the change failed without being killed"
    return False


@pytest.mark.parametrize(
    ("name", "is_after"),
    [("build", False), ("build", True), ("use", False), ("drop", False), ("pin", False)],
    ids=["before-build", "after-build", "use", "drop", "pin"],
)
def test_a_kill_at_any_step_leaves_a_release_serving_and_the_next_build_succeeds(
    tmp_path, name, is_after
):
    change, allowed, n_steps = CHANGES[name]
    step, seen = 1, set()
    while True:
        data = tmp_path / str(step)
        two_releases(data)
        was_killed = is_killed_at(step, change, data, is_after=is_after)
        seen.add(assert_whole(data))
        given = max(release_numbers(data))
        assert build(data).number > max(2, given)
        assert assert_whole(data) > max(2, given)
        assert {each for each in names(data) if "." in each} <= {"1.pinned"}
        if not was_killed:
            break
        step += 1
    assert seen == allowed
    assert step > n_steps, "calls of the operating system were not seen"


@pytest.mark.parametrize(
    ("number", "message"),
    [(5, "Input/output error"), (28, "is full: no release was made, release 2 is still")],
    ids=["broken", "full"],
)
def test_a_failure_at_any_step_of_a_build_leaves_the_current_release(
    tmp_path, monkeypatch, number, message
):
    def fail():
        raise OSError(number, os.strerror(number))

    failed, step = set(), 1
    while True:
        data = tmp_path / str(step)
        two_releases(data)
        with monkeypatch.context() as patch:
            called = counted(step, fail, patch.setattr)
            outcome = outcome_of_build(data)
        current = assert_whole(data)
        if outcome == "published":
            assert current == 3
        elif current == 2:
            assert message in outcome
            assert names(data) == {"1", "2", "current"}
            failed.add(step)
        else:  # only the last word, whether the link will outlive a loss of power, was not had
            assert (current, names(data)) == (3, {"1", "2", "3", "current"})
        assert build(data).number > current
        assert assert_whole(data) > current
        if len(called) < step:
            break
        step += 1
    assert failed
    assert step > 20, "calls of the operating system were not seen"


def outcome_of_build(data) -> str:
    """What became of a build: published, or the message of its error."""
    try:
        build(data)
    except ReleaseError as error:
        return str(error)
    except OSError as error:  # the builder's own files: whoever writes them says what it means
        return str(error)
    return "published"


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        OSError(122, "Disk quota exceeded"),
        RuntimeError("IO error: No space left on device: While appending to file: x.sst"),
        ValueError("An IO error occurred: 'No space left on device (os error 28) at path \"x\"'"),
        sqlite3.OperationalError("database or disk is full"),
    ],
    ids=["errno", "quota", "store", "index", "database"],
)
def test_a_full_disk_is_told_whoever_met_it(tmp_path, error):
    with (
        pytest.raises(ReleaseError, match="is full: no release was made, there is none yet; make"),
        new_draft(tmp_path),
    ):
        raise error
    assert names(tmp_path) == set()


def test_a_full_disk_is_told_when_it_led_to_another_error(tmp_path):
    def fails():
        try:
            os.write(os.open("/dev/full", os.O_WRONLY), b"x")
        finally:
            raise KeyError("while cleaning up")

    with pytest.raises(ReleaseError, match="is full"), new_draft(tmp_path):
        fails()


def test_another_error_stays_what_it_is(tmp_path):
    with pytest.raises(KeyError, match="what"), new_draft(tmp_path):
        raise KeyError("what")
