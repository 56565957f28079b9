"""`/void` and `/.well-known/void`: what a release holds, for machines that look for data sets.

Generated from the release; the SPARQL endpoint describes itself in the same document.
https://www.w3.org/TR/void/ and https://www.w3.org/TR/sparql11-service-description/
"""

import asyncio
import re
from typing import Final
from urllib.parse import quote
from weakref import WeakKeyDictionary

import rdflib
from aiohttp import web
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, VOID, XSD

from graph.enrichment import enrichments_in
from graph.relation import PREDICATES, WEFT
from graph.store import GraphReader
from graph.vocabulary import CLASS_OF_KIND, PREFIXES
from search.web.answers import negotiated, raise_if_not_modified
from search.web.linked.enriched import describe_enrichment
from search.web.linked.forms import text_response
from search.web.linked.signposting import Link, format_header
from search.web.linked.void_counts import NOTHING, Counts, Statistics, counted
from search.web.serialise import BY_MEDIA_TYPE, RdfFormat, serialise
from search.web.service_description import SD, add_service
from search.web.site import SITE, Site

_FORMATS: Final = "http://www.w3.org/ns/formats/"
_FEATURES: Final = tuple(
    rdflib.URIRef(_FORMATS + name) for name in ("Turtle", "JSON-LD", "N-Triples", "RDF_XML")
)
_CLASSES: Final = {str(kind): rdf_class for kind, rdf_class in CLASS_OF_KIND.items()}
_MORE_PREFIXES: Final[dict[str, str]] = {
    "void": str(VOID),
    "foaf": str(FOAF),
    "sd": str(SD),
    "rdfs": str(RDFS),
    # an RDF/XML writer that meets these unbound makes prefixes up after it has declared all
    "rdf": str(RDF),
    "xml": "http://www.w3.org/XML/1998/namespace",
}
_WRITTEN: Final[WeakKeyDictionary[GraphReader, dict[RdfFormat, str]]] = WeakKeyDictionary()
"""The whole document of each release that is open, in the forms that were asked for."""
_SUFFIXES: Final = {form.value: form for form in RdfFormat}


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.get("/void", show_void),
        web.get(r"/void.{suffix:[a-z]+}", show_void),
        web.get("/.well-known/void", show_void),
    ]


async def show_void(request: web.Request) -> web.StreamResponse:
    """The release and the endpoint, described as RDF.

    Without partitions and link sets until they are counted; such an answer is not to be kept.
    """
    site = request.app[SITE]
    form = _form(request)
    raise_if_not_modified(request, form.media_type)
    statistics = counted(site)
    written = _WRITTEN.setdefault(site.graph, {}) if statistics else {}
    if form not in written:
        written[form] = await asyncio.to_thread(_write, site, form, statistics or NOTHING)
    response = text_response(written[form], form.media_type)
    if statistics is None:
        response.headers["Cache-Control"] = "no-store"
    if "suffix" not in request.match_info:
        response.headers["Content-Location"] = f"/void.{form.value}"
    links = (
        Link(target=f"/void.{each.value}", relation="alternate", media_type=each.media_type)
        for each in RdfFormat
    )
    response.headers["Link"] = format_header(links)
    return response


def _write(site: Site, form: RdfFormat, statistics: Statistics) -> str:
    return serialise(describe_release(site, statistics), form, root=site.iri_of("void"))


def describe_release(site: Site, statistics: Statistics) -> rdflib.Graph:
    """The release and its endpoint as VoID and service description.

    Subsets are the kinds and the sources; link sets are the links of one predicate between two.
    """
    graph = _new_graph()
    dataset = rdflib.URIRef(site.iri_of("void#dataset"))
    document = rdflib.URIRef(site.iri_of("void"))
    created = _moment(site.release.info.created_at)
    graph.add((document, RDF.type, VOID.DatasetDescription))
    graph.add((document, FOAF.primaryTopic, dataset))
    graph.add((document, DCTERMS.modified, created))
    add_service(graph, site.iri_of("sparql"), site.base_iri)
    _add_dataset(graph, dataset, site, statistics)
    _add_properties(graph, dataset, statistics.properties)
    _add_classes(graph, dataset, statistics.classes)
    _add_kinds(graph, dataset, site)
    _add_sources(graph, dataset, site, statistics)
    _add_linksets(graph, dataset, site, "kind", statistics.between_kinds)
    _add_linksets(graph, dataset, site, "source", statistics.between_sources)
    _add_enrichments(graph, dataset, site)
    return graph


def _form(request: web.Request) -> RdfFormat:
    suffix = request.match_info.get("suffix")
    if suffix is None:
        return BY_MEDIA_TYPE[negotiated(request, tuple(BY_MEDIA_TYPE))]
    if suffix not in _SUFFIXES:
        raise web.HTTPNotFound(text=f"no form .{suffix}: use .{', .'.join(_SUFFIXES)}")
    return _SUFFIXES[suffix]


def _moment(text: str) -> rdflib.Literal:
    # as it is written: rdflib would turn the Z of a moment into +00:00
    return rdflib.Literal(text, datatype=XSD.dateTime, normalize=False)


def _new_graph() -> rdflib.Graph:
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    for prefix, bound in _MORE_PREFIXES.items():
        graph.bind(prefix, bound)
    return graph


