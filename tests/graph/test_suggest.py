"""Pairs by title: which are asked about, which never, and in which order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from graph.errors import CatalogueError
from graph.suggest import (
    MAX_BLOCK,
    Crowd,
    Sketch,
    Suggestion,
    objection,
    open_suggestions,
    sketch_of,
    weigh,
)
from graph.suggest.sketch import MAX_NAMES, family_name
from graph.work import Agent, Identifier, Kind, Link, Text, Work
from tests.graph.builders import identifier, link

TIDES = "The tides of the Severn"


def said(  # noqa: PLR0913  # what tells works apart
    name: str,
    *own: str,
    title: str = TIDES,
    titles: Sequence[str] = (),
    by: Sequence[str] = ("Lovelace, Ada",),
    year: int | None = 2012,
    kind: Kind = Kind.PAPER,
    links: Sequence[Link] = (),
    collaborations: Sequence[str] = (),
) -> Work:
    source, _, record = name.partition("/")
    return Work(
        source=source,
        record=record,
        datestamp="2024-01-01",
        kind=kind,
        identifiers=tuple(map(identifier, own)),
        titles=tuple(Text(each) for each in (title, *titles) if each),
        creators=tuple(Agent(name=each) for each in by),
        collaborations=tuple(collaborations),
        year=year,
        links=tuple(links),
    )


def asked(
    *works: Work, claims: Iterable[tuple[str, str]] = (), judged: Iterable[tuple[str, str]] = ()
) -> list[tuple[str, str]]:
    """Names of the pairs that are suggested when each work is an entity with its name as key."""
    entities = [(f"{work.source}/{work.record}", [work]) for work in works]
    return pairs(entities, claims=claims, judged=judged)


def pairs(entities, *, claims=(), judged=()) -> list[tuple[str, str]]:
    records = [(tuple(one.split("/")), tuple(other.split("/"))) for one, other in judged]
    with open_suggestions(entities, claims=claims, judged=records) as suggestions:
        found = list(suggestions)
        assert len(found) == len(suggestions)
    return [
        (f"{each.a.source}/{each.a.record}", f"{each.b.source}/{each.b.record}") for each in found
    ]


def weighed(one: Work, other: Work, *, is_claim: bool = False) -> Suggestion:
    found = weigh(sketch_of("one", [one]), sketch_of("other", [other]), is_claim=is_claim)
    assert found
    return found


PAIR = [("a/1", "b/1")]


def test_one_title_one_name_and_one_year_make_a_pair():
    assert asked(said("b/1"), said("a/1")) == PAIR


@pytest.mark.parametrize(
    ("other", "why_not"),
    [
        (said("b/1", title="The tides of the Humber"), "another title"),
        (said("b/1", by=["Noether, Emmy"]), "another name"),
        (said("b/1", by=()), "no name"),
        (said("b/1", year=2014), "two years apart"),
        (said("b/1", kind=Kind.DATASET), "another sort of thing"),
        (said("a/2", year=2013), "another year of the same source"),
        (said("b/1", links=[link("IsVersionOf", "doi:10.1/a")]), "a version of it"),
        (said("b/1", links=[link("HasPart", "doi:10.1/a")]), "the whole that it is part of"),
        (said("b/1", links=[link("Cites", "doi:10.1/a")]), "cites it"),
        (said("b/1", "doi:10.1/b"), "another DOI of one registrant"),
        (said("b/1", "doi:10.1/a", "doi:10.1/b"), "a further DOI of one registrant"),
        (said("b/1", "arxiv:1207.0002"), "another preprint"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_these_are_never_asked_about(other, why_not):
    assert asked(said("a/1", "doi:10.1/a", "arxiv:1207.0001"), other) == [], why_not


@pytest.mark.parametrize(
    "other",
    [
        said("b/1", title="The Tides of the SEVERN."),
        said("b/1", title="<i>The tides</i> of the Severn"),
        said("b/1", title="Les marées", titles=["The tides of the Severn"]),
        said("b/1", title="The tides of the Severn: a history"),
        said("b/1", title="The tides of the Severn - a history"),
        said("b/1", by=["Ada Lovelace", "Emmy Noether"]),
        said("b/1", by=["Lovelace, A. (Ed.)"]),
        said("b/1", by=["LOVELACE ,Ada"]),
        said("b/1", year=2013),
        said("b/1", year=None),
        said("a/2"),
        said("b/1", kind=Kind.OTHER),
        said("b/1", "doi:10.2/b"),
        said("b/1", "isbn:9783161484100"),
        said("b/1", links=[link("IsRelatedTo", "doi:10.1/a")]),
        said("b/1", links=[link("Cites", "doi:10.9/elsewhere")]),
    ],
)
def test_spelling_subtitles_and_vague_links_are_no_objection(other):
    assert len(asked(said("a/1", "doi:10.1/a"), other)) == 1


def test_different_subtitles_are_different_volumes():
    one, other = said("a/1", title=f"{TIDES}: volume 1"), said("b/1", title=f"{TIDES}: volume 2")
    assert asked(one, other) == []


def test_two_versions_of_one_thing_are_two():
    version = link("IsVersionOf", "doi:10.1/concept")
    assert asked(said("a/1", links=[version]), said("b/1", links=[version])) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"collaborations": ["CMS Collaboration"]}, {"by": ["CMS collaboration"]}),
        ({"collaborations": ["CMS Collaboration"]}, {"by": ["CMS"]}),
        ({"by": ["on behalf of the CMS Collaboration"]}, {"by": ["the CMS Collaboration"]}),
    ],
)
def test_a_collaboration_is_known_however_it_signs(one, other):
    assert asked(said("a/1", **{"by": (), **one}), said("b/1", **{"by": (), **other})) == PAIR


def test_who_hosts_or_supervises_a_thing_did_not_make_it():
    host = Agent(name="Zenodo", type="organization", role="hostingInstitution")
    one, other = (replace(said(name, by=()), creators=(host,)) for name in ("a/1", "b/1"))
    assert asked(one, other) == []


def test_all_records_of_an_entity_speak_for_it():
    entities = [
        ("A", [said("b/1", title="Other words for it all"), said("a/1", year=None, by=())]),
        ("B", [said("c/1", by=["Lovelace, Ada"])]),
    ]
    assert pairs(entities) == [("a/1", "c/1")]


def test_an_objection_to_any_record_of_an_entity_holds():
    entities = [
        ("A", [said("a/1"), said("b/1", "doi:10.1/a")]),
        ("B", [said("c/1"), said("d/1", "doi:10.1/b")]),
    ]
    assert pairs(entities) == []


def test_one_entity_is_never_paired_with_itself():
    assert pairs([("A", [said("a/1"), said("b/1")])]) == []


def test_a_pair_that_meets_by_two_titles_is_asked_once():
    titles = ["The bore of the river Severn"]
    assert asked(said("a/1", titles=titles), said("b/1", titles=titles)) == PAIR


CLAIMED = said("b/1", title="Something else", by=(), year=1980)


def test_what_a_record_states_to_be_identical_comes_first_and_needs_no_title():
    works = [said("a/1"), CLAIMED, said("c/1")]
    assert asked(*works, claims=[("b/1", "a/1")]) == [("a/1", "b/1"), ("a/1", "c/1")]


def test_a_claim_about_different_dois_is_asked_with_what_speaks_against_it():
    found = weighed(said("a/1", "doi:10.1/a"), said("b/1", "doi:10.1/b"), is_claim=True)
    assert found.why == (
        "a record states that they are identical, same title, 1 of 1 names, same year,"
        " but one registrant gave them different DOIs"
    )


@pytest.mark.parametrize(
    "other",
    [
        said("b/1", kind=Kind.SOFTWARE),
        said(
            "b/1", links=[link("IsNewVersionOf", "doi:10.1/a"), link("IsIdenticalTo", "doi:10.1/a")]
        ),
    ],
)
def test_a_claim_that_the_rest_of_the_record_denies_is_not_asked(other):
    assert asked(said("a/1", "doi:10.1/a"), other, claims=[("a/1", "b/1")]) == []


def test_a_claim_about_what_no_source_delivered_is_passed_over():
    assert asked(said("a/1"), claims=[("a/1", "stub")]) == []


def test_a_claim_and_a_title_are_one_pair():
    assert asked(said("a/1"), said("b/1"), claims=[("a/1", "b/1"), ("b/1", "a/1")]) == PAIR


@pytest.mark.parametrize("judged", [("a/1", "b/1"), ("b/1", "a/1")])
def test_what_was_judged_is_not_asked_again(judged):
    works = [said("a/1"), said("b/1"), said("c/1")]
    assert asked(*works, judged=[judged], claims=[judged]) == [("a/1", "c/1"), ("b/1", "c/1")]


def test_a_judgement_on_any_record_of_an_entity_counts():
    entities = [("A", [said("a/1"), said("a2/9")]), ("B", [said("b/1")])]
    assert pairs(entities, judged=[("a2/9", "b/1")]) == []


def test_a_judgement_on_a_record_that_is_gone_is_passed_over():
    assert asked(said("a/1"), said("b/1"), judged=[("a/1", "z/1")]) == PAIR


def crowd_of(*names: str) -> tuple[list[tuple[str, str]], list[Crowd]]:
    with open_suggestions([(name, [said(name)]) for name in names]) as suggestions:
        return [(each.a.key, each.b.key) for each in suggestions], list(suggestions.crowds())


def test_a_title_that_too_many_have_is_reported_and_not_compared():
    names = [f"s{number:02}/1" for number in range(MAX_BLOCK + 1)]
    assert crowd_of(*names) == ([], [Crowd(title=TIDES, n_entities=21)])
    found, crowds = crowd_of(*names[:-1])
    assert (len(found), crowds) == (190, [])


def test_a_title_that_one_source_has_four_times_is_reported_and_not_compared():
    assert crowd_of("a/1", "a/2", "a/3", "a/4") == ([], [Crowd(title=TIDES, n_entities=4)])
    found, crowds = crowd_of("a/1", "a/2", "a/3", "b/1")
    assert (len(found), crowds) == (6, [])


def test_the_largest_crowd_comes_first_under_the_title_that_it_shares():
    works = [
        *(said(f"a/{number}", title=f"Annals of tides: part {number}") for number in range(4)),
        *(said(f"b/{number}") for number in range(5)),
    ]
    with open_suggestions([(f"{each.source}{each.record}", [each]) for each in works]) as found:
        assert list(found.crowds()) == [
            Crowd(title=TIDES, n_entities=5),
            Crowd(title="Annals of tides", n_entities=4),
        ]


def test_pairs_come_by_score_and_then_by_name():
    works = [
        said("a/1"),
        said("a/2"),
        said("b/1", by=["Lovelace, Ada", "Noether, Emmy"]),
        said("c/1", year=None),
    ]
    assert asked(*works) == [
        ("a/1", "a/2"),
        ("a/1", "c/1"),
        ("a/2", "c/1"),
        ("a/1", "b/1"),
        ("a/2", "b/1"),
        ("b/1", "c/1"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "score", "why"),
    [
        (said("a/1"), said("b/1"), 1.0, "same title, 1 of 1 names, same year"),
        (said("a/1"), said("a/2"), 0.9, "same title, 1 of 1 names, same year"),
        (said("a/1"), said("b/1", year=2013), 0.9, "same title, 1 of 1 names, 1 year apart"),
        (said("a/1"), said("b/1", year=None), 0.9, "same title, 1 of 1 names, a year is missing"),
        (
            said("a/1"),
            said("b/1", by=["Ada Lovelace", "Emmy Noether"]),
            0.85,
            "same title, 1 of 2 names, same year",
        ),
        (
            said("a/1"),
            said("b/1", title=f"{TIDES}: a history"),
            0.92,
            "same title but for a subtitle, 1 of 1 names, same year",
        ),
        (
            said("a/1", "arxiv:1207.0001"),
            said("b/1", "doi:10.1/a"),
            1.0,
            (
                "same title, 1 of 1 names, same year, but one is on arXiv and the other has a DOI:"
                " preprint and article are two"
            ),
        ),
    ],
)
def test_the_score_and_its_reasons_are_told(one, other, score, why):
    found = weighed(one, other)
    assert (found.score, found.why) == (score, why)


def test_a_claim_between_titles_that_differ_scores_what_they_have_in_common():
    found = weighed(said("a/1"), CLAIMED, is_claim=True)
    assert found.score < 0.4
    assert found.why == "a record states that they are identical, 32 years apart"


def test_the_objection_has_a_name():
    sketch = sketch_of("key", [said("a/1")])
    assert objection(sketch, sketch) == "one-entity"


def test_a_sketch_is_the_same_in_whatever_order_the_records_come():
    works = [said("b/1", "doi:10.1/b", year=2013), said("a/1", title="TIDES of the Severn!")]
    assert sketch_of("key", works) == sketch_of("key", works[::-1])


def test_a_sketch_shows_the_first_record_and_a_few_names():
    names = ["A, A", "B, B", "C, C", "D, D", "E, E"]
    sketch = sketch_of("key", [said("b/1"), said("a/1", title="", by=names)])
    assert (str(sketch.name), sketch.title) == ("a:1", "")
    assert sketch.creators == "A, A; B, B; C, C; D, D; and 1 more"


def test_of_thousands_of_names_the_first_are_looked_at():
    sketch = sketch_of("key", [said("a/1", by=[f"N{number}, A" for number in range(3000)])])
    assert len(sketch.names) == MAX_NAMES


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Noether, Emmy", "noether"),
        ("Emmy Noether", "noether"),
        ("García Lorca, Federico", "lorca"),
        ("Federico García Lorca", "lorca"),
        ("Müller-Lüdenscheidt, Ö.", "ludenscheidt"),
        ("King, Martin Luther, Jr.", "king"),
        ("Martin Luther King Jr.", "king"),
        ("Noether, Emmy (Ed.)", "noether"),
        ("Emmy Noether (Hrsg.)", "noether"),
        ("ATLAS Collaboration", "atlas"),
        ("Jr.", "jr"),
        ("...", ""),
        ("", ""),
    ],
)
def test_people_are_known_by_the_last_word_of_the_family_name(name, family):
    assert family_name(Agent(name=name)) == family


def test_organisations_are_known_by_their_whole_name():
    assert family_name(Agent(name="Université de Genève", type="organization")) == (
        "universite de geneve"
    )


def test_a_disk_without_room_is_an_error_of_the_catalogue(monkeypatch):
    monkeypatch.setattr("graph.suggest.search._SCHEMA", "CREATE TABLE sketch (nothing);")
    with (
        pytest.raises(CatalogueError, match="cannot compare titles: "),
        open_suggestions([("A", [said("a/1")])]),
    ):
        pytest.fail("nothing can be kept")


@dataclass(frozen=True)
class _Town:
    entities: tuple[tuple[str, tuple[Work, ...]], ...]
    judged: tuple[tuple[str, str], ...]
    claims: tuple[tuple[str, str], ...]


_DOIS = st.lists(
    st.sampled_from(
        [Identifier("doi", f"10.{registrant}/{n}") for registrant in "12" for n in "12"]
    ),
    max_size=2,
    unique=True,
)
_LINKS = st.lists(
    st.builds(
        link,
        st.sampled_from(["IsVersionOf", "IsPartOf", "IsRelatedTo", "IsIdenticalTo"]),
        st.sampled_from(["doi:10.1/1", "doi:10.2/1", "doi:10.9/9"]),
    ),
    max_size=1,
)


@st.composite
def _towns(draw: st.DrawFn) -> _Town:
    names = draw(st.lists(st.integers(0, 40), min_size=2, max_size=10, unique=True))
    works = [
        replace(
            said(
                f"{'abc'[number % 3]}/{number}",
                title=draw(st.sampled_from([TIDES, TIDES.upper(), f"{TIDES}: a history"])),
                year=draw(st.sampled_from([2012, 2013, None])),
                kind=draw(st.sampled_from([Kind.PAPER, Kind.PAPER, Kind.OTHER, Kind.DATASET])),
                links=draw(_LINKS),
            ),
            identifiers=tuple(draw(_DOIS)),
        )
        for number in names
    ]
    entities: dict[str, list[Work]] = {}
    for work in works:
        entities.setdefault(f"key{draw(st.integers(0, 6))}", []).append(work)
    records = st.sampled_from([f"{work.source}/{work.record}" for work in works])
    keys = st.sampled_from(sorted(entities))
    return _Town(
        entities=tuple((key, tuple(members)) for key, members in entities.items()),
        judged=tuple(draw(st.lists(st.tuples(records, records), max_size=3))),
        claims=tuple(draw(st.lists(st.tuples(keys, keys), max_size=2))),
    )


def _found(town: _Town, entities: Iterable[tuple[str, Sequence[Work]]]) -> list[Suggestion]:
    judged = [((one[0], one[2:]), (other[0], other[2:])) for one, other in town.judged]
    with open_suggestions(entities, claims=town.claims, judged=judged) as suggestions:
        return list(suggestions)


@given(town=_towns())
def test_no_pair_is_one_entity_linked_or_judged(town):
    holder = {f"{work.source}/{work.record}": key for key, works in town.entities for work in works}
    judged = {frozenset({holder[one], holder[other]}) for one, other in town.judged}
    works = dict(town.entities)
    seen: set[frozenset[str]] = set()
    for each in _found(town, town.entities):
        pair = frozenset({each.a.key, each.b.key})
        assert len(pair) == 2
        assert pair not in judged | seen
        seen.add(pair)
        assert each.a.name < each.b.name
        assert not _has_link(works[each.a.key], works[each.b.key])
        assert each.is_claim or _agree_on_dois(each.a, each.b)


def _has_link(one: Sequence[Work], other: Sequence[Work]) -> bool:
    strong = ("IsVersionOf", "IsPartOf")
    return any(
        each.relation in strong and each.target in work.identifiers
        for here, there in ((one, other), (other, one))
        for each in (each for work in here for each in work.links)
        for work in there
    )


def _agree_on_dois(one: Sketch, other: Sketch) -> bool:
    ours, theirs = one.dois, other.dois
    return all(ours[registrant] == theirs[registrant] for registrant in ours.keys() & theirs)


@given(town=_towns(), data=st.data())
def test_the_order_of_the_entities_and_their_records_makes_no_difference(town, data):
    shuffled = [
        (key, data.draw(st.permutations(works)))
        for key, works in data.draw(st.permutations(town.entities))
    ]
    assert _found(town, town.entities) == _found(town, shuffled)
