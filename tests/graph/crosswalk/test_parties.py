"""Who is behind a work: identifiers by their scheme, grants in all forms, and nothing made up."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.crosswalk.parties import (
    GRANT_AGREEMENT,
    read_affiliation,
    read_grant,
    read_grant_agreement,
    read_party_identifier,
)
from graph.identifiers import normalise
from graph.names import is_filler
from graph.text import plain
from graph.work import Affiliation, Grant, Identifier

ROR = Identifier("ror", "05mmh0f86")
GRID = Identifier("grid", "grid.9999.1f")
ISNI = Identifier("isni", "000099099990000X")
ORCID = Identifier("orcid", "0000-0002-1825-0097")
FUND = Identifier("doi", "10.13039/999000999")


class Told(list[tuple[str, str]]):
    """What could not be read, in the order in which it was told."""

    def __call__(self, reason: str, detail: str) -> None:
        self.append((reason, detail))


@pytest.fixture
def told() -> Told:
    return Told()


# -- identifiers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "text", "expected"),
    [
        ("ROR", "https://ror.org/05mmh0f86", ROR),
        ("ror", "05mmh0f86", ROR),
        ("GRID", "grid.9999.1f", GRID),
        ("grid", "https://www.grid.ac/institutes/grid.9999.1F", GRID),
        ("ISNI", "0000 9909 9990 000X", ISNI),
        ("isni", "https://isni.org/isni/000099099990000x", ISNI),
        ("ORCID", "https://orcid.org/0000-0002-1825-0097", ORCID),
        ("ORCIDs", "0000000218250097", ORCID),
        ("INSPIRE", "INSPIRE-99900111", Identifier("inspire-author", "INSPIRE-99900111")),
        ("", "https://ror.org/05mmh0f86", ROR),
        ("", "grid.9999.1f", GRID),
        ("", "000099099990000X", ISNI),
        ("", "0000-0002-1825-0097", ORCID),
    ],
)
def test_an_identifier_is_read_by_its_scheme_or_its_form(told, scheme, text, expected):
    assert read_party_identifier(scheme, text, told) == expected
    assert told == []


@pytest.mark.parametrize(
    ("scheme", "text", "problem"),
    [
        ("ROR", "05mmh0f87", ("bad-ror", "05mmh0f87")),
        ("ROR", "grid.9999.1f", ("bad-ror", "grid.9999.1f")),
        ("GRID", "grid.sixty", ("bad-grid", "grid.sixty")),
        ("ISNI", "0000 9909 9990 0001", ("bad-isni", "0000 9909 9990 0001")),
        ("ORCID", "0000-0002-1825-0098", ("bad-orcid", "0000-0002-1825-0098")),
        ("INSPIRE", "J.Carberry.1", ("bad-inspire-author", "J.Carberry.1")),
        ("Wikidata", "Q999999999", ("unknown-name-scheme", "Wikidata Q999999999")),
        ("", "Q999999999", ("unknown-name-scheme", " Q999999999")),
    ],
)
def test_an_identifier_that_cannot_be_read_is_told(told, scheme, text, problem):
    assert read_party_identifier(scheme, text, told) is None
    assert told == [problem]


# -- affiliations ---------------------------------------------------------------------------------


def test_an_affiliation_has_its_name_and_every_identifier_stated(told):
    stated = (("ROR", "https://ror.org/05mmh0f86"), ("GRID", "grid.9999.1f"), ("ISNI", ""))
    assert read_affiliation(" Outer\n  Bank ", told, stated) == Affiliation(
        "Outer Bank", (ROR, GRID)
    )
    assert told == []


@pytest.mark.parametrize("name", ["", "  ", "None", "(:unav)", "N/A", "-"])
def test_a_filler_is_no_affiliation(told, name):
    assert read_affiliation(name, told) is None
    assert told == []


def test_an_identifier_of_nothing_named_is_told(told):
    assert read_affiliation("None", told, [("ROR", "05mmh0f86")]) is None
    assert told == [("no-affiliation", "ror:05mmh0f86")]


@pytest.mark.parametrize(
    ("scheme", "text", "problem"),
    [
        ("ROR", "05mmh0f87", ("bad-ror", "05mmh0f87")),
        ("Wikidata", "Q999999999", ("unknown-name-scheme", "Wikidata Q999999999")),
        ("ORCID", "0000-0002-1825-0097", ("bad-identifier", "ORCID 0000-0002-1825-0097")),
        ("", "0000-0002-1825-0097", ("bad-identifier", " 0000-0002-1825-0097")),
        ("INSPIRE", "INSPIRE-99900111", ("bad-identifier", "INSPIRE INSPIRE-99900111")),
    ],
)
def test_an_affiliation_keeps_its_name_when_its_identifier_is_none(told, scheme, text, problem):
    """An ORCID is a person's: as an affiliation it would make that person an organisation."""
    assert read_affiliation("Outer Bank", told, [(scheme, text)]) == Affiliation("Outer Bank")
    assert told == [problem]


