"""What is asked of the repository and what it answers, as values, down to the bytes on the wire."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from xml.sax.saxutils import escape, quoteattr

from harvester.protocol import Granularity
from tests.harvester.misbehaving.holdings import Item

XML = ("Content-Type", "text/xml; charset=utf-8")
HTML = ("Content-Type", "text/html")
HOME = "@HOME@"
"""Stands for the server's own address in bodies and headers until they are sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request."""

    path: str
    query: str
    """As sent, percent-encoded."""
    arguments: dict[str, str]
    headers: dict[str, str]
    """Names in lower case."""
    n_in_flight: int = 1
    """Requests that the server is answering, this one included."""
    at_s: float = 0.0
    """Reading of the shared clock."""

    @property
    def verb(self) -> str:
        return self.arguments.get("verb", "")

    @property
    def token(self) -> str | None:
        return self.arguments.get("resumptionToken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of ListRecords or ListIdentifiers."""

    verb: str
    items: tuple[Item, ...]
    token: str | None
    """None: no element. Empty: an empty element."""
    size: int | str | None
    """completeListSize; None leaves it and the cursor out."""
    cursor: int
    granularity: Granularity = Granularity.SECOND

    def xml(self) -> str:
        rows = (
            item.record(self.granularity)
            if self.verb == "ListRecords"
            else item.header(self.granularity)
            for item in self.items
        )
        return f"<{self.verb}>{''.join(rows)}{self._token()}</{self.verb}>"

    def _token(self) -> str:
        if self.token is None:
            return ""
        counts = "" if self.size is None else f' completeListSize="{self.size}"'
        if self.size is not None:
            counts += f' cursor="{self.cursor}"'
        return f"<resumptionToken{counts}>{escape(self.token)}</resumptionToken>"


class Sending(StrEnum):
    """How the bytes of a reply go out."""

    WHOLE = "with their Content-Length"
    CHUNKED = "in chunks"
    CHUNKED_CUT = "in chunks, without the last one"
    CUT = "some of those that Content-Length promises, then the end"
    SHORT_LENGTH = "all, with a Content-Length that is too small"
    UNFRAMED = "until the connection ends, without a length"
    RESET = "some, then the connection is reset"
    HANG = "none, and the connection stays open"
    STALL = "half of them, and the connection stays open"
    DRIP = "byte by byte, slowly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer; faults change it before it is sent."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = (XML,)
    date: str = "2026-03-01T00:00:00Z"
    """responseDate."""
    listing: Listing | None = None
    record: Item | None = None
    """What GetRecord answers."""
    content: str = ""
    """The inside of the root when there is neither listing nor record."""
    granularity: Granularity = Granularity.SECOND
    body: bytes | None = None
    """The bytes themselves, once a fault has touched them."""
    sending: Sending = Sending.WHOLE
    n_bytes: int | None = None
    """How many bytes go out where `sending` says "some"."""
    takes_s: float = 0.0
    """Real time the answer takes, so that requests overlap."""

    def rendered(self) -> bytes:
        """The body."""
        if self.body is not None:
            return self.body
        content = self.content
        if self.listing is not None:
            content = self.listing.xml()
        elif self.record is not None:
            content = f"<GetRecord>{self.record.record(self.granularity)}</GetRecord>"
        return (
            "<?xml version='1.0' encoding='UTF-8'?>\n"
            '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
            f"<responseDate>{self.date}</responseDate><request>{HOME}/oai</request>"
            f"{content}</OAI-PMH>"
        ).encode()

    def identifiers(self) -> tuple[str, ...]:
        """Of the records in it; headers of ListIdentifiers are none."""
        if self.record is not None:
            return (self.record.identifier,)
        if self.listing is None or self.listing.verb != "ListRecords":
            return ()
        return tuple(item.identifier for item in self.listing.items)

    def holds(self, identifiers: frozenset[str]) -> bool:
        """Whether records with one of these identifiers are in it."""
        return not identifiers.isdisjoint(self.identifiers())


def oai_error(code: str, text: str = "", *, status: int = 200) -> Reply:
    """An `<error>`, by default with the status that the specification asks for."""
    return Reply(status=status, content=f"<error code={quoteattr(code)}>{escape(text)}</error>")


def http_page(status: int, *headers: tuple[str, str]) -> Reply:
    """A page for people, such as a proxy sends."""
    body = f"<html><body><h1>{status}</h1><p>Just a moment...</body></html>".encode()
    return Reply(status=status, headers=(HTML, *headers), body=body)


def with_headers(reply: Reply, *headers: tuple[str, str]) -> Reply:
    """The reply with further header fields."""
    return replace(reply, headers=(*reply.headers, *headers))


@dataclass(slots=True)
class Counts:
    """What the repository has answered so far."""

    asks: list[Ask] = field(default_factory=list)
    n_records: int = 0
    """Records in answers that went out whole, repeated ones included."""
    n_get_records: int = 0
    n_list_identifiers: int = 0
    n_faults_met: int = 0
    replayed: list[str] = field(default_factory=list)
    """Tokens that were sent more than once, after the repository had acted on them."""
    too_early: list[str] = field(default_factory=list)
    """Requests that came before the pause was over that the repository had asked for."""
    fetched: list[str] = field(default_factory=list)
    """Paths asked for that are not the repository's: entities, DTDs, other base URLs."""

    @property
    def n_requests(self) -> int:
        return len(self.asks)
