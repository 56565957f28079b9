"""A repository of generated records: any number of them, made when asked for, never kept.

The records have what real ones have. Those of DataCite: about 3.3 kB of XML, five creators, an
abstract of 120 words, identifiers, and links among each other and to papers that nobody delivers.
Those of Dublin Core: the same work in about 2 kB.
"""

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from harvester.protocol import DeletedRecord, Granularity, format_datestamp
from harvester.provider.source import (
    MetadataFormat,
    Page,
    RepositoryFacts,
    Selection,
    write_header,
    write_record,
)

Prefix = Literal["oai_datacite", "oai_dc"]
PREFIX: Final[Prefix] = "oai_datacite"
_NAMESPACES: Final[dict[Prefix, str]] = {
    "oai_datacite": "http://schema.datacite.org/oai/oai-1.1/",
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
}
_SYLLABLES: Final = ("ka", "lo", "mi", "ter", "qua", "fin", "der", "os", "ul", "pre", "ga", "vis")
_TYPES: Final = ("Dataset", "Dataset", "Software", "JournalArticle", "Book")
_RELATIONS: Final = ("IsSupplementTo", "Cites", "IsVersionOf", "IsDerivedFrom")


class GeneratedRepository:
    """A `harvester.provider.source.RecordSource` of `n_records` records.

    Their datestamps are one second apart and end when the repository is made.
    """

    def __init__(self, n_records: int, page_size: int = 100, prefix: Prefix = PREFIX) -> None:
        self.n_records = n_records
        self.page_size = page_size
        self.prefix = prefix
        rng = random.Random(1)  # noqa: S311  # the same words every time
        self._words = ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4))) for _ in range(20000)]
        # common words are common: the weights of Zipf's law, as cumulated sums
        total, self._weights = 0.0, []
        for rank in range(1, len(self._words) + 1):
            total += 1 / rank
            self._weights.append(total)
        self._first = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=n_records)
        self._moments = [self._first + timedelta(seconds=n) for n in range(n_records)]
        """Datestamps in the order of the list."""
        self._listed = list(range(n_records))
        """Numbers of the records in that order."""
        self._changed: dict[int, datetime] = {}

    def identify(self) -> RepositoryFacts:
        """Tell about the repository."""
        return RepositoryFacts(
            name="Generated",
            admin_emails=("bench@example.org",),
            earliest=self._first,
            deleted_record=DeletedRecord.NO,
            granularity=Granularity.SECOND,
        )

    def formats(self, identifier: str | None) -> tuple[MetadataFormat, ...] | None:  # noqa: ARG002  # one format for all
        """List the one format."""
        namespace = _NAMESPACES[self.prefix]
        schema = f"{namespace}{self.prefix}.xsd"
        return (MetadataFormat(prefix=self.prefix, schema=schema, namespace=namespace),)

    def count_sets(self) -> int:
        """There are no sets."""
        return 0

    def sets(self, position: str) -> Page:  # noqa: ARG002  # there are none
        """There are no sets."""
        return Page(items=())

    def count(self, selection: Selection) -> int:
        """How many lie between `since` and `until`."""
        start, end = self._span(selection)
        return max(0, end - start)

    def headers(self, selection: Selection, position: str) -> Page:
        """A page of headers."""
        return self._page(selection, position, self._header)

    def records(self, selection: Selection, position: str) -> Page:
        """A page of records."""
        return self._page(selection, position, self.record_xml)

    def record(self, identifier: str, prefix: str) -> bytes | None:  # noqa: ARG002  # the only one
        """One record."""
        return self.record_xml(int(identifier.rpartition(":")[2]))

    def change(self, n_changes: int) -> None:
        """Give that many records, evenly spread, another content and the datestamp of now."""
        now = datetime.now(UTC).replace(microsecond=0)
        step = self.n_records // n_changes
        chosen = self._listed[: n_changes * step : step]
        self._changed.update(dict.fromkeys(chosen, now))
        before = zip(self._moments, self._listed, strict=True)
        pairs = sorted((self._changed.get(n, moment), n) for moment, n in before)
        self._moments = [moment for moment, _ in pairs]
        self._listed = [n for _, n in pairs]

    def _span(self, selection: Selection) -> tuple[int, int]:
        """Where the selection begins and ends in the list."""
        since, until = selection.since, selection.until
        start = 0 if since is None else bisect_left(self._moments, since)
        end = len(self._moments) if until is None else bisect_right(self._moments, until)
        return start, end

    def _page(self, selection: Selection, position: str, write: Callable[[int], bytes]) -> Page:
        start, end = self._span(selection)
        start = int(position) if position else start
        following = min(start + self.page_size, end)
        return Page(
            items=tuple(map(write, self._listed[start:following])),
            next_position=str(following) if following < end else "",
        )

    def _header(self, n: int) -> bytes:
        moment = self._changed.get(n) or self._first + timedelta(seconds=n)
        sets = ("all", f"part-{n % 7}")
        return write_header(f"oai:generated.org:{n}", format_datestamp(moment), sets)

    def record_xml(self, n: int) -> bytes:
        """Record number `n`, from 0."""
        rng = random.Random(n)  # noqa: S311  # the same record every time
        write = self._datacite if self.prefix == "oai_datacite" else self._dublin_core
        return write_record(self._header(n), write(rng, n).encode())

    def _title(self, rng: random.Random, n: int) -> str:
        changed = self._changed.get(n)
        return self._text(rng, 12) + (f" changed {format_datestamp(changed)}" if changed else "")

    def _text(self, rng: random.Random, n_words: int) -> str:
        return " ".join(rng.choices(self._words, cum_weights=self._weights, k=n_words))

    def _datacite(self, rng: random.Random, n: int) -> str:
        creators = "".join(
            f"<creator><creatorName nameType='Personal'>{self._text(rng, 1).title()},"
            f" {self._text(rng, 1).title()}</creatorName><affiliation>{self._text(rng, 3)}"
            "</affiliation></creator>"
            for _ in range(5)
        )
        subjects = "".join(f"<subject>{self._text(rng, 1)}</subject>" for _ in range(6))
        links = "".join(
            f"<relatedIdentifier relatedIdentifierType='DOI'"
            f" relationType='{rng.choice(_RELATIONS)}'>"
            f"{self._target(rng)}</relatedIdentifier>"
            for _ in range(4)
        )
        year = 2000 + n % 25
        return (
            f'<oai_datacite xmlns="{_NAMESPACES["oai_datacite"]}">'
            "<schemaVersion>4.5</schemaVersion><datacentreSymbol>BENCH</datacentreSymbol><payload>"
            '<resource xmlns="http://datacite.org/schema/kernel-4">'
            f'<identifier identifierType="DOI">10.5072/bench.{n}</identifier>'
            f"<creators>{creators}</creators><titles><title>{self._title(rng, n)}</title></titles>"
            f"<publisher>{self._text(rng, 2)}</publisher><publicationYear>{year}</publicationYear>"
            f"<subjects>{subjects}</subjects>"
            f"<dates><date dateType='Issued'>{year}-05-{1 + n % 28:02d}</date></dates>"
            "<language>en</language>"
            f"<resourceType resourceTypeGeneral='{_TYPES[n % len(_TYPES)]}'/>"
            f"<relatedIdentifiers>{links}</relatedIdentifiers>"
            "<rightsList><rights rightsURI='https://creativecommons.org/licenses/by/4.0/'"
            " rightsIdentifier='cc-by-4.0'>Creative Commons Attribution 4.0</rights></rightsList>"
            "<descriptions><description descriptionType='Abstract'>"
            f"{self._text(rng, 120)}</description></descriptions>"
            "</resource></payload></oai_datacite>"
        )

    def _dublin_core(self, rng: random.Random, n: int) -> str:
        year = 2000 + n % 25
        fields = [
            ("title", self._title(rng, n)),
            *(
                ("creator", f"{self._text(rng, 1).title()}, {self._text(rng, 1).title()}")
                for _ in range(5)
            ),
            *(("subject", self._text(rng, 1)) for _ in range(6)),
            ("description", self._text(rng, 75)),
            ("publisher", self._text(rng, 2)),
            ("date", f"{year}-05-{1 + n % 28:02d}"),
            ("type", _TYPES[n % len(_TYPES)]),
            ("identifier", f"https://doi.org/10.5072/bench.{n}"),
            *(("relation", f"https://doi.org/{self._target(rng)}") for _ in range(4)),
            ("language", "en"),
            ("rights", "https://creativecommons.org/licenses/by/4.0/"),
        ]
        return (
            f'<oai_dc:dc xmlns:oai_dc="{_NAMESPACES["oai_dc"]}"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
            + "".join(f"<dc:{name}>{value}</dc:{name}>" for name, value in fields)
            + "</oai_dc:dc>"
        )

    def _target(self, rng: random.Random) -> str:
        """Half of the links stay inside, half go to papers."""
        if rng.random() < 0.5:  # noqa: PLR2004  # half
            return f"10.5072/bench.{rng.randrange(self.n_records)}"
        return f"10.5073/paper.{rng.randrange(max(1, self.n_records // 4))}"
