"""The forms that a minted IRI is answered in: chosen by suffix or by Accept, sent as RDF."""

from typing import Final

import rdflib
from aiohttp import web

from search.web.answers import HTML, negotiated
from search.web.serialise import BY_MEDIA_TYPE, RdfFormat, serialise

PAGE_SUFFIX: Final = "html"
SUFFIXES: Final = {**{form.value: form for form in RdfFormat}, PAGE_SUFFIX: None}
"""Form by suffix; None is the page."""
OFFERS: Final = (HTML, *BY_MEDIA_TYPE)
"""Media types of every minted IRI, the server's favourite first."""


def chosen_form(request: web.Request, suffix: str | None) -> RdfFormat | None:
    """The form asked for, by suffix before Accept; None for the page.

    Raises:
        HTTPNotFound: there is no such suffix.
        HTTPNotAcceptable: the client takes none of the forms.
    """
    if suffix is None:
        return BY_MEDIA_TYPE.get(negotiated(request, OFFERS))
    if suffix not in SUFFIXES:
        raise web.HTTPNotFound(text=f"no form .{suffix}: use .{', .'.join(SUFFIXES)}")
    return SUFFIXES[suffix]


def without_suffix(name: str) -> tuple[str, str | None]:
    """A name and the suffix of a form that it ends with, if it does.

    >>> without_suffix("oai:zenodo.org:1.ttl"), without_suffix("oai:zenodo.org:1")
    (('oai:zenodo.org:1', 'ttl'), ('oai:zenodo.org:1', None))
    """
    stem, dot, suffix = name.rpartition(".")
    return (stem, suffix) if stem and dot and suffix in SUFFIXES else (name, None)


def media_type_of(form: RdfFormat | None) -> str:
    """What Content-Type says of a form."""
    return form.media_type if form else HTML


def rdf_response(graph: rdflib.Graph, form: RdfFormat, root: str) -> web.Response:
    """A description in a form; `root` is the IRI it is about."""
    return text_response(serialise(graph, form, root=root), form.media_type)


def text_response(text: str, media_type: str, *, status: int = 200) -> web.Response:
    """A text of a media type that was chosen by Accept."""
    response = web.Response(text=text, status=status, content_type=media_type, charset="utf-8")
    response.headers["Vary"] = "Accept"
    return response
