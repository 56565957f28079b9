"""The records that the repository holds: spread over months, some in one second, some deleted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from harvester.protocol import Granularity, format_datestamp

FIRST = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
_DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One record."""

    number: int
    identifier: str
    datestamp: str
    """What from and until select by: `YYYY-MM-DDThh:mm:ssZ`."""
    title: str
    """As a reader shall see it: not escaped."""
    sets: tuple[str, ...] = ()
    is_deleted: bool = False
    stated_datestamp: str | None = None
    """What the header says instead of `datestamp`."""
    xml: str = ""
    """The whole `<record>` instead of the regular one."""

    def header(self, granularity: Granularity = Granularity.SECOND) -> str:
        stamp = self.datestamp[:10] if granularity is Granularity.DAY else self.datestamp
        if self.stated_datestamp is not None:
            stamp = self.stated_datestamp
        sets = "".join(f"<setSpec>{escape(spec)}</setSpec>" for spec in self.sets)
        status = ' status="deleted"' if self.is_deleted else ""
        identifier = f"<identifier>{escape(self.identifier)}</identifier>"
        return f"<header{status}>{identifier}<datestamp>{stamp}</datestamp>{sets}</header>"

    def record(self, granularity: Granularity = Granularity.SECOND) -> str:
        if self.xml:
            return self.xml
        metadata = (
            f"<metadata>{_DC}<dc:title>{escape(self.title)}</dc:title></oai_dc:dc></metadata>"
        )
        return f"<record>{self.header(granularity)}{'' if self.is_deleted else metadata}</record>"


def oai_id(number: int) -> str:
    """The identifier of a record by its number.

    >>> oai_id(7)
    'oai:misbehaving.example:7'
    """
    return f"oai:misbehaving.example:{number}"


def ids(*numbers: int) -> frozenset[str]:
    """Identifiers of these numbers."""
    return frozenset(map(oai_id, numbers))


def _moment(number: int) -> datetime:
    """Five days apart; 10 to 14 in one second, 20 to 29 in one day."""
    if 10 <= number <= 14:
        return FIRST + timedelta(days=50)
    if 20 <= number <= 29:
        return FIRST + timedelta(days=100, minutes=number)
    return FIRST + timedelta(days=5 * number % 400, seconds=37 * number)


def holdings(n: int = 60) -> list[Item]:
    """`n` records between January 2025 and February 2026.

    Titles hold what a recovering parser damages (`&`, `<`) and characters outside of ASCII.
    """
    return [
        Item(
            number=number,
            identifier=oai_id(number),
            datestamp=format_datestamp(_moment(number)),
            title=f"Größe {number} & more < all",
            sets=("physics",) if number % 3 == 0 else ("books", "open"),
            is_deleted=number % 17 == 16,
        )
        for number in range(n)
    ]


def in_one_second(n: int) -> list[Item]:
    """`n` records that no window can tell apart."""
    return [replace(item, datestamp=format_datestamp(FIRST)) for item in holdings(n)]


def with_item(items: Iterable[Item], number: int, **changes: object) -> list[Item]:
    """The items, one of them changed."""
    return [
        replace(item, **changes) if item.number == number else item  # type: ignore[arg-type]  # fields of Item
        for item in items
    ]
