"""The IRIs that Weft mints."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.iris import decision_iri, decision_key, entity_iri, mint_key, record_iri


def test_a_key_is_thirteen_lower_case_base32_characters():
    assert mint_key("doi:10.1016/j.physletb.2012.08.020") == "s2fdw53xs4inn"


@given(st.text())
def test_every_seed_has_a_key(seed):
    assert re.fullmatch(r"[a-z2-7]{13}", mint_key(seed))


def test_an_entity_lives_below_id():
    assert entity_iri("http://x/", "s2fdw53xs4inn") == "http://x/id/s2fdw53xs4inn"


@pytest.mark.parametrize(
    ("identifier", "iri"),
    [
        ("oai:zenodo.org:1", "http://x/record/zenodo/oai:zenodo.org:1"),
        ("oai:x:a/b?c#d", "http://x/record/zenodo/oai:x:a%2Fb%3Fc%23d"),
        ("a b%20ä", "http://x/record/zenodo/a%20b%2520%C3%A4"),
        ("cut \ud800 pair", "http://x/record/zenodo/cut%20%3F%20pair"),
    ],
)
def test_a_record_is_named_by_its_percent_encoded_identifier(identifier, iri):
    assert record_iri("http://x/", "zenodo", identifier) == iri


@given(st.text(), st.text(), st.text(), st.text())
def test_two_records_never_share_an_iri(source, identifier, other_source, other_identifier):
    one = record_iri("http://x/", source, identifier)
    other = record_iri("http://x/", other_source, other_identifier)
    assert (one == other) == ((source, identifier) == (other_source, other_identifier))


def test_a_decision_is_named_by_rule_evidence_and_records_in_any_order():
    one = decision_key("same-doi", "doi:10.1/a", [("s", "1"), ("t", "2")])
    turned = decision_key("same-doi", "doi:10.1/a", [("t", "2"), ("s", "1")])
    assert one == turned
    assert decision_iri("http://x/", one) == f"http://x/decision/{one}"


def test_two_joins_on_one_identifier_are_two_decisions():
    """A dataset pair and a paper pair that state one DOI are each joined, and kept apart."""
    papers = decision_key("same-doi", "doi:10.1/a", [("s", "1"), ("t", "1")])
    datasets = decision_key("same-doi", "doi:10.1/a", [("s", "2"), ("t", "2")])
    assert papers != datasets
