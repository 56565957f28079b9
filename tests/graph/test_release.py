"""Releases on disk: drafts, publishing, going back, pins, and what is dropped."""

import json
import os

import pytest

from graph.errors import NoRelease, ReleaseError
from graph.release import (
    Size,
    current_number,
    disk_sizes,
    drop,
    drop_old,
    holding,
    new_draft,
    open_release,
    pin,
    pinned_numbers,
    publish,
    read_record,
    release_numbers,
    unpin,
    use,
)
from tests.graph.shelves import SHARED, build, info, names


def test_without_a_release_the_message_says_what_to_do(tmp_path):
    with pytest.raises(NoRelease, match="run `weft build`"):
        open_release(tmp_path)
    with pytest.raises(NoRelease, match="no release 7"):
        open_release(tmp_path, 7)
    with pytest.raises(NoRelease, match="run `weft build`"):
        pin(tmp_path, 1)
    assert release_numbers(tmp_path) == []
    assert current_number(tmp_path) is None


def test_a_published_release_is_the_current_one(tmp_path):
    published = build(tmp_path)
    release = open_release(tmp_path)
    assert release == published
    assert release.info == info(1)
    assert release.path == tmp_path / "releases" / "1"
    assert (release.graph_path, release.text_path) == (
        release.path / "graph",
        release.path / "text",
    )
    assert names(tmp_path) == {"1", "current"}
    assert current_number(tmp_path) == 1


def test_release_json_is_for_people_and_programs(tmp_path):
    body = (build(tmp_path).path / "release.json").read_text()
    assert json.loads(body)["by_kind"] == {"paper": 2}
    assert body.count("\n") > 10


def test_release_json_has_the_size_and_checksum_of_every_file_but_locks(tmp_path):
    body = (build(tmp_path).path / "release.json").read_text()
    assert json.loads(body)["files"] == {
        "graph/000001.sst": {
            "bytes": 25,
            "sha256": "49e43b48e5913b7644147ebd291dde6f3c39ae6b4f2aa87bf2de3ed7365855e0",
        },
        "graph/what": {
            "bytes": 7,
            "sha256": "4302a40a2e740afc687b2d835bdebf7e019f89944a09ee164ea355e5246e8a9c",
        },
        "text/words": {
            "bytes": 6,
            "sha256": "900a4469df00ccbfd0c145c6d1e4b7953dd0afafadd7534e3a4019e8d38fc663",
        },
    }


def test_a_file_shared_with_an_older_release_is_not_read_again(tmp_path):
    """Its checksum is taken over: here one that was altered, to tell the two ways apart."""
    first = build(tmp_path)
    record = first.path / "release.json"
    known = read_record(first.path).files[SHARED].sha256
    record.write_text(record.read_text().replace(known, "0" * 64))
    second = build(tmp_path, first)
    files = read_record(second.path).files
    assert files[SHARED].sha256 == "0" * 64
    assert files["graph/what"] != read_record(first.path).files["graph/what"]


def test_a_copy_of_a_file_is_read_again(tmp_path):
    first = build(tmp_path)
    second = build(tmp_path)
    assert read_record(second.path).files[SHARED] == read_record(first.path).files[SHARED]


def test_files_of_a_release_that_cannot_be_read_are_read_again(tmp_path):
    first = build(tmp_path)
    known = read_record(first.path).files[SHARED]
    (first.path / "release.json").write_text("{")
    assert read_record(build(tmp_path, first).path).files[SHARED] == known


def test_a_file_that_an_older_release_has_lost_is_no_matter_of_the_next(tmp_path):
    (build(tmp_path).graph_path / "what").unlink()
    assert len(read_record(build(tmp_path).path).files) == 3


def test_a_draft_that_shares_a_damaged_file_is_not_published(tmp_path):
    first = build(tmp_path)
    (first.path / SHARED).write_text("cut")
    with pytest.raises(ReleaseError, match=r"000001\.sst has 3 bytes, 25 when it was published"):
        build(tmp_path, first)
    assert release_numbers(tmp_path) == [1]


def test_releases_are_numbered_on_and_older_ones_stay_readable(tmp_path):
    build(tmp_path)
    build(tmp_path)
    assert open_release(tmp_path).number == 2
    assert open_release(tmp_path, 1).number == 1
    assert release_numbers(tmp_path) == [1, 2]


def test_directories_that_are_no_numbers_are_no_releases(tmp_path):
    build(tmp_path)
    for name in ("007", "٣", "3.old", "x"):
        (tmp_path / "releases" / name).mkdir()
    assert release_numbers(tmp_path) == [1]


def test_an_open_release_stays_the_same_when_another_is_published(tmp_path):
    build(tmp_path)
    release = open_release(tmp_path)
    build(tmp_path)
    assert (release.graph_path / "what").read_text() == "graph 1"


