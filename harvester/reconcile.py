"""Finds what a repository dropped without a word: lists its identifiers and marks what is gone.

For repositories whose `deletedRecord` is `transient` or `no`. Only a list that is known to be whole
marks anything. Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html#DeletedRecords
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from harvester.answers.parse import Page, read_record
from harvester.client import Client
from harvester.errors import HarvestError, IdDoesNotExist, StorageError
from harvester.harvest import describe, time_line_of
from harvester.http.politeness import Wait
from harvester.lists.cover import cover
from harvester.lists.root import Root
from harvester.protocol import DeletedRecord, Verb, format_datestamp
from harvester.record import RawRecord, Repository
from harvester.report import Losses, Progress
from harvester.request import get_record
from harvester.stage import Stage, Tally
from harvester.window import Window

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """How looking for vanished records went."""

    source: str
    state: Literal["complete", "not-needed", "incomplete"]
    """`not-needed`: the repository keeps its deleted records for ever."""
    n_listed: int = 0
    n_vanished: int = 0
    """Records marked by this run."""
    error: str | None = None
    """Why nothing was marked."""


async def reconcile(
    name: str,
    repository: Repository,
    client: Client,
    stage: Stage,
    *,
    report: Callable[[Progress], None] | None = None,
) -> Reconciliation:
    """Mark the staged records that a repository lists no longer as vanished.

    A list that broke, ended early or came back empty marks nothing. Where the repository announces
    no size, a list that ended early cannot be told from a whole one, so each record that it left
    out is asked for singly and marked only when the repository does not know it.

    Args:
        name: the source's name in the stage.
        repository: where and how politely to ask.
        client: asks.
        stage: keeps; nobody may harvest into it meanwhile.
        report: called after every page of identifiers and when a wait begins.

    Raises:
        StorageError: the stage cannot be written.
    """
    if stage.scope(name) != repository.scope:
        error = "not harvested with this address, prefix and set: run `weft harvest` first"
        return Reconciliation(source=name, state="incomplete", error=error)
    run = _Run(name=name, repository=repository, client=client, stage=stage, report=report)
    await stage.forget_listed(name)
    try:
        done = await run.to_end()
    except StorageError:
        raise
    except HarvestError as error:
        done = Reconciliation(source=name, state="incomplete", error=f"nothing marked: {error}")
    await stage.forget_listed(name)
    log.info("reconciled source=%s state=%s vanished=%d", name, done.state, done.n_vanished)
    return done


@dataclass(slots=True, kw_only=True)
class _Run:
    """One reconciliation in flight."""

    name: str
    repository: Repository
    client: Client
    stage: Stage
    report: Callable[[Progress], None] | None
    losses: Losses = field(default_factory=Losses)
    n_pages: int = 0
    n_listed: int = 0

    async def to_end(self) -> Reconciliation:
        described, problem = await describe(self.repository, self.client, self.waiting)
        if described.deleted_record == DeletedRecord.PERSISTENT:
            return Reconciliation(source=self.name, state="not-needed")
        line = time_line_of(described, self.client.clock.now())
        windows = [Window(set_spec=set_spec) for set_spec in self.repository.set_specs]
        planned = await self.stage.plan(
            self.name,
            self.repository.prefix,
            windows,
            planned_at=format_datestamp(line.latest),
            verb=Verb.LIST_IDENTIFIERS,
        )
        is_counted = True
        for window in planned:
            root = Root(
                name=self.name,
                repository=self.repository,
                client=self.client,
                stage=self.stage,
                line=line,
                window=window,
                account=self,
                losses=self.losses,
                verb=Verb.LIST_IDENTIFIERS,
                has_identify=not problem,
            )
            await cover(root, (window,))
            is_counted = is_counted and root.announced is not None
        return await self._mark(is_counted=is_counted)

    async def _mark(self, *, is_counted: bool) -> Reconciliation:
        """Mark what a whole list left out."""
        if missing := self.losses.said():
            error = f"nothing marked, the list of identifiers is incomplete: {missing}"
            return Reconciliation(
                source=self.name, state="incomplete", n_listed=self.n_listed, error=error
            )
        unlisted = self.stage.unlisted(self.name)
        if unlisted and not self.n_listed:
            error = "nothing marked, the list of identifiers is empty"
            return Reconciliation(source=self.name, state="incomplete", error=error)
        if not is_counted:
            unlisted = [each for each in unlisted if await self._is_gone(each)]
        await self.stage.vanish(self.name, unlisted)
        return Reconciliation(
            source=self.name, state="complete", n_listed=self.n_listed, n_vanished=len(unlisted)
        )

    async def _is_gone(self, identifier: str) -> bool:
        request = get_record(identifier, self.repository.prefix)
        try:
            answer = await self.client.ask(self.repository, request, told=self.waiting)
        except IdDoesNotExist:
            return True
        record = read_record(answer)
        return isinstance(record, RawRecord) and record.is_deleted

    # The account that the roots keep

    def staged(self, page: Page, tally: Tally) -> None:  # noqa: ARG002  # nothing is staged
        """Count a page of identifiers, and report."""
        self.n_pages += 1
        self.n_listed += len(page.headers)
        self._tell()

    def waiting(self, wait: Wait) -> None:
        """Report that the client has begun to wait."""
        self._tell(wait)

    def _tell(self, wait: Wait | None = None) -> None:
        if self.report is not None:
            self.report(
                Progress(
                    source=self.name,
                    n_pages=self.n_pages,
                    n_records=self.n_listed,
                    seen=self.n_listed,
                    announced=None,
                    waiting=wait.reason if wait else "",
                    wait_s=wait.seconds if wait else 0.0,
                )
            )
