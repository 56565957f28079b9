"""`/opensearch.xml`: tells browsers and portals how this site is searched.

OpenSearch 1.1, draft 6: https://github.com/dewitt/opensearch/blob/master/opensearch-1-1-draft-6.md
"""

from typing import Final

from aiohttp import web
from lxml import etree

from search.web.answers import raise_if_not_modified
from search.web.portal.xml_text import xml_text
from search.web.site import SITE, Site

OPENSEARCH_XML: Final = "application/opensearchdescription+xml"
OPENSEARCH: Final = "http://a9.com/-/spec/opensearch/1.1/"
_SHORT_NAME: Final = 16
_LONG_NAME: Final = 48
_DESCRIPTION: Final = 1024
"""Most characters that the specification allows in these elements."""
_EXAMPLE: Final = "higgs boson"


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get("/opensearch.xml", describe)]


async def describe(request: web.Request) -> web.StreamResponse:
    """The description document."""
    raise_if_not_modified(request, OPENSEARCH_XML)
    body = description(request.app[SITE])
    return web.Response(body=body, content_type=OPENSEARCH_XML, charset="utf-8")


def description(site: Site) -> bytes:
    """Write the description of a site."""
    base = site.base_iri
    namespaces: dict[str | None, str] = {None: OPENSEARCH}
    root = etree.Element(
        f"{{{OPENSEARCH}}}OpenSearchDescription",
        nsmap=namespaces,  # type: ignore[arg-type]  # lxml takes None for the default one
    )
    _add(root, "ShortName", xml_text(site.title)[:_SHORT_NAME])
    what = "datasets, papers, software and books, and the links between them"
    _add(root, "Description", f"Search {xml_text(site.title)}: {what}"[:_DESCRIPTION])
    if "@" in site.contact:
        _add(root, "Contact", xml_text(site.contact))
    _add(root, "Tags", "research data papers software books links")
    _add(root, "LongName", xml_text(f"{site.title}: research data and links")[:_LONG_NAME])
    _add_url(root, "text/html", f"{base}search?q={{searchTerms}}&page={{startPage?}}")
    paged = "&startIndex={startIndex?}&count={count?}"
    _add_url(root, "application/atom+xml", f"{base}search.atom?q={{searchTerms}}{paged}")
    _add_url(root, "application/json", f"{base}api/v1/search?q={{searchTerms}}")
    _add_url(
        root,
        "application/x-suggestions+json",
        f"{base}suggest?q={{searchTerms}}",
        rel="suggestions",
    )
    _add_url(root, OPENSEARCH_XML, f"{base}opensearch.xml", rel="self")
    _add(root, "Image", f"{base}static/weft.svg", type="image/svg+xml", width="64", height="64")
    _add(root, "Query", "", role="example", searchTerms=_EXAMPLE)
    _add(root, "Developer", "Weft")
    _add(root, "Attribution", f"Search data from {xml_text(site.title)}, {base}"[:256])
    _add(root, "SyndicationRight", "open")
    _add(root, "AdultContent", "false")
    _add(root, "Language", "*")
    _add(root, "OutputEncoding", "UTF-8")
    _add(root, "InputEncoding", "UTF-8")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add(root: etree._Element, name: str, text: str, **attributes: str) -> None:
    element = etree.SubElement(root, f"{{{OPENSEARCH}}}{name}", attributes)
    element.text = text or None


def _add_url(root: etree._Element, media_type: str, template: str, **attributes: str) -> None:
    _add(root, "Url", "", type=media_type, template=template, **attributes)
