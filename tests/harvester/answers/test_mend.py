"""Each mend, and what no mend touches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.answers.frame import Beyond
from harvester.answers.mend import (
    MAX_REPAIRS,
    Mend,
    Mended,
    mend,
    with_escaped_ampersands,
    with_known_entities,
    with_legal_numbers,
    with_xsi,
    without_controls,
)

REPLACED = "�".encode()


def mended(inside: bytes) -> tuple[bytes, tuple[Mend, ...]]:
    outcome = mend(b"<OAI-PMH>" + inside + b"</OAI-PMH>")
    assert isinstance(outcome, Mended)
    return outcome.body.removeprefix(b"<OAI-PMH>").removesuffix(b"</OAI-PMH>"), outcome.mends


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a\x00b\x01c\x1fd", b"abcd"),
        (b"a\x0bb\x0cc", b"a b c"),
        (b"\t\n\r\x7f", b"\t\n\r\x7f"),
        ("\x85\x9f".encode(), "\x85\x9f".encode()),
        ("a\ufffeb\uffffc".encode(), b"a" + REPLACED + b"b" + REPLACED + b"c"),
    ],
)
def test_characters_that_xml_forbids_are_left_out_or_replaced(text, expected):
    assert without_controls(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a&#0;b&#x1F;c&#X1f;d&#00031;e", b"abcde"),
        (b"a&#11;b&#xC;c", b"a b c"),
        (b"&#9;&#xA;&#xd;&#32;&#x20;", b"&#9;&#xA;&#xd;&#32;&#x20;"),
        (b"&#60;&#38;&#x3c;&#128;&#x10FFFF;", b"&#60;&#38;&#x3c;&#128;&#x10FFFF;"),
        (b"&#xD800;|&#57343;|&#xFFFE;|&#65535;", b"|".join([REPLACED] * 4)),
        (b"&#x110000;|&#9999999;", b"|".join([REPLACED] * 2)),
        (b"&#55357;&#56832;", "😀".encode()),
        (b"&#xD83D;&#xde00;", "😀".encode()),
        (b"&#xD83D;&#56832;&#xD83D;&#56833;", "😀😁".encode()),
        (b"&#55357;&#55357;&#56832;", REPLACED + "😀".encode()),
        (b"&#56832;&#55357;", REPLACED * 2),
        (b"&#7;&#56832;", REPLACED),
        (b"&#5;&#65;&#x5a;", b"&#65;&#x5a;"),
    ],
)
def test_references_to_forbidden_characters_are_replaced_and_pairs_joined(text, expected):
    assert with_legal_numbers(text) == expected


@given(st.integers(min_value=0, max_value=0x120000))
def test_a_reference_is_changed_exactly_when_xml_forbids_its_character(code):
    """The list of legal characters is that of XML 1.0, section 2.2."""
    is_legal = (
        code in (0x9, 0xA, 0xD)
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or 0x10000 <= code <= 0x10FFFF
    )
    for reference in (b"&#%d;" % code, b"&#x%x;" % code, b"&#x%X;" % code, b"&#x00%x;" % code):
        assert (with_legal_numbers(reference) == reference) is is_legal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"&nbsp;&eacute;&Omega;", "\xa0éΩ".encode()),
        (b"&lt;&gt;&amp;&quot;&apos;", b"&lt;&gt;&amp;&quot;&apos;"),
        (b"&LT;&AMP;&QUOT;", b"&lt;&amp;&quot;"),
        (b"&bogus;", b"&amp;bogus;"),
        (b"&eacute &;", b"&eacute &;"),
    ],
)
def test_names_of_html_become_characters_and_others_text(text, expected):
    assert with_known_entities(text) == expected


def test_an_entity_that_the_page_declared_stays_text_even_if_html_has_it():
    assert with_known_entities(b"&eacute;&own;", frozenset([b"eacute", b"own"])) == (
        b"&amp;eacute;&amp;own;"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"R&D & <a b='?x=1&y=2'/>", b"R&amp;D &amp; <a b='?x=1&amp;y=2'/>"),
        (b"&amp;&#38;&#x26;&lt;", b"&amp;&#38;&#x26;&lt;"),
        (b"&#;&#x;&#xg;&#12345678;&#X41;", b"&amp;#;&amp;#x;&amp;#xg;&amp;#12345678;&amp;#X41;"),
        (b"&a-b;&lt", b"&amp;a-b;&amp;lt"),
    ],
)
def test_an_ampersand_without_a_reference_is_escaped(text, expected):
    assert with_escaped_ampersands(text) == expected


def test_xsi_is_declared_on_the_root_alone():
    declared = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    assert with_xsi(b'<o:OAI-PMH a="1"><b/></o:OAI-PMH>') == (
        b"<o:OAI-PMH" + declared + b' a="1"><b/></o:OAI-PMH>'
    )


@pytest.mark.parametrize(
    "section", [b"<![CDATA[a & b &nbsp; &#0;]]>", b"<!-- a & b &x; -->", b"<?p a & b ?>"]
)
def test_sections_keep_their_ampersands(section):
    assert mended(section) == (section, ())
    assert mended(b"&" + section + b"&#0;") == (
        b"&amp;" + section,
        (Mend.CONTROL_CHARACTERS, Mend.AMPERSANDS),
    )


def test_what_is_illegal_everywhere_is_mended_in_sections_too():
    assert mended(b"<![CDATA[a\x00&b]]>") == (b"<![CDATA[a&b]]>", (Mend.CONTROL_CHARACTERS,))
    assert mended("<!-- é ".encode() + b"\xff -->") == (
        "<!-- é � -->".encode(),
        (Mend.INVALID_BYTES,),
    )


def test_xml_declarations_before_the_metadata_are_removed():
    """As Dataverse wrote them: IQSS/dataverse#7431."""
    inside = (
        b'<metadata><?xml version="1.0" encoding="UTF-8"?><a><?xml-stylesheet b?></a></metadata>'
    )
    assert mended(inside) == (
        b"<metadata><a><?xml-stylesheet b?></a></metadata>",
        (Mend.INNER_DECLARATIONS,),
    )


