"""What was pulled in the releases that are built after it."""

import dataclasses
from typing import Any

import pyoxigraph as ox
import pytest

from graph.catalogue import open_catalogue
from graph.enrichment import enrichment_iri
from graph.iris import entity_iri
from graph.release import open_release
from graph.store import open_graph
from graph.tally import count, differences
from tests.graph.builders import new_town, work
from tests.weft.enrich.conftest import enriched, pull
from tests.weft.enrich.oracle import Oracle, iri
from tests.weft.remote.misbehaving import endpoint
from weft.building import build
from weft.config import load
from weft.enrich.graphs import open_enrichments
from weft.enrich.keep import open_keep
from weft.enrich.kept import Asking
from weft.enrich.run import drop
from weft.enrichment import Enrichment

SAME = "<https://schema.org/sameAs>"


def lines_without(release, graph):
    store = ox.Store.read_only(str(release.graph_path))
    dumped = store.dump(format=ox.RdfFormat.N_QUADS) or b""
    lines = dumped.decode().splitlines()
    return sorted(line for line in lines if not line.endswith(f"<{graph}> ."))


class _Everything(dict[str, Any]):
    """Says one thing of whatever is asked."""

    def get(self, identifier, _=None):
        return [("https://schema.org/sameAs", iri(f"http://o/{len(identifier)}"))]


@pytest.fixture
def answered(config):
    """A configuration whose enrichment has been pulled."""
    with endpoint(Oracle(knows=_Everything())) as (url, _):
        asked = enriched(config, url)
        pull(asked)
    return asked


def test_an_enrichment_alone_makes_a_release_that_says_the_same_of_everything_else(answered):
    before = open_release(answered.data)
    after = build(answered)
    graph = enrichment_iri(answered.base_iri, "other")
    assert after.number == before.number + 1
    assert lines_without(after, graph) == lines_without(before, graph)
    assert build(answered).number == after.number
    with open_graph(after.graph_path) as reader:
        assert differences(after.info, count(reader)) == []
        total = (
            f"SELECT ?n {{ GRAPH <{graph}> {{ <{graph}> <http://rdfs.org/ns/void#triples> ?n }} }}"
        )
        found = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s {SAME} ?o }} }}"
        assert reader.rows(total) == reader.rows(found) != [("0",)]
        default = (
            f"SELECT (COUNT(*) AS ?n) {{ ?s {SAME} ?o FILTER STRSTARTS(STR(?o), 'http://o/') }}"
        )
        assert reader.rows(default) == [("0",)]


def test_what_is_pulled_again_and_is_the_same_makes_no_release(config):
    with endpoint(Oracle(knows=_Everything())) as (url, _):
        asked = enriched(config, url)
        pull(asked)
        first = build(asked)
        pull(asked, refresh=True)
    assert build(asked).number == first.number


def test_a_table_that_is_gone_takes_its_graph_along(answered):
    rich = build(answered)
    plain = build(dataclasses.replace(answered, enrichments={}))
    assert plain.number == rich.number + 1
    assert "/enriched/" not in "".join(lines_without(plain, ""))


def test_an_enrichment_that_is_dropped_leaves_with_the_next_build(answered, capsys):
    rich = build(answered)
    assert drop(answered, ["other"], as_json=True) == 0
    assert '"name": "other"' in capsys.readouterr().out
    plain = build(answered)
    assert plain.number == rich.number + 1
    assert "/enriched/" not in "".join(lines_without(plain, ""))


def test_statements_follow_an_identifier_to_the_thing_that_has_it_now(tmp_path):
    config_file = tmp_path / "config.toml"
    config_file.write_text(
        '[weft]\nbase_iri = "http://weft.test/"\n'
        '[enrich.other]\nendpoint = "http://x/"\nquery = "wikidata-doi"\nschemes = ["doi"]\n'
    )
    config = load(config_file, data=tmp_path)
    asking = Asking(fingerprint="f", endpoint="http://x/", query="q")
    with open_keep(tmp_path) as keep:
        keep.begin("other", asking)
        said = [f"{SAME} <http://o/1>"]
        names = ("doi:10.1/a", "doi:10.1/b", "doi:10.1/shared", "doi:10.1/stub", "doi:10.1/gone")
        answers = [(name, said) for name in (*names, "orcid:0000-0002-1825-0097")]
        keep.put("other", asking, "2026-01-01T00:00:00Z", answers, [])
    with new_town(tmp_path) as town:
        town.arrive(work("a/1", "doi:10.1/a"), work("b/1", "doi:10.1/b"))
        town.build()
        apart = town.keys()
        with open_enrichments(config, town.catalogue) as (made,):
            assert {subject for subject, _ in made.statements()} == {
                entity_iri(config.base_iri, apart["a/1"]),
                entity_iri(config.base_iri, apart["b/1"]),
                "https://orcid.org/0000-0002-1825-0097",
            }
        town.judge("a/1", "b/1", is_same=True)
        town.build(anew=True)
        merged = set(town.keys().values())
        assert len(merged) == 1
        with open_enrichments(config, town.catalogue) as (made,):
            subjects = [subject for subject, _ in made.statements()]
            assert subjects == [
                entity_iri(config.base_iri, merged.pop()),
                "https://orcid.org/0000-0002-1825-0097",
            ]
            assert made.provenance.statements == 2


def test_a_file_that_is_not_there_is_not_made(config):
    made = enriched(config, "http://x/")
    with (
        open_catalogue(config.data / "graph.db") as catalogue,
        open_enrichments(made, catalogue) as found,
    ):
        assert found == ()
    assert not (config.data / "enrich.db").exists()


def test_settings_have_the_defaults_that_are_documented():
    settings = Enrichment(endpoint="http://x/", query="q", schemes=("doi",))
    assert (settings.batch, settings.page, settings.requests_per_minute) == (50, 1000, 20)
