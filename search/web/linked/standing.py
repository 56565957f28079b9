"""What became of an entity: moved after a merge, gone at the end, never there, or here."""

from http import HTTPStatus

from aiohttp import web
from msgspec import Struct

from graph.iris import entity_iri
from graph.relation import WEFT
from search.web.answers import HTML, JSON, json_answer, page
from search.web.linked.forms import OFFERS, SUFFIXES, media_type_of, rdf_response
from search.web.negotiate import choose
from search.web.serialise import BY_MEDIA_TYPE
from search.web.site import SITE


class Gone(Struct, frozen=True, kw_only=True):
    """What is left of an entity whose records were all deleted."""

    status: int
    error: str
    iri: str
    release: int
    """The release that was asked."""
    created_at: str
    """When that release was made, UTC."""


def moved_or_gone(request: web.Request, key: str, ending: str) -> web.Response | None:
    """The tombstone of an entity that is gone; nothing for one that is here.

    Args:
        request: what is asked.
        key: of the entity.
        ending: what the address has after the key, such as `.ttl`.

    Raises:
        HTTPMovedPermanently: another entity took its place.
        HTTPNotFound: there never was one.
    """
    site = request.app[SITE]
    iri = entity_iri(site.base_iri, key)
    if (target := site.graph.redirect(iri)) is not None:
        raise web.HTTPMovedPermanently(site.path_of(target) + ending)
    if next(site.graph.statements(iri), None) is None:
        raise web.HTTPNotFound(text=f"this release has no entity {key}")
    if not site.graph.has(iri, WEFT + "Tombstone"):
        return None
    return _tombstone(request, iri, ending.removeprefix(".") if ending else None)


def _tombstone(request: web.Request, iri: str, suffix: str | None) -> web.Response:
    """410, as a page, as RDF or, for all who ask for nothing of these, as JSON."""
    site = request.app[SITE]
    chosen = choose(request.headers.get("Accept", ""), (JSON, *OFFERS)) or JSON
    if suffix is not None:
        form = SUFFIXES.get(suffix)
        chosen = media_type_of(form) if suffix in SUFFIXES else JSON
    body = Gone(
        status=HTTPStatus.GONE,
        error=f"every record of {iri} was deleted by its source",
        iri=iri,
        release=site.release.number,
        created_at=site.release.info.created_at,
    )
    if chosen == HTML:
        return page(request, "tombstone.html", {"gone": body}, status=HTTPStatus.GONE)
    if chosen in BY_MEDIA_TYPE:
        response = rdf_response(site.graph.describe(iri), BY_MEDIA_TYPE[chosen], iri)
        response.set_status(HTTPStatus.GONE)
        return response
    response = json_answer(body, status=HTTPStatus.GONE)
    response.headers["Vary"] = "Accept"
    return response
