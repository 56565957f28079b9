"""Every IRI that a release mints is answered, in every form."""

import pytest
import rdflib
from yarl import URL

from tests.search.web.linked_release import BASE, minted_iris

PARSERS = {
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
}
EXPECTED = {"mergedmergedm": 301, "gonegonegoneg": 410}


def status_of(path):
    return EXPECTED.get(path.rpartition("/")[2], 200)


async def test_every_minted_iri_is_a_page_and_its_fragment_is_in_it(linked):
    iris = minted_iris()
    assert {iri.removeprefix(BASE).partition("/")[0] for iri in iris} == {
        "id",
        "record",
        "decision",
        "decisions",
    }
    for iri in iris:
        path, _, fragment = ("/" + iri.removeprefix(BASE)).partition("#")
        response = await linked.get(
            URL(path, encoded=True), headers={"Accept": "text/html"}, allow_redirects=False
        )
        assert response.status == status_of(path), iri
        assert not fragment or f'id="{fragment}"' in await response.text(), iri


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own parser
@pytest.mark.parametrize("accept", PARSERS)
async def test_every_minted_iri_is_rdf_that_speaks_of_it(linked, accept):
    for iri in minted_iris():
        path = "/" + iri.removeprefix(BASE).partition("#")[0]
        response = await linked.get(
            URL(path, encoded=True), headers={"Accept": accept}, allow_redirects=False
        )
        assert response.status == status_of(path), iri
        if response.status != 301:
            assert response.content_type == accept
            graph = rdflib.Graph().parse(data=await response.text(), format=PARSERS[accept])
            assert (rdflib.URIRef(iri), None, None) in graph, iri
