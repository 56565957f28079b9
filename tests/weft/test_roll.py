"""The roll of a release that a build makes: whole or as differences, it misses no change."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.iris import entity_iri
from graph.release import check_files, open_release, quick_check
from graph.roll import Listed, Span, open_roll
from graph.roll_writer import _SCHEMA
from graph.store import open_graph
from search.metadata.described import read_described
from search.metadata.formats import FORMS
from search.text.engines import open_index
from tests.weft.conftest import Installation, Serve
from tests.weft.shelf import WEFT_NS, Shelf, build_afresh, change_again, gone, keys, shelf, thing

DOI = "10.5072/"


def linked(
    n: int, *targets: str, title: str = "", kind: str = "Dataset", own: str = "", doi: str = ""
) -> str:
    """A thing that cites others by DOI, and may have a second DOI of its own."""
    record = thing(n, doi, title=title, kind=kind)
    related = "".join(
        '<relatedIdentifier relatedIdentifierType="DOI" relationType="Cites">'
        f"{target}</relatedIdentifier>"
        for target in targets
    )
    second = (
        f'<alternateIdentifiers><alternateIdentifier alternateIdentifierType="DOI">{own}'
        "</alternateIdentifier></alternateIdentifiers>"
        if own
        else ""
    )
    more = f"{second}<relatedIdentifiers>{related}</relatedIdentifiers></resource>"
    return record.replace("</resource>", more)


FIRST = tuple(linked(n, f"{DOI}{n % 7 + 1}", f"{DOI}stub{n}", f"{DOI}20") for n in range(1, 15))
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("a title changes", (linked(3, f"{DOI}4", title="Anew"),)),
    ("a thing takes another name", (linked(4, f"{DOI}5", own="10.5073/4"),)),
    ("the kind changes", (linked(5, f"{DOI}6", kind="Text"),)),
    ("two become one", (linked(6, doi=f"{DOI}7"),)),
    ("and two again", (linked(6, f"{DOI}7"),)),
    ("one goes that others cite", (gone(1),)),
    ("one goes that nobody cites", (gone(14),)),
    ("a stub becomes whole", (linked(20),)),
    ("and a stub again", (gone(20),)),
    ("links come and go", (linked(2), linked(8, f"{DOI}9", f"{DOI}10"))),
    ("what went comes back", (linked(1, f"{DOI}2"), linked(14))),
)


def roll(installation: Installation, number: int | None = None) -> dict[str, Listed]:
    with open_roll(open_release(installation.data, number).roll_path) as opened:
        return {each.key: each for each in opened.first(Span(), 10_000)}


def published(installation: Installation) -> dict[str, tuple[bytes, ...]]:
    """What the current release delivers of every live entity, in all formats."""
    release = open_release(installation.data)
    base = release.info.base_iri
    with open_graph(release.graph_path) as graph, open_index(release.text_path) as index:
        found = {}
        for key in set(keys(installation).values()):
            described = read_described(graph, index.document(key), entity_iri(base, key))
            assert described is not None
            found[key] = tuple(form.write(described) for form in FORMS.values())
    return found


@pytest.fixture
def at(serving: Serve) -> Iterator[Shelf]:
    others = tuple(thing(n) for n in range(100, 140))
    with shelf(serving, *FIRST, b=others) as made:
        made.build()
        yield made


def test_a_difference_marks_all_whose_records_changed_and_ends_as_a_whole_build_does(at, tmp_path):
    n_marked = 0
    listed: dict[str, Listed] = {}
    for number, (what, records) in enumerate(STEPS, start=2):
        before = published(at.installation)
        change_again(at, *records)
        at.build()
        assert at.release == number
        after, listed = published(at.installation), roll(at.installation)
        changed = {key for key in before | after if before.get(key) != after.get(key)}
        marked = {key for key, each in listed.items() if each.changed_in == number}
        assert changed, what
        assert changed <= marked, what
        assert {key for key, each in listed.items() if not each.is_deleted} == after.keys(), what
        n_marked += len(marked)
    assert n_marked < 150, "most of the 54 entities change in few of the 11 steps"
    whole = roll(build_afresh(at.installation, tmp_path))
    assert live(listed) == live(whole)
    # that a stub was a thing once, the register does not tell: the former roll does
    assert deleted(whole) < deleted(listed)
    assert deleted(listed) - deleted(whole) == {stub_key(at.installation, f"{DOI}20")}
    with open_roll(open_release(at.installation.data).roll_path) as opened:
        assert opened.lineage == set(range(1, 13))


def stub_key(installation: Installation, doi: str) -> str:
    with open_graph(open_release(installation.data).graph_path) as graph:
        iri = graph.find(f"doi:{doi}")
        assert iri is not None
        assert graph.has(iri, f"{WEFT_NS}Stub")
    return iri.rpartition("/")[2]


def live(listed: dict[str, Listed]) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(e.key, e.kind, e.sources) for e in listed.values() if not e.is_deleted}


def deleted(listed: dict[str, Listed]) -> set[str]:
    return {each.key for each in listed.values() if each.is_deleted}


def test_what_is_merged_away_is_deleted_with_its_sets_and_comes_back(at):
    key = keys(at.installation)["a/7"]
    change_again(at, linked(6, doi=f"{DOI}7"))
    at.build()
    assert keys(at.installation)["a/7"] == keys(at.installation)["a/6"]
    survivor = keys(at.installation)["a/7"]
    (lost,) = {keys(at.installation, 1)[name] for name in ("a/6", "a/7")} - {survivor}
    assert roll(at.installation)[lost] == Listed(2, lost, "dataset", ("a",), is_deleted=True)
    change_again(at, linked(6))
    at.build()
    assert roll(at.installation)[lost] == Listed(3, lost, "dataset", ("a",), is_deleted=False)
    assert key in roll(at.installation)


def test_a_whole_build_keeps_what_was_deleted_and_counts_all_as_changed(at):
    key = keys(at.installation)["a/14"]
    change_again(at, gone(14))
    at.build()
    config = at.installation.config
    text = config.read_text().replace("[weft]", '[weft]\nbase_iri = "http://elsewhere.test/"')
    config.write_text(text)
    at.build()
    listed = roll(at.installation)
    assert {each.changed_in for each in listed.values()} == {3}
    assert listed[key] == Listed(3, key, "dataset", ("a",), is_deleted=True)


def test_a_release_of_an_older_version_is_good_and_the_next_build_writes_a_roll(at):
    """Though nothing else has changed."""
    release = open_release(at.installation.data)
    record = json.loads((release.path / "release.json").read_text())
    del record["files"]["roll.db"]
    (release.path / "release.json").write_text(json.dumps(record))
    release.roll_path.unlink()
    (release.path.parent / ".history.json").unlink()
    assert quick_check(at.installation.data) == []
    assert check_files(at.installation.data).damage == []
    assert at.installation.run("release", "verify").exit_code == 0
    at.build()
    assert at.release == 2
    assert len(roll(at.installation)) == 54
    at.build()
    assert at.release == 2


def test_a_release_with_a_roll_of_another_version_is_no_parent(at, monkeypatch):
    monkeypatch.setattr("graph.roll.LAYOUT", 2)
    monkeypatch.setattr("graph.roll_writer.LAYOUT", 2)
    monkeypatch.setattr("graph.roll_writer._SCHEMA", _SCHEMA.replace("version = 1", "version = 2"))
    change_again(at, gone(14))
    at.build()
    listed = roll(at.installation).values()
    assert {each.changed_in for each in listed} == {2}


def test_the_roll_is_part_of_what_is_verified(at):
    path = open_release(at.installation.data).roll_path
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 0xFF
    path.chmod(0o644)
    path.write_bytes(body)
    assert [(each.file, each.problem) for each in check_files(at.installation.data).damage] == [
        ("roll.db", "content")
    ]
    path.write_bytes(b"cut")
    assert [(each.file, each.problem) for each in quick_check(at.installation.data)] == [
        ("roll.db", "size")
    ]
    change_again(at, gone(14))
    at.build()
    assert at.release == 2
    assert roll(at.installation)


def test_the_demo_lists_every_entity_once(demo: Installation, tmp_path: Path):
    data = tmp_path / "data"
    shutil.copytree(demo.data, data, symlinks=True)
    listed = roll(Installation(config=demo.config, data=data)).values()
    info = open_release(data).info
    assert len(listed) == info.entities
    kinds = [each.kind for each in listed]
    assert {kind: kinds.count(kind) for kind in info.by_kind} == info.by_kind
