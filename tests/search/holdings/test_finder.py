"""What a release knows of identifiers and titles."""

from typing import cast

import pytest

from search.holdings import titles
from search.holdings.finder import Carried
from search.text.engine import TextIndex
from tests.search.holdings.release import Thing, releasing

TIDES = "Tides of the Severn: an estuary's history"
THINGS = (
    Thing(key="a", title=TIDES, year=2016, names=("isbn:9783653064650", "doi:10.1234/tides")),
    Thing(key="b", title="Tides of the Severn : An estuary’s history", year=1998),  # noqa: RUF001
    Thing(
        key="c", kind="chapter", title="Of bores and eagres", names=("doi:10.1234/c",), part_of="s"
    ),
    Thing(key="s", names=("isbn:9780306406157", "isbn:9783653064650")),
    *(Thing(key=f"n{n:02}", title="The annals of nobody in particular") for n in range(25)),
)


def test_identifiers_lead_to_entities_and_say_which_are_stubs(tmp_path):
    with releasing(tmp_path, THINGS) as (_, _, finder):
        found = finder.carriers(["isbn:9783653064650", "doi:10.1234/c", "doi:10.1234/none"])
    assert found == {
        "isbn:9783653064650": (
            Carried("a", "book", is_stub=False),
            Carried("s", "book", is_stub=True),
        ),
        "doi:10.1234/c": (Carried("c", "chapter", is_stub=False),),
    }


def test_parts_of_a_stub_are_found(tmp_path):
    with releasing(tmp_path, THINGS) as (_, _, finder):
        assert finder.parts("s") == (Carried("c", "chapter", is_stub=False),)
        assert finder.parts("a") == ()


@pytest.mark.parametrize("small", [20_000, 0])
def test_titles_are_found_whatever_their_spelling_by_table_and_by_text_index(
    tmp_path, monkeypatch, small
):
    monkeypatch.setattr(titles, "SMALL", small)
    monkeypatch.setattr(titles, "_PER_TITLE", 1)
    with releasing(tmp_path, THINGS) as (_, _, finder):
        found = finder.titled("TIDES OF THE SEVERN -- an Estuary's History")
        assert [(each.key, each.year) for each in found] == [("a", 2016), ("b", 1998)]
        assert found[0].identifiers == ("doi:10.1234/tides", "isbn:9783653064650")
        assert finder.titled("Tides of the Severn") == ()
        assert finder.titled("Ada Lovelace the elder") == ()
        assert finder.titled("\u202e …") == ()


def test_a_title_that_too_many_share_is_that_of_none(tmp_path):
    with releasing(tmp_path, THINGS) as (_, _, finder):
        assert finder.titled("The annals of nobody in particular") == ()


def test_many_titles_are_looked_up_in_a_table_that_is_gone_afterwards(tmp_path, monkeypatch):
    monkeypatch.setattr(titles, "SMALL", 0)
    monkeypatch.setattr(titles, "_PER_TITLE", 10)
    asked = []
    with releasing(tmp_path, THINGS) as (reader, index, _):

        class Counting:
            n_documents = index.n_documents

            def search(self, request):
                asked.append(request)
                return index.search(request)

        with titles.open_titles(
            reader, cast("TextIndex", Counting()), "http://weft.test/"
        ) as lookup:
            for _ in range(50):
                assert lookup.keys(TIDES, 5) == ("a", "b")
        assert len(asked) == 3  # 28 documents, a title of the index for ten names
