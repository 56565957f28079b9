"""A release made of its parent's differences holds what a release written whole holds."""

import dataclasses
import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from graph.build import Recipe, update_graph, write_graph
from graph.errors import ReleaseError
from graph.release import Draft
from graph.work import Affiliation, Agent, Grant, Identifier, Kind
from tests.graph.builders import BASE, MONDAY, Town, link, new_town, work

_RECIPE = Recipe(base_iri=BASE, source_order=("b", "a"), made_at=MONDAY)
_ROR = (Identifier("ror", "01ggx4157"),)
_PEOPLE = [
    Agent("Ada Lovelace", "person", identifiers=(Identifier("orcid", "0000-0002-1825-0097"),)),
    Agent("A. Lovelace", "person", identifiers=(Identifier("orcid", "0000-0002-1825-0097"),)),
    Agent(
        "Ada Lovelace",
        "person",
        identifiers=(Identifier("orcid", "0000-0002-1825-0097"),),
        affiliations=(Affiliation("Lantern House", _ROR), Affiliation("At home")),
    ),
    Agent("Charles Babbage", "person", affiliations=(Affiliation("The Lantern House", _ROR),)),
]
_GRANTS = [Grant(funder="Lamp Oil Fund", number="7"), Grant("Lantern House", _ROR, "8", "Light")]
_OWN = st.lists(
    st.sampled_from(["doi:10.1/a", "doi:10.1/b", "arxiv:1", "isbn:1", "url:https://x.org/"]),
    max_size=2,
    unique=True,
)
_LINKS = st.lists(
    st.builds(
        link,
        st.sampled_from(["Cites", "IsCitedBy", "IsPartOf", "IsIdenticalTo", "IsNewVersionOf"]),
        st.sampled_from(["doi:10.1/a", "doi:10.1/b", "arxiv:1", "oai:a:1", "url:https://x.org/"]),
        st.sampled_from(["", "paper"]),
    ),
    max_size=2,
)
_NAMES = st.sampled_from([f"{source}/{record}" for source in "ab" for record in "123"])
_WORKS = st.builds(
    lambda name, own, kind, links, people, grants: replace(
        work(name, *own, kind=kind, links=links), creators=tuple(people), funding=tuple(grants)
    ),
    _NAMES,
    _OWN,
    st.sampled_from(Kind),
    _LINKS,
    st.lists(st.sampled_from(_PEOPLE), max_size=2, unique_by=repr),
    st.lists(st.sampled_from(_GRANTS), max_size=1),
)
_BUILDS = st.lists(st.lists(_WORKS | _NAMES, max_size=4), min_size=2, max_size=4)


def _arrive(town: Town, batch) -> None:
    for each in batch:
        if isinstance(each, str):
            town.delete(each)
        else:
            town.arrive(each)
    town.build()


def _draft(folder: Path, number: int) -> Draft:
    path = folder / str(number)
    path.mkdir()
    return Draft(number=number, path=path)


def _quads(draft: Draft) -> list[str]:
    return sorted(map(str, ox.Store.read_only(str(draft.graph_path))))


class _Index:
    """What a sink is told, kept."""

    def __init__(self):
        self.documents = {}

    def put(self, entity, linked):
        self.documents[entity.key] = (entity, tuple(linked))

    def drop(self, key):
        self.documents.pop(key, None)


def _write(draft: Draft, town: Town, index: _Index):
    info = write_graph(draft, town.catalogue, _RECIPE, sink=index.put)
    with town.catalogue.transaction():
        town.catalogue.stale.settle(draft.number, _RECIPE.fingerprint)
    return info


def _update(draft: Draft, town: Town, index: _Index, parent: Draft, parent_info):
    info = update_graph(
        draft,
        town.catalogue,
        _RECIPE,
        (parent.graph_path, parent_info),
        sink=index.put,
        drop=index.drop,
    )
    with town.catalogue.transaction():
        town.catalogue.stale.settle(draft.number, _RECIPE.fingerprint)
    return info


