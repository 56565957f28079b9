"""The queries of docs/explain.md answer what `weft explain` answers."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

import graph
from graph.explain import explain, find_conflicts
from graph.explain.answer import ChosenField
from graph.iris import entity_iri
from tests.graph.builders import BASE
from tests.graph.explain.explained import (
    ORDER,
    key_of,
)


@pytest.fixture(scope="module")
def guide() -> list[str]:
    """The queries of docs/explain.md, in order."""
    text = Path(graph.__file__).parents[1].joinpath("docs", "explain.md").read_text("utf-8")
    return re.findall(r"```sparql\n(.*?)```", text, re.DOTALL)


@pytest.fixture(scope="module")
def ask(release):
    store = ox.Store.read_only(str(release.graph_path))

    def asked(query: str, **keys: str) -> list[tuple[str, ...]]:
        for example, key in keys.items():
            assert f"http://127.0.0.1:8080/id/{example}" in query
            query = query.replace(f"http://127.0.0.1:8080/id/{example}", entity_iri(BASE, key))
        found = store.query(query)
        assert isinstance(found, ox.QuerySolutions)
        return [tuple(getattr(term, "value", "") for term in row) for row in found]

    return asked


BOOK_KEY, CHAPTER_KEY = "plyeidglaa7o7", "z7sjvky6wdprb"
_PARTS = ("record", "together", "apart", "link", "chosen", "not chosen")


def test_the_guides_one_query_finds_records_decisions_and_links_as_explain_does(view, ask, guide):
    for name in ("a/1", "a/10", "a/20", "a/30"):
        told = explain(view, key_of(view, name))
        rows = ask(guide[0], **{BOOK_KEY: told.key})
        found = {part: {row[1:] for row in rows if row[0] == part} for part in _PARTS}
        assert {(*row[2:4], row[4]) for row in found["record"]} == {
            (each.source, each.record, each.harvested_at) for each in told.members
        }
        for part, reasons in (("together", told.together), ("apart", told.apart)):
            assert {row[:5] for row in found[part]} == {
                (each.rule, each.evidence, party.source, party.record, each.at)
                for each in reasons
                for party in each.about
            }
        assert {row[:5] for row in found["link"]} == {
            (said.stated_as, said.target_as, said.source, said.record, said.at)
            for each in told.links
            for said in each.stated_by
        }
        assert {frozenset(map(view.key, (row[5], row[7]))) for row in found["link"]} == {
            frozenset((each.source, each.target)) for each in told.links
        }
        assert {row[0] for row in rows} <= set(_PARTS)


def test_the_guides_one_query_finds_the_origin_of_fields(view, ask, guide):
    told = explain(view, "doi:10.5072/data", ORDER)
    rows = ask(guide[0], **{BOOK_KEY: told.key})
    named = set()
    for name, field in told.fields.items():
        if isinstance(field, ChosenField) and isinstance(field.value, str):
            chosen = {row[3] for row in rows if row[:2] == ("chosen", name)}
            others = {
                (row[2].rpartition("/")[2], row[3])
                for row in rows
                if row[:2] == ("not chosen", name)
            }
            assert field.origin is not None
            assert chosen == {each.source for each in (field.origin, *field.agree)}
            assert others == {(each.value, each.source) for each in field.others}
            named.add(name)
    assert named == {row[1] for row in rows if row[0] in {"chosen", "not chosen"}}
    assert named == {
        "access", "date", "kind", "licence", "publisher", "title", "version", "year",
    }  # fmt: skip


def test_the_guides_query_on_two_things_finds_the_decisions_about_both(view, ask, guide):
    pair = {BOOK_KEY: key_of(view, "a/10"), CHAPTER_KEY: key_of(view, "b/10")}
    rows = ask(guide[1], **pair)
    assert [row[1:] for row in rows] == [("kinds-differ", "doi:10.5072/q")]
    assert ask(guide[1], **(pair | {CHAPTER_KEY: key_of(view, "a/1")})) == []


def test_the_guides_query_on_disagreements_counts_what_explain_counts(view, ask, guide):
    assert {(row[0], (row[1], row[2])): int(row[3]) for row in ask(guide[2])} == {
        (each.field, each.sources): each.entities for each in find_conflicts(view).counts
    }
    assert len(guide) == 3
