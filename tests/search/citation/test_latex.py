"""Texts for LaTeX."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.citation.latex import latex


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (r"$\sqrt{s} = 7$ TeV", r"$\sqrt{s} = 7$ TeV"),
        (r"$H \rightarrow ZZ$ & $\mathcal{B}$", r"$H \rightarrow ZZ$ \& $\mathcal{B}$"),
        ("costs $5", r"costs \$5"),
        (r"$\input{/etc/passwd}$", r"\${\textbackslash}input{\textbraceleft}/etc/passwd{\textbraceright}\$"),  # noqa: E501  # reads best
        ("$a}{b$", r"\$a{\textbraceright}{\textbraceleft}b\$"),
        ("$^^5cinput x$", r"\${\textasciicircum}{\textasciicircum}5cinput x\$"),
        ("a_b^c~d#e%", r"a\_b{\textasciicircum}c{\textasciitilde}d\#e\%"),
        (r"$x\$", r"\$x{\textbackslash}\$"),
    ],
)  # fmt: skip
def test_signs_are_text_and_formulas_of_known_commands_stay(text, written):
    assert latex(text) == written


@given(st.text(alphabet=r"$\{}%a^_&#~ ", max_size=40))
def test_braces_are_balanced_whatever_the_text(text):
    depth = 0
    for sign in latex(text):
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
