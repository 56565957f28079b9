"""What a release is: its description `release.json` and its directories, finished or not."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from graph.errors import ReleaseError

RECORD_NAME: Final = "release.json"
ROLL_NAME: Final = "roll.db"


class HarvestedSource(msgspec.Struct, frozen=True, kw_only=True):
    """How completely a source had been harvested when a release was made."""

    title: str
    """What people call it; its name where it has no title."""
    url: str
    """Address of the repository; empty of records that came from a file."""
    state: str
    """`complete`, `incomplete`, `failed` or `never`."""
    last_harvest: str | None
    """End of the last harvest that did not fail, UTC, `YYYY-MM-DDThh:mm:ssZ`."""
    announced: int | None
    """Size of the whole list as the repository gave it, when it gave one."""
    live: int
    """Records that are not deleted."""
    deleted: int
    """Records that the repository marked as deleted."""
    vanished: int = 0
    """Records that the repository was found to list no longer."""
    rejected: int = 0
    """Records and pages that could not be read."""


class ReleaseInfo(msgspec.Struct, frozen=True, kw_only=True):
    """`release.json` without its checksums: what is in a release."""

    number: int
    created_at: str
    """UTC, `YYYY-MM-DDThh:mm:ssZ`."""
    base_iri: str
    records: int
    """Live source records that a crosswalk could read."""
    entities: int
    """Entities with at least one live record."""
    stubs: int
    """Entities known only as the target of a link."""
    merged_entities: int
    """Entities with more than one record."""
    links: int
    """Links of the default graph, each counted once."""
    inner_links: int = 0
    """Stated links from an entity to itself, as merging showed; in the records' graphs only."""
    kept_apart: int = 0
    """Times that a guard or a person kept records apart that share an identifier."""
    version_cycles: tuple[tuple[str, ...], ...] = ()
    """Keys of entities that are versions of each other in a circle, as their records state it."""
    quads: int
    by_kind: dict[str, int]
    by_source: dict[str, int]
    """Live records of each source."""
    sources: dict[str, HarvestedSource] = msgspec.field(default_factory=dict)
    """State of each source when the release was made; empty in releases made before it was kept."""


class FileSum(msgspec.Struct, frozen=True):
    """What a file of a release was when it was published."""

    bytes: int
    sha256: str
    """Lower-case hexadecimal, as `sha256sum` prints it."""


class ReleaseRecord(ReleaseInfo, frozen=True, kw_only=True):
    """`release.json` whole."""

    files: dict[str, FileSum] = msgspec.field(default_factory=dict)
    """By path below the release, such as `graph/000012.sst`; empty when none were kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A published release, ready to be read."""

    number: int
    path: Path
    info: ReleaseInfo

    @property
    def graph_path(self) -> Path:
        """Directory of the RDF store."""
        return self.path / "graph"

    @property
    def text_path(self) -> Path:
        """Directory of the text index."""
        return self.path / "text"

    @property
    def roll_path(self) -> Path:
        """File of the roll of entities; releases of versions before it have none."""
        return self.path / ROLL_NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A release being written; nobody reads it yet."""

    number: int
    path: Path

    @property
    def graph_path(self) -> Path:
        """Where the RDF store goes."""
        return self.path / "graph"

    @property
    def text_path(self) -> Path:
        """Where the text index goes."""
        return self.path / "text"

    @property
    def roll_path(self) -> Path:
        """Where the roll of entities goes."""
        return self.path / ROLL_NAME


def read_record(path: Path) -> ReleaseRecord:
    """The `release.json` of a release directory.

    Raises:
        FileNotFoundError: there is none.
        ReleaseError: it cannot be read.
    """
    file = path / RECORD_NAME
    try:
        return msgspec.json.decode(file.read_bytes(), type=ReleaseRecord)
    except FileNotFoundError:
        raise
    except (msgspec.DecodeError, OSError) as error:
        raise ReleaseError(f"{file} cannot be read: {error}") from error
