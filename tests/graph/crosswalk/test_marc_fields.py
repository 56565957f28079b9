"""Reading MARC without interpreting it."""

import pytest
from lxml.etree import fromstring

from graph.crosswalk.marc_dates import read_mark
from graph.crosswalk.marc_fields import Field, read_marc, without_punctuation


def test_fields_are_kept_by_tag_in_order_with_inspires_indicators_in_the_tag():
    record = read_marc(
        fromstring(
            "<record><leader>00888nam a2200229 a 4500</leader>"
            "<controlfield tag='001'> 7 </controlfield><controlfield tag='001'>8</controlfield>"
            "<datafield tag='999' ind1='C' ind2='5'><subfield code='a'>x</subfield></datafield>"
            "<datafield tag='020'><subfield code='a'>1</subfield><subfield code='a'/></datafield>"
            "<datafield tag='020'><subfield code='a'> 2\n</subfield></datafield>"
            "<datafield tag='022'><subfield code='a'/></datafield></record>"
        )
    )
    assert record.leader == "00888nam a2200229 a 4500"
    assert record.control == {"001": "7"}
    assert record.fields == {
        "999C5": [Field("999C5", "C5", (("a", "x"),))],
        "020": [Field("020", "  ", (("a", "1"),)), Field("020", "  ", (("a", "2"),))],
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Harbours and lamps /", "Harbours and lamps"),
        ("[Bern] :", "[Bern]"),
        ("Fillenbaum, Anton. -", "Fillenbaum, Anton"),
        ("Stewechius, Godescalcus.", "Stewechius, Godescalcus"),
        ("Fecko, M.", "Fecko, M."),
        ("Plain", "Plain"),
        ("", ""),
    ],
)
def test_punctuation_between_subfields_goes_and_initials_keep_theirs(text, expected):
    assert without_punctuation(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c2015.", "2015"),
        ("©2015", "2015"),
        ("[2015?]", "2015"),
        ("cop. 1998", "1998"),
        ("2011-03-03", "2011-03-03"),
        ("November 04, 2015", "2015"),
        ("1839-[1847]", "1839-1847"),
        ("vol. 3 of 1804, again 1807", "vol. 3 of 1804, again 1807"),
        ("n.d.", "n.d"),
        ("19??", "19"),
    ],
)
def test_a_date_loses_the_marks_of_catalogues_and_is_not_guessed(text, expected):
    assert read_mark(text) == expected
