"""What every full-text engine must keep, as tests over a small library of documents.

An engine's test file subclasses `EngineContract` and says how its index is opened.
"""
# ruff: noqa: RUF001  # physics is written in Greek

import shutil
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.document import Document
from search.errors import BadSearch, IndexDamaged, QuerySyntaxError
from search.query import MatchAll, Node, parse_query
from search.query_tree import And, Key, Not, Or, Term
from search.text.engine import (
    FACETS,
    FacetCount,
    Fragment,
    SearchRequest,
    SearchResult,
    Sort,
    TextIndex,
    TextWriter,
)

HIGGS = Document(
    key="higgs",
    kind="paper",
    title="Observation of a new boson at a mass of 125 GeV",
    abstract="Results of searches for the Higgs boson in proton-proton collisions at "
    r"$\sqrt{s} = 13\,\mathrm{TeV}$. The decay $H\to\gamma\gamma$ is studied.",
    creators=("Higgs, Peter W.", "Englert, François"),
    creator_identifiers=("orcid:0000-0002-1825-0097",),
    subjects=("particle physics", "detectors"),
    publisher="CERN Publishing",
    identifiers=("doi:10.1016/j.physletb.2012.08.021", "arxiv:1207.7235"),
    sources=("inspire", "zenodo"),
    year=2012,
    date="2012-09-17",
    licence="CC-BY-4.0",
    languages=("en",),
    access="open",
    collaborations=("CMS Collaboration",),
    has=("data", "software"),
)
TABLE = Document(
    key="table",
    kind="dataset",
    title="Table 1: proton collisions at 8 TeV, H→γγ",
    creators=("Newton, Isaac",),
    identifiers=("doi:10.17182/hepdata.1", "hepdata:ins1124337"),
    sources=("hepdata",),
    year=2012,
    date="2012-10",
    licence="CC0-1.0",
    languages=("en",),
    access="open",
    collaborations=("CMS Collaboration",),
    has=("paper",),
)
LODZ = Document(
    key="lodz",
    kind="book",
    title="Großforschung in Łódź",
    abstract="Über die Universitäten: eine Geschichte. Phantom limbs are mentioned once.",
    creators=("Müller, Jürgen",),
    publisher="Universität Łódź",
    identifiers=("isbn:9783161484100",),
    sources=("oapen",),
    year=1999,
    languages=("de", "pl"),
    access="restricted",
)
PHANTOM = Document(
    key="phantom",
    kind="software",
    title="phantom-tools: universities' measurements of phantoms",
    abstract="Measuring is what a program does. " * 30 + "Here a needle is mentioned.",
    creators=("Higgs, Paula",),
    sources=("zenodo",),
    year=2020,
    licence="MIT",
    languages=("en",),
    access="open",
)
BARE = Document(key="bare", kind="other", title="日本の物理学")
LIBRARY = (HIGGS, TABLE, LODZ, PHANTOM, BARE)

TIED = ("k2", "k10", "k", "k1", "a", "zz", "k1a", "9", "k11", "b2")
"""Keys of documents that are equal but for their key."""
HARD_TITLES = (
    "to",
    "TO * OR",
    "*",
    "a] OR key:[a TO b",
    "",
    "é ß \u0131 日本 ½ ² ٣ \u0345",
    "x" * 300,
    "x" * 300,
    "and not",
    "-1",
)

