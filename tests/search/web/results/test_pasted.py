"""What somebody pastes into the search box."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import QuerySyntaxError, UnknownField
from search.query import parse_query
from search.question.ask import Ask
from search.web.results.pasted import MAX_IDENTIFIERS, doubtful_scheme, identifiers_in, readings


def queries(text):
    return [(each.ask.text, each.is_part) for each in readings(Ask(text=text))]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("10.17182/hepdata.1", "doi:10.17182/hepdata.1"),
        ("https://doi.org/10.17182/HEPDATA.1", "doi:10.17182/hepdata.1"),
        ("http://dx.doi.org/10.17182/hepdata.1", "doi:10.17182/hepdata.1"),
        ("doi:10.17182/hepdata.1", "doi:10.17182/hepdata.1"),
        ("DOI 10.17182/hepdata.1.", "doi:10.17182/hepdata.1"),
        ("DOI: 10.17182/hepdata.1", "doi:10.17182/hepdata.1"),
        ("<https://doi.org/10.17182/hepdata.1>", "doi:10.17182/hepdata.1"),
        ("“10.17182/hepdata.1”", "doi:10.17182/hepdata.1"),
        ("10.1016/S0370-2693(98)00123-4", "doi:10.1016/s0370-2693(98)00123-4"),
        ("978-3-16-148410-0", "isbn:9783161484100"),
        ("978 3 16 148410 0", "isbn:9783161484100"),
        ("ISBN 978 3 16 148410 0", "isbn:9783161484100"),
        ("ISBN-13: 978-3-16-148410-0", "isbn:9783161484100"),
        ("978–3–16–148410–0", "isbn:9783161484100"),  # noqa: RUF001  # dashes of print
        ("0 306 40615 2", "isbn:9780306406157"),
        ("ISBN 0-306-40615-2", "isbn:9780306406157"),
        ("arXiv:1207.7214 [hep-ex]", "arxiv:1207.7214"),
        ("https://arxiv.org/abs/1207.7214v2", "arxiv:1207.7214"),
        ("ORCID iD: 0000-0002-1825-0097", "orcid:0000-0002-1825-0097"),
        ("https://orcid.org/0000-0002-1825-0097", "orcid:0000-0002-1825-0097"),
        ("hdl:20.500.12657/37100", "handle:20.500.12657/37100"),
    ],
)
def test_an_identifier_in_any_of_its_forms_is_looked_up(text, query):
    assert queries(text) == [(query, False)]


@pytest.mark.parametrize(
    "text",
    ["", "higgs boson", "10.1000/*", "2010 2011 2012", "kind:paper 10.1000/182", "-10.1000/1"],
)
def test_a_query_is_meant_as_it_stands(text):
    assert queries(text) == [(text, False)]


def test_a_reference_is_words_first_and_its_doi_then():
    text = (
        "G. Aad et al., Phys. Lett. B 716 (2012) 1, doi:10.1016/j.physletb.2012.08.020,"
        " arXiv:1207.7214"
    )
    assert queries(text) == [(text, False), ("doi:10.1016/j.physletb.2012.08.020", True)]


def test_a_reference_that_is_no_query_is_its_doi():
    text = "note:Aad (2012, https://doi.org/10.1016/j.physletb.2012.08.020)."
    assert queries(text) == [("doi:10.1016/j.physletb.2012.08.020", True)]


def test_several_identifiers_are_looked_up_together():
    assert queries("10.1000/b\n10.1000/a 10.1000/b")[-1] == (
        "doi:10.1000/b OR doi:10.1000/a",
        True,
    )
    many = " ".join(f"10.1000/{n}" for n in range(2 * MAX_IDENTIFIERS))
    assert len(identifiers_in(many)) == MAX_IDENTIFIERS


def test_without_a_doi_other_schemes_count():
    found = identifiers_in("Carberry (0000-0002-1825-0097), ISBN 0-306-40615-2, arXiv:1207.7214.")
    assert [str(each) for each in found] == [
        "arxiv:1207.7214",
        "orcid:0000-0002-1825-0097",
        "isbn:9780306406157",
    ]


def test_what_is_no_query_and_holds_no_identifier_is_an_error_with_its_place():
    with pytest.raises(QuerySyntaxError) as caught:
        readings(Ask(text="higgs ("))
    assert (caught.value.line, caught.value.column) == (1, 7)
    with pytest.raises(UnknownField):
        readings(Ask(text="note:foo"))


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("978-3-16-148410-1", "isbn"),
        ("ISBN 0306406153", "isbn"),
        ("0000-0002-1825-0098", "orcid"),
        ("978-3-16-148410-0", ""),
        ("0000-0002-1825-0097", ""),
        ("2012 2013", ""),
        ("", ""),
    ],
)
def test_a_wrong_check_digit_is_seen(text, scheme):
    assert doubtful_scheme(text) == scheme


@given(st.text(alphabet='10./ab:() -"*97836X\n', max_size=60) | st.text(max_size=80))
def test_every_reading_is_a_query(text):
    try:
        found = readings(Ask(text=text.strip()))
    except QuerySyntaxError:
        return
    assert found
    for each in found:
        parse_query(each.ask.text)
