"""The query language: what parses into which tree, and where each mistake is pointed at."""
# ruff: noqa: RUF001  # physics is written in Greek

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graph.work import Identifier
from search.errors import QuerySyntaxError, UnknownField
from search.query import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_PREFIXES,
    And,
    AnyValue,
    Exact,
    Has,
    MatchAll,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Range,
    Term,
    format_query,
    parse_query,
)
from search.query_tree import Key

A, B, C = Term("a"), Term("b"), Term("c")
DOI = Exact(Identifier("doi", "10.17182/hepdata.1"))

TREES: list[tuple[str, Node]] = [
    ("", MatchAll()),
    (" \n\t ", MatchAll()),
    ("*", MatchAll()),
    ("a", A),
    ("a b", And((A, B))),
    ("a AND b", And((A, B))),
    ("a OR b", Or((A, B))),
    ("a OR b c", Or((A, And((B, C))))),
    ("(a OR b) c", And((Or((A, B)), C))),
    ("a (b c)", And((A, B, C))),
    ("a OR (b OR c)", Or((A, B, C))),
    ("-a", Not(A)),
    ("NOT a", Not(A)),
    ("NOT(a OR b)", Not(Or((A, B)))),
    ("NOT -a", A),
    ("a -b", And((A, Not(B)))),
    ("a NOT b", And((A, Not(B)))),
    ("a - b", And((A, Term("-"), B))),
    ("a or b not c", And((A, Term("or"), B, Term("not"), C))),
    ("ORing ANDes", And((Term("ORing"), Term("ANDes")))),
    ('"a phrase"', Phrase("a phrase")),
    ("“a phrase”", Phrase("a phrase")),
    ('-"a phrase"', Not(Phrase("a phrase"))),
    ("phan*", Prefix("phan")),
    ("10.17182*", Prefix("10.17182", "identifier")),
    ("10.17182/hepdata*", Prefix("doi:10.17182/hepdata", "identifier")),
    ("title:a", Term("a", "title")),
    ("Title:a", Term("a", "title")),
    ("author:a", Term("a", "creator")),
    ("license:a", Term("a", "licence")),
    ('title:"a b"', Phrase("a b", "title")),
    ("title:a*", Prefix("a", "title")),
    ("title:(a OR b)", Or((Term("a", "title"), Term("b", "title")))),
    ("title:(a -b)", And((Term("a", "title"), Not(Term("b", "title"))))),
    ("title:(a creator:b)", And((Term("a", "title"), Term("b", "creator")))),
    ("title:OR", Term("OR", "title")),
    ("title:-a", Term("-a", "title")),
    ("licence:*", AnyValue("licence")),
    ("year:2012", Range(2012, 2012)),
    ('year:"2012"', Range(2012, 2012)),
    ("year:[2010 TO 2015]", Range(2010, 2015)),
    ("year:[ 2010  TO * ]", Range(2010, None)),
    ("year:[* TO 2015]", Range(None, 2015)),
    ("year:[* TO *]", Range(None, None)),
    ("year:*", AnyValue("year")),
    ("year:(2010 OR [2012 TO 2013])", Or((Range(2010, 2010), Range(2012, 2013)))),
    ("has:data", Has("data")),
    ("has:(Paper OR book)", Or((Has("paper"), Has("book")))),
    # ordinary words
    ("Drell-Yan", Term("Drell-Yan")),
    ("O'Neill", Term("O'Neill")),
    ("v1.0.2", Term("v1.0.2")),
    (r"$\sqrt{s}$", Term(r"$\sqrt{s}$")),
    ("sqrt(s)", Term("sqrt(s)")),
    ("(sqrt(s))", Term("sqrt(s)")),
    ("f(a, b)", And((Term("f"), Term("a,"), B))),
    ("H→γγ", Term("H→γγ")),
    ("boson: a", And((Term("boson:"), A))),
    ("std::vector", Term("std::vector")),
    (r"C:\data", Term(r"C:\data")),
    ('5" disk', And((Term('5"'), Term("disk")))),
    ("[a]", Term("[a]")),
    ("2010-2018", Term("2010-2018")),
    # identifiers
    ("10.17182/hepdata.1", DOI),
    ("10.17182/HEPDATA.1", DOI),
    ("doi:10.17182/hepdata.1", DOI),
    ("doi: 10.17182/hepdata.1", DOI),
    ("DOI 10.17182/hepdata.1", DOI),
    ("https://doi.org/10.17182/hepdata.1", DOI),
    ("http://dx.doi.org/10.17182%2Fhepdata.1", DOI),
    ("identifier:10.17182/hepdata.1", DOI),
    ('identifier:"doi:10.17182/hepdata.1"', DOI),
    ('doi:"10.17182/hepdata.1"', DOI),
    ("(10.17182/hepdata.1)", DOI),
    ("-10.17182/hepdata.1", Not(DOI)),
    ("a OR 10.17182/hepdata.1", Or((A, DOI))),
    (
        "10.1016/S0370-2693(99)00010-0",
        Exact(Identifier("doi", "10.1016/s0370-2693(99)00010-0")),
    ),
    (
        "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2 a",
        And(
            (
                Exact(
                    Identifier(
                        "doi",
                        "10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2",
                    )
                ),
                A,
            )
        ),
    ),
    ("10.1000/odd(1", Exact(Identifier("doi", "10.1000/odd(1"))),
    ("10.1000/a[b]c", Exact(Identifier("doi", "10.1000/a[b]c"))),
    ("arXiv:1207.7214", Exact(Identifier("arxiv", "1207.7214"))),
    ("1207.7214v2", Exact(Identifier("arxiv", "1207.7214"))),
    ("hep-ph/9901234", Exact(Identifier("arxiv", "hep-ph/9901234"))),
    ("978-3-16-148410-0", Exact(Identifier("isbn", "9783161484100"))),
    ("ISBN 3-16-148410-X", Exact(Identifier("isbn", "9783161484100"))),
    ("316148410X", Exact(Identifier("isbn", "9783161484100"))),
    ("0000-0002-1825-0097", Exact(Identifier("orcid", "0000-0002-1825-0097"))),
    ("creator:0000-0002-1825-0097", Exact(Identifier("orcid", "0000-0002-1825-0097"))),
    ("hdl:20.500.12657/25287", Exact(Identifier("handle", "20.500.12657/25287"))),
    ("20.500.12657/25287", Exact(Identifier("handle", "20.500.12657/25287"))),
    ("https://example.org/a?b=(c)", Exact(Identifier("url", "https://example.org/a?b=(c)"))),
    ("cds:2747463", Exact(Identifier("cds", "2747463"))),
    ("doi:nonsense", Exact(Identifier("doi", "nonsense"))),
    ('"10.17182/hepdata.1"', DOI),
    ('"doi: a phrase"', Phrase("doi: a phrase")),
    ('title:"10.17182/hepdata.1"', Phrase("10.17182/hepdata.1", "title")),
]


