"""Typed links that lead machines from a page to its identifier, forms, parts and licence. Pure.

FAIR Signposting: https://signposting.org/FAIR/
Link header: https://www.rfc-editor.org/rfc/rfc8288, link sets: https://www.rfc-editor.org/rfc/rfc9264
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

LINKSET_JSON: Final = "application/linkset+json"
LINKSET_TEXT: Final = "application/linkset"

_MAX_HEADER: Final = 2500
"""Characters of a Link header: proxies such as nginx take 4 kB for all headers of an answer."""
_URI_CHARACTERS: Final = "%/:;?#[]@!$&'()*+,=-._~"
_MEDIA_TYPE: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_BROKEN_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link from the page that states it, or from `anchor`, to `target`."""

    target: str
    """An IRI, or a path of the site."""
    relation: str
    """A relation type registered at IANA, such as `cite-as`."""
    media_type: str = ""
    profile: str = ""
    """IRI of the convention that the target follows; left out of link sets as JSON, see there."""
    anchor: str = ""
    """Where the link starts, when that is not the page that states it."""


def format_header(links: Iterable[Link]) -> str:
    """The value of a Link header, as many links from the front as a header may hold.

    What does not fit stands in the link set, which the header names early.
    """
    value = ""
    for link in links:
        longer = f"{value}, {_format_link(link)}" if value else _format_link(link)
        if len(longer) > _MAX_HEADER:
            break
        value = longer
    return value


def format_text(links: Iterable[Link], anchor: str) -> str:
    """A link set as `application/linkset`: a Link header of any length, with every anchor stated.

    Args:
        links: the links; their targets and anchors are whole IRIs.
        anchor: where links without an anchor start.
    """
    anchored = (replace(link, anchor=link.anchor or anchor) for link in links)
    return ",\n".join(map(_format_link, anchored)) + "\n"


def format_json(links: Iterable[Link], anchor: str) -> str:
    """A link set as `application/linkset+json`; arguments as of `format_text`.

    Without profiles: RFC 9264, section 4.2.4.3, wants an array of them, and a client that is in use
    (`signposting` 0.9.9) fails at an array.
    """
    contexts: dict[str, dict[str, list[dict[str, object]]]] = {}
    for link in links:
        target: dict[str, object] = {"href": uri(link.target)}
        if link.media_type:
            target["type"] = link.media_type
        by_relation = contexts.setdefault(uri(link.anchor or anchor), {})
        by_relation.setdefault(link.relation, []).append(target)
    linkset = [{"anchor": start, **relations} for start, relations in contexts.items()]
    return json.dumps({"linkset": linkset}, indent=2) + "\n"


def uri(iri: str) -> str:
    """An IRI as a URI: what a URI cannot hold is percent-encoded, so it never ends a `<...>`.

    >>> uri("https://doi.org/10.1/a<b>ž")
    'https://doi.org/10.1/a%3Cb%3E%C5%BE'
    """
    return quote(_BROKEN_PERCENT.sub("%25", iri), safe=_URI_CHARACTERS, errors="replace")


def _format_link(link: Link) -> str:
    text = f'<{uri(link.target)}>; rel="{link.relation}"'
    if _MEDIA_TYPE.fullmatch(link.media_type):
        text += f'; type="{link.media_type}"'
    if link.profile:
        text += f'; profile="{uri(link.profile)}"'
    if link.anchor:
        text += f'; anchor="{uri(link.anchor)}"'
    return text
