"""Who states a link: read from the graphs of the records at both its ends."""

import pytest

from graph.explain.view import View
from graph.links.stated import is_stated_by, read_stated
from graph.relation import RELATIONS
from tests.graph.explain.explained import graph_of

B = "http://weft.test/"
W = "https://w3id.org/weft#"
DATA, PAPER, OTHER = f"{B}id/data", f"{B}id/paper", f"{B}id/other"


def record(name: str, entity: str, *links: tuple[str, str, str]) -> str:
    """A record of an entity, with links as (relation, as stated, target)."""
    iri = f"{B}record/{name}"
    source, _, identifier = name.partition("/")
    lines = [
        f"<{entity}> <{W}fromRecord> <{iri}> .",
        f'<{iri}> <{W}source> "{source}" .',
        f'<{iri}> <{W}oaiIdentifier> "{identifier}" .',
        f'<{iri}> <{W}datestamp> "2024-01-01T00:00:00Z" .',
        f'<{iri}> <{W}harvestedAt> "2024-01-02T00:00:00Z" .',
        f"<{iri}> <{W}status> <{W}live> .",
    ]
    for number, (relation, stated_as, target) in enumerate(links):
        node = f"<{iri}#link-{number}>"
        lines += [
            f"{node} <{W}subject> <{entity}> <{iri}> .",
            f'{node} <{W}relation> "{relation}" <{iri}> .',
            f"{node} <{W}object> <{target}> <{iri}> .",
            f'{node} <{W}statedAs> "{stated_as}" <{iri}> .',
            f'{node} <{W}statedTarget> "as written" <{iri}> .',
            f'{node} <{W}rule> "stated" <{iri}> .',
        ]
    return "\n".join(lines) + "\n"


@pytest.fixture
def view(tmp_path):
    lines = record("a/1", DATA, ("IsSupplementTo", "isSupplementTo", PAPER), ("Cites", "x", PAPER))
    lines += record("b/1", DATA, ("IsSupplementTo", "about", PAPER), ("IsRelatedTo", "y", OTHER))
    lines += record("c/1", PAPER, ("IsSupplementedBy", "data", DATA), ("IsCitedBy", "z", OTHER))
    lines += record("d/1", OTHER, ("IsRelatedTo", "y", DATA), ("Strange", "s", DATA))
    with graph_of(tmp_path, lines) as reader:
        yield View(reader, B)


def brief(statements):
    return [(each.source, each.stated_as) for each in statements]


def stated(view, subject, relation, object_):
    found = read_stated(view, subject, RELATIONS[relation].predicate, object_)
    return brief(found.by_subject), brief(found.by_object)


def test_statements_of_both_sides_are_told_apart(view):
    assert stated(view, DATA, "IsSupplementTo", PAPER) == (
        [("a", "isSupplementTo"), ("b", "about")],
        [("c", "data")],
    )


def test_another_relation_between_the_same_two_is_another_link(view):
    assert stated(view, DATA, "Cites", PAPER) == ([("a", "x")], [])
    assert stated(view, PAPER, "Cites", DATA) == ([], [])
    assert stated(view, OTHER, "Cites", PAPER) == ([], [("c", "z")])


def test_a_relation_without_direction_and_one_that_is_unknown_are_read_from_either_end(view):
    assert stated(view, DATA, "IsRelatedTo", OTHER) == ([("b", "y")], [("d", "s"), ("d", "y")])
    assert stated(view, OTHER, "IsRelatedTo", DATA) == ([("d", "s"), ("d", "y")], [("b", "y")])


def test_a_statement_names_its_record_and_its_times(view):
    found = read_stated(view, DATA, RELATIONS["Cites"].predicate, PAPER)
    [said] = found.by_subject
    assert (said.record, said.record_iri) == ("1", f"{B}record/a/1")
    assert (said.datestamp, said.at) == ("2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z")
    assert (said.rule, said.target_as) == ("stated", "as written")


def test_a_link_that_nobody_states_has_no_statements(view):
    assert stated(view, DATA, "IsPartOf", f"{B}id/nowhere") == ([], [])


@pytest.mark.parametrize(
    ("sources", "expected"),
    [(("a",), True), (("c",), True), (("d",), False), (("x", "b"), True), (("aa",), False)],
)
def test_a_link_is_stated_by_the_sources_of_the_records_at_its_ends(view, sources, expected):
    predicate = RELATIONS["IsSupplementTo"].predicate
    assert is_stated_by(view, DATA, predicate, PAPER, sources) is expected
    assert not is_stated_by(view, PAPER, predicate, DATA, sources)
