"""What a key, an IRI or an identifier in any spelling stands for."""

import pytest

from graph.explain import compare, explain
from graph.explain.answer import State
from graph.explain.view import View
from graph.iris import entity_iri, mint_key
from tests.graph.builders import BASE
from tests.graph.explain.explained import PAGE, graph_of, key_of, names


@pytest.mark.parametrize(
    "asked",
    [
        "doi:10.5072/chapter",
        "https://doi.org/10.5072/CHAPTER",
        " 10.5072/chapter ",
        "oai:d:1",
        f"{BASE}record/d/1",
        mint_key("doi:10.5072/chapter"),
        entity_iri(BASE, mint_key("doi:10.5072/chapter")),
        entity_iri(BASE, mint_key("doi:10.5072/chapter")) + "#agent-1",
    ],
)
def test_a_thing_is_found_by_key_iri_and_identifier_in_any_spelling(view, asked):
    subject = explain(view, asked).subject
    assert (subject.state, subject.key) == (State.ENTITY, mint_key("doi:10.5072/chapter"))
    assert (subject.title, subject.kind) == ("Title of d/1", "chapter")
    assert subject.iri == entity_iri(BASE, mint_key("doi:10.5072/chapter"))
    assert names(subject.records) == ["d/1"]


def test_an_oai_identifier_that_is_no_identifier_of_the_thing_finds_its_record(view):
    subject = explain(view, "12").subject
    assert subject.state is State.SEVERAL
    assert set(subject.candidates) == {key_of(view, "a/12"), key_of(view, "b/12")}
    assert subject.message == "2 entities have a record 12"
    assert explain(view, "12").apart == ()  # no decision was needed: nothing else joins them
    alone = explain(view, "11")
    assert alone.subject.state is State.SEVERAL
    assert explain(view, "3").subject.key == key_of(view, "d/3")
    assert explain(view, "3").subject.identifier == "3"


def test_a_retired_key_leads_to_the_one_in_its_place_and_says_so(view):
    kept = key_of(view, "a/40")
    minted = {mint_key("doi:10.5072/old"), mint_key("arxiv:2401.00001")}
    [retired] = minted - {kept}
    subject = explain(view, retired).subject
    assert (subject.key, subject.redirected_from) == (kept, (retired,))
    assert names(subject.records) == ["a/40", "b/40"]
    compared = compare(view, retired, kept)
    assert (compared.a, compared.same) == (kept, True)
    assert [each.rule for each in compared.because] == ["same-doi"]


def test_a_tombstone_has_a_key_and_nothing_else(view):
    key = mint_key("record:a:41")
    told = explain(view, key)
    assert told.key == key
    assert told.subject.state is State.TOMBSTONE
    assert "has no live record left" in told.subject.message
    assert (told.members, told.fields) == ((), {})
    compared = compare(view, key, "doi:10.5072/data")
    assert (compared.a, compared.same, compared.links) == (key, False, ())
    assert [each.rule for each in compared.apart] == ["tombstone"]


def test_a_deleted_record_is_gone_and_named(view):
    subject = explain(view, f"{BASE}record/a/41").subject
    assert (subject.state, subject.key) == (State.GONE, None)
    assert subject.message == "the record 41 is deleted in a; no entity is left of it"


def test_a_stub_is_known_by_the_links_to_it(view):
    told = explain(view, "doi:10.5072/nowhere")
    assert (told.subject.state, told.subject.title) == (State.STUB, "doi:10.5072/nowhere")
    assert [(each.relation, each.target) for each in told.links] == [("Cites", told.key)]
    assert told.fields.keys() == {"identifiers"}


def test_an_identifier_of_several_lists_them(view):
    subject = explain(view, PAGE.removeprefix("url:")).subject
    keys = sorted((key_of(view, "a/11"), key_of(view, "b/11")))
    assert (subject.state, subject.key) == (State.SEVERAL, None)
    assert list(subject.candidates) == keys
    assert subject.message == f"2 entities carry {PAGE}"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("doi:10.5072/none", "no entity of this release has the identifier doi:10.5072/none"),
        ("aaaaaaaaaaaaa", "'aaaaaaaaaaaaa' is no key, IRI or identifier that this release knows"),
        ("", "'' is no key, IRI or identifier that this release knows"),
        (f"{BASE}id/aaaaaaaaaaaaa", f"this release has no {BASE}id/aaaaaaaaaaaaa"),
        (f"{BASE}record/a/none", f"this release has no {BASE}record/a/none"),
        (f"{BASE}record/a/<b> {{c}}", f"this release has no {BASE}record/a/<b> {{c}}"),
    ],
)
def test_what_is_not_known_is_told_and_breaks_nothing(view, asked, message):
    told = explain(view, asked)
    assert (told.key, told.subject.state) == (None, State.UNKNOWN)
    assert told.subject.message == message


def test_a_ring_of_redirects_ends(tmp_path):
    follows = "<http://purl.org/dc/terms/isReplacedBy>"
    a, b = "aaaaaaaaaaaaa", "bbbbbbbbbbbbb"
    lines = "".join(f"<{BASE}id/{x}> {follows} <{BASE}id/{y}> .\n" for x, y in ((a, b), (b, a)))
    with graph_of(tmp_path, lines) as reader:
        assert explain(View(reader, BASE), a).subject.state is State.UNKNOWN
