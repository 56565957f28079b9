"""Since when which release is the current one, and what follows for the dates of changes."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from graph.release import answered_at, change_moments, open_release, turns_until, use
from graph.release.history import Turn, note_turn, read_turns
from tests.graph.shelves import build


def at(second: int) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)


def turns(*releases: int) -> list[Turn]:
    """One turn a second."""
    return [Turn(release, at(second)) for second, release in enumerate(releases, start=1)]


@pytest.mark.parametrize(
    ("releases", "lineage", "moments"),
    [
        ((1,), {1}, [(1, 1)]),
        ((1, 2, 3), {1, 2, 3}, [(3, 3), (2, 2), (1, 1)]),
        # written whole: all of it changed
        ((1, 2, 3), {3}, [(3, 3)]),
        ((1, 2, 3, 4), {3, 4}, [(4, 4), (3, 3)]),
        # going back undoes what it does not know: everything counts as changed
        ((1, 2, 3, 1), {1}, [(1, 4)]),
        # back and forth: what was undone became visible again in the end
        ((1, 2, 3, 1, 3), {1, 2, 3}, [(3, 5), (1, 1)]),
        ((1, 2, 3, 2, 4), {1, 2, 3, 4}, [(4, 5), (2, 2), (1, 1)]),
        # the release between was made from another parent
        ((1, 2, 3), {1, 3}, [(3, 3)]),
        # the first turns are not known
        ((5, 6), {3, 4, 5, 6}, [(6, 2), (5, 1)]),
    ],
)
def test_a_change_dates_from_when_it_became_visible_for_good(releases, lineage, moments):
    assert list(change_moments(turns(*releases), lineage)) == [
        Turn(release, at(second)) for release, second in moments
    ]


def test_publishing_and_using_a_release_are_noted(tmp_path):
    before = datetime.now(UTC)
    first = build(tmp_path)
    build(tmp_path)
    use(tmp_path, 1)
    use(tmp_path, 1)
    noted = read_turns(first.path.parent)
    assert [turn.release for turn in noted] == [1, 2, 1]
    moments = [before, *(turn.at for turn in noted), datetime.now(UTC)]
    assert moments == sorted(moments)


def test_turns_end_with_the_latest_one_of_the_release(tmp_path):
    first, second = build(tmp_path), build(tmp_path)
    use(tmp_path, 1)
    assert [turn.release for turn in turns_until(first.path)] == [1, 2, 1]
    assert [turn.release for turn in turns_until(second.path)] == [1, 2]


def test_a_turn_that_never_began_is_taken_back_when_the_next_one_is_noted(tmp_path):
    shelf = build(tmp_path).path.parent
    note_turn(shelf, 2, current=1)
    assert [turn.release for turn in read_turns(shelf)] == [1, 2]
    note_turn(shelf, 3, current=1)
    assert [turn.release for turn in read_turns(shelf)] == [1, 3]


def test_what_was_made_current_by_hand_ends_the_turns_it_does_not_follow(tmp_path):
    shelf = build(tmp_path).path.parent
    build(tmp_path)
    (shelf / "current").unlink()
    (shelf / "current").symlink_to("1")
    build(tmp_path)
    assert [turn.release for turn in read_turns(shelf)] == [1, 3]


@pytest.mark.parametrize("body", [None, b"", b"[[1]]", b'{"a": 1}', b"\xff", b'[[1,"2026-01-01"]]'])
def test_without_a_history_the_link_tells_since_when_a_release_is_current(tmp_path, body):
    build(tmp_path)
    release = build(tmp_path)
    history = release.path.parent / ".history.json"
    history.unlink()
    if body is not None:
        history.write_bytes(body)
    (turn,) = turns_until(release.path)
    changed_s = (release.path.parent / "current").lstat().st_mtime
    assert turn == Turn(2, datetime.fromtimestamp(changed_s, UTC))
    assert build(tmp_path).number == 3
    assert [turn.release for turn in read_turns(release.path.parent)] == [3]


def test_a_clock_that_was_set_back_does_not_turn_the_order_around(tmp_path):
    shelf = build(tmp_path).path.parent
    later = datetime(2999, 1, 1, tzinfo=UTC)
    (shelf / ".history.json").write_text(f'[[1,"{later.isoformat()}"]]')
    note_turn(shelf, 2, current=1)
    assert read_turns(shelf) == (Turn(1, later), Turn(2, later))


def test_the_oldest_of_a_thousand_turns_is_forgotten(tmp_path):
    many = ",".join(f'[{number},"2026-01-01T00:00:00Z"]' for number in range(1, 1001))
    (tmp_path / ".history.json").write_text(f"[{many}]")
    note_turn(tmp_path, 1001, current=1000)
    noted = read_turns(tmp_path)
    assert (len(noted), noted[0].release, noted[-1].release) == (1000, 2, 1001)


def test_an_answer_from_the_current_release_bears_its_own_date(tmp_path):
    release = build(tmp_path)
    now = datetime.now(UTC)
    assert answered_at(release.path, now) == now


def test_an_answer_from_a_release_that_was_followed_bears_the_date_of_its_end(tmp_path):
    first, second = build(tmp_path), build(tmp_path)
    now = datetime.now(UTC) + timedelta(days=1)
    assert answered_at(first.path, now) == turns_until(second.path)[-1].at
    assert answered_at(second.path, now) == now


def test_the_date_stops_as_soon_as_a_release_is_announced_and_goes_on_when_it_never_comes(
    tmp_path,
):
    release = build(tmp_path)
    note_turn(release.path.parent, 2, current=1)
    announced = read_turns(release.path.parent)[-1].at
    soon, much_later = (announced + timedelta(seconds=s) for s in (30, 90))
    assert answered_at(release.path, soon) == announced
    assert answered_at(release.path, much_later) == much_later


def test_a_release_that_is_not_in_the_history_bears_its_own_date(tmp_path):
    release = build(tmp_path)
    now = datetime.now(UTC) + timedelta(days=1)
    (release.path.parent / ".history.json").unlink()
    assert answered_at(release.path, now) == now
    note_turn(release.path.parent, 2, current=1)
    assert answered_at(release.path, now) == now


def test_a_data_directory_made_anew_has_a_history_of_its_own(tmp_path):
    build(tmp_path)
    build(tmp_path)
    shutil.rmtree(tmp_path / "releases")
    build(tmp_path)
    assert [turn.release for turn in turns_until(open_release(tmp_path).path)] == [1]
