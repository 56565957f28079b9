"""One file into the stage, under the name of a source of its own."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from harvester.answers.parse import Page, Rejected
from harvester.files.csv_rows import CSV
from harvester.files.kbart import KBART
from harvester.files.marcxml import is_marcxml, read_marcxml
from harvester.files.onix import is_onix, read_onix
from harvester.files.opened import BROKEN, Item, OpenedFile, UnreadableFile, opened
from harvester.files.table import find_header, read_table
from harvester.protocol import format_datestamp
from harvester.record import RawRecord, SourceStateName
from harvester.report import HarvestReport, Progress
from harvester.stage import RunEnd, Stage, Tally
from harvester.window import Window

PAGE_RECORDS: Final = 500
"""Records staged in one transaction."""
SCOPE: Final = "file:"
"""How the scope of a source that comes from files begins; the format follows."""

Report = Callable[[Progress], None]

log = logging.getLogger(__name__)


async def import_file(
    name: str,
    path: Path,
    stage: Stage,
    *,
    report: Report | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> HarvestReport:
    """Stage the records of a file under a source's name; the same file again changes nothing.

    What an earlier file of the source had and this one has not stays. A file without fault settles
    what was rejected of earlier ones, so parts are best given names of their own. The identifiers
    are those of the file behind the source's name, since a number that one file gives is not
    unique among all. The report's state is `incomplete` when something was rejected or the
    file breaks off.

    Args:
        name: the source's name in the stage.
        path: the file; ONIX 3.0, KBART, CSV or MARCXML, in gzip or not.
        stage: keeps.
        report: told after every staged page.
        now: the clock.

    Raises:
        UnreadableFile: absent, of no known format, or the source is one that is harvested.
        StorageError: the stage cannot be written.
    """
    scope = stage.scope(name)
    if scope and not scope.startswith(SCOPE):
        raise UnreadableFile(f"{path}: source {name!r} is harvested; import under another name")
    with opened(path) as file:
        prefix, items = _reader(file)
        log.info("import name=%s prefix=%s", name, prefix)
        run = _Run(name=name, path=path, stage=stage, report=report)
        return await run.to_end(prefix, items, now)


def _reader(file: OpenedFile) -> tuple[str, Iterator[Item]]:
    """Tell the format by the file's beginning."""
    if file.head.lstrip("\ufeff \t\r\n").startswith("<"):
        for prefix, is_it, read in (
            ("onix", is_onix, read_onix),
            ("marcxml", is_marcxml, read_marcxml),
        ):
            if is_it(file.head):
                return prefix, read(file)
        raise UnreadableFile(f"{file.path}: XML, but neither ONIX nor MARCXML")
    for prefix, layout in (("kbart", KBART), ("csv", CSV)):
        if find_header(file.head, layout):
            return prefix, read_table(file, layout)
    raise UnreadableFile(
        f"{file.path}: no ONIX, MARCXML or KBART, and no header row of OAPEN's or DOAB's CSV"
    )


@dataclass(slots=True, kw_only=True)
class _Run:
    """One file on its way."""

    name: str
    path: Path
    stage: Stage
    report: Report | None
    n_pages: int = 0
    n_records: int = 0
    seen: int = 0
    tally: Tally = field(default_factory=Tally)

    async def to_end(
        self, prefix: str, items: Iterator[Item], now: Callable[[], datetime]
    ) -> HarvestReport:
        """Stage all that the file has, note the end, and report it."""
        started_at = format_datestamp(now())
        start = await self.stage.begin_run(self.name, f"{SCOPE}{prefix}")
        for left in start.pending:  # a killed run's; its records are staged again with this file
            await self.stage.close_window(left.window_id)
        (window,) = await self.stage.plan(self.name, prefix, (Window(),), planned_at=started_at)
        whole = _to_break(items)
        while page := await asyncio.to_thread(_next_page, whole):
            await self._commit(window.window_id, page, started_at)
        await self.stage.close_window(window.window_id)
        end = self._end()
        await self.stage.end_run(self.name, end)
        log.info("imported name=%s state=%s error=%s", self.name, end.state, end.error)
        return HarvestReport(
            source=self.name,
            state=end.state,
            error=end.error,
            tally=self.tally,
            n_pages=self.n_pages,
            seen=self.seen,
            announced=None,
            started_at=started_at,
            finished_at=format_datestamp(now()),
        )

    async def _commit(self, window_id: int, items: list[Item], moment: str) -> None:
        """Stage some records; the moment of the import stands in for their datestamp."""
        named = partial(_named, self.name, moment)
        records = tuple(named(item) for item in items if isinstance(item, RawRecord))
        rejected = tuple(item for item in items if isinstance(item, Rejected))
        page = Page(
            records=records,
            rejected=rejected,
            token=None,
            complete_list_size=None,
            cursor=None,
            response_date="",
        )
        after, tally = await self.stage.commit_page(window_id, page)
        self.tally += tally
        self.seen = after.seen
        self.n_pages += 1
        self.n_records += len(records)
        if self.report is not None:
            self.report(
                Progress(
                    source=self.name,
                    n_pages=self.n_pages,
                    n_records=self.n_records,
                    seen=self.seen,
                    announced=None,
                )
            )

    def _end(self) -> RunEnd:
        n_rejected = self.tally.rejected
        if not self.n_records and not n_rejected:
            return RunEnd(state="failed", error=f"{self.path.name} has no records")
        if not n_rejected:
            return RunEnd(state="complete", error=None)
        state: SourceStateName = "incomplete" if self.n_records else "failed"
        parts = "part" if n_rejected == 1 else "parts"
        return RunEnd(state=state, error=f"{n_rejected} {parts} of {self.path.name} rejected")


def _to_break(items: Iterator[Item]) -> Iterator[Item]:
    """The items, and where the file is cut or damaged a last word on that."""
    try:
        yield from items
    except BROKEN as error:
        yield Rejected(identifier="", reason="cut-file", detail=str(error), body=b"")


def _next_page(items: Iterator[Item]) -> list[Item]:
    return list(islice(items, PAGE_RECORDS))


def _named(name: str, moment: str, record: RawRecord) -> RawRecord:
    return replace(record, identifier=f"{name}:{record.identifier}", datestamp=moment)
