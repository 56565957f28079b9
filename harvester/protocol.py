"""The words of OAI-PMH 2.0: namespaces, verbs, datestamps.

Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

import re
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


_DATESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", re.ASCII)
_DAY_LENGTH: Final = len("YYYY-MM-DD")


def format_datestamp(moment: datetime, granularity: Granularity = Granularity.SECOND) -> str:
    """Write an aware moment as a UTCdatetime of the given granularity.

    >>> format_datestamp(datetime(2012, 7, 4, 9, 0, tzinfo=UTC), Granularity.DAY)
    '2012-07-04'
    """
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    if granularity is Granularity.DAY:
        return utc.date().isoformat()
    return f"{utc.isoformat(timespec='seconds')}Z"  # strftime leaves the zeros of year 0001 out


def parse_datestamp(text: str) -> tuple[datetime, Granularity]:
    """Read a UTCdatetime; returns the first moment it covers and its granularity.

    Raises:
        ValueError: the text has neither of the two legal forms.

    >>> parse_datestamp("2012-07-04")[0].isoformat()
    '2012-07-04T00:00:00+00:00'
    """
    text = text.strip()
    if _DATESTAMP.fullmatch(text):
        has_time = len(text) > _DAY_LENGTH
        moment = datetime.fromisoformat(text[:-1] if has_time else text).replace(tzinfo=UTC)
        return moment, Granularity.SECOND if has_time else Granularity.DAY
    raise ValueError(f"datestamp {text!r} is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ")
