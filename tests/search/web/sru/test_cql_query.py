import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.work import Identifier
from search.query_tree import (
    And,
    AnyValue,
    Exact,
    Has,
    Key,
    MatchAll,
    Not,
    Or,
    Phrase,
    Prefix,
    Range,
    Term,
)
from search.web.sru.cql import parse_cql
from search.web.sru.cql_query import MAX_WORDS, search_words, translate
from search.web.sru.diagnostics import Code, CqlError

DOI = Exact(Identifier("doi", "10.17182/hepdata.1"))
ORCID = Exact(Identifier("orcid", "0000-0002-1825-0097"))
ISBN = Exact(Identifier("isbn", "9783030382070"))
DC = "info:srw/cql-context-set/1/dc-v1.1"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("higgs", Term("higgs")),
        ('"top quark"', Phrase("top quark")),
        ("cql.serverChoice = higgs", Term("higgs")),
        ('cql.anywhere all "top quark"', And((Term("top"), Term("quark")))),
        ('cql.keywords any "top quark"', Or((Term("top"), Term("quark")))),
        ("cql.allRecords = 1", MatchAll()),
        ("dc.title = higgs", Term("higgs", "title")),
        ("title = higgs", Term("higgs", "title")),
        ('dc.title adj "top quark"', Phrase("top quark", "title")),
        ('DC.Title Any "top quark"', Or((Term("top", "title"), Term("quark", "title")))),
        ("dc.description = higgs", Term("higgs", "abstract")),
        ("bath.author = higgs", Term("higgs", "creator")),
        ("weft.author = higgs", Term("higgs", "creator")),
        ("weft.collaboration = cms", Term("cms", "collaboration")),
        ("dc.type = dataset", Term("dataset", "kind")),
        ("dc.type == dataset", Term("dataset", "kind")),
        ("dc.rights exact CC-BY-4.0", Term("CC-BY-4.0", "licence")),
        ("dc.type <> paper", And((AnyValue("kind"), Not(Term("paper", "kind"))))),
        ('dc.language any "en de"', Or((Term("en", "language"), Term("de", "language")))),
        ("dc.language = ger", Term("de", "language")),
        ('dc.rights = "https://creativecommons.org/licenses/by/4.0/"',
         Term("CC-BY-4.0", "licence")),
        ("dc.type = Text",
         Or((Term("paper", "kind"), Term("book", "kind"), Term("chapter", "kind")))),
        ("weft.kind = text", Term("text", "kind")),
        ("weft.has = data", Has("data")),
        ('weft.has all "data Paper"', And((Has("data"), Has("paper")))),
        ("dc.date = 2012", Range(2012, 2012)),
        ("dc.date < 2012", Range(None, 2011)),
        ("dc.date <= 2012", Range(None, 2012)),
        ("dc.date > 2012", Range(2013, None)),
        ("dc.date >= 2012", Range(2012, None)),
        ("dc.date <> 2012", And((AnyValue("year"), Not(Range(2012, 2012))))),
        ('dc.date within "2010 2015"', Range(2010, 2015)),
        ('dc.date any "2010 2015"', Or((Range(2010, 2010), Range(2015, 2015)))),
        ('dc.identifier = "10.17182/HEPDATA.1"', DOI),
        ('"https://doi.org/10.17182/hepdata.1"', DOI),
        ("dc.identifier = doi:nonsense", Exact(Identifier("doi", "nonsense"))),
        ("dc.identifier = hdl:20.500.1", Exact(Identifier("handle", "20.500.1"))),
        ("dc.identifier = ins123", Term("ins123", "identifier")),
        ('dc.identifier = "doi:10.17182*"', Prefix("doi:10.17182", "identifier")),
        ("dc.creator = 0000-0002-1825-0097", ORCID),
        ("bath.isbn = 978-3-030-38207-0", ISBN),
        ("phan*", Prefix("phan")),
        ('dc.title = "dark phot*"', Prefix("dark phot", "title")),
        ('dc.title any "dark phot*"', Or((Term("dark", "title"), Prefix("phot", "title")))),
        ("*", MatchAll()),
        ("dc.title = *", AnyValue("title")),
        ("dc.date = *", AnyValue("year")),
        ("dc.type = data*", Prefix("data", "kind")),
        (r'dc.title = "2\*2"', Term("2*2", "title")),
        ('dc.title =/unmasked "what?"', Term("what?", "title")),
        ("dc.title any/stem/cql.relevant/ignoreCase higgs", Term("higgs", "title")),
        ("a and b or c", Or((And((Term("a"), Term("b"))), Term("c")))),
        ("a not b", And((Term("a"), Not(Term("b"))))),
        ("a prox b", Or((Phrase("a b"), Phrase("b a")))),
        ("title=a prox/ordered/distance=1 title=b", Phrase("a b", "title")),
        (f'> t = "{DC}" t.title = a', Term("a", "title")),
        (f'> "{DC}" date = 2012', Range(2012, 2012)),
        (f'> dc = "https://w3id.org/weft#" (dc.kind = a and (> dc = "{DC}" dc.type = b))',
         And((Term("a", "kind"), Term("b", "kind")))),
    ],
)  # fmt: skip
def test_clause_becomes_what_engines_answer(query, expected):
    assert translate(parse_cql(query)).node == expected


