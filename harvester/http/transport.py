"""One GET over HTTP, whole and unpacked, with redirects by our own rules; the owner of aiohttp.

aiohttp would follow any redirect, repeat a GET that was lost on a kept connection, and end a body
that is wrongly labelled as gzip with an error; all three are taken over here.
"""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from harvester.errors import AnswerTooLarge, RepositoryUnreachable, TransportError
from harvester.http.inflate import Body, CutStream, TooLarge
from harvester.http.redirect import (
    MAX_REDIRECTS,
    PERMANENT,
    REDIRECTS,
    RedirectRefused,
    base_of,
    is_public,
    redirect_target,
)
from harvester.http.retry import Quota
from harvester.http.user_agent import user_agent

MAX_BODY_BYTES: Final = 128 * 1024 * 1024
"""Limit on one unpacked answer (guessed): five records of 24 MB, each of which is legal."""
CONNECT_S: Final = 20.0
"""Longest wait for a connection, name and TLS included (guessed); it leaves a part of the usual
60 s for the answer, and a connection that never stood is known not to have carried a request."""
IDLE_S: Final = 30.0
"""Longest pause inside of a body (guessed). Before its first byte only the whole timeout counts:
some repositories think for minutes."""
_KEEPALIVE_S: Final = 4.0
"""How long an idle connection is kept: Apache closes after 5 s, and a request that meets the
closing is lost."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What came back over HTTP, whole and unpacked."""

    status: int
    body: bytes
    retry_after: str = ""
    """The Retry-After field, empty when absent."""
    quota: Quota = field(default_factory=Quota)
    charset: str = ""
    """The charset that the Content-Type names, in lower case; empty when absent."""
    n_redirects: int = 0
    """Redirects that were followed to it."""


class Lost(TransportError):
    """A request without a whole answer; the repository may have served it."""

    def __init__(self, why: str, *, url: str) -> None:
        """`why` is what happened, in a few words and without the address."""
        super().__init__(f"no whole answer from {url}: {why}", url=url)
        self.why = why


class NeverSent(Lost):
    """No connection: the repository cannot have received the request."""


class Transport(Protocol):
    """One GET. Tests pass a function."""

    async def __call__(self, url: str, /) -> HttpAnswer:
        """Fetch `url` (already percent-encoded).

        Raises:
            RepositoryUnreachable: asking again cannot help, such as a redirect that is refused.
            NeverSent: no connection; asking again may help.
            TransportError: no whole answer arrived; asking again may help.
            AnswerTooLarge: the body passed the limit.
        """
        ...


