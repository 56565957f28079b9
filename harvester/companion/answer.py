"""What an answer of a companion gives."""

from dataclasses import dataclass
from datetime import UTC, datetime

from harvester.protocol import format_datestamp
from harvester.record import RawRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one answer holds of what was asked for."""

    records: tuple[RawRecord, ...]
    keys: frozenset[str]
    """Those of the asked-for keys that the records answer to."""


class Unreadable(Exception):
    """An answer that cannot be staged; its bytes are kept with the reason."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        """`not-json`, `other-record` or `cut-list`."""


def datestamp_of(text: str) -> str:
    """A moment as JSON writes it, to the second in UTC; empty when it is none.

    >>> datestamp_of("2021-05-16T13:46:01.062881+02:00")
    '2021-05-16T11:46:01Z'
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return format_datestamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
