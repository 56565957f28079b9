"""CERN Open Data's REST API: relations, DOI and licence of a record, by its number.

One GET a record, `URL/RECID`. The service's own code describes answers and identifiers:
https://github.com/cernopendata/cernopendata-portal
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from harvester.companion.answer import Found, Unreadable, datestamp_of
from harvester.companion.wanted import Wanted
from harvester.record import RawRecord

PREFIX: Final = "cernopendata-json"
"""metadataPrefix under which the answers are staged."""

_OAI: Final = re.compile(
    r"oai:(?:cernopendata\.cern:|opendata\.cern\.ch:recid/)([1-9][0-9]{0,11})(?:-v[0-9]+)?"
)


class _Metadata(msgspec.Struct, gc=False):
    recid: str | int = ""


class _Answer(msgspec.Struct, gc=False):
    metadata: _Metadata
    updated: str = ""


_DECODER: Final = msgspec.json.Decoder(_Answer)


def wanted_records(headers: Iterable[tuple[str, str, bool]]) -> Iterator[Wanted]:
    """What to look up for harvested records; other identifiers than CERN's are left out.

    Args:
        headers: OAI identifier and datestamp of each record, and whether it is gone.
    """
    for identifier, datestamp, is_gone in headers:
        if match := _OAI.fullmatch(identifier):
            yield Wanted(f"recid:{match[1]}", datestamp, is_gone)


def address(url: str, key: str) -> str:
    """Where a record's JSON is.

    >>> address("https://opendata.cern.ch/api/records", "recid:553")
    'https://opendata.cern.ch/api/records/553'
    """
    return f"{url.rstrip('/')}/{key.removeprefix('recid:')}"


def read(body: bytes, wanted: Wanted) -> Found:
    """Read the answer for one record; the body is kept as it came.

    Raises:
        Unreadable: it is not JSON, or not of this record.
    """
    try:
        answer = _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unreadable("not-json", f"{wanted.key}: {error}") from error
    if f"recid:{answer.metadata.recid}" != wanted.key:
        raise Unreadable("other-record", f"{wanted.key}: recid is {answer.metadata.recid!r}")
    record = RawRecord(
        identifier=wanted.key,
        datestamp=datestamp_of(answer.updated) or wanted.version,
        is_deleted=False,
        sets=(),
        xml=body,
    )
    return Found(records=(record,), keys=frozenset((wanted.key,)))
