"""Whatever bytes are given: rows that count up, or a refusal that says what is wrong."""

import io

import pymarc
from hypothesis import given, settings
from hypothesis import strategies as st

from search.holdings.errors import UnreadableList
from search.holdings.reading import read_rows

_RECORD = pymarc.Record(leader="00000nam a2200000 a 4500", force_utf8=True)
_RECORD.add_field(
    pymarc.Field(
        tag="020",
        indicators=pymarc.Indicators(" ", " "),
        subfields=[pymarc.Subfield("a", "9783653064650"), pymarc.Subfield("z", "0306406152")],
    )
)
MARC = _RECORD.as_marc()
BEGINNINGS = (
    b"",
    b"title,isbn\n",
    b"publication_title\tprint_identifier\ttitle_url\n",
    b"10.1234/a\n",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\x1f\x8b\x08",
    MARC,
    b'<collection xmlns="http://www.loc.gov/MARC21/slim"><record><leader>x</leader>',
    b"<ONIXMessage><Product>",
)


def check(data: bytes) -> None:
    told = ""
    numbers: list[int] = []
    try:
        reading = read_rows(io.BytesIO(data), limit_bytes=10_000_000)
        numbers = [row.number for row in reading.rows]
        told = reading.file.kind
    except UnreadableList as error:
        told = str(error)
    assert told
    assert numbers == list(range(1, len(numbers) + 1))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(BEGINNINGS), st.binary(max_size=400))
def test_rows_or_a_refusal(beginning, rest):
    check(beginning + rest)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(BEGINNINGS), st.text(alphabet='",;\t\n\r|<>/&=\0 a1é', max_size=300))
def test_rows_or_a_refusal_whatever_the_signs(beginning, rest):
    check(beginning + rest.encode())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(MARC) - 1), st.integers(0, 255))
def test_a_marc_record_with_one_byte_changed(place, byte):
    broken = MARC[:place] + bytes([byte]) + MARC[place + 1 :]
    check(MARC + broken + MARC)
