"""What to ask a repository next: requests as values, and the rule that follows a list to its end.

Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html#ProtocolMessages
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote, urlencode

from harvester.protocol import Verb
from harvester.window import Window

EMPTY_PAGES_ALLOWED: Final = 100
"""Consecutive pages without a record before a list counts as endless (guessed; Invenio sends 1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One OAI-PMH request without the address it goes to."""

    verb: Verb
    arguments: tuple[tuple[str, str], ...] = ()
    """Name and value in the order in which they are sent; no empty values."""

    @property
    def token(self) -> str | None:
        """The resumption token this request replays, None for a first request."""
        return dict(self.arguments).get("resumptionToken")

    def url(self, base_url: str) -> str:
        """Address to GET; every value percent-encoded once.

        >>> Request(verb=Verb.GET_RECORD, arguments=(("identifier", "oai:a/1"),)).url("http://r/oai")
        'http://r/oai?verb=GetRecord&identifier=oai%3Aa%2F1'
        """
        query = urlencode((("verb", self.verb), *self.arguments), quote_via=quote, safe="")
        return f"{base_url}{'&' if '?' in base_url else '?'}{query}"


def identify() -> Request:
    """Ask the repository to describe itself."""
    return Request(verb=Verb.IDENTIFY)


def list_metadata_formats() -> Request:
    """Ask which metadata formats there are."""
    return Request(verb=Verb.LIST_METADATA_FORMATS)


def list_sets() -> Request:
    """Ask which sets there are."""
    return Request(verb=Verb.LIST_SETS)


def get_record(identifier: str, prefix: str) -> Request:
    """Ask for one record."""
    arguments = (("identifier", identifier), ("metadataPrefix", prefix))
    return Request(verb=Verb.GET_RECORD, arguments=arguments)


def list_records(prefix: str, window: Window) -> Request:
    """Ask for the first page of a window's records."""
    return _list(Verb.LIST_RECORDS, prefix, window)


def list_identifiers(prefix: str, window: Window) -> Request:
    """Ask for the first page of a window's headers."""
    return _list(Verb.LIST_IDENTIFIERS, prefix, window)


def _list(verb: Verb, prefix: str, window: Window) -> Request:
    given = (
        ("metadataPrefix", prefix),
        ("from", window.from_),
        ("until", window.until),
        ("set", window.set_spec),
    )
    return Request(verb=verb, arguments=tuple(pair for pair in given if pair[1]))


def resume(verb: Verb, token: str) -> Request:
    """Ask for the page behind a token; the token is the only argument besides the verb."""
    return Request(verb=verb, arguments=(("resumptionToken", token),))


class Ending(StrEnum):
    """Why a list stops; all but `END` leave the list unfinished."""

    END = "end"
    TOKEN_LOOP = "token-loop"  # noqa: S105  # a reason, not a secret
    EMPTY_PAGES = "empty-pages"


@dataclass(frozen=True, slots=True)
class Done:
    """There is nothing more to ask."""

    ending: Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far a list has been followed; constant size however long the list is.

    A token repeated at once, the common case, is compared with the one before. Longer cycles are
    found by Brent's method: one old token is kept as a landmark and moved forward at doubling
    distances, so a cycle of any length meets its landmark.
    """

    verb: Verb
    previous: str | None = None
    landmark: str | None = None
    steps: int = 0
    """Tokens followed since the landmark was set."""
    reach: int = 1
    """Distance at which the landmark moves."""
    empty_pages: int = 0


def next_request(
    position: Position, *, token: str | None, n_records: int
) -> tuple[Position, Request | Done]:
    """Decide what follows a page that held `n_records` items and `token` (None or "" at the end).

    A page without records but with a token is followed: InvenioRDM sends one when the size of the
    list is a multiple of the page size, and filtered lists have them in the middle.
    """
    if not token:
        return position, Done(Ending.END)
    if token in {position.previous, position.landmark}:
        return position, Done(Ending.TOKEN_LOOP)
    empty_pages = 0 if n_records else position.empty_pages + 1
    if empty_pages > EMPTY_PAGES_ALLOWED:
        return position, Done(Ending.EMPTY_PAGES)
    landmark, steps, reach = position.landmark, position.steps + 1, position.reach
    if landmark is None or steps == reach:
        landmark, steps, reach = token, 0, reach * 2
    after = Position(
        verb=position.verb,
        previous=token,
        landmark=landmark,
        steps=steps,
        reach=reach,
        empty_pages=empty_pages,
    )
    return after, resume(position.verb, token)