@asynccontextmanager
async def open_transport(  # noqa: PLR0913  # all named, all with defaults; tests pass the last four
    *,
    contact: str = "",
    max_body_bytes: int = MAX_BODY_BYTES,
    connect_s: float = CONNECT_S,
    idle_s: float = IDLE_S,
    is_public: Callable[[str], bool] = is_public,
    resolver: AbstractResolver | None = None,
) -> AsyncIterator[Transport]:
    """Open a transport on the network; its connections are closed at the end.

    Args:
        contact: e-mail address for User-Agent and From; empty for none.
        max_body_bytes: largest answer taken, after unpacking.
        connect_s: longest wait for a connection, name and TLS included.
        idle_s: longest pause inside of a body.
        is_public: tells whether an IP address is one of the public internet.
        resolver: looks names up; None for the system's.
    """
    headers = {"User-Agent": user_agent(contact), "Accept-Encoding": "gzip"}
    if contact:
        headers["From"] = contact
    factory = _public_sockets(is_public)
    async with (
        _session(headers, connect_s, _connector(resolver)) as anywhere,
        _session(headers, connect_s, _connector(resolver, factory)) as public_only,
    ):
        yield _OverHttp(
            anywhere=anywhere,
            public_only=public_only,
            max_body_bytes=max_body_bytes,
            idle_s=idle_s,
            is_public=is_public,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hop:
    """One answer of a chain of redirects."""

    answer: HttpAnswer
    location: str
    """Where it redirects to; empty when it does not."""
    peer: str
    """IP address of the other end of the connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _OverHttp:
    """The transport: two sessions, one of which connects to public addresses only."""

    anywhere: aiohttp.ClientSession
    public_only: aiohttp.ClientSession
    max_body_bytes: int
    idle_s: float
    is_public: Callable[[str], bool]
    told_moves: set[tuple[str, str]] = field(default_factory=set)

    async def __call__(self, url: str, /) -> HttpAnswer:
        session, at, moved_to = self.anywhere, url, url
        for n_redirects in range(MAX_REDIRECTS + 1):
            hop = await self._get(session, at)
            if not hop.location:
                self._tell_move(url, moved_to)
                return replace(hop.answer, n_redirects=n_redirects)
            if not hop.peer or self.is_public(hop.peer):
                session = self.public_only
            try:
                target = redirect_target(at, hop.location)
            except RedirectRefused as error:
                message = f"{at} redirects to {hop.location}, which is refused: {error}"
                raise RepositoryUnreachable(message, url=url) from error
            if moved_to == at and hop.answer.status in PERMANENT:
                moved_to = target
            at = target
        message = f"{url} redirects more than {MAX_REDIRECTS} times"
        raise RepositoryUnreachable(message, url=url)

    async def _get(self, session: aiohttp.ClientSession, url: str) -> _Hop:
        """Ask once; aiohttp's errors become ours."""
        try:
            async with session.get(URL(url, encoded=True), allow_redirects=False) as response:
                return await self._read(response, url)
        except (UnicodeError, aiohttp.InvalidURL, aiohttp.ClientConnectorCertificateError) as error:
            raise RepositoryUnreachable(f"cannot ask {url}: {_said(error)}", url=url) from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, _NotPublic):
                refused = error.os_error
                message = f"a redirect to {url} is refused: its address {refused.address} is"
                message += " not public, and the repository that redirects there is"
                raise RepositoryUnreachable(message, url=url) from error
            raise NeverSent(_said(error), url=url) from error
        except aiohttp.ConnectionTimeoutError as error:
            raise NeverSent("no connection in time", url=url) from error
        except TimeoutError as error:
            raise Lost(f"no byte for {self.idle_s:g} s", url=url) from error
        except (aiohttp.ClientError, OSError) as error:
            raise Lost(_said(error), url=url) from error

    async def _read(self, response: aiohttp.ClientResponse, url: str) -> _Hop:
        """Read an answer to its end."""
        body = Body(self.max_body_bytes)
        try:
            async with asyncio.timeout(self.idle_s) as idle:
                loop = asyncio.get_running_loop()
                async for chunk in response.content.iter_any():
                    body.feed(chunk)
                    idle.reschedule(loop.time() + self.idle_s)
            content = body.finish()
        except TooLarge as error:
            message = f"answer of {url} is larger than {self.max_body_bytes} bytes"
            raise AnswerTooLarge(message, url=url) from error
        except CutStream as error:
            raise Lost(str(error), url=url) from error
        headers = response.headers
        return _Hop(
            answer=HttpAnswer(
                status=response.status,
                body=content,
                retry_after=headers.get("Retry-After", ""),
                quota=Quota(
                    remaining=headers.get("X-RateLimit-Remaining", ""),
                    reset=headers.get("X-RateLimit-Reset", ""),
                ),
                charset=(response.charset or "").lower(),
            ),
            location=headers.get("Location", "") if response.status in REDIRECTS else "",
            peer=response.peer if isinstance(response, _Response) else "",
        )

    def _tell_move(self, url: str, moved_to: str) -> None:
        """Warn once of an address that has moved for good."""
        move = base_of(url), base_of(moved_to)
        if move[0] == move[1] or move in self.told_moves:
            return
        self.told_moves.add(move)
        log.warning("moved url=%s to=%s: put the new address into the configuration", *move)


class _Response(aiohttp.ClientResponse):
    """Remembers the other end, which is known only while the connection is in use."""

    peer = ""

    async def start(self, connection: "aiohttp.connector.Connection") -> aiohttp.ClientResponse:
        if connection.transport is not None:
            self.peer = str(connection.transport.get_extra_info("peername", [""])[0])
        return await super().start(connection)


def _connector(
    resolver: AbstractResolver | None, factory: aiohttp.SocketFactoryType | None = None
) -> aiohttp.TCPConnector:
    return aiohttp.TCPConnector(
        limit=0,  # the client bounds the requests in flight
        keepalive_timeout=_KEEPALIVE_S,
        resolver=resolver,
        socket_factory=factory,
    )


def _session(
    headers: dict[str, str], connect_s: float, connector: aiohttp.TCPConnector
) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        headers=headers,
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=None, connect=connect_s),
        auto_decompress=False,
        response_class=_Response,
        middlewares=(_only_once,),
    )


async def _only_once(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from repeating a request that was lost on a kept connection.

    The repository may have served it, and then the token in it has moved on.
    """
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise Lost(_said(error), url=str(request.url)) from error


class _NotPublic(OSError):
    """A connection that is not made because of its address."""

    def __init__(self, address: str) -> None:
        super().__init__("not a public address")  # the same for all addresses of a name, so that
        self.address = address  # the connector hands one on instead of a summary


def _public_sockets(is_public: Callable[[str], bool]) -> aiohttp.SocketFactoryType:
    """Make sockets for public addresses only; asked with the very address to be connected to."""

    def factory(info: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = info
        if not is_public(str(address[0])):
            raise _NotPublic(str(address[0]))
        return socket.socket(family=family, type=kind, proto=protocol)

    return factory


def _said(error: BaseException) -> str:
    """An error in words; aiohttp's often have none of their own, or too many."""
    if isinstance(error, aiohttp.ClientConnectorError):
        said = error.os_error.strerror or str(error.os_error)
        return f"cannot connect to {error.host}:{error.port}: {said}"
    return f"{type(error).__name__} {error}".strip()
