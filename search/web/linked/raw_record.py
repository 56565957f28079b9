"""The raw text of a source record, as its repository delivered it and a release was made from it.

A release holds none: it is in the stage beside the releases, as long as no other version came.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

import rdflib
from aiohttp import web

from graph.relation import WEFT
from harvester.errors import StorageError
from harvester.staging.read_only import RawText, read_raw_text
from search.web.site import Site

_STAGE: Final = "stage.db"
_SOURCE, _IDENTIFIER, _SHA256, _STATUS, _DATESTAMP = (
    rdflib.URIRef(WEFT + name)
    for name in ("source", "oaiIdentifier", "sha256", "status", "datestamp")
)
_LIVE: Final = rdflib.URIRef(WEFT + "live")
_RETRY_S: Final = "10"
RAW_TYPES: Final = {"xml": "application/xml", "json": "application/json"}
"""Media type by suffix."""
POLICY: Final = "default-src 'none'; sandbox"
"""Content-Security-Policy of raw texts: what a record holds runs nothing and loads nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """A raw text with what it is."""

    suffix: str
    body: bytes

    @property
    def media_type(self) -> str:
        """What Content-Type says of it."""
        return RAW_TYPES[self.suffix]


def find_raw(site: Site, header: rdflib.Graph, iri: str) -> RawRecord:
    """The raw text that the release was made from.

    Args:
        site: the release, and by its place the stage.
        header: what the release says of the record.
        iri: of the record.

    Raises:
        HTTPGone: the repository has deleted it, or lists it no longer.
        HTTPNotFound: the release is served without its stage, or the stage has no such record.
        HTTPConflict: the repository has delivered another version since.
        HTTPServiceUnavailable: the stage cannot be read.
    """
    subject = rdflib.URIRef(iri)
    source, identifier = (str(header.value(subject, p) or "") for p in (_SOURCE, _IDENTIFIER))
    if header.value(subject, _STATUS) != _LIVE:
        status = str(header.value(subject, _STATUS) or "").removeprefix(WEFT)
        datestamp = header.value(subject, _DATESTAMP)
        raise web.HTTPGone(
            text=f"the record {identifier} of {source} is {status or 'gone'} since {datestamp}:"
            " this release holds its header only"
        )
    wanted = str(header.value(subject, _SHA256) or "")
    found = _staged(site, source, identifier)
    if found.sha256.hex() != wanted:
        raise web.HTTPConflict(text=_changed(found, identifier, site.release.number, wanted))
    return RawRecord(suffix=_suffix_of(found.body), body=found.body)


def _staged(site: Site, source: str, identifier: str) -> RawText:
    stage = site.release.path.parent.parent / _STAGE
    number = site.release.number
    if not stage.is_file():
        raise web.HTTPNotFound(
            text=f"release {number} is served without the stage that holds the raw records:"
            f" ask {source} itself for {identifier}"
        )
    try:
        found = read_raw_text(stage, source, identifier)
    except StorageError as error:
        # without where this machine keeps its files
        reason = str(error).removeprefix(f"{stage}: ")
        raise web.HTTPServiceUnavailable(
            text=f"the stage that holds the raw records cannot be read: {reason}",
            headers={"Retry-After": _RETRY_S},
        ) from error
    if found is None:
        raise web.HTTPNotFound(
            text=f"the stage beside release {number} has no record {identifier} of {source}"
        )
    return found


def _changed(found: RawText, identifier: str, number: int, wanted: str) -> str:
    what = "deleted the record" if found.is_gone else "delivered another version"
    return (
        f"its repository has {what} since release {number} was made (datestamp"
        f" {found.datestamp or 'none'}, harvested {found.harvested_at}); the release was made from"
        f" the text with sha256 {wanted or 'unknown'}, the next one will be from"
        f" {found.sha256.hex()}. {_where(found, identifier)}"
    ).rstrip()


def _where(found: RawText, identifier: str) -> str:
    """Where the repository itself gives the record, as far as the stage knows."""
    address = found.scope.partition("\n")[0]
    if not address.startswith(("http://", "https://")) or "@" in address:
        return ""  # a file, or an address with a password
    if _suffix_of(found.body) != "xml":
        return f"Ask {address}"
    asked = {"verb": "GetRecord", "metadataPrefix": found.prefix, "identifier": identifier}
    return f"The repository's own: {address}?{urlencode(asked, quote_via=quote)}"


def _suffix_of(body: bytes) -> str:
    return "json" if body.lstrip()[:1] in (b"{", b"[") else "xml"