@pytest.mark.parametrize(("text", "tree"), TREES)
def test_text_parses_into_the_tree(text: str, tree: Node):
    assert parse_query(text) == tree


@pytest.mark.parametrize("text", [text for text, _ in TREES])
def test_a_parsed_tree_is_written_and_read_back_the_same(text: str):
    tree = parse_query(text)
    assert parse_query(format_query(tree)) == tree


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (MatchAll(), "*"),
        (And((A, Or((B, Not(C))))), "a (b OR -c)"),
        (Or((And((A, B)), C)), "a b OR c"),
        (Not(And((A, B))), "-(a b)"),
        (Phrase('a "b" c'), '“a "b" c”'),
        (Range(2010, None), "year:[2010 TO *]"),
        (Range(2010, 2010), "year:2010"),
        (DOI, "identifier:doi:10.17182/hepdata.1"),
        (Exact(Identifier("doi", "10.1000/odd(1")), 'identifier:"doi:10.1000/odd(1"'),
        (Prefix("a", "title"), "title:a*"),
        (Key("plyeidglaa7o7"), "key:plyeidglaa7o7"),
    ],
)
def test_a_tree_is_written_in_its_one_form(tree: Node, text: str):
    assert format_query(tree) == text


ERRORS = [
    ('a "b', 1, 3, "this quote is not closed"),
    ("a “b", 1, 3, "this quote is not closed"),
    ('a ""', 1, 4, "expected words between the quotes"),
    ("a (b", 1, 3, "this parenthesis is not closed"),
    ("a (b\n(c", 2, 1, "this parenthesis is not closed"),
    ("foo(", 1, 4, "this parenthesis is not closed"),
    ("a\n  b)", 2, 4, "no parenthesis is open"),
    ("a ()", 1, 4, "expected a word, a phrase or a group, found )"),
    ("OR a", 1, 1, "expected a word, a phrase or a group, found OR"),
    ("a OR", 1, 5, "expected a word, a phrase or a group, found the end"),
    ("a AND", 1, 6, "expected a word, a phrase or a group, found the end"),
    ("AND OR", 1, 1, "expected a word, a phrase or a group, found AND"),
    ("NOT", 1, 4, "expected a word, a phrase or a group, found the end"),
    ("a NOT OR b", 1, 7, "expected a word, a phrase or a group, found OR"),
    ("a title:", 1, 9, "expected a value directly after title:"),
    ("title: a", 1, 7, "expected a value directly after title:"),
    ("(title:)", 1, 8, "expected a value directly after title:"),
    ("year:abc", 1, 6, "expected a year or a range"),
    ("year:20125", 1, 6, "expected a year or a range"),
    ("year:201*", 1, 6, "expected a year or a range"),
    ("year:٢٠١٢", 1, 6, "expected a year or a range"),
    ("year:[2010 2015]", 1, 6, "expected a range such as"),
    ("year:[2010 TO 2015", 1, 6, "expected a range such as"),
    ("year:[a TO b]", 1, 6, "expected a range such as"),
    ("year:[2015 TO 2010]", 1, 6, "expected the earlier year first, found 2015 TO 2010"),
    ("has:money", 1, 5, "expected one of data, paper, software, book after has:, found money"),
    ("a \ud800", 1, 3, "found half of a surrogate pair"),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), ERRORS)
