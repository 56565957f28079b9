"""One HTTP exchange over a connection of ours: bounded in time and bytes, its address judged.

Redirects are the caller's; nothing here follows one. Environment variables that name a proxy are
not read, as everywhere in Weft.
"""

import http.client
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from typing import Final, Self
from urllib.parse import urlsplit

from harvester.http.inflate import Body, CutStream, TooLarge
from harvester.http.redirect import base_of
from weft.remote.errors import (
    RemoteCut,
    RemoteError,
    RemoteRedirectRefused,
    RemoteTimeout,
    RemoteTooLarge,
    RemoteUnreachable,
)
from weft.remote.settings import RemoteLimits

_PIECE: Final = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A whole answer to one request."""

    url: str
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    """Inflated."""
    peer: str
    """IP address of the other end."""


class _NotPublic(OSError):
    """A connection that is not made because of its address."""


def exchange(  # noqa: PLR0913, PLR0917  # what a request is, and under which rules it is sent
    method: str,
    url: str,
    headers: dict[str, str],
    data: bytes | None,
    limits: RemoteLimits,
    judge: Callable[[str], bool] | None,
) -> Exchange:
    """Send a request and read the answer to its end, whatever its status.

    Args:
        method: GET or POST.
        url: absolute, percent-encoded, http or https.
        headers: fields of the request.
        data: body of a POST.
        limits: time and bytes.
        judge: tells whether an IP address may be connected to; None for any.

    Raises:
        RemoteUnreachable: no connection, or it broke.
        RemoteTimeout: not all of the answer came in time.
        RemoteTooLarge: it has more bytes than are taken.
        RemoteRedirectRefused: `judge` takes no address of the host.
        RemoteCut: its packed form is damaged.
    """
    at = base_of(url)
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, limits, judge)
    with _Deadline(connection, limits.timeout_s) as deadline:
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body=data, headers=headers)
            response = connection.getresponse()
            # the answer has the socket alone now, where the connection ends with it
            deadline.socket = response.fp.raw._sock  # type: ignore[attr-defined]  # noqa: SLF001  # no other way
            peer = _peer(deadline.socket)
            body = _read(response, limits.max_bytes)
        except TooLarge as error:
            message = f"the answer of {at} is larger than {limits.max_bytes} bytes"
            raise RemoteTooLarge(f"{message}: ask for less at a time", url=at) from error
        except CutStream as error:
            raise RemoteCut(f"the answer of {at} breaks off: {error}", url=at) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _named(error, at, limits, is_late=deadline.is_past) from error
        finally:
            connection.close()
    if deadline.is_past:
        raise _too_late(at, limits)
    return Exchange(url=url, status=response.status, headers=response.headers, body=body, peer=peer)


def _named(error: Exception, at: str, limits: RemoteLimits, *, is_late: bool) -> RemoteError:
    """An error of the library in our words."""
    if isinstance(error, _NotPublic):
        message = f"a redirect to {at} is refused: its address {error} is not public"
        return RemoteRedirectRefused(f"{message}, and the endpoint that sent it is", url=at)
    if is_late or isinstance(error, TimeoutError):
        return _too_late(at, limits)
    said = str(error) or type(error).__name__
    return RemoteUnreachable(f"no whole answer from {at}: {said}", url=at)


def _too_late(at: str, limits: RemoteLimits) -> RemoteTimeout:
    wait = f"{limits.timeout_s:g} s ({limits.connect_s:g} s to connect)"
    return RemoteTimeout(f"no whole answer from {at} in {wait}", url=at)


def _connection(
    scheme: str,
    host: str,
    port: int | None,
    limits: RemoteLimits,
    judge: Callable[[str], bool] | None,
) -> http.client.HTTPConnection:
    connection: http.client.HTTPConnection
    wait_s = min(limits.connect_s, limits.timeout_s)
    if scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, port, timeout=wait_s, context=context)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=wait_s)

    def connect(address: tuple[str, int], timeout: float, _source: object) -> socket.socket:
        return _connected(address, timeout, limits.timeout_s, judge)

    # the one place where the library lets its caller see an address before it is connected to
    connection._create_connection = connect  # type: ignore[attr-defined]  # noqa: SLF001  # see above
    return connection


def _connected(
    address: tuple[str, int],
    connect_s: float,
    timeout_s: float,
    judge: Callable[[str], bool] | None,
) -> socket.socket:
    """Connect to the first address of a host that may be and can be connected to."""
    last: OSError = OSError(f"the host {address[0]} has no address")
    for family, kind, protocol, _, found in socket.getaddrinfo(*address, type=socket.SOCK_STREAM):
        if judge is not None and not judge(str(found[0])):
            last = _NotPublic(str(found[0]))
            continue
        made = socket.socket(family, kind, protocol)
        try:
            made.settimeout(connect_s)
            made.connect(found)
        except OSError as error:
            made.close()
            last = error
            continue
        made.settimeout(timeout_s)
        return made
    raise last


class _Deadline:
    """Breaks a connection off at the end of its time, however slowly its bytes drip in."""

    def __init__(self, connection: http.client.HTTPConnection, seconds: float) -> None:
        self._connection = connection
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True
        self.socket: socket.socket | None = None
        """That of the answer, once it has begun."""
        self.is_past = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _cut(self) -> None:
        self.is_past = True
        open_socket = self.socket or self._connection.sock
        with suppress(OSError, AttributeError):  # not connected yet, or closed a moment ago
            open_socket.shutdown(socket.SHUT_RDWR)


def _peer(connected: socket.socket) -> str:
    """IP address of the other end; empty when it is gone already."""
    with suppress(OSError):
        return str(connected.getpeername()[0])
    return ""


def _read(response: http.client.HTTPResponse, max_bytes: int) -> bytes:
    body = Body(max_bytes)
    while piece := response.read1(_PIECE):
        body.feed(piece)
    if response.length:  # fewer bytes than were announced
        raise http.client.IncompleteRead(b"", response.length)
    return body.finish()
