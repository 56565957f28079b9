"""What can go wrong with a remote endpoint, by cause.

RemoteError
  RemoteUnreachable    the network: no connection, or one that broke before the answer was whole
  RemoteTimeout        limits: no whole answer in time
  RemoteTooLarge       limits: the answer is larger than is taken
  RemoteRedirectRefused  the endpoint: it redirects to where Weft does not go
  RemoteRefused        the endpoint: it answered with an HTTP status that is no success
  RemoteNotResults     the endpoint: it answered with something else than results, such as a page
    RemoteCut          the endpoint: the results break off, or it says that they are not all
"""

from typing import Final

_LIGHTER: Final = frozenset({408, 413, 414, 500, 502, 503, 504, 524})
"""Statuses that a smaller question may not meet: endpoints answer a query that is too heavy so."""


class RemoteError(Exception):
    """Base of all; `url` is the endpoint, without a query."""

    is_heavy = False
    """Whether a smaller question may be answered."""

    def __init__(self, message: str, *, url: str) -> None:
        super().__init__(message)
        self.url = url


class RemoteUnreachable(RemoteError):
    """No connection, or one that broke before the answer was whole."""


class RemoteTimeout(RemoteError):
    """No whole answer in time."""

    is_heavy = True


class RemoteTooLarge(RemoteError):
    """The answer has more bytes, or rows, than are taken."""

    is_heavy = True


class RemoteRedirectRefused(RemoteError):
    """A redirect that is not followed: not to the web, or from a public to a private address."""


class RemoteRefused(RemoteError):
    """The endpoint answered with an HTTP status that is no success."""

    def __init__(self, message: str, *, url: str, status: int, text: str) -> None:
        super().__init__(message, url=url)
        self.status = status
        self.text = text
        """The beginning of what it said, without mark-up."""
        self.is_heavy = status in _LIGHTER


class RemoteNotResults(RemoteError):
    """The endpoint answered with something that is no SPARQL result."""


class RemoteCut(RemoteNotResults):
    """The results break off, or the endpoint says that they are not all there are."""

    is_heavy = True
