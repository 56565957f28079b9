"""The account of one thing, and of two: joins, guards, and what was seen where none decided."""

import msgspec
import pytest

from graph.explain import compare, explain
from graph.explain.answer import ChosenField, State
from graph.explain.view import View
from graph.match import RULES
from tests.graph.builders import BASE
from tests.graph.explain.explained import BOOK, OTHER_BOOK, PAGE, brief, graph_of, key_of, names


def test_the_records_of_a_thing_come_with_their_headers(view):
    told = explain(view, "doi:10.5072/book")
    assert names(told.members) == ["a/1", "b/1", "c/1"]
    first = told.members[0]
    assert (first.datestamp, first.harvested_at) == ("2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z")
    assert (first.status, first.iri) == ("live", f"{BASE}record/a/1")


def test_joins_are_told_with_rule_sentence_evidence_records_and_time(view):
    told = explain(view, "doi:10.5072/book")
    assert brief(told.together) == [
        ("same-doi", "doi:10.5072/book", ("1", "1")),
        ("same-isbn", BOOK, ("1", "1")),
    ]
    by_doi = told.together[0]
    assert [(each.source, each.record, each.entity) for each in by_doi.about] == [
        ("a", "1", told.key),
        ("c", "1", told.key),
    ]
    assert by_doi.sentence == RULES["same-doi"]
    assert by_doi.at == "2024-01-01T12:00:00Z"
    assert told.apart == ()


def test_what_a_guard_kept_apart_is_told_with_the_others_entity(view):
    told = explain(view, key_of(view, "a/10"))
    assert told.together == ()
    [kept] = told.apart
    assert (kept.rule, kept.evidence) == ("kinds-differ", "doi:10.5072/q")
    assert {each.entity for each in kept.about} == {told.key, key_of(view, "b/10")}


@pytest.mark.parametrize(
    ("asked", "rule", "n_things"),
    [
        ("10.5072/q", "kinds-differ", 2),
        ("doi:10.5072/project", "identifier-too-common", 4),
        (PAGE, None, 2),
    ],
)
def test_an_identifier_of_several_things_tells_what_kept_them_apart(view, asked, rule, n_things):
    told = explain(view, asked)
    assert (told.key, len(told.subject.candidates)) == (None, n_things)
    assert [each.rule for each in told.apart] == ([rule] if rule else [])
    for kept in told.apart:
        assert kept.evidence == told.subject.identifier
        assert {each.entity for each in kept.about} == set(told.subject.candidates)


def test_a_path_through_a_third_record_is_told_in_order(view):
    told = compare(view, "oai:a:1", "oai:b:1")
    assert (told.same, told.apart) == (True, ())
    assert [(each.rule, each.evidence) for each in told.because] == [
        ("same-doi", "doi:10.5072/book"),
        ("same-isbn", BOOK),
    ]
    steps = [[(party.source, party.record) for party in each.about] for each in told.because]
    assert steps == [[("a", "1"), ("c", "1")], [("b", "1"), ("c", "1")]]
    back = compare(view, "oai:b:1", "oai:a:1")
    assert [each.rule for each in back.because] == ["same-isbn", "same-doi"]


def test_identifiers_that_one_record_states_need_no_join(view):
    told = compare(view, "doi:10.5072/book", BOOK)
    assert brief(told.because) == [("one-record", f"doi:10.5072/book and {BOOK}", ("1",))]
    assert told.because[0].about[0].source == "c"
    assert told.because[0].at is None


def test_a_whole_thing_compared_with_itself_gives_all_joins(view):
    key = key_of(view, "a/1")
    for one, other in ((key, key), (key, "doi:10.5072/book"), ("10.5072/book", "doi:10.5072/book")):
        told = compare(view, one, other)
        assert (told.a, told.b) == (key, key)
        assert [each.rule for each in told.because] == ["same-doi", "same-isbn"]
        assert [(each.source, each.target) for each in told.links] == [(key, key)]


def test_a_thing_of_one_record_is_itself_by_that_record(view):
    told = compare(view, key_of(view, "d/1"), "doi:10.5072/chapter")
    assert brief(told.because) == [("one-record", "doi:10.5072/chapter", ("1",))]


def test_things_that_a_guard_kept_apart_say_so(view):
    told = compare(view, key_of(view, "a/10"), key_of(view, "b/10"))
    assert (told.same, told.because) == (False, ())
    assert [(each.rule, each.evidence) for each in told.apart] == [
        ("kinds-differ", "doi:10.5072/q"),
        ("same-title", "Jets"),
    ]
    assert told.apart[0].sentence == RULES["kinds-differ"]


