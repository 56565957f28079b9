"""CSL-JSON."""

import json

import msgspec

from search.citation.csl import write
from tests.search.citation.described import EMPTY, HOSTILE, PAPER


def items(*described):
    return json.loads("".join(write(described)))


def test_a_paper_keeps_its_fields():
    assert items(PAPER) == [
        {
            "id": "paperpaperpap",
            "type": "article-journal",
            "title": "Observation of a new boson at $m_H = 125$ GeV & more",
            "author": [
                {"family": "Carberry", "given": "Josiah"},
                {"literal": "CMS Collaboration"},
            ],
            "issued": {"date-parts": [[2012, 8, 21]]},
            "container-title": "Physics Letters B",
            "publisher": "Elsevier",
            "volume": "716",
            "DOI": "10.1016/j.physletb.2012.08.021",
            "URL": "https://doi.org/10.1016/j.physletb.2012.08.021",
            "abstract": "The search for the Higgs boson.",
            "keyword": "Higgs boson, CMS",
            "language": "en",
        }
    ]


def test_several_isbns_stand_in_one_text():
    book = msgspec.structs.replace(
        EMPTY, kind="book", identifiers=("isbn:9783161484100", "isbn:9780306406157")
    )
    (item,) = items(book)
    assert (item["type"], item["ISBN"]) == ("book", "9783161484100 9780306406157")


def test_a_list_of_nothing_and_of_hostile_texts_is_json():
    assert items() == []
    assert [item["type"] for item in items(HOSTILE, EMPTY)] == ["dataset", "document"]
