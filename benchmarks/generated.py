"""A repository of generated DataCite records: any number of them, made when asked for, never kept.

The records have what real ones have: about 4.5 kB of XML, five creators, an abstract of 120 words,
identifiers, and links among each other and to papers that nobody delivers.
"""

import random
from datetime import UTC, datetime, timedelta
from typing import Final

from harvester.protocol import DeletedRecord, Granularity, format_datestamp
from harvester.source import (
    MetadataFormat,
    Page,
    RepositoryFacts,
    Selection,
    write_header,
    write_record,
)

PREFIX: Final = "oai_datacite"
_FIRST: Final = datetime(2020, 1, 1, tzinfo=UTC)
_SYLLABLES: Final = ("ka", "lo", "mi", "ter", "qua", "fin", "der", "os", "ul", "pre", "ga", "vis")
_TYPES: Final = ("Dataset", "Dataset", "Software", "JournalArticle", "Book")
_RELATIONS: Final = ("IsSupplementTo", "Cites", "IsVersionOf", "IsDerivedFrom")


class GeneratedRepository:
    """A `harvester.source.RecordSource` of `n_records` records."""

    def __init__(self, n_records: int, page_size: int = 100) -> None:
        self.n_records = n_records
        self.page_size = page_size
        rng = random.Random(1)  # noqa: S311  # the same words every time
        self._words = ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4))) for _ in range(20000)]
        # common words are common: the weights of Zipf's law, as cumulated sums
        total, self._weights = 0.0, []
        for rank in range(1, len(self._words) + 1):
            total += 1 / rank
            self._weights.append(total)

    def identify(self) -> RepositoryFacts:
        """Tell about the repository."""
        return RepositoryFacts(
            name="Generated",
            admin_emails=("bench@example.org",),
            earliest=_FIRST,
            deleted_record=DeletedRecord.NO,
            granularity=Granularity.SECOND,
        )

    def formats(self, identifier: str | None) -> tuple[MetadataFormat, ...] | None:  # noqa: ARG002  # one format for all
        """List the one format."""
        namespace = "http://schema.datacite.org/oai/oai-1.1/"
        return (MetadataFormat(prefix=PREFIX, schema=namespace + "oai.xsd", namespace=namespace),)

    def count_sets(self) -> int:
        """There are no sets."""
        return 0

    def sets(self, position: str) -> Page:  # noqa: ARG002  # there are none
        """There are no sets."""
        return Page(items=())

    def count(self, selection: Selection) -> int:  # noqa: ARG002  # everything is always selected
        """All of them."""
        return self.n_records

    def headers(self, selection: Selection, position: str) -> Page:  # noqa: ARG002
        """A page of headers."""
        return self._page(position, [self._header(n) for n in self._numbers(position)])

    def records(self, selection: Selection, position: str) -> Page:  # noqa: ARG002
        """A page of records."""
        return self._page(position, [self.record_xml(n) for n in self._numbers(position)])

    def record(self, identifier: str, prefix: str) -> bytes | None:  # noqa: ARG002
        """One record."""
        return self.record_xml(int(identifier.rpartition(":")[2]))

    def _numbers(self, position: str) -> range:
        start = int(position or 0)
        return range(start, min(start + self.page_size, self.n_records))

    def _page(self, position: str, items: list[bytes]) -> Page:
        following = int(position or 0) + self.page_size
        more = str(following) if following < self.n_records else ""
        return Page(items=tuple(items), next_position=more)

    def _header(self, n: int) -> bytes:
        datestamp = format_datestamp(_FIRST + timedelta(seconds=n))
        return write_header(f"oai:generated.org:{n}", datestamp, ("all", f"part-{n % 7}"))

    def record_xml(self, n: int) -> bytes:
        """Record number `n`, from 0."""
        return write_record(self._header(n), self._metadata(n).encode())

    def _text(self, rng: random.Random, n_words: int) -> str:
        return " ".join(rng.choices(self._words, cum_weights=self._weights, k=n_words))

    def _metadata(self, n: int) -> str:
        rng = random.Random(n)  # noqa: S311  # the same record every time
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
            '<oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.1/">'
            "<schemaVersion>4.5</schemaVersion><datacentreSymbol>BENCH</datacentreSymbol><payload>"
            '<resource xmlns="http://datacite.org/schema/kernel-4">'
            f'<identifier identifierType="DOI">10.5072/bench.{n}</identifier>'
            f"<creators>{creators}</creators><titles><title>{self._text(rng, 12)}</title></titles>"
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

    def _target(self, rng: random.Random) -> str:
        """Half of the links stay inside, half go to papers."""
        if rng.random() < 0.5:  # noqa: PLR2004  # half
            return f"10.5072/bench.{rng.randrange(self.n_records)}"
        return f"10.5073/paper.{rng.randrange(max(1, self.n_records // 4))}"
