"""Files that librarians have become records like any other."""

from pathlib import Path

import pytest

from tests.harvester.fake_repository import FakeRepository

FILES = Path(__file__).parents[1] / "data" / "files"


@pytest.mark.parametrize(
    ("name", "rejected"),
    [
        ("onix-reference.xml", {"bad-xml": 1, "no-identifier": 1}),
        ("onix-short.xml", {}),
        ("kbart.tsv", {"not-text": 1}),
        ("oapen.csv", {"bad-row": 1}),
        ("doab-2018.csv", {"before-header": 1}),
    ],
)
def test_an_imported_file_is_staged_built_and_found(serving, name, rejected):
    with serving() as installation:
        result = installation.run("import", str(FILES / name), "--source", "shelf")
        source = installation.json("status", "--json")["sources"]["shelf"]
        assert source["reasons"] == rejected
        assert (result.exit_code, source["state"]) == (
            (1, "incomplete") if rejected else (0, "complete")
        )
        assert installation.run("build").exit_code == 0
        release = installation.json("status", "--json")["release"]
    assert release["by_source"] == {"shelf": source["live"]}
    assert release["by_kind"].get("book", 0) > 0


def test_the_same_file_again_changes_nothing(serving):
    with serving() as installation:
        arguments = ("import", str(FILES / "onix-short.xml"), "--source", "shelf")
        assert installation.run(*arguments).exit_code == 0
        result = installation.run(*arguments)
    assert result.exit_code == 0
    assert "0 new, 0 changed" in result.stderr


def test_a_file_of_no_known_format_is_refused_by_name(serving, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("nothing to see here\n")
    with serving() as installation:
        result = installation.run("import", str(path), "--source", "shelf")
    assert (result.exit_code, "notes.txt" in result.stderr) == (3, True)


@pytest.mark.parametrize(
    ("name", "said"),
    [("fake", "a file needs a name of its own"), ("My Shelf", "lower-case letters")],
)
def test_a_name_that_cannot_be_used_is_refused(serving, name, said):

    with serving(fake=FakeRepository([])) as installation:
        result = installation.run("import", str(FILES / "kbart.tsv"), "--source", name)
    assert (result.exit_code, said in result.stderr) == (2, True)
