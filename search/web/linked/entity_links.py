"""Which typed links an entity's page states. Pure: view in, links out.

https://signposting.org/FAIR/#landingpage
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import rdflib
from rdflib.namespace import DCTERMS, RDF
from rdflib.term import Node

from graph.vocabulary import SCHEMA
from search.web.answers import HTML
from search.web.linked.description import Description, EntityView, safe_href
from search.web.linked.signposting import LINKSET_JSON, LINKSET_TEXT, Link
from search.web.serialise import RdfFormat

_ABOUT_PAGE: Final = SCHEMA + "AboutPage"
_CITABLE: Final = ("doi", "arxiv", "handle", "swh", "ark")
"""Schemes that an entity is cited by, best first; else by its own IRI."""


def page_links(
    view: EntityView, description: Description, path_of: Callable[[str], str]
) -> tuple[Link, ...]:
    """All typed links of an entity, those that machines need most first.

    Args:
        view: what the page shows.
        description: what the graph says.
        path_of: where an IRI is shown.
    """
    path = path_of(view.iri)
    return (
        Link(target=_cite_as(view), relation="cite-as"),
        *_types(description),
        *form_links(path),
        *linkset_links(path),
        *_licences(description),
        *_wholes(description, path_of),
        *(Link(target=a.href, relation="author") for a in view.creators if safe_href(a.href)),
        *_parts(description, path_of),
    )


def form_links(path: str) -> Iterator[Link]:
    """Links from the page at a path to the forms of its data."""
    for form in RdfFormat:
        yield Link(
            target=f"{path}.{form.value}",
            relation="describedby",
            media_type=form.media_type,
            profile=SCHEMA if form is RdfFormat.JSON_LD else "",
        )


def linkset_links(path: str) -> tuple[Link, ...]:
    """Links to the link sets of the entity at a path."""
    return (
        Link(target=f"{path}.linkset.json", relation="linkset", media_type=LINKSET_JSON),
        Link(target=f"{path}.linkset", relation="linkset", media_type=LINKSET_TEXT),
    )


def metadata_links(path: str) -> tuple[Link, ...]:
    """What a form of an entity's data states: the page that it describes, and the link sets."""
    return (Link(target=path, relation="describes", media_type=HTML), *linkset_links(path))


def linkset(links: tuple[Link, ...], path: str) -> tuple[Link, ...]:
    """The links of a page without those to link sets, and the links back from its forms."""
    described = (
        Link(target=path, relation="describes", media_type=HTML, anchor=link.target)
        for link in links
        if link.relation == "describedby"
    )
    return (*(link for link in links if link.relation != "linkset"), *described)


def _cite_as(view: EntityView) -> str:
    for scheme in _CITABLE:
        found = [link.href for link in view.identifiers if link.note == scheme and link.href]
        if found:
            return found[0]
    return view.iri


def _types(description: Description) -> Iterator[Link]:
    yield Link(target=_ABOUT_PAGE, relation="type")
    subject = rdflib.URIRef(description.iri)
    for rdf_class in sorted(map(str, description.about.objects(subject, RDF.type))):
        if rdf_class.startswith(SCHEMA):
            yield Link(target=rdf_class, relation="type")


def _licences(description: Description) -> Iterator[Link]:
    subject = rdflib.URIRef(description.iri)
    for licence in _iris(description.about.objects(subject, rdflib.URIRef(SCHEMA + "license"))):
        if safe_href(licence):
            yield Link(target=licence, relation="license")


def _wholes(description: Description, path_of: Callable[[str], str]) -> Iterator[Link]:
    subject = rdflib.URIRef(description.iri)
    for whole in _iris(description.about.objects(subject, DCTERMS.isPartOf)):
        yield Link(target=path_of(whole), relation="collection", media_type=HTML)


def _parts(description: Description, path_of: Callable[[str], str]) -> Iterator[Link]:
    subject = rdflib.URIRef(description.iri)
    for part in _iris(description.incoming.subjects(DCTERMS.isPartOf, subject)):
        yield Link(target=path_of(part), relation="item", media_type=HTML)


def _iris(nodes: Iterable[Node]) -> list[str]:
    return sorted(str(node) for node in nodes if isinstance(node, rdflib.URIRef))
