"""Explanations as people see them: what is named, what is left out, what is marked."""

import pytest

from graph.explain.answer import (
    ChosenField,
    Comparison,
    Conflict,
    ConflictCount,
    Conflicts,
    ConflictValue,
    Explanation,
    GatheredField,
    GatheredValue,
    Member,
    OtherValue,
    Party,
    Reason,
    RecordName,
    State,
    StatedLink,
    Statement,
    Subject,
)
from graph.explain.view import View
from graph.store import open_graph
from tests.graph.stores import bulk_load
from tests.weft.terminal import console, written
from weft.explain_text import show_comparison, show_conflicts, show_explanation

B, SCHEMA = "http://x/", "https://schema.org/"


@pytest.fixture
def view(tmp_path):
    """A release that knows no more than two names."""
    quads = tmp_path / "release.nq"
    names = (("aaaaaaaaaaaaa", "Jets [of] [/x]"), ("bbbbbbbbbbbbb", "A paper"))
    quads.write_text("".join(f'<{B}id/{key}> <{SCHEMA}name> "{name}" .\n' for key, name in names))
    bulk_load(quads, tmp_path / "graph")
    with open_graph(tmp_path / "graph") as reader:
        yield View(reader, B)


A_SUBJECT = Subject(
    asked="ccccccccccccc",
    state=State.ENTITY,
    key="aaaaaaaaaaaaa",
    iri=f"{B}id/aaaaaaaaaaaaa",
    title="Jets [of] [/x]",
    kind="dataset",
    redirected_from=("ccccccccccccc",),
)
B_SUBJECT = Subject(
    asked="b", state=State.STUB, key="bbbbbbbbbbbbb", iri=f"{B}id/b", title="A paper", message="No."
)
ONE, TWO, THREE = RecordName("s", "oai:s:1"), RecordName("s", "oai:s:2"), RecordName("t", "oai:t:3")
MEMBERS = tuple(
    Member(
        source=each.source,
        record=each.record,
        iri=f"{B}record/{each.source}/{each.record}",
        datestamp="2024-01-01",
        harvested_at="2024-02-03T04:05:06Z",
        status="live",
    )
    for each in (ONE, TWO, THREE)
)
LINKS = tuple(
    StatedLink(
        source="aaaaaaaaaaaaa",
        relation="Cites",
        target=target,
        stated_by=(
            Statement(
                source="s",
                record="oai:s:1",
                stated_as="References",
                at="2024-02-03T04:05:06Z",
                rule="stated",
                target_as="10.1/b",
            ),
        ),
    )
    for target in ("bbbbbbbbbbbbb", "ddddddddddddd")
)
APART = Reason(
    rule="kinds-differ",
    sentence="They differ.",
    evidence="doi:10.1/x",
    records=("oai:s:1", "oai:u:4"),
    about=(
        Party("s", "oai:s:1", "aaaaaaaaaaaaa"),
        Party("u", "oai:u:4", "bbbbbbbbbbbbb"),
        Party("u", "oai:u:5", None),
    ),
    at="2024-03-04T05:06:07Z",
)


def _lines(show, *arguments) -> list[str]:
    page = console(is_terminal=False)
    show(*arguments[:2], page, *arguments[2:])
    return [line.rstrip() for line in written(page).splitlines()]


def test_an_explanation_names_redirects_guards_and_the_other_ends(view):
    told = Explanation(
        key="aaaaaaaaaaaaa", subject=A_SUBJECT, members=MEMBERS, apart=(APART,), links=LINKS
    )
    lines = _lines(show_explanation, view, told, 1)
    assert lines[:3] == [
        "Jets [of] [/x]",
        f"dataset  aaaaaaaaaaaaa  {B}id/aaaaaaaaaaaaa",
        "ccccccccccccc was merged into it and leads here",
    ]
    apart = lines.index("Kept apart from it")
    assert lines[apart + 1 : apart + 4] == [
        "  kinds-differ  doi:10.1/x  decided 2024-03-04",
        "    They differ.",
        "    u  oai:u:4  of bbbbbbbbbbbbb",
    ]
    assert lines[lines.index("2 links") + 1 :] == [
        "  it Cites A paper (bbbbbbbbbbbbb)",
        "    s oai:s:1: References 10.1/b  harvested 2024-02-03, rule stated",
        "  1 more: raise --limit, or ask for --json",
    ]


def test_of_thousands_of_reasons_and_records_a_few_are_shown(view):
    about = tuple(Party("u", f"oai:u:{n}", None) for n in range(5000))
    crowd = Reason(
        rule="identifier-too-common",
        sentence="",
        evidence="doi:10.1/x",
        records=tuple(each.record for each in about),
        about=about,
    )
    told = Explanation(
        key="aaaaaaaaaaaaa", subject=A_SUBJECT, members=MEMBERS, apart=(crowd, crowd, crowd)
    )
    lines = _lines(show_explanation, view, told, 2)
    shown = [
        "  identifier-too-common  doi:10.1/x",
        "    u  oai:u:0  of no entity",
        "    u  oai:u:1  of no entity",
        "  4,998 more: raise --limit, or ask for --json",
    ]
    start = lines.index("Kept apart from it") + 1
    assert lines[start : start + 9] == [
        *shown,
        *shown,
        "  1 more: raise --limit, or ask for --json",
    ]


