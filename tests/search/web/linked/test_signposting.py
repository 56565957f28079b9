"""Typed links as a header and as link sets, held against the grammars of their specifications."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.web.linked.signposting import Link, format_header, format_json, format_text, uri
from tests.search.web.link_header import parse, targets
from tests.search.web.linked_release import BASE, N_AUTHORS

DATA, PAPER, HOSTILE = "/id/datadatadatad", "/id/paperpaperpap", "/id/hostilehostil"


@given(st.text(min_size=1), st.text(), st.sampled_from(["", "text/turtle", 'x"y', "a/b, c"]))
def test_whatever_a_record_holds_the_header_keeps_to_the_grammar(target, profile, media_type):
    link = Link(target=target, relation="item", media_type=media_type, profile=profile)
    [(_, named)] = parse(format_header([link]))
    assert named["rel"] == "item"


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        ("https://doi.org/10.1/a<b>", "https://doi.org/10.1/a%3Cb%3E"),
        ("https://x/ž", "https://x/%C5%BE"),
        ("https://x/%C5%BE?a=b#c", "https://x/%C5%BE?a=b#c"),
        ("https://x/100%", "https://x/100%25"),
        ('https://x/">\r\nSet-Cookie: a', "https://x/%22%3E%0D%0ASet-Cookie:%20a"),
    ],
)
def test_a_target_is_a_uri_and_one_that_is_already_stays(iri, expected):
    assert uri(iri) == expected


def test_a_header_ends_before_it_is_longer_than_proxies_take():
    links = [Link(target=f"https://orcid.org/{n}", relation="author") for n in range(1000)]
    header = format_header(links)
    assert 2400 < len(header) <= 2500
    assert parse(header)[0] == ("https://orcid.org/0", {"rel": "author"})


def test_a_link_set_as_json_groups_targets_by_anchor_and_relation():
    links = [
        Link(target="http://x/a.ttl", relation="describedby", media_type="text/turtle"),
        Link(target="http://x/a.jsonld", relation="describedby", profile="https://schema.org/"),
        Link(target="http://x/a", relation="describes", anchor="http://x/a.ttl"),
    ]
    assert json.loads(format_json(links, "http://x/a")) == {
        "linkset": [
            {
                "anchor": "http://x/a",
                "describedby": [
                    {"href": "http://x/a.ttl", "type": "text/turtle"},
                    {"href": "http://x/a.jsonld"},
                ],
            },
            {"anchor": "http://x/a.ttl", "describes": [{"href": "http://x/a"}]},
        ]
    }


def test_a_link_set_as_text_states_every_anchor():
    links = [Link(target="http://x/b", relation="item"), Link(target="http://x/c", relation="item")]
    assert format_text(links, "http://x/a") == (
        '<http://x/b>; rel="item"; anchor="http://x/a",\n'
        '<http://x/c>; rel="item"; anchor="http://x/a"\n'
    )


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/ld+json"])
async def test_an_entity_states_what_fair_signposting_asks_of_a_landing_page(linked, accept):
    header = (await linked.get(DATA, headers={"Accept": accept})).headers["Link"]
    assert targets(header, "cite-as") == ["https://doi.org/10.1000/lamp(1)%3C2%3E::3"]
    assert targets(header, "type") == [
        "https://schema.org/AboutPage",
        "https://schema.org/Dataset",
    ]
    assert targets(header, "author") == ["https://orcid.org/0000-0002-1825-0097"]
    assert targets(header, "license") == ["https://spdx.org/licenses/CC-BY-4.0"]
    assert targets(header, "item") == ["/id/partpartpartp"]
    assert [n["type"] for _, n in parse(header) if n["rel"] == "describedby"] == [
        "text/turtle",
        "application/ld+json",
        "application/n-triples",
        "application/rdf+xml",
    ]
    assert [(t, n["type"]) for t, n in parse(header) if n["rel"] == "linkset"] == [
        (f"{DATA}.linkset.json", "application/linkset+json"),
        (f"{DATA}.linkset", "application/linkset"),
    ]


async def test_a_part_leads_to_its_whole(linked):
    header = (await linked.get("/id/partpartpartp")).headers["Link"]
    assert targets(header, "collection") == [DATA]


async def test_a_form_describes_the_entity_and_names_the_link_sets(linked):
    header = (await linked.get(f"{DATA}.ttl")).headers["Link"]
    assert targets(header, "describes") == [DATA]
    assert targets(header, "linkset") == [f"{DATA}.linkset.json", f"{DATA}.linkset"]
    assert targets(header, "cite-as") == []


async def test_without_an_identifier_that_resolves_an_entity_is_cited_by_its_own_iri(linked):
    header = (await linked.get("/id/twintwintwint.html")).headers["Link"]
    assert targets(header, "cite-as") == ["https://doi.org/10.1000/stub"]
    header = (await linked.get(PAPER)).headers["Link"]
    assert targets(header, "cite-as") == ["https://hdl.handle.net/20.500.1/a%3Fb"]


async def test_hostile_identifiers_break_out_of_no_header(linked):
    header = (await linked.get(HOSTILE)).headers["Link"]
    assert targets(header, "cite-as") == [
        "https://doi.org/10.1000/%C5%BE%22%3E,%3Chttp://evil.example%3E;%20rel=%22cite-as"
    ]


async def test_every_path_that_an_entity_states_is_answered_as_the_type_that_is_stated(linked):
    for key in ("datadatadatad", "paperpaperpap", "stubstubstubs", "hostilehostil"):
        header = (await linked.get(f"/id/{key}")).headers["Link"]
        for target, named in parse(header):
            if target.startswith("/"):
                response = await linked.get(target)
                assert response.status == 200
                assert response.content_type == named["type"]


async def test_both_link_sets_hold_all_authors_where_the_header_has_no_room(linked):
    header = (await linked.get(PAPER)).headers["Link"]
    assert len(targets(header, "author")) < N_AUTHORS
    text = await (await linked.get(f"{PAPER}.linkset")).text()
    assert len(targets(text, "author")) == N_AUTHORS
    found = await (await linked.get(f"{PAPER}.linkset.json")).json(
        content_type="application/linkset+json"
    )
    assert len(found["linkset"][0]["author"]) == N_AUTHORS


@pytest.mark.parametrize("path", [DATA, PAPER, HOSTILE, "/id/stubstubstubs"])
async def test_the_two_forms_of_a_link_set_say_the_same(linked, path):
    text = await (await linked.get(f"{path}.linkset")).text()
    body = await (await linked.get(f"{path}.linkset.json")).text()
    as_text = {(n["anchor"], n["rel"], target) for target, n in parse(text)}
    contexts = valid_linkset(json.loads(body))
    as_json = {
        (context["anchor"], relation, target["href"])
        for context in contexts
        for relation, found in context.items()
        if relation != "anchor"
        for target in found
    }
    assert as_text == as_json
    assert contexts[0]["anchor"] == BASE + path.removeprefix("/")


def valid_linkset(document):
    """What RFC 9264, section 4.2, asks of a link set in JSON; gives its link context objects."""
    assert set(document) == {"linkset"}
    for context in document["linkset"]:
        assert is_absolute(context["anchor"])
        for relation, found in context.items():
            if relation != "anchor":
                assert re.fullmatch(r"[a-z][a-z0-9.-]*", relation)
                assert isinstance(found, list)
                assert found
                for target in found:
                    check_target(target)
    return document["linkset"]


def check_target(target):
    assert is_absolute(target["href"])
    for name, value in target.items():
        if name in ("href", "type", "title", "media"):
            assert isinstance(value, str)
        else:
            assert isinstance(value, list)


def is_absolute(text):
    return re.fullmatch(r"https?://[!-~]+", text) and not re.search(r'[<>"{}|\\^`]', text)


async def test_a_link_set_moves_and_goes_with_its_entity(linked):
    moved = await linked.get("/id/mergedmergedm.linkset.json", allow_redirects=False)
    assert (moved.status, moved.headers["Location"]) == (301, f"{DATA}.linkset.json")
    assert (await linked.get("/id/gonegonegoneg.linkset")).status == 410
    assert (await linked.get("/id/aaaaaaaaaaaaa.linkset")).status == 404
