"""Changes to a copy of a store: what is replaced, what is shared, what is counted."""

import pyoxigraph as ox
import pytest

from graph.errors import ReleaseError
from graph.store_editor import edit_copy

BASE = "http://weft.test/"
ORCID = "https://orcid.org/0000-0002-1825-0097"
A, B = f"{BASE}id/aaaaaaaaaaaaa", f"{BASE}id/bbbbbbbbbbbbb"
RECORD_A, RECORD_B = f"{BASE}record/a/1", f"{BASE}record/b/1"
NAME, CREATOR = "https://schema.org/name", "https://schema.org/creator"
AGENT = f"{A}#agent-1"


def says(subject: str, name: str, graph: str = "") -> str:
    end = f" <{graph}>" if graph else ""
    return f'<{subject}> <{NAME}> "{name}"{end} .\n'


def made_by(subject: str, agent: str, graph: str = "") -> str:
    end = f" <{graph}>" if graph else ""
    return f"<{subject}> <{CREATOR}> <{agent}>{end} .\n"


START = [
    says(A, "A"),
    made_by(A, AGENT),
    says(AGENT, "Ada at home"),
    made_by(A, ORCID),
    says(B, "B"),
    made_by(B, ORCID),
    says(ORCID, "Ada"),
    says(ORCID, "A. Lovelace"),
    says(A, "A", RECORD_A),
    made_by(A, ORCID, RECORD_A),
    says(ORCID, "Ada", RECORD_A),
    says(B, "B", RECORD_B),
    made_by(B, ORCID, RECORD_B),
    says(ORCID, "A. Lovelace", RECORD_B),
]


def parse(*lines: str) -> set[ox.Quad]:
    return set(ox.parse("".join(lines), format=ox.RdfFormat.N_QUADS))


@pytest.fixture
def parent(tmp_path):
    """A store of two entities whose records share an author."""
    store = ox.Store(str(tmp_path / "parent"))
    store.extend(parse(*START))
    store.flush()
    del store
    return tmp_path / "parent"


def edited(parent, *, steps):
    """What the copy holds after these steps, and the number of quads that they count."""
    copy = parent.with_name("copy")
    with edit_copy(parent, copy, BASE) as editor:
        steps(editor)
        n_more = editor.n_more
    return set(ox.Store.read_only(str(copy))), n_more


def without(*lines: str) -> set[ox.Quad]:
    return parse(*START) - parse(*lines)


def test_nothing_done_is_a_copy(parent):
    found, n_more = edited(parent, steps=lambda _: None)
    assert (found, n_more) == (parse(*START), 0)


def test_a_rewritten_subject_says_what_it_is_given_and_its_own_parts_go_along(parent):
    new = [says(A, "New"), made_by(A, ORCID)]
    found, n_more = edited(parent, steps=lambda editor: editor.rewrite([(A, new)]))
    gone = (says(A, "A"), made_by(A, AGENT), says(AGENT, "Ada at home"))
    assert found == without(*gone) | parse(*new)
    assert n_more == -2


def test_the_same_said_again_changes_nothing(parent):
    def again(editor):
        editor.rewrite([(B, [says(B, "B"), made_by(B, ORCID)])])
        editor.replace_graphs([(RECORD_B, START[11:])])
        editor.add([says(B, "B")])
        editor.rewrite_shared()

    assert edited(parent, steps=again) == (parse(*START), 0)


def test_the_same_said_in_other_words_changes_nothing(parent):
    def escaped(editor):
        again = rf'<{A}> <{NAME}> "\u0041"'
        editor.rewrite([(A, [f"{again} .\n", *START[1:4]])])
        editor.replace_graphs([(RECORD_A, [f"{again} <{RECORD_A}> .\n", *START[9:11]])])

    assert edited(parent, steps=escaped) == (parse(*START), 0)


def test_a_literal_may_hold_what_else_ends_lines_and_look_like_a_part(parent):
    odd = [says(A, "one\x85two\u2028three\x0cfour"), says(A, f"{A}#agent-1"), *START[1:4]]
    found, n_more = edited(
        parent, steps=lambda editor: (editor.rewrite([(A, odd)]), editor.rewrite([(A, odd)]))
    )
    assert found == without(says(A, "A")) | parse(*odd)
    assert n_more == 1


