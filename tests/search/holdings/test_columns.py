"""Columns told by their names and by their cells."""

import pytest

from search.holdings.columns import Role, guess_roles, role_of
from search.holdings.kbart_columns import is_kbart, kbart_faults


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("ISBN", Role.ISBN),
        ("eISBN", Role.ISBN),
        ("E-ISBN (13)", Role.ISBN),
        ("isbn_print", Role.ISBN),
        ("BITSTREAM ISBN", Role.ISBN),
        ("oapen.relation.isbn", Role.ISBN),
        ("dc.identifier.isbn[]", Role.ISBN),
        ("ISSN", Role.ISSN),
        ("DOI", Role.DOI),
        ("oapen.identifier.doi", Role.DOI),
        ("online_identifier", Role.IDENTIFIER),
        ("title_url", Role.ADDRESS),
        ("dc.identifier.uri", Role.ADDRESS),
        ("Title", Role.TITLE),
        ("publication_title", Role.TITLE),
        ("dc.title[en_US]", Role.TITLE),
        ("Titre", Role.TITLE),
        ("Título", Role.TITLE),
        ("Sub-title", Role.SUBTITLE),
        ("Year of publication", Role.YEAR),
        ("dc.date.issued", Role.YEAR),
        ("Année", Role.YEAR),
        ("publication_type", Role.TYPE),
        ("Series title", None),
        ("dc.title.alternative", None),
        ("parent_publication_title_id", None),
        ("oapen.relation.isPartOfBook", None),
        ("grantor.doi", None),
        ("Journal ISSN", None),
        ("Publisher", None),
        ("Price", None),
        ("", None),
    ],
)
def test_a_column_is_known_by_its_name(name, role):
    assert role_of(name) == role


def test_columns_without_names_are_known_by_their_cells():
    rows = [
        [
            "1",
            "Emma, a novel in three volumes",
            "Austen, Jane",
            "978-3-653-06465-0",
            "1815",
            "10.1234/x",
        ],
        [
            "2",
            "Persuasion and what became of it",
            "Austen, Jane",
            "0306406152",
            "1817",
            "10.1234/y",
        ],
        ["3", "Middlemarch, scenes of life", "Eliot, George", "", "1871", "10.1234/z"],
    ]
    assert guess_roles(rows, frozenset()) == {
        3: Role.ISBN,
        4: Role.YEAR,
        5: Role.DOI,
        1: Role.TITLE,
    }


def test_a_column_of_mistyped_isbns_is_still_one_of_isbns():
    assert guess_roles([["9783653064651"], ["9783653064652"]], frozenset()) == {0: Role.ISBN}


def test_numbers_are_no_titles():
    assert guess_roles([["12", "x"], ["13", "y"]], frozenset()) == {}


def test_kbart_is_told_by_its_columns():
    assert is_kbart(["publication_title", "print_identifier"])
    assert is_kbart(["Publication Title", "Online identifier"])
    assert not is_kbart(["publication_title", "isbn"])


def test_faults_of_kbart_columns_are_listed():
    missing, twice = kbart_faults(["publication_title", "title_url", "title_url"], "\t")
    assert missing.startswith("columns of KBART that are missing: print_identifier, online_")
    assert twice == "columns that stand there twice: title_url"