FOUND = [
    # words
    ("boson", "higgs"),
    ("BOSON", "higgs"),
    ("bosons", "higgs"),
    ("boson table", ""),
    ("boson OR table", "higgs table"),
    ("tev -boson", "table"),
    ("-tev", "bare lodz phantom"),
    ("-tev -boson", "bare lodz phantom"),
    ("boson OR -english", "bare higgs lodz phantom table"),
    ("", "bare higgs lodz phantom table"),
    ("-*", ""),
    ("nowhere", ""),
    ("measurement", "phantom"),
    # folding
    ("lodz", "lodz"),
    ("ŁÓDŹ", "lodz"),
    ("Lo\u0301dz", "lodz"),
    ("grossforschung", "lodz"),
    ("Universitaten", "lodz"),
    ("muller", "lodz"),
    ("francois", "higgs"),
    # phrases
    ('"proton collisions"', "higgs table"),
    ('"collisions proton"', ""),
    ("proton-proton", "higgs"),
    ('"new boson at"', "higgs"),
    # science
    ('"13 TeV"', "higgs"),
    ('"8 TeV"', "table"),
    ("sqrt(s)", "higgs"),
    (r"$\sqrt{s}$", "higgs"),
    ("√s", "higgs"),
    ("H→γγ", "higgs table"),
    (r'"$H\rightarrow\gamma \gamma$"', "higgs table"),
    ("物理", "bare"),
    ("理物", ""),
    # beginnings of words
    ("phan*", "lodz phantom"),
    ("PHAN*", "lodz phantom"),
    ("universitie*", "phantom"),
    ("Łó*", "lodz"),
    ("proton-pro*", "higgs"),
    ("title:universitie*", "phantom"),
    ("title:phan*", "phantom"),
    ("zz*", ""),
    ("→*", ""),
    # fields
    ("title:boson", "higgs"),
    ("abstract:boson", "higgs"),
    ("abstract:phantom", "lodz"),
    ("creator:higgs", "higgs phantom"),
    ('creator:"Higgs, Peter"', "higgs"),
    ('creator:"Peter W. Higgs"', "higgs"),
    ('creator:"Higgs Englert"', ""),
    ("subject:detector", "higgs"),
    ("publisher:cern", "higgs"),
    ("publisher:lodz", "lodz"),
    ("collaboration:cms", "higgs table"),
    ("kind:paper", "higgs"),
    ("kind:PAPER", "higgs"),
    ("kind:p*", "higgs"),
    ("source:zenodo", "higgs phantom"),
    ("licence:cc-by-4.0", "higgs"),
    ("licence:CC*", "higgs table"),
    ("language:pl", "lodz"),
    ("access:restricted", "lodz"),
    ("has:data", "higgs"),
    ("has:book", ""),
    ("title:(boson OR phantom) year:2020", "phantom"),
    # years
    ("year:2012", "higgs table"),
    ("year:[2000 TO 2012]", "higgs table"),
    ("year:[2013 TO *]", "phantom"),
    ("year:[* TO 2012]", "higgs lodz table"),
    ("year:[* TO *]", "higgs lodz phantom table"),
    # any value
    ("-year:*", "bare"),
    ("licence:*", "higgs phantom table"),
    ("abstract:*", "higgs lodz phantom"),
    ("identifier:*", "higgs lodz table"),
    # identifiers
    ("10.17182/HEPDATA.1", "table"),
    ("https://doi.org/10.1016/j.physletb.2012.08.021", "higgs"),
    ("10.17182/hepdata", ""),
    ("10.17182/hepdata*", "table"),
    ("10.17182*", "table"),
    ("arXiv:1207.7235v2", "higgs"),
    ("978-3-16-148410-0", "lodz"),
    ("0000-0002-1825-0097", "higgs"),
    ("identifier:ins1124337", "table"),
    ("identifier:ins112433", ""),
    ("identifier:ins11243.7", ""),
    # words that say nothing
    ("boson - → new", "higgs"),
    ("→", ""),
    ("-→", ""),
    ('"..."', ""),
]

HARMS = {
    "half": lambda body: body[: len(body) // 2],
    "zeros": lambda body: body[: len(body) // 3] + bytes(len(body) - len(body) // 3),
    "bits": lambda body: bytes(each ^ 1 if at % 97 == 5 else each for at, each in enumerate(body)),
    "noise": lambda body: bytes(at * 37 % 251 for at in range(len(body))),
}
MARKS = '()"“”*-:[]/\\ +?.{}^$~&#'
PIECES = (
    "OR |NOT |title:|kind:|identifier:|year:|[1 TO 2]|has:data|a|boson|b*|“a b”|é|→|日本|\x00|(?i)|"
    "\\d|10.1000/a(b|abstract:*|\ufdfa"
)
HOSTILE = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from((*MARKS, *PIECES.split("|"), "x" * 300)), max_size=20).map("".join),
)


def keys(result: SearchResult) -> list[str]:
    return [hit.key for hit in result.hits]