# -- grants ---------------------------------------------------------------------------------------


def test_a_grant_has_all_that_is_stated_of_it(told):
    grant = read_grant(
        told,
        funder="Lamp Oil <i>Fund</i>",
        identifier="https://doi.org/10.13039/999000999",
        scheme="Crossref Funder ID",
        number=" LOF-12 ",
        title="Lamps &amp; oil",
        address="https://fund.example.org/12",
    )
    assert grant == Grant(
        funder="Lamp Oil Fund",
        funder_identifiers=(FUND,),
        number="LOF-12",
        title="Lamps & oil",
        address="https://fund.example.org/12",
    )
    assert told == []


@pytest.mark.parametrize(
    ("scheme", "text", "expected"),
    [
        ("Crossref Funder ID", "https://doi.org/10.13039/999000999", FUND),
        ("Crossref Funder ID", "http://dx.doi.org/10.13039/999000999", FUND),
        ("Crossref Funder ID", "10.13039/999000999", FUND),
        ("Crossref Funder ID", "999000999", FUND),
        ("crossrefFunderId", "999000999", FUND),
        ("Crossref Funder", "999000999", FUND),
        ("DOI", "10.13039/999000999", FUND),
        ("ROR", "https://ror.org/05mmh0f86", ROR),
        ("GRID", "grid.9999.1f", GRID),
        ("ISNI", "0000 9909 9990 000X", ISNI),
        ("Other", "https://doi.org/10.13039/999000999", FUND),
        ("Other", "https://ror.org/05mmh0f86", ROR),
        ("Other", "grid.9999.1f", GRID),
        ("", "10.13039/999000999", FUND),
        ("", "05mmh0f86", ROR),
        ("", "0000 9909 9990 000X", ISNI),
    ],
)
def test_a_funder_is_read_by_its_scheme_or_its_form(told, scheme, text, expected):
    grant = read_grant(told, funder="Fund", identifier=text, scheme=scheme)
    assert grant == Grant(funder="Fund", funder_identifiers=(expected,))
    assert told == []


@pytest.mark.parametrize(
    ("scheme", "text", "reason"),
    [
        ("Crossref Funder ID", "Lamp Oil Fund", "bad-identifier"),
        ("Crossref Funder ID", "\u0661\u0662\u0663", "bad-identifier"),
        ("Crossref Funder ID", "10.48550/arXiv.2301.99999", "bad-identifier"),
        ("ROR", "05mmh0f87", "bad-identifier"),
        ("GRID", "999000999", "bad-identifier"),
        ("", "999000999", "bad-identifier"),
        ("Other", "https://fund.example.org/", "bad-identifier"),
        ("Wikidata", "Q999999999", "unknown-name-scheme"),
        ("ORCID", "0000-0002-1825-0097", "unknown-name-scheme"),
        ("INSPIRE", "999000999", "unknown-name-scheme"),
    ],
)
def test_a_funder_keeps_its_name_when_its_identifier_is_none(told, scheme, text, reason):
    """A number alone is Crossref's only where it says so; an INSPIRE number is a paper's."""
    assert read_grant(told, funder="Fund", identifier=text, scheme=scheme) == Grant(funder="Fund")
    assert told == [(reason, f"{scheme} {text}")]


@pytest.mark.parametrize(
    "address",
    [
        "LOF-12",
        "fund.example.org/12",
        "ftp://fund.example.org/12",
        "javascript:alert(1)",
        "http://[::1/",
        "http://fund.example.org:port/",
        "//fund.example.org/12",
    ],
)
def test_an_award_at_no_web_address_is_told_and_keeps_the_rest(told, address):
    assert read_grant(told, number="LOF-12", address=address) == Grant(number="LOF-12")
    assert told == [("bad-iri", address)]


@pytest.mark.parametrize(
    ("stated", "line"),
    [
        ({"funder": "Fund", "number": "1", "title": "Tide"}, "Fund, 1, Tide"),
        ({"funder": "Fund"}, "Fund"),
        ({"number": "1"}, "1"),
        ({"title": "Tide"}, "Tide"),
        ({"identifier": "05mmh0f86", "scheme": "ROR", "number": "1"}, "ror:05mmh0f86, 1"),
        ({"address": "https://fund.example.org/12"}, "https://fund.example.org/12"),
    ],
)
def test_any_part_of_a_grant_is_a_grant_with_a_readable_line(told, stated, line):
    assert str(read_grant(told, **stated)) == line


