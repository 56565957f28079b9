"""What counts with what; the reference walks from every entity, as the rule is worded."""

from hypothesis import given
from hypothesis import strategies as st

from graph.entity import Entity
from graph.work import Access, Kind
from search.coverage.rollup import Known, find_roots
from tests.search.coverage.naive import Count, Holding

KINDS = [str(kind) for kind in Kind]


def _roots(
    kinds: dict[str, str],
    stubs: str = "",
    versions: tuple[str, ...] = (),
    parts: tuple[str, ...] = (),
) -> dict[str, str]:
    known = Known(kinds=kinds, stubs=frozenset(stubs))
    steps = ([(pair[0], pair[1]) for pair in pairs] for pairs in (versions, parts))
    return find_roots(known, *steps)


def test_a_table_counts_with_its_record_through_the_version():
    kinds = dict.fromkeys("tvr", "dataset")
    assert _roots(kinds, versions=("vr",), parts=("tv", "tr")) == {"t": "r", "v": "r"}


def test_versions_of_a_concept_that_nobody_delivered_count_together():
    assert _roots({"a": "dataset", "b": "dataset"}, "c", versions=("ac", "bc")) == {
        "a": "c",
        "b": "c",
    }


def test_parts_of_something_of_unknown_kind_count_alone():
    """Communities and collections are stated as wholes; nothing says that they are works."""
    assert _roots({"a": "dataset", "b": "dataset"}, "c", parts=("ac", "bc")) == {}


def test_a_chapter_counts_with_its_book_and_a_paper_not_with_its_journal():
    kinds = {"c": "chapter", "b": "book", "p": "paper", "j": "other", "q": "paper"}
    assert _roots(kinds, parts=("cb", "pj", "pb", "qp")) == {"c": "b"}


def test_of_several_wholes_the_delivered_one_goes_first_then_the_first_key():
    kinds = {"x": "chapter", "a": "book", "b": "book", "c": "book"}
    assert _roots(kinds, "ab", parts=("xa", "xb", "xc")) == {"x": "c"}
    assert _roots(kinds, "abc", parts=("xc", "xb", "xa")) == {"x": "a"}


def test_things_of_different_kinds_are_no_versions_of_each_other():
    assert _roots({"d": "dataset", "s": "software"}, versions=("ds",)) == {}


def test_versions_of_each_other_in_a_circle_count_alone():
    kinds = dict.fromkeys("abc", "paper")
    assert _roots(kinds, versions=("ab", "ba", "ca")) == {}


def test_a_circle_with_a_way_out_counts_with_what_is_there():
    kinds = dict.fromkeys("abo", "paper")
    assert _roots(kinds, versions=("ab", "ba", "bo")) == {"a": "o", "b": "o"}


def test_a_long_chain_of_revisions_counts_with_the_first():
    keys = [f"{n:05}" for n in range(20_000)]
    known = Known(kinds=dict.fromkeys(keys, "software"), stubs=frozenset())
    roots = find_roots(known, zip(keys[1:], keys, strict=False), [])
    assert set(roots.values()) == {"00000"}
    assert len(roots) == 19_999


def _entity(key: str, kind: str) -> Entity:
    nothing = (), (), ()
    return Entity(
        key, Kind(kind), (), None, *nothing, "", None, (), "", Access.UNKNOWN, (), "", None, "", "",
        (), (), None, (),
    )  # fmt: skip


_KEYS = st.sampled_from("abcdefgh")
_PAIRS = st.lists(st.tuples(_KEYS, _KEYS).filter(lambda pair: pair[0] != pair[1]), max_size=12)


@given(
    kinds=st.dictionaries(_KEYS, st.sampled_from(["dataset", "book", "chapter", "paper"])),
    stubs=st.sets(_KEYS),
    versions=_PAIRS,
    parts=_PAIRS,
)
def test_the_roots_are_those_found_by_walking_from_each(kinds, stubs, versions, parts):
    live = {key: kind for key, kind in kinds.items() if key not in stubs}
    links = [(a, "IsVersionOf", b) for a, b in versions] + [(a, "IsPartOf", b) for a, b in parts]
    held = Holding(
        entities={key: _entity(key, kind) for key, kind in live.items()},
        stub_kinds={key: kind for key, kind in kinds.items() if key in stubs},
        links=links,
    )
    walked = {key: work.partition(" ")[0] for key, work in Count(held).works.items() if work != key}
    known = Known(kinds=kinds, stubs=frozenset(stubs))
    assert find_roots(known, versions, parts) == walked
