"""Damaged releases: what the quick and the whole check name, and what may be used instead."""

import os

import pytest

from graph.errors import NoRelease, ReleaseError
from graph.release import Damage, check_files, newest_good, open_good_release, quick_check
from tests.graph.shelves import SHARED, build


def test_a_release_as_published_passes_both_checks(tmp_path):
    build(tmp_path)
    assert quick_check(tmp_path) == []
    report = check_files(tmp_path)
    assert (report.damage, report.has_sums) == ([], True)


def test_locks_may_come_and_go(tmp_path):
    """Opening the text index makes one where there is none."""
    path = build(tmp_path).path
    (path / "text" / ".reader.lock").unlink()
    (path / "text" / ".other.lock").touch()
    assert check_files(tmp_path).damage == []


def test_every_missing_cut_altered_and_extra_file_is_named(tmp_path):
    path = build(tmp_path).path
    (path / "graph" / "what").write_text("graph 9")
    (path / "text" / "words").unlink()
    (path / SHARED).write_text("cut")
    (path / "graph" / "stray").touch()
    (path / "release.nq").touch()
    assert check_files(tmp_path).damage == [
        Damage(SHARED, "size", "has 3 bytes, 25 expected"),
        Damage("graph/what", "content", "has another content than when it was published"),
        Damage("text/words", "missing", "is missing"),
        Damage("release.nq", "extra", "is not part of the release"),
        Damage("graph/stray", "extra", "is not part of the release"),
    ]
    assert [str(damage) for damage in quick_check(tmp_path)] == [
        "graph/000001.sst has 3 bytes, 25 expected",
        "graph/what has another content than when it was published",
        "text/words is missing",
    ]


def test_the_quick_check_reads_only_what_is_younger_than_its_release(tmp_path):
    path = build(tmp_path).path
    file, published = path / "graph" / "what", (path / "release.json").stat().st_mtime_ns
    content = file.read_text()
    file.write_text(content[::-1])
    os.utime(file, ns=(published, published))
    assert quick_check(tmp_path) == []  # a disk that lost a bit: the whole check finds it
    assert [damage.file for damage in check_files(tmp_path).damage] == ["graph/what"]
    os.utime(file, ns=(published, published + 1))
    assert [damage.problem for damage in quick_check(tmp_path)] == ["content"]
    assert file.stat().st_mtime_ns == published + 1


def test_a_copy_that_kept_no_times_is_read_once(tmp_path, monkeypatch):
    path = build(tmp_path).path
    published = (path / "release.json").stat().st_mtime_ns
    for file in (path / "graph" / "what", path / SHARED):
        os.utime(file, ns=(published, published + 1))
    assert quick_check(tmp_path) == []
    monkeypatch.setattr("graph.release.check.sum_file", None)
    assert quick_check(tmp_path) == []


def test_a_copy_whose_times_cannot_be_set_is_as_good(tmp_path, monkeypatch):
    path = build(tmp_path).path
    published = (path / "release.json").stat().st_mtime_ns
    os.utime(path / SHARED, ns=(published, published + 1))

    def refused(*_, **__):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.utime", refused)
    assert quick_check(tmp_path) == []


def test_the_name_of_an_extra_file_can_be_printed_whatever_its_bytes(tmp_path):
    path = build(tmp_path).path
    with open(os.fsencode(path / "graph") + b"/\xff", "w"):  # noqa: PTH123  # a name of bytes
        pass
    (damage,) = check_files(tmp_path).damage
    assert damage.file == "graph/\\udcff"


def test_a_directory_in_place_of_a_file_is_named(tmp_path):
    path = build(tmp_path).path / "graph" / "what"
    path.unlink()
    path.mkdir()
    (damage,) = check_files(tmp_path).damage
    assert (damage.file, damage.problem) == ("graph/what", "size")


