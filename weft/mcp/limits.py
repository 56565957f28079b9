"""What an answer to an assistant may hold, and how lists and texts are kept within it. Pure.

Nothing is cut in silence: whoever cuts adds a notice to the answer.
"""

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

MAX_ROWS: Final = 200
"""Hits, links or rows that can be asked for at once."""

_T = TypeVar("_T")


class Limits(Struct, frozen=True, kw_only=True):
    """Limits of one answer."""

    n_bytes: int = 200_000
    """Size of what an answer lists, as JSON; a guess: some 50,000 tokens."""
    seconds: float = 20.0
    """Time that a call may take."""
    text: int = 4000
    """Characters of one long text, such as an abstract."""
    parts: int = 50
    """Creators, subjects, records or statements of one thing."""


class Notices:
    """Collects what was cut."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.told: list[str] = []

    def kept(self, items: Sequence[_T], what: str, at_most: int | None = None) -> tuple[_T, ...]:
        """The first items of a list, as many as one thing may have.

        Args:
            items: the list.
            what: its name, for the notice.
            at_most: how many; None for the limit of parts.
        """
        n_kept = self.limits.parts if at_most is None else at_most
        if len(items) > n_kept:
            self.told.append(f"{what}: the first {n_kept} of {len(items)}")
        return tuple(items[:n_kept])

    def shortened(self, text: str, what: str) -> str:
        """A text, cut where it is too long."""
        if len(text) <= self.limits.text:
            return text
        self.told.append(f"{what}: the first {self.limits.text} of {len(text)} characters")
        return text[: self.limits.text]

    def fitting(self, items: Iterable[_T], what: str) -> tuple[_T, ...]:
        """As many of the first items as fit into the bytes of an answer."""
        kept: list[_T] = []
        left = self.limits.n_bytes
        listed = list(items)
        for item in listed:
            left -= len(msgspec.json.encode(item))
            if left < 0:
                break
            kept.append(item)
        if len(kept) < len(listed):
            self.told.append(
                f"{what}: the first {len(kept)} of {len(listed)}, since an answer holds"
                f" {self.limits.n_bytes} bytes; ask for less at a time"
            )
        return tuple(kept)