@pytest.mark.parametrize("body", ["", "{", '{"number": 1}', '{"number": "x"}'])
def test_a_damaged_release_json_is_told(tmp_path, body):
    path = build(tmp_path).path / "release.json"
    path.write_text(body)
    with pytest.raises(ReleaseError, match=r"release\.json cannot be read"):
        open_release(tmp_path)


def test_an_unpublished_draft_is_removed_at_the_end(tmp_path):
    with pytest.raises(KeyError), new_draft(tmp_path) as draft:  # noqa: PT012  # fails in the middle
        draft.graph_path.mkdir()
        raise KeyError
    assert names(tmp_path) == set()


def test_what_a_killed_build_left_is_removed_at_the_next_start_and_current_serves_on(tmp_path):
    build(tmp_path)
    left = tmp_path / "releases" / "2.unfinished"
    (left / "graph").mkdir(parents=True)
    (left / "release.json").write_text("half")
    assert open_release(tmp_path).number == 1
    with new_draft(tmp_path) as draft:
        assert draft.number == 2
        assert list(draft.path.iterdir()) == []


def test_publishing_never_leaves_a_moment_without_a_current_release(tmp_path, monkeypatch):
    build(tmp_path)
    seen = []

    def watched(name):
        original = getattr(os, name)

        def call(*args, **kwargs):
            seen.append(open_release(tmp_path).number)
            result = original(*args, **kwargs)
            seen.append(open_release(tmp_path).number)
            return result

        return call

    for name in ("rename", "replace", "symlink", "fsync"):
        monkeypatch.setattr(os, name, watched(name))
    build(tmp_path)
    assert set(seen) == {1, 2}
    assert seen == sorted(seen)


def test_two_builds_at_once_are_refused(tmp_path):
    with (
        new_draft(tmp_path),
        pytest.raises(ReleaseError, match="another build is running"),
        new_draft(tmp_path),
    ):
        pass
    build(tmp_path)


def test_a_lock_met_inside_a_build_is_not_taken_for_another_build(tmp_path):
    with pytest.raises(BlockingIOError), new_draft(tmp_path):
        raise BlockingIOError


def test_a_data_directory_that_is_a_file_is_told(tmp_path):
    (tmp_path / "data").touch()
    with pytest.raises(ReleaseError, match="cannot write in"), new_draft(tmp_path / "data"):
        pass


def test_a_draft_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / "1.unfinished").touch()  # a file is no left-over of ours
    with pytest.raises(ReleaseError, match="cannot write in"), new_draft(tmp_path):
        pass


def test_the_number_of_the_newest_is_not_given_again_when_it_is_dropped(tmp_path):
    for _ in range(3):
        build(tmp_path)
    use(tmp_path, 1)
    drop(tmp_path, 3)
    drop(tmp_path, 2)
    assert build(tmp_path).number == 4


def test_the_number_of_the_newest_is_not_given_again_when_it_was_removed_by_hand(tmp_path):
    build(tmp_path)
    (build(tmp_path).path).rename(tmp_path / "elsewhere")
    assert build(tmp_path).number == 3


def test_a_shelf_of_an_older_version_is_numbered_on(tmp_path):
    build(tmp_path)
    (tmp_path / "releases" / ".last").unlink()
    assert build(tmp_path).number == 2


def test_a_damaged_counter_stops_the_build_and_says_what_to_write(tmp_path):
    build(tmp_path)
    (tmp_path / "releases" / ".last").write_text("what?")
    with pytest.raises(ReleaseError, match=r"\.last holds no number: write into it the highest"):
        build(tmp_path)
    assert open_release(tmp_path).number == 1


def test_going_back_makes_an_older_release_current_and_the_next_build_a_newer_one(tmp_path):
    build(tmp_path)
    build(tmp_path)
    assert use(tmp_path, 1).number == 1
    assert open_release(tmp_path).number == 1
    assert build(tmp_path).number == 3
    assert open_release(tmp_path).number == 3


def test_a_damaged_release_cannot_be_made_current(tmp_path):
    damaged = build(tmp_path)
    build(tmp_path)
    (damaged.graph_path / "what").unlink()
    with pytest.raises(ReleaseError, match="release 1 is damaged: graph/what is missing"):
        use(tmp_path, 1)
    assert open_release(tmp_path).number == 2


def test_a_current_that_is_no_link_is_told_when_it_should_be_moved(tmp_path):
    build(tmp_path)
    current = tmp_path / "releases" / "current"
    current.unlink()
    current.mkdir()  # what a copy without links makes of it
    assert current_number(tmp_path) is None
    with pytest.raises(ReleaseError, match="cannot change"):
        use(tmp_path, 1)