def test_a_mistake_is_pointed_at(text: str, line: int, column: int, message: str):
    with pytest.raises(QuerySyntaxError) as caught:
        parse_query(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert message in str(caught.value)


def test_an_unknown_field_lists_the_fields_and_the_nearest():
    with pytest.raises(UnknownField) as caught:
        parse_query("higgs titel:boson")
    assert (caught.value.line, caught.value.column) == (1, 7)
    assert str(caught.value) == (
        "no field titel: did you mean title:? expected one of title, abstract, creator, subject, "
        "publisher, identifier, kind, source, year, licence, language, access, collaboration, has "
        "(put it in quotes to search for it as text)"
    )


def test_an_unknown_field_like_no_other_gets_no_suggestion():
    with pytest.raises(UnknownField, match=r"^no field zzz: expected one of"):
        parse_query("zzz:a")


def test_length_is_bounded():
    assert parse_query("a" * MAX_CHARACTERS) == Term("a" * MAX_CHARACTERS)
    with pytest.raises(QuerySyntaxError, match="at most 4000 characters") as caught:
        parse_query("a" * (MAX_CHARACTERS + 1))
    assert caught.value.column == MAX_CHARACTERS + 1


def test_depth_is_bounded():
    assert parse_query("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH) == A
    with pytest.raises(QuerySyntaxError, match="at most 50 parentheses") as caught:
        parse_query("(" * MAX_CHARACTERS)
    assert caught.value.column == MAX_DEPTH + 1


def test_many_minus_signs_do_not_nest():
    assert parse_query("-" * 3998 + "a") == A


def test_prefixes_are_bounded():
    parse_query("a* " * MAX_PREFIXES)
    with pytest.raises(QuerySyntaxError, match=r"at most 20 words with a \*"):
        parse_query("a* " * (MAX_PREFIXES + 1))


def test_another_judge_of_identifiers_can_be_given():
    tree = parse_query("x/1", recognise=lambda text: Identifier("x", text[2:]))
    assert tree == Exact(Identifier("x", "1"))


MARKS = '()"“”*-:[]/\\ \n'
WORDS = (
    "OR|AND |NOT |title:|year:|year:[1 TO 2]|has:data|doi:|10.1000/a(b|10.1/x|https://a.org/|ISBN|"
    "arXiv:1207.7214|identifier:|foo:|a|b*|“a b”|é|→|日本|$\\sqrt{s}$|\ud800|\x00|creator:(|url:"
)
PIECES = st.sampled_from((*MARKS, *WORDS.split("|")))
HOSTILE = st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join))


def mistake(text: str) -> QuerySyntaxError | None:
    try:
        parse_query(text)
    except QuerySyntaxError as error:
        return error
    return None


@given(HOSTILE)
@example('DOI:”"')
@example('00.0/"”')
@example('00.0/"”)')
def test_any_text_parses_or_says_where_it_does_not(text: str):
    error = mistake(text)
    if error is None:
        tree = parse_query(text)
        assert parse_query(format_query(tree)) == tree
    else:
        lines = text.split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1
