"""Titles brought to one form, so that two records of one thing can be compared. Pure."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from graph.text import plain

_UNFOLDED: Final = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
        "ð": "d",
        "þ": "th",
        "√": " ",
    }
)
"""What NFKD leaves as it is."""
_TEX_COMMAND: Final = re.compile(
    r"\\(?:math(?:rm|it|bf|cal|sf|bb|tt|scr|frak)|text(?:rm|it|bf|sc|sf|tt|normal)?|boldmath|rm|it"
    r"|bf|sc|sf|tt|em|emph|left|right|[bB]igg?[lr]?|ensuremath|[mhf]box|operatorname|displaystyle"
    r"|textstyle|scriptstyle|bar|overline|underline|hat|widehat|tilde|widetilde|vec|dot|ddot|prime"
    r"|to|(?:long)?(?:left)?rightarrow|[lg]eq?|pm|mp|times|cdot|approx|sim(?:eq)?|infty|circ"
    r"|quad|qquad|sqrt|frac|protect|xspace|nolimits|limits)(?![A-Za-z])"
)
"""Commands that stand for form or for a sign; the others, such as `\\alpha`, stand for a word."""
_SQUARE_ROOT: Final = re.compile(r"\bsqrt\b", re.IGNORECASE)
_SUBTITLE: Final = re.compile(r"\s*[:;]\s|\s+[-\u2013\u2014]\s")
_WORD: Final = re.compile(r"[^\W_]+")
_GREEK: Final = re.compile("[\u03b1-\u03c9]")


def title_form(title: str) -> str:
    r"""What is left of a title when spelling, mark-up and LaTeX are taken away.

    Letters and digits only, folded, without spaces. Empty for a title that has none.

    >>> title_form(r"Measurement of $p_{\mathrm{T}}$ at $\sqrt{s}=7$ TeV: the δ case")
    'measurementofptats7tevthedeltacase'
    """
    return "".join(title_words(title))


def head_of(title: str) -> str:
    """What stands before a subtitle; empty for a title without one.

    >>> head_of("The Web as History : Using Web Archives"), head_of("Moby-Dick")
    ('The Web as History', '')
    """
    head, separator, _ = _SUBTITLE.sub("\0", plain(title), count=1).partition("\0")
    return head if separator else ""


def fold(text: str) -> str:
    """Letters and digits in lower case without accents, words parted by one space.

    >>> fold("Müller-Lüdenscheidt, O'Brien")
    'muller ludenscheidt o brien'
    """
    if text.isascii():  # most names, and many titles
        return " ".join(_WORD.findall(text.lower()))
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(_WORD.findall(bare.translate(_UNFOLDED)))


@lru_cache(maxsize=64)  # each title is asked for its form, its length and its kind in turn
def title_words(title: str) -> tuple[str, ...]:
    r"""Words of a title in one form, whatever its spelling, mark-up and LaTeX.

    >>> title_words(r"$\sqrt{s}=7$ TeV: the <i>δ</i> case")
    ('s', '7', 'tev', 'the', 'delta', 'case')
    """
    text = plain(title)
    if "\\" in text:
        text = _TEX_COMMAND.sub(" ", text)
    words = fold(_SQUARE_ROOT.sub(" ", text))
    if not words.isascii():
        words = _GREEK.sub(lambda letter: _greek_name(letter[0]), words)
    return tuple(words.split())


@lru_cache(maxsize=64)
def _greek_name(letter: str) -> str:
    """`lambda` for λ, as LaTeX has it.

    >>> _greek_name("λ")
    'lambda'
    """
    name = unicodedata.name(letter).removeprefix("GREEK SMALL LETTER ").lower()
    return {"lamda": "lambda", "final sigma": "sigma"}.get(name, name)
