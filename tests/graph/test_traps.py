"""The ten traps of merging: what looks like one thing in real records and is two, or the reverse.

In each, plain records fall apart by themselves, and a record that would glue them is stopped by a
guard that says so.
"""

import time
from itertools import combinations

import pytest
from msgspec.structs import replace

from graph.iris import mint_key
from graph.match import MAX_PER_SOURCE
from graph.merge import Policy, merge
from graph.work import Kind
from tests.graph.builders import MONDAY, Town, link, new_town, work

DATASET, SOFTWARE = Kind.DATASET, Kind.SOFTWARE
BOOK, CHAPTER, OTHER = Kind.BOOK, Kind.CHAPTER, Kind.OTHER


@pytest.fixture
def town(tmp_path):
    with new_town(tmp_path) as opened:
        yield opened


def groups(*members: str) -> set[frozenset[str]]:
    """Entities, each as the names of its records parted by blanks."""
    return {frozenset(names.split()) for names in members}


def decisions(town: Town) -> set[tuple[str, str, str]]:
    """Rule, evidence and records of every decision in force."""
    return {
        (each.rule, each.evidence, " ".join("/".join(name) for name in each.records))
        for each in town.catalogue.merged.decisions()
    }


def settle(town: Town, *works) -> None:
    """Let works arrive and build; nothing must change when it is built again."""
    town.arrive(*works)
    town.build()
    before = (town.keys(), town.stubs(), town.links(), decisions(town))
    town.build(anew=True)
    assert (town.keys(), town.stubs(), town.links(), decisions(town)) == before


# -- 1: concept and version DOI of Zenodo -------------------------------------------------------

CONCEPT, VERSION = "doi:10.5281/zenodo.100", "doi:10.5281/zenodo.101"


def test_a_concept_and_its_version_are_two_things_with_a_link(town):
    settle(
        town,
        work("zenodo/100", CONCEPT, kind=DATASET, title="Tides"),
        work(
            "zenodo/101", VERSION, kind=DATASET, title="Tides", links=[link("IsVersionOf", CONCEPT)]
        ),
    )
    assert town.groups() == groups("zenodo/100", "zenodo/101")
    assert decisions(town) == set()
    keys = town.keys()
    assert town.links() == {(keys["zenodo/101"], "isVersionOf", keys["zenodo/100"])}


def test_a_version_that_states_the_concept_doi_as_its_own_too_is_kept_apart(town):
    settle(
        town,
        work("zenodo/100", CONCEPT, kind=DATASET),
        work("zenodo/101", VERSION, CONCEPT, kind=DATASET),
    )
    assert town.groups() == groups("zenodo/100", "zenodo/101")
    assert decisions(town) == {("dois-differ", CONCEPT, "zenodo/100 zenodo/101")}


def test_a_record_that_names_both_dois_does_not_glue_concept_and_version(town):
    settle(
        town,
        work("zenodo/100", CONCEPT, kind=DATASET),
        work("zenodo/101", VERSION, kind=DATASET),
        work("copy/1", VERSION, CONCEPT, kind=DATASET),
    )
    assert town.groups() == groups("zenodo/100", "zenodo/101 copy/1")
    assert decisions(town) == {
        ("dois-differ", CONCEPT, "copy/1 zenodo/100"),
        ("same-doi", VERSION, "copy/1 zenodo/101"),
    }


def test_a_concept_that_says_it_is_a_version_of_itself_has_no_link(town):
    settle(town, work("zenodo/100", CONCEPT, links=[link("IsVersionOf", CONCEPT)]))
    assert town.groups() == groups("zenodo/100")
    assert town.links() == set()
    assert town.stubs() == {}
    assert town.catalogue.merged.counts().inner_links == 1
    assert decisions(town) == set()


# -- 2: records, versions and tables of HEPData -------------------------------------------------

PAPER, INSPIRE = "doi:10.1016/paper", "inspire:1124337"
RECORD = "doi:10.17182/hepdata.60581"
IN_HEPDATA = (RECORD, f"{RECORD}.v1", f"{RECORD}.v1/t1", f"{RECORD}.v1/t2", f"{RECORD}.v1/r1")


