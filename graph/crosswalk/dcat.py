"""DCAT-AP as RDF/XML, in the form that InvenioRDM (Zenodo) makes of DataCite: CiteDCAT-AP.

The tree is read as it is written, nested or linked by `rdf:resource`; no other RDF syntax.
Specification: https://ec-jrc.github.io/datacite-to-dcat-ap/
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct

from graph.crosswalk.dcat_terms import (
    CONTRIBUTORS,
    DATES,
    IGNORED,
    PREFIXES,
    RDF_ABOUT,
    RDF_PARSE_TYPE,
    RDF_RESOURCE,
    RELATIONS,
)
from graph.crosswalk.draft import Draft
from graph.crosswalk.elements import Element, language_of, text_of
from graph.errors import UnmappableRecord
from graph.identifiers import recognise
from graph.work import Access, Affiliation, Identifier

_ACCESS: Final = {
    "PUBLIC": Access.OPEN,
    "RESTRICTED": Access.RESTRICTED,
    "NON_PUBLIC": Access.CLOSED,
}
"""By the last part of an address in the EU's authority list of access rights."""

_DATASET: Final = "http://www.w3.org/ns/dcat#Dataset"
_THINGS: Final = frozenset({"dcat:Dataset", "dcat:Resource", "dcat:DataService"})
_TYPE_PLACES: Final = ("http://purl.org/dc/dcmitype/", "http://purl.org/ontology/bibo/")


_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"


class _Graph(Struct):
    """Elements of an `rdf:RDF` by the IRI they describe."""

    nodes: dict[str, Element]

    def node(self, holder: Element) -> tuple[str, Element | None]:
        """IRI and description of what a property points at; both may be missing."""
        if holder.get(RDF_PARSE_TYPE) == "Resource":
            return "", holder
        for child in holder:
            if _name(child):
                return child.get(RDF_ABOUT) or "", child
        iri = holder.get(RDF_RESOURCE) or ""
        return iri, self.nodes.get(iri)


def map_dcat(root: Element, draft: Draft) -> None:
    """Map the dataset of an `rdf:RDF`.

    Raises:
        UnmappableRecord: reason `no-metadata` when nothing in it has a title.
    """
    nodes = {about: child for child in root if (about := child.get(RDF_ABOUT))}
    graph = _Graph(nodes)
    thing = _main(root)
    if thing is None:
        raise UnmappableRecord("no-metadata", "rdf:RDF without anything that has a title")
    if about := thing.get(RDF_ABOUT):
        draft.add_alternate(about, "")
    for child in thing:
        _map_property(child, _name(child), graph, draft)
    _add_funders(thing, graph, draft)
    _add_type(thing, draft)


def _main(root: Element) -> Element | None:
    titled = [child for child in root if any(_name(each) == "dct:title" for each in child)]
    for child in titled:
        types = {each.get(RDF_RESOURCE) for each in child if _name(each) == "rdf:type"}
        if _name(child) in _THINGS or _DATASET in types:
            return child
    return titled[0] if titled else None


def _name(element: Element) -> str:
    return _qualified(element.tag)


@lru_cache(maxsize=1024)
def _qualified(tag: object) -> str:
    """Name with the usual prefix; empty for what is no element."""
    if not isinstance(tag, str):
        return ""
    namespace, _, name = tag[1:].rpartition("}")
    return f"{PREFIXES.get(namespace, namespace)}:{name}"


def _map_property(element: Element, name: str, graph: _Graph, draft: Draft) -> None:
    if relation := RELATIONS.get(name):
        if _is_own_page(element, name):
            draft.add_alternate(element.get(RDF_RESOURCE) or "", "")
        else:
            _add_link(element, relation, graph, draft)
    elif role := CONTRIBUTORS.get(name):
        _add_agent(element, role, graph, draft)
    elif date := DATES.get(name):
        draft.add_date(date, text_of(element))
    elif handler := _HANDLERS.get(name):
        handler(element, graph, draft)
    elif name and name not in IGNORED:
        draft.add_problem("unknown-element", name)


def _is_own_page(element: Element, name: str) -> bool:
    """The thing's own page or other address is a resource; a related thing is described inside."""
    return name in ("foaf:page", "owl:sameAs") and element.get(RDF_RESOURCE) is not None


