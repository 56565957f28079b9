"""Who asks, and at which address, when proxies stand between: known ones are believed. Pure.

https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/X-Forwarded-For
"""

import re
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from multidict import MultiMapping

_HOST: Final = re.compile(
    r"(?:[A-Za-z0-9._~-]+|\[(?P<v6>[0-9A-Fa-f:.]+)\])(?::(?P<port>[0-9]{0,5}))?"
)
_MAX_PORT: Final = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a request comes from."""

    client: str
    scheme: str | None = None
    """http or https; None when no proxy says."""
    host: str | None = None


def read_origin(peer: str, headers: MultiMapping[str], trusted: tuple[str, ...]) -> Origin:
    """Find the client of a request.

    Args:
        peer: address at the other end of the connection.
        headers: of the request.
        trusted: addresses and networks of proxies.

    Returns:
        The last address that no trusted proxy has; the peer when it is itself not trusted.
    """
    if not trusted or not _is_trusted(peer, trusted):
        return Origin(client=peer)
    client = peer
    for each in reversed(",".join(headers.getall("X-Forwarded-For", [])).split(",")):
        address = _address(each)
        if address is None:
            break
        client = str(address)
        if not _is_trusted(client, trusted):
            break
    scheme = _last(headers, "X-Forwarded-Proto").lower()
    host = _last(headers, "X-Forwarded-Host")
    return Origin(
        client=client,
        scheme=scheme if scheme in ("http", "https") else None,
        host=host if is_host(host) else None,
    )


def is_host(text: str) -> bool:
    """Whether a text names a host as it stands in a Host header: a name or address, and a port.

    Names are those that DNS and containers have; other characters of RFC 3986 are no host of ours.

    >>> is_host("data.example.org:8080"), is_host("[::1]"), is_host("a b"), is_host("a:99999")
    (True, True, False, False)
    """
    found = _HOST.fullmatch(text)
    if found is None or int(found["port"] or 0) > _MAX_PORT:
        return False
    in_brackets = found["v6"]
    return in_brackets is None or (":" in in_brackets and _address(in_brackets) is not None)


def _last(headers: MultiMapping[str], name: str) -> str:
    """What the nearest proxy says."""
    return headers.getall(name, [""])[-1].rpartition(",")[2].strip()


def _is_trusted(client: str, trusted: tuple[str, ...]) -> bool:
    address = _address(client)
    return address is not None and any(address in network for network in _networks(trusted))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    # a listener on both families shows IPv4 clients so
    return getattr(address, "ipv4_mapped", None) or address


@cache
def _networks(trusted: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(each) for each in trusted)
