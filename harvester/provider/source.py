"""Where an OAI-PMH provider's records come from, and the XML fragments such a source hands over.

Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html#Record
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Annotated, Protocol

from msgspec import Meta, Struct

from harvester.protocol import OAI_NS, DeletedRecord, Granularity


class Selection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a ListRecords or ListIdentifiers request asks for; None = not narrowed."""

    prefix: str
    since: Annotated[datetime, Meta(tz=True)] | None = None
    """First moment wanted, UTC."""
    until: Annotated[datetime, Meta(tz=True)] | None = None
    """Last second wanted, UTC, inclusive."""
    set: str | None = None
    """setSpec; the sets below it (`physics:hep` below `physics`) belong to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryFacts:
    """What Identify tells, apart from the address."""

    name: str
    admin_emails: tuple[str, ...]
    earliest: datetime
    """Aware; no record has an earlier datestamp."""
    deleted_record: DeletedRecord
    granularity: Granularity


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataFormat:
    """One format as ListMetadataFormats tells it."""

    prefix: str
    schema: str
    """Address of its XML Schema."""
    namespace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of a list: XML fragments in list order and where the next part begins."""

    items: tuple[bytes, ...]
    """UTF-8 `<record>`, `<header>` or `<set>` elements, in the protocol's namespace: by their
    own declaration, or by none, since the answer around them declares it as the default."""
    next_position: str = ""
    """Given back to the source for the next page; empty = the list ends here."""


class RecordSource(Protocol):
    """Where records come from: an archive, a merged graph, a fake in a test.

    A position is the source's own text, empty for the beginning; the source must find the place
    again from it alone, so that tokens need no memory on the server.
    Methods that take one raise ValueError when it cannot be theirs.
    """

    def identify(self) -> RepositoryFacts:
        """Tell about the whole repository."""
        ...

    def formats(self, identifier: str | None) -> tuple[MetadataFormat, ...] | None:
        """List formats: all (identifier None), or one item's; None = no such item."""
        ...

    def count_sets(self) -> int:
        """Return how many sets there are; 0 = the repository has no sets."""
        ...

    def sets(self, position: str) -> Page:
        """Return the sets from `position` on, each written by `write_set`."""
        ...

    def count(self, selection: Selection) -> int | None:
        """Return how many records are selected; None when counting would cost too much."""
        ...

    def headers(self, selection: Selection, position: str) -> Page:
        """Return the headers selected, from `position` on."""
        ...

    def records(self, selection: Selection, position: str) -> Page:
        """Return the records selected, from `position` on."""
        ...

    def record(self, identifier: str, prefix: str) -> bytes | None:
        """Return one `<record>`; None when the item or the format is not there."""
        ...


def escape_text(value: str) -> str:
    """Write a value as XML character data."""
    return escape(value, quote=False)


def write_header(
    identifier: str, datestamp: str, sets: Sequence[str], *, is_deleted: bool = False
) -> bytes:
    """Write a `<header>`; its namespace is the default one of the element around it."""
    status = ' status="deleted"' if is_deleted else ""
    specs = "".join(f"<setSpec>{escape_text(spec)}</setSpec>" for spec in sets)
    return (
        f"<header{status}><identifier>{escape_text(identifier)}</identifier>"
        f"<datestamp>{escape_text(datestamp)}</datestamp>{specs}</header>"
    ).encode()


def write_record(header: bytes, metadata: bytes = b"", about: Sequence[bytes] = ()) -> bytes:
    """Write a `<record>` from a header, one metadata document (empty = deleted) and abouts.

    The parts are complete XML elements; `metadata` and `about` bring their own namespaces.
    """
    inner = b"<metadata>" + metadata + b"</metadata>" if metadata else b""
    abouts = b"".join(b"<about>" + each + b"</about>" for each in about)
    return b'<record xmlns="%s">%s%s%s</record>' % (OAI_NS.encode(), header, inner, abouts)


def write_set(spec: str, name: str) -> bytes:
    """Write a `<set>` of a ListSets answer."""
    names = f"<setSpec>{escape_text(spec)}</setSpec><setName>{escape_text(name)}</setName>"
    return f"<set>{names}</set>".encode()
