"""All rows of one query, page by page, whatever limit the endpoint keeps to itself.

An endpoint may give fewer rows than were asked for and not say so. So the end is an empty page and
nothing else; a short page that is followed by more shows the endpoint's own limit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from weft.remote.errors import RemoteNotResults, RemoteTooLarge
from weft.remote.results import Row, Solutions

MOST_ROWS: Final = 100_000
"""Rows of one batch: more are asked for with fewer identifiers at a time; some 100 MB."""


@dataclass(slots=True, kw_only=True)
class Pages:
    """Asks for pages; remembers from batch to batch which limit the endpoint keeps."""

    select: Callable[[str], Solutions]
    page: int
    """Rows asked for at a time."""
    url: str
    tell_limit: Callable[[int], None] = lambda _: None
    """Told once when the endpoint is found to give fewer rows than asked for."""
    limit: int | None = None
    """Most rows that the endpoint gives, as far as is known."""
    n_requests: int = 0

    def rows(self, compose: Callable[[int, int], str]) -> list[Row]:
        """Every row of a query, each once.

        Args:
            compose: makes the query for a limit and an offset.

        Raises:
            RemoteTooLarge: there are more rows than are taken at a time.
            RemoteNotResults: the endpoint does not obey OFFSET.
            RemoteError: it could not be asked.
        """
        found: dict[tuple[tuple[str, object], ...], Row] = {}
        offset, asked, last = 0, 0, 0
        while True:
            wanted = min(self.page, self.limit or self.page)
            rows = self.select(compose(wanted, offset)).rows
            self.n_requests += 1
            if not rows:
                return list(found.values())
            n_known = len(found)
            found.update((tuple(sorted(row.items())), row) for row in rows)
            if len(found) == n_known:
                message = f"{self.url} gives the same rows behind OFFSET {offset} as before"
                raise RemoteNotResults(f"{message}: its answers cannot be paged", url=self.url)
            if last < asked:
                self._note(last)
            offset, asked, last = offset + len(rows), wanted, len(rows)
            if offset > MOST_ROWS:
                message = f"{self.url} has more than {MOST_ROWS} rows on one batch"
                raise RemoteTooLarge(f"{message}: lower `batch`", url=self.url)

    def _note(self, n_rows: int) -> None:
        """The page before had so many rows, fewer than were asked for, and there are more."""
        if self.limit is None:
            self.tell_limit(n_rows)
        self.limit = min(self.limit or n_rows, n_rows)