def test_what_hepdata_has_of_one_paper_stays_apart_and_is_linked(town):
    record, version, table = (
        work(f"hepdata/{n}", own, kind=DATASET, links=[link("IsSupplementTo", PAPER), *more])
        for n, own, more in [
            (1, IN_HEPDATA[0], []),
            (2, IN_HEPDATA[1], [link("IsVersionOf", IN_HEPDATA[0])]),
            (3, IN_HEPDATA[2], [link("IsPartOf", IN_HEPDATA[1])]),
        ]
    )
    settle(town, record, version, table, work("inspire/1", PAPER, INSPIRE))
    assert town.groups() == groups("hepdata/1", "hepdata/2", "hepdata/3", "inspire/1")
    assert decisions(town) == set()
    keys = town.keys()
    assert town.links() == {
        *((keys[f"hepdata/{n}"], "isSupplementTo", keys["inspire/1"]) for n in (1, 2, 3)),
        (keys["hepdata/2"], "isVersionOf", keys["hepdata/1"]),
        (keys["hepdata/3"], "isPartOf", keys["hepdata/2"]),
    }


def test_the_papers_identifier_on_three_of_them_glues_neither_them_nor_the_paper(town):
    settle(
        town,
        *(work(f"hepdata/{n}", IN_HEPDATA[n], INSPIRE, kind=DATASET) for n in range(3)),
        work("inspire/1", PAPER, INSPIRE),
    )
    names = ("hepdata/0", "hepdata/1", "hepdata/2")
    assert town.groups() == groups(*names, "inspire/1")
    assert decisions(town) == {
        *(("dois-differ", INSPIRE, f"{one} {other}") for one, other in combinations(names, 2)),
        *(("kinds-differ", INSPIRE, f"{name} inspire/1") for name in names),
    }


def test_the_papers_identifier_on_more_of_them_is_too_common(town):
    settle(
        town,
        *(work(f"hepdata/{n}", own, INSPIRE, kind=DATASET) for n, own in enumerate(IN_HEPDATA)),
        work("inspire/1", PAPER, INSPIRE),
    )
    names = [f"hepdata/{n}" for n in range(len(IN_HEPDATA))]
    assert town.groups() == groups(*names, "inspire/1")
    assert decisions(town) == {("identifier-too-common", INSPIRE, " ".join([*names, "inspire/1"]))}


# -- 3: IsIdenticalTo ---------------------------------------------------------------------------


def test_is_identical_to_alone_merges_nothing(town):
    claim = link("IsIdenticalTo", "doi:10.2/copy")
    settle(town, work("a/1", "doi:10.1/x", links=[claim]), work("b/1", "doi:10.2/copy"))
    assert town.groups() == groups("a/1", "b/1")
    assert decisions(town) == set()
    ((one, relation, other),) = town.links()
    assert (relation, {one, other}) == ("claimedIdenticalTo", set(town.keys().values()))


def test_is_identical_to_beside_a_shared_identifier_merges_by_the_identifier(town):
    claim = link("IsIdenticalTo", "oai:b:1")
    settle(town, work("a/1", "doi:10.1/x", links=[claim]), work("b/1", "doi:10.1/x"))
    assert town.groups() == groups("a/1 b/1")
    assert decisions(town) == {("same-doi", "doi:10.1/x", "a/1 b/1")}
    assert town.links() == set()


# -- 4: parts -----------------------------------------------------------------------------------


def test_a_chapter_with_the_isbn_of_its_book_stays_a_chapter(town):
    settle(
        town,
        work("oapen/1", "isbn:9780000000002", kind=BOOK, title="Tides"),
        work("oapen/2", "isbn:9780000000002", kind=CHAPTER, title="Tides"),
        work("doab/1", "isbn:9780000000002", kind=BOOK, title="Tides"),
    )
    assert town.groups() == groups("oapen/1 doab/1", "oapen/2")
    assert decisions(town) == {("same-isbn", "isbn:9780000000002", "doab/1 oapen/1")}


def test_a_chapter_with_the_handle_of_its_book_is_kept_apart(town):
    settle(
        town,
        work("oapen/1", "handle:20.500.12657/1", kind=BOOK),
        work("oapen/2", "handle:20.500.12657/1", kind=CHAPTER),
    )
    assert town.groups() == groups("oapen/1", "oapen/2")
    assert decisions(town) == {("kinds-differ", "handle:20.500.12657/1", "oapen/1 oapen/2")}


# -- 5: ISBNs of sets and series, several ISBNs -------------------------------------------------


