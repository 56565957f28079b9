"""One line a request in the log, and one count in the metrics, when its answer has been sent."""

import logging
import re
from typing import Final

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger
from aiohttp.http_exceptions import HttpProcessingError

from search.web.operation.metrics import Metrics
from search.web.operation.state import CLIENT, NO_ROUTE, ROUTE

LOG: Final = logging.getLogger("weft.access")
HTTP_LOG: Final = logging.getLogger("weft.http")
"""Where aiohttp tells of its own failures."""
CLIENT_LEFT: Final = 499
"""What the log says of a request whose client closed the connection before its answer."""
_MAX_PATH: Final = 300
"""Characters of path and query that are logged; longer ones end in `...`. A guess."""
_MAX_METHOD: Final = 16
_SECRET: Final = re.compile(
    r"(?i)([?&](?:password|passwd|secret|token|access_token|api_?key|key|auth|authorization|sig)=)"
    r"[^&#]*"
)
_UNPRINTABLE: Final = re.compile(r"[^!-~]|\"")


def is_failure(record: logging.LogRecord) -> bool:
    """Whether a record tells of more than a malformed request, which has its line as any other.

    A filter: aiohttp would write a traceback for each.
    """
    raised = record.exc_info[1] if record.exc_info else None
    return not isinstance(raised, HttpProcessingError)


def logger_class(metrics: Metrics) -> type[AbstractAccessLogger]:
    """What aiohttp tells of each answer that it has sent, also of those to malformed requests."""

    class AccessLogger(AbstractAccessLogger):
        def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
            release = response.headers.get("Weft-Release", "-")
            tell(metrics, request, response.status, response.body_length, time, release)

    return AccessLogger


def tell(  # noqa: PLR0913, PLR0917  # the fields of the line
    metrics: Metrics,
    request: web.BaseRequest,
    status: int,
    n_bytes: int,
    time_s: float,
    release: str,
) -> None:
    """Count and log one request; `n_bytes` are those of its answer as sent, head included."""
    route = request.get(ROUTE, NO_ROUTE)
    metrics.observe(request.method, route, status, time_s=time_s, n_bytes=n_bytes)
    LOG.info(
        'method=%s path="%s" status=%s bytes=%s ms=%.1f release=%s client=%s',
        _UNPRINTABLE.sub("?", request.method[:_MAX_METHOD]),
        loggable(request.path_qs),
        status,
        n_bytes,
        time_s * 1000,
        release,
        request.get(CLIENT) or request.remote or "-",
    )


def loggable(path: str) -> str:
    """A path with its query, of bounded length, in printable characters, without secrets.

    >>> loggable("/search?q=top&token=abc")
    '/search?q=top&token=...'
    """
    # cut first: what an asker sends may be long, and a value cut in two is still its value
    shown = _SECRET.sub(r"\1...", _UNPRINTABLE.sub("?", path[:_MAX_PATH]))
    return shown + ("..." if len(path) > _MAX_PATH else "")
