"""From bytes to a parsed answer or an error: what is read, what is mended, what is refused."""

import inspect
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import sickle.oaiexceptions
from hypothesis import given
from hypothesis import strategies as st

from harvester.answers.answer import Answer, read_answer
from harvester.answers.mend import Mend
from harvester.answers.parse import Page, read_page
from harvester.errors import (
    OAI_ERRORS,
    CutAnswer,
    NotOaiPmh,
    OaiError,
    ProtocolError,
    UnknownOaiError,
)
from tests.harvester.fake_repository import error, listing, record_xml

ANSWERS = Path(__file__).parents[2] / "data" / "oai"
PAGE = listing(record_xml(1), record_xml(2), token="t", size=9).body  # noqa: S106  # no secret
NOTICE = (
    b"<br />\n<b>Notice</b>:  Undefined index: creator in <b>Dc.php</b> on line <b>68</b><br />\n"
)


def read(body: bytes, *, charset: str = "") -> Answer:
    return read_answer(body, url="http://r/oai", charset=charset)


def page_of(body: bytes) -> Page:
    return read_page(read(body))


def titles_of(answer: Answer) -> list[str]:
    return [str(title.text) for title in answer.xml.iter("{*}title")]


def inside(content: str, *, doctype="") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}'
        f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{content}</OAI-PMH>'
    ).encode()


def test_a_page_in_order_is_not_mended_and_not_kept():
    answer = read(PAGE)
    assert (answer.mends, answer.body) == ((), b"")


@pytest.mark.parametrize(
    ("body", "mends", "title"),
    [
        (PAGE.replace(b"Title 1", b"Tom & Jerry"), [Mend.AMPERSANDS], "Tom & Jerry"),
        (PAGE.replace(b"Title 1", b"a\x08b"), [Mend.CONTROL_CHARACTERS], "ab"),
        (PAGE.replace(b"Title 1", b"a&#8;b"), [Mend.CONTROL_CHARACTERS], "ab"),
        (PAGE.replace(b"Title 1", "\uffff".encode()), [Mend.CONTROL_CHARACTERS], "�"),
        (PAGE.replace(b"Title 1", b"&eacute;"), [Mend.ENTITIES], "é"),
        (PAGE.replace(b"Title 1", b"&what;"), [Mend.ENTITIES], "&what;"),
        (PAGE.replace(b"Title 1", b"\xe9"), [Mend.CHARSET], "é"),
        (PAGE.replace(b"Title 1", "é".encode() + b"\xe9"), [Mend.INVALID_BYTES], "é�"),
        (PAGE.replace(b"UTF-8", b"utf-16"), [Mend.CHARSET], "Title 1"),
        (PAGE + NOTICE, [Mend.TRAILING_JUNK], "Title 1"),
        (NOTICE + PAGE, [Mend.LEADING_JUNK], "Title 1"),
        (PAGE.replace(b"?>", b"?><!DOCTYPE OAI-PMH>", 1), [Mend.DOCTYPE], "Title 1"),
        (b'<?xml encoding="UTF-8"?>' + PAGE.split(b"?>")[1], [Mend.PROLOG], "Title 1"),
        (
            PAGE.replace(b"<metadata>", b'<metadata><?xml version="1.0"?>'),
            [Mend.INNER_DECLARATIONS],
            "Title 1",
        ),
        (PAGE.replace(b"<metadata>", b'<metadata xsi:a="b">'), [Mend.XSI_PREFIX], "Title 1"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, list) else "",
)
def test_a_damaged_page_arrives_mended_and_is_kept_as_it_came(body, mends, title):
    answer = read(body)
    assert titles_of(answer) == [title, "Title 2"]
    assert list(answer.mends) == mends
    assert answer.body == body


def test_the_http_charset_reads_what_the_page_does_not_declare():
    body = PAGE.replace(b"Title 1", "Вікно".encode("koi8-u")).replace(b' encoding="UTF-8"', b"")
    answer = read(body, charset="KOI8-U")
    assert (titles_of(answer)[0], answer.mends) == ("Вікно", (Mend.CHARSET,))


@pytest.mark.parametrize(
    "namespace",
    [
        b"",
        b' xmlns=""',
        b' xmlns="https://www.openarchives.org/OAI/2.0/"',
        b' xmlns="http://www.openarchives.org/OAI/2.0"',
    ],
)
def test_a_page_in_a_near_namespace_is_put_into_its_own(namespace):
    """A repository with https in it: DSpace/xoai#71; without any: the corpus has one of OAPEN."""
    records = record_xml(1).replace("<title>", '<metadata xmlns="urn:x"/><title>') + record_xml(2)
    body = inside(f"<ListRecords>{records}</ListRecords>").replace(
        b' xmlns="http://www.openarchives.org/OAI/2.0/"', namespace
    )
    answer = read(body)
    page = read_page(answer)
    assert [record.identifier for record in page.records] == ["oai:fake:1", "oai:fake:2"]
    assert answer.mends == (Mend.NAMESPACE,)
    assert b'<metadata xmlns="urn:x"' in page.records[0].xml


def test_records_without_namespace_in_a_right_root_are_put_into_it():
    body = inside(f'<ListRecords xmlns="">{record_xml(1)}</ListRecords>')
    assert len(page_of(body).records) == 1
    record = record_xml(1).replace("<record>", '<record xmlns="">')
    body = inside(f"<ListRecords>{record}</ListRecords>")
    assert len(page_of(body).records) == 1


@pytest.mark.parametrize(
    "body",
    [
        b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/1.1/OAI_ListRecords"/>',
        b'<OAI-PMH xmlns="http://www.example.org/OAI/2.0/"/>',
        b"<ListRecords xmlns='http://www.openarchives.org/OAI/2.0/'/>",
        b'<record xmlns="http://www.openarchives.org/OAI/2.0/"/>',
    ],
)
def test_another_namespace_or_root_is_not_guessed_at(body):
    with pytest.raises(NotOaiPmh):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        (ANSWERS / "not-xml.xml").read_bytes(),
        b"",
        b"<html><body>Please wait</body></html>",
        b"<!DOCTYPE html><html><body>a & b<br></body></html>",
        b"<!DOCTYPE html><html><pre>" + PAGE + b"</pre></html>",
        b"<Envelope>&" + PAGE.split(b"?>")[1] + b"</Envelope>",
        PAGE.replace(b"</title>", b"</titel>"),
        PAGE.replace(b"Title 1", b"1 < 2"),
        PAGE.replace(b"Title 1", b"<a:b/>"),
        PAGE.replace(b"Title 1", b'<a xsi:b=""/><c:d/>'),
        PAGE + PAGE,
        PAGE.replace(b"Title 1", b"&" * 1_000_001),
    ],
    ids=[
        "text",
        "empty",
        "wait",
        "html",
        "in-html",
        "envelope",
        "tags",
        "less-than",
        "prefix",
        "xsi-and-prefix",
        "twice",
        "ampersands",
    ],
)
def test_what_has_no_one_reading_is_refused(body):
    with pytest.raises(NotOaiPmh) as caught:
        read(body)
    assert caught.value.body == body