def test_the_isbn_of_a_series_joins_no_two_of_its_books(town):
    settle(
        town,
        work("a/1", "isbn:9780000000002", kind=BOOK, title="The tides"),
        work("b/1", "isbn:9780000000002", kind=BOOK, title="The bores"),
        work("c/1", "isbn:9780000000002", kind=BOOK, title="The bores: a history"),
    )
    assert decisions(town) == {
        ("titles-differ", "isbn:9780000000002", "a/1 b/1"),
        ("same-isbn", "isbn:9780000000002", "b/1 c/1"),
    }
    assert town.groups() == groups("a/1", "b/1 c/1")


def test_the_isbn_of_a_set_joins_no_two_volumes_of_one_title(town):
    one, two = (
        replace(work(f"a/{n}", "isbn:9780000000002", kind=BOOK, title="The tides"), volume=str(n))
        for n in (1, 2)
    )
    settle(town, one, two)
    assert town.groups() == groups("a/1", "a/2")
    assert decisions(town) == {("titles-differ", "isbn:9780000000002", "a/1 a/2")}


def test_a_book_with_several_isbns_is_met_by_each(town):
    settle(
        town,
        work("a/1", "isbn:1", "isbn:2", kind=BOOK, title="Tides"),
        work("b/1", "isbn:1", kind=BOOK, title="Tides"),
        work("c/1", "isbn:2", kind=OTHER, title="Tides"),
        work("d/1", "isbn:3", kind=BOOK, title="Tides"),
    )
    assert town.groups() == groups("a/1 b/1 c/1", "d/1")
    assert decisions(town) == {
        ("same-isbn", "isbn:1", "a/1 b/1"),
        ("same-isbn", "isbn:2", "a/1 c/1"),
    }


def test_an_isbn_that_was_given_twice_does_not_join_dois_of_one_publisher(town):
    settle(
        town,
        work("a/1", "doi:10.1/a", "isbn:1", kind=BOOK, title="Tides"),
        work("b/1", "doi:10.1/b", "isbn:1", kind=BOOK, title="Tides"),
    )
    assert town.groups() == groups("a/1", "b/1")
    assert decisions(town) == {("dois-differ", "isbn:1", "a/1 b/1")}


# -- 6: the DOI of a project on many records ----------------------------------------------------


def test_the_doi_of_a_project_joins_none_of_the_records_that_carry_it(town):
    names = [f"a/{n}" for n in range(MAX_PER_SOURCE + 1)]
    settle(town, *(work(name, "doi:10.1/project", kind=DATASET) for name in names))
    assert town.groups() == groups(*names)
    assert decisions(town) == {("identifier-too-common", "doi:10.1/project", " ".join(names))}


def test_what_links_to_a_project_doi_finds_a_thing_of_its_own(town):
    names = [f"a/{n}" for n in range(MAX_PER_SOURCE + 1)]
    settle(
        town,
        *(work(name, "doi:10.1/project", kind=DATASET) for name in names),
        work("b/1", links=[link("Cites", "doi:10.1/project")]),
    )
    keys, stubs = town.keys(), town.stubs()
    assert town.links() == {(keys["b/1"], "cites", stubs["doi:10.1/project"])}
    assert stubs["doi:10.1/project"] not in keys.values()


def test_an_identifier_of_5000_records_is_reported_once_and_costs_little(town):
    """Also when one of the records changes: all that share the identifier are looked at then."""
    names = sorted(f"a/{n}" for n in range(5000))
    town.arrive(*(work(name, f"doi:10.1/{name}", "handle:1/project") for name in names))
    town.build()
    keys = town.keys()
    assert len(set(keys.values())) == 5000
    assert decisions(town) == {("identifier-too-common", "handle:1/project", " ".join(names))}
    town.arrive(work("a/7", "doi:10.1/a/7", "handle:1/project", title="Edited"))
    start = time.process_time()
    town.build()
    assert time.process_time() - start < 2.0  # pair by pair: 10 s
    assert town.keys() == keys
    assert decisions(town) == {("identifier-too-common", "handle:1/project", " ".join(names))}


# -- 7: chains ----------------------------------------------------------------------------------


