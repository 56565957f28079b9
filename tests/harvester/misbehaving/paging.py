"""Three styles of resumption token, as three families of software write them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl, quote, urlencode

from tests.harvester.misbehaving.holdings import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a list covers; empty text leaves a side open."""

    verb: str
    prefix: str = "oai_dc"
    from_: str = ""
    until: str = ""
    set_spec: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The part of a list that one page holds."""

    items: tuple[Item, ...]
    token: str
    """Empty at the end of the list."""
    total: int
    cursor: int


Matching = Callable[[Query], list[Item]]
"""The items that a query covers now, in the order of their datestamps."""


class BadToken(Exception):
    """The token was never issued, is for another verb, or has expired."""


class Paging(Protocol):
    """A style of paging."""

    def first(self, query: Query, matching: Matching, now_s: float) -> Slice:
        """The first page of a list."""
        ...

    def resume(self, verb: str, token: str, matching: Matching, now_s: float) -> Slice:
        """The page behind a token.

        Raises:
            BadToken: there is none.
        """
        ...


@dataclass(frozen=True)
class Offset:
    """DSpace: the token tells query and offset, may be replayed, never expires.

    The list is made anew for every page, so it moves when records change.
    """

    page_size: int = 10

    def first(self, query: Query, matching: Matching, now_s: float) -> Slice:  # noqa: ARG002  # Paging
        return self._slice(query, matching, 0)

    def resume(self, verb: str, token: str, matching: Matching, now_s: float) -> Slice:  # noqa: ARG002  # Paging
        parts = token.split("/")
        if len(parts) != 5 or not parts[4].isdigit():
            raise BadToken(token)
        prefix, from_, until, set_spec, offset = parts
        query = Query(verb=verb, prefix=prefix, from_=from_, until=until, set_spec=set_spec)
        return self._slice(query, matching, int(offset))

    def _slice(self, query: Query, matching: Matching, offset: int) -> Slice:
        items = matching(query)
        end = offset + self.page_size
        parts = (query.prefix, query.from_, query.until, query.set_spec, str(end))
        return Slice(
            items=tuple(items[offset:end]),
            token="/".join(parts) if end < len(items) else "",
            total=len(items),
            cursor=offset,
        )


@dataclass(frozen=True)
class Cursor:
    """DataCite: the token tells query and last record, may be replayed, never expires.

    Its values are percent-encoded inside of the token, which holds `&`, `=` and `%`: only a client
    that passes it back unchanged and encodes it once is understood.
    """

    page_size: int = 10

    def first(self, query: Query, matching: Matching, now_s: float) -> Slice:  # noqa: ARG002  # Paging
        return self._slice(query, matching, ("", -1), 0)

    def resume(self, verb: str, token: str, matching: Matching, now_s: float) -> Slice:  # noqa: ARG002  # Paging
        fields = dict(parse_qsl(token, keep_blank_values=True))
        if set(fields) != {"metadataPrefix", "from", "until", "set", "paging_cursor", "cursor"}:
            raise BadToken(token)
        if token != self._token(fields):
            raise BadToken(token)
        query = Query(
            verb=verb,
            prefix=fields["metadataPrefix"],
            from_=fields["from"],
            until=fields["until"],
            set_spec=fields["set"],
        )
        stamp, number = base64.urlsafe_b64decode(fields["paging_cursor"]).decode().split(",")
        return self._slice(query, matching, (stamp, int(number)), int(fields["cursor"]))

    def _slice(self, query: Query, matching: Matching, after: tuple[str, int], page: int) -> Slice:
        items = matching(query)
        rest = [item for item in items if (item.datestamp, item.number) > after]
        taken = rest[: self.page_size]
        token = ""
        if len(rest) > len(taken):
            last = f"{taken[-1].datestamp},{taken[-1].number}"
            token = self._token(
                {
                    "metadataPrefix": query.prefix,
                    "from": query.from_,
                    "until": query.until,
                    "set": query.set_spec,
                    "paging_cursor": base64.urlsafe_b64encode(last.encode()).decode(),
                    "cursor": str(page + 1),
                }
            )
        return Slice(
            items=tuple(taken), token=token, total=len(items), cursor=page * self.page_size
        )

    @staticmethod
    def _token(fields: dict[str, str]) -> str:
        names = ("metadataPrefix", "from", "until", "set", "paging_cursor", "cursor")
        return urlencode([(name, fields[name]) for name in names], quote_via=quote, safe="")


@dataclass(slots=True)
class _OpenScroll:
    items: tuple[Item, ...]
    position: int
    used_at_s: float


class Scroll:
    """Invenio: the token names an open scroll; whoever sends it gets the *next* batch.

    A replayed token therefore skips a page, while the cursor, computed from the page number in
    the token, looks right. The list has no order. A scroll is closed when it is not used for
    `lifetime_s`. Where the size of a list is a multiple of the page size, an empty page follows.
    """

    def __init__(self, page_size: int = 10, lifetime_s: float = 60.0):
        self.page_size = page_size
        self.lifetime_s = lifetime_s
        self._scrolls: dict[str, _OpenScroll] = {}

    def first(self, query: Query, matching: Matching, now_s: float) -> Slice:
        items = sorted(matching(query), key=lambda item: (item.number * 7919) % 1009)
        scroll_id = f"FGluY2x1ZGVf{len(self._scrolls)}"
        self._scrolls[scroll_id] = _OpenScroll(tuple(items), 0, now_s)
        return self._next(query.verb, scroll_id, 1)

    def resume(self, verb: str, token: str, matching: Matching, now_s: float) -> Slice:  # noqa: ARG002  # Paging
        payload = _unsigned(token)
        if payload is None or payload["verb"] != verb:
            raise BadToken(token)
        scroll = self._scrolls[payload["scroll_id"]]
        if now_s - scroll.used_at_s > self.lifetime_s:
            raise BadToken(token)
        scroll.used_at_s = now_s
        return self._next(verb, payload["scroll_id"], int(payload["page"]))

    def _next(self, verb: str, scroll_id: str, page: int) -> Slice:
        scroll = self._scrolls[scroll_id]
        end = scroll.position + self.page_size
        taken = scroll.items[scroll.position : end]
        scroll.position = end
        total = len(scroll.items)
        has_next = page * self.page_size <= total  # Invenio's own `<=`
        payload = {"verb": verb, "page": str(page + 1), "scroll_id": scroll_id}
        return Slice(
            items=taken,
            token=_signed(payload) if has_next else "",
            total=total,
            cursor=(page - 1) * self.page_size,
        )


_KEY = b"misbehaving"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _signed(payload: dict[str, str]) -> str:
    """A token of the form that itsdangerous writes: payload, time, HMAC-SHA1."""
    signed = f"{_base64(json.dumps(payload).encode())}.{_base64((1_786_642_728).to_bytes(4))}"
    return f"{signed}.{_base64(hmac.digest(_KEY, signed.encode(), hashlib.sha1))}"


def _unsigned(token: str) -> dict[str, str] | None:
    """The payload; None when the signature is wrong."""
    signed, _, signature = token.rpartition(".")
    if _base64(hmac.digest(_KEY, signed.encode(), hashlib.sha1)) != signature:
        return None
    text = signed.split(".")[0]
    payload: dict[str, str] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return payload
