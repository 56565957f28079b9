"""`weft sparql --endpoint URL`: a query on a remote endpoint, answered as the local one answers."""

import msgspec

from harvester.http.redirect import base_of
from search.sparql.gate import read_form
from search.sparql.results import Form, ResultFormat
from weft.remote.endpoint import Endpoint
from weft.remote.errors import RemoteUnreachable
from weft.remote.opener import Opener
from weft.remote.results import Solutions
from weft.remote.settings import RemoteLimits
from weft.remote.term import Term


def ask_endpoint(
    url: str,
    query: str,
    chosen: ResultFormat,
    *,
    contact: str = "",
    limits: RemoteLimits | None = None,
) -> bytes:
    """Run a query on a remote endpoint.

    Args:
        url: address of the endpoint.
        query: its text; not judged here but for updates.
        chosen: format of the result.
        contact: e-mail address for the User-Agent.
        limits: of time and bytes.

    Returns:
        The result in that format: JSON is read and written anew, so it is whole and of one form
        whatever the endpoint; all else is passed on as it came.

    Raises:
        QueryRefused: an update.
        RemoteError: the endpoint could not be asked, or did not answer with results.
    """
    if not url.startswith(("http://", "https://")):
        raise RemoteUnreachable(f"{url} is no http or https address", url=base_of(url))
    endpoint = Endpoint(url=url, opener=Opener(limits=limits or RemoteLimits(), contact=contact))
    form = read_form(query)
    if chosen is not ResultFormat.JSON:
        aliases = (each for each in chosen.aliases if "/" in each)
        return endpoint.fetch(query, (chosen.media_type, *aliases))
    if form is Form.ASK:
        return msgspec.json.encode({"head": {}, "boolean": endpoint.ask(query)})
    return write_json(endpoint.select(query))


def write_json(solutions: Solutions) -> bytes:
    """Rows as SPARQL 1.1 Query Results JSON: https://www.w3.org/TR/sparql11-results-json/."""
    rows = [{name: _written(term) for name, term in row.items()} for row in solutions.rows]
    head = {"vars": list(solutions.variables)}
    return msgspec.json.encode({"head": head, "results": {"bindings": rows}})


def _written(term: Term) -> dict[str, str]:
    types = {"iri": "uri", "blank": "bnode", "literal": "literal"}
    written = {"type": types[term.type], "value": term.value}
    if term.language:
        written["xml:lang"] = term.language
    elif term.datatype:
        written["datatype"] = term.datatype
    return written
