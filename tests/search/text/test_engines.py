"""The engine is chosen by name to write and by the manifest to read; both find the same."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.errors import IndexDamaged
from search.query import parse_query
from search.text.engine import FACETS, SearchRequest, Sort
from search.text.engines import (
    DEFAULT_ENGINE,
    ENGINES,
    can_add_to,
    link_index,
    open_index,
    open_writer,
)
from search.text.manifest import MANIFEST
from search.text.tantivy_reader import TantivyIndex
from search.text.whoosh_reader import WhooshIndex
from tests.search.text.contract import FOUND, HIGGS, LIBRARY, TABLE

WORDS = [query for query, _ in FOUND if query not in ("", "-*") and " OR " not in query]
QUERIES = st.recursive(
    st.sampled_from(WORDS),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" ".join),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} OR {two[1]} )"),
        inner.map(lambda one: f"-({one} )"),
    ),
    max_leaves=6,
)
FILTERS = st.dictionaries(
    st.sampled_from(("kind", "year", "language", "has")),
    st.sets(st.sampled_from(("paper", "book", "2012", "1999", "en", "data"))).map(tuple),
    max_size=2,
)


def write(path, engine):
    with open_writer(path, engine) as writer:
        for document in LIBRARY:
            writer.add(document)
    return path


@pytest.fixture(scope="module")
def indexes(tmp_path_factory):
    path = tmp_path_factory.mktemp("both")
    for engine in ENGINES:
        write(path / engine, engine)
    with open_index(path / "tantivy") as one, open_index(path / "whoosh") as other:
        yield one, other


def test_the_names_are_those_of_the_configuration():
    assert ENGINES == ("tantivy", "whoosh")
    assert DEFAULT_ENGINE == "tantivy"


def test_an_index_opens_with_the_engine_that_wrote_it(indexes):
    assert [type(index) for index in indexes] == [TantivyIndex, WhooshIndex]


def test_a_manifest_without_an_engine_is_one_of_tantivy(tmp_path):
    """Releases of before there were two engines stay readable."""
    path = write(tmp_path, "tantivy")
    manifest = json.loads((path / MANIFEST).read_bytes())
    del manifest["engine"]
    (path / MANIFEST).write_text(json.dumps(manifest))
    with open_index(path) as index:
        assert index.document("higgs") == HIGGS
    assert can_add_to(path)


def test_the_default_engine_writes_where_none_is_named(tmp_path):
    with open_writer(tmp_path) as writer:
        writer.add(HIGGS)
    assert json.loads((tmp_path / MANIFEST).read_bytes())["engine"] == "tantivy"


def test_an_unknown_engine_is_refused(tmp_path):
    for use in (open_writer, can_add_to):
        with pytest.raises(ValueError, match="no text engine 'lucene', expected one of tantivy, w"):
            use(tmp_path, "lucene")
    assert list(tmp_path.iterdir()) == []


def test_an_index_of_an_unknown_engine_is_refused(tmp_path):
    path = write(tmp_path / "index", "whoosh")
    manifest = json.loads((path / MANIFEST).read_bytes())
    (path / MANIFEST).write_text(json.dumps(manifest | {"engine": "lucene"}))
    with pytest.raises(IndexDamaged, match="written by lucene, which this version does not have"):
        open_index(path)
    with pytest.raises(IndexDamaged):
        link_index(path, tmp_path / "child")
    assert not can_add_to(path)


def test_a_directory_without_an_index_is_refused(tmp_path):
    with pytest.raises(IndexDamaged, match="rebuild it with `weft build`"):
        open_index(tmp_path)
    assert not can_add_to(tmp_path, "whoosh")


@pytest.mark.parametrize(("engine", "other"), [ENGINES, ENGINES[::-1]])
def test_only_the_engine_that_wrote_an_index_can_add_to_it(tmp_path, engine, other):
    path = write(tmp_path, engine)
    assert can_add_to(path, engine)
    assert not can_add_to(path, other)
    message = f"it was written by {engine}, not by {other}"
    with pytest.raises(IndexDamaged, match=message), open_writer(path, other):
        pass


@pytest.mark.parametrize("engine", ENGINES)
def test_a_linked_copy_is_of_the_same_engine_and_changes_alone(tmp_path, engine):
    path = write(tmp_path / "parent", engine)
    link_index(path, tmp_path / "child")
    with open_writer(tmp_path / "child", engine) as writer:
        writer.delete("higgs")
    with open_index(path) as parent, open_index(tmp_path / "child") as child:
        assert (parent.document("higgs"), child.document("higgs")) == (HIGGS, None)
        assert child.document("table") == TABLE


@given(query=QUERIES, filters=FILTERS)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_both_engines_find_and_count_the_same(indexes, query, filters):
    tree = parse_query(query)
    answers = [
        index.search(SearchRequest(query=tree, filters=filters, facets=FACETS, sort=Sort.TITLE))
        for index in indexes
    ]
    one, other = answers
    assert [hit.key for hit in one.hits] == [hit.key for hit in other.hits]
    assert (one.total, one.facets) == (other.total, other.facets)
    assert [(hit.title, hit.snippet) for hit in one.hits] == [
        (hit.title, hit.snippet) for hit in other.hits
    ]
