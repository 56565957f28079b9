"""The words of OAI-PMH 2.0: namespaces, verbs, datestamps.

Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

OAI_NS: Final = "http://www.openarchives.org/OAI/2.0/"
OAI: Final = f"{{{OAI_NS}}}"
"""Prefix of an element name in lxml's notation."""


class Verb(StrEnum):
    """The six requests of the protocol."""

    GET_RECORD = "GetRecord"
    IDENTIFY = "Identify"
    LIST_IDENTIFIERS = "ListIdentifiers"
    LIST_METADATA_FORMATS = "ListMetadataFormats"
    LIST_RECORDS = "ListRecords"
    LIST_SETS = "ListSets"


class Granularity(StrEnum):
    """How fine a repository's datestamps are; the value is the specification's own spelling."""

    DAY = "YYYY-MM-DD"
    SECOND = "YYYY-MM-DDThh:mm:ssZ"


class DeletedRecord(StrEnum):
    """How a repository keeps deleted records, as its Identify answer says."""

    NO = "no"
    PERSISTENT = "persistent"
    TRANSIENT = "transient"


_FORMATS = {Granularity.DAY: "%Y-%m-%d", Granularity.SECOND: "%Y-%m-%dT%H:%M:%SZ"}


def format_datestamp(moment: datetime, granularity: Granularity = Granularity.SECOND) -> str:
    """Write an aware moment as a UTCdatetime of the given granularity.

    >>> format_datestamp(datetime(2012, 7, 4, 9, 0, tzinfo=UTC), Granularity.DAY)
    '2012-07-04'
    """
    return moment.astimezone(UTC).strftime(_FORMATS[granularity])


def parse_datestamp(text: str) -> tuple[datetime, Granularity]:
    """Read a UTCdatetime; returns the first moment it covers and its granularity.

    Raises:
        ValueError: the text has neither of the two legal forms.

    >>> parse_datestamp("2012-07-04")[0].isoformat()
    '2012-07-04T00:00:00+00:00'
    """
    text = text.strip()
    for granularity, form in _FORMATS.items():
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC), granularity
        except ValueError:
            continue
    raise ValueError(f"datestamp {text!r} is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ")
