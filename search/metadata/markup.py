"""XML out of texts that may hold anything: escaped, cut, and without what XML 1.0 cannot hold.

Pure. Written as text, which takes a tenth of the time of a tree.
Characters: https://www.w3.org/TR/xml/#charsets
"""

import re
from typing import Final

MAX_TEXT: Final = 100_000
"""Characters of one text; longer ones are cut. Parsers refuse ten million in one element, and the
longest abstracts have ten thousand."""

_ILLEGAL: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPED: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
)
_ESCAPED_TEXT: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_ADDRESS: Final = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?"
    r"(?:[/?#](?:[A-Za-z0-9/._~?&=+:@!$'()*,;-]|%[0-9A-Fa-f]{2})*"
    r"(?:#(?:[A-Za-z0-9/._~?&=+:@!$'()*,;-]|%[0-9A-Fa-f]{2})*)?)?"
)


def legal(text: str) -> str:
    r"""A text as XML 1.0 can hold it: illegal characters and white space around it left out.

    >>> legal(" a\x00b\ud800 ")
    'ab'
    """
    if not text.isprintable():
        text = _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.strip()
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def element(name: str, text: str, **attributes: str) -> str:
    """An element with a text; empty of a text that is empty, an attribute likewise.

    The name of an attribute is written with `_` for its colon, as `xml_lang`.
    """
    content = legal(text).translate(_ESCAPED_TEXT)
    return whole(name, content, **attributes) if content else ""


def whole(name: str, content: str, **attributes: str) -> str:
    """An element around XML that is escaped already, whether it is empty or not."""
    stated = "".join(
        f' {key.replace("_", ":")}="{value.translate(_ESCAPED)}"'
        for key, said in attributes.items()
        if (value := legal(said))
    )
    return f"<{name}{stated}>{content}</{name}>" if content else f"<{name}{stated}/>"


def around(name: str, content: str) -> str:
    """An element around XML that is escaped already; empty of nothing."""
    return f"<{name}>{content}</{name}>" if content else ""


def language(tag: str) -> str:
    """A language tag as `xml:lang` takes it; empty for another text."""
    return tag if _LANGUAGE.fullmatch(tag) else ""


def address(iri: str) -> str:
    """A web address as `xs:anyURI` takes it; empty for another text or IRI."""
    return iri if _ADDRESS.fullmatch(iri) else ""
