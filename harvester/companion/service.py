"""The services that companions speak to, each with its own way to ask and to read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from harvester.companion import cernopendata, inspire
from harvester.companion.answer import Found
from harvester.companion.wanted import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How one kind of companion is asked."""

    prefix: str
    """metadataPrefix of its records in the stage."""
    has_room: Callable[[Sequence[Wanted]], bool]
    """Whether one more fits into a request."""
    address: Callable[[str, Sequence[Wanted]], str]
    """The request for a batch, from the configured address."""
    read: Callable[[bytes, Sequence[Wanted]], Found]
    """What an answer holds of a batch; raises Unreadable."""
    absent: frozenset[int] = frozenset()
    """HTTP statuses that say there is no such thing."""
    names_records: bool = False
    """Whether a key is also the identifier of the one record found for it."""


SERVICES: Final[dict[str, Service]] = {
    "cernopendata": Service(
        prefix=cernopendata.PREFIX,
        has_room=lambda batch: not batch,
        address=lambda url, batch: cernopendata.address(url, batch[0].key),
        read=lambda body, batch: cernopendata.read(body, batch[0]),
        absent=frozenset({404, 410}),
        names_records=True,
    ),
    "inspire": Service(
        prefix=inspire.PREFIX,
        has_room=inspire.has_room,
        address=inspire.address,
        read=inspire.read,
    ),
}
"""By `Companion.kind`."""
