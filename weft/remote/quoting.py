"""What an error quotes of an answer that is none: its title, or its first words. Pure."""

import re
from html import unescape
from typing import Final

QUOTED: Final = 300
"""Characters of an answer that an error quotes."""
_TITLE: Final = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_MARKUP: Final = re.compile(r"<(script|style).*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)


def page_title(body: bytes) -> str:
    """The title of an HTML page; empty where there is none."""
    found = _TITLE.search(body[: 1 << 16])
    return " ".join(unescape(found[1].decode("utf-8", "replace")).split())[:QUOTED] if found else ""


def first_words(body: bytes) -> str:
    """The beginning of an answer for people: a page's title, or its text without mark-up."""
    if title := page_title(body):
        return title
    text = body[: 1 << 14].decode("utf-8", "replace")
    if text.lstrip().startswith("<"):
        text = unescape(_MARKUP.sub(" ", text))
    return " ".join(text.split())[:QUOTED]
