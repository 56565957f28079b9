"""How rows end, by what a release is said to know."""

from collections.abc import Iterable

import pytest

from graph.work import Identifier
from search.holdings.finder import Carried, Titled
from search.holdings.matching import match_rows
from search.holdings.result import Match
from search.holdings.row import Bad, Fault, Row

TITLE = "The tides of the Severn estuary"


class Known:
    """A finder that knows what it is given."""

    def __init__(self) -> None:
        self.named: dict[str, list[Carried]] = {}
        self.inside: dict[str, tuple[Carried, ...]] = {}
        self.titles: dict[str, tuple[Titled, ...]] = {}

    def add(self, key: str, kind: str, *names: str, is_stub: bool = False) -> "Known":
        for name in names:
            self.named.setdefault(name, []).append(Carried(key, kind, is_stub))
        return self

    def called(self, title: str, *titled: Titled) -> "Known":
        self.titles[title] = titled
        return self

    def carriers(self, identifiers: Iterable[str]) -> dict[str, tuple[Carried, ...]]:
        return {name: tuple(self.named[name]) for name in identifiers if name in self.named}

    def parts(self, key: str) -> tuple[Carried, ...]:
        return self.inside.get(key, ())

    def titled(self, title: str) -> tuple[Titled, ...]:
        return self.titles.get(title, ())


def row(*names: str, number: int = 1, **said) -> Row:
    identifiers = tuple(Identifier(*name.split(":", 1)) for name in names)
    return Row(number=number, identifiers=identifiers, **said)


def end(known: Known, a_row: Row) -> Match:
    (match,) = match_rows([a_row], known)
    return match


def book(key: str = "b", *, year: int | None = 2016, kind: str = "book", isbn: str = "") -> Titled:
    return Titled(key=key, kind=kind, year=year, identifiers=(isbn,) if isbn else ())


def outline(match: Match) -> tuple[str, str | None, str | None, str | None]:
    return match.status, match.by, match.entity, match.reason


def test_an_identifier_of_a_delivered_entity_matches():
    known = Known().add("b", "book", "isbn:1", "isbn:2")
    assert outline(end(known, row("isbn:2"))) == ("matched", "isbn:2", "b", None)


def test_isbns_match_as_a_set_if_any_does():
    known = Known().add("b", "book", "isbn:print")
    match = end(known, row("isbn:ebook", "isbn:print"))
    assert outline(match) == ("matched", "isbn:print", "b", None)


def test_of_several_identifiers_of_one_entity_the_doi_is_told():
    known = Known().add("b", "book", "isbn:1", "doi:10.1/x", "handle:1/2")
    assert end(known, row("handle:1/2", "isbn:1", "doi:10.1/x")).by == "doi:10.1/x"


def test_identifiers_that_lead_apart_match_the_best_and_are_told():
    known = Known().add("a", "book", "doi:10.1/x").add("b", "book", "isbn:1", "isbn:2")
    match = end(known, row("doi:10.1/x", "isbn:1", "isbn:2"))
    assert outline(match) == ("matched", "isbn:1", "b", None)
    assert match.problems == (
        "its identifiers lead to 2 entities: doi:10.1/x to a; isbn:1, isbn:2 to b",
    )
    assert match.parts == ("b",)


def test_a_book_is_sooner_matched_to_a_book_than_to_a_chapter():
    known = Known().add("c", "chapter", "doi:10.1/x").add("b", "book", "isbn:1")
    assert end(known, row("doi:10.1/x", "isbn:1", kind="book")).entity == "b"


def test_a_book_of_which_only_a_chapter_is_there_matches_in_part():
    known = Known().add("c", "chapter", "doi:10.1/x")
    match = end(known, row("doi:10.1/x", kind="book"))
    assert outline(match) == ("matched_part", "doi:10.1/x", "c", "chapter only")


def test_a_row_of_unknown_kind_may_be_a_chapter():
    known = Known().add("c", "chapter", "doi:10.1/x")
    assert end(known, row("doi:10.1/x")).status == "matched"


def test_a_chapter_whose_book_is_there_matches_in_part():
    known = Known().add("b", "book", "isbn:1")
    match = end(known, row("isbn:1", kind="chapter"))
    assert outline(match) == ("matched_part", "isbn:1", "b", "whole only")


def test_a_book_known_by_its_chapters_alone_matches_in_part():
    known = Known().add("stub", "book", "isbn:1", is_stub=True)
    known.inside["stub"] = (
        Carried("c1", "chapter", is_stub=False),
        Carried("c2", "chapter", is_stub=False),
    )
    match = end(known, row("isbn:1"))
    assert outline(match) == ("matched_part", "isbn:1", "c1", "chapter only")
    assert match.parts == ("c1", "c2")


