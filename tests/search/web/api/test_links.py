"""Links over HTTP: who states them, filters, pages and cursors."""

from urllib.parse import urlencode

import msgspec
import pytest

from graph.iris import mint_key
from graph.links.selection import Selection
from search.web.api.cursor import write_cursor
from search.web.api.found_links import Place, Wanted
from tests.graph.builders import BASE
from tests.search.web.api.conftest import asking
from tests.search.web.api.test_cursor import info

DATA, PAPER, CODE, SET = (
    mint_key(f"doi:10.5072/{name}") for name in ("data", "paper", "code", "set")
)
OLDER = mint_key("doi:10.5072/older")
POSTER = "wnafonnxkuamk"
ALL = {
    (DATA, "IsSupplementTo", PAPER),
    (DATA, "IsPartOf", SET),
    (PAPER, "Cites", OLDER),
    (PAPER, "IsDerivedFrom", CODE),
    (SET, "IsRelatedTo", POSTER),
}
pytestmark = pytest.mark.asyncio(loop_scope="module")
V = ("IsSupplementTo", "IsPartOf", "Cites", "IsDerivedFrom", "IsRelatedTo")


def ends(body):
    return {(link["source"], link["relation"], link["target"]) for link in body["links"]}


async def test_all_links_are_listed_once_in_canonical_direction(ask):
    body = await ask("/api/v1/links")
    assert ends(body) == ALL
    assert (body["total"], len(body["links"]), body["next"], body["release"]) == (5, 5, None, 1)


async def test_a_link_tells_who_states_it_in_which_words_and_from_which_side(ask):
    [link] = (await ask(f"/api/v1/links?entity={DATA}&relation=IsSupplementTo"))["links"]
    assert link["predicate"] == "https://w3id.org/weft#isSupplementTo"
    assert link["stated_from"] == "both"
    assert link["source_entity"] == {
        "key": DATA,
        "iri": f"{BASE}id/{DATA}",
        "kind": "dataset",
        "name": "Jet data",
        "identifiers": ["doi:10.5072/data", "hepdata:ins1", "oai:hep:1", "oai:zen:1"],
        "is_stub": False,
    }
    assert link["stated_by"] == [
        {
            "source": source,
            "record": record,
            "record_iri": f"{BASE}record/{source}/{record}",
            "side": side,
            "as": stated_as,
            "target_as": target_as,
            "at": "2024-01-02T00:00:00Z",
            "datestamp": "2024-01-01T00:00:00Z",
            "rule": "stated",
        }
        for source, record, side, stated_as, target_as in (
            ("hep", "1", "source", "IsSupplementTo", "doi:10.5072/paper"),
            ("zen", "1", "source", "IsSupplementTo", "doi:10.5072/paper"),
            ("pap", "1", "target", "IsSupplementedBy", "doi:10.5072/data"),
        )
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"entity": PAPER}, {V[0], V[2], V[3]}),
        ({"id": "https://doi.org/10.5072/PAPER"}, {V[0], V[2], V[3]}),
        ({"id": f"{BASE}id/{PAPER}"}, {V[0], V[2], V[3]}),
        ({"entity": PAPER, "id": "doi:10.5072/data"}, {V[0]}),
        ({"entity": DATA, "id": "doi:10.5072/paper"}, {V[0]}),
        ({"entity": DATA, "id": DATA}, set()),
        ({"id": "doi:10.5072/older"}, {V[2]}),
        ({"from-kind": "dataset"}, {V[0], V[1], V[4]}),
        ({"to-kind": "dataset"}, {V[1]}),
        ({"from-kind": "paper", "to-kind": "software"}, {V[3]}),
        ({"to-kind": ("dataset", "software")}, {V[1], V[3]}),
        ({"relation": "IsSupplementedBy"}, {V[0]}),
        ({"relation": "References"}, {V[2]}),
        ({"relation": ("Cites", "HasPart")}, {V[1], V[2]}),
        ({"relation": "Obsoletes"}, set()),
        ({"stubs": "false"}, {V[0], V[1], V[3], V[4]}),
        ({"source": "pap"}, {V[0], V[2], V[3]}),
        ({"source": ("pap", "zen"), "to-kind": "dataset"}, {V[1]}),
        ({"source": "nobody"}, set()),
    ],
)
async def test_filters_leave_links_out(ask, asked, expected):
    body = await ask(f"/api/v1/links?{urlencode(asked, doseq=True)}")
    assert {link["relation"] for link in body["links"]} == expected
    assert (body["total"], body["next"]) == (len(expected), None)


@pytest.mark.parametrize(
    "asked", ["", "&stubs=false", "&source=pap&source=hep", f"&entity={PAPER}", "&to-kind=dataset"]
)
@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_pages_hold_every_link_once_in_one_order(ask, asked, limit):
    whole = await ask(f"/api/v1/links?limit=100{asked}")
    paged, cursor, totals = [], "*", set()
    while cursor:
        page = await ask(f"/api/v1/links?limit={limit}{asked}&cursor={cursor}")
        assert len(page["links"]) <= limit
        paged += page["links"]
        totals.add(page["total"])
        cursor = page["next"]
    assert paged == whole["links"]
    assert totals == {len(paged)}


@pytest.mark.parametrize(
    ("parameters", "word"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=1.5", "limit"),
        ("limit=", "limit"),
        ("from-kind=data", "from-kind"),
        ("relation=Links", "relation"),
        ("stubs=perhaps", "stubs"),
        ("format=xml", "format"),
        ("entity=a", "entity"),
        ("from_kind=dataset", "from_kind"),
        ("limit=1&limit=2", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=" + "A" * 401, "cursor"),
        ("cursor=%00%FF", "cursor"),
    ],
)
async def test_a_bad_parameter_is_named(town, parameters, word):
    response = await town.get(f"/api/v1/links?{parameters}")
    assert (response.status, response.content_type) == (400, "application/problem+json")
    assert word in (await response.json())["detail"]


async def test_links_of_what_is_unknown_or_gone_are_problems(town):
    assert (await town.get("/api/v1/links?id=doi:10.5072/none")).status == 404
    assert (await town.get("/api/v1/links?entity=sksxqscdedbhb")).status == 410
    assert (await town.get("/api/v1/links?id=isbn:9783030382070")).status == 300


async def test_a_cursor_is_true_for_one_question_and_one_release(town, ask):
    first = await ask("/api/v1/links?limit=1")
    other = await town.get(f"/api/v1/links?limit=1&stubs=false&cursor={first['next']}")
    assert other.status == 400
    old = write_cursor(info(6), Wanted(selection=Selection()), Place(1, 0), 5, 5)
    stale = await town.get(f"/api/v1/links?cursor={old}")
    assert stale.status == 410
    assert "release 6" in (await stale.json())["detail"]


async def test_the_sample_pages_through_all_its_links(sample):
    ask = asking(sample)
    found, cursor, total = [], "*", None
    while cursor:
        page = await ask(f"/api/v1/links?limit=100&cursor={cursor}")
        found += page["links"]
        cursor, total = page["next"], page["total"]
    assert len(found) == total == 227
    assert len({msgspec.json.encode(link) for link in found}) == 227
    assert all(link["stated_by"] for link in found)
