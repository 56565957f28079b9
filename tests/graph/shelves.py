"""Shelves of small releases for the tests of graph.release; their files tell their number."""

import os
from pathlib import Path

from graph.release import (
    Draft,
    Release,
    ReleaseInfo,
    check_files,
    drop_old,
    new_draft,
    open_good_release,
    publish,
    release_numbers,
)

SHARED = "graph/000001.sst"
"""A file that a later release shares with an older one, as a hard link."""


def info(number: int) -> ReleaseInfo:
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


def fill(draft: Draft, parent: Release | None = None) -> None:
    """Write what a build writes: files of its own, and one that stays the same over releases."""
    draft.graph_path.mkdir()
    draft.text_path.mkdir()
    (draft.graph_path / "what").write_text(f"graph {draft.number}")
    (draft.text_path / "words").write_text(f"text {draft.number}")
    (draft.text_path / ".reader.lock").touch()
    if parent is None:
        (draft.path / SHARED).write_text("the same in every release")
    else:
        os.link(parent.path / SHARED, draft.path / SHARED)


def build(data: Path, parent: Release | None = None, *, keep: int = 0) -> Release:
    """Publish the next release; drop all but the newest `keep` if that is not 0."""
    with new_draft(data) as draft:
        fill(draft, parent)
        release = publish(draft, info(draft.number))
    if keep:
        drop_old(data, keep)
    return release


def names(data: Path) -> set[str]:
    """What people see in the directory of the releases."""
    return {path.name for path in (data / "releases").iterdir() if path.name[0] != "."}


def assert_whole(data: Path) -> int:
    """The current release can be served and every release is as published; the current number."""
    release = open_good_release(data)
    assert (release.graph_path / "what").read_text() == f"graph {release.number}"
    for number in release_numbers(data):
        assert check_files(data, number).damage == []
    return release.number
