r"""Texts of records for LaTeX: signs that mean something to it are written as text. Pure.

Formulas between dollar signs stay when they hold nothing but known commands of mathematics: any
other command could read files of whoever typesets the list, as \input does.
"""

import re
from typing import Final

_SIGNS: Final = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "$": r"\$",
        "&": r"\&",
        "%": r"\%",
        "#": r"\#",
        "_": r"\_",
        "^": r"{\textasciicircum}",
        "~": r"{\textasciitilde}",
    }
)
_FORMULA: Final = re.compile(r"\$([^$]+)\$")
_COMMAND: Final = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_COMMAND_NAMES: Final = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi
    pi rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon
    Phi Psi Omega sqrt frac bar overline underline hat tilde vec dot prime ell hbar to rightarrow
    leftarrow leftrightarrow pm mp times cdot cdots ldots approx sim simeq equiv neq ne le leq ge
    geq ll gg in subset cup cap infty partial nabla sum prod int perp parallel odot oplus otimes
    circ star ast dagger langle rangle left right mathrm mathit mathbf mathcal mathbb text rm it bf
    cal quad qquad over"""
_COMMANDS: Final = frozenset(_COMMAND_NAMES.split())
_SPACES: Final = frozenset(",;:! ")


def latex(text: str) -> str:
    r"""A text as LaTeX reads it back.

    >>> print(latex(r"R&D of $\sqrt{s}$ = 7 TeV_2"))
    R\&D of $\sqrt{s}$ = 7 TeV\_2
    """
    parts = []
    at = 0
    for found in _FORMULA.finditer(text):
        if found.start() >= at and _is_plain_formula(found[1]):
            parts += [text[at : found.start()].translate(_SIGNS), found[0]]
            at = found.end()
    return "".join((*parts, text[at:].translate(_SIGNS)))


def _is_plain_formula(text: str) -> bool:
    """Whether a formula closes what it opens and calls nothing but mathematics."""
    names = _COMMAND.findall(text)
    if any(name not in _COMMANDS and name not in _SPACES for name in names):
        return False
    if text.endswith("\\") or "%" in text or "^^" in text:
        return False
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0