def _children(element: Element | None, *names: str) -> Iterator[Element]:
    if element is not None:
        yield from (child for child in element if _name(child) in names)


def _text(element: Element | None, *names: str) -> str:
    return next((text for child in _children(element, *names) if (text := text_of(child))), "")


def _identifier(element: Element, _graph: _Graph, draft: Draft) -> None:
    if text := text_of(element) or element.get(RDF_RESOURCE):
        draft.add_alternate(text, "")


def _other_identifier(element: Element, graph: _Graph, draft: Draft) -> None:
    _, node = graph.node(element)
    if text := _text(node, "skos:notation"):
        draft.add_alternate(text, _text(node, "adms:schemeAgency"))


def _title(element: Element, _graph: _Graph, draft: Draft) -> None:
    draft.add_title(text_of(element), language_of(element))


def _description(element: Element, _graph: _Graph, draft: Draft) -> None:
    draft.add_description(text_of(element), language_of(element))


def _statement(element: Element, graph: _Graph, draft: Draft) -> None:
    _, node = graph.node(element)
    draft.add_description(_text(node, "rdfs:label") or text_of(element), rank=1)


def _publisher(element: Element, graph: _Graph, draft: Draft) -> None:
    _, node = graph.node(element)
    draft.set_publisher(_text(node, "foaf:name") or text_of(element))


def _subject(element: Element, graph: _Graph, draft: Draft) -> None:
    """InvenioRDM puts the IRI of the concept on the property."""
    iri, node = graph.node(element)
    scheme = next(_children(node, "skos:inScheme"), None)
    scheme_node = graph.node(scheme)[1] if scheme is not None else None
    label = _text(node, "skos:prefLabel", "skos:notation", "dct:identifier")
    draft.add_subject(
        label or text_of(element),
        _text(scheme_node, "dct:title"),
        address=iri or element.get(RDF_ABOUT) or "",
        language=language_of(element),
    )


def _language(element: Element, _graph: _Graph, draft: Draft) -> None:
    stated = element.get(RDF_RESOURCE) or text_of(element)
    draft.add_language(stated.rpartition("/")[2].lower())


def _version(element: Element, _graph: _Graph, draft: Draft) -> None:
    draft.version = draft.version or text_of(element)


def _access(element: Element, graph: _Graph, draft: Draft) -> None:
    """A statement with OpenAIRE's word says more than the EU's list, where embargoed is closed."""
    iri, node = graph.node(element)
    known = _ACCESS.get(iri.rpartition("/")[2])
    if known is None:
        draft.add_rights(iri, _text(node, "rdfs:label") or text_of(element))
    elif draft.access is Access.UNKNOWN:
        draft.access = known


def _rights(element: Element, graph: _Graph, draft: Draft) -> None:
    iri, node = graph.node(element)
    draft.add_rights(iri, _text(node, "rdfs:label") or text_of(element))


def _distribution(element: Element, graph: _Graph, draft: Draft) -> None:
    _, node = graph.node(element)
    for child in node if node is not None else ():
        match _name(child):
            case "dct:license" | "dct:rights":
                _rights(child, graph, draft)
            case "dct:accessRights":
                _access(child, graph, draft)
            case "dcat:mediaType" | "dct:format":
                draft.add_format(_media_type(child, graph))
            case "dct:extent":
                _extent(child, graph, draft)
            case "dcat:byteSize" if size := text_of(child):
                draft.add_size(f"{size} bytes")
            case "dcat:downloadURL" if address := child.get(RDF_RESOURCE):
                draft.add_problem("file-address", address)
            case name if name and name not in IGNORED:
                draft.add_problem("unknown-element", f"dcat:Distribution/{name}")


def _extent(element: Element, graph: _Graph, draft: Draft) -> None:
    _, node = graph.node(element)
    draft.add_size(_text(node, "rdfs:label") or text_of(element))


def _media_type(element: Element, graph: _Graph) -> str:
    """The words, or the media type out of an address of IANA's or the EU's list."""
    iri, node = graph.node(element)
    stated = _text(node, "rdfs:label") or text_of(element)
    return stated or iri.removeprefix(_MEDIA_TYPES).rpartition("file-type/")[2]