def _add_dataset(
    graph: rdflib.Graph, dataset: rdflib.URIRef, site: Site, statistics: Statistics
) -> None:
    info = site.release.info
    example = next(site.graph.pairs(WEFT + "fromRecord"), None)
    statements = [
        (RDF.type, VOID.Dataset),
        (DCTERMS.title, rdflib.Literal(f"{site.title}, release {info.number}")),
        (DCTERMS.issued, _moment(info.created_at)),
        (FOAF.homepage, rdflib.URIRef(site.base_iri)),
        (VOID.entities, rdflib.Literal(info.entities)),
        (VOID.uriSpace, rdflib.Literal(site.base_iri)),
        (VOID.uriRegexPattern, rdflib.Literal(f"^{re.escape(site.base_iri)}(id|record|decision)/")),
        (VOID.sparqlEndpoint, rdflib.URIRef(site.iri_of("sparql"))),
        *((VOID.feature, feature) for feature in _FEATURES),
        *((VOID.vocabulary, rdflib.URIRef(namespace)) for namespace in PREFIXES.values()),
        *((VOID.exampleResource, rdflib.URIRef(iri)) for iri in example or ()),
    ]
    if statistics.properties:
        statements.append((VOID.triples, rdflib.Literal(statistics.triples)))
        statements.append((VOID.properties, rdflib.Literal(len(statistics.properties))))
    if statistics.classes:
        statements.append((VOID.classes, rdflib.Literal(len(statistics.classes))))
    for predicate, value in statements:
        graph.add((dataset, predicate, value))


def _add_properties(graph: rdflib.Graph, dataset: rdflib.URIRef, counts: Counts) -> None:
    for (predicate,), n in sorted(counts.items()):
        partition = rdflib.BNode()
        graph.add((dataset, VOID.propertyPartition, partition))
        graph.add((partition, VOID.property, rdflib.URIRef(predicate)))
        graph.add((partition, VOID.triples, rdflib.Literal(n)))


def _add_classes(graph: rdflib.Graph, dataset: rdflib.URIRef, counts: Counts) -> None:
    for (rdf_class,), n in sorted(counts.items()):
        partition = rdflib.BNode()
        graph.add((dataset, VOID.classPartition, partition))
        graph.add((partition, VOID["class"], rdflib.URIRef(rdf_class)))
        graph.add((partition, VOID.entities, rdflib.Literal(n)))


def _add_kinds(graph: rdflib.Graph, dataset: rdflib.URIRef, site: Site) -> None:
    for kind, n in sorted(site.release.info.by_kind.items()):
        subset = _add_subset(graph, dataset, _subset(site, "kind", kind), f"{site.title}: {kind}")
        graph.add((subset, VOID.entities, rdflib.Literal(n)))
        graph.add((subset, rdflib.URIRef(WEFT + "kind"), rdflib.Literal(kind)))
        if rdf_class := _CLASSES.get(kind):
            _add_classes(graph, subset, {(rdf_class,): n})


def _add_sources(
    graph: rdflib.Graph, dataset: rdflib.URIRef, site: Site, statistics: Statistics
) -> None:
    for name, n_records in sorted(site.release.info.by_source.items()):
        title = f"{site.title}: records of {site.source_title(name)}"
        subset = _add_subset(graph, dataset, _subset(site, "source", name), title)
        graph.add((subset, rdflib.URIRef(WEFT + "source"), rdflib.Literal(name)))
        _add_classes(graph, subset, {(WEFT + "SourceRecord",): n_records})
        if (name,) in statistics.sources:
            graph.add((subset, VOID.entities, rdflib.Literal(statistics.sources[name,])))


def _add_enrichments(graph: rdflib.Graph, dataset: rdflib.URIRef, site: Site) -> None:
    """The graphs of what remote endpoints say, each with its endpoint, licence and time."""
    for iri in enrichments_in(site.graph, site.base_iri):
        graph += describe_enrichment(site, iri)
        name = rdflib.URIRef(iri)
        graph.add((dataset, VOID.subset, name))
        graph.add((dataset, SD.namedGraph, named := rdflib.BNode()))
        graph.add((named, RDF.type, SD.NamedGraph))
        graph.add((named, SD.name, name))


def _add_linksets(
    graph: rdflib.Graph, dataset: rdflib.URIRef, site: Site, group: str, counts: Counts
) -> None:
    for (predicate, start, end), n in sorted(counts.items()):
        name = f"{PREDICATES[predicate]}-{quote(start, safe='')}-{quote(end, safe='')}"
        linkset = rdflib.URIRef(site.iri_of(f"void#{group}-links-{name}"))
        title = f"{PREDICATES[predicate]}, from {group} {start} to {group} {end}"
        _add_subset(graph, dataset, linkset, title)
        graph.add((linkset, RDF.type, VOID.Linkset))
        graph.add((linkset, VOID.linkPredicate, rdflib.URIRef(predicate)))
        for role, part in ((VOID.subjectsTarget, start), (VOID.objectsTarget, end)):
            target = _subset(site, group, part)
            graph.add((linkset, role, target))
            graph.add((target, RDF.type, VOID.Dataset))
        graph.add((linkset, VOID.triples, rdflib.Literal(n)))


def _subset(site: Site, group: str, name: str) -> rdflib.URIRef:
    return rdflib.URIRef(site.iri_of(f"void#{group}-{quote(name, safe='')}"))


def _add_subset(
    graph: rdflib.Graph, dataset: rdflib.URIRef, subset: rdflib.URIRef, title: str
) -> rdflib.URIRef:
    graph.add((dataset, VOID.subset, subset))
    graph.add((subset, RDF.type, VOID.Dataset))
    graph.add((subset, DCTERMS.title, rdflib.Literal(title)))
    return subset
