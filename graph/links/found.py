"""A link as it is read out of a release."""

from msgspec import Struct

from graph.links.selection import Way
from graph.links.stated import Stated


class FoundLink(Struct, frozen=True, kw_only=True):
    """A link as it is read, with those that state it."""

    start: str
    """IRI of the entity it is read from."""
    way: Way
    end: str
    stated: Stated
