"""Commands that tell what is staged and what could not be read: what each prints."""

from collections.abc import Iterator
from typing import Any

import msgspec
from rich.table import Table

from graph.catalogue import open_catalogue
from graph.crosswalk import map_record
from graph.errors import UnmappableRecord
from harvester.record import MENDED, StagedRecord
from weft.config import Config
from weft.data_directory import catalogue_path
from weft.pipeline import check_source, open_staged
from weft.status import SourceStatus, status
from weft.terminal import console, print_json


def print_status(config: Config, *, as_json: bool) -> None:
    """What is staged, what could not be read, and the current release."""
    now = status(config)
    if as_json:
        print_json(now)
        return
    table = Table(box=None)
    for name in ("source", "state", "live", "deleted", "vanished", "rejected", "last harvest"):
        table.add_column(name, overflow="fold")
    for name, source in now.sources.items():
        counts = map(str, (source.live, source.deleted, source.vanished, source.rejected))
        table.add_row(name, source.state, *counts, (source.last_harvest or "")[:16])
    console().print(table)
    for name, source in now.sources.items():
        for line in _notes(source):
            print(f"{name}: {line}")
    release = now.release
    if release is None:
        print("no release yet: run `weft build`")
        return
    kinds = ", ".join(f"{count} {kind}" for kind, count in release.by_kind.items())
    print(
        f"release {release.number} of {release.created_at}: {release.entities} entities ({kinds})"
        f" of {release.records} records, {release.merged_entities} merged, {release.links} links,"
        f" {release.stubs} stubs, {release.quads} quads"
    )


def _notes(source: SourceStatus) -> Iterator[str]:
    if source.error:
        yield source.error
    if source.mended:
        yield f"{source.mended} pages mended before reading (see `weft records --rejected`)"
    for reason, count in source.reasons.items():
        yield f"{count} rejected: {reason} (see `weft records --rejected`)"
    for reason, count in source.problems.items():
        yield f"{count} read in part: {reason}"


def print_records(config: Config, source: str | None, *, as_json: bool) -> None:
    """One line a staged record, with the title and kind that its crosswalk reads.

    Raises:
        NothingStaged: there is no stage yet.
    """
    check_source(config, source)
    with open_staged(config.data) as stage:
        for record in stage.records(source=source):
            row = _record_row(record)
            if as_json:
                _print_json_line(row)
            else:
                kind = "deleted" if row["deleted"] else row["kind"] or "?"
                print(f"{row['source']}  {row['id']}  {kind}  {row['title'] or ''}")


def _record_row(record: StagedRecord) -> dict[str, Any]:
    title, kind = None, None
    if not record.is_deleted:
        try:
            work = map_record(record)
            title, kind = (work.titles[0].value if work.titles else None), work.kind.value
        except UnmappableRecord:
            pass  # listed without title and kind; `--rejected` says why
    return {
        "source": record.source,
        "id": record.identifier,
        "datestamp": record.datestamp,
        "deleted": record.is_deleted,
        "title": title,
        "kind": kind,
    }


def print_rejected(config: Config, source: str | None, *, as_json: bool) -> None:
    """Everything that could not be read, with the reason."""
    check_source(config, source)
    for row in _rejected_rows(config, source):
        if as_json:
            _print_json_line(row)
        else:
            print(f"{row['source']}  {row['id'] or '-'}  {row['reason']}: {row['detail']}")


def _rejected_rows(config: Config, source: str | None) -> Iterator[dict[str, Any]]:
    with open_staged(config.data) as stage:
        for rejection in stage.rejections(source, with_mended=True):
            yield {
                "source": rejection.source,
                "id": rejection.identifier or None,
                "whole": rejection.reason != MENDED,  # its records are staged all the same
                "reason": rejection.reason,
                "detail": rejection.detail,
            }
    if catalogue_path(config.data).exists():
        with open_catalogue(catalogue_path(config.data)) as catalogue:
            for problem in catalogue.works.problem_records(source):
                yield {
                    "source": problem.source,
                    "id": problem.record,
                    "whole": problem.is_rejected,
                    "reason": problem.reason,
                    "detail": problem.detail,
                }


def _print_json_line(value: object) -> None:
    print(msgspec.json.encode(value).decode())
