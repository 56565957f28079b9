"""Titles: one form in whatever spelling, generic ones told from those of one thing."""

import pytest

from graph.suggest.titles import is_generic, is_telling
from graph.titles import fold, head_of, title_form

GENERIC = [
    title.strip()
    for title in """
    Editorial | EDITORIAL: | Editorial Board | Guest Editorial | Annual report | Annual Report 2012
    Annual report for the year 2012 | Inside Front Cover | Index | Subject index | Author Index
    Supplementary material | Supplementary Material 3 | Supplementary Materials
    Supplementary information | Supporting Information | Supplementary Data 1 | Table 1 | Table S2
    Figure 12 | Fig | Front Matter | Back matter | Table of Contents | Contents, Vol. 12, No. 3
    Preface | Foreword | Introduction | Conclusion | Conclusions | Bibliography | References
    Acknowledgements | Contributors | List of Contributors | Notes on Contributors | Erratum
    Corrigendum | Errata | Book review | Book Reviews | Letter to the Editor | Letters | News
    Obituary | In Memoriam | Issue Information | Masthead | Title page | Proceedings | Abstracts
    Dataset | Data set | Replication data | Source code | README | Untitled | No title | Poster
    Thesis | Chapter 4 | Chapter IV | Volume XII | 2012 | January 2013 | Appendix A | The Index
    Vorwort | Einleitung | Inhaltsverzeichnis | Jahresbericht 2011 | Avant-propos | Éditorial
    Rapport annuel 2010 | Table des matières | Introducción | Índice | Reseñas | Prefácio
    Introduzione | Premessa | Inleiding | From the Editors | In this issue | Round Table
    """.replace("\n", "|").split("|")
    if title.strip()
]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"Search at $\sqrt{s}=7$ TeV", "Search at √s = 7 TeV"),
        (r"Search at $\sqrt{s}=7$ TeV", "Search at sqrt(s)=7 TeV"),
        (r"$p_{\mathrm{T}}$ spectra", "pT spectra"),
        (r"$H \to \gamma\gamma$", "H → γγ"),  # noqa: RUF001  # Greek letters
        (r"Schr\"{o}dinger's cat", "Schrödinger's cat"),
        (r"The $\lambda$ of it", "The λ of it"),
        ("H<sub>2</sub>O &amp; ice", "H₂O & ice"),
        ("Data-set on tides", "Dataset on tides"),
        ("Straße und Fluß", "STRASSE UND FLUSS"),
        ("Ærø — ø", "Aero o"),
        ("Le\u0301vy flights", "L\u00e9vy flights"),
        ("10$^{-3}$ seconds", "10⁻³ seconds"),
    ],
)
def test_titles_meet_in_whatever_spelling(one, other):
    assert title_form(one) == title_form(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tides, part 1", "Tides, part 2"),
        (r"The $\alpha$ phase", r"The $\beta$ phase"),
        ("Приливы", "Отливы"),
        ("潮汐", "潮流"),
    ],
)
def test_titles_that_say_something_else_stay_apart(one, other):
    assert title_form(one) != title_form(other)


@pytest.mark.parametrize("title", GENERIC)
def test_these_titles_name_nothing(title):
    assert is_generic(title)
    assert not is_telling(title)


@pytest.mark.parametrize(
    "title",
    [
        "The tides of the Severn",
        "Annual report of the Severn Estuary Partnership",
        "Editorial policy in wartime",
        "Introduction to Algorithms",
        "Supplementary material for: The tides of the Severn",
        "Data on the tides of 1953",
        "Thermodynamics",
        "Civil Procedure",
        "Очерки истории",
        "潮汐の研究",
    ],
)
def test_these_titles_name_something(title):
    assert is_telling(title)


@pytest.mark.parametrize("title", ["", "...", "Tides", "On tides", "潮汐", "$$"])
def test_titles_that_are_too_short_tell_nothing(title):
    assert not is_telling(title)


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("Tides: a history", "Tides"),
        ("Tides : a history : part 1", "Tides"),
        ("Tides; a history", "Tides"),
        ("Tides – a history", "Tides"),  # noqa: RUF001  # a dash of books
        ("Tides:history", ""),
        ("Moby-Dick", ""),
        ("Tides", ""),
    ],
)
def test_the_head_of_a_title_stands_before_the_subtitle(title, head):
    assert head_of(title) == head


def test_folding_keeps_words_apart():
    assert fold("Łódź – Ørsted") == "lodz orsted"  # noqa: RUF001  # a dash between names
