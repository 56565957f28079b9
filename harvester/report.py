"""What a harvest tells: where it stands while it runs, and honestly how it ended."""

from dataclasses import dataclass, field
from typing import Final

from harvester.record import SourceStateName
from harvester.stage import OpenWindow, Tally

_NAMED: Final = 5
"""How many lost records or open windows a message names; all of them stand in the stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a harvest stands."""

    source: str
    n_pages: int
    n_records: int
    """Records that this run received, repeated ones included."""
    seen: int
    """Distinct identifiers so far, earlier runs of the same windows included."""
    announced: int | None
    windows_done: int = 0
    windows_open: int = 1
    """Windows not done yet, the one in flight included."""
    n_retries: int = 0
    waiting: str = ""
    """Why nothing is asked just now; empty when something is."""
    wait_s: float = 0.0
    """How long that wait is in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestReport:
    """How the harvest of one source went."""

    source: str
    state: SourceStateName
    error: str | None
    """Why the state is not `complete`, with the numbers."""
    tally: Tally
    """What this run changed in the stage."""
    n_pages: int
    """Pages staged by this run."""
    seen: int
    """Distinct identifiers that its windows delivered, earlier runs of them included."""
    announced: int | None
    """What the repository announced for them; None when it announces none."""
    started_at: str
    """UTC, `YYYY-MM-DDThh:mm:ssZ`."""
    finished_at: str
    n_retries: int = 0
    lost: tuple[str, ...] = ()
    """Identifiers of listed records that could not be had."""
    open_windows: tuple[str, ...] = ()
    """Windows left to the next run, each with the reason."""
    is_sample: bool = False
    """It stopped because the asked-for number of records had come."""


@dataclass(slots=True, kw_only=True)
class Losses:
    """What a run could not have, as it finds out."""

    lost: dict[str, None] = field(default_factory=dict)
    """Identifiers of records, in the order of finding."""
    windows: list[str] = field(default_factory=list)
    """Windows left open, each with its reason."""

    def said(self) -> str:
        """All of it as one line, long lists cut; empty when nothing is missing."""
        parts = []
        if self.lost:
            were = "record that is" if len(self.lost) == 1 else "records that are"
            parts.append(f"{len(self.lost)} {were} listed could not be had: {_some(self.lost)}")
        if self.windows:
            parts.append(_some(self.windows, "; "))
        return "; ".join(parts)


def _some(names: "list[str] | dict[str, None]", between: str = ", ") -> str:
    first = between.join(list(names)[:_NAMED])
    more = len(names) - _NAMED
    return f"{first} and {more} more (`weft records --rejected`)" if more > 0 else first


def numbers(window: OpenWindow) -> str:
    """How much of a window has arrived.

    >>> from harvester.window import Window
    >>> numbers(OpenWindow(window_id=1, root_id=1, window=Window(), token=None, seen=3, rejected=0,
    ...                    announced=5, planned_at=""))
    '3 of 5 announced records arrived'
    """
    rejected = f", {window.rejected} rejected" if window.rejected else ""
    announced = "" if window.announced is None else f" of {window.announced} announced"
    return f"{window.seen}{announced} records arrived{rejected}"
