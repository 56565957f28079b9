"""Plain text out of titles and abstracts: no HTML, no entities, no control characters.

LaTeX stays as it is: `$p_T<5$` and `a < b` are no tags.
"""

import html
import re
from typing import Final

_BLOCK: Final = (
    "p br div li ul ol dl dt dd tr td th table thead tbody tfoot caption h1 h2 h3 h4 h5 h6 hr "
    "blockquote pre section article header footer figure figcaption title sec list list-item "
    "disp-formula body html head"
)
_INLINE: Final = (
    "a abbr b bdi bdo big cite code del dfn em font i img input ins kbd label mark meta nav o:p q "
    "s samp script small span strike strong style sub sup tt u var wbr center link address aside "
    "italic bold sc monospace underline ext-link xref inline-formula tex-math math mml mi mn mo "
    "mrow msub msup msubsup mfrac msqrt mstyle mtext mover munder semantics annotation"
)
_NAME: Final = "|".join(re.escape(name) for name in sorted((_BLOCK + " " + _INLINE).split())[::-1])
# Attributes must have a value: `a <b and c> d` is a comparison, `<b class="x">` is a tag.
_TAG: Final = re.compile(
    rf"<(?=/?[a-z])/?(?:[a-z]{{1,5}}:)?({_NAME})"
    r"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))*+\s*+/?>",
    re.IGNORECASE,
)
# Opening and closing of what no reader sees. Two searches from left to right stay linear where one
# lazy expression is quadratic on openings that are never closed.
_UNREAD: Final = (
    ("<!--", re.compile(r"<!--"), re.compile(r"-->")),
    (
        "<s",
        re.compile(r"<script\b[^<>]*>", re.IGNORECASE),
        re.compile(r"</script\s*+>", re.IGNORECASE),
    ),
    (
        "<s",
        re.compile(r"<style\b[^<>]*>", re.IGNORECASE),
        re.compile(r"</style\s*+>", re.IGNORECASE),
    ),
)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED_AGAIN: Final = re.compile(r"&(?:amp;|#0{0,4}38;|#[xX]0{0,4}26;)+", re.IGNORECASE)
_BLOCK_NAMES: Final = frozenset(_BLOCK.split())

# Joiners U+200C and U+200D stay: Persian and Indic words need them.
_KEPT_FORMAT: Final = frozenset("\u200c\u200d")
_MAX_PASSES: Final = 5


def plain(text: str) -> str:
    """Words without markup: tags out, entities undone, white space folded, control characters out.

    A block tag becomes a space, an inline tag nothing. Escaping on top of escaping is undone too
    (`&lt;p&gt;` in the parsed text of some repositories), and what then is a tag goes.

    >>> plain("<p>Jets with $p_T&lt;5$ GeV</p> <p>H<sub>2</sub>O</p>")
    'Jets with $p_T<5$ GeV H2O'
    """
    if "<" in text or "&" in text:
        text = _without_markup(text)
    elif text.isprintable() and "  " not in text:  # most texts: nothing but a strip to do
        return text.strip()
    folded = " ".join(text.split())
    if folded.isprintable():
        return folded
    kept = "".join(c for c in folded if c.isprintable() or c in _KEPT_FORMAT)
    return " ".join(kept.split())


def _without_markup(text: str) -> str:
    for _ in range(_MAX_PASSES):
        before = text
        if "<" in text:
            text = _TAG.sub(_space_for_block, _without_unread(text))
        if "&" in text:
            text = _ENTITY.sub(_character, _ESCAPED_AGAIN.sub("&", text))
        if text == before:
            break
    return text


def _without_unread(text: str) -> str:
    text = text.replace("<![CDATA[", " ").replace("]]>", " ")
    for sign, opening, closing in _UNREAD:
        if sign in text.lower():
            text = _without_spans(text, opening, closing)
    return text


def _without_spans(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> str:
    kept = []
    at = 0
    while (start := opening.search(text, at)) and (end := closing.search(text, start.end())):
        kept.append(text[at : start.start()])
        at = end.end()
    kept.append(text[at:])
    return " ".join(kept)


def _space_for_block(tag: re.Match[str]) -> str:
    return " " if tag[1].lower() in _BLOCK_NAMES else ""


def _character(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])