def test_fields_tell_origin_dissent_and_how_much_is_left_out(view):
    told = Explanation(
        key="aaaaaaaaaaaaa",
        subject=A_SUBJECT,
        members=MEMBERS,
        fields={
            "title": ChosenField(
                value="Jets",
                origin=ONE,
                agree=(THREE,),
                others=(OtherValue("s", "oai:s:2", "Jet"),),
            ),
            "creators": ChosenField(value=("A", "B", "C"), origin=THREE, agree=(), others=()),
            "sizes": ChosenField(value=("1 MB",), origin=None, agree=(), others=()),
            "keywords": GatheredField(
                (
                    GatheredValue("x", (ONE, TWO, THREE)),
                    GatheredValue("y", (TWO,)),
                    GatheredValue("z", (ONE, TWO, THREE)),
                )
            ),
        },
    )
    lines = _lines(show_explanation, view, told, 2)
    start = lines.index("Where its fields come from") + 1
    assert [line.split() for line in lines[start:]] == [
        ["field", "value", "from", "others", "say"],
        ["title", "Jets", "s", "#1,", "t", "s", "#2:", "Jet"],
        ["creators", "A;", "B", "and", "1", "more", "t"],
        ["sizes", "1", "MB"],
        ["keywords", "x;", "z", "all", "3", "records"],
        ["y", "s", "#2"],
    ]


def test_the_column_of_dissent_is_left_out_where_there_is_none(view):
    field = ChosenField(value="Jets", origin=THREE, agree=(), others=())
    told = Explanation(key="a", subject=A_SUBJECT, members=MEMBERS[2:], fields={"title": field})
    lines = _lines(show_explanation, view, told, 2)
    assert "others say" not in "".join(lines)
    assert lines[-1].split() == ["title", "Jets", "t"]


def test_a_comparison_names_both_ends_of_its_links(view):
    told = Comparison(
        a="aaaaaaaaaaaaa",
        b="bbbbbbbbbbbbb",
        same=False,
        apart=(APART,),
        links=LINKS[:1],
        subjects=(A_SUBJECT, B_SUBJECT),
    )
    lines = _lines(show_comparison, view, told, 5)
    assert lines[3:6] == ["A paper", f"stub  bbbbbbbbbbbbb  {B}id/b", "No."]
    assert lines[lines.index("They are two things") + 1 :][:4] == [
        "  kinds-differ  doi:10.1/x  decided 2024-03-04",
        "    They differ.",
        "    s  oai:s:1",
        "    u  oai:u:4",
    ]
    assert "  Jets [of] [/x] (aaaaaaaaaaaaa) Cites A paper (bbbbbbbbbbbbb)" in lines


def test_the_things_that_carry_an_identifier_are_listed_by_name(view):
    several = Subject(
        asked="x",
        state=State.SEVERAL,
        candidates=("aaaaaaaaaaaaa", "bbbbbbbbbbbbb", "ccccccccccccc"),
        message="3 entities carry url:x",
    )
    told = Explanation(key=None, subject=several, apart=(APART,))
    listed = [
        "3 entities carry url:x",
        "  aaaaaaaaaaaaa  Jets [of] [/x]",
        "  bbbbbbbbbbbbb  A paper",
        "  1 more: raise --limit, or ask for --json",
    ]
    assert _lines(show_explanation, view, Explanation(key=None, subject=several), 2) == listed
    assert _lines(show_explanation, view, told, 2) == [
        *listed,
        "",
        "Why they are not one",
        "  kinds-differ  doi:10.1/x  decided 2024-03-04",
        "    They differ.",
        "    s  oai:s:1  of aaaaaaaaaaaaa",
        "    u  oai:u:4  of bbbbbbbbbbbbb",
    ]


def test_what_has_no_title_and_no_sentence_leaves_no_empty_line(view):
    untitled = Subject(asked="d", state=State.ENTITY, key="ddddddddddddd", kind="paper")
    unexplained = Reason(rule="same-doi", sentence="", evidence="doi:10.1/x")
    told = Comparison(
        a="ddddddddddddd",
        b="ddddddddddddd",
        same=True,
        because=(unexplained,),
        subjects=(untitled, untitled),
    )
    assert _lines(show_comparison, view, told, 2) == [
        "paper  ddddddddddddd",
        "",
        "They are one thing",
        "  same-doi  doi:10.1/x",
    ]


def test_disagreements_are_counted_then_listed_with_the_choice_marked(view):
    conflict = Conflict(
        entity="aaaaaaaaaaaaa",
        field="kind",
        chosen="dataset",
        values=(ConflictValue("dataset", (ONE, TWO)), ConflictValue("other", (THREE,))),
    )
    found = Conflicts(
        counts=(ConflictCount(field="kind", sources=("s", "t"), entities=2),),
        conflicts=(conflict, conflict),
    )
    assert _lines(show_conflicts, view, found, 1) == [
        " field  source  and source  entities",
        " kind   s       t                  2",
        "",
        "kind of Jets [of] [/x]  aaaaaaaaaaaaa",
        "  * dataset  s oai:s:1, s oai:s:2",
        "    other  t oai:t:3",
        "",
        "  1 more: raise --limit, or ask for --json",
        "* is the value chosen; `weft explain KEY` tells why they are one thing",
    ]
