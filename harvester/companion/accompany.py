"""One companion into the stage: what is due is looked up, and an honest word on how it ended."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from harvester.answers.parse import Page, Rejected
from harvester.client import Client
from harvester.companion.answer import Found, Unreadable
from harvester.companion.due import distinct, is_due, oldest_at
from harvester.companion.service import SERVICES, Service
from harvester.companion.wanted import Companion, Wanted
from harvester.errors import (
    AnswerTooLarge,
    ProtocolError,
    RateLimited,
    TransportError,
    UnexpectedStatus,
)
from harvester.http.politeness import Wait
from harvester.protocol import format_datestamp
from harvester.record import RawRecord, SourceStateName
from harvester.report import HarvestReport, Progress
from harvester.stage import Lookup, RunEnd, Stage, Tally
from harvester.window import Window

MOST_FAILURES: Final = 3
"""Failed look-ups in a row after which the companion is left alone until the next run (guessed)."""

_WORTH_HALVING: Final = frozenset({400, 413, 414, 431, 500, 502, 504})
"""Statuses that may be the fault of one thing in a request for many."""
_CHUNK: Final = 500
_NAMED: Final = 5

log = logging.getLogger(__name__)


async def accompany(  # noqa: PLR0913  # five are needed, one has a default
    name: str,
    companion: Companion,
    wanted: Iterable[Wanted],
    client: Client,
    stage: Stage,
    *,
    report: Callable[[Progress], None] | None = None,
) -> HarvestReport:
    """Look up what is wanted and not known yet, and stage what is found under the companion's name.

    Every answer is committed as it comes, so a kill costs the one in flight and the next run goes
    on from there. Of the report's numbers `seen` counts look-ups that are done,
    earlier ones included, and `announced` all that are wanted.

    Args:
        name: the companion's name, which is that of a source in the stage.
        companion: what to ask, and how politely.
        wanted: what to look up; taken to its end before anything is asked.
        client: asks.
        stage: keeps.
        report: called after every answer and when a wait begins.

    Raises:
        StorageError: the stage cannot be written.
    """
    run = _Run(
        name=name,
        companion=companion,
        service=SERVICES[companion.kind],
        client=client,
        stage=stage,
        report=report,
    )
    return await run.to_end(wanted)


class _GivenUp(Exception):
    """The companion is left alone until the next run."""


@dataclass(slots=True, kw_only=True)
class _Run:
    """One companion's look-ups in flight."""

    name: str
    companion: Companion
    service: Service
    client: Client
    stage: Stage
    report: Callable[[Progress], None] | None
    window_id: int = 0
    due: dict[str, Wanted] = field(default_factory=dict)
    """What is to be looked up, by key."""
    had_before: set[str] = field(default_factory=set)
    """Keys among those due for which something was found before."""
    done: set[str] = field(default_factory=set)
    """Keys among those due that have been answered in this run."""
    failed: dict[str, str] = field(default_factory=dict)
    """Why a look-up failed, by key."""
    n_known: int = 0
    n_failures: int = 0
    """Failed requests since the last good answer."""
    n_answers: int = 0
    n_records: int = 0
    n_retries: int = 0
    tally: Tally = field(default_factory=Tally)

    async def to_end(self, wanted: Iterable[Wanted]) -> HarvestReport:
        """Run, note the end in the stage, and report it."""
        started_at = format_datestamp(self.client.clock.now())
        log.info("companion name=%s url=%s", self.name, self.companion.url)
        await self._begin(started_at)
        await self._find_due(wanted)
        why = ""
        try:
            await self._look_up()
        except _GivenUp as given_up:
            why = str(given_up)
        end = self._end(why)
        await self.stage.close_window(self.window_id)
        await self.stage.end_run(self.name, end)
        log.info("accompanied name=%s state=%s error=%s", self.name, end.state, end.error)
        return HarvestReport(
            source=self.name,
            state=end.state,
            error=end.error,
            tally=self.tally,
            n_pages=self.n_answers,
            seen=self.n_known + len(self.done),
            announced=self.n_known + len(self.due),
            started_at=started_at,
            finished_at=format_datestamp(self.client.clock.now()),
            n_retries=self.n_retries,
            lost=tuple(self.failed),
        )

    async def _begin(self, now: str) -> None:
        """Open a window for what this run stages; one that a killed run left has what it has."""
        start = await self.stage.begin_run(self.name, self.companion.scope)
        for left in start.pending:
            await self.stage.close_window(left.window_id)
        planned = await self.stage.plan(self.name, self.service.prefix, (Window(),), planned_at=now)
        self.window_id = planned[0].window_id

    async def _find_due(self, wanted: Iterable[Wanted]) -> None:
        """Tell what is to be looked up from what is known."""
        oldest = oldest_at(self.client.clock.now())
        each_once = iter(distinct(wanted).values())
        while chunk := tuple(islice(each_once, _CHUNK)):
            known = self.stage.lookups(self.name, [each.key for each in chunk])
            for each in chunk:
                before = known.get(each.key)
                if is_due(each, before, oldest):
                    self.due[each.key] = each
                    if before is not None and before.is_found:
                        self.had_before.add(each.key)
                elif not each.is_gone:
                    self.n_known += 1
            await asyncio.sleep(0)  # others wait for the same loop

    async def _look_up(self) -> None:
        """Ask for everything that is due, a batch at a time."""
        await self._drop_gone()
        for batch in self._batches():
            await self._ask(batch)

    def _batches(self) -> Iterator[tuple[Wanted, ...]]:
        """What is due, as many together as one request takes.

        Made one by one, since an answer may hold what later batches would have asked for.
        """
        batch: list[Wanted] = []
        for each in self.due.values():
            if batch and not self.service.has_room(batch):
                yield tuple(batch)
                batch = []
            if each.key not in self.done:
                batch.append(each)
        if batch:
            yield tuple(batch)

    async def _drop_gone(self) -> None:
        """Stage tombstones for what was found for records that are gone now."""
        gone = tuple(each for each in self.due.values() if each.is_gone)
        self.due = {key: each for key, each in self.due.items() if not each.is_gone}
        for start in range(0, len(gone), _CHUNK):
            chunk = gone[start : start + _CHUNK]
            await self._commit(
                tuple(_tombstone(each) for each in chunk),
                [Lookup(key=each.key, version="", is_found=False) for each in chunk],
            )

    async def _ask(self, batch: tuple[Wanted, ...]) -> None:
        """Ask for a batch; where one thing in it may have spoilt the answer, for its halves."""
        body, found = b"", _NOTHING
        try:
            url = self.service.address(self.companion.url, batch)
            body = await self.client.get(self.companion, url, told=self._waiting)
            found = self.service.read(body, batch)
        except (TransportError, ProtocolError, Unreadable) as error:
            if not self._is_absent(error):
                if len(batch) == 1 or not _is_worth_halving(error):
                    await self._fail(batch, error, body)
                    return
                middle = len(batch) // 2
                await self._ask(batch[:middle])
                await self._ask(batch[middle:])
                return
        await self._keep(batch, found)

    def _is_absent(self, error: Exception) -> bool:
        """Tell whether the answer is that there is no such thing."""
        return isinstance(error, UnexpectedStatus) and error.status in self.service.absent

    async def _keep(self, batch: tuple[Wanted, ...], found: Found) -> None:
        """Stage an answer and note what was asked for it."""
        self.n_failures = 0
        self.n_answers += 1
        answered = {each.key: each for each in batch}
        answered.update((key, self.due[key]) for key in found.keys if key in self.due)
        lost = [
            _tombstone(each)
            for key, each in answered.items()
            if self.service.names_records and key in self.had_before and key not in found.keys
        ]
        await self._commit(
            (*found.records, *lost),
            [
                Lookup(key=key, version=each.version, is_found=key in found.keys)
                for key, each in answered.items()
            ],
        )
        self.n_records += len(found.records)
        self.done.update(answered)
        for key in answered:
            self.failed.pop(key, None)
        self._tell()

    async def _fail(self, batch: tuple[Wanted, ...], error: Exception, body: bytes) -> None:
        """Note look-ups that failed; nobody is asked for ever."""
        self.failed.update((each.key, str(error)) for each in batch)
        if isinstance(error, Unreadable):
            rejected = Rejected(
                identifier=batch[0].key, reason=error.reason, detail=str(error), body=body
            )
            await self.stage.keep(self.window_id, rejected)
            self.tally += Tally(rejected=1)
        self.n_failures += 1
        log.info("look-up failed name=%s key=%s because=%s", self.name, batch[0].key, error)
        if isinstance(error, RateLimited) or self.n_failures >= MOST_FAILURES:
            raise _GivenUp("left alone until the next run")

    async def _commit(self, records: tuple[RawRecord, ...], lookups: Sequence[Lookup]) -> None:
        page = Page(
            records=records,
            rejected=(),
            token=None,
            complete_list_size=None,
            cursor=None,
            response_date="",
        )
        self.tally += await self.stage.commit_lookups(self.window_id, page, lookups)

    def _waiting(self, wait: Wait) -> None:
        """Report that the client has begun to wait."""
        self.n_retries += wait.is_retry
        self._tell(wait)

    def _tell(self, wait: Wait | None = None) -> None:
        if self.report is None:
            return
        self.report(
            Progress(
                source=self.name,
                n_pages=self.n_answers,
                n_records=self.n_records,
                seen=self.n_known + len(self.done),
                announced=self.n_known + len(self.due),
                n_retries=self.n_retries,
                waiting=wait.reason if wait else "",
                wait_s=wait.seconds if wait else 0.0,
            )
        )

    def _end(self, why: str) -> RunEnd:
        """The run's end from what went wrong."""
        n_unasked = len(self.due) - len(self.done) - len(self.failed)
        if not self.failed and not n_unasked:
            return RunEnd(state="complete", error=None)
        state: SourceStateName = "incomplete" if self.n_known or self.done else "failed"
        parts = [_said(self.failed, self.n_known + len(self.due))]
        if n_unasked:
            parts.append(f"{n_unasked} not asked for")
        return RunEnd(state=state, error="; ".join(filter(None, (*parts, why))))


def _is_worth_halving(error: Exception) -> bool:
    """Tell whether one thing in a request for many may be to blame."""
    if isinstance(error, UnexpectedStatus):
        return error.status in _WORTH_HALVING
    return isinstance(error, Unreadable | AnswerTooLarge)


def _tombstone(wanted: Wanted) -> RawRecord:
    return RawRecord(
        identifier=wanted.key, datestamp=wanted.version, is_deleted=True, sets=(), xml=b"null"
    )


def _said(failed: dict[str, str], n_wanted: int) -> str:
    """What failed in one line: how many, the first few by name, and why the last one did."""
    if not failed:
        return ""
    names = ", ".join(islice(failed, _NAMED))
    more = f" and {len(failed) - _NAMED} more" if len(failed) > _NAMED else ""
    were = "look-up" if n_wanted == 1 else "look-ups"
    *_, last = failed.values()
    return f"{len(failed)} of {n_wanted} {were} failed: {names}{more} (last: {last})"


_NOTHING: Final = Found(records=(), keys=frozenset())
