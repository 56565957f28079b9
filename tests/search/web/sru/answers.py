"""Asks `/sru` and reads the answer, whichever version it is in."""

from dataclasses import dataclass

from lxml import etree
from multidict import MultiDict

from search.web.site import Site
from search.web.sru.asked import read_envelope
from search.web.sru.reply import write_reply

SRW = "http://www.loc.gov/zing/srw/"
OASIS = "http://docs.oasis-open.org/ns/search-ws/"
SRU_2 = f"{OASIS}sruResponse"
EXPLAIN = "http://explain.z3950.org/dtd/2.0/"
FACETS = f"{OASIS}facetedResults"
DC = "http://purl.org/dc/elements/1.1/"
MARC = "http://www.loc.gov/MARC21/slim"
WEFT = "https://w3id.org/weft#"
DIAGNOSTIC = "info:srw/diagnostic/1/"

V1_2 = {"version": "1.2", "operation": "searchRetrieve"}
"""What a search of version 1.2 says besides its query."""


@dataclass(frozen=True, kw_only=True)
class Schemas:
    """The standard's XML schemas."""

    srw: etree.XMLSchema
    oasis: etree.XMLSchema
    explain: etree.XMLSchema
    facets: etree.XMLSchema
    marc: etree.XMLSchema

    def check(self, answer: etree._Element) -> None:
        """Fail unless an answer, and what it holds, is as the standard says."""
        whole = self.srw if answer.tag.startswith(f"{{{SRW}}}") else self.oasis
        whole.assertValid(answer)
        for schema, namespace, name in (
            (self.explain, EXPLAIN, "explain"),
            (self.marc, MARC, "record"),
        ):
            for held in answer.iter(f"{{{namespace}}}{name}"):
                schema.assertValid(etree.fromstring(etree.tostring(held)))


@dataclass(frozen=True)
class Service:
    """The service over one release, asked without HTTP."""

    site: Site

    def reply(self, parameters=(), **more):
        """The text of the answer to a request with these parameters."""
        asked = MultiDict(parameters, **more)
        return write_reply(self.site, asked, read_envelope(asked))

    def ask(self, parameters=(), **more):
        """The parsed answer to a request with these parameters."""
        return etree.fromstring(self.reply(parameters, **more).encode())


def texts(answer, name):
    """The texts of the elements with a local name, in order."""
    return [each.text or "" for each in answer.iter("{*}" + name)]


def text(answer, name):
    """The text of the first element with a local name, None where there is none."""
    return next(iter(texts(answer, name)), None)


def codes(answer):
    """The numbers of the diagnostics."""
    return [int(uri.removeprefix(DIAGNOSTIC)) for uri in texts(answer, "uri")]


def keys(answer):
    """The keys of the entities found, in order."""
    return [iri.rpartition("/")[2] for iri in texts(answer, "entity")]