def test_a_file_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    build(tmp_path)

    def broken(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("hashlib.file_digest", broken)
    damage = check_files(tmp_path).damage
    assert damage[0] == Damage(SHARED, "unreadable", "cannot be read: Input/output error")
    assert len(damage) == 3


@pytest.mark.parametrize(
    ("body", "problem", "detail"),
    [
        (None, "missing", "is missing"),
        ("{", "unreadable", "cannot be read: Input data was truncated"),
        ("[]", "unreadable", "cannot be read: Expected `object`, got `array`"),
    ],
)
def test_a_release_json_that_cannot_be_read_is_named(tmp_path, body, problem, detail):
    path = build(tmp_path).path / "release.json"
    path.unlink()
    if body is not None:
        path.write_text(body)
    report = check_files(tmp_path)
    assert report.damage == [Damage("release.json", problem, detail)]
    assert (report.record, report.has_sums) == (None, False)


def test_a_release_json_of_another_release_is_named(tmp_path):
    first = build(tmp_path)
    second = build(tmp_path)
    (second.path / "release.json").write_bytes((first.path / "release.json").read_bytes())
    assert [str(damage) for damage in quick_check(tmp_path)] == [
        "release.json is that of release 1"
    ]


def test_a_release_without_checksums_passes_the_quick_check_and_is_told_apart(tmp_path):
    path = build(tmp_path).path / "release.json"
    path.write_text(path.read_text().partition(',\n  "files"')[0] + "}")
    assert quick_check(tmp_path) == []
    report = check_files(tmp_path)
    assert (report.damage, report.has_sums) == ([], False)


def test_a_damaged_release_is_not_opened_and_the_newest_good_one_is_told(tmp_path):
    build(tmp_path)
    build(tmp_path)
    damaged = build(tmp_path)
    (damaged.path / SHARED).write_text("cut")
    with pytest.raises(ReleaseError) as caught:
        open_good_release(tmp_path)
    assert str(caught.value) == (
        "release 3 is damaged: graph/000001.sst has 3 bytes, 25 expected;"
        " release 2 is good: run `weft release use 2`"
    )
    (damaged.path / "graph" / "what").unlink()
    with pytest.raises(ReleaseError, match=r"25 expected and 1 more; release 2 is good"):
        open_good_release(tmp_path, 3)
    assert open_good_release(tmp_path, 1).number == 1


def test_a_release_that_shares_the_damaged_file_is_not_told_as_good(tmp_path):
    build(tmp_path)
    second = build(tmp_path)
    third = build(tmp_path, second)
    (third.path / SHARED).write_text("cut")
    assert newest_good(tmp_path) == 1
    assert newest_good(tmp_path, besides=1) is None


def test_nor_when_the_shared_file_kept_its_size(tmp_path):
    build(tmp_path)
    third = build(tmp_path, build(tmp_path))
    content = (third.path / SHARED).read_text()
    (third.path / SHARED).write_text(content[::-1])
    with pytest.raises(ReleaseError, match=r"another content .*; release 1 is good"):
        open_good_release(tmp_path)


def test_when_no_release_is_good_a_build_is_told(tmp_path):
    (build(tmp_path).path / "graph" / "what").unlink()
    with pytest.raises(ReleaseError, match="no release is good: run `weft build` to make one"):
        open_good_release(tmp_path)


def test_what_is_not_there_is_told(tmp_path):
    with pytest.raises(NoRelease, match="run `weft build`"):
        quick_check(tmp_path)
    build(tmp_path)
    with pytest.raises(NoRelease, match="no release 2"):
        open_good_release(tmp_path, 2)


def test_a_current_release_that_was_removed_by_hand_is_told_with_a_good_one(tmp_path):
    build(tmp_path)
    build(tmp_path).path.rename(tmp_path / "elsewhere")
    with pytest.raises(NoRelease) as caught:
        open_good_release(tmp_path)
    assert str(caught.value) == (
        "`current` leads to release 2, which is not there;"
        " release 1 is good: run `weft release use 1`"
    )


def test_a_release_dropped_while_the_good_ones_are_sought_is_passed_over(tmp_path, monkeypatch):
    build(tmp_path)
    monkeypatch.setattr("graph.release.check.release_numbers", lambda _: [1, 2])
    assert newest_good(tmp_path) == 1
