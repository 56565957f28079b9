"""Trees of versions and parts, from links written out by hand."""

from search.web.linked.family import MAX_VERSIONS, Family, newest_first
from search.web.linked.neighbour import Neighbour

OF, NEWER, PART = (
    "http://purl.org/dc/terms/isVersionOf",
    "http://www.w3.org/ns/prov#wasRevisionOf",
    "http://purl.org/dc/terms/isPartOf",
)


class Links:
    """Links in memory."""

    def __init__(self, *links):
        self._links = links

    def objects(self, subject, predicate):
        return sorted(o for s, p, o in self._links if (s, p) == (subject, predicate))

    def subjects(self, predicate, value):
        return sorted(s for s, p, o in self._links if (p, o) == (predicate, value))

    def names(self, iris):
        return {iri: iri for iri in iris}


def entity(iri, date="", version=""):
    return Neighbour(iri=iri, path=iri, name=iri, kind="dataset", date=date, version=version)


def family(*links, dates=None):
    return Family(Links(*links), lambda iri: entity(iri, (dates or {}).get(iri, "")), str)


def lines(twigs):
    return [(twig.entity.iri, lines(twig.twigs)) for twig in twigs]


def test_what_has_no_versions_and_no_parts_has_no_trees():
    alone = family(("x", OF, "x"), ("x", NEWER, "x"), ("x", PART, "x"))
    assert alone.versions("x") is None
    assert alone.parts("x") == ()


def test_versions_without_a_concept_are_found_along_the_chain():
    found = family(("c", NEWER, "b"), ("b", NEWER, "a")).versions("b")
    assert lines(found.twigs) == [("c", []), ("b", []), ("a", [])]
    assert [twig.is_current for twig in found.twigs] == [False, True, False]
    assert [twig.is_newest for twig in found.twigs] == [True, False, False]


def test_what_is_stated_goes_before_the_dates():
    order, is_circular = newest_first(
        {"new": entity("new", "2001"), "old": entity("old", "2009")}, {"new": {"old"}, "old": set()}
    )
    assert (order, is_circular) == (["new", "old"], False)


def test_without_a_statement_the_later_date_then_the_higher_number_is_newer():
    versions = {
        "a": entity("a", "2001", "v9"),
        "b": entity("b", "2001", "v10"),
        "c": entity("c", "2002", "v1"),
    }
    assert newest_first(versions, {each: set() for each in versions})[0] == ["c", "b", "a"]


def test_a_circle_ends_and_nothing_is_called_the_newest():
    found = family(("a", NEWER, "b"), ("b", NEWER, "c"), ("c", NEWER, "a")).versions("a")
    assert found.is_circular
    assert found.n_versions == 3
    assert not any(twig.is_newest for twig in found.twigs)


def test_hundreds_of_versions_are_not_all_read():
    links = [(f"v{n:03}", OF, "all") for n in range(300)]
    found = family(*links).versions("v299")
    assert (found.n_versions, found.is_cut) == (MAX_VERSIONS, True)
    [top] = found.twigs
    assert len(top.twigs) == 12
    assert "v299" in [twig.entity.iri for twig in top.twigs]
    assert top.more_path == "/links?at=all&relation=IsVersionOf"


def test_wholes_are_nested_outwards():
    trees = family(("x", PART, "page"), ("page", PART, "book"), ("book", PART, "row")).parts("x")
    assert lines(trees) == [("row", [("book", [("page", [("x", [])])])])]


def test_wholes_in_a_circle_are_walked_once():
    trees = family(("x", PART, "y"), ("y", PART, "x")).parts("x")
    assert lines(trees) == [("y", [("x", [])])]


def test_a_thing_in_two_wholes_stands_in_both():
    trees = family(("x", PART, "a"), ("x", PART, "b")).parts("x")
    assert lines(trees) == [("a", [("x", [])]), ("b", [("x", [])])]


def test_parts_of_parts_are_shown_of_the_first_and_counted():
    links = [(f"p{n:02}", PART, "x") for n in range(20)]
    links += [(f"q{n}", PART, "p00") for n in range(6)]
    [top] = family(*links).parts("x")
    assert (len(top.twigs), top.n_more) == (12, 8)
    assert (len(top.twigs[0].twigs), top.twigs[0].n_more) == (4, 2)
