"""The versions of SRU that are spoken here, and what each calls things. Pure.

1.1 and 1.2: https://docs.oasis-open.org/search-ws/searchRetrieve/v1.0/os/part2-sru1.2/
2.0: https://docs.oasis-open.org/search-ws/searchRetrieve/v1.0/os/part3-sru2.0/
"""

from enum import StrEnum
from typing import Final

SRU_XML: Final = "application/sru+xml"
MEDIA_TYPES: Final = (SRU_XML, "application/xml", "text/xml")
"""What 2.0 may be sent as, the server's favourite first; all the same bytes."""

_SRW: Final = "http://www.loc.gov/zing/srw/"
_OASIS: Final = "http://docs.oasis-open.org/ns/search-ws/"
_COMMON: Final = (
    "operation",
    "version",
    "query",
    "startRecord",
    "maximumRecords",
    "recordPacking",
    "recordSchema",
    "resultSetTTL",
    "sortKeys",
    "stylesheet",
    "extraRequestData",
)
_ONLY_1: Final = ("recordXPath", "scanClause", "responsePosition", "maximumTerms")
ONLY_2: Final = (
    "queryType",
    "recordXMLEscaping",
    "renderedBy",
    "httpAccept",
    "responseType",
    "facetLimit",
    "facetStart",
    "facetSort",
)
"""Parameters by which a request of 2.0 is told from one of 1.x that left its version out."""


class Version(StrEnum):
    """A version of the protocol."""

    V1_1 = "1.1"
    V1_2 = "1.2"
    V2_0 = "2.0"

    @property
    def is_2(self) -> bool:
        """Whether answers have the form that OASIS gave them."""
        return self is Version.V2_0

    @property
    def namespace(self) -> str:
        """Of the answer's elements."""
        return f"{_OASIS}sruResponse" if self.is_2 else _SRW

    @property
    def diagnostic_namespace(self) -> str:
        """Of `diagnostic` and what is in it."""
        return f"{_OASIS}diagnostic" if self.is_2 else f"{_SRW}diagnostic/"

    @property
    def facet_namespace(self) -> str:
        """Of what is in `facetedResults`."""
        return f"{_OASIS}facetedResults"

    @property
    def scan_namespace(self) -> str:
        """Of what is in `scanResponse`."""
        return f"{_OASIS}scan" if self.is_2 else _SRW

    @property
    def packing_parameter(self) -> str:
        """The parameter, and the element, that says how a record is packed."""
        return "recordXMLEscaping" if self.is_2 else "recordPacking"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters it knows; besides them any that begins with `x-`."""
        return (*_COMMON, *(ONLY_2 if self.is_2 else ()), *_ONLY_1)
