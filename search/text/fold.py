"""Writes text the one way that words are compared in: Unicode forms, LaTeX, CJK. Pure.

Case, accents and word ends are left to the engine's analyser, which sees the folded text.
"""

import re
import unicodedata
from typing import Final

_GREEK_NAMES: Final = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lamda mu nu xi omicron pi rho sigma "
    "tau upsilon phi chi psi omega"
)
_GREEK: Final = {
    name: unicodedata.lookup(f"GREEK SMALL LETTER {name.upper()}") for name in _GREEK_NAMES.split()
}
_SILENT_NAMES: Final = (
    "to rightarrow longrightarrow leftarrow leftrightarrow mathrm mathbf mathit mathcal mathsf "
    "text textrm textbf textit textsc rm bf it em emph mbox hbox ensuremath operatorname left "
    "right bar overline hat tilde vec dot quad qquad cdot times pm mp sim approx displaystyle "
    "begin end"
)
_SILENT: Final = frozenset(_SILENT_NAMES.split())
"""Commands that set type or draw a sign; written in Unicode there would be no word there."""
_ACCENT: Final = re.compile(r"\{?\\['\"`^~=.]\{?\\?([A-Za-z])\}?\}?")
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)(?:\s+(?=\\))?")
CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
"""Characters that are words by themselves, as the inside of a regular expression's set."""
_CJK: Final = re.compile(f"([{CJK}])")


def fold(text: str) -> str:
    r"""Write a text the one way that words are compared in.

    Unicode is brought to NFKC; a LaTeX accent becomes its letter, a LaTeX letter the Greek one, a
    typesetting command nothing, any other command its name. Chinese and Japanese characters, which
    no spaces part, become words of one character, so that a run of them is found as a phrase.

    >>> fold(r"$H\to\gamma\gamma$ at $\sqrt{s}=13$ TeV").split()
    ['$H', 'γγ$', 'at', '$', 'sqrt', '{s}=13$', 'TeV']
    """  # noqa: RUF002  # the letters are Greek on purpose
    if "\\" in text:
        text = _COMMAND.sub(_word_of, _ACCENT.sub(r"\1", text))
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text).replace("√", " sqrt ")
    return _CJK.sub(r" \1 ", text)


def _word_of(command: re.Match[str]) -> str:
    name = command[1]
    # Unicode spells the letter lamda; TeX has second shapes of some letters, such as varphi
    letter = _GREEK.get(name.lower().removeprefix("var").replace("lambda", "lamda"))
    if letter:
        return letter if name.islower() else letter.upper()
    return " " if name in _SILENT else f" {name} "
