"""What can go wrong while answering, by cause.

SearchError
  QuerySyntaxError       the asker: a query that does not parse; carries line and column
  BadSearch              the asker: a page of hits that cannot be had, a cursor of something else
  QueryRefused           the asker: a query that is not allowed here (update, SERVICE)
    QueryTooLong         the asker: more characters than are read
    QueryTooDeep         the asker: nested, or chained, beyond what can be read
  UnknownField           the asker: a field the query language does not have; a QuerySyntaxError
  QueryTimeout           limits: the worker took longer than allowed and was stopped
  QueryTooLarge          limits: one of the two below
    MemoryLimitPassed    limits: the worker needed more memory than allowed
    ResultTooLarge       limits: the result is larger than allowed; the query needs a LIMIT
  WorkersBusy            limits: the queue is full; try again after `retry_after_s`
  IndexDamaged           storage: the text index cannot be opened
  IndexBusy              storage: another writer holds the text index
  ExportFailed           storage: a file could not be written; nothing is kept of it
"""


class SearchError(Exception):
    """Base of everything the search package raises on purpose."""


class QuerySyntaxError(SearchError):
    """A query that does not parse; line and column count from 1."""

    def __init__(self, message: str, *, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class UnknownField(QuerySyntaxError):
    """A field name that the query language does not have."""


class BadSearch(SearchError):
    """A search that cannot be asked so: too deep, or with a cursor that is not one of its own."""


class QueryRefused(SearchError):
    """A query that this endpoint never runs."""


class QueryTooLong(QueryRefused):
    """A query with more characters than are read."""


class QueryTooDeep(QueryRefused):
    """A query whose parts are nested, or chained, beyond what the parser can hold."""


class QueryTimeout(SearchError):
    """The time limit passed; the worker was stopped."""


class QueryTooLarge(SearchError):
    """The memory or the result limit passed; see which of the two."""


class MemoryLimitPassed(QueryTooLarge):
    """The worker needed more memory than it may have, and died or gave up."""


class ResultTooLarge(QueryTooLarge):
    """The serialised result is larger than allowed; only asking for less can help."""


class WorkersBusy(SearchError):
    """No worker is free and the queue is full."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class IndexDamaged(SearchError):
    """The text index of a release cannot be opened."""


class IndexBusy(SearchError):
    """Another writer holds the text index; there can be one at a time."""


class ExportFailed(SearchError):
    """A file could not be written whole; its name holds what it held before."""
