"""What a coverage report says: the figures, each with how it was counted and the query behind it.

`search.coverage.measure.measure(table, selection)` makes it.
Its JSON is what `weft coverage --json` prints and `/api/v1/coverage` answers.
A *work* below is what is counted: an entity together with its parts and versions when the
selection rolls up, each entity alone when it does not. docs/coverage.md defines every figure.
"""

from msgspec import Struct

from search.coverage.selection import Selection


class Value(Struct, frozen=True):
    """How many works have a value."""

    value: str
    """Empty: no record states one."""
    n: int


class Values(Struct, frozen=True, kw_only=True):
    """Works by a value that they have; one with several values counts under each."""

    rows: tuple[Value, ...]
    """The commonest first, at most 50, and the row of works without a value."""
    n_values: int
    """Different values that are stated, those not listed included."""
    of: int
    """Works that were looked at."""
    query: str
    """SPARQL for `?value ?n`; works without a value are not in its rows."""


class YearCount(Struct, frozen=True):
    """Works of a year and kind."""

    year: int | None
    """Earliest year among a work's parts and versions; null: none states one."""
    kind: str
    n: int


class Growth(Struct, frozen=True, kw_only=True):
    """Works by year of publication and kind."""

    rows: tuple[YearCount, ...]
    """By year, the unknown year last, then by kind."""
    query: str
    """SPARQL for `?year ?kind ?n`; no year is 9999."""


class KindCount(Struct, frozen=True):
    """What there is of a kind."""

    kind: str
    entities: int
    works: int


class SourceCount(Struct, frozen=True):
    """What a source delivered."""

    source: str
    records: int
    """Records of the selected entities."""
    entities: int
    """Selected entities with at least one of its records."""
    last_harvested_at: str
    """When its latest record was fetched, UTC; empty when the release does not tell."""


class Totals(Struct, frozen=True, kw_only=True):
    """How much was selected."""

    entities: int
    """Entities that at least one source delivered."""
    records: int
    """Records that they were merged from."""
    works_rolled_up: int
    """Entities with parts counted with their whole and versions with their concept."""
    merged: int
    """Entities of more than one record."""
    stubs: int
    """Things of the whole release that are known only as targets of links; never counted."""
    by_kind: tuple[KindCount, ...]
    by_source: tuple[SourceCount, ...]
    entities_query: str
    records_query: str
    works_query: str
    merged_query: str
    stubs_query: str
    by_kind_query: str
    """SPARQL for `?kind ?entities`."""
    by_source_query: str
    """SPARQL for `?source ?records ?entities`."""


class Overlap(Struct, frozen=True, kw_only=True):
    """Entities that exactly these sources delivered, no other."""

    sources: tuple[str, ...]
    """In order of their names."""
    n: int
    query: str
    """SPARQL for `?n`."""
    records_query: str
    """SPARQL for `?entity ?name ?source ?record`: the first thousand records behind the number."""


class MetadataField(Struct, frozen=True, kw_only=True):
    """A field whose completeness is measured, and why it matters."""

    field: str
    means: str
    """When a record counts as stating it."""
    fair: str
    """The FAIR principle that it serves, such as `F1`."""
    principle: str
    """The principle in its authors' words, shortened."""
    address: str
    """Where the principle is explained."""
    query: str
    """SPARQL for `?source ?n`: records that state the field."""


class Completeness(Struct, frozen=True, kw_only=True):
    """Records of one source that state one field."""

    source: str
    field: str
    n: int
    of: int
    """Records of that source among the selected entities'."""
    share: float
    """n / of, not rounded."""
    fair: str


class LinkedInYear(Struct, frozen=True, kw_only=True):
    """Link coverage of the works of one year."""

    year: int | None
    """Earliest year among a work's parts and versions; null: none states one."""
    numerator: int
    delivered: int
    denominator: int


class LinkedOfPublisher(Struct, frozen=True, kw_only=True):
    """Link coverage of the works of one publisher."""

    publisher: str
    """Empty: no record states one. A work of two publishers counts with both."""
    numerator: int
    delivered: int
    denominator: int


class LinkCoverage(Struct, frozen=True, kw_only=True):
    """The share of works of one kind that are linked to something of another."""

    id: str
    """papers-with-data, data-with-papers, papers-with-software or books-with-anything."""
    kind: str
    """Kind of the works that are counted."""
    linked_to: tuple[str, ...]
    """Kinds of what they are linked to; empty: anything else."""
    numerator: int
    """Works with such a link, whether or not any source delivered what is linked to."""
    delivered: int
    """Of the numerator, works linked to at least one thing that some source delivered."""
    denominator: int
    """Selected works of the kind; each of them was delivered."""
    share: float | None
    """numerator / denominator, not rounded; null when there is no such work."""
    share_delivered: float | None
    """delivered / denominator, likewise."""
    relations: tuple[str, ...]
    """Canonical DataCite names of the link types that count, in either direction."""
    rolled_up: bool
    """Whether a work has the links of all its parts and versions, or each entity its own."""
    by_year: tuple[LinkedInYear, ...]
    """By year, the unknown year last."""
    by_publisher: tuple[LinkedOfPublisher, ...]
    """The 50 with most works, and the row of works without one."""
    n_publishers: int
    """Different publishers that are stated, those not listed included."""
    numerator_query: str
    """SPARQL for `?n`, as the two that follow."""
    delivered_query: str
    denominator_query: str


class Report(Struct, frozen=True, kw_only=True):
    """Coverage of one release, or of a selection from it."""

    release: int
    created_at: str
    """UTC, `YYYY-MM-DDThh:mm:ssZ`."""
    selection: Selection
    totals: Totals
    growth: Growth
    identifiers: Values
    """By scheme: works with at least one identifier of it."""
    licences: Values
    """By SPDX identifier."""
    access: Values
    """open, embargoed, restricted or closed; empty is unknown, which is not closed."""
    languages: Values
    subjects: Values
    publishers: Values
    overlap: tuple[Overlap, ...]
    """Entities by the exact set of their sources, the largest first."""
    fields: tuple[MetadataField, ...]
    completeness: tuple[Completeness, ...]
    """Metadata completeness, by source and field."""
    link_coverage: tuple[LinkCoverage, ...]
    caveats: tuple[str, ...]
    """What must be known before the figures are quoted."""
