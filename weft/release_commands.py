"""`weft release`: list, show, use, pin, unpin, drop and verify the releases of a data directory."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from graph import release as releases
from graph.catalogue import open_catalogue
from graph.errors import GraphError, NoRelease
from graph.register_file import export_register, import_register
from graph.release import Damage, FileReport, ReleaseRecord
from graph.store import open_graph
from graph.tally import Difference, count, differences
from search.errors import IndexDamaged
from search.text.engines import open_index
from weft.config import Config
from weft.data_directory import NothingStaged, catalogue_path
from weft.terminal import console, print_json

_SHOWN: Final = ("created_at", "base_iri", "entities", "merged_entities", "records", "links",
                 "inner_links", "stubs", "quads")  # fmt: skip


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One release of the list; its counts are null when its release.json cannot be read."""

    number: int
    created_at: str | None
    entities: int | None
    records: int | None
    links: int | None
    current: bool
    pinned: bool
    bytes: int
    """Of all its files."""
    new_bytes: int
    """Of those that no older release shares with it."""
    damage: str | None
    """What the quick check found first."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What `weft release verify` found."""

    number: int | None
    good: bool
    files: int
    bytes: int
    damaged: list[Damage]
    counts: list[Difference]
    """Those that differ."""
    unchecked: str | None
    """Why something could not be compared."""


def print_list(config: Config, *, as_json: bool) -> None:
    """Print every release, oldest first, and what all take on the disk."""
    listed = list_releases(config)
    total = sum(each.new_bytes for each in listed)
    if as_json:
        print_json({"releases": listed, "total_bytes": total})
        return
    if not listed:
        _print(f"no release in {config.data} yet: run `weft build`")
        return
    names = ("release", "created", "entities", "records", "links", "size", "of it new", "")
    table = Table(box=None)
    for name in names:
        table.add_column(name, justify="left" if name in {"created", ""} else "right")
    for each in listed:
        counts = (each.entities, each.records, each.links)
        table.add_row(
            str(each.number),
            (each.created_at or "")[:16].replace("T", " "),
            *("" if number is None else str(number) for number in counts),
            decimal(each.bytes),
            decimal(each.new_bytes),
            Text(_marks(each)),
        )
    console().print(table)
    _print(f"{decimal(total)} on the disk, files that releases share counted once")


def list_releases(config: Config) -> list[Listed]:
    """Every release, oldest first."""
    current = releases.current_number(config.data)
    pinned = releases.pinned_numbers(config.data)
    listed = []
    for number, size in releases.disk_sizes(config.data).items():
        with suppress(NoRelease):  # dropped meanwhile
            is_pinned = number in pinned
            listed.append(
                _listed(config, number, size, is_current=number == current, is_pinned=is_pinned)
            )
    return listed


def show(config: Config, number: int | None, *, as_json: bool) -> None:
    """Print what is in a release, or in the current one.

    Raises:
        NoRelease: there is none.
        ReleaseError: its release.json cannot be read.
    """
    release = releases.open_release(config.data, number)
    record = releases.read_record(release.path)
    if as_json:
        print_json(record)
        return
    marks = []
    if release.number == releases.current_number(config.data):
        marks.append("current")
    if release.number in releases.pinned_numbers(config.data):
        marks.append("pinned")
    _print(f"release {record.number}{': ' if marks else ''}{', '.join(marks)}")
    lines = [(name.replace("_", " "), str(getattr(record, name))) for name in _SHOWN]
    lines += [(f"entities: {kind}", str(n)) for kind, n in sorted(record.by_kind.items())]
    lines += [(f"records of {source}", str(n)) for source, n in sorted(record.by_source.items())]
    lines.append(("files", f"{len(record.files)}, {decimal(_bytes(record))}"))
    width = max(len(name) for name, _ in lines)
    for name, value in lines:
        _print(f"  {name:<{width}}  {value}")


def use(config: Config, number: int) -> None:
    """Make a release the current one.

    Raises:
        NoRelease: there is no such release.
        ReleaseError: it is damaged.
    """
    release = releases.use(config.data, number)
    _print(
        f"release {number} of {release.info.created_at} is the current one;"
        " a running server takes it within a second, the next build follows on as usual"
    )


def pin(config: Config, number: int) -> None:
    """Keep a release for good.

    Raises:
        NoRelease: there is no such release.
    """
    releases.pin(config.data, number)
    _print(f"release {number} is pinned: it stays until `weft release unpin {number}`")


def unpin(config: Config, number: int) -> None:
    """Let a release go with the others.

    Raises:
        NoRelease: there is no such release.
    """
    releases.unpin(config.data, number)
    _print(
        f"release {number} is not pinned: it goes when it is older than the newest {config.keep}"
    )


