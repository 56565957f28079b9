"""What came of asking an endpoint about identifiers."""

from msgspec import Struct, field

from weft.enrich.kept import Refused


class Failure(Struct, frozen=True):
    """An identifier that could not be asked about; the next run asks again."""

    identifier: str
    reason: str


class PullReport(Struct, kw_only=True):
    """One run of `weft enrich NAME`."""

    name: str
    endpoint: str
    graph: str
    """IRI of the graph that the next build writes."""
    release: int
    """Number of the release whose identifiers were asked about."""
    identifiers: int = 0
    """Of the configured schemes, each naming one thing."""
    ambiguous: int = 0
    """Identifiers that name several things and are not asked about."""
    due: int = 0
    """Of the identifiers: not known yet, too old, or failed before."""
    asked: int = 0
    """Of those that were due: asked in this run, with an answer."""
    answered: int = 0
    """Of those that were asked: about which something was said."""
    statements: int = 0
    """Taken in this run."""
    requests: int = 0
    row_limit: int | None = None
    """Rows that the endpoint gives at most, where that is fewer than asked for."""
    failed: list[Failure] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    """Statements of this run that were not taken, by reason."""
    examples: list[Refused] = field(default_factory=list)
    """The first statements that were ever refused, see `weft.enrich.statement`."""
    forgotten: int = 0
    """Identifiers that the release has no longer; what was known of them was dropped."""
    stopped: str | None = None
    """Why the run ended before its time; what it had is kept, and the next run goes on."""
