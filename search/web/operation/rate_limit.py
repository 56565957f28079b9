"""How often one client may ask: a token bucket for each address, in bounded memory. Pure.

https://www.rfc-editor.org/rfc/rfc6585#section-4
"""

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address
from typing import Final

MAX_CLIENTS: Final = 20_000
"""Clients that are remembered, some 3 MB; past it the one that asked longest ago is forgotten,
which only ever lets a client ask more."""
_V6_HOST_BITS: Final = 64
"""An IPv6 subscriber has a network of this many host bits, so the network is the client."""


class RateLimiter:
    """Gives each client `burst` requests at once and `rate_per_s` more each second."""

    def __init__(self, rate_per_s: float, burst: int, max_clients: int = MAX_CLIENTS) -> None:
        self._rate_per_s = rate_per_s
        self._burst = float(burst)
        self._max_clients = max_clients
        self._buckets: OrderedDict[int | str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """How many clients are remembered."""
        return len(self._buckets)

    def wait_s(self, client: str, now_s: float) -> float:
        """Take one request from what a client has left.

        Args:
            client: its address.
            now_s: from a clock that never goes back.

        Returns:
            0 when it may ask; else the seconds until it may, and nothing was taken.
        """
        key = _network(client)
        left, then_s = self._buckets.pop(key, (self._burst, now_s))
        left = min(self._burst, left + (now_s - then_s) * self._rate_per_s)
        may_ask = left >= 1
        self._buckets[key] = (left - 1 if may_ask else left, now_s)
        if len(self._buckets) > self._max_clients:
            self._buckets.popitem(last=False)
        return 0.0 if may_ask else (1 - left) / self._rate_per_s


def _network(client: str) -> int | str:
    try:
        address = ip_address(client)
    except ValueError:  # a socket of this machine has no address
        return client
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return int(mapped) if mapped else str(int(address) >> _V6_HOST_BITS)
    return int(address)