@pytest.mark.parametrize(
    "stated", [{}, {"funder": " ", "number": "<b></b>"}, {"scheme": "ROR"}, {"address": "12"}]
)
def test_no_part_of_a_grant_is_none(told, stated):
    assert read_grant(told, **stated) is None


@pytest.mark.parametrize(
    ("text", "grant"),
    [
        (
            "info:eu-repo/grantAgreement/EC/FP7/283595/EU/Title/ACR",
            Grant(funder="EC FP7", number="283595", title="Title"),
        ),
        (
            "info:eu-repo/grantAgreement/EC/FP7/999999/EU//LAMP",
            Grant(funder="EC FP7", number="999999", title="LAMP"),
        ),
        ("info:eu-repo/grantAgreement/EC/H2020/999999/", Grant(funder="EC H2020", number="999999")),
        ("info:eu-repo/grantAgreement/EC/H2020/999999", Grant(funder="EC H2020", number="999999")),
        (
            "info:eu-repo/grantAgreement/Kap%20Fund//LOF%2F12/ZA/Lamps%2C%20oil",
            Grant(funder="Kap Fund", number="LOF/12", title="Lamps, oil"),
        ),
        ("info:eu-repo/grantAgreement/EC", Grant(funder="EC")),
        ("info:eu-repo/grantAgreement/", None),
    ],
)
def test_openaires_form_of_a_grant_is_taken_apart(text, grant):
    assert read_grant_agreement(text) == grant


def test_the_funders_name_goes_before_its_code():
    assert read_grant_agreement(
        "info:eu-repo/grantAgreement/EC/FP7/283595/", "European Commission"
    ) == Grant(funder="European Commission FP7", number="283595")


# -- whatever is stated ---------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [
        *("https://", "ror.org/", "orcid.org/", "isni.org/isni/", "www.grid.ac/institutes/"),
        *("05mmh0f86", "grid.", "9999.1f", "0000-0002-1825-0097", "000099099990000X", "10.13039/"),
        *("999000999", "doi.org/", "INSPIRE-99900111", "arxiv.", "ISNI ", "/", "[", "%2F"),
        *("\ud800", "\u0661"),
    ]
)
_TEXTS = st.lists(_PIECES | st.text(max_size=4), max_size=5).map("".join) | st.text()
_SCHEMES = st.sampled_from(
    ["", "ROR", "GRID", "ISNI", "ORCID", "INSPIRE", "Crossref Funder ID", "DOI", "Other", "GND"]
)


def _bare(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text.lower())


@given(_SCHEMES | _TEXTS, _TEXTS)
def test_an_identifier_is_canonical_and_made_of_what_was_given_or_a_problem_is_told(scheme, text):
    told = Told()
    identifier = read_party_identifier(scheme, text, told)
    if identifier is None:
        assert len(told) == 1
    else:
        assert told == []
        assert normalise(identifier.scheme, identifier.value) == identifier
        assert _bare(identifier.value) in _bare(text)


@given(_TEXTS, st.lists(st.tuples(_SCHEMES, _TEXTS), max_size=2))
def test_each_identifier_of_an_affiliation_is_an_organisations_or_a_problem_is_told(name, stated):
    told = Told()
    affiliation = read_affiliation(name, told, stated)
    n_stated = sum(bool(text) for _, text in stated)
    if affiliation is None:
        assert is_filler(plain(name))
        assert bool(told) == bool(n_stated)
    else:
        assert affiliation.name
        assert len(affiliation.identifiers) + len(told) == n_stated
        assert {each.scheme for each in affiliation.identifiers} <= {"ror", "grid", "isni"}


@given(
    st.fixed_dictionaries(
        {
            name: _SCHEMES if name == "scheme" else _TEXTS
            for name in ("funder", "identifier", "scheme", "number", "title", "address")
        }
    )
)
def test_a_grant_holds_nothing_that_was_not_stated(stated):
    told = Told()
    grant = read_grant(told, **stated)
    identifiers = grant.funder_identifiers if grant else ()
    n_unread = sum(reason != "bad-iri" for reason, _ in told)
    assert len(identifiers) + n_unread == bool(stated["identifier"])
    if grant is None:
        return
    assert str(grant)
    assert grant.address in ("", stated["address"])
    assert {each.scheme for each in identifiers} <= {"doi", "ror", "grid", "isni"}
    for each in identifiers:
        assert normalise(each.scheme, each.value) == each
        assert _bare(each.value.removeprefix("10.13039/")) in _bare(stated["identifier"])


@given(_TEXTS, _TEXTS)
def test_any_text_after_openaires_prefix_is_a_grant_with_a_line_or_none(text, funder):
    grant = read_grant_agreement(GRANT_AGREEMENT + text, funder)
    assert grant is None or str(grant)
