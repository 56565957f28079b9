"""`weft release`: what the commands print and change, on the demo's release; and a full disk."""

import json
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from graph import release as releases
from graph.errors import NoRelease, ReleaseError
from graph.release import open_release
from search.sparql.results import ResultFormat
from search.web.site import open_site
from tests.weft.conftest import Installation
from weft import release_commands
from weft.config import Config, load


@pytest.fixture(scope="module")
def two_releases(tmp_path_factory: pytest.TempPathFactory, demo: Installation) -> Path:
    """The data of the demo with two releases, the second one current; for copying only."""
    data = tmp_path_factory.mktemp("two") / "data"
    shutil.copytree(demo.data, data, symlinks=True)
    assert Installation(config=demo.config, data=data).run("build").exit_code == 0
    return data


@pytest.fixture
def installation(tmp_path: Path, demo: Installation, two_releases: Path) -> Installation:
    """Two releases of the demo, the second one current."""
    data = tmp_path / "data"
    shutil.copytree(two_releases, data, symlinks=True)
    return Installation(config=demo.config, data=data)


@pytest.fixture
def config(installation: Installation) -> Config:
    return load(installation.config, data=installation.data)


def largest_file(release: releases.Release) -> Path:
    return max(release.graph_path.glob("*.sst"), key=lambda file: file.stat().st_size)


