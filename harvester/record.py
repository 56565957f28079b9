"""Records and repositories as the harvester hands them on."""

from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

MENDED: Final = "mended"
"""Reason of a kept page whose records are staged, after its bytes were mended."""


class Repository(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[sources.NAME]` table of the configuration: where to harvest and how politely."""

    url: str
    """Base URL of the OAI-PMH interface."""
    prefix: str = "oai_dc"
    """metadataPrefix asked for."""
    title: str = ""
    """Name for people; the table's name when empty."""
    set: str | tuple[str, ...] = ""
    """setSpec to narrow the harvest to, or several; empty for the whole repository."""
    requests_per_minute: Annotated[float, Meta(ge=0)] = 60
    """Upper limit for this host; 0 = no limit."""
    crawl_delay_s: Annotated[float, Meta(ge=0)] = 0.0
    """Least time from the end of one answer to the next request to this host, in seconds; the
    Crawl-delay of a robots.txt. Above 0 it also means one request in flight."""
    parallel: Annotated[int, Meta(ge=1)] = 1
    """Windows in flight at a time."""
    timeout_s: Annotated[float, Meta(gt=0)] = 60.0
    """Longest wait for one answer to its last byte, in seconds, however steadily it arrives."""
    retries: Annotated[int, Meta(ge=0)] = 5
    """How often a failed request is asked again before the source is given up for this run."""
    tokens: Literal["auto", "replay", "once"] = "auto"
    """Whether a resumption token may be sent again after a failure that left open what became of
    it: `auto` judges by its form and by whether the list states its size."""
    enabled: bool = True
    """False keeps the table but leaves the source out of every harvest."""
    companions: tuple[str, ...] = ()
    """Names of the `[companions.NAME]` tables that add what its OAI-PMH output leaves out."""

    @property
    def set_specs(self) -> tuple[str, ...]:
        """The sets as a tuple; one empty text for the whole repository."""
        return (self.set,) if isinstance(self.set, str) else self.set or ("",)

    @property
    def scope(self) -> str:
        """What the records are asked with; when it changes, everything is listed again."""
        return "\n".join((self.url, self.prefix, *self.set_specs))


class RawRecord(Struct, frozen=True, kw_only=True, gc=False):
    """One `<record>` as it came from a page."""

    identifier: str
    datestamp: str
    is_deleted: bool
    sets: tuple[str, ...]
    xml: bytes
    """The `<record>` element with its namespace declarations, UTF-8."""


class StagedRecord(Struct, frozen=True, kw_only=True, gc=False):
    """One record as the stage holds it."""

    source: str
    identifier: str
    prefix: str
    datestamp: str
    is_deleted: bool
    """Deleted by its repository, or vanished from it."""
    sets: tuple[str, ...]
    sha256: bytes
    xml: bytes
    harvested_at: str
    """UTC, `YYYY-MM-DDThh:mm:ssZ`."""
    seq: int
    """Grows with every change; an unchanged record keeps its number."""
    is_vanished: bool = False
    """Deleted without a word: a reconciliation found it listed no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Something that arrived and could not be staged as a record; its bytes are kept."""

    source: str
    identifier: str
    """OAI identifier where one could be read, else empty."""
    reason: str
    """Short stable code, such as `not-xml` or `cut-page`."""
    detail: str
    at: str
    """UTC, `YYYY-MM-DDThh:mm:ssZ`."""
    rejection_id: int = 0
    """The stage's own number of it; `Stage.rejected_bytes` takes it."""


SourceStateName = Literal["complete", "incomplete", "failed", "never"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What the stage knows of one source; the defaults are those of a source never harvested."""

    state: SourceStateName = "never"
    """`incomplete` also while a harvest runs and after one that was killed."""
    live: int = 0
    """Records that are not deleted."""
    deleted: int = 0
    """Records the repository has marked as deleted."""
    vanished: int = 0
    """Records that a reconciliation found listed no longer."""
    rejected: int = 0
    """Pages and records that could not be staged and have not arrived intact since."""
    mended: int = 0
    """Pages that were staged after mending their bytes; kept as they arrived."""
    announced: int | None = None
    """completeListSize of the last listing without a `from`; None when none was announced."""
    last_harvest: str | None = None
    """End of the last run that was not `failed`; UTC, `YYYY-MM-DDThh:mm:ssZ`."""
    error: str | None = None
    """Why the state is not `complete`, with the numbers."""
    rejection_reasons: dict[str, int] = field(default_factory=dict)
    """How often each reason occurs among `rejected`."""
