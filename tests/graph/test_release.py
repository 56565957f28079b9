"""Releases on disk: drafts, publishing, kill points, and what is dropped."""

import json
import os

import pytest

from graph.errors import NoRelease, ReleaseError
from graph.release import (
    ReleaseInfo,
    drop_old,
    new_draft,
    open_release,
    publish,
    release_numbers,
)


def _info(number):
    return ReleaseInfo(
        number=number,
        created_at="2024-01-01T00:00:00Z",
        base_iri="http://x/",
        records=3,
        entities=2,
        stubs=1,
        merged_entities=1,
        links=4,
        quads=99,
        by_kind={"paper": 2},
        by_source={"a": 3},
    )


def _publish(data):
    with new_draft(data) as draft:
        draft.graph_path.mkdir()
        (draft.graph_path / "what").write_text(str(draft.number))
        return publish(draft, _info(draft.number))


def _names(data):
    return {path.name for path in (data / "releases").iterdir()} - {".lock"}


def test_without_a_release_the_message_says_what_to_do(tmp_path):
    with pytest.raises(NoRelease, match="run `weft build`"):
        open_release(tmp_path)
    with pytest.raises(NoRelease, match="no release 7"):
        open_release(tmp_path, 7)
    assert release_numbers(tmp_path) == []


def test_a_published_release_is_the_current_one(tmp_path):
    published = _publish(tmp_path)
    release = open_release(tmp_path)
    assert release == published
    assert release.info == _info(1)
    assert release.path == tmp_path / "releases" / "1"
    assert (release.graph_path, release.text_path) == (
        release.path / "graph",
        release.path / "text",
    )
    assert _names(tmp_path) == {"1", "current"}


def test_release_json_is_for_people_and_programs(tmp_path):
    body = (_publish(tmp_path).path / "release.json").read_text()
    assert json.loads(body)["by_kind"] == {"paper": 2}
    assert body.count("\n") > 10


def test_releases_are_numbered_on_and_older_ones_stay_readable(tmp_path):
    _publish(tmp_path)
    _publish(tmp_path)
    assert open_release(tmp_path).number == 2
    assert open_release(tmp_path, 1).number == 1
    assert release_numbers(tmp_path) == [1, 2]


def test_an_open_release_stays_the_same_when_another_is_published(tmp_path):
    _publish(tmp_path)
    release = open_release(tmp_path)
    _publish(tmp_path)
    assert (release.graph_path / "what").read_text() == "1"


@pytest.mark.parametrize("body", ["", "{", '{"number": 1}', '{"number": "x"}'])
def test_a_damaged_release_json_is_told(tmp_path, body):
    path = _publish(tmp_path).path / "release.json"
    path.write_text(body)
    with pytest.raises(ReleaseError, match=r"release\.json cannot be read"):
        open_release(tmp_path)


def test_an_unpublished_draft_is_removed_at_the_end(tmp_path):
    with pytest.raises(KeyError), new_draft(tmp_path) as draft:  # noqa: PT012  # fails in the middle
        draft.graph_path.mkdir()
        raise KeyError
    assert _names(tmp_path) == set()


def test_what_a_killed_build_left_is_removed_at_the_next_start_and_current_serves_on(tmp_path):
    _publish(tmp_path)
    left = tmp_path / "releases" / "2.unfinished"
    (left / "graph").mkdir(parents=True)
    (left / "release.json").write_text("half")
    assert open_release(tmp_path).number == 1
    with new_draft(tmp_path) as draft:
        assert draft.number == 2
        assert list(draft.path.iterdir()) == []


def test_a_kill_between_the_two_renames_leaves_the_old_release_current(tmp_path, monkeypatch):
    _publish(tmp_path)

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.symlink_to", killed)
    with pytest.raises(KeyboardInterrupt):
        _publish(tmp_path)
    monkeypatch.undo()
    assert open_release(tmp_path).number == 1
    assert open_release(tmp_path, 2).number == 2
    assert _publish(tmp_path).number == 3
    assert open_release(tmp_path).number == 3


def test_publishing_never_leaves_a_moment_without_a_current_release(tmp_path, monkeypatch):
    _publish(tmp_path)
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
    _publish(tmp_path)
    assert set(seen) == {1, 2}
    assert seen == sorted(seen)


def test_two_builds_at_once_are_refused(tmp_path):
    with (
        new_draft(tmp_path),
        pytest.raises(ReleaseError, match="another build is running"),
        new_draft(tmp_path),
    ):
        pass
    _publish(tmp_path)


def test_all_but_the_newest_are_dropped(tmp_path):
    for _ in range(4):
        _publish(tmp_path)
    assert drop_old(tmp_path, 2) == [1, 2]
    assert release_numbers(tmp_path) == [3, 4]
    assert _names(tmp_path) == {"3", "4", "current"}


def test_the_current_release_is_never_dropped(tmp_path):
    for _ in range(3):
        _publish(tmp_path)
    current = tmp_path / "releases" / "current"
    current.unlink()
    current.symlink_to("1")  # rolled back
    assert drop_old(tmp_path, 1) == [2]
    assert open_release(tmp_path).number == 1


def test_a_drop_that_was_killed_is_finished_by_the_next_build(tmp_path, monkeypatch):
    for _ in range(2):
        _publish(tmp_path)

    def killed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("shutil.rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        drop_old(tmp_path, 1)
    monkeypatch.undo()
    assert release_numbers(tmp_path) == [2]
    _publish(tmp_path)
    assert _names(tmp_path) == {"2", "3", "current"}