def test_a_set_of_which_a_volume_is_there_matches_in_part():
    known = Known().add("stub", "book", "isbn:set", is_stub=True)
    known.inside["stub"] = (Carried("v1", "book", is_stub=False),)
    assert outline(end(known, row("isbn:set"))) == ("matched_part", "isbn:set", "v1", "part only")


def test_what_is_only_referred_to_is_no_match():
    known = Known().add("stub", "book", "isbn:1", is_stub=True)
    match = end(known, row("isbn:1"))
    assert outline(match) == ("unmatched", None, None, "known only by reference")
    assert match.similar == "stub"


def test_a_delivered_entity_comes_before_a_stub_with_the_same_identifier():
    known = Known().add("stub", "book", "isbn:1", is_stub=True).add("b", "book", "isbn:1")
    assert end(known, row("isbn:1")).entity == "b"


def test_an_address_that_several_have_is_that_of_none():
    known = Known().add("a", "book", "url:http://x/").add("b", "book", "url:http://x/")
    assert end(known, row("url:http://x/")).reason == "not in any harvested source"


@pytest.mark.parametrize(
    ("a_row", "reason"),
    [
        (row(), "no identifier"),
        (row(bad=(Bad("n.n.", Fault.NO_IDENTIFIER),)), "no identifier"),
        (row(bad=(Bad("978", Fault.CHECK_DIGIT),)), "bad check digit"),
        (row("isbn:1", bad=(Bad("978", Fault.CHECK_DIGIT),)), "not in any harvested source"),
        (row(is_unreadable=True), "unreadable row"),
    ],
)
def test_every_unmatched_row_says_why(a_row, reason):
    assert outline(end(Known(), a_row)) == ("unmatched", None, None, reason)


def test_title_and_year_suggest_and_never_match():
    known = Known().called(TITLE, book())
    match = end(known, row(title=TITLE, year=2016))
    assert outline(match) == ("suggested", None, "b", "no identifier")
    assert match.parts == ()


def test_another_year_suggests_nothing():
    known = Known().called(TITLE, book(year=2001))
    assert end(known, row(title=TITLE, year=2016)).status == "unmatched"


@pytest.mark.parametrize(
    ("title", "status"), [(TITLE, "suggested"), ("Lamps", "unmatched"), ("Preface", "unmatched")]
)
def test_a_title_alone_suggests_only_when_it_tells(title, status):
    known = Known().called(title, book())
    assert end(known, row(title=title)).status == status


def test_a_short_title_suggests_with_its_year_and_a_generic_one_never():
    known = Known().called("Lamps", book()).called("Preface", book())
    assert end(known, row(title="Lamps", year=2016)).status == "suggested"
    assert end(known, row(title="Preface", year=2016)).status == "unmatched"


def test_a_book_of_the_same_title_under_other_isbns_is_told():
    known = Known().called(TITLE, book(isbn="isbn:other", year=2015))
    match = end(known, row("isbn:mine", title=TITLE, year=2016))
    assert outline(match) == ("unmatched", None, None, "print ISBN known but not this one")
    assert match.similar == "b"


def test_an_edition_of_long_ago_is_another_book():
    known = Known().called(TITLE, book(isbn="isbn:other", year=1990))
    match = end(known, row("isbn:mine", title=TITLE, year=2016))
    assert match.reason == "not in any harvested source"


def test_a_dataset_of_the_title_of_a_book_is_no_suggestion():
    known = Known().called(TITLE, book(kind="dataset"))
    assert end(known, row(title=TITLE, year=2016, kind="book")).status == "unmatched"


def test_a_book_whose_title_only_a_chapter_has_is_told():
    known = Known().called(TITLE, book(kind="chapter"))
    match = end(known, row(title=TITLE, year=2016, kind="book"))
    assert outline(match) == ("unmatched", None, None, "chapter only")
    assert match.similar == "b"


def test_several_of_one_title_are_told():
    known = Known().called(TITLE, book("a"), book("b"))
    match = end(known, row(title=TITLE, year=2016))
    assert match.entity == "a"
    assert match.problems == ("2 entities have its title: b too",)


def test_rows_given_twice_end_twice_and_in_their_order():
    known = Known().add("b", "book", "isbn:1")
    rows = [row("isbn:1", number=n) for n in range(1, 2501)]
    matches = list(match_rows(rows, known))
    assert [match.row for match in matches] == list(range(1, 2501))
    assert {match.entity for match in matches} == {"b"}


def test_what_is_wrong_with_a_row_goes_with_it():
    a_row = row(bad=(Bad("978", Fault.CHECK_DIGIT),), problems=("3 cells under 2 columns",))
    assert end(Known(), a_row).problems == ("3 cells under 2 columns", "'978': bad check digit")
