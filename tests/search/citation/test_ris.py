"""RIS, read back by its library's parser."""

import rispy  # type: ignore[import-untyped]  # it has no types

from search.citation.ris import write
from tests.search.citation.described import EMPTY, HOSTILE, PAPER


def references(*described):
    return rispy.loads("".join(write(described)).replace("\r\n", "\n"))


def test_a_paper_keeps_its_fields():
    (found,) = references(PAPER)
    assert found == {
        "type_of_reference": "JOUR",
        "id": "paperpaperpap",
        "title": "Observation of a new boson at $m_H = 125$ GeV & more",
        "authors": ["Carberry, Josiah", "CMS Collaboration"],
        "year": "2012",
        "date": "2012/08/21/",
        "secondary_title": "Physics Letters B",
        "publisher": "Elsevier",
        "volume": "716",
        "doi": "10.1016/j.physletb.2012.08.021",
        "urls": ["https://doi.org/10.1016/j.physletb.2012.08.021"],
        "language": "en",
        "keywords": ["Higgs boson", "CMS"],
        "abstract": "The search for the Higgs boson.",
    }


def test_a_title_cannot_end_its_reference_and_begin_another():
    found = references(HOSTILE, EMPTY)
    assert [each["id"] for each in found] == ["hostilehostil", "emptyemptyemp"]
    assert found[0]["type_of_reference"] == "DATA"


def test_lines_end_as_the_specification_has_it():
    text = "".join(write([PAPER]))
    assert text.startswith("TY  - JOUR\r\n")
    assert text.endswith("ER  -\r\n\r\n")
    assert "\n" not in text.replace("\r\n", "")
