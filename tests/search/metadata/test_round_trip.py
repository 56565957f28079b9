"""A second Weft that harvests what this one delivers ends with the same things."""

import pytest

from graph.relation import RELATIONS
from graph.work import Access, Kind
from search.metadata.described import Described, Related
from search.metadata.formats import FORMS
from tests.search.metadata.conftest import FULL
from tests.search.metadata.releases import read_work

KEPT_KINDS = ("dataset", "paper", "software", "book", "chapter", "other")


def again(described, prefix="oai_datacite"):
    """What a second Weft makes of an entity."""
    return read_work(FORMS[prefix].write(described), described.key)


def own_identifiers(work, key):
    """Without the one that it has in the provider."""
    return {str(each) for each in work.identifiers} - {f"oai:weft.example.org:{key}"}


@pytest.fixture
def full_again(read):
    return again(read("full"))


def test_all_own_identifiers_come_back(full_again):
    assert own_identifiers(full_again, "full") == {str(each) for each in FULL.identifiers}


def test_everything_that_the_record_said_comes_back(full_again):
    assert full_again.kind == FULL.kind
    assert full_again.titles == FULL.titles
    assert (full_again.year, full_again.dates) == (FULL.year, FULL.dates)
    assert (full_again.licence, full_again.access) == ("CC-BY-4.0", Access.OPEN)
    assert (full_again.publisher, full_again.version) == (FULL.publisher, FULL.version)
    assert full_again.publisher_identifier == FULL.publisher_identifier
    assert full_again.subjects == FULL.subjects
    assert full_again.descriptions == FULL.descriptions
    assert full_again.funding == FULL.funding
    assert full_again.collaborations == FULL.collaborations
    assert (full_again.sizes, full_again.formats) == (FULL.sizes, FULL.formats)


def test_creators_come_back_in_order_with_type_orcid_and_affiliations(full_again):
    creators = [agent for agent in full_again.creators if agent.role == "creator"]
    stated = [agent for agent in FULL.creators if agent.role == "creator"]
    assert [(a.name, a.type, a.identifiers) for a in creators] == [
        (a.name, a.type, a.identifiers) for a in stated
    ]
    assert [place.identifiers for place in creators[1].affiliations] == [
        place.identifiers for place in stated[1].affiliations
    ]


def test_of_a_contributor_only_an_editor_keeps_the_role(full_again):
    others = [(agent.name, agent.role) for agent in full_again.creators if agent.role != "creator"]
    assert others == [("Editor, Emma", "editor"), ("Helper, Hans", "other")]


def test_links_come_back_to_the_identifiers_that_their_targets_carry(full_again):
    links = {(link.relation, str(link.target), link.target_kind) for link in full_again.links}
    assert links == {
        ("IsSupplementTo", "isbn:9783540673095", ""),
        ("IsCitedBy", "isbn:9783540673095", ""),
        ("Cites", "doi:10.1000/stub", "paper"),
        ("IsDerivedFrom", "url:https://weft.example.org/id/archived", ""),
        ("IsCompiledBy", "doi:10.5281/zenodo.8", "software"),
        ("IsNewVersionOf", "inspire:77", "paper"),
        # both have the ISBN of the book, which names neither for the other
        ("IsRelatedTo", "url:https://weft.example.org/id/book", "book"),
    }


def test_a_link_by_the_iri_of_an_entity_meets_its_identifier(read):
    archived = again(read("archived"))
    assert "url:https://weft.example.org/id/archived" in map(str, archived.identifiers)
    assert (archived.year, archived.creators, archived.kind) == (None, (), Kind.OTHER)


def test_only_what_the_kernel_cannot_hold_is_lost(full_again):
    assert full_again.languages == ("en",)
    assert not full_again.volume
    assert full_again.problems == ()


@pytest.mark.parametrize("key", ["full", "paper", "archived", "chapter", "book", "software"])
@pytest.mark.parametrize("prefix", sorted(FORMS))
def test_every_kind_comes_back_from_every_format(read, key, prefix):
    described = read(key)
    assert again(described, prefix).kind == described.kind


@pytest.mark.parametrize("kind", KEPT_KINDS)
def test_a_paper_or_book_keeps_its_isbn_and_a_chapter_has_that_of_its_volume(kind):
    described = Described(
        iri="https://weft.example.org/id/a",
        key="a",
        kind=kind,
        identifiers=("doi:10.1000/a", "isbn:9783030382070"),
    )
    has_isbn = "isbn:9783030382070" in own_identifiers(again(described), "a")
    assert has_isbn == (kind != "chapter")


@pytest.mark.parametrize("relation", sorted(RELATIONS))
def test_every_relation_comes_back(relation):
    other = Related(
        relation=relation,
        iri="https://weft.example.org/id/b",
        key="b",
        kind="software",
        name="B",
        identifiers=("github:lamp/oil",),
        is_stub=False,
    )
    described = Described(
        iri="https://weft.example.org/id/a", key="a", kind="dataset", related=(other,)
    )
    (link,) = again(described).links
    assert (link.relation, str(link.target)) == (relation, "github:lamp/oil")


@pytest.mark.parametrize("relation", sorted(RELATIONS))
def test_every_relation_comes_back_from_marc(relation):
    ends = tuple(
        Related(
            relation=relation,
            iri=f"https://weft.example.org/id/b{n}",
            key=f"b{n}",
            kind="book",
            name="B",
            identifiers=(identifier,),
            is_stub=False,
        )
        for n, identifier in enumerate(("doi:10.1000/b", "isbn:9783030382070", "arxiv:1207.7235"))
    )
    described = Described(iri="https://weft.example.org/id/a", key="a", kind="book", related=ends)
    assert [(link.relation, str(link.target)) for link in again(described, "marcxml").links] == [
        (relation, "doi:10.1000/b"),
        (relation, "isbn:9783030382070"),
        (relation, "arxiv:1207.7235"),
    ]


def test_the_whole_sample_comes_back(sample):
    whole = [each for each in sample if not each.is_stub]
    assert len(whole) == 140
    for each in whole:
        work = again(each)
        creators = [agent for agent in work.creators if agent.role == "creator"]
        assert own_identifiers(work, each.key) - {f"url:{each.iri}"} == set(each.identifiers)
        assert work.kind == each.kind
        assert [title.value for title in work.titles] == [title.value for title in each.titles]
        assert [(a.name, tuple(map(str, a.identifiers))) for a in creators] == [
            (a.name, a.identifiers) for a in each.creators
        ]
        assert (work.year, work.licence, work.publisher) == (each.year, each.spdx, each.publisher)
        assert work.languages == each.languages
        assert tuple(subject.value for subject in work.subjects) == each.subjects
        assert [text.value for text in work.descriptions] == [each.abstract][: bool(each.abstract)]
        assert len(work.funding) == len(each.grants)
        assert [link.relation for link in work.links] == [end.relation for end in each.related]
        for link, end in zip(work.links, each.related, strict=True):
            assert str(link.target) in (*end.identifiers, f"url:{end.iri}")