def _add_link(element: Element, relation: str, graph: _Graph, draft: Draft) -> None:
    iri, node = graph.node(element)
    text = iri or _text(node, "dct:identifier") or text_of(element)
    kind = ""
    for child in _children(node, "dct:type"):
        kind = (child.get(RDF_RESOURCE) or "").rpartition("/")[2]
    if text:
        draft.add_link(relation, text, kind=kind, stated_as=_name(element))


def _add_agent(element: Element, role: str, graph: _Graph, draft: Draft) -> None:
    iri, node = graph.node(element)
    name = _text(node, "foaf:name", "vcard:fn") or ", ".join(
        filter(None, (_text(node, "foaf:familyName"), _text(node, "foaf:givenName")))
    )
    identifiers: dict[Identifier, None] = {}
    if (known := recognise(iri)) and known.scheme in ("orcid", "ror", "isni"):
        identifiers[known] = None
    places = [_affiliation(child, graph, draft) for child in _children(node, "org:memberOf")]
    draft.add_agent(
        name or text_of(element),
        role,
        _agent_type(node),
        tuple(identifiers),
        tuple(filter(None, places)),
    )


def _affiliation(element: Element, graph: _Graph, draft: Draft) -> Affiliation | str:
    identifier, node = _organisation(element, graph)
    return draft.affiliation(_text(node, "foaf:name"), ("", identifier))


def _organisation(element: Element | None, graph: _Graph) -> tuple[str, Element | None]:
    """Identifier of an organisation, which says more than its IRI, and its description."""
    if element is None:
        return "", None
    iri, node = graph.node(element)
    return _text(node, "dct:identifier") or iri, node


def _agent_type(node: Element | None) -> str:
    if node is None:
        return ""
    types = [_name(node), *(child.get(RDF_RESOURCE) or "" for child in _children(node, "rdf:type"))]
    for stated in types:
        if stated.endswith(("Person", "Individual")):
            return "person"
        if stated.endswith(("Organization", "Group")):
            return "organization"
    return ""


def _add_funders(thing: Element, graph: _Graph, draft: Draft) -> None:
    """Projects first: they name their funder, whom a property of its own names again."""
    named = set()
    for child in _children(thing, "citedcat:isFundedBy", "schema:funding"):
        address, project = graph.node(child)
        awarder = next(_children(project, "citedcat:isAwardedBy"), None)
        identifier, node = _organisation(awarder, graph)
        funder = _text(node, "foaf:name")
        named.add(funder or identifier)
        draft.add_funding(
            funder,
            _text(project, "dct:identifier"),
            _text(project, "dct:title"),
            identifier=identifier,
            address=address,
        )
    for child in _children(thing, "citedcat:funder", "schema:funder"):
        identifier, node = _organisation(child, graph)
        funder = _text(node, "foaf:name")
        if (funder or identifier) not in named:
            draft.add_funding(funder, identifier=identifier)


def _add_type(thing: Element, draft: Draft) -> None:
    """Everything is a `dcat:Dataset` here, which counts when nothing else is stated."""
    for child in _children(thing, "dct:type", "rdf:type"):
        stated = child.get(RDF_RESOURCE) or text_of(child)
        if _name(child) == "dct:type" or stated.startswith(_TYPE_PLACES):
            draft.add_type(stated.rpartition("/")[2].rpartition("#")[2])
    if not draft.stated_type:
        draft.add_type("Dataset")


_Handler = Callable[[Element, _Graph, Draft], None]

_HANDLERS: Final[dict[str, _Handler]] = {
    "dct:identifier": _identifier,
    "dcat:landingPage": _identifier,
    "adms:identifier": _other_identifier,
    "dct:title": _title,
    "dct:alternative": _title,
    "dct:description": _description,
    "dct:tableOfContents": _statement,
    "dct:provenance": _statement,
    "dct:publisher": _publisher,
    "dct:subject": _subject,
    "dcat:theme": _subject,
    "dcat:keyword": _subject,
    "dct:language": _language,
    "owl:versionInfo": _version,
    "dcat:version": _version,
    "dct:accessRights": _access,
    "dct:license": _rights,
    "dct:rights": _rights,
    "dcat:distribution": _distribution,
    "dct:extent": _extent,
}
