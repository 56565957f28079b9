"""What a release has and a list lacks, within limits."""

import pytest

from search.errors import QuerySyntaxError
from search.holdings.gap import GapLimits, count_within, find_gap
from tests.search.holdings.gap_release import (
    CHAPTER,
    DATA,
    HEBREW,
    LAMPS,
    LONE,
    OILS,
    SHEET,
    V1,
    V2,
    opened,
    write_release,
)


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """The release, open."""
    with opened(write_release(tmp_path_factory.mktemp("gap"))) as found:
        yield found


def keys(release, held=(), **limits):
    """Keys of what is lacking, in no order."""
    return {each.described.key for each in find_gap(release, held, GapLimits(**limits))}


def test_a_list_of_nothing_lacks_every_whole_and_parts_count_with_it(release):
    assert keys(release) == {LAMPS, OILS, HEBREW, SHEET, LONE, DATA}


def test_what_the_list_has_is_not_in_the_gap(release):
    assert keys(release, [LAMPS, DATA], kinds=("book", "dataset")) == {OILS, HEBREW, SHEET}


def test_who_has_the_book_lacks_no_chapter_of_it(release):
    assert keys(release, [LAMPS], kinds=("chapter",)) == {LONE}


def test_a_chapter_is_listed_where_its_book_is_outside_the_limits(release):
    assert keys(release, kinds=("chapter",)) == {CHAPTER, LONE}
    assert keys(release, kinds=("chapter", "book")) == {LONE, LAMPS, OILS, HEBREW, SHEET}


def test_who_has_a_version_has_the_thing_and_its_other_versions(release):
    assert keys(release, [V1], kinds=("dataset",)) == set()


def test_who_has_a_chapter_still_lacks_the_book(release):
    assert LAMPS in keys(release, [CHAPTER], kinds=("book",))


def test_parts_and_versions_are_listed_one_by_one_when_asked_for(release):
    assert keys(release, kinds=("dataset",), with_parts=True) == {DATA, V1, V2}


def test_a_part_is_listed_with_the_key_of_its_whole(release):
    [found] = find_gap(release, [LONE], GapLimits(kinds=("chapter",)))
    assert (found.described.key, found.whole) == (CHAPTER, LAMPS)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"sources": ("oapen",)}, {LAMPS}),
        ({"sources": ("oapen", "doab")}, {LAMPS, OILS, HEBREW, SHEET}),
        ({"year_from": 2012}, {LAMPS, SHEET}),
        ({"year_to": 2012}, {LAMPS, OILS}),
        ({"year_from": 2012, "year_to": 2012}, {LAMPS}),
        ({"publishers": ("lamp",)}, {LAMPS, OILS}),
        ({"publishers": ("Lamp Press",)}, {LAMPS}),
        ({"publishers": ("Lamp Press", "oil and lamp")}, {LAMPS, OILS}),
        ({"languages": ("German",)}, {OILS}),
        ({"languages": ("ger", "eng")}, {OILS, LAMPS}),
        ({"query": "creator:carberry"}, {LAMPS}),
        ({"query": "lamps OR oils", "year_to": 2000}, {OILS}),
        ({"query": "-lamps", "sources": ("oapen",)}, set()),
    ],
)
def test_limits_narrow_the_gap(release, limits, expected):
    assert keys(release, kinds=("book",), **limits) == expected


def test_the_gap_is_in_the_order_of_titles(release):
    found = find_gap(release, [], GapLimits(kinds=("book",), sources=("oapen", "doab")))
    titles = [each.described.titles[0].value for each in found]
    assert titles.index("Lamps of the north") < titles.index("Oils")


def test_the_gap_is_read_page_by_page_and_nothing_is_left_out(release, monkeypatch):
    asked = []
    search = type(release.index).search

    def counted(index, request):
        asked.append(request.limit)
        return search(index, request)

    monkeypatch.setattr(type(release.index), "search", counted)
    monkeypatch.setattr(GapLimits.question, "__defaults__", (2,))
    assert len(list(find_gap(release, [], GapLimits(with_parts=True)))) == 9
    assert asked == [2, 2, 2, 2, 2]


def test_the_row_that_suggests_a_thing_is_told_with_it(release):
    found = find_gap(release, [], GapLimits(kinds=("book",)), {OILS: 7})
    assert {each.described.key: each.row for each in found if each.row} == {OILS: 7}


def test_a_key_that_the_release_does_not_have_is_no_fault(release):
    assert keys(release, ["nosuchkeynosu"], kinds=("chapter",)) == {CHAPTER, LONE}


def test_what_is_within_limits_is_counted_with_its_parts(release):
    assert count_within(release, GapLimits()) == 9
    assert count_within(release, GapLimits(kinds=("book",))) == 4


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"kinds": ("buch",)}, "no kind 'buch', expected one of dataset, paper, software, book"),
        ({"languages": ("no language",)}, "'no language' is no language"),
        ({"year_from": 2010, "year_to": 2009}, "the years 2010 to 2009 run backwards"),
    ],
)
def test_limits_that_nothing_can_be_within_are_refused(limits, message):
    with pytest.raises(ValueError, match=message):
        GapLimits(**limits)


def test_a_query_that_does_not_parse_is_refused_with_its_place(release):
    with pytest.raises(QuerySyntaxError) as error:
        list(find_gap(release, [], GapLimits(query="lamps (")))
    assert (error.value.line, error.value.column) == (1, 7)