def test_a_chain_does_not_join_two_own_dois_of_one_registrant(town):
    settle(
        town,
        work("a/1", "doi:10.1/a", "arxiv:1"),
        work("b/1", "arxiv:1", "cds:2"),
        work("c/1", "doi:10.1/c", "cds:2"),
    )
    assert town.groups() == groups("a/1 b/1", "c/1")
    assert decisions(town) == {
        ("same-arxiv", "arxiv:1", "a/1 b/1"),
        ("dois-differ", "cds:2", "b/1 c/1"),
    }


def test_a_chain_that_arrives_in_the_middle_last_is_cut_alike(town):
    town.arrive(work("a/1", "doi:10.1/a", "arxiv:1"), work("c/1", "doi:10.1/c", "cds:2"))
    town.build()
    before = town.keys()
    settle(town, work("b/1", "arxiv:1", "cds:2"))
    assert town.groups() == groups("a/1 b/1", "c/1")
    assert town.keys() == before | {"b/1": before["a/1"]}


def test_a_chain_of_dois_of_several_registrants_is_one_thing(town):
    settle(
        town,
        work("a/1", "doi:10.1/a", "arxiv:1"),
        work("b/1", "arxiv:1", "cds:2"),
        work("c/1", "doi:10.2/c", "cds:2"),
    )
    assert town.groups() == groups("a/1 b/1 c/1")


def test_a_doi_that_is_not_the_first_guards_as_well(town):
    settle(
        town,
        work("a/1", "doi:10.2/p", "doi:10.1/a", "arxiv:1"),
        work("b/1", "doi:10.1/b", "arxiv:1"),
    )
    assert town.groups() == groups("a/1", "b/1")
    assert decisions(town) == {("dois-differ", "arxiv:1", "a/1 b/1")}


# -- 8: generic titles --------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["Editorial", "Annual report", "Inside Front Cover"])
def test_a_title_alone_joins_nothing(town, title):
    names = ["a/1", "a/2", "b/1"]
    settle(town, *(work(name, title=title) for name in names))
    assert town.groups() == groups(*names)
    assert decisions(town) == set()


@pytest.mark.parametrize("own", ["issn:0001-0001", "url:https://x.org/reports", "github:o/r"])
def test_a_title_beside_what_holds_many_things_joins_nothing(town, own):
    settle(town, work("a/1", own, title="Annual report"), work("b/1", own, title="Annual report"))
    assert town.groups() == groups("a/1", "b/1")
    assert decisions(town) == set()


# -- 9: dataset and software --------------------------------------------------------------------


@pytest.mark.parametrize("other", [DATASET, Kind.PAPER])
def test_software_and_what_it_comes_with_stay_apart_on_one_doi(town, other):
    settle(
        town,
        work("a/1", "doi:10.1/x", kind=SOFTWARE, links=[link("IsSupplementTo", "oai:b:1")]),
        work("b/1", "doi:10.1/x", kind=other),
    )
    assert town.groups() == groups("a/1", "b/1")
    assert decisions(town) == {("kinds-differ", "doi:10.1/x", "a/1 b/1")}
    keys = town.keys()
    assert town.links() == {(keys["a/1"], "isSupplementTo", keys["b/1"])}


# -- 10: review comments, preprints -------------------------------------------------------------

ARTICLE = "doi:10.5194/essd-1-1-2020"


def test_review_comments_are_things_of_their_own(town):
    comments = [f"{ARTICLE}-{comment}" for comment in ("rc1", "rc2", "ac1")]
    settle(
        town,
        work("a/0", ARTICLE, title="Tides"),
        *(
            work(f"a/{n}", own, title="Comment on Tides", links=[link("Reviews", ARTICLE)])
            for n, own in enumerate(comments, start=1)
        ),
    )
    assert town.groups() == groups("a/0", "a/1", "a/2", "a/3")
    assert decisions(town) == set()


def test_a_review_comment_that_carries_the_articles_doi_is_kept_apart(town):
    settle(town, work("a/0", ARTICLE), work("a/1", f"{ARTICLE}-rc1", ARTICLE))
    assert town.groups() == groups("a/0", "a/1")
    assert decisions(town) == {("dois-differ", ARTICLE, "a/0 a/1")}


PREPRINT = work("arxiv/1", "arxiv:2001.00001", title="Tides")
JOURNAL = work("journal/1", "doi:10.1016/tides", title="Tides")


def test_a_preprint_and_the_journals_article_are_two_things(town):
    settle(town, PREPRINT, JOURNAL)
    assert town.groups() == groups("arxiv/1", "journal/1")
    assert decisions(town) == set()


