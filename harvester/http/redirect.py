"""Which redirects are followed: rules on addresses; pure.

A repository decides where a redirect leads, and Weft may run inside a network that the repository
cannot reach, so a public source is not followed to a private address, nor off encryption.
Statuses: https://www.rfc-editor.org/rfc/rfc9110#name-redirection-3xx
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import quote, urldefrag, urljoin, urlsplit

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
PERMANENT: Final = frozenset({301, 308})
MAX_REDIRECTS: Final = 5
"""Redirects followed for one request (guessed); an upgrade to https and a move need two."""

_KEPT: Final = "%/:?#[]@!$&'()*+,;=~"
"""What stays as it is in a Location; everything else outside of RFC 3986 is percent-encoded."""
_NAT64: Final = ip_network("64:ff9b::/96")
_NEVER_PUBLIC: Final = (ip_network("192.0.0.0/24"), ip_network("64:ff9b:1::/48"))
"""Blocks for protocol use that older releases of the standard library take for public."""


class RedirectRefused(ValueError):
    """A redirect that is not followed; the message says why."""


def redirect_target(url: str, location: str) -> str:
    """Return the address that a Location field leads to from `url`, without its fragment.

    Query and token are kept as sent; bytes that may not stand in a URL are percent-encoded.

    Raises:
        RedirectRefused: it is no web address, leaves https, or carries credentials.

    >>> redirect_target("http://a.example/oai?verb=Identify", "/oai2d?verb=Identify")
    'http://a.example/oai2d?verb=Identify'
    """
    quoted = quote(location.strip(), safe=_KEPT, errors="surrogateescape")
    try:
        target = urldefrag(urljoin(url, quoted)).url
        parts = urlsplit(target)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise RedirectRefused(f"{location!r} is no address: {error}") from error
    if parts.scheme not in {"http", "https"}:
        raise RedirectRefused(f"the scheme {parts.scheme!r} is neither http nor https")
    if not has_host:
        raise RedirectRefused(f"{location!r} names no host")
    if "@" in parts.netloc:
        raise RedirectRefused("the address carries credentials")
    if parts.scheme == "http" and urlsplit(url).scheme == "https":
        raise RedirectRefused("it leads from https to http")
    return target


def base_of(url: str) -> str:
    """Return an address without query and fragment, as the configuration names it.

    >>> base_of("https://zenodo.org/oai2d?verb=Identify")
    'https://zenodo.org/oai2d'
    """
    return urlsplit(url)._replace(query="", fragment="").geturl()


def is_public(address: str) -> bool:
    """Tell whether an IP address is reached over the public internet.

    Private, shared, loopback, link-local, reserved, multicast and unspecified addresses are not;
    an IPv6 address that stands for an IPv4 one is judged by that. What is no address is not.

    >>> is_public("188.184.103.118"), is_public("::ffff:127.0.0.1"), is_public("10.0.0.1")
    (True, False, False)
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inner = _inner_address(ip)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    is_special = ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_link_local
    return ip.is_global and not is_special and not any(ip in block for block in _NEVER_PUBLIC)


def _inner_address(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a mapped, 6to4 or translated IPv6 address leads to."""
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour
