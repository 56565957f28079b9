"""Content negotiation: which of our media types an Accept header likes best. Pure.

https://www.rfc-editor.org/rfc/rfc9110#name-accept
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_QUOTED: Final = r'"(?:\\.|[^"\\])*+"?'
_ENTRY: Final = re.compile(rf'(?:[^,"]|{_QUOTED})++')
_PART: Final = re.compile(rf'(?:[^;"]|{_QUOTED})++')
"""What stands between commas and semicolons; those in a quoted parameter are part of it."""
_QUALITY: Final = re.compile(r"(?=\.?[0-9])[0-9]{0,3}(?:\.[0-9]{0,9})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRange:
    """One entry of an Accept header."""

    type: str
    subtype: str
    quality: float

    def matches(self, media_type: str) -> bool:
        """Whether a media type without parameters is in the range."""
        kind, _, subtype = media_type.partition("/")
        return self.type in ("*", kind) and self.subtype in ("*", subtype)

    @property
    def precision(self) -> int:
        """How much the range names: 2 a full type, 1 `text/*`, 0 anything."""
        return (self.type != "*") + (self.subtype != "*")


def parse_accept(header: str) -> tuple[MediaRange, ...]:
    """Read an Accept header in the order written; entries that make no sense are left out.

    >>> [r.quality for r in parse_accept("text/html, text/turtle;q=0.5, rubbish")]
    [1.0, 0.5]
    """
    ranges = []
    for entry in _ENTRY.findall(header):
        name, *parameters = [part.strip() for part in _PART.findall(entry)] or [""]
        kind, slash, subtype = name.lower().partition("/")
        if kind and slash and subtype:
            ranges.append(MediaRange(type=kind, subtype=subtype, quality=_quality(parameters)))
    return tuple(ranges)


def choose(accept: str, offers: Sequence[str]) -> str | None:
    """The offer an Accept header likes best; equal ones go to the offer that stands first.

    Args:
        accept: the header's value; empty means anything.
        offers: media types without parameters, the server's favourite first.

    Returns:
        One of the offers, or None when the client takes none of them.

    >>> choose("text/turtle;q=0.9, application/ld+json", ["text/turtle", "application/ld+json"])
    'application/ld+json'
    """
    ranges = parse_accept(accept) or (MediaRange(type="*", subtype="*", quality=1.0),)
    ranked = [(quality_of(offer, ranges), -place) for place, offer in enumerate(offers)]
    quality, place = max(ranked, default=(0.0, 0))
    return offers[-place] if quality > 0 else None


def quality_of(offer: str, ranges: Sequence[MediaRange]) -> float:
    """How much a media type is liked, 0 to 1: what the most precise matching range says."""
    matching = [entry for entry in ranges if entry.matches(offer)]
    best = max(matching, key=lambda entry: (entry.precision, entry.quality), default=None)
    return best.quality if best else 0.0


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            return min(float(value), 1.0) if _QUALITY.fullmatch(value.strip()) else 0.0
    return 1.0
