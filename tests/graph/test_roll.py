"""The roll: which entity last changed in which release."""

import sqlite3
from pathlib import Path

import pytest

from graph.entity import Entity, describe_alone, merge
from graph.errors import ReleaseError
from graph.roll import Listed, Span, open_roll
from graph.roll_writer import open_roll_writer
from graph.work import Kind
from tests.graph.builders import work


def entity(key: str, name: str = "a/1", *own: str, title: str = "", kind=Kind.PAPER) -> Entity:
    return describe_alone(key, work(name, *own, title=title, kind=kind))


def write(path: Path, release: int, parent: Path | None = None, *added: Entity, retired=()) -> Path:
    with open_roll_writer(path, release, parent) as writer:
        for each in added:
            writer.add(each)
        writer.retire(retired)
    return path


@pytest.fixture
def first(tmp_path) -> Path:
    """Release 1 with three entities."""
    return write(tmp_path / "1.db", 1, None, entity("k1"), entity("k2", "b/2"), entity("k3", "a/3"))


def every(path: Path) -> list[Listed]:
    with open_roll(path) as roll:
        return roll.first(Span(), 1000)


def test_a_release_written_whole_changes_everything(first):
    assert every(first) == [
        Listed(1, "k1", "paper", ("a",), is_deleted=False),
        Listed(1, "k2", "paper", ("b",), is_deleted=False),
        Listed(1, "k3", "paper", ("a",), is_deleted=False),
    ]


def test_what_a_difference_does_not_touch_keeps_its_release_and_what_it_does_goes_last(
    tmp_path, first
):
    second = write(tmp_path / "2.db", 2, first, entity("k2", "b/2", kind=Kind.BOOK), entity("k0"))
    assert every(second) == [
        Listed(1, "k1", "paper", ("a",), is_deleted=False),
        Listed(1, "k3", "paper", ("a",), is_deleted=False),
        Listed(2, "k0", "paper", ("a",), is_deleted=False),
        Listed(2, "k2", "book", ("b",), is_deleted=False),
    ]
    assert every(first)[1].kind == "paper"
    with open_roll(second) as roll:
        assert roll.lineage == {1, 2}


def test_a_retired_key_stays_as_deleted_with_its_last_kind_and_sources_and_may_come_back(
    tmp_path, first
):
    second = write(tmp_path / "2.db", 2, first, retired=["k1"])
    assert every(second)[-1] == Listed(2, "k1", "paper", ("a",), is_deleted=True)
    third = write(tmp_path / "3.db", 3, second, retired=["k1"])
    assert every(third)[-1].changed_in == 2, "it was deleted already"
    fourth = write(tmp_path / "4.db", 4, third, entity("k1", "c/1"))
    assert every(fourth)[-1] == Listed(4, "k1", "paper", ("c",), is_deleted=False)


def test_a_key_that_was_never_seen_and_is_retired_is_deleted_and_in_every_set(tmp_path, first):
    second = write(tmp_path / "2.db", 2, first, retired=["old"])
    assert every(second)[-1] == Listed(2, "old", "", (), is_deleted=True)
    with open_roll(second) as roll:
        books = roll.first(Span((0, ""), None, "kind", "book"), 9)
        of_b = roll.first(Span((0, ""), None, "source", "b"), 9)
    assert [each.key for each in books] == ["old"]
    assert [each.key for each in of_b] == ["k2", "old"]


def test_a_stub_that_never_was_an_entity_is_left_out(tmp_path, first):
    with open_roll_writer(tmp_path / "2.db", 2, first) as writer:
        writer.delete(["stub", "k3"])
    assert [(each.key, each.is_deleted) for each in every(tmp_path / "2.db")] == [
        ("k1", False),
        ("k2", False),
        ("k3", True),
    ]


def test_a_whole_release_takes_over_what_the_former_one_had_as_deleted(tmp_path, first):
    second = write(tmp_path / "2.db", 2, first, retired=["k3"])
    with open_roll_writer(tmp_path / "3.db", 3, None) as writer:
        writer.add(entity("k1"))
        writer.delete_missing(second)
        writer.retire(["k2", "k3", "older"])
    assert every(tmp_path / "3.db") == [
        Listed(3, "k1", "paper", ("a",), is_deleted=False),
        Listed(3, "k2", "paper", ("b",), is_deleted=True),
        Listed(3, "k3", "paper", ("a",), is_deleted=True),
        Listed(3, "older", "", (), is_deleted=True),
    ]
    with open_roll(tmp_path / "3.db") as roll:
        assert roll.lineage == {3}


def test_a_damaged_former_roll_does_not_stop_a_whole_release(tmp_path, caplog):
    damaged = tmp_path / "former.db"
    damaged.write_bytes(b"nothing of the kind " * 1000)
    with open_roll_writer(tmp_path / "2.db", 2, None) as writer:
        writer.add(entity("k1"))
        writer.delete_missing(damaged)
    assert [each.key for each in every(tmp_path / "2.db")] == ["k1"]
    assert "former roll left out" in caplog.text