def test_a_refused_page_tells_what_was_mended_and_what_is_still_wrong():
    with pytest.raises(NotOaiPmh, match=r"mended \(ampersands\), .*titel"):
        read(PAGE.replace(b"Title 1", b"&").replace(b"</title>", b"</titel>"))


DAMAGED = (
    NOTICE
    + b"<!DOCTYPE OAI-PMH>"
    + listing(
        record_xml(1, title="a & b &nbsp; &#0;"),
        record_xml(2, title="<![CDATA[</OAI-PMH>]]><!-- </OAI-PMH> -->"),
    ).body.replace(b"a & b", b"a \xff & \x00")
)


@given(st.integers(min_value=DAMAGED.index(b"<OAI-PMH") + 9, max_value=len(DAMAGED) - 1))
def test_a_cut_page_is_called_cut_whatever_else_is_wrong_with_it(length):
    """Except right behind a quoted closing tag, where it is refused as a comment without end."""
    assert len(titles_of(read(DAMAGED))) == 2
    is_behind_quoted = DAMAGED[:length].rstrip().endswith(b"</OAI-PMH>")
    with pytest.raises(NotOaiPmh if is_behind_quoted else CutAnswer) as caught:
        read(DAMAGED[:length])
    assert caught.value.body == DAMAGED[:length]


LEGAL_TEXT = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    max_size=20,
)
CONTENT = st.one_of(
    LEGAL_TEXT.map(escape),
    LEGAL_TEXT.map(lambda text: f"<![CDATA[& {text.replace(']', '')}]]>"),
    LEGAL_TEXT.map(lambda text: f"<!-- & {text.replace('-', '')} -->"),
    st.sampled_from(["&#233;", "&#x10FFFF;", '<a b="&amp;"/>']),
)
FAULTS = [
    b"&",
    b"R&D",
    b"&nbsp;",
    b"&what;",
    b"&#0;",
    b"&#55357;",
    b"&#55357;&#56832;",
    b"\x00",
    b"\x0c",
    b"\xff",
    b"\xe9t\xe9",
    b"\xed\xa0\x80",
    "\ufffe".encode(),
    b'<?xml version="1.0" encoding="latin-1"?>',
    b"<![CDATA[\x01&]]>",
]