def test_all_but_the_newest_are_dropped(tmp_path):
    for _ in range(4):
        build(tmp_path)
    assert drop_old(tmp_path, 2) == [1, 2]
    assert release_numbers(tmp_path) == [3, 4]
    assert names(tmp_path) == {"3", "4", "current"}


def test_the_current_the_pinned_and_the_served_release_are_never_dropped_as_old(tmp_path):
    releases = [build(tmp_path) for _ in range(6)]
    use(tmp_path, 1)
    pin(tmp_path, 2)
    with holding(releases[2]):
        assert drop_old(tmp_path, 1) == [4, 5]
    assert release_numbers(tmp_path) == [1, 2, 3, 6]
    assert drop_old(tmp_path, 1) == [3]


def test_a_damaged_current_release_does_not_stop_the_dropping_of_old_ones(tmp_path):
    build(tmp_path)
    (build(tmp_path).path / "release.json").unlink()
    assert drop_old(tmp_path, 1) == [1]


def test_a_drop_that_was_killed_is_finished_by_the_next_build(tmp_path, monkeypatch):
    for _ in range(2):
        build(tmp_path)

    def killed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("shutil.rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        drop_old(tmp_path, 1)
    monkeypatch.undo()
    assert release_numbers(tmp_path) == [2]
    build(tmp_path)
    assert names(tmp_path) == {"2", "3", "current"}


def test_a_pin_stays_outside_of_the_release_and_goes_when_it_is_taken_away(tmp_path):
    before = read_record(build(tmp_path).path)
    build(tmp_path)
    pin(tmp_path, 1)
    pin(tmp_path, 1)
    assert pinned_numbers(tmp_path) == [1]
    assert read_record(tmp_path / "releases" / "1") == before
    assert names(tmp_path) == {"1", "1.pinned", "2", "current"}
    unpin(tmp_path, 1)
    unpin(tmp_path, 1)
    assert pinned_numbers(tmp_path) == []
    drop(tmp_path, 1)
    assert names(tmp_path) == {"2", "current"}


def test_drop_refuses_what_is_in_use_and_says_what_to_do(tmp_path):
    first = build(tmp_path)
    build(tmp_path)
    with pytest.raises(ReleaseError, match="make another current first, with `weft release use N`"):
        drop(tmp_path, 2)
    pin(tmp_path, 1)
    with pytest.raises(ReleaseError, match="`weft release unpin 1` lets it go"):
        drop(tmp_path, 1)
    unpin(tmp_path, 1)
    with (
        holding(first),
        pytest.raises(ReleaseError, match="release 1 is being served: restart the server"),
    ):
        drop(tmp_path, 1)
    drop(tmp_path, 1)
    assert release_numbers(tmp_path) == [2]


@pytest.mark.parametrize("change", [pin, unpin, drop, use])
def test_a_release_that_is_not_there_is_told(tmp_path, change):
    build(tmp_path)
    with pytest.raises(NoRelease, match=r"no release 9 in .*: `weft release list` shows"):
        change(tmp_path, 9)


def test_a_release_that_was_dropped_after_it_was_opened_cannot_be_held(tmp_path):
    first = build(tmp_path)
    build(tmp_path)
    drop(tmp_path, 1)
    with pytest.raises(NoRelease, match="release 1 is there no longer"), holding(first):
        pass


def test_a_file_system_without_locks_can_be_read_from_and_dropped_on(tmp_path, monkeypatch):
    first = build(tmp_path)
    build(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("fcntl.flock", _no_locks)
        with holding(first):
            drop(tmp_path, 1)
    assert release_numbers(tmp_path) == [2]


def _no_locks(file, _operation):
    if isinstance(file, int):  # the directory of a release
        raise OSError(95, "Operation not supported")


def test_bytes_that_releases_share_are_counted_once(tmp_path):
    first = build(tmp_path)
    build(tmp_path, first)
    n_first, n_second = (
        (tmp_path / "releases" / name / "release.json").stat().st_size for name in "12"
    )
    assert disk_sizes(tmp_path) == {
        1: Size(whole=7 + 6 + 25 + n_first, new=7 + 6 + 25 + n_first),
        2: Size(whole=7 + 6 + 25 + n_second, new=7 + 6 + n_second),
    }


def test_a_draft_may_be_published_without_one_of_its_parts(tmp_path):
    with new_draft(tmp_path) as draft:
        draft.graph_path.mkdir()
        publish(draft, info(1))
    assert read_record(open_release(tmp_path).path).files == {}


def test_publishing_that_fails_before_the_link_leaves_no_release_behind(tmp_path, monkeypatch):
    build(tmp_path)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "symlink", refuse)
    with pytest.raises(ReleaseError, match=r"cannot change .*Permission denied"):
        build(tmp_path)
    assert names(tmp_path) == {"1", "current"}