def test_an_entity_is_known_until_its_kind_title_or_names_change(tmp_path, first):
    with open_roll_writer(tmp_path / "2.db", 2, first) as writer:
        assert writer.is_known_by(entity("k1"))
        assert not writer.is_known_by(entity("k1", "a/1", "doi:10.1/new"))
        assert not writer.is_known_by(entity("k1", title="Another"))
        assert not writer.is_known_by(entity("k1", kind=Kind.BOOK))
        assert not writer.is_known_by(entity("new"))
        writer.retire(["k1"])
        assert not writer.is_known_by(entity("k1"))


def test_touching_moves_live_entities_only(tmp_path, first):
    second = write(tmp_path / "2.db", 2, first, retired=["k2"])
    with open_roll_writer(tmp_path / "3.db", 3, second) as writer:
        writer.touch(["k1", "k2", "stub"])
    assert [each[:2] for each in every(tmp_path / "3.db")] == [(1, "k3"), (2, "k2"), (3, "k1")]


def test_all_sources_of_an_entity_find_it_and_no_part_of_a_name_does(tmp_path):
    both = merge("k1", [work("zenodo/1"), work("hepdata/1"), work("zenodo/2")], ())
    path = write(tmp_path / "1.db", 1, None, both)
    assert every(path)[0].sources == ("hepdata", "zenodo")
    with open_roll(path) as roll:
        counts = {
            name: roll.count(Span((0, ""), None, "source", name))
            for name in ("zenodo", "hepdata", "zen", "data z", "")
        }
    assert counts == {"zenodo": 1, "hepdata": 1, "zen": 0, "data z": 0, "": 0}


def test_a_stretch_begins_after_an_entity_and_ends_with_a_release(tmp_path, first):
    second = write(tmp_path / "2.db", 2, first, entity("k2", "b/2"))
    with open_roll(second) as roll:
        assert [each.key for each in roll.first(Span((1, "k1")), 9)] == ["k3", "k2"]
        assert [each.key for each in roll.first(Span((0, ""), 1), 9)] == ["k1", "k3"]
        assert [each.key for each in roll.first(Span((0, "")), 2)] == ["k1", "k3"]
        assert roll.count(Span((2, ""))) == 1
        assert roll.count(Span((2, "k2"))) == 0
        assert roll.find("k2") == Listed(2, "k2", "paper", ("b",), is_deleted=False)
        assert roll.find("none") is None


@pytest.mark.parametrize(
    ("size", "parts"),
    [
        (1, [((1, "k1"), 1), ((1, "k3"), 1), ((2, "k2"), 2), ((2, "k4"), 2)]),
        (3, [((1, "k1"), 2), ((2, "k4"), 2)]),
        (4, [((1, "k1"), 2)]),
        (5, [((1, "k1"), 2)]),
    ],
)
def test_parts_cover_the_live_entities_once(tmp_path, first, size, parts):
    added = (entity("k2", "b/2"), entity("k4"), entity("k5"))
    second = write(tmp_path / "2.db", 2, first, *added, retired=["k5"])
    with open_roll(second) as roll:
        assert list(roll.parts(size)) == parts
        assert roll.parts(size) is roll.parts(size), "they are reckoned once"
        keys = [key for part in roll.parts(size) for _, key in roll.live(part.first, size)]
    assert keys == ["k1", "k3", "k2", "k4"]


def test_a_roll_without_entities_has_no_parts(tmp_path):
    with open_roll(write(tmp_path / "1.db", 1)) as roll:
        assert roll.parts(10) == ()
        assert roll.count(Span()) == 0


def test_a_written_roll_is_one_read_only_file(first):
    assert [path.name for path in first.parent.iterdir()] == ["1.db"]
    assert first.stat().st_mode & 0o222 == 0
    before = first.read_bytes()
    every(first)
    assert first.read_bytes() == before
    assert [path.name for path in first.parent.iterdir()] == ["1.db"]


def test_a_file_that_is_no_roll_is_told(tmp_path):
    (tmp_path / "text.db").write_text("nothing of the kind")
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("PRAGMA user_version = 7")
    other.execute("CREATE TABLE a (b)")
    other.close()
    for name, message in (("text.db", "cannot open"), ("other.db", "has layout 7")):
        with pytest.raises(ReleaseError, match=message), open_roll(tmp_path / name):
            pass
    with pytest.raises(FileNotFoundError), open_roll(tmp_path / "none.db"):
        pass


def test_an_error_of_what_is_done_meanwhile_stays_what_it_is(tmp_path):
    with (
        pytest.raises(OSError, match="of another file"),
        open_roll_writer(tmp_path / "1.db", 1, None),
    ):
        raise OSError(28, "of another file")


def test_a_parent_that_is_no_roll_is_told(tmp_path):
    parent = tmp_path / "parent.db"
    parent.write_bytes(b"nothing of the kind " * 1000)
    for each in (parent, tmp_path / "none.db"):
        with (
            pytest.raises(ReleaseError, match="cannot write"),
            open_roll_writer(tmp_path / "2.db", 2, each),
        ):
            pass
