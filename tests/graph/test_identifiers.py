"""Every spelling of an identifier gives one form, and nothing is made up."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.identifiers import iri, normalise, recognise
from graph.schemes import NORMALISERS
from graph.work import Identifier


@pytest.mark.parametrize(
    "text",
    [
        "10.17182/hepdata.1.v1/t3",
        "10.17182/HEPDATA.1.V1/T3",
        "doi:10.17182/hepdata.1.v1/t3",
        "DOI: 10.17182/hepdata.1.v1/t3",
        "https://doi.org/10.17182/hepdata.1.v1/t3",
        "http://dx.doi.org/10.17182/hepdata.1.v1/t3",
        "https://www.doi.org/10.17182/hepdata.1.v1/t3",
        "dx.doi.org/10.17182/hepdata.1.v1/t3",
        "https://doi.org/doi:10.17182/hepdata.1.v1/t3",
        "https://doi.org/10.17182%2Fhepdata.1.v1%2Ft3",
        "https://hdl.handle.net/10.17182/hepdata.1.v1/t3",
        "info:doi/10.17182/hepdata.1.v1/t3",
        "\n            10.17182/hepdata.1.v1/t3\n        ",
        "10.17182/hepdata.1.v1/t3.",
        "10.17182/hepdata.1.v1/t3).",
        "10.17182/hep\u200bdata.1.v1/t3",
        "https://doi.org/10.17182/hepdata.1.v1/t3?utm_source=x#top",
    ],
)
def test_a_doi_in_every_disguise_is_one_doi(text):
    assert normalise("doi", text) == Identifier("doi", "10.17182/hepdata.1.v1/t3")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10.1007/978\u20103\u2010540\u201074686\u20107", "10.1007/978-3-540-74686-7"),
        ("10.1016/S0140-6736(05)12345-6", "10.1016/s0140-6736(05)12345-6"),
        ("10.1016/S0140-6736(05)12345", "10.1016/s0140-6736(05)12345"),
        (
            "https://doi.org/10.1002/(SICI)1097-4571(1996)47:1%3C1::AID-ASI1%3E3.0.CO;2-%23",
            "10.1002/(sici)1097-4571(1996)47:1<1::aid-asi1>3.0.co;2-#",
        ),
        ("10.7483/OPENDATA.CMS.VZSR.LYZX", "10.7483/opendata.cms.vzsr.lyzx"),
    ],
)
def test_odd_but_legal_dois_survive(text, value):
    assert normalise("doi", text) == Identifier("doi", value)


@pytest.mark.parametrize(
    "text",
    [
        *("", "10.1234", "10.1/x", "10.5281/", "zenodo.1", "10.5281/a; 10.5281/b", "11.5281/a"),
        *("10.5281/ zenodo.1", "10.5281/a see also the paper", "10.5281/two%20words"),
    ],
)
def test_what_is_no_doi_is_none(text):
    assert normalise("doi", text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("arXiv:1207.7214v2", "1207.7214"),
        ("1207.7214", "1207.7214"),
        ("https://arxiv.org/abs/1207.7214v1", "1207.7214"),
        ("https://arxiv.org/pdf/1207.7214v1.pdf", "1207.7214"),
        ("10.48550/arXiv.1207.7214", "1207.7214"),
        ("https://doi.org/10.48550/arXiv.1207.7214v3", "1207.7214"),
        ("arXiv:1207.7214 [hep-ex]", "1207.7214"),
        ("arXiv:math.GT/0309136", "math/0309136"),
        ("hep-ph/9901001v2", "hep-ph/9901001"),
    ],
)
def test_an_arxiv_identifier_loses_version_and_class(text, value):
    assert recognise(text) == Identifier("arxiv", value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://library.oapen.org/handle/20.500.12657/60744", "handle:20.500.12657/60744"),
        ("http://library.oapen.org/handle/20.500.12657/60744/", "handle:20.500.12657/60744"),
        ("https://directory.doabooks.org/handle/20.500.12854/1234", "handle:20.500.12854/1234"),
        ("http://hdl.handle.net/10900/70377", "handle:10900/70377"),
        ("hdl:20.500.12657/60744", "handle:20.500.12657/60744"),
        ("ISBN 3-16-148410-X", "isbn:9783161484100"),
        ("978-3-16-148410-0", "isbn:9783161484100"),
        ("urn:isbn:9783161484100", "isbn:9783161484100"),
        ("https://inspirehep.net/record/1404878", "inspire:1404878"),
        ("https://inspirehep.net/literature/1404878", "inspire:1404878"),
        ("https://inspirehep.net/api/literature/1404878", "inspire:1404878"),
        ("http://inspirehep.net/record/1404878?ln=en", "inspire:1404878"),
        ("https://www.hepdata.net/record/ins1404878", "hepdata:ins1404878"),
        ("https://hepdata.net/record/85705", "hepdata:85705"),
        ("https://doi.pangaea.de/10.1594/PANGAEA.904099", "doi:10.1594/pangaea.904099"),
        ("https://doi.pangaea.de/about", "url:https://doi.pangaea.de/about"),
        ("http://zenodo.org/record/10165", "oai:zenodo.org:10165"),
        ("https://zenodo.org/records/10165?preview=1", "oai:zenodo.org:10165"),
        ("https://zenodo.org/doi/10.5281/zenodo.7", "doi:10.5281/zenodo.7"),
        ("https://opendata.cern.ch/record/351", "oai:cernopendata.cern:351"),
        ("https://cds.cern.ch/record/2290000", "cds:2290000"),
        ("https://github.com/Owner/Name/tree/v1.0.0", "github:owner/name"),
        ("https://github.com/Owner/Name.git", "github:owner/name"),
        ("github.com/owner/name", "github:owner/name"),
        ("https://gitlab.com/Group/Sub/Name/-/tags/v1", "gitlab:group/sub/name"),
        ("https://orcid.org/https://orcid.org/0009-0009-0223-2917", "orcid:0009-0009-0223-2917"),
        ("0000-0002-1825-0097", "orcid:0000-0002-1825-0097"),
        ("https://ror.org/00k4n6c32", "ror:00k4n6c32"),
        ("issn:2583-1887", "issn:2583-1887"),
        (
            "swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2;origin=https://x.org",
            "swh:swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2",
        ),
        ("urn:nbn:de:101:1-201102033592", "urn:nbn:de:101:1-201102033592"),
        ("https://zenodo.org/communities/eol", "url:https://zenodo.org/communities/eol"),
        ("https://github.com/topics/physics", "url:https://github.com/topics/physics"),
        ("HTTP://Example.ORG:80/A b?q=\u00fc#Part", "url:http://example.org/A%20b?q=%C3%BC#Part"),
        ("http://example.org/100%", "url:http://example.org/100%25"),
    ],
)
def test_addresses_and_labels_name_the_thing(text, expected):
    identifier = recognise(text)
    assert identifier is not None
    assert str(identifier) == expected


@pytest.mark.parametrize(
    "text",
    [
        "https://www.hepdata.net/record/insNone",
        "https://www.hepdata.net/record/ins0",
        "https://inspirehep.net/literature/0",
        "ONIX_20230119_9783839465257_8",
        "634742",
        "9783161484101",
        "0000-0002-1825-0098",
        "ftp://example.org/x",
        "javascript:alert(1)",
        "http://",
        "http://[",
        "https://user:secret@example.org/",
        "see the appendix",
        "",
    ],
)
def test_fillers_and_nonsense_identify_nothing(text):
    assert recognise(text) is None


def test_a_file_of_a_record_is_not_the_record():
    text = "https://zenodo.org/record/10165/files/lisa.pdf"
    assert recognise(text) == Identifier("url", text)


def test_a_wrong_hint_does_not_hide_what_the_text_is():
    assert recognise("https://zenodo.org/record/7", "DOI") == Identifier("oai", "zenodo.org:7")
    assert recognise("10.5281/zenodo.7", "Handle") == Identifier("doi", "10.5281/zenodo.7")


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        (" 10.5072/X ", Identifier("doi", "10.5072/x")),
        ("10.48550/arXiv.2001.00001", Identifier("arxiv", "2001.00001")),
        ("doi:10.5072/x.", Identifier("doi", "10.5072/x")),
    ],
)
def test_a_doi_that_is_called_one_is_read_plain_or_not(text, identifier):
    assert recognise(text, "DOI") == identifier


def test_a_doi_that_is_called_an_address_is_none():
    assert recognise("10.5072/x", "URL") is None


def test_github_and_gitlab_repositories_of_one_name_stay_apart():
    assert recognise("https://github.com/o/n") != recognise("https://gitlab.com/o/n")


@pytest.mark.parametrize("text", ["05mmh0f86", "https://ror.org/05mmh0f86/", "01cwqze88"])
def test_a_ror_with_right_check_digits_is_read(text):
    identifier = normalise("ror", text)
    assert identifier is not None
    assert identifier.value in ("05mmh0f86", "01cwqze88")


@pytest.mark.parametrize("text", ["12abcde34", "05mmh0f87", "00k4n6c3"])
def test_a_ror_with_wrong_check_digits_is_none(text):
    assert normalise("ror", text) is None


@pytest.mark.parametrize("text", ["05mmh0f8\uff16", "05mmh0f8\u0666"])
def test_a_ror_has_no_digits_of_other_scripts(text):
    assert normalise("ror", text) is None


@pytest.mark.parametrize(
    "text",
    [
        "grid.9999.1f",
        "GRID.9999.1F",
        " grid.9999.1f\n",
        "https://www.grid.ac/institutes/grid.9999.1f",
        "http://grid.ac/institutes/grid.9999.1f/",
        "gri\u200bd.9999.1f",
    ],
)
def test_a_grid_in_every_spelling_is_one_grid(text):
    assert normalise("grid", text) == Identifier("grid", "grid.9999.1f")


@pytest.mark.parametrize(
    "text",
    [
        *("", "grid", "grid.", "grid.9999", "grid.9999.", "grid.9999.1g", "grid.x.1"),
        *("9999.1f", "grid 9999.1f", "see grid.9999.1f", "grid.\u0669\u0669.1", "agrid.9999.1f"),
        "grid.9999.1f.2",
    ],
)
def test_what_is_no_grid_is_none(text):
    assert normalise("grid", text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("LANTERN-PAPER-2023-004", "LANTERN-PAPER-2023-004"),
        ("Lantern-Note-2023-004", "LANTERN-NOTE-2023-004"),
        ("LAMP/HB 12-03", None),
        ("LAMP/HB/12-03", "LAMP/HB/12-03"),
        ("LAMP-TH.7777/23", "LAMP-TH.7777/23"),
        ("LANTERN\u2010PAPER\u20102023\u2010004", "LANTERN-PAPER-2023-004"),
        ("LANTERN - PAPER - 2023 - 004", "LANTERN-PAPER-2023-004"),
        ("\n  LANTERN-PAPER-2023-004 ", "LANTERN-PAPER-2023-004"),
        ("LANTERN-PAPER", None),
        ("LANTERN2023", None),
        ("lantern-paper-2023-004", None),
        ("2023-004", None),
        ("LANTERN-PAPER-2023-004, LANTERN-NOTE-7", None),
        ("LANTERN-PAPER-2023-004 (draft)", None),
        ("L\u00e1MP-2023-004", None),
        ("LAMP-\u0662\u0660", None),
        ("LANTERN-" + "2" * 53, None),
        ("LANTERN-" + "2" * 52, "LANTERN-" + "2" * 52),
        ("", None),
    ],
)
def test_a_report_number_has_parts_and_a_digit(text, value):
    expected = Identifier("report", value) if value else None
    assert normalise("report", text) == expected
    assert recognise(text, "report number") == expected
    assert recognise(text, "ReportNumber") == expected


@pytest.mark.parametrize("text", ["LANTERN-PAPER-2023-004", "LAMP-TH.7777/23", "grid.9999.1f"])
def test_neither_a_report_number_nor_a_grid_is_told_by_its_form_alone(text):
    assert recognise(text) is None
    assert recognise(text, "Other") is None


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        (Identifier("doi", "10.5281/zenodo.1"), "https://doi.org/10.5281/zenodo.1"),
        (Identifier("doi", "10.1002/a<1>#?"), "https://doi.org/10.1002/a%3C1%3E%23%3F"),
        (Identifier("arxiv", "hep-ph/9901001"), "https://arxiv.org/abs/hep-ph/9901001"),
        (Identifier("handle", "20.500.12657/1"), "https://hdl.handle.net/20.500.12657/1"),
        (Identifier("isbn", "9783161484100"), "urn:isbn:9783161484100"),
        (Identifier("inspire", "1"), "https://inspirehep.net/literature/1"),
        (Identifier("hepdata", "ins1"), "https://www.hepdata.net/record/ins1"),
        (Identifier("github", "o/n"), "https://github.com/o/n"),
        (Identifier("orcid", "0000-0002-1825-0097"), "https://orcid.org/0000-0002-1825-0097"),
        (
            Identifier("grid", "grid.9999.1f"),
            "https://www.grid.ac/institutes/grid.9999.1f",
        ),
        (Identifier("report", "LANTERN-PAPER-2023-004"), None),
        (Identifier("oai", "zenodo.org:1"), "https://zenodo.org/records/1"),
        (Identifier("oai", "cernopendata.cern:1"), "https://opendata.cern.ch/record/1"),
        (Identifier("oai", "library.oapen.org:20.500.12657/1"), None),
        (Identifier("url", "https://example.org/"), "https://example.org/"),
    ],
)
def test_an_identifier_has_its_resolver_iri(identifier, expected):
    assert iri(identifier) == expected


_LIKELY = st.sampled_from(
    [
        "10.",
        "10.5281/",
        "doi:",
        "https://",
        "doi.org/",
        "arxiv.org/abs/",
        "1207.7214",
        "hdl:",
        "oai:",
        "zenodo.org/record/",
        "hepdata.net/record/ins",
        "github.com/",
        "978",
        "swh:1:",
        "%2F",
        "%",
        "20.500.12657/",
        "library.oapen.org/handle/",
        "#",
        "?",
        "[",
        "\u2010",
        "\u200b",
        " ",
        "urn:",
    ]
)
_TEXTS = st.lists(_LIKELY | st.text(max_size=6), max_size=8).map("".join) | st.text()
_LEGAL_IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+"
)


@given(_TEXTS, st.sampled_from(["", "DOI", "URL", "arXiv", "Handle", "ISBN", "nonsense"]))
def test_recognise_never_raises_and_is_idempotent(text, hint):
    identifier = recognise(text, hint)
    if identifier is not None:
        assert recognise(str(identifier)) == identifier
        assert normalise(identifier.scheme, identifier.value) == identifier


@given(st.sampled_from(sorted(NORMALISERS)), _TEXTS)
def test_normalise_never_raises_and_is_idempotent(scheme, text):
    identifier = normalise(scheme, text)
    if identifier is not None:
        assert normalise(identifier.scheme, identifier.value) == identifier


@given(_TEXTS)
def test_every_iri_is_legal(text):
    identifier = recognise(text)
    address = iri(identifier) if identifier else None
    if address is not None:
        assert _LEGAL_IRI.fullmatch(address)


@given(_TEXTS)
def test_a_doi_is_made_of_the_characters_that_were_given(text):
    identifier = normalise("doi", text)
    if identifier is not None and identifier.scheme == "doi":
        decoded = text
        while unquote(decoded) != decoded:
            decoded = unquote(decoded)
        assert set(identifier.value) <= set((text + decoded).lower()) | {"-"}


_NUMBERS = st.lists(
    st.sampled_from(
        [
            *("grid.", "9999", ".1f", "https://", "www.grid.ac/institutes/", "LAMP", "Lamp", "-"),
            *("/", ":", ".", " ", "\u2010", "\u200b", "2023", "\u0661", "\u212a", "\u0131"),
        ]
    )
    | st.text(max_size=4),
    max_size=8,
).map("".join)


@given(st.sampled_from(["grid", "report", "ror", "isni"]), _NUMBERS | _TEXTS)
def test_a_number_of_a_register_is_idempotent_and_made_of_what_was_given(scheme, text):
    identifier = normalise(scheme, text)
    if identifier is not None:
        assert identifier.scheme == scheme
        assert normalise(scheme, identifier.value) == identifier
        assert recognise(str(identifier)) == identifier
        letters = re.sub(r"[^0-9a-z]", "", text.lower())
        assert re.sub(r"[^0-9a-z]", "", identifier.value.lower()) in letters
        assert identifier.value.isascii()