def test_an_identifier_on_too_many_records_keeps_all_of_them_apart(view):
    told = compare(view, "oai:a:20", "oai:a:23")
    assert (told.apart[0].rule, told.apart[0].evidence) == (
        "identifier-too-common",
        "doi:10.5072/project",
    )
    assert told.apart[0].records == ("20", "21", "22", "23")


@pytest.mark.parametrize(
    ("one", "other", "evidence", "sentence"),
    [
        ("a/11", "b/11", PAGE, "a url may stand for many things, so it joins nothing"),
        ("a/12", "b/12", OTHER_BOOK, "the ISBN of anything but a book is that of the volume"),
    ],
)
def test_a_shared_identifier_that_is_not_trusted_is_named(view, one, other, evidence, sentence):
    told = compare(view, key_of(view, one), key_of(view, other))
    [reason] = told.apart
    assert (reason.rule, reason.evidence) == ("untrusted-identifier", evidence)
    assert reason.sentence.startswith(sentence)
    assert [(each.source, each.entity) for each in reason.about] == [
        ("a", key_of(view, one)),
        ("b", key_of(view, other)),
    ]


def test_two_things_that_share_nothing_say_so_and_how_they_are_linked(view):
    told = compare(view, "doi:10.5072/chapter", "doi:10.5072/book")
    assert [each.rule for each in told.apart] == ["nothing-shared"]
    assert told.apart[0].sentence == "no shared trusted identifier"
    assert {each.relation for each in told.links} == {"IsPartOf", "IsRelatedTo"}


def test_a_stub_is_apart_because_nobody_delivered_it(view):
    told = compare(view, "doi:10.5072/nowhere", "doi:10.5072/book")
    assert brief(told.apart) == [
        ("stub", "doi:10.5072/nowhere", ()),
        ("nothing-shared", "", ()),
    ]
    assert [each.relation for each in told.links] == ["Cites"]


def test_what_is_not_known_has_no_key_and_is_the_same_as_nothing(view):
    told = compare(view, "doi:10.5072/none", "doi:10.5072/none")
    assert (told.a, told.b, told.same) == (None, None, False)
    assert [each.rule for each in told.apart] == ["unknown", "unknown"]
    several = compare(view, "doi:10.5072/book", PAGE)
    assert (several.a, several.b) == (key_of(view, "a/1"), None)
    assert [each.rule for each in several.apart] == ["several"]
    assert [each.state for each in several.subjects] == [State.ENTITY, State.SEVERAL]


def test_a_comparison_as_json_has_the_documented_form(view):
    told = msgspec.json.decode(msgspec.json.encode(compare(view, "oai:a:1", "oai:b:1")))
    assert told.keys() == {"a", "b", "same", "because", "apart", "links", "subjects"}
    assert told["because"][0]["rule"] == "same-doi"
    assert told["because"][0]["records"] == ["1", "1"]


def test_an_identifier_that_nothing_was_decided_on_is_called_undecided(tmp_path):
    weft, schema = "https://w3id.org/weft#", "https://schema.org/"
    lines = ""
    for key, record in (("aaaaaaaaaaaaa", "s/1"), ("bbbbbbbbbbbbb", "s/2")):
        entity, source = f"<{BASE}id/{key}>", f"<{BASE}record/{record}>"
        for end in (".", f"{source} ."):
            lines += f'{entity} <{schema}identifier> "doi:10.5072/x" {end}\n'
            lines += f'{entity} <{weft}kind> "paper" {end}\n'
        lines += f"{entity} <{weft}fromRecord> {source} .\n"
        lines += f"{entity} <{schema}creator> <{BASE}id/zzzzzzzzzzzzz> .\n"
    with graph_of(tmp_path, lines) as reader:
        told = compare(View(reader, BASE), "aaaaaaaaaaaaa", "bbbbbbbbbbbbb")
        fields = explain(View(reader, BASE), "aaaaaaaaaaaaa").fields
        pointing = list(reader.named_subjects(schema + "creator", f"{BASE}id/zzzzzzzzzzzzz"))
    assert [(each.rule, each.evidence) for each in told.apart] == [("undecided", "doi:10.5072/x")]
    assert fields["creators"] == ChosenField(
        value=(f"{BASE}id/zzzzzzzzzzzzz",), origin=None, agree=(), others=()
    )
    assert pointing == []  # the default graph has no name