def alter(file: Path) -> None:
    """One byte in the middle is another one; the size stays."""
    body = bytearray(file.read_bytes())
    body[len(body) // 2] ^= 0xFF
    file.write_bytes(body)


def test_the_list_says_which_release_is_current_pinned_and_damaged(config, capsys):
    release_commands.pin(config, 1)
    largest_file(open_release(config.data, 1)).write_bytes(b"cut")
    capsys.readouterr()
    release_commands.print_list(config, as_json=False)
    head, first, second, total = capsys.readouterr().out.splitlines()
    assert head.split() == [
        "release",
        "created",
        "entities",
        "records",
        "links",
        "size",
        "of",
        "it",
        "new",
    ]
    assert first.split()[0] == "1"
    assert "pinned, damaged: graph/" in first
    assert "has 3 bytes" in first
    assert second.split()[0] == "2"
    assert second.split()[-1] == "current"
    assert total.endswith("on the disk, files that releases share counted once")


def test_the_list_as_json_counts_shared_bytes_once(config, capsys):
    first, second = (open_release(config.data, number) for number in (1, 2))
    shared = largest_file(first)
    twin = second.graph_path / shared.name
    twin.unlink()
    twin.hardlink_to(shared)
    release_commands.print_list(config, as_json=True)
    answer = json.loads(capsys.readouterr().out)
    one, two = answer["releases"]
    assert (one["number"], one["entities"], one["records"], one["current"]) == (1, 140, 141, False)
    assert (two["number"], two["pinned"], two["current"]) == (2, False, True)
    assert one["new_bytes"] == one["bytes"]
    assert two["new_bytes"] == two["bytes"] - shared.stat().st_size
    assert answer["total_bytes"] == one["bytes"] + two["new_bytes"]


def test_a_release_whose_release_json_is_lost_is_listed_without_counts(config, capsys):
    (open_release(config.data, 1).path / "release.json").unlink()
    release_commands.print_list(config, as_json=True)
    listed = json.loads(capsys.readouterr().out)["releases"][0]
    assert (listed["created_at"], listed["links"]) == (None, None)
    assert listed["damage"] == "release.json is missing"
    release_commands.print_list(config, as_json=False)
    assert "damaged: release.json is missing" in capsys.readouterr().out


def test_a_release_that_is_dropped_while_it_is_listed_is_left_out(config, capsys, monkeypatch):
    sizes = {**releases.disk_sizes(config.data), 9: releases.Size(whole=1, new=1)}
    monkeypatch.setattr(releases, "disk_sizes", lambda _: sizes)
    release_commands.print_list(config, as_json=True)
    numbers = [each["number"] for each in json.loads(capsys.readouterr().out)["releases"]]
    assert numbers == [1, 2]


def test_without_a_release_the_list_says_what_to_do(demo, tmp_path, capsys):
    release_commands.print_list(load(demo.config, data=tmp_path), as_json=False)
    assert "run `weft build`" in capsys.readouterr().out


def test_show_tells_the_counts_of_a_release(config, capsys):
    release_commands.pin(config, 2)
    capsys.readouterr()
    release_commands.show(config, None, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "release 2: current, pinned"
    table = dict(line.strip().rsplit("  ", 1) for line in lines[1:])
    counts = {name.strip(): value for name, value in table.items()}
    assert counts["entities"] == "140"
    assert counts["entities: dataset"] == "95"
    assert counts["records of zenodo"] == "32"
    release_commands.show(config, 1, as_json=False)
    assert capsys.readouterr().out.splitlines()[0] == "release 1"


def test_show_as_json_is_release_json(config, capsys):
    release_commands.show(config, 1, as_json=True)
    shown = json.loads(capsys.readouterr().out)
    assert shown == json.loads((config.data / "releases" / "1" / "release.json").read_text())


def test_use_pin_unpin_and_drop_change_the_shelf(config, capsys):
    release_commands.use(config, 1)
    assert open_release(config.data).number == 1
    release_commands.pin(config, 2)
    with pytest.raises(ReleaseError, match="`weft release unpin 2`"):
        release_commands.drop(config, 2)
    release_commands.unpin(config, 2)
    release_commands.drop(config, 2)
    assert releases.release_numbers(config.data) == [1]
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("release 1 of ")
    assert said[1:] == [
        "release 2 is pinned: it stays until `weft release unpin 2`",
        "release 2 is not pinned: it goes when it is older than the newest 5",
        "release 2 is gone; its number is not given again",
    ]


def test_a_release_as_it_was_published_is_good(config, capsys):
    assert release_commands.verify(config, None, as_json=False) == 0
    assert capsys.readouterr().out.startswith("release 2 is good: ")
    assert release_commands.verify(config, 1, as_json=True) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["number"], verdict["good"], verdict["damaged"]) == (1, True, [])


async def test_a_release_that_was_served_is_still_as_it_was_published(config):
    async with open_site(config.data) as site:
        await site.pool.run("ASK {}", ResultFormat.JSON)
        assert release_commands.verify(config, None, as_json=True) == 0
    assert release_commands.verify(config, None, as_json=True) == 0


def test_verify_names_every_damaged_file_and_another_release(config, capsys):
    release = open_release(config.data, 2)
    file = largest_file(release)
    alter(file)
    (release.text_path / "meta.json").unlink()
    (release.path / "stray").touch()
    assert release_commands.verify(config, None, as_json=False) == 1
    assert capsys.readouterr().out.splitlines()[:-1] == [
        f"graph/{file.name} has another content than when it was published",
        "text/meta.json is missing",
        "stray is not part of the release",
        "the counts were not compared: damaged files cannot be read safely",
    ]
    assert release_commands.verify(config, 2, as_json=True) == 1
    verdict = json.loads(capsys.readouterr().out)
    assert [damage["problem"] for damage in verdict["damaged"]] == ["content", "missing", "extra"]


def test_the_last_line_of_verify_says_what_to_do(config, capsys):
    alter(largest_file(open_release(config.data, 2)))
    release_commands.verify(config, 2, as_json=False)
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("release 2 is not as it was published (")
    assert last.endswith("; try `weft release verify 1` and `weft release use 1`")
    shutil.rmtree(config.data / "releases" / "1")
    release_commands.verify(config, 2, as_json=False)
    assert "; there is no other: run `weft build`" in capsys.readouterr().out


def test_verify_compares_every_count_with_release_json(config, capsys):
    path = open_release(config.data, 2).path / "release.json"
    record = json.loads(path.read_text())
    record |= {"entities": 141, "links": record["links"] + 1}
    record["by_source"]["zenodo"] -= 1
    path.write_text(json.dumps(record))
    assert release_commands.verify(config, None, as_json=False) == 1
    assert capsys.readouterr().out.splitlines()[:-1] == [
        "entities: 140 counted, 141 in release.json",
        f"links: {record['links'] - 1} counted, {record['links']} in release.json",
        "by_source zenodo: 32 counted, 31 in release.json",
        "documents: 140 counted, 141 in release.json",
    ]


def test_verify_tells_when_release_json_itself_is_lost(config, capsys):
    (open_release(config.data, 2).path / "release.json").unlink()
    assert release_commands.verify(config, None, as_json=True) == 1
    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["number"], verdict["files"]) == (2, 0)
    assert verdict["damaged"] == [
        {"file": "release.json", "problem": "missing", "detail": "is missing"}
    ]


def test_a_release_without_checksums_cannot_be_verified(config, capsys):
    path = open_release(config.data, 2).path / "release.json"
    record = json.loads(path.read_text())
    del record["files"]
    path.write_text(json.dumps(record))
    assert release_commands.verify(config, 2, as_json=False) == 1
    why, last = capsys.readouterr().out.splitlines()
    assert why.startswith("it has no checksums: it was made by an older version")
    assert last.startswith("release 2 could not be verified (0 files, 0 bytes)")


