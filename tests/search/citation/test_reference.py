"""Entities in the parts of a reference."""

import msgspec
import pytest

from search.citation.reference import Name, one_line, reference_of
from search.metadata.described import Agent, Title
from tests.search.citation.described import EMPTY, HOSTILE, PAPER


def test_a_paper_has_all_parts_of_a_reference():
    reference = reference_of(PAPER)
    assert reference.creators == (Name("Carberry", "Josiah"), Name("CMS Collaboration"))
    assert (reference.year, reference.date) == ("2012", "2012-08-21")
    assert (reference.doi, reference.arxiv) == ("10.1016/j.physletb.2012.08.021", "1207.7235")
    assert reference.whole == "Physics Letters B"
    assert reference.address == "https://doi.org/10.1016/j.physletb.2012.08.021"


def test_an_entity_of_which_nothing_is_known_is_named_by_its_iri():
    reference = reference_of(EMPTY)
    assert reference.title == reference.address == "http://weft.test/id/emptyemptyemp"
    assert (reference.creators, reference.year, reference.date) == ((), "", "")


def test_the_year_of_a_date_stands_in_for_a_year():
    dated = msgspec.structs.replace(EMPTY, date="1999-12")
    assert reference_of(dated).year == "1999"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (Agent(name="Noether, Emmy"), Name("Noether", "Emmy")),
        (Agent(name="Emmy Noether"), Name("Emmy Noether")),
        (Agent(name="King, Martin Luther, Jr."), Name("King, Martin Luther, Jr.")),
        (Agent(name="Observatory, Paris", is_organization=True), Name("Observatory, Paris")),
        (Agent(name="for the CMS collaboration"), Name("for the CMS collaboration")),
        (Agent(name="Noether,"), Name("Noether,")),
    ],
)
def test_only_a_name_with_one_comma_is_taken_apart(agent, name):
    assert reference_of(msgspec.structs.replace(EMPTY, creators=(agent,))).creators == (name,)


def test_no_text_holds_a_line_break_or_a_control_character():
    reference = reference_of(HOSTILE)
    texts = (reference.title, reference.publisher, *map(str, reference.creators))
    assert all(text.isprintable() for text in texts)
    assert one_line("a\tb\u2028c\x85d") == "a b c d"


def test_a_title_of_blanks_is_no_title():
    blank = msgspec.structs.replace(EMPTY, titles=(Title(" \x00 "), Title("Second")))
    assert reference_of(blank).title == "Second"
