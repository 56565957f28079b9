"""The merged graph as an OAI-PMH 2.0 repository at `/oai`.

Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from datetime import UTC, datetime

from aiohttp import web

from graph.release import answered_at
from graph.roll import Roll
from search.web.oai import answer_request
from search.web.portal.entity_source import EntitySource
from search.web.portal.moments import moments_of
from search.web.site import SITE, Site


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get("/oai", answer_harvester), web.post("/oai", answer_harvester)]


async def answer_harvester(request: web.Request) -> web.StreamResponse:
    """Answer one OAI-PMH request.

    Raises:
        HTTPServiceUnavailable: the release was made by a version that kept no roll of entities.
    """
    site = request.app[SITE]
    roll = roll_of(site)

    def ask() -> tuple[EntitySource, datetime]:
        # a harvester asks next for what changed since the date of this answer
        date = answered_at(site.release.path, datetime.now(UTC))
        return EntitySource(site, roll, moments_of(site)), date

    response = await answer_request(request, ask, base_url=site.iri_of("oai"))
    # it bears its date, so it must not be sent again as that of a later one
    response.headers["Cache-Control"] = "no-store"
    return response


def roll_of(site: Site) -> Roll:
    """The roll of a site's release.

    Raises:
        HTTPServiceUnavailable: it has none.
    """
    if site.roll is None:
        raise web.HTTPServiceUnavailable(
            text=f"release {site.release.number} does not tell when its entities changed:"
            " it was made by an older version; `weft build` makes one that does"
        )
    return site.roll
