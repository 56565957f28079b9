"""Asks an endpoint about all identifiers that are due; each batch is kept when it ends."""

import hashlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from harvester.protocol import format_datestamp
from weft.enrich.keep import Keep
from weft.enrich.kept import Asking, Due
from weft.enrich.pages import Pages
from weft.enrich.report import Failure, PullReport
from weft.enrich.statement import take
from weft.enrich.template import Asked, Template
from weft.enrichment import Enrichment
from weft.remote.errors import RemoteError

_MOST_FAILURES: Final = 5
"""Identifiers that fail one after the other before the endpoint is left alone for this run."""
_CHUNK: Final = 20
"""Batches whose identifiers are read at a time."""

log = logging.getLogger(__name__)


def asking_of(settings: Enrichment, template: Template) -> Asking:
    """What an enrichment asks, whatever about."""
    parts = f"{settings.endpoint}\0{settings.through}\0{template.text}"
    return Asking(
        fingerprint=hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest(),
        endpoint=settings.endpoint,
        query=template.text,
    )


@dataclass(slots=True, kw_only=True)
class Pull:
    """One run."""

    name: str
    settings: Enrichment
    template: Template
    asking: Asking
    keep: Keep
    pages: Pages
    report: PullReport
    progress: Callable[[int, int], None] = lambda _done, _total: None
    """Told how many identifiers are done, and out of how many."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _n_lost: int = field(default=0)
    """Identifiers that failed since the last answer."""

    def run(self, before: str, sample: int | None) -> None:
        """Ask about what is due, or the first of it.

        Args:
            before: a moment; what was answered before it is asked again.
            sample: most identifiers; None for all.
        """
        due = self.keep.count_due(self.name, self.asking, before)
        self.report.due = due
        total = min(due, sample) if sample is not None else due
        self.keep.begin(self.name, self.asking)
        try:
            for batch in self._batches(before, total):
                self._ask(batch)
                self.progress(self.report.asked + len(self.report.failed), total)
        except RemoteError as error:
            self.report.stopped = str(error)
        self.report.requests = self.pages.n_requests
        self.report.row_limit = self.pages.limit

    def _batches(self, before: str, total: int) -> Iterator[list[Due]]:
        """What is due in batches in which no two identifiers name one thing."""
        after, n_left, waiting = "", total, list[Due]()
        while n_left > 0 or waiting:
            most = min(self.settings.batch * _CHUNK, n_left)
            found = self.keep.due(self.name, self.asking, before, after, most) if most else []
            n_left = n_left - len(found) if found else 0
            after = found[-1].identifier if found else after
            waiting += found
            while len(waiting) >= self.settings.batch or (waiting and not n_left):
                batch, waiting = _first_batch(waiting, self.settings.batch)
                yield batch

    def _ask(self, batch: list[Due]) -> None:
        """Ask about a batch; halve it where it is too heavy, down to one identifier.

        Raises:
            RemoteError: no smaller batch would fare better, or too many identifiers failed.
        """
        try:
            self._ask_whole(batch)
        except RemoteError as error:
            if not error.is_heavy:
                raise
            if len(batch) == 1:
                self._lose(batch[0], error)
                return
            log.info("batch of %s halved: %s", len(batch), error)
            middle = len(batch) // 2
            self._ask(batch[:middle])
            self._ask(batch[middle:])

    def _ask_whole(self, batch: list[Due]) -> None:
        asked = [Asked(each.entity, each.identifier, each.terms) for each in batch]
        at = format_datestamp(self.now())
        rows = self.pages.rows(
            lambda limit, offset: self.template.compose(asked, limit=limit, offset=offset)
        )
        taken = take(rows, {each.entity: each.identifier for each in batch})
        said = taken.statements
        answers = [(each.identifier, sorted(said.get(each.identifier, ()))) for each in batch]
        self.keep.put(self.name, self.asking, at, answers, taken.refused.values())
        self._n_lost = 0
        self.report.asked += len(batch)
        self.report.answered += sum(1 for _, statements in answers if statements)
        self.report.statements += sum(len(statements) for _, statements in answers)
        for each in taken.refused.values():
            self.report.refused[each.reason] = self.report.refused.get(each.reason, 0) + each.n

    def _lose(self, due: Due, error: RemoteError) -> None:
        self.keep.fail(self.name, self.asking, due.identifier, str(error))
        self.report.failed.append(Failure(due.identifier, str(error)))
        self._n_lost += 1
        if self._n_lost >= _MOST_FAILURES:
            raise error


def _first_batch(waiting: list[Due], size: int) -> tuple[list[Due], list[Due]]:
    """The first identifiers that each name another thing, and the others."""
    batch: dict[str, Due] = {}
    others = []
    for each in waiting:
        if len(batch) < size and each.entity not in batch:
            batch[each.entity] = each
        else:
            others.append(each)
    return list(batch.values()), others