@settings(max_examples=40, deadline=None)
@given(_BUILDS)
@example([[work("a/1", "doi:10.1/a")], ["a/1"]])
@example([[work("a/1", links=[link("Cites", "doi:10.1/a")])], [work("b/1", "doi:10.1/a")]])
def test_an_update_says_what_a_release_written_whole_says(builds):
    with tempfile.TemporaryDirectory() as name, new_town(Path(name)) as town:
        folder = Path(name)
        index = _Index()
        _arrive(town, builds[0])
        parent = _draft(folder, 1)
        info = _write(parent, town, index)
        for number, batch in enumerate(builds[1:], start=2):
            _arrive(town, batch)
            draft = _draft(folder, number)
            if town.catalogue.stale.parent is None:  # nothing was left to be updated
                index = _Index()
                info = _write(draft, town, index)
            else:
                info = _update(draft, town, index, parent, info)
            parent = draft
        whole, whole_index = _draft(folder, 99), _Index()
        expected = write_graph(whole, town.catalogue, _RECIPE, sink=whole_index.put)
        assert _quads(parent) == _quads(whole)
        assert index.documents == whole_index.documents
        assert replace(info, number=99) == expected


def test_the_parent_stays_as_it_was(tmp_path):
    with new_town(tmp_path) as town:
        _arrive(town, [work("a/1", "doi:10.1/a"), work("a/2")])
        parent = _draft(tmp_path, 1)
        info = _write(parent, town, _Index())
        before = _quads(parent)
        _arrive(town, ["a/1"])
        _update(_draft(tmp_path, 2), town, _Index(), parent, info)
        assert _quads(parent) == before


def test_only_what_changed_is_written(tmp_path):
    with new_town(tmp_path) as town:
        _arrive(town, [work(f"a/{n}", f"doi:10.1/{n}") for n in range(50)])
        parent = _draft(tmp_path, 1)
        info = _write(parent, town, _Index())
        _arrive(town, [work("a/7", "doi:10.1/7", title="New")])
        index = _Index()
        _update(_draft(tmp_path, 2), town, index, parent, info)
        assert [entity.title.value for entity, _ in index.documents.values()] == ["New"]


def test_what_was_not_released_is_not_forgotten(tmp_path):
    """A merge whose release failed: the next release holds what changed before and after it."""
    with new_town(tmp_path) as town:
        _arrive(town, [work("a/1", "doi:10.1/a"), work("a/2", "doi:10.1/b")])
        parent = _draft(tmp_path, 1)
        info = _write(parent, town, _Index())
        _arrive(town, [work("a/1", "doi:10.1/a", title="Lost?")])
        _arrive(town, [work("a/2", "doi:10.1/b", title="Last")])
        index = _Index()
        _update(_draft(tmp_path, 2), town, index, parent, info)
        titles = {entity.title.value for entity, _ in index.documents.values()}
        assert titles == {"Lost?", "Last"}


def test_a_parent_without_a_store_is_an_error_that_names_it(tmp_path):
    with new_town(tmp_path) as town:
        _arrive(town, [work("a/1")])
        parent = _draft(tmp_path, 1)
        info = _write(parent, town, _Index())
        gone = Draft(number=7, path=tmp_path / "7")
        with pytest.raises(ReleaseError, match=r"cannot copy the graph at .*7.graph"):
            _update(_draft(tmp_path, 2), town, _Index(), gone, info)


def test_a_recipe_that_writes_otherwise_has_another_fingerprint():
    other = [
        replace_recipe(base_iri="http://else.test/"),
        replace_recipe(source_order=("a", "b")),
        replace_recipe(field_orders={"title": ("a",)}),
    ]
    assert len({_RECIPE.fingerprint, *(each.fingerprint for each in other)}) == 4
    assert replace_recipe().fingerprint == _RECIPE.fingerprint


def replace_recipe(**changes):
    return dataclasses.replace(_RECIPE, **changes)