def test_many_things_are_each_given_their_own_lines(parent):
    subjects = [f"{BASE}id/{n:013}" for n in range(100)]
    records = [f"{BASE}record/c/{n}" for n in range(100)]
    first, second = (
        [(f"{word} {n}", subjects[n], records[n]) for n in range(100)] for word in ("Old", "New")
    )

    def steps(editor):
        for round_ in (first, second):
            editor.rewrite((subject, [says(subject, name)]) for name, subject, _ in round_)
            editor.replace_graphs(
                (record, [says(subject, name, record)]) for name, subject, record in round_
            )

    found, n_more = edited(parent, steps=steps)
    expected = [
        line
        for name, subject, record in second
        for line in (says(subject, name), says(subject, name, record))
    ]
    assert found == parse(*START, *expected)
    assert n_more == len(expected)


def test_what_is_said_twice_is_counted_once(parent):
    found, n_more = edited(
        parent, steps=lambda editor: editor.rewrite([(B, [says(B, "C"), says(B, "C")])])
    )
    assert found == without(says(B, "B"), made_by(B, ORCID)) | parse(says(B, "C"))
    assert n_more == -1


def test_a_replaced_graph_takes_its_word_on_shared_agents_along(parent):
    def step(editor):
        editor.replace_graphs([(RECORD_B, [says(B, "B", RECORD_B)])])
        editor.rewrite_shared()

    found, n_more = edited(parent, steps=step)
    in_record = (made_by(B, ORCID, RECORD_B), says(ORCID, "A. Lovelace", RECORD_B))
    assert found == without(*in_record, says(ORCID, "A. Lovelace"))
    assert n_more == -3


def test_what_another_record_says_of_a_shared_agent_stays(parent):
    def step(editor):
        editor.replace_graphs([(RECORD_A, [])])
        editor.replace_graphs([(RECORD_B, [says(ORCID, "Ada", RECORD_B)])])
        editor.rewrite_shared()

    found, _ = edited(parent, steps=step)
    assert found >= parse(says(ORCID, "Ada"))
    assert not found & parse(says(ORCID, "A. Lovelace"))


def test_an_agent_of_whom_no_record_speaks_any_more_is_gone(parent):
    def step(editor):
        editor.replace_graphs([(RECORD_A, [])])
        editor.replace_graphs([(RECORD_B, [])])
        editor.rewrite([(A, [])])
        editor.rewrite([(B, [])])
        editor.rewrite_shared()

    assert edited(parent, steps=step) == (set(), -len(START))


def test_one_subject_is_removed_from_one_graph(parent):
    found, n_more = edited(parent, steps=lambda editor: editor.remove_subject(ORCID, RECORD_A))
    assert found == without(says(ORCID, "Ada", RECORD_A))
    assert n_more == -1


def test_added_quads_are_counted_when_they_are_new(parent):
    found, n_more = edited(
        parent, steps=lambda editor: editor.add([says(B, "B"), says(B, "Bee", RECORD_B)])
    )
    assert found == parse(*START, says(B, "Bee", RECORD_B))
    assert n_more == 1


def test_the_parent_stays_as_it_was(parent):
    edited(parent, steps=lambda editor: editor.rewrite([(A, [])]))
    assert set(ox.Store.read_only(str(parent))) == parse(*START)


def test_a_parent_that_is_no_store_is_named(tmp_path):
    with (
        pytest.raises(ReleaseError, match=r"cannot copy the graph at .*none"),
        edit_copy(tmp_path / "none", tmp_path / "copy", BASE),
    ):
        pass


def test_a_closed_editor_says_so(parent):
    with edit_copy(parent, parent.with_name("copy"), BASE) as editor:
        pass
    with pytest.raises(ReleaseError, match="the store is closed"):
        editor.add([says(A, "A")])


def test_a_step_that_fails_closes_the_store(parent):
    """Its files can be removed and their room is given back."""
    copy = parent.with_name("copy")
    with pytest.raises(SyntaxError), edit_copy(parent, copy, BASE) as editor:
        editor.add(["no quad\n"])
    with pytest.raises(ReleaseError, match="the store is closed"):
        editor.add([])
    ox.Store(str(copy))  # a store that is open cannot be opened a second time
