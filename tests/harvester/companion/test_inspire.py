"""The queries that INSPIRE is asked, and what is read from its answers."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.companion.answer import Unreadable
from harvester.companion.inspire import FIELDS, address, has_room, read, wanted_papers
from harvester.companion.wanted import Wanted
from tests.harvester.companion.services import Hit, paper

API = "https://inspirehep.net/api/literature"
KEYS = st.one_of(
    st.from_regex(r"doi:10\.[0-9]{4}/[!#-~]{1,60}", fullmatch=True),
    st.from_regex(r"arxiv:[0-9]{4}\.[0-9]{5}", fullmatch=True),
    st.from_regex(r"inspire:[1-9][0-9]{0,6}", fullmatch=True),
)


def search(*hits: Hit, total: int | None = None) -> bytes:
    return json.dumps({"hits": {"hits": hits, "total": total or len(hits)}}).encode()


def query(*keys: str) -> dict[str, str]:
    url = address(API, [Wanted(key) for key in keys])
    assert url.startswith(API + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_identifiers_of_three_schemes_go_into_one_query():
    asked = query("doi:10.1016/0370-2693(93)90123-5", "arxiv:hep-ph/0603175", "inspire:451647")
    assert asked["q"] == (
        '(doi:"10.1016/0370-2693(93)90123-5" or arxiv:"hep-ph/0603175" or recid:451647)'
    )
    assert asked["size"] == "53"
    assert asked["fields"].split(",") == list(FIELDS)


def test_brackets_keep_a_long_query_from_nesting_deep():
    asked = query(*(f"inspire:{number}" for number in range(1, 10)))["q"]
    assert asked == (
        "(recid:1 or recid:2 or recid:3 or recid:4 or recid:5 or recid:6 or recid:7)"
        " or (recid:8 or recid:9)"
    )


@given(st.lists(KEYS, min_size=1, max_size=50))
def test_every_identifier_comes_back_whole_out_of_the_address(keys):
    asked = query(*keys)["q"]
    values = [a or b for a, b in re.findall(r'(?:doi|arxiv):"([^"]+)"|recid:(\d+)', asked)]
    assert values == [key.partition(":")[2] for key in keys]


@given(st.lists(KEYS, max_size=80))
def test_an_address_stays_below_eight_kilobytes(keys):
    batch: list[Wanted] = []
    for key in keys:
        if not has_room(batch):
            break
        batch.append(Wanted(key))
    assert len(batch) <= 50
    if batch:
        assert len(address(API, batch)) < 8192


def test_neither_authors_nor_citation_counts_are_asked_for():
    assert "authors" not in FIELDS
    assert not [name for name in FIELDS if "citation" in name]


def test_papers_are_wanted_once_and_data_not_at_all():
    stated = [
        *("doi:10.1103/a", "arxiv:1207.7214", "doi:10.1103/a", "inspire:12"),
        *("doi:10.17182/hepdata.1", "doi:10.7483/opendata.1", "doi:10.5281/zenodo.1"),
        *("isbn:9780521187961", "url:https://a.example/", "oai:zenodo.org:1"),
        *('doi:10.1/a"b', "doi:10.1/a\nb", "inspire:"),
    ]
    assert [each.key for each in wanted_papers(stated)] == [
        *("doi:10.1103/a", "arxiv:1207.7214", "inspire:12")
    ]


def test_a_paper_is_found_under_each_of_its_identifiers_in_any_spelling():
    body = search(paper(12, dois=["10.1103/PhysRevD.1"], arxiv=["hep-ph/0603175"]))
    found = read(body, [Wanted("doi:10.1103/physrevd.1")])
    assert found.keys == {"inspire:12", "doi:10.1103/physrevd.1", "arxiv:hep-ph/0603175"}
    (staged,) = found.records
    assert (staged.identifier, staged.datestamp) == ("inspire:12", "2021-05-16T11:46:01Z")


def test_each_paper_keeps_its_bytes():
    hit = b'{"id":"12",  "metadata":{"control_number":12, "x":"\\u03c0"}}'
    body = b'{"hits":{"hits":[' + hit + b'],"total":1},"links":{}}'
    assert read(body, [Wanted("inspire:12")]).records[0].xml == hit


def test_a_paper_that_nobody_asked_for_is_left_out():
    body = search(paper(12), paper(13))
    found = read(body, [Wanted("inspire:12"), Wanted("inspire:14")])
    assert [each.identifier for each in found.records] == ["inspire:12"]
    assert found.keys == {"inspire:12"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>", "not-json"),
        (b'{"hits": {"hits": [], "to', "not-json"),
        (b'{"status": 400, "message": "no"}', "not-json"),
        (search({"metadata": {"titles": []}}), "not-json"),
        (search(paper(12), total=2), "cut-list"),
    ],
)
def test_an_answer_that_is_not_a_whole_search_is_refused_with_a_reason(body, reason):
    with pytest.raises(Unreadable) as caught:
        read(body, [Wanted("inspire:12")])
    assert caught.value.reason == reason