@given(
    st.lists(CONTENT, min_size=2, max_size=5),
    st.data(),
    st.lists(st.sampled_from(FAULTS), min_size=1, max_size=4),
)
def test_the_neighbours_of_a_damaged_record_arrive_byte_for_byte(contents, data, faults):
    damaged = data.draw(st.integers(min_value=0, max_value=len(contents) - 1))
    clean = listing(*(record_xml(n, title=f"[{n}]{text}") for n, text in enumerate(contents)))
    body = clean.body.replace(b"[%d]" % damaged, b"".join(faults))
    before, after = page_of(clean.body), read(body)
    records = read_page(after).records
    assert after.mends
    assert len(records) == len(contents)
    for number, (record, was) in enumerate(zip(records, before.records, strict=True)):
        if number == damaged:
            assert record.identifier == was.identifier
        else:
            assert record == was


@given(
    st.lists(CONTENT, max_size=5), st.sampled_from([b"", NOTICE]), st.sampled_from([b"", NOTICE])
)
def test_what_stands_around_the_root_changes_no_record(contents, before, behind):
    body = listing(*(record_xml(n, title=f".{text}") for n, text in enumerate(contents))).body
    page = page_of(body)
    doctype = b"<!DOCTYPE OAI-PMH [<!ENTITY a 'b'>]>"
    assert page_of(before + body.replace(b"?>", b"?>" + doctype, 1) + behind) == page


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n \n", b"\n\xef\xbb\xbf\r\n"])
def test_mark_and_white_space_before_the_declaration_are_tolerated(before):
    assert len(page_of(before + PAGE).records) == 2


def test_utf_16_is_read():
    text = PAGE.decode().replace("UTF-8", "UTF-16")
    assert len(page_of(text.encode("utf-16")).records) == 2


@given(st.integers(min_value=0, max_value=len(PAGE) - 1))
def test_no_cut_page_passes_for_a_page(length):
    with pytest.raises((CutAnswer, NotOaiPmh)):
        read(PAGE[:length])


def test_a_page_cut_inside_a_record_is_called_cut():
    with pytest.raises(CutAnswer) as caught:
        read(PAGE[:-40])
    assert caught.value.body == PAGE[:-40]


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_a_protocol_error(body):
    with pytest.raises(ProtocolError):
        read(body)


@given(
    st.lists(
        st.tuples(
            st.integers(min_value=0, max_value=len(PAGE)),
            st.sampled_from(
                [b"<", b">", b"&", b'"', b"<!--", b"]]>", b"<?", b"\x00", b"\xe9", b"</a>"]
            ),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_page_with_faults_anywhere_is_read_or_a_protocol_error(faults):
    body = PAGE
    for at, fault in faults:
        body = body[:at] + fault + body[at:]
    try:
        answer = read(body)
    except ProtocolError:
        return
    assert bool(answer.mends) is bool(answer.body)


def test_a_title_of_24_mb_is_read():
    title = "x" * 24_000_000
    assert len(page_of(listing(record_xml(1, title=title)).body).records[0].xml) > 24_000_000


@pytest.mark.parametrize("code", sorted(OAI_ERRORS))
def test_every_error_code_of_the_specification_has_its_class(code):
    with pytest.raises(OAI_ERRORS[code]) as caught:
        read(error(code).body)
    assert str(caught.value) == f"http://r/oai answers {code}: said so"


def test_our_error_classes_are_those_of_sickle():
    theirs = {name for name, _ in inspect.getmembers(sickle.oaiexceptions, inspect.isclass)}
    ours = {error_class.__name__ for error_class in OAI_ERRORS.values()}
    assert theirs - {"OAIError"} == ours


def test_an_unknown_error_code_is_kept_as_data():
    with pytest.raises(UnknownOaiError) as caught:
        read_answer(error("tooManyHats").body, url="http://r/oai")
    assert caught.value.code == "tooManyHats"


def test_error_bodies_without_declaration_are_read():
    for name, message in [
        (
            "bad-resumption-token.xml",
            "badResumptionToken: No list goes on from this token; please begin again.",
        ),
        ("no-records-match.xml", "noRecordsMatch"),
    ]:
        with pytest.raises(OaiError) as caught:
            read_answer((ANSWERS / name).read_bytes(), url="http://r/oai")
        assert str(caught.value) == f"http://r/oai answers {message}"
        assert type(caught.value) is OAI_ERRORS[caught.value.code]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("list_records/10-verb-ListRecords-resumptionToken-XXX.xml", "badResumptionToken"),
        (
            "list_records/06-verb-ListRecords-metadataPrefix-oai-dc-set-XXX.xml",
            "noRecordsMatch",
        ),
    ],
)
def test_real_error_bodies_are_read(corpus, name, code):
    body = (corpus / "zenodo" / "oai" / "scythe-cassettes" / name).read_bytes()
    with pytest.raises(OAI_ERRORS[code]):
        read(body)


def bomb() -> str:
    """Entities that would expand to a gigabyte."""
    entities = '<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 20}">'
        for before, name in zip("abcdefg", "bcdefgh", strict=True)
    )
    return f"<!DOCTYPE OAI-PMH [{entities}]>"


