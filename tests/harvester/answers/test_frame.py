"""Where the OAI-PMH element of a page begins and ends."""

import pytest

from harvester.answers.frame import Beyond, Frame, find_frame, is_free_of_doctype

ROOT = b'<OAI-PMH xmlns="x"><a/></OAI-PMH>'
NOTICE = (
    b"<br />\n<b>Notice</b>:  Undefined index: creator in <b>/var/www/Dc.php</b> on line <b>68</b>"
)


def framed(body: bytes) -> tuple[bytes, Frame]:
    frame = find_frame(body)
    assert isinstance(frame, Frame)
    return body[frame.start : frame.end], frame


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b" \n",
        b'<?xml version="1.0"?>',
        b'<?xml version="1.0"?>\n<?xml-stylesheet href="a>b"?><!-- <OAI-PMH > -->\n',
    ],
)
@pytest.mark.parametrize("behind", [b"", b"\n", b"<!-- 0.1 s --><?done?>\n"])
def test_what_xml_allows_around_the_root_is_no_junk(before, behind):
    element, frame = framed(before + ROOT + behind)
    assert element == ROOT
    assert (frame.is_junk_before, frame.is_junk_behind, frame.is_declared) == (False, False, False)


@pytest.mark.parametrize(
    "before",
    [
        NOTICE,
        b"Warning: 3 <= 4\n",
        b"\xef\xbb\xbf",
        NOTICE + b'<?xml version="1.0"?>',
        b"<?php ?>" + b'<?xml version="1.0"?>',
    ],
)
def test_notices_text_and_marks_before_the_root_are_junk(before):
    element, frame = framed(before + ROOT)
    assert (element, frame.is_junk_before) == (ROOT, True)


@pytest.mark.parametrize(
    "behind", [NOTICE, b"</body></html>", b"text", b"text <b>", b"<!-- no end", b"&"]
)
def test_anything_but_records_behind_the_root_is_junk(behind):
    element, frame = framed(ROOT + b"\n" + behind)
    assert (element, frame.is_junk_behind) == (ROOT, True)


@pytest.mark.parametrize(
    "behind", [ROOT, b"<record><header/></record>", b"<oai:record>", b"<resumptionToken>t"]
)
def test_records_behind_the_root_are_not_cut_off(behind):
    assert find_frame(ROOT + behind) is Beyond.MORE


@pytest.mark.parametrize(
    "doctype",
    [
        b"<!DOCTYPE OAI-PMH>",
        b'<!DOCTYPE OAI-PMH SYSTEM "a>b.dtd">',
        b"<!DOCTYPE OAI-PMH [<!ENTITY a '>]'> <!-- ' ]> --> <?p \"]>?> ]>",
        b'<!DOCTYPE OAI-PMH [<!ENTITY a "<OAI-PMH >">]>',
    ],
)
def test_a_doctype_is_skipped_with_its_subset(doctype):
    element, frame = framed(doctype + ROOT)
    assert (element, frame.is_declared, frame.is_junk_before) == (ROOT, True, False)
    assert not is_free_of_doctype(b"<!-- <OAI-PMH > -->" + doctype + ROOT)


def test_the_entities_of_a_doctype_are_named():
    doctype = b"<!DOCTYPE x [<!ENTITY a 'b'><!ENTITY\n% c-d SYSTEM 'e'>]>"
    assert framed(doctype + ROOT)[1].entities == {b"a", b"c-d"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"text",
        b"<html><body>" + ROOT,
        b"<!DOCTYPE html><html><pre>" + ROOT,
        b"<Envelope>" + ROOT + b"</Envelope>",
        b"<!DOCTYPE OAI-PMH [" + ROOT,
        b"<!DOCTYPE OAI-PMH 'a" + ROOT,
        b"<!DOCTYPE OAI-PMH [<!-- " + ROOT,
        b"junk " * 20_000 + ROOT,
        b"<!-- " + ROOT,
        b"<OAI-PMHX/>",
    ],
)
def test_what_does_not_begin_as_oai_pmh_is_foreign(body):
    assert find_frame(body) is Beyond.FOREIGN


@pytest.mark.parametrize(
    "inside", [b"<!-- </OAI-PMH> -->", b"<![CDATA[</OAI-PMH>]]>", b"<?</OAI-PMH>?>"]
)
def test_a_closing_tag_counts_only_as_markup(inside):
    assert find_frame(b"<OAI-PMH>" + inside) is Beyond.CUT
    assert framed(b"<OAI-PMH>" + inside + b"</OAI-PMH >")[0].endswith(b"</OAI-PMH >")


def test_an_element_within_of_the_same_name_does_not_end_the_page():
    inside = b"<metadata>" + ROOT + b"</metadata>"
    assert find_frame(b"<OAI-PMH >" + inside) is Beyond.CUT
    whole = b"<oai:OAI-PMH>" + inside + b"</oai:OAI-PMH>"
    assert framed(whole)[0] == whole


@pytest.mark.parametrize("inside", [b"<!--", b"<![CDATA[ ", b"<? "])
def test_a_section_without_end_in_a_whole_page_is_told(inside):
    assert find_frame(b"<OAI-PMH>" + inside + ROOT[9:]) is Beyond.UNENDED
