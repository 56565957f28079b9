"""Markup goes, words stay."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.text import plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>One</p><p>two</p>", "One two"),
        ("H<sub>2</sub>O and <em>x</em>", "H2O and x"),
        ('<a href="https://x.org/?a=1&amp;b=2">link</a>', "link"),
        ("a &amp;amp;lt; b &amp;amp;amp; c", "a < b & c"),
        ("&amp;amp;lt;p&amp;amp;gt;thrice escaped&amp;amp;lt;/p&amp;amp;gt;", "thrice escaped"),
        (r"<p>at $\sqrt{s}=8$&nbsp;TeV</p>", r"at $\sqrt{s}=8$ TeV"),
        ("&#7;&#x1F;bell", "bell"),
        ("first<br/>second<BR>third", "first second third"),
        ("&lt;p&gt;double &amp;amp; escaped&lt;/p&gt;", "double & escaped"),
        ("&lt;p&gt;space&amp;nbsp;here&lt;/p&gt;", "space here"),
        ("<jats:p>JATS</jats:p>", "JATS"),
        ("<!-- note -->kept<script>alert(1)</script>", "kept"),
        ("caf&eacute; &#233; &#xe9;", "caf\u00e9 \u00e9 \u00e9"),
        ("R&D, AT&T, ?a=1&copy=2", "R&D, AT&T, ?a=1&copy=2"),
        ("  two \n\t lines\u00a0here ", "two lines here"),
        ("soft\u00adhyphen zero\u200bwidth \x85 \x07bell", "softhyphen zerowidth bell"),
    ],
)
def test_markup_becomes_plain_words(text, expected):
    assert plain(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a < b and c > d",
        "a <b and c> d",
        "$p_T<5$ GeV",
        r"$3<~p_{\rm T}<~16$ GeV/$c$",
        r"$\sqrt{s}=13$ TeV, x < y",
        r"$H\to\gamma\gamma$, \mathrm{GeV}/c^{2}, 100\,\%",
        "p<0.05",
        "<https://example.org/>",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    ],
)
def test_comparisons_and_latex_stay(text):
    assert plain(text) == text


@pytest.mark.parametrize(
    "piece", ["<", "</", "<!--", "<script>", "<p ", '<a b="', "&amp;", "<style>x"]
)
def test_openings_that_never_close_take_linear_time(piece):
    """Twenty thousand of them took twelve seconds with one lazy expression."""
    started = time.process_time()
    plain(piece * 20_000)
    assert time.process_time() - started < 2


@given(st.text())
def test_plain_has_no_control_characters_and_folded_space(text):
    result = plain(text)
    assert " ".join(result.split()) == result
    assert all(c.isprintable() or c in "\u200c\u200d" for c in result)


@given(st.text(st.characters(categories=["L", "N"]), max_size=30))
def test_words_without_markup_are_untouched(text):
    assert plain(text) == text
