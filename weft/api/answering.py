"""What a place must be able to answer, for the calls of a release to be made of it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from graph.explain.answer import Comparison, Explanation, State, Subject
from graph.links.filter import LinkFilter
from search.metadata.entity import Entity
from search.metadata.stated_link import StatedLink
from search.question.search_answer import ApiAnswer
from search.question.search_query import SearchQuery
from search.sparql.results import Form
from search.text.engine import FACETS
from weft.api.asked_links import names_of
from weft.api.errors import EntityError, EntityGone, SeveralEntities, UnknownEntity
from weft.api.solutions import Solutions

if TYPE_CHECKING:
    from graph.network.multigraph import Network

_MAX_TEXT: Final = 2000
"""Characters of what an entity is asked for by; as in the REST API."""
_ERRORS: Final[dict[State, type[EntityError]]] = {
    State.UNKNOWN: UnknownEntity,
    State.SEVERAL: SeveralEntities,
    State.GONE: EntityGone,
    State.TOMBSTONE: EntityGone,
}


class Answering(ABC):
    """The parts that differ between a release of this machine and a remote one."""

    @abstractmethod
    def _find(self, query: SearchQuery) -> ApiAnswer:
        """A page of a search."""

    @abstractmethod
    def _entity(self, text: str) -> Entity:
        """One entity."""

    @abstractmethod
    def _subject(self, text: str) -> Subject:
        """What a text stands for."""

    @abstractmethod
    def _links(self, wanted: LinkFilter) -> Iterator[StatedLink]:
        """Links, from the first on."""

    @abstractmethod
    def _count_links(self, wanted: LinkFilter) -> int:
        """How many there are."""

    @abstractmethod
    def _check_filter(self, wanted: LinkFilter) -> None:
        """Refuse conditions that name what the release does not have."""

    @abstractmethod
    def _network(self, wanted: LinkFilter, limit: int) -> "Network":
        """Links as a network."""

    @abstractmethod
    def _explain(self, text: str) -> Explanation:
        """What made an entity."""

    @abstractmethod
    def _compare(self, one: str, other: str) -> Comparison:
        """Why two are one or are not."""

    @abstractmethod
    def _solve(self, query: str, form: Form, timeout_s: float) -> Solutions:
        """The answer to a query of a form, which is no update."""


def raise_unless_one(subject: Subject) -> None:
    """See that a text stands for one entity.

    Raises:
        EntityError: it does not.
    """
    if (kind := _ERRORS.get(subject.state)) is not None:
        raise kind(subject)


def facets_of(arguments: dict[str, object]) -> dict[str, object]:
    """The facets among some arguments, each a tuple of values."""
    return {name: names_of(arguments[name]) for name in FACETS}  # type: ignore[arg-type]  # Names


def search_query(arguments: dict[str, object]) -> SearchQuery:
    """The arguments of a search as the REST API takes them.

    Raises:
        ValueError: one is out of range.
    """
    try:
        return msgspec.convert(arguments, SearchQuery)
    except msgspec.ValidationError as error:
        raise ValueError(f"a search cannot be asked so: {error}") from error


def named_thing(text: str) -> str:
    """A text that an entity is asked for by.

    Raises:
        ValueError: it is empty, or too long to be an identifier.
    """
    if not text.strip():
        raise ValueError("nothing was asked for: expected a key, an IRI or an identifier")
    if len(text) > _MAX_TEXT:
        raise ValueError(f"an identifier of {len(text)} characters: at most {_MAX_TEXT} are read")
    return text
