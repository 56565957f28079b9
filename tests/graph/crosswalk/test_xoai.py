"""OAPEN's XOAI: books and chapters."""

from graph.work import Agent, Identifier, Kind, Problem, Subject, Text


def test_a_book_has_handle_doi_and_isbns(map_file):
    work = map_file("xoai-book", "oai:library.example.org:20.500.99999/744")
    assert work.kind is Kind.BOOK
    assert work.identifiers == (
        Identifier("oai", "library.example.org:20.500.99999/744"),
        Identifier("handle", "20.500.99999/744"),
        Identifier("doi", "10.5072/9789999908016"),
        Identifier("isbn", "9789999908016"),
        Identifier("isbn", "9789999908023"),
    )
    assert work.titles[0] == Text("Das Licht am Kap")
    assert work.creators == (Agent(name="Lindqvist, Tove"),)
    assert work.publisher == "Kap Verlag"
    assert work.languages == ("de",)
    assert work.year == 2021
    assert Subject("TTX Lamps & signals", "bic Book Industry Communication") in work.subjects


def test_the_licence_is_the_publications_not_the_covers(map_file):
    work = map_file("xoai-book", "oai:library.example.org:20.500.99999/744")
    assert work.licence == "CC-BY-SA-4.0"
    assert "unknown-licence" not in {problem.reason for problem in work.problems}


def test_a_funder_without_name_and_a_local_number_are_listed(map_file):
    work = map_file("xoai-book", "oai:library.example.org:20.500.99999/744")
    assert work.funding == ()
    assert work.problems == (
        Problem("local-identifier", "ONIX_20240601_9789999908016_3"),
        Problem("unnamed-funder", "20.500.99999/743"),
    )


def test_a_chapter_is_part_of_its_book_and_has_no_isbn_of_its_own(map_file):
    work = map_file("xoai-chapter", "oai:library.example.org:20.500.99999/772")
    assert work.kind is Kind.CHAPTER
    assert "isbn" not in {identifier.scheme for identifier in work.identifiers}
    assert [(link.relation, str(link.target), link.rule) for link in work.links] == [
        ("IsPartOf", "handle:20.500.99999/704", "stated"),
        ("IsPartOf", "isbn:9789999908115", "chapter-isbn"),
        ("IsPartOf", "isbn:9789999908122", "chapter-isbn"),
        ("IsPartOf", "isbn:9789999908139", "chapter-isbn"),
    ]
    assert {link.target_kind for link in work.links} == {"book"}
    assert work.titles[0] == Text("Chapter 2 Oil and tolls in three harbours", "en-US")
    assert work.funding == ("Lamp Oil Fund",)