def test_a_doctype_is_removed_and_its_entities_stay_visible():
    body = b'<!DOCTYPE x [<!ENTITY me "x"><!ENTITY e SYSTEM "file:///e">]><OAI-PMH>&me;&e;&eacute;</OAI-PMH>'
    assert mend(body) == Mended(
        body="<OAI-PMH>&amp;me;&amp;e;é</OAI-PMH>".encode(), mends=(Mend.DOCTYPE, Mend.ENTITIES)
    )


def test_all_mends_of_a_page_are_named_in_order():
    body = (
        b'<br />Notice\n<?xml version="1.0" encoding="us-ascii"?><!DOCTYPE a><OAI-PMH>\xc3\xa9\xff'
        b"\x00&nbsp;&</OAI-PMH>junk"
    )
    assert mend(body) == Mended(
        body="<OAI-PMH>é�\xa0&amp;</OAI-PMH>".encode(),
        mends=(
            Mend.CHARSET,
            Mend.INVALID_BYTES,
            Mend.CONTROL_CHARACTERS,
            Mend.LEADING_JUNK,
            Mend.TRAILING_JUNK,
            Mend.DOCTYPE,
            Mend.ENTITIES,
            Mend.AMPERSANDS,
        ),
    )


@given(
    st.lists(
        st.one_of(
            st.sampled_from([b"&amp;", b"&#65;", b"<a b='&lt;'/>", b"<![CDATA[&]]>", b"<!--&-->"]),
            st.text(
                alphabet=st.characters(
                    exclude_categories=["Cs", "Cc"], exclude_characters="&<\ufffe\uffff"
                )
            ).map(str.encode),
        )
    ).map(b"".join)
)
def test_mending_what_is_not_damaged_changes_nothing(inside):
    assert mended(inside) == (inside, ())


@given(st.binary())
def test_mending_twice_is_mending_once(inside):
    once = mend(b"<OAI-PMH>" + inside + b"</OAI-PMH>")
    if isinstance(once, Mended):
        again = mend(once.body)
        assert isinstance(again, Mended)
        assert again.body == once.body


N_BYTES = 5_000_000


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (b"&", Beyond.FAULTS),
        (b"<!DOCTYPE", Mended),
        (b"<!DOCTYPE '", Mended),
        (b"<!--", Beyond.UNENDED),
        (b"<![CDATA[", Beyond.UNENDED),
        (b"<?", Beyond.UNENDED),
        (b"</OAI-PMH ", Beyond.UNENDED),
        (b"a", Mended),
        (b"<a:", Mended),
        (b"&#0", Beyond.FAULTS),
        (b"\xff", Mended),
        (b"\xc3\xa9\xff", Mended),
        (b"\x00", Mended),
    ],
)
def test_five_megabytes_of_the_same_within_the_root_come_to_an_end(unit, expected):
    outcome = mend(b"<OAI-PMH>" + unit * (N_BYTES // len(unit)) + b"</OAI-PMH>")
    assert (Mended if isinstance(outcome, Mended) else outcome) is expected


@pytest.mark.parametrize(
    "unit",
    [b"<!DOCTYPE ", b'<!DOCTYPE a"', b"<!--", b"<?xml ", b"<br ", b"<!ENTITY ", b"&", b"<a", b" <"],
)
def test_five_megabytes_of_the_same_before_no_root_are_foreign(unit):
    assert mend(unit * (N_BYTES // len(unit))) is Beyond.FOREIGN


def test_the_limit_counts_only_wrong_ampersands():
    right = b"&amp;" * (MAX_REPAIRS + 1)
    assert mended(right + b"&") == (right + b"&amp;", (Mend.AMPERSANDS,))


def test_a_pair_of_references_is_never_parted():
    """The text is mended in pieces; none begins with the second half of a pair."""
    n_pairs = 20_000
    text, mends = mended(b"x" + b"&#55357;&#56832;" * n_pairs)
    assert text == b"x" + "😀".encode() * n_pairs
    assert mends == (Mend.CONTROL_CHARACTERS,)
