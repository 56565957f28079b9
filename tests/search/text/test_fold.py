"""Folding: the one way that words are compared in."""
# ruff: noqa: RUF001  # physics is written in Greek

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.fold import fold


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plain words", "plain words"),
        (r"$\sqrt{s}$", "$ sqrt {s}$"),
        ("√s", "sqrt s"),
        (r"H\to\gamma\gamma", "H γγ"),
        (r"H \rightarrow \gamma \gamma", "H γγ"),
        (r"\Gamma \varphi \lambda", "Γφλ"),
        (r"13\,\mathrm{TeV}", r"13\, {TeV}"),
        (r"Schr\"odinger", "Schrodinger"),
        (r"Schr{\"o}dinger", "Schrodinger"),
        (r"Poincar\'{e}", "Poincare"),
        (r"\unknown{x}", "unknown {x}"),
        ("\u00b5", "\u03bc"),
        ("e\u0301", "\u00e9"),
        ("H²", "H2"),
        ("物理 abc", "物 理 abc"),
        ("カタ", "カ タ"),
    ],
)
def test_text_is_written_one_way(text: str, words: str):
    assert " ".join(fold(text).split()) == words


@given(st.text())
def test_folding_ends_for_any_text(text: str):
    assert isinstance(fold(text), str)
