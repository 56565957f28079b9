"""Reads serialised answers to SPARQL queries, of a worker process or of a remote."""

from graph.release import Asked
from search.sparql.results import Form
from weft.api.solutions import Solutions
from weft.remote.results import read_boolean, read_solutions

JSON = "application/sparql-results+json"


def read_answer(body: bytes, form: Form, about: Asked) -> Solutions:
    """An answer of our own store as solutions.

    Args:
        body: SPARQL JSON, or N-Triples when the form gives a graph.
        form: of the query.
        about: the release and the query.
    """
    if form.is_graph:
        import rdflib  # noqa: PLC0415  # other answers do without its weight

        return Solutions(about, graph=rdflib.Graph().parse(data=body, format="nt"))
    if form is Form.ASK:
        return Solutions(about, boolean=read_boolean(body, JSON, url=about.base_iri))
    found = read_solutions(body, JSON, url=about.base_iri)
    return Solutions(about, found.variables, found.rows)