def test_an_index_that_this_version_cannot_read_leaves_the_counts_uncompared(
    config, capsys, monkeypatch
):
    monkeypatch.setattr("search.text.tantivy_engine.LAYOUT", 99)
    assert release_commands.verify(config, 2, as_json=False) == 1
    assert "the counts were not compared: text index" in capsys.readouterr().out


def test_verify_of_no_release_is_refused(config):
    with pytest.raises(NoRelease, match="no release 9"):
        release_commands.verify(config, 9, as_json=False)


def test_serve_refuses_a_damaged_release_and_says_which_is_good(installation, config):
    file = largest_file(open_release(config.data))
    size = file.stat().st_size
    file.write_bytes(file.read_bytes()[:100])
    result = installation.run("serve", "--port", "0")
    assert result.exit_code == 3
    assert result.stderr == (
        f"weft: release 2 is damaged: graph/{file.name} has 100 bytes, {size} expected;"
        " release 1 is good: run `weft release use 1`\n"
    )


def test_a_file_that_was_written_to_and_kept_its_size_is_refused_and_never_built_upon(
    installation, config
):
    file = largest_file(open_release(config.data))
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    told = (
        f"release 2 is damaged: graph/{file.name} has another content than when it was published;"
        " release 1 is good"
    )
    for command in (("serve", "--port", "0"), ("search", "higgs"), ("explain", "--conflicts")):
        result = installation.run(*command)
        assert (result.exit_code, told in result.stderr) == (3, True)
    assert installation.run("build").exit_code == 0
    assert open_release(config.data).number == 3
    assert release_commands.verify(config, None, as_json=True) == 0


async def test_a_release_that_is_served_is_not_dropped(config):
    async with open_site(config.data, number=1):
        with pytest.raises(ReleaseError, match="release 1 is being served"):
            release_commands.drop(config, 1)
        assert releases.drop_old(config.data, 1) == []
    assert releases.drop_old(config.data, 1) == [1]


@pytest.mark.parametrize("step", ["merge:", "write:", "index:", "publish:"])
def test_a_build_killed_at_any_of_its_steps_leaves_a_release_and_the_next_one_succeeds(
    installation, config, step
):
    installation.run("remap")  # so that there is something to build
    with installation.process("build") as process:
        assert process.stderr is not None
        told = any(line.startswith(step) for line in process.stderr)
        process.send_signal(signal.SIGKILL)
    assert told, "the build ended before it could be killed"
    current = open_release(config.data).number
    assert current in {2, 3}
    assert release_commands.verify(config, None, as_json=True) == 0
    installation.run("remap")
    result = installation.run("build")
    assert result.exit_code == 0
    assert open_release(config.data).number > current
    assert release_commands.verify(config, None, as_json=True) == 0
    assert not list(config.data.glob("releases/*.unfinished"))


@pytest.fixture
def small_disk(installation: Installation):
    """The releases of an installation on a disk of their own, of 24 MB."""
    shelf = installation.data / "releases"
    aside = shelf.with_name("aside")
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not mount or not umount:
        pytest.skip("needs mount and umount")
    shelf.rename(aside)
    shelf.mkdir()
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=24m", "none", shelf], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        shutil.copytree(aside, shelf, symlinks=True, dirs_exist_ok=True)
        yield shelf
    finally:
        subprocess.run([umount, "-l", shelf], check=True)  # even if a failed test holds it


@pytest.mark.parametrize("free", [8_192, 300_000, 1_500_000, 2_500_000])
def test_a_build_on_a_full_disk_fails_cleanly_and_succeeds_when_there_is_room(
    installation, small_disk, free
):
    """The places where it fails: the index, the N-Quads, the store."""
    installation.run("remap")  # so that there is something to build
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(small_disk).free - free))
    result = installation.run("build")
    assert result.exit_code == 3
    assert result.stderr.splitlines()[-1] == (
        f"weft: the disk under {installation.data} is full: no release was made, release 2 is still"
        " the current one; make room (`weft release list` shows what each release takes,"
        " `weft release drop N` removes one) and build again"
    )
    assert not list(small_disk.glob("*.unfinished"))
    config = load(installation.config, data=installation.data)
    assert release_commands.verify(config, None, as_json=True) == 0
    assert open_release(config.data).number == 2
    releases.drop(config.data, 1)  # needs no room itself
    ballast.unlink()
    assert installation.run("build").exit_code == 0
    assert open_release(config.data).number == 3
    assert release_commands.verify(config, None, as_json=True) == 0
