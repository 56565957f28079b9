"""What outlives a release in a running server: its settings and its counts."""

from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from search.web.operation.metrics import Metrics, QueryCounts
from search.web.operation.places import Places
from search.web.operation.settings import ServeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One running server, whichever release it answers from."""

    settings: ServeSettings = field(default_factory=ServeSettings)
    metrics: Metrics = field(default_factory=Metrics)
    queries: QueryCounts = field(default_factory=QueryCounts)
    arriving: Places = field(default_factory=Places)
    """Lists that are being uploaded."""
    matching: Places = field(default_factory=Places)
    """Lists that are being matched."""


OPERATION: web.AppKey[Operation] = web.AppKey("operation", Operation)
"""Where handlers find the server they run in."""

CLIENT: web.RequestKey[str] = web.RequestKey("client", str)
"""Address of the client of a request, as far as it can be believed."""

ROUTE: web.RequestKey[str] = web.RequestKey("route", str)
"""Pattern of the address that was asked, such as `/id/{key}`; never what a client made up."""

NO_ROUTE: Final = "none"
"""The route of a request whose address matched nothing, or whose head was malformed."""
