"""Keys that last: on another machine, in releases made of differences, when builds are killed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.weft.conftest import Installation
from tests.weft.shelf import (
    LATER,
    build_afresh,
    gone,
    keys,
    quads,
    redirects,
    shelf,
    thing,
    titles,
)

MANY = tuple(thing(n) for n in range(300))


def other(installation: Installation, folder: Path) -> Installation:
    """The same configuration with a data directory that is not there yet."""
    return Installation(config=installation.config, data=folder / "other")


def export(installation: Installation, folder: Path) -> str:
    file = folder / "keys.jsonl"
    result = installation.run("release", "export-keys", str(file))
    assert result.exit_code == 0, result.stderr
    return str(file)


# -- another machine ----------------------------------------------------------------------------


def test_keys_survive_the_loss_of_a_machine_after_merges_splits_and_deletions(serving, tmp_path):
    """The records say other things now than when the keys were minted; the register knows."""
    with shelf(
        serving,
        *(thing(n) for n in (1, 2, 4, 5, 6)),
        thing(3, "10.5072/one"),
        b=(thing(1, "10.5072/one"),),
    ) as at:
        at.build()
        first = keys(at.installation)
        at.change(
            thing(1, "10.5072/other", at=LATER),
            thing(2, "10.5072/one", at=LATER),
            thing(3, "10.5072/three", at=LATER),
            gone(4),
            thing(5, "10.5072/6", at=LATER),
        )
        at.build()
        now = keys(at.installation)
        assert now["a/1"] == first["a/1"]
        assert now["a/2"] == now["b/1"]
        assert now["a/3"] != now["b/1"]
        told = redirects(at.installation)
        assert (set(told), set(told.values())) == (
            {first["a/5"], first["a/6"]} - {now["a/6"]},
            {now["a/5"]},
        )
        file = export(at.installation, tmp_path)
        lost = other(at.installation, tmp_path)
        result = lost.run("release", "import-keys", file)
        assert (result.exit_code, re.sub(r"\d+", "N", result.stdout)) == (
            0,
            "N keys taken over; `weft build` uses them\n",
        )
        assert lost.run("update").exit_code == 0
    assert keys(lost) == now
    assert redirects(lost) == told


def test_without_the_register_other_keys_are_minted(serving, tmp_path):
    """So the test above claims something."""
    with shelf(serving, thing(1)) as at:
        at.build()
        at.change(thing(1, "10.5072/other", at=LATER))
        at.build()
        lost = other(at.installation, tmp_path)
        assert lost.run("update").exit_code == 0
    assert keys(lost).keys() == keys(at.installation).keys()
    assert keys(lost) != keys(at.installation)


def test_a_register_is_the_same_when_it_went_to_another_machine(serving, tmp_path):
    with shelf(serving, thing(1), thing(2, "10.5072/1")) as at:
        at.build()
        fresh = build_afresh(at.installation, tmp_path)
    (tmp_path / "x").mkdir()
    one, two = export(at.installation, tmp_path), export(fresh, tmp_path / "x")
    assert Path(one).read_bytes() == Path(two).read_bytes()


def test_keys_are_not_imported_where_keys_were_minted(serving, tmp_path):
    with shelf(serving, thing(1)) as at:
        at.build()
        before = keys(at.installation)
        result = at.installation.run("release", "import-keys", export(at.installation, tmp_path))
        assert (result.exit_code, result.stdout) == (3, "")
        assert "keys were minted here already" in result.stderr
        at.build()
    assert keys(at.installation) == before


def test_keys_of_nothing_are_not_exported(serving, tmp_path):
    with shelf(serving, thing(1)) as at:
        result = at.installation.run("release", "export-keys", str(tmp_path / "keys.jsonl"))
    assert result.exit_code == 3
    assert "run `weft build` first" in result.stderr
    assert not (tmp_path / "keys.jsonl").exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text[: len(text) // 2], "is no register of keys"),
        (lambda text: "".join(text.splitlines(keepends=True)[:-1]), "it is cut or was changed"),
        (lambda text: re.sub(r'\["key","..', '["key","zz', text, count=1), "was changed"),
        (lambda text: text.replace('"weft-register":1', '"weft-register":2'), "its first line"),
        (lambda _: "", "is no register of keys"),
    ],
)
def test_a_file_that_is_cut_or_altered_is_refused_and_nothing_of_it_kept(
    serving, tmp_path, change, why
):
    with shelf(serving, thing(1), thing(2, "10.5072/1")) as at:
        at.build()
        file = Path(export(at.installation, tmp_path))
        whole = file.read_text(encoding="utf-8")
        assert change(whole) != whole
        file.write_text(change(whole), encoding="latin-1")
        lost = other(at.installation, tmp_path)
        result = lost.run("release", "import-keys", str(file))
        assert (result.exit_code, result.stdout) == (3, "")
        assert str(file) in result.stderr
        assert why in result.stderr
        file.write_text(whole, encoding="utf-8")
        assert lost.run("release", "import-keys", str(file)).exit_code == 0


@pytest.mark.parametrize("name", [".", "there", "none/keys.jsonl", "file/keys.jsonl"])
def test_a_place_where_no_file_can_be_written_is_named(serving, tmp_path, name):
    (tmp_path / "there").mkdir()
    (tmp_path / "file").write_text("")
    with shelf(serving, thing(1)) as at:
        at.build()
        result = at.installation.run("release", "export-keys", str(tmp_path / name))
    assert result.exit_code in {2, 3}
    assert str(tmp_path / name) in result.stderr
    assert not list(tmp_path.rglob("*.unfinished"))


def test_a_link_to_a_directory_is_no_register(serving, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    with shelf(serving, thing(1)) as at:
        lost = other(at.installation, tmp_path)
        result = lost.run("release", "import-keys", str(tmp_path / "link"))
    assert result.exit_code == 2
    assert "is a directory" in result.stderr


def test_a_register_behind_a_link_is_read(serving, tmp_path):
    with shelf(serving, thing(1)) as at:
        at.build()
        (tmp_path / "link").symlink_to(export(at.installation, tmp_path))
        lost = other(at.installation, tmp_path)
        result = lost.run("release", "import-keys", str(tmp_path / "link"))
        assert (result.exit_code, result.stdout.partition(" ")[0]) == (0, "1")


# -- releases made of differences ---------------------------------------------------------------


def listed(installation: Installation) -> dict[int, dict[str, int]]:
    return {
        each["number"]: each for each in installation.json("release", "list", "--json")["releases"]
    }


def test_one_changed_record_makes_a_release_that_shares_its_parents_files(serving, tmp_path):
    with shelf(serving, *MANY) as at:
        at.build()
        first = keys(at.installation)
        at.change(thing(7, title="Edited", at=LATER))
        at.build()
        second = listed(at.installation)[2]
        assert second["new_bytes"] < second["bytes"] / 4
        assert at.installation.run("release", "verify").exit_code == 0
        assert at.installation.run("release", "verify", "1").exit_code == 0
        assert keys(at.installation) == first
        assert titles(at.installation)[first["a/7"]] == "Edited"
        assert titles(at.installation, 1)[first["a/7"]] == "Title 7"
        assert quads(at.installation) == quads(build_afresh(at.installation, tmp_path))


def test_the_index_of_a_release_made_of_differences_finds_what_is_new_only(serving):
    with shelf(serving, *MANY) as at:
        at.build()
        at.change(thing(7, title="Lighthouse", at=LATER), gone(8))
        at.build()
        found = {
            word: [each["title"] for each in at.installation.json("search", word, "--json")["hits"]]
            for word in ("Lighthouse", '"Title 7"', '"Title 8"', '"Title 9"')
        }
    assert found == {
        "Lighthouse": ["Lighthouse"],
        '"Title 7"': [],
        '"Title 8"': [],
        '"Title 9"': ["Title 9"],
    }


def test_a_build_after_going_back_to_an_older_release_is_right(serving, tmp_path):
    with shelf(serving, *MANY) as at:
        at.build()
        at.change(thing(7, title="Edited", at=LATER), gone(8))
        at.build()
        assert at.installation.run("release", "use", "1").exit_code == 0
        at.build()
        assert at.release == 3
        assert quads(at.installation, 3) == quads(at.installation, 2)
        assert at.installation.run("release", "use", "1").exit_code == 0
        at.change(thing(9, title="Edited too", at=LATER))
        at.build()
        assert at.release == 4
        assert at.installation.run("release", "verify").exit_code == 0
        assert quads(at.installation) == quads(build_afresh(at.installation, tmp_path))


def test_a_build_whose_parent_was_dropped_is_whole_and_right(serving, tmp_path):
    with shelf(serving, *MANY) as at:
        at.build()
        at.change(thing(7, title="Edited", at=LATER))
        at.build()
        assert at.installation.run("release", "use", "1").exit_code == 0
        assert at.installation.run("release", "drop", "2").exit_code == 0
        at.change(thing(9, title="Edited too", at=LATER))
        at.build()
        third = listed(at.installation)[3]
        assert third["new_bytes"] == third["bytes"]
        assert at.installation.run("release", "verify").exit_code == 0
        assert quads(at.installation) == quads(build_afresh(at.installation, tmp_path))


def test_a_build_whose_parent_is_damaged_is_whole_and_right(serving, tmp_path):
    with shelf(serving, *MANY) as at:
        at.build()
        shared = next((at.installation.data / "releases" / "1" / "graph").glob("*.sst"))
        shared.write_bytes(b"cut")
        at.change(thing(7, title="Edited", at=LATER))
        at.build()
        assert at.installation.run("release", "verify").exit_code == 0
        assert quads(at.installation) == quads(build_afresh(at.installation, tmp_path))


DIES = """
import os
from graph.release import draft
from graph.scope import Scope
from graph.stale_table import StaleTable
from graph.store_editor import GraphEditor
{where} = lambda *_, **__: os._exit(9)
from weft.cli import main
main()
"""


def build_and_die(installation: Installation, where: str) -> None:
    """A build in a process that ends at once where it calls this."""
    place = ["--config", str(installation.config), "--data", str(installation.data)]
    done = subprocess.run(
        [sys.executable, "-c", DIES.format(where=where), *place, "build"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 9, done.stderr


@pytest.mark.parametrize(
    ("where", "current"),
    [
        ("StaleTable.settle", 2),
        ("draft.point_current", 1),
        ("GraphEditor.rewrite_shared", 1),
        ("Scope.close", 1),
    ],
    ids=["after-publishing", "while-publishing", "while-writing", "while-merging"],
)
def test_a_build_that_was_killed_leaves_a_right_next_one(serving, tmp_path, where, current):
    with shelf(serving, *MANY) as at:
        at.build()
        at.change(thing(7, title="Edited", at=LATER), gone(8), thing(9, "10.5072/10", at=LATER))
        build_and_die(at.installation, where)
        n_releases = len(listed(at.installation))
        assert at.release == current
        assert at.installation.run("release", "verify").exit_code == 0
        at.change(thing(11, title="Edited too", at=LATER))
        at.build()
        assert at.release == n_releases + 1
        assert at.installation.run("release", "verify").exit_code == 0
        assert titles(at.installation)[keys(at.installation)["a/7"]] == "Edited"
        assert quads(at.installation) == quads(build_afresh(at.installation, tmp_path))


def test_the_first_build_killed_after_publishing_is_followed_by_a_right_one(serving, tmp_path):
    with shelf(serving, *MANY[:20]) as at:
        build_and_die(at.installation, "StaleTable.settle")
        assert at.release == 1
        at.change(thing(7, title="Edited", at=LATER))
        at.build()
        assert at.release == 2
        assert quads(at.installation) == quads(build_afresh(at.installation, tmp_path))
