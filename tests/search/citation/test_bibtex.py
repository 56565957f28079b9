"""BibTeX, read back by its library's parser."""

import bibtexparser  # type: ignore[import-untyped]  # it has no types
import msgspec

from search.citation.bibtex import write
from search.metadata.described import Agent
from tests.search.citation.described import EMPTY, HOSTILE, PAPER


def entries(*described):
    parser = bibtexparser.bparser.BibTexParser(ignore_nonstandard_types=False)
    return bibtexparser.loads("".join(write(described)), parser=parser).entries


def test_a_paper_of_a_journal_is_an_article_with_its_identifiers():
    (entry,) = entries(PAPER)
    assert entry == {
        "ENTRYTYPE": "article",
        "ID": "carberry2012-paperpaperpap",
        "title": r"{Observation of a new boson at $m_H = 125$ GeV \& more}",
        "author": "Carberry, Josiah and {CMS Collaboration}",
        "journal": "Physics Letters B",
        "year": "2012",
        "month": "8",
        "publisher": "Elsevier",
        "volume": "716",
        "doi": "10.1016/j.physletb.2012.08.021",
        "eprint": "1207.7235",
        "archiveprefix": "arXiv",
        "url": "https://doi.org/10.1016/j.physletb.2012.08.021",
    }


def test_a_paper_without_a_journal_claims_none():
    (entry,) = entries(msgspec.structs.replace(PAPER, related=()))
    assert entry["ENTRYTYPE"] == "misc"
    assert "journal" not in entry


def test_text_of_a_record_cannot_leave_its_field():
    text = "".join(write([HOSTILE]))
    (entry,) = entries(HOSTILE)
    assert entry["ENTRYTYPE"] == "dataset"
    assert "forged" in entry["author"]
    assert text.count("{") == text.count("}")
    assert r"\input" not in text
    assert r"{\textbackslash}input{\textbraceleft}/etc/passwd{\textbraceright} 100\%" in text


def test_a_name_that_holds_the_word_and_stays_one_name():
    (entry,) = entries(msgspec.structs.replace(PAPER, creators=(Agent(name="Rock and Roll, Inc"),)))
    assert entry["author"] == "{Rock and Roll, Inc}"


def test_keys_are_in_ascii_and_differ_where_all_else_is_the_same():
    twins = [
        msgspec.structs.replace(PAPER, key=key, creators=(Agent(name="Čerenkov, Pavel"),))
        for key in ("a", "b")
    ]
    assert [entry["ID"] for entry in entries(*twins)] == ["cerenkov2012-a", "cerenkov2012-b"]


def test_entries_are_written_one_at_a_time():
    taken = []

    def source():
        for each in (EMPTY, PAPER):
            taken.append(each.key)
            yield each

    next(write(source()))
    assert taken == ["emptyemptyemp"]
