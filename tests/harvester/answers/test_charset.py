"""Which encoding a page is read in, and what becomes of bytes that mean nothing in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.answers.charset import Recoded, to_utf8


def page(text: str, encoding: str = "") -> str:
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding else ""
    return f"{declaration}<OAI-PMH>{text}</OAI-PMH>"


def read(body: bytes, *, charset: str = "") -> tuple[str, bool, bool]:
    """The text, whether another charset was taken, whether bytes were replaced."""
    recoded = to_utf8(body, charset=charset)
    text = recoded.body.decode().split("<OAI-PMH>")[1].removesuffix("</OAI-PMH>")
    return text, recoded.is_other_charset, recoded.is_replaced


@pytest.mark.parametrize(
    ("declared", "encoding", "text"),
    [
        ("", "utf-8", "é€😀"),
        ("utf8", "utf-8", "é€😀"),
        ("UTF-8", "utf-8-sig", "é€😀"),
        ("ISO-8859-1", "latin-1", "é"),
        ("windows-1251", "cp1251", "Вікно"),
        ("Shift_JIS", "shift_jis", "データ"),
        ("UTF-16", "utf-16", "é€😀"),
        ("UTF-8", "utf-16", "é€😀"),
        ("UTF-16", "utf-16-le", "é€😀"),
        ("", "utf-16-be", "é€😀"),
    ],
)
def test_a_page_that_decodes_as_it_says_keeps_its_text(declared, encoding, text):
    assert read(page(text, declared).encode(encoding)) == (text, False, False)


@pytest.mark.parametrize(
    "declared", ["us-ascii", "UTF-16", "no-such-charset", "unicode_escape", "zlib", "utf-7"]
)
def test_a_wrong_or_unusable_declaration_gives_way_to_utf_8(declared):
    assert read(page("é €", declared).encode()) == ("é €", True, False)


@pytest.mark.parametrize("declared", ["", "UTF-8", "us-ascii"])
def test_without_one_right_sequence_a_page_is_windows_1252(declared):
    assert read(page("déjà œuvre", declared).encode("cp1252")) == ("déjà œuvre", True, False)


def test_one_right_sequence_makes_a_damaged_page_utf_8():
    body = page("right é, wrong X", "UTF-8").encode().replace(b"X", b"\xe9\xe8")
    assert read(body) == ("right é, wrong ��", False, True)


def test_the_http_charset_is_read_where_the_page_is_not_utf_8():
    assert read(page("Вікно", "UTF-8").encode("cp1251"), charset="windows-1251") == (
        "Вікно",
        True,
        False,
    )


@pytest.mark.parametrize("charset", ["windows-1251", "iso-8859-1", "x" * 99, "", "nonsense", "\0"])
def test_an_http_charset_does_not_spoil_a_page_that_is_mostly_utf_8(charset):
    body = page("Привет X", "UTF-8").encode().replace(b"X", b"\xff")
    assert read(body, charset=charset) == ("Привет �", False, True)


def test_a_declared_encoding_is_kept_where_a_byte_means_nothing_in_it():
    body = page("Ελληνικά X", "windows-1253").encode("cp1253").replace(b"X", b"\xd2")
    assert read(body) == ("Ελληνικά �", False, True)


def test_a_lone_surrogate_in_utf_16_is_replaced():
    body = page("aXb", "UTF-16").encode("utf-16-le").replace(b"X\0", b"\x00\xd8")
    assert read(body) == ("a�b", False, True)


def test_a_declaration_behind_junk_is_read():
    body = b"<br />Notice\n" + page("é", "ISO-8859-1").encode("latin-1")
    assert read(body)[0] == "é"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_is_utf_8_keeps_its_bytes(text):
    body = page(text).encode()
    assert to_utf8(body) == Recoded(body=body)


@given(st.binary(), st.sampled_from(["", "utf-8", "koi8-r", "gbk"]))
def test_the_outcome_is_utf_8_whatever_came(body, charset):
    for given_bytes in (b"<OAI-PMH>" + body, body):
        recoded = to_utf8(given_bytes, charset=charset).body
        assert recoded.decode("utf-8").encode("utf-8") == recoded
