"""A remote SPARQL endpoint as an rdflib data set."""

from collections.abc import Mapping
from typing import Any

import rdflib
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from rdflib.query import Result
from rdflib.term import Identifier

from graph.vocabulary import PREFIXES


class _DefaultGraphStore(SPARQLStore):
    """Asks the endpoint's own default graph where rdflib means the default graph.

    The library names it to the endpoint instead, by an IRI that no endpoint has.
    """

    def query(  # type: ignore[override]  # as the library's own
        self,
        query: Any,  # noqa: ANN401  # the library's signature
        initNs: Mapping[str, Any] | None = None,  # noqa: N803
        initBindings: Mapping[str, Identifier] | None = None,  # noqa: N803
        queryGraph: str | None = None,  # noqa: N803
        DEBUG: bool = False,  # noqa: FBT001, FBT002, N803
    ) -> Result:
        graph = None if str(queryGraph) == str(DATASET_DEFAULT_GRAPH_ID) else queryGraph
        return super().query(query, initNs, initBindings, graph, DEBUG)


def remote_dataset(endpoint: str) -> rdflib.Dataset:
    """An endpoint as a data set, read-only; each pattern and query is a request.

    Args:
        endpoint: its address.
    """
    store = _DefaultGraphStore(query_endpoint=endpoint, returnFormat="json")
    dataset = rdflib.Dataset(store=store)
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace, replace=True)
    return dataset
