"""Merge decisions: `/decision/{key}` as a page or as RDF, and their graph, `/decisions`."""

import asyncio
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import rdflib
from aiohttp import web
from rdflib.namespace import PROV, RDF, VOID

from graph.guards import PERSON_DIFFERENT
from graph.iris import decision_iri
from graph.match import PERSON_SAME, RULES
from graph.quads import decisions_graph
from graph.relation import WEFT
from graph.store import GraphReader
from search.web.answers import page, raise_if_not_modified
from search.web.linked.description import NamedLink, identifier_link, record_link
from search.web.linked.entity_links import form_links
from search.web.linked.forms import chosen_form, media_type_of, rdf_response
from search.web.linked.record import groups_of
from search.web.linked.signposting import Link, format_header
from search.web.serialise import RdfFormat
from search.web.site import SITE, Site

_LISTED: Final = 200
"""Decisions that `/decisions` names; SPARQL finds the others."""
_MAX_RECORDS: Final = 50
"""Records that the page of a decision names; the statements name all."""
_MAX_STATEMENTS: Final = 200
"""Statements that the page of a decision shows; the data forms have all."""
_TOGETHER: Final = WEFT + "together"
_DECISION: Final = WEFT + "MergeDecision"
_KNOWN: Final[WeakKeyDictionary[GraphReader, tuple[int, list[str]]]] = WeakKeyDictionary()
"""What `/decisions` shows of each open release; forgotten when the release is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A decision as the list of them shows it."""

    key: str
    path: str
    is_join: bool
    rule: str
    sentence: str
    """The rule in words; empty of a rule that is no longer known."""
    evidence: NamedLink | None
    """The identifier it rests on."""


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.get("/decisions", show_decisions),
        web.get(r"/decisions.{suffix:[a-z]+}", show_decisions),
        web.get(r"/decision/{key:[a-z0-9]+}", show_decision),
        web.get(r"/decision/{key:[a-z0-9]+}.{suffix:[a-z]+}", show_decision),
    ]


async def show_decision(request: web.Request) -> web.StreamResponse:
    """Why records were taken for one thing, or kept apart."""
    return await asyncio.to_thread(_decision, request)


async def show_decisions(request: web.Request) -> web.StreamResponse:
    """How many decisions there are, and some of them."""
    return await asyncio.to_thread(_decisions, request)


def _decision(request: web.Request) -> web.Response:
    site = request.app[SITE]
    key, suffix = request.match_info["key"], request.match_info.get("suffix")
    iri = decision_iri(site.base_iri, key)
    graph = site.graph.describe_in(iri, decisions_graph(site.base_iri))
    if not graph:
        raise web.HTTPNotFound(text=f"this release has no decision {key}")
    form = chosen_form(request, suffix)
    raise_if_not_modified(request, media_type_of(form))
    path = site.path_of(iri)
    response = rdf_response(graph, form, iri) if form else _page(request, key, iri, graph)
    if form and suffix is None:
        response.headers["Content-Location"] = f"{path}.{form.value}"
    links = form_links(path) if suffix is None else [Link(target=path, relation="describes")]
    response.headers["Link"] = format_header(links)
    return response


def _page(request: web.Request, key: str, iri: str, graph: rdflib.Graph) -> web.Response:
    site = request.app[SITE]
    subject = rdflib.URIRef(iri)

    def stated(predicate: str) -> str:
        return str(graph.value(subject, rdflib.URIRef(predicate)) or "")

    evidence = stated(WEFT + "evidence")
    statements = [row for group in groups_of(site, graph, iri) for row in group.rows]
    records = sorted(str(record) for record in graph.objects(subject, PROV.used))
    values = {
        "key": key,
        "iri": iri,
        "decision_path": site.path_of(iri),
        "is_join": stated(WEFT + "outcome") == _TOGETHER,
        "rule": stated(WEFT + "rule"),
        "sentence": RULES.get(stated(WEFT + "rule"), ""),
        "is_by_person": stated(WEFT + "rule") in (PERSON_SAME, PERSON_DIFFERENT),
        "evidence": identifier_link(evidence) if evidence else None,
        "at": stated(str(PROV.endedAtTime))[:10],
        "records": [_record(site, record) for record in records[:_MAX_RECORDS]],
        "n_records": len(records),
        "statements": statements[:_MAX_STATEMENTS],
        "n_left_out": len(statements[_MAX_STATEMENTS:]),
        "forms": tuple(RdfFormat),
    }
    return page(request, "decision.html", values)


def _record(site: Site, iri: str) -> dict[str, object]:
    entities = site.graph.subjects(WEFT + "fromRecord", iri)
    names = site.graph.names(entities)
    link = record_link(iri, site.path_of)
    return {
        "source": site.source_title(link.note),
        "label": link.label,
        "href": link.href,
        "entities": [
            NamedLink(label=names.get(entity, entity), href=site.path_of(entity))
            for entity in entities
        ],
    }


def _decisions(request: web.Request) -> web.Response:
    site = request.app[SITE]
    suffix = request.match_info.get("suffix")
    form = chosen_form(request, suffix)
    raise_if_not_modified(request, media_type_of(form))
    iri = decisions_graph(site.base_iri)
    n_decisions, listed = _some(site, iri)
    if form:
        response = rdf_response(_about_graph(site, iri, n_decisions, listed), form, iri)
    else:
        values = {
            "iri": iri,
            "n_decisions": n_decisions,
            "decisions": [_listed(site, decision, iri) for decision in listed],
        }
        response = page(request, "decisions.html", values)
    if suffix is None:
        response.headers["Link"] = format_header(form_links(site.path_of(iri)))
    return response


def _some(site: Site, graph: str) -> tuple[int, list[str]]:
    """How many decisions there are, and the first of them; read once a release."""
    if (known := _KNOWN.get(site.graph)) is None:
        found = site.graph.subjects(str(RDF.type), _DECISION, graph)
        known = _KNOWN[site.graph] = len(found), found[:_LISTED]
    return known


def _listed(site: Site, decision: str, graph: str) -> Listed:
    def stated(predicate: str) -> str:
        return next(iter(site.graph.objects(decision, predicate, graph)), "")

    path = site.path_of(decision)
    evidence, rule = stated(WEFT + "evidence"), stated(WEFT + "rule")
    return Listed(
        key=path.rpartition("/")[2],
        path=path,
        is_join=stated(WEFT + "outcome") == _TOGETHER,
        rule=rule,
        sentence=RULES.get(rule, ""),
        evidence=identifier_link(evidence) if evidence else None,
    )


def _about_graph(site: Site, iri: str, n_decisions: int, examples: list[str]) -> rdflib.Graph:
    graph = rdflib.Graph()
    graph.bind("void", VOID)
    subject = rdflib.URIRef(iri)
    graph.add((subject, RDF.type, VOID.Dataset))
    graph.add((subject, VOID.entities, rdflib.Literal(n_decisions)))
    graph.add((subject, VOID.sparqlEndpoint, rdflib.URIRef(site.iri_of("sparql"))))
    graph.add((rdflib.URIRef(site.iri_of("void#dataset")), VOID.subset, subject))
    for example in examples:
        graph.add((subject, VOID.exampleResource, rdflib.URIRef(example)))
    return graph