def test_a_record_that_states_both_makes_one_of_preprint_and_article(town):
    both = work("inspire/1", "doi:10.1016/tides", "arxiv:2001.00001", title="Tides")
    settle(town, PREPRINT, JOURNAL, both)
    assert town.groups() == groups("arxiv/1 journal/1 inspire/1")
    assert decisions(town) == {
        ("same-doi", "doi:10.1016/tides", "inspire/1 journal/1"),
        ("same-arxiv", "arxiv:2001.00001", "arxiv/1 inspire/1"),
    }


def test_preprints_that_the_configuration_keeps_apart_are_joined_by_no_record(town):
    both = work("inspire/1", "doi:10.1016/tides", "arxiv:2001.00001", title="Tides")
    town.arrive(PREPRINT, JOURNAL)
    town.build()
    before = town.keys()
    town.arrive(both)
    merge(town.catalogue, MONDAY, policy=Policy(keeps_preprints=True))
    assert town.groups() == groups("arxiv/1", "journal/1 inspire/1")
    assert decisions(town) == {
        ("same-doi", "doi:10.1016/tides", "inspire/1 journal/1"),
        ("preprint-apart", "arxiv:2001.00001", "arxiv/1 inspire/1"),
    }
    assert town.keys() == before | {"inspire/1": before["journal/1"]}


def test_another_policy_for_preprints_is_heard_although_no_record_changed(town):
    town.arrive(PREPRINT, work("inspire/1", "doi:10.1016/tides", "arxiv:2001.00001"))
    apart = Policy(keeps_preprints=True)
    merge(town.catalogue, MONDAY, policy=apart)
    before = (town.keys(), decisions(town))
    town.build()
    assert town.groups() == groups("arxiv/1 inspire/1")
    merge(town.catalogue, MONDAY, policy=apart)
    assert (town.keys(), decisions(town)) == before


def test_a_preprint_is_a_thing_of_its_own_again_without_the_record_that_stated_both(town):
    town.arrive(PREPRINT, JOURNAL)
    town.build()
    before = town.keys()
    town.arrive(work("inspire/1", "doi:10.1016/tides", "arxiv:2001.00001"))
    town.build()
    town.delete("inspire/1")
    settle(town)
    assert town.keys() == before
    assert decisions(town) == set()


# -- odd statements -----------------------------------------------------------------------------


def test_a_cycle_of_version_links_is_kept_as_it_was_said(town):
    settle(
        town,
        *(
            work(f"a/{n}", f"doi:10.1/{n}", links=[link("IsNewVersionOf", f"doi:10.1/{older}")])
            for n, older in [(1, 2), (2, 3), (3, 1)]
        ),
    )
    assert town.groups() == groups("a/1", "a/2", "a/3")
    assert decisions(town) == set()
    keys = town.keys()
    assert {(one, other) for one, _, other in town.links()} == {
        (keys["a/1"], keys["a/2"]),
        (keys["a/2"], keys["a/3"]),
        (keys["a/3"], keys["a/1"]),
    }


def test_two_sources_that_disagree_on_kind_are_two_things_and_the_link_to_them_is_kept(town):
    settle(
        town,
        work("a/1", "doi:10.1/x", kind=Kind.PAPER),
        work("b/1", "doi:10.1/x", kind=DATASET),
        work("c/1", links=[link("Cites", "doi:10.1/x")]),
    )
    assert town.groups() == groups("a/1", "b/1", "c/1")
    assert decisions(town) == {("kinds-differ", "doi:10.1/x", "a/1 b/1")}
    keys, key = town.keys(), mint_key("doi:10.1/x")
    assert town.stubs() == {"doi:10.1/x": key}
    assert town.links() == {(keys["c/1"], "cites", key)}


def test_two_sources_that_disagree_within_a_class_are_one_thing_of_the_more_telling_kind(town):
    settle(
        town,
        work("a/1", "doi:10.1/x", kind=Kind.PAPER),
        work("b/1", "doi:10.1/x", kind=BOOK),
        work("c/1", "doi:10.1/x", kind=OTHER),
    )
    assert town.groups() == groups("a/1 b/1 c/1")
    assert decisions(town) == {("same-doi", "doi:10.1/x", "a/1 b/1 c/1")}
    assert town.catalogue.merged.counts().by_kind == {"book": 1}
