"""What an operator may set of the server: prefix, proxies, limits of rate, size and time."""

from ipaddress import ip_network
from typing import Annotated

from msgspec import Meta, Struct

_Seconds = Annotated[float, Meta(gt=0)]


class ServeSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits and surroundings of the server.

    Raises:
        ValueError: an entry of `trusted_proxies` is no address and no network.
    """

    prefix: Annotated[str, Meta(pattern=r"^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$")] = ""
    """Path under which a proxy shows the site, such as `/weft`; no slash at the end."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks whose X-Forwarded-For, -Proto and -Host are believed."""
    look_every_s: _Seconds = 1.0
    """How often the server looks whether another release is current, in some 20 microseconds."""
    rate_limit_per_s: Annotated[float, Meta(ge=0)] = 0.0
    """Requests a second that one client may go on sending; 0: any number."""
    rate_burst: Annotated[int, Meta(ge=1)] = 60
    """Requests that a client may send at once before its rate counts; a page takes three."""
    body_limit_bytes: Annotated[int, Meta(ge=1024)] = 1 << 20
    """Longest body of a request; the longest query that is read, form-encoded, fits."""
    body_time_s: _Seconds = 10.0
    """How long the body of a request may take to arrive."""
    answer_time_s: _Seconds = 120.0
    """How long an answer may take to be made; twice what a SPARQL query may wait and run."""
    kept_bytes: Annotated[int, Meta(ge=0)] = 64 << 20
    """Memory for answers that were given before, about; 0: every answer is made anew."""
    idle_time_s: _Seconds = 75.0
    """How long a connection may be open without a whole request having arrived; above the 60 s for
    which common proxies keep idle connections."""
    stuck_time_s: _Seconds = 30.0
    """How long a client may take nothing of an answer that is being sent."""
    stop_time_s: _Seconds = 10.0
    """How long answers under way may take to finish when the server stops."""
    holdings_bytes: Annotated[int, Meta(ge=1024)] = 64 << 20
    """Longest list that can be held against the release, packed or unpacked."""
    holdings_rows: Annotated[int, Meta(ge=1)] = 500_000
    """Most rows of such a list."""
    holdings_gap: Annotated[int, Meta(ge=1)] = 100_000
    """Most things within the limits of the gap that such a list is told to lack."""
    holdings_upload_s: _Seconds = 300.0
    """How long a list may take to arrive."""
    holdings_time_s: _Seconds = 120.0
    """How long the matching of a list, and the making of what is wanted, may take."""
    holdings_at_once: Annotated[int, Meta(ge=1)] = 2
    """Lists that are matched at a time, each in a process of its own; four times as many may be
    arriving."""
    holdings_memory_bytes: Annotated[int, Meta(ge=1 << 28)] = 2 << 30
    """Most memory that such a process may write to."""

    def __post_init__(self) -> None:
        """Refuse what is no address."""
        for each in self.trusted_proxies:
            ip_network(each)