def drop(config: Config, number: int) -> None:
    """Remove a release.

    Raises:
        NoRelease: there is no such release.
        ReleaseError: it is the current one, pinned, or being served.
    """
    releases.drop(config.data, number)
    _print(f"release {number} is gone; its number is not given again")


def verify(config: Config, number: int | None, *, as_json: bool) -> int:
    """Compare a release, or the current one, with its release.json; 0 when it is good, else 1.

    Raises:
        NoRelease: there is no such release.
    """
    verdict = judge(config, number)
    if as_json:
        print_json(verdict)
        return 0 if verdict.good else 1
    for damage in verdict.damaged:
        _print(str(damage))
    for each in verdict.counts:
        _print(f"{each.name}: {each.found} counted, {each.expected} in release.json")
    if verdict.unchecked:
        _print(verdict.unchecked)
    size = f"{verdict.files} files, {decimal(verdict.bytes)}"
    if verdict.good:
        _print(f"release {verdict.number} is good: {size}")
        return 0
    is_wrong = verdict.damaged or verdict.counts
    how = "is not as it was published" if is_wrong else "could not be verified"
    _print(f"release {verdict.number} {how} ({size}); {_otherwise(config, verdict)}")
    return 1


def judge(config: Config, number: int | None) -> Verdict:
    """Compare files with their checksums, then, if all are whole, what they hold with the counts.

    Raises:
        NoRelease: there is no such release.
    """
    report = releases.check_files(config.data, number)
    record = report.record
    counts: list[Difference] = []
    unchecked = _unchecked(report)
    if record is not None and unchecked is None:
        try:
            counts = _differences(config, record)
        except (GraphError, IndexDamaged) as error:
            unchecked = f"the counts were not compared: {error}"
    named = number if number is not None else releases.current_number(config.data)
    return Verdict(
        number=record.number if record and named is None else named,
        good=not (report.damage or counts or unchecked),
        files=len(record.files) if record else 0,
        bytes=_bytes(record) if record else 0,
        damaged=report.damage,
        counts=counts,
        unchecked=unchecked,
    )


def _unchecked(report: FileReport) -> str | None:
    if report.record is not None and not report.record.files:
        return (
            "it has no checksums: it was made by an older version; `weft build` makes one that has"
        )
    if any(damage.problem != "extra" for damage in report.damage):
        return "the counts were not compared: damaged files cannot be read safely"
    return None


def _differences(config: Config, record: ReleaseRecord) -> list[Difference]:
    release = releases.open_release(config.data, record.number)
    with open_graph(release.graph_path) as graph:
        found = differences(release.info, count(graph))
    with open_index(release.text_path) as index:
        if index.n_documents != record.entities:
            found.append(Difference("documents", record.entities, index.n_documents))
    return found


def _otherwise(config: Config, verdict: Verdict) -> str:
    """Which other release can be used in place of a damaged one."""
    other = releases.newest_good(config.data, besides=verdict.number)
    if other is None:
        return "there is no other: run `weft build` to make one"
    return f"try `weft release verify {other}` and `weft release use {other}`"


def _listed(
    config: Config, number: int, size: releases.Size, *, is_current: bool, is_pinned: bool
) -> Listed:
    damage = releases.quick_check(config.data, number)
    try:
        info = releases.open_release(config.data, number).info
    except GraphError:
        info = None
    return Listed(
        number=number,
        created_at=info.created_at if info else None,
        entities=info.entities if info else None,
        records=info.records if info else None,
        links=info.links if info else None,
        current=is_current,
        pinned=is_pinned,
        bytes=size.whole,
        new_bytes=size.new,
        damage=str(damage[0]) if damage else None,
    )


def _marks(listed: Listed) -> str:
    marks = [name for name in ("current", "pinned") if getattr(listed, name)]
    return ", ".join([*marks, *([f"damaged: {listed.damage}"] if listed.damage else [])])


def _bytes(record: ReleaseRecord) -> int:
    return sum(file.bytes for file in record.files.values())


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


def export_keys(config: Config, path: Path) -> None:
    """Write the register of keys into a file.

    Raises:
        NothingStaged: nothing was built yet.
        RegisterError: the file cannot be written.
        CatalogueError: the catalogue cannot be read.
    """
    if not catalogue_path(config.data).exists():
        raise NothingStaged(f"there is no {catalogue_path(config.data)}: run `weft build` first")
    with open_catalogue(catalogue_path(config.data)) as catalogue:
        n_keys = export_register(catalogue, path)
    _print(f"{n_keys} keys written to {path}")


def import_keys(config: Config, path: Path) -> None:
    """Take over the register of keys in a file.

    Raises:
        RegisterError: there are keys here already, or the file is no register.
        CatalogueError: the catalogue cannot be written.
    """
    with open_catalogue(catalogue_path(config.data)) as catalogue:
        n_keys = import_register(catalogue, path)
    _print(f"{n_keys} keys taken over; `weft build` uses them")