@pytest.mark.parametrize(
    ("query", "code", "details"),
    [
        ("foo.title = a", Code.CONTEXT_SET, "foo"),
        ('> p = "urn:x" p.title = a', Code.CONTEXT_SET, "urn:x"),
        (".title = a", Code.CONTEXT_SET, ""),
        ("dc.author = a", Code.INDEX, "dc.author"),
        ("dc. = a", Code.INDEX, "dc."),
        (f'> "{DC}" kind = a', Code.INDEX, "kind"),
        ("dc.title encloses a", Code.RELATION, "encloses"),
        ("dc.title foo.any a", Code.RELATION, "foo.any"),
        ("dc.title any/fuzzy a", Code.RELATION_MODIFIER, "fuzzy"),
        ("dc.title any/stem=2 a", Code.RELATION_MODIFIER, "stem"),
        ("dc.creator any/stem a", Code.RELATION_MODIFIER, "stem"),
        ("dc.type =/word a", Code.RELATION_MODIFIER, "word"),
        ("dc.title == a", Code.RELATION_AND_INDEX, "dc.title =="),
        ("dc.title <> a", Code.RELATION_AND_INDEX, "dc.title <>"),
        ("dc.title < a", Code.RELATION_AND_INDEX, "dc.title <"),
        ('dc.type within "a b"', Code.RELATION_AND_INDEX, "dc.type within"),
        ("dc.date = fish", Code.TERM_FORMAT, "fish"),
        ("dc.date = 2012-05-01", Code.TERM_FORMAT, "2012-05-01"),
        ("dc.date = 99999", Code.TERM_FORMAT, "99999"),
        ("dc.date = ²", Code.TERM_FORMAT, "²"),
        ('dc.date = "2010 2011"', Code.TERM_FORMAT, "2010 2011"),
        ("dc.date within 2010", Code.TERM_FORMAT, "2010"),
        ('dc.date within "2015 2010"', Code.TERM_FORMAT, "2015 2010"),
        ("weft.has = fish", Code.TERM_FORMAT, "fish"),
        ("bath.isbn = 12", Code.TERM_FORMAT, "12"),
        ('""', Code.EMPTY_TERM, ""),
        ('dc.title = " "', Code.EMPTY_TERM, ""),
        ("wom?n", Code.MASK, "?"),
        ("dc.date = 201*", Code.MASK, "*"),
        ("*phan", Code.MASK_POSITION, "*phan"),
        ("p*n", Code.MASK_POSITION, "p*n"),
        ("a**", Code.MASK_POSITION, "a**"),
        ('dc.title = "dar* photon"', Code.PROXIMITY_AND_MASK, ""),
        ('dc.title = "dark *"', Code.PROXIMITY_AND_MASK, ""),
        ("^jaws", Code.ANCHOR, "^"),
        ("fi^sh", Code.ANCHOR_POSITION, "2"),
        (r'"\a"', Code.ESCAPE, "a"),
        ("a\\", Code.ESCAPE, "\\"),
        ("a and/foo b", Code.BOOLEAN_MODIFIER, "foo"),
        ("a prox/foo b", Code.BOOLEAN_MODIFIER, "foo"),
        ("a prox/unit=sentence b", Code.PROXIMITY_UNIT, "sentence"),
        ("a prox/distance=5 b", Code.PROXIMITY_DISTANCE, "5"),
        ("a prox/distance>1 b", Code.PROXIMITY_RELATION, ">"),
        ("(a or b) prox c", Code.PROXIMITY, ""),
        ("dc.date = 2012 prox c", Code.PROXIMITY, ""),
        ("title=a prox subject=b", Code.COMBINATION_OF_INDEXES, "title subject"),
        ("title=a* prox title=b", Code.PROXIMITY_AND_MASK, ""),
        ("cql.resultSetId = x", Code.RESULT_SETS, ""),
        ("a and rec.identifier = b*", Code.MASK, "*"),
        ("rec.identifier adj/stem b", Code.RELATION_MODIFIER, "stem"),
        ('rec.identifier = ""', Code.EMPTY_TERM, ""),
        ('rec.identifier within "a b"', Code.RELATION_AND_INDEX, "rec.identifier within"),
        ("rec.identifier = a prox b", Code.PROXIMITY, ""),
        ("rec.identifier > b", Code.RELATION_AND_INDEX, "rec.identifier >"),
        (" or ".join(["a*"] * 21), Code.TOO_MANY_MASKS, "20"),
        (f'title any "{"a " * (MAX_WORDS + 1)}"', Code.TOO_MANY_BOOLEANS, str(MAX_WORDS)),
        ("a sortby dc.date dc.title", Code.TOO_MANY_SORT_KEYS, "1"),
    ],
)  # fmt: skip
def test_what_engines_cannot_do_has_its_diagnostic(query, code, details):
    with pytest.raises(CqlError) as caught:
        translate(parse_cql(query))
    diagnostic = caught.value.diagnostic
    assert (diagnostic.code, diagnostic.details) == (code, details)
    assert 0 <= caught.value.offset <= len(query)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('rec.identifier = "http://x/id/a"', Key("a")),
        ("rec.identifier == a", Key("a")),
        ('rec.identifier = "http://y/id/a"', Key("http://y/id/a")),
        ('rec.identifier any "a http://x/id/b"', Or((Key("a"), Key("b")))),
        ('rec.identifier all "a b"', And((Key("a"), Key("b")))),
        ("rec.identifier <> a", And((MatchAll(), Not(Key("a"))))),
        ("rec.identifier = *", MatchAll()),
        ("rec.identifier = a and dc.title = b", And((Key("a"), Term("b", "title")))),
        ("dc.title = b not rec.identifier = a", And((Term("b", "title"), Not(Key("a"))))),
        ("rec.identifier = a or rec.identifier = b", Or((Key("a"), Key("b")))),
        ('> r = "info:srw/cql-context-set/2/rec-1.1" (r.identifier = a or c)',
         Or((Key("a"), Term("c")))),
    ],
)  # fmt: skip
def test_records_are_asked_for_by_key_or_iri_beside_any_other_index(query, expected):
    assert translate(parse_cql(query), "http://x/id/").node == expected


def test_search_terms_are_all_looked_for():
    assert search_words("top? (quark") == And((Term("top?"), Term("(quark")))


@pytest.mark.parametrize("text", ["a" * 4001, "a " * 201])
def test_too_many_search_terms_are_refused(text):
    with pytest.raises(CqlError):
        search_words(text)


SYMBOLS = (
    "dc.title weft.has dc.date bath.isbn dc.identifier rec.identifier x.y = <> any all within adj"
    ' == < /stem /unit=word /distance<2 and or not prox ( ) sortby "a\u3000b*" data 2012'
    ' "2010\u30002011" * a? ^b "\\" 10.1000 "" > dc="x" \ue000'
)


def refusal(query):
    """Why a query is refused, None when it is not; any other error passes."""
    try:
        translate(parse_cql(query))
    except CqlError as error:
        return error
    return None


@settings(deadline=None)  # other work on the machine takes time too
@given(st.lists(st.sampled_from(SYMBOLS.split(" ")), max_size=14).map(" ".join))
def test_any_query_is_translated_or_refused(text):
    error = refusal(text)
    assert error is None or 0 <= error.offset <= len(text)
