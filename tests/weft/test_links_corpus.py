"""Links of real records: lists, networks and SPARQL count the same, on the disk and over HTTP."""

from contextlib import ExitStack
from pathlib import Path

import pytest

import weft as weft_api
from graph.explain.view import View
from graph.links.filter import LinkFilter
from graph.links.listing import count_links, list_links
from graph.network.build import build_network
from graph.network.components import components
from graph.relation import PREDICATES
from graph.release import open_release
from graph.store import open_graph
from harvester.provider.archive import open_archive
from search.web.oai import serve_archives
from tests.search.web.servers import serving
from tests.weft.conftest import in_thread, install

FOLDERS = {
    "hepdata": "hepdata/oai-reconstructed-datacite/oai_datacite",
    "zenodo": "zenodo/oai",
}
LINK = f"VALUES ?p {{ {' '.join(f'<{p}>' for p in PREDICATES)} }} ?s ?p ?o "
PREFIX = "PREFIX weft: <https://w3id.org/weft#> "


@pytest.fixture(scope="module")
def release(corpus: Path, tmp_path_factory):
    folder = tmp_path_factory.mktemp("linked")
    with ExitStack() as stack:
        archives = {
            name: stack.enter_context(open_archive(corpus / place))
            for name, place in FOLDERS.items()
        }
        urls = stack.enter_context(in_thread(serve_archives(archives)))
        installation = install(folder, urls)
        result = installation.run("update")
    assert result.exit_code == 0, result.stderr
    return open_release(installation.data)


@pytest.fixture(scope="module")
def both(release):
    """The release as Python reads it from the disk, and from a server."""
    data = release.path.parents[1]
    with (
        in_thread(serving(data, time_s=None)) as url,
        weft_api.open(data) as local,
        weft_api.open(url) as remote,
    ):
        yield local, remote


@pytest.fixture(scope="module")
def view(release):
    with open_graph(release.graph_path) as reader:
        yield View(reader, release.info.base_iri)


@pytest.mark.parametrize(
    ("wanted", "pattern"),
    [
        (LinkFilter(), LINK),
        (LinkFilter(stubs="only"),
         LINK + "FILTER(EXISTS { ?s a weft:Stub } || EXISTS { ?o a weft:Stub })"),
        (LinkFilter(from_kinds=("dataset",), to_kinds=("paper",)),
         LINK + '. ?s weft:kind "dataset" . ?o weft:kind "paper"'),
        (LinkFilter(since=2012, until=2015), LINK + ". ?s weft:year ?y FILTER(?y IN (2012, 2013,"
         " 2014, 2015))"),
        (LinkFilter(sources=("zenodo",)),
         LINK + 'FILTER(EXISTS { ?s weft:fromRecord ?r . ?r weft:source "zenodo" }'
         ' || EXISTS { ?o weft:fromRecord ?r . ?r weft:source "zenodo" })'),
        (LinkFilter(relations=("HasPart",), stated_by=("hepdata",)),
         ("{ SELECT DISTINCT ?s ?o { ?s <http://purl.org/dc/terms/isPartOf> ?o ."
         " ?r weft:source 'hepdata' . GRAPH ?r {"
         " { ?l weft:subject ?s ; weft:object ?o ; weft:relation ?w"
         "   FILTER(?w IN ('IsPartOf', 'IsPublishedIn')) } UNION"
         " { ?l weft:subject ?o ; weft:object ?s ; weft:relation 'HasPart' } } } }")),
    ],
    ids=["all", "stubs", "kinds", "years", "source", "stated by"],
)  # fmt: skip
def test_lists_networks_and_sparql_count_the_same(release, view, wanted, pattern):
    [[told]] = view.reader.rows(f"{PREFIX}SELECT (COUNT(*) AS ?n) {{ {pattern} }}")
    listed = list(list_links(view, wanted))
    network = build_network(view, wanted, info=release.info)
    assert int(told) == len(listed) == count_links(view, wanted) == network.number_of_edges() > 0
    assert len({(each.start, each.way, each.end) for each in listed}) == len(listed)


def test_every_link_is_stated_by_a_record_of_its_ends(release, view):
    listed = list(list_links(view, LinkFilter()))
    assert len(listed) == release.info.links
    assert all(each.stated.by_subject or each.stated.by_object for each in listed)


def test_what_statements_say_is_what_record_graphs_hold(view):
    n_told = sum(
        len(each.stated.by_subject) + len(each.stated.by_object)
        for each in list_links(view, LinkFilter(relations=("IsSupplementTo",)))
    )
    [[n_held]] = view.reader.rows(
        f"{PREFIX}SELECT (COUNT(*) AS ?n) {{ GRAPH ?r {{ ?l weft:subject ?s ; weft:object ?o ;"
        " weft:relation ?w FILTER(?w IN ('IsSupplementTo', 'IsSupplementedBy')) }"
        " FILTER(?s != ?o) }"
    )
    assert n_told == int(n_held) > 0


def test_components_partition_the_entities(release, view):
    network = build_network(view, LinkFilter(), info=release.info)
    found = components(network, limit=network.number_of_nodes())
    assert sum(each.size for each in found.largest) == network.number_of_nodes()
    assert sum(each.n_links for each in found.largest) == release.info.links


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"stubs": "only", "stated_by": "hepdata"},
        {"relation": "IsSupplementTo", "year": "2010-2025"},
    ],
)
def test_links_are_the_same_on_the_disk_and_over_http(both, wanted):
    ours, theirs = (list(each.links(**wanted)) for each in both)
    assert theirs == ours
    assert len(ours) > 0


def test_entities_and_explanations_are_the_same_on_the_disk_and_over_http(both):
    local, remote = both
    ours, theirs = ([hit.key for hit in each.search_all(sort="date")] for each in both)
    assert theirs == ours
    assert len(set(ours)) == len(ours) == local.info.entities
    for key in ours[::40]:
        assert remote.entity(key) == local.entity(key)
        assert remote.explain(key) == local.explain(key)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s ?n ?y { ?s schema:name ?n ; weft:year ?y FILTER(?y > 2019) } ORDER BY ?s ?n",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s schema:creator ?o } } GROUP BY ?g ORDER BY ?g",
    ],
)
def test_solutions_are_the_same_on_the_disk_and_over_http(both, query):
    ours, theirs = (each.sparql(query) for each in both)
    assert theirs == ours
    assert len(ours) > 50