@pytest.mark.parametrize("padding", [0, 10_000_000], ids=["small", "above-the-text-limit"])
def test_an_entity_bomb_stays_text(padding):
    title = f'&h;<a b="&h;"/>{"x" * padding}'
    body = inside(f"<ListRecords>{record_xml(1, title=title)}</ListRecords>", doctype=bomb())
    answer = read(body)
    (record,) = read_page(answer).records
    assert b'<title>&amp;h;<a b="&amp;h;"/>' in record.xml
    assert len(record.xml) < padding + 400
    assert answer.mends == (Mend.DOCTYPE, Mend.ENTITIES)


def test_a_doctype_behind_a_comment_that_names_the_root_does_not_lift_the_limits():
    body = inside(f'<a b="&h;"/>{"x" * 10_000_000}', doctype=f"<!-- <OAI-PMH > -->{bomb()}")
    assert read(body).mends == (Mend.DOCTYPE, Mend.ENTITIES)


def test_elements_nested_a_hundred_thousand_deep_are_refused():
    with pytest.raises(NotOaiPmh, match="depth"):
        read(inside("<a>" * 100_000 + "</a>" * 100_000))
    with pytest.raises(NotOaiPmh, match="depth"):
        read(inside("<a>" * 4_000 + "x" * 10_000_000 + "</a>" * 4_000))


def test_a_file_that_an_entity_names_is_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    doctype = f'<!DOCTYPE OAI-PMH [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
    records = record_xml(1, title="&s;") + record_xml(2)
    answer = read(inside(f"<ListRecords>{records}</ListRecords>", doctype=doctype))
    assert titles_of(answer) == ["&s;", "Title 2"]
    assert answer.mends == (Mend.DOCTYPE, Mend.ENTITIES)


def test_a_doctype_without_entities_changes_nothing_but_is_told():
    records = f"<ListRecords>{record_xml(1)}</ListRecords>"
    doctype = '<!DOCTYPE OAI-PMH SYSTEM "http://nowhere.example/x.dtd">'
    answer = read(inside(records, doctype=doctype))
    assert read_page(answer) == page_of(inside(records))
    assert answer.mends == (Mend.DOCTYPE,)


def test_a_text_above_the_limit_may_speak_of_doctypes():
    title = f"<![CDATA[<!DOCTYPE html>{'x' * 10_000_000}]]>"
    assert read(listing(record_xml(1, title=title)).body).mends == ()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells a process's peak")
@pytest.mark.parametrize("fault", ["", " & \x00"], ids=["clean", "damaged"])
def test_a_record_of_24_mb_takes_less_than_six_times_its_size(tmp_path, fault):
    page = tmp_path / "page.xml"
    page.write_bytes(listing(record_xml(1, title="x" * 24_000_000 + fault)).body)
    script = f"""
import pathlib, re
from harvester.answers.parse import read_answer, read_page
def peak_bytes():
    return int(re.search("VmHWM:\\s+([0-9]+)", open("/proc/self/status").read())[1]) * 1024
before = peak_bytes()
body = pathlib.Path({str(page)!r}).read_bytes()
page = read_page(read_answer(body, url=""))
assert len(page.records[0].xml) > 24_000_000
print((peak_bytes() - before) / len(body))
"""
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert 1 < float(done.stdout) < 6


def test_real_pages_are_read_as_the_corpus_has_them(corpus):
    """OAPEN's answer lost its namespace; pyoai's has an entity that nobody declared."""
    for name, mends in [
        ("oapen/xoai/xoai-response-short.xml", (Mend.NAMESPACE,)),
        ("generic-oai/pyoai/fake4__00001.xml", (Mend.ENTITIES,)),
        ("oapen/xoai/list-records-2023-01.xml", ()),
    ]:
        assert read((corpus / name).read_bytes()).mends == mends
    for name in [
        "zenodo/oai/oai_datacite/preston-malformed.xml",
        "generic-oai/sickle/ListRecordsBroken.xml",
        "generic-oai/pyoai/fake3__00001.xml",
    ]:
        with pytest.raises(NotOaiPmh):
            read((corpus / name).read_bytes())
