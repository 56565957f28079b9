"""Answers SPARQL queries on a release of this machine, in its query worker."""

from graph.release import Asked
from search.open_release import OpenRelease
from search.sparql.edits import Edit, EditedQuery
from search.sparql.results import Form, ResultFormat
from search.sparql.text_search import find_searches
from search.sparql.text_service import answer_searches
from search.sparql.wire import Request
from weft.api.prologue import prologue
from weft.api.query_worker import QueryWorker
from weft.api.reading import read_answer
from weft.api.solutions import Solutions


def solve(
    opened: OpenRelease, worker: QueryWorker, about: Asked, form: Form, timeout_s: float
) -> Solutions:
    """The answer to the query of `about`, which is of a form that is no update.

    Raises:
        QuerySyntaxError: it does not parse; line and column are those of the query as asked.
        SearchError: it passed a limit.
    """
    base = f"BASE <{opened.iri_of('sparql')}>\n{prologue(about.query)}"
    declared = EditedQuery(about.query, (Edit(0, 0, base),))
    chosen = ResultFormat.N_TRIPLES if form.is_graph else ResultFormat.JSON
    with declared.placing_errors():
        body = _run(opened, worker, declared.text, chosen, timeout_s)
    return read_answer(body, form, about)


def _run(
    opened: OpenRelease, worker: QueryWorker, query: str, chosen: ResultFormat, timeout_s: float
) -> bytes:
    """The result of a query whose prefixes are declared; its searches are made first."""
    searches = find_searches(query)
    edited = EditedQuery(query, answer_searches(opened.index, searches, opened.base_iri))
    with edited.placing_errors():
        return worker.run(Request(query=edited.text, format=chosen), timeout_s)
