"""What cells and lines state."""

import pytest

from graph.work import Identifier
from search.holdings.row import Bad, Fault
from search.holdings.stated import Stated, bare_cell, clean_title, fault_of, read_any, year_in

ISBN = Identifier("isbn", "9783653064650")


def stated(cell: str, scheme: str) -> Stated:
    found = Stated()
    found.add(cell, scheme)
    return found


@pytest.mark.parametrize(
    "cell",
    [
        "9783653064650",
        "978-3-653-06465-0",
        "ISBN 978 3 653 06465 0",
        "urn:isbn:9783653064650",
        "9783653064650 (print)",
        "9783653064650 : EUR 20.00",
        '="9783653064650"',
        "'9783653064650",
        "9783653064650.0",
        "3653064651",  # ISBN-10 of the same book
        "978\u20103\u2010653\u201006465\u20100",
        "9783653064650; 9783653064650",
    ],
)
def test_all_spellings_of_an_isbn_are_one(cell):
    found = stated(cell, "isbn")
    assert (found.identifiers(""), found.bad()) == ((ISBN,), ())


@pytest.mark.parametrize(
    "cell",
    [
        "9789048540310; 9789462988293",
        "9789048540310||9789462988293".replace("||", " | "),
        "9789048540310/9789462988293",
        "9789048540310 9789462988293",
        "97890485403109789462988293",
        "978-90-485-4031-0, 978-94-6298-829-3",
        "9789048540310 (print) / 9789462988293 (online)",
    ],
)
def test_several_isbns_in_a_cell_are_taken_apart(cell):
    values = [each.value for each in stated(cell, "isbn").identifiers("book")]
    assert values == ["9789048540310", "9789462988293"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("9783653064651", Fault.CHECK_DIGIT),
        ("978-3-653-06465-1", Fault.CHECK_DIGIT),
        ("ISBN 3-653-06465-X", Fault.CHECK_DIGIT),
        ("0028-0837", Fault.CHECK_DIGIT),
        ("9.78365E+12", Fault.ROUNDED),
        ("see publisher", Fault.NO_IDENTIFIER),
        ("97836530646", Fault.NO_IDENTIFIER),
    ],
)
def test_what_is_no_isbn_says_why(text, fault):
    assert stated(text, "isbn").bad() == (Bad(text, fault),)
    assert fault_of(text) is fault


@pytest.mark.parametrize("cell", ["", " ", "n/a", "-", "NULL", "unknown"])
def test_an_empty_cell_is_no_fault(cell):
    found = stated(cell, "isbn")
    assert (found.identifiers(""), found.bad()) == ((), ())


def test_a_doi_in_the_column_of_isbns_is_a_doi():
    assert stated("10.3726/978-3-653-06465-0", "isbn").identifiers("") == (
        Identifier("doi", "10.3726/978-3-653-06465-0"),
    )


def test_a_local_number_among_identifiers_is_no_fault_but_a_mistyped_isbn_is():
    assert stated("OCN: 1135849165", "any").bad() == ()
    assert stated("9783653064651", "any").bad() == (Bad("9783653064651", Fault.CHECK_DIGIT),)


def test_the_issn_of_a_book_is_that_of_its_series():
    found = stated("0028-0836", "issn")
    issn = Identifier("issn", "0028-0836")
    assert (found.identifiers("serial"), found.identifiers("")) == ((issn,), (issn,))
    assert found.identifiers("book") == ()
    found.add("9783653064650", "isbn")
    assert found.identifiers("") == (ISBN,)


def test_a_bare_isbn10_is_told_from_other_numbers_by_its_check_digit():
    assert read_any("0-306-40615-2") == Identifier("isbn", "9780306406157")
    assert read_any("0-306-40615-3") is None


def test_what_spreadsheets_put_around_numbers_goes():
    assert bare_cell(' ="0306406152" ') == "0306406152"


@pytest.mark.parametrize(
    ("text", "year"),
    [("c2001.", 2001), ("[1998]-2003", 1998), ("12345", None), ("", None), ("1066", None)],
)
def test_years_are_found_in_dates(text, year):
    assert year_in(text) == year


def test_a_title_has_no_markup_no_isbd_and_no_more_than_anybody_reads():
    assert clean_title(["On <i>lamps</i> /", "a history :"]) == "On lamps: a history"
    assert len(clean_title(["a" * 1_000_000])) == 2000
