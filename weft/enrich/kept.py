"""What is kept of an enrichment, as values: what is due, what was refused, how much is known."""

from dataclasses import dataclass
from typing import NamedTuple

from msgspec import Struct


class Due(NamedTuple):
    """An identifier that is to be asked about."""

    identifier: str
    entity: str
    terms: str
    """What is asked about instead of it, see `weft.enrich.template.Asked`."""


class Refused(Struct, frozen=True):
    """Statements of one identifier that were not taken, for one reason."""

    identifier: str
    """Empty of those about something that was not asked."""
    reason: str
    n: int
    detail: str
    """Of the first."""


class Known(NamedTuple):
    """How much is known of an enrichment, under what it asks now."""

    asked: int
    answered: int
    failed: int
    refused: int
    began: str
    """When the oldest of it was pulled; empty when nothing was."""
    ended: str
    endpoint: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is asked; what was answered to another question is asked again."""

    fingerprint: str
    endpoint: str
    query: str
