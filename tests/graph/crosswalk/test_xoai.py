"""OAPEN's XOAI: books and chapters."""

from graph.work import Agent, Identifier, Kind, Problem, Subject, Text


def test_a_book_has_handle_doi_and_isbns(map_file):
    work = map_file("oapen-xoai-book", "oai:library.oapen.org:20.500.12657/60744")
    assert work.kind is Kind.BOOK
    assert work.identifiers == (
        Identifier("oai", "library.oapen.org:20.500.12657/60744"),
        Identifier("handle", "20.500.12657/60744"),
        Identifier("doi", "10.1515/9783839465257"),
        Identifier("isbn", "9783839465257"),
        Identifier("isbn", "9783837665253"),
    )
    assert work.titles[0] == Text("Das kolonisierte Heiligtum")
    assert work.creators == (Agent(name="Balzar, Christoph"),)
    assert work.publisher == "transcript Verlag"
    assert work.languages == ("de",)
    assert work.year == 2022
    assert Subject("KJM Management & management techniques", "bic Book Industry Communication") in (
        work.subjects
    )


def test_the_licence_is_the_publications_not_the_covers(map_file):
    work = map_file("oapen-xoai-book", "oai:library.oapen.org:20.500.12657/60744")
    assert work.licence == "CC-BY-SA-4.0"
    assert "unknown-licence" not in {problem.reason for problem in work.problems}


def test_a_funder_without_name_and_a_local_number_are_listed(map_file):
    work = map_file("oapen-xoai-book", "oai:library.oapen.org:20.500.12657/60744")
    assert work.funding == ()
    assert work.problems == (
        Problem("local-identifier", "ONIX_20230119_9783839465257_8"),
        Problem("unnamed-funder", "20.500.12657/60743"),
    )


def test_a_chapter_is_part_of_its_book_and_has_no_isbn_of_its_own(map_file):
    work = map_file("oapen-xoai-chapter", "oai:library.oapen.org:20.500.12657/60772")
    assert work.kind is Kind.CHAPTER
    assert "isbn" not in {identifier.scheme for identifier in work.identifiers}
    assert [(link.relation, str(link.target), link.rule) for link in work.links] == [
        ("IsPartOf", "handle:20.500.12657/55804", "stated"),
        ("IsPartOf", "isbn:9780367632489", "chapter-isbn"),
        ("IsPartOf", "isbn:9780367632496", "chapter-isbn"),
        ("IsPartOf", "isbn:9781003112587", "chapter-isbn"),
    ]
    assert {link.target_kind for link in work.links} == {"book"}
    assert work.titles[0] == Text(
        "Chapter 2 School food approaches in Peru, Colombia and Ecuador", "en-US"
    )
    assert work.funding == ("Rockefeller Foundation",)
