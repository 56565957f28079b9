"""The reply to an SRU request of any operation and version, from its parameters to XML."""

from multidict import MultiMapping

from search.web.site import Site
from search.web.sru.asked import Envelope, read_packing, read_search, read_warnings
from search.web.sru.diagnostics import Refused
from search.web.sru.explain import EXPLAIN, Database, write_explain_record
from search.web.sru.response import Found, write_explain, write_scan, write_search
from search.web.sru.search import PATH, find


def write_reply(site: Site, parameters: MultiMapping[str], envelope: Envelope) -> str:
    """The whole XML document that answers a request.

    Args:
        site: what is served.
        parameters: of the request.
        envelope: what `read_envelope` made of them.
    """
    version = envelope.version
    problems = (envelope.problem,) if envelope.problem else ()
    if envelope.operation == "scan":
        return write_scan(version, problems)
    if envelope.operation == "explain":
        return _explain(site, parameters, envelope)
    if problems:
        return write_search(version, Found(diagnostics=problems))
    try:
        asked = read_search(parameters, version)
    except Refused as refused:
        return write_search(version, Found(diagnostics=(refused.diagnostic,)))
    return write_search(version, find(site, asked, version))


def _explain(site: Site, parameters: MultiMapping[str], envelope: Envelope) -> str:
    version = envelope.version
    diagnostics = [envelope.problem] if envelope.problem else []
    packing = ""
    try:
        packing = read_packing(parameters, version)
        diagnostics += read_warnings(parameters, version)
    except Refused as refused:
        diagnostics.append(refused.diagnostic)
    database = Database(
        address=site.iri_of(PATH),
        title=site.title,
        n_records=site.index.n_documents,
        updated_at=site.release.info.created_at,
    )
    record = write_explain_record(database, version)
    return write_explain(version, record, EXPLAIN, packing or "xml", diagnostics)