def walked(index: TextIndex, request: SearchRequest) -> list[str]:
    """Return the keys of all pages, each after the one before."""
    found = []
    page = index.search(request)
    while True:
        found += keys(page)
        if page.next is None:
            return found
        page = index.search(replace(request, after=page.next))


def ask_all(index: TextIndex) -> None:
    """Ask so much that every file of an index is read."""
    for text in (
        "",
        "boson",
        "phan*",
        '"proton collisions"',
        "year:2012",
        "licence:*",
        "10.17182*",
    ):
        for sort in Sort:
            query = parse_query(text)
            page = index.search(SearchRequest(query=query, sort=sort, facets=FACETS, limit=2))
            assert page.total >= 0
    index.document("higgs")
    index.similar_words("bozon")


def parsed(text: str) -> Node | None:
    try:
        return parse_query(text)
    except QuerySyntaxError:
        return None


def text_of(fragments: tuple[Fragment, ...]) -> str:
    return "".join(fragment.text for fragment in fragments)


def marked(fragments: tuple[Fragment, ...]) -> list[str]:
    return [fragment.text for fragment in fragments if fragment.is_match]


class EngineContract:
    """The claims; a subclass gives `open_writer` and `open_index`, both taking a directory."""

    open_writer: ClassVar["staticmethod[[Path], AbstractContextManager[TextWriter]]"]
    open_index: ClassVar["staticmethod[[Path], AbstractContextManager[TextIndex]]"]

    @pytest.fixture(scope="class")
    @classmethod
    def library(cls, tmp_path_factory):
        path = tmp_path_factory.mktemp("library")
        with cls.open_writer(path) as writer:
            for document in LIBRARY:
                writer.add(document)
        with cls.open_index(path) as index:
            yield index

    @pytest.fixture(scope="class")
    @classmethod
    def ties(cls, tmp_path_factory):
        """Documents that are equal but for their key, of two segments."""
        path = tmp_path_factory.mktemp("ties")
        for some in (TIED[:6], TIED[6:]):
            with cls.open_writer(path) as writer:
                for key in some:
                    writer.add(Document(key=key, kind="paper", title="Tied", year=2001))
        with cls.open_index(path) as index:
            yield index

    def test_the_commonest_values_are_kept_and_ties_go_by_value(self, tmp_path):
        """However many there are of them, and in however many segments."""
        for start in (0, 60):
            with self.open_writer(tmp_path / "many") as writer:
                for n in range(start, start + 60):
                    publisher = "Z" if n in {5, 70} else f"P{119 - n:03}"
                    writer.add(Document(key=f"k{n}", kind="book", title="T", publisher=publisher))
        with self.open_index(tmp_path / "many") as index:
            request = SearchRequest(facets=("publisher", "kind"), facet_limit=3, limit=0)
            facets = index.search(request).facets
        assert facets["publisher"] == (("Z", 2), ("P000", 1), ("P001", 1))
        assert facets["kind"] == (("book", 120),)

    @pytest.mark.parametrize(("query", "expected"), FOUND)
    def test_a_query_finds_these_documents(self, library, query, expected):
        result = library.search(SearchRequest(query=parse_query(query)))
        assert sorted(keys(result)) == expected.split()
        assert result.total == len(result.hits)

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (Key("higgs"), "higgs"),
            (Key("none"), ""),
            (Key(""), ""),
            (Key("HIGGS"), ""),
            (Not(Key("higgs")), "bare lodz phantom table"),
            (Or((Key("higgs"), Key("lodz"), Term("needle"))), "higgs lodz phantom"),
            (And((Key("higgs"), Term("boson"))), "higgs"),
            (And((Key("lodz"), Term("boson"))), ""),
            (And((Term("phantom"), Not(Key("lodz")))), "phantom"),
        ],
    )
    def test_a_key_finds_its_document_beside_anything_else(self, library, query, expected):
        result = library.search(SearchRequest(query=query, facets=("kind",)))
        assert sorted(keys(result)) == expected.split()
        assert sum(each.count for each in result.facets["kind"]) == len(expected.split())

    def test_a_document_comes_back_whole(self, library):
        assert [library.document(document.key) for document in LIBRARY] == list(LIBRARY)
        assert library.document("none") is None
        assert library.document("") is None

    def test_bodies_are_all_documents_by_key(self, library):
        found = [msgspec.json.decode(body, type=Document) for body in library.bodies()]
        assert found == sorted(LIBRARY, key=lambda document: document.key)

    def test_a_hit_carries_the_whole_document(self, library):
        hit = library.search(SearchRequest(query=parse_query("boson"))).hits[0]
        assert hit.document == HIGGS

    def test_documents_are_counted(self, library):
        assert library.n_documents == 5

    def test_a_match_in_the_title_ranks_above_one_in_the_abstract(self, library):
        result = library.search(SearchRequest(query=parse_query("phantom")))
        assert keys(result) == ["phantom", "lodz"]
        assert result.hits[0].score > result.hits[1].score

    def test_newest_first_and_undated_last(self, library):
        result = library.search(SearchRequest(sort=Sort.DATE))
        assert keys(result) == ["phantom", "table", "higgs", "lodz", "bare"]
        assert [hit.score for hit in result.hits] == [None] * 5

    def test_titles_sort_without_case_and_accents(self, library):
        result = library.search(SearchRequest(sort=Sort.TITLE))
        assert keys(result) == ["lodz", "higgs", "phantom", "table", "bare"]

    def test_pages_join_into_the_whole(self, library):
        pages = [
            keys(library.search(SearchRequest(sort=Sort.DATE, limit=2, offset=offset)))
            for offset in (0, 2, 4, 6)
        ]
        assert pages == [["phantom", "table"], ["higgs", "lodz"], ["bare"], []]

    @pytest.mark.parametrize("sort", Sort)
    def test_what_is_equal_stands_by_key(self, ties, sort):
        """The shorter key first, as texts sort; in whatever order the documents were added."""
        assert keys(ties.search(SearchRequest(sort=sort, limit=100))) == sorted(TIED)

    @pytest.mark.parametrize("sort", Sort)
    @pytest.mark.parametrize("limit", [1, 3, 5, 1000])
    @pytest.mark.parametrize("query", ["", "tied", "kind:paper", "year:2001 -nothing"])
    def test_pages_after_one_another_join_into_the_whole(self, ties, query, sort, limit):
        request = SearchRequest(query=parse_query(query), sort=sort, limit=1000)
        whole = ties.search(request)
        assert walked(ties, replace(request, limit=limit)) == keys(whole)
        assert sorted(keys(whole)) == sorted(TIED)
        assert whole.next is None

    @given(titles=st.lists(st.text(max_size=12), min_size=2, max_size=12))
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    def test_a_walk_goes_on_behind_any_title(self, tmp_path_factory, titles):
        path = tmp_path_factory.mktemp("titles")
        with self.open_writer(path) as writer:
            for number, title in enumerate((*titles, *HARD_TITLES)):
                writer.add(Document(key=f"k{number}", kind="paper", title=title))
        with self.open_index(path) as index:
            request = SearchRequest(sort=Sort.TITLE, limit=1000)
            whole = keys(index.search(request))
            assert len(whole) == len(titles) + len(HARD_TITLES)
            assert walked(index, replace(request, limit=2)) == whole

    def test_a_walk_is_over_the_hits_and_its_pages_count_all(self, ties):
        request = SearchRequest(query=parse_query("tied"), sort=Sort.DATE, limit=4)
        first = ties.search(request)
        second = ties.search(replace(request, after=first.next, facets=("kind",)))
        assert (first.total, second.total) == (len(TIED), len(TIED))
        assert second.facets == {"kind": (FacetCount("paper", len(TIED)),)}
        nothing = ties.search(SearchRequest(query=parse_query("nowhere")))
        assert (nothing.total, nothing.next) == (0, None)

    @pytest.mark.parametrize("sort", Sort)
    @pytest.mark.parametrize(
        "after", ["", "x", "1~", "-1", "1.5", "~", "t-~1]", "t] OR [a~1", "9" * 30, "²", "1" * 11]
    )
    def test_a_place_that_no_answer_gave_is_refused(self, ties, sort, after):
        for query in ("", "tied"):
            with pytest.raises(ValueError, match="no place"):
                ties.search(SearchRequest(query=parse_query(query), sort=sort, after=after))

    @pytest.mark.parametrize(
        ("word", "field", "expected"),
        [
            ("bozon", "", "boson"),
            ("bsoon", "", "boson"),
            ("BOSNO", "", "boson"),
            ("colisions", "abstract", "collisions"),
            ("hggs", "creator", "higgs"),
            ("Lózd", "title", "lodz"),
            ("łotz", "publisher", "lodz"),
            ("universitten", "", "universitaten"),
            ("obzervation", "title", "observation"),
        ],
    )
    def test_a_misspelt_word_is_like_these(self, library, word, field, expected):
        assert library.similar_words(word, field)[:1] == (expected,)

    @pytest.mark.parametrize(
        ("word", "field"),
        [
            ("bozon", "creator"),
            ("boson", "publisher"),
            ("xxxxxxxx", ""),
            ("as", ""),
            ("13tev", ""),
            ("x" * 41, ""),
            ("物理", ""),
            ("two words", ""),
            ("", ""),
            ("→", ""),
        ],
    )
    def test_nothing_is_like_these(self, library, word, field):
        assert library.similar_words(word, field) == ()

    def test_the_nearest_word_comes_first_then_the_commonest(self, tmp_path):
        with self.open_writer(tmp_path) as writer:
            for number, title in enumerate(("quark", "quart quart", "quart", "squark", "quar")):
                writer.add(Document(key=f"k{number}", kind="paper", title=title))
        with self.open_index(tmp_path) as index:
            assert index.similar_words("quary") == ("quart", "quar", "quark")

    def test_limit_0_and_an_offset_past_the_end_still_count(self, library):
        for request in (SearchRequest(limit=0), SearchRequest(offset=10**15)):
            result = library.search(request)
            assert (result.total, result.hits) == (5, ())

    def test_facets_count_every_value_exactly(self, library):
        facets = library.search(SearchRequest(facets=FACETS, limit=0)).facets
        assert {name: [tuple(count) for count in facets[name]] for name in FACETS} == {
            "kind": [("book", 1), ("dataset", 1), ("other", 1), ("paper", 1), ("software", 1)],
            "source": [("zenodo", 2), ("hepdata", 1), ("inspire", 1), ("oapen", 1)],
            "year": [("2012", 2), ("1999", 1), ("2020", 1)],
            "licence": [("CC-BY-4.0", 1), ("CC0-1.0", 1), ("MIT", 1)],
            "language": [("en", 3), ("de", 1), ("pl", 1)],
            "access": [("open", 3), ("restricted", 1), ("unknown", 1)],
            "collaboration": [("CMS Collaboration", 2)],
            "publisher": [("CERN Publishing", 1), ("Universität Łódź", 1)],
            "has": [("data", 1), ("paper", 1), ("software", 1)],
        }

    def test_facets_count_what_the_query_finds(self, library):
        request = SearchRequest(query=parse_query("creator:higgs"), facets=("year",), limit=0)
        assert library.search(request).facets == {
            "year": (FacetCount("2012", 1), FacetCount("2020", 1))
        }

    def test_facet_limit_keeps_the_highest_counts(self, library):
        request = SearchRequest(facets=("source",), facet_limit=2)
        assert library.search(request).facets == {
            "source": (FacetCount("zenodo", 2), FacetCount("hepdata", 1))
        }

    def test_facets_not_asked_for_are_not_counted(self, library):
        assert library.search(SearchRequest()).facets == {}

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            ({"kind": ("paper",)}, ["higgs"]),
            ({"kind": ("paper", "book")}, ["higgs", "lodz"]),
            ({"kind": ("paper", "book"), "year": ("1999",)}, ["lodz"]),
            ({"year": ("2012", "2020")}, ["higgs", "phantom", "table"]),
            ({"publisher": ("Universität Łódź",)}, ["lodz"]),
            ({"publisher": ("universität łódź",)}, []),
            ({"collaboration": ("CMS",)}, []),
            ({"year": ("soon",)}, []),
            ({"kind": ()}, ["bare", "higgs", "lodz", "phantom", "table"]),
        ],
    )
    def test_filters_join_by_or_within_and_by_and_across_fields(self, library, filters, expected):
        result = library.search(SearchRequest(filters=filters))
        assert sorted(keys(result)) == expected
        assert result.total == len(expected)

    def test_a_filtered_facet_is_counted_as_if_it_were_not_filtered(self, library):
        request = SearchRequest(
            filters={"kind": ("paper",), "language": ("en",)}, facets=("kind", "language", "year")
        )
        result = library.search(request)
        assert result.total == 1
        assert result.facets == {
            "kind": (
                FacetCount("dataset", 1),
                FacetCount("paper", 1),
                FacetCount("software", 1),
            ),
            "language": (FacetCount("en", 1),),
            "year": (FacetCount("2012", 1),),
        }

    def test_a_filter_does_not_change_the_score(self, library):
        plain = library.search(SearchRequest(query=parse_query("boson"))).hits[0]
        request = SearchRequest(query=parse_query("boson"), filters={"kind": ("paper",)})
        assert library.search(request).hits[0].score == pytest.approx(plain.score)

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("bosons MASS", ["boson", "mass"]),
            ('"new boson"', ["new boson"]),
            ('"boson new"', []),
            ("mas*", ["mass"]),
            ("title:boson", ["boson"]),
            ("125 -(a nowhere)", ["125"]),
            ("abstract:boson", []),
            ("year:2012", []),
        ],
    )
    def test_matches_in_the_title_are_marked(self, library, query, expected):
        request = SearchRequest(query=parse_query(query), filters={"kind": ("paper",)})
        hits = library.search(request).hits
        assert [marked(hit.title) for hit in hits] == [expected] * len(hits)
        assert [text_of(hit.title) for hit in hits] == [HIGGS.title] * len(hits)

    def test_accented_words_are_marked_in_place(self, library):
        hit = library.search(SearchRequest(query=parse_query("lodz"))).hits[0]
        assert hit.title == (
            Fragment("Großforschung in ", is_match=False),
            Fragment("Łódź", is_match=True),
        )

    def test_a_snippet_shows_where_the_word_is(self, library):
        hit = library.search(SearchRequest(query=parse_query("needle"))).hits[0]
        assert marked(hit.snippet) == ["needle"]
        assert text_of(hit.snippet).startswith("… ")
        assert text_of(hit.snippet).endswith("Here a needle is mentioned.")
        assert len(text_of(hit.snippet)) < 300

    def test_a_snippet_without_a_match_is_the_beginning(self, library):
        hit = library.search(SearchRequest(query=parse_query("creator:paula"))).hits[0]
        assert text_of(hit.snippet).startswith("Measuring is what a program does.")
        assert text_of(hit.snippet).endswith(" …")
        assert marked(hit.snippet) == []

    def test_no_abstract_gives_no_snippet(self, library):
        hit = library.search(SearchRequest(query=parse_query("物理学"))).hits[0]
        assert hit.snippet == ()
        assert text_of(hit.title) == "日本の物理学"

    def test_a_search_says_how_long_it_took(self, library):
        assert 0 < library.search(SearchRequest()).took_ms < 60_000

    @pytest.mark.parametrize(
        "text",
        [
            "x" * 191 + "*",
            "title:" + "x" * 191 + "*",
            "kind:" + "x" * 191 + "*",
            "identifier:" + "x" * 191,
            "10.1000/" + "x" * 183 + "*",
            f"a-{'é' * 191}*",
            "\ufdf2" * 100 + "*",
        ],
    )
    def test_a_beginning_too_long_to_look_for_is_refused(self, library, text):
        with pytest.raises(BadSearch, match="is too long to look for: write at most 190"):
            library.search(SearchRequest(query=parse_query(text)))

    @pytest.mark.parametrize(
        "text", ["{}*", "title:{}*", "kind:{}*", "identifier:{}", "identifier:{}*", "{}"]
    )
    def test_a_long_one_finds_nothing(self, library, text):
        query = parse_query(text.format("X" * 190))
        assert library.search(SearchRequest(query=query)).total == 0

    @given(text=HOSTILE)
    @settings(suppress_health_check=[HealthCheck.differing_executors], deadline=None)
    def test_every_query_that_parses_runs(self, library, text):
        query = parsed(text)
        if query is None:
            return
        try:
            result = library.search(SearchRequest(query=query, facets=("kind",)))
        except BadSearch:
            return
        assert result.total == sum(count.count for count in result.facets["kind"])
        assert [text_of(hit.title) for hit in result.hits] == [
            hit.document.title for hit in result.hits
        ]

    def test_an_empty_index_answers(self, tmp_path):
        with self.open_writer(tmp_path):
            pass
        with self.open_index(tmp_path) as index:
            for sort in Sort:
                result = index.search(SearchRequest(facets=FACETS, sort=sort))
                assert (result.total, result.hits) == (0, ())
                assert result.facets == dict.fromkeys(FACETS, ())
            assert index.document("higgs") is None
            assert list(index.bodies()) == []

    def test_a_document_is_put_in_place_of_the_one_with_its_key(self, tmp_path):
        with self.open_writer(tmp_path) as writer:
            writer.add(Document(key="k", kind="paper", title="old"))
            writer.replace(Document(key="k", kind="paper", title="new"))
        with self.open_writer(tmp_path) as writer:
            writer.replace(Document(key="k", kind="book", title="newest"))
        with self.open_index(tmp_path) as index:
            result = index.search(SearchRequest(facets=("kind",)))
            assert result.total == index.n_documents == 1
            assert result.facets == {"kind": (FacetCount("book", 1),)}
            assert index.document("k") == Document(key="k", kind="book", title="newest")

    def test_a_deleted_document_is_gone_from_everything(self, tmp_path):
        with self.open_writer(tmp_path) as writer:
            for document in LIBRARY:
                writer.add(document)
        with self.open_writer(tmp_path) as writer:
            writer.delete("higgs")
            writer.delete("never there")
        with self.open_index(tmp_path) as index:
            assert index.document("higgs") is None
            assert not any(b'"key":"higgs"' in body for body in index.bodies())
            assert index.n_documents == 4
            result = index.search(SearchRequest(query=parse_query("tev"), facets=("kind",)))
            assert result.facets == {"kind": (FacetCount("dataset", 1),)}
            assert keys(result) == ["table"]

    def test_an_exception_leaves_the_index_as_it_was(self, tmp_path):
        with self.open_writer(tmp_path) as writer:
            writer.add(HIGGS)
        with pytest.raises(RuntimeError, match="stop"):
            self._write_and_fail(tmp_path)
        with self.open_index(tmp_path) as index:
            assert keys(index.search(SearchRequest(query=MatchAll()))) == ["higgs"]

    def _write_and_fail(self, path):
        with self.open_writer(path) as writer:
            writer.add(TABLE)
            writer.delete("higgs")
            raise RuntimeError("stop")

    def test_many_readers_open_one_index(self, tmp_path):
        with self.open_writer(tmp_path) as writer:
            writer.add(HIGGS)
        with self.open_index(tmp_path) as one, self.open_index(tmp_path) as other:
            assert one.document("higgs") == other.document("higgs") == HIGGS

    def test_a_directory_without_an_index_is_refused(self, tmp_path):
        with (
            pytest.raises(IndexDamaged, match="rebuild it with `weft build`"),
            self.open_index(tmp_path / "none"),
        ):
            pass

    @pytest.mark.parametrize("harm", ["half", "zeros", "bits", "noise"])
    def test_a_damaged_file_is_told_as_such_or_does_no_harm(self, tmp_path, harm):
        """Files of the index, one after another; what is found in the others may still be right."""
        with self.open_writer(tmp_path / "whole") as writer:
            for document in LIBRARY:
                writer.add(document)
        told = 0
        for number, file in enumerate(sorted((tmp_path / "whole").iterdir())):
            if not file.stat().st_size:
                continue
            copy = shutil.copytree(tmp_path / "whole", tmp_path / str(number))
            (copy / file.name).write_bytes(HARMS[harm](file.read_bytes()))
            told += self._is_told(copy)
        assert told >= 2

    def _is_told(self, path):
        try:
            with self.open_index(path) as index:
                ask_all(index)
        except IndexDamaged as damage:
            return "rebuild it with `weft build`" in str(damage)
        return False
