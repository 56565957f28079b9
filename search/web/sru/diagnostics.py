"""SRU diagnostics: what a server tells a client that asked for something it does not do. Pure.

https://docs.oasis-open.org/search-ws/searchRetrieve/v1.0/os/part3-sru2.0/
https://www.loc.gov/standards/sru/diagnostics/diagnosticsList.html
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from search.errors import SearchError

PREFIX: Final = "info:srw/diagnostic/1/"
"""What the URI of each diagnostic of the standard begins with."""


class Code(IntEnum):
    """The diagnostics that this server gives, by the number in the standard's list."""

    UNSUPPORTED_OPERATION = 4
    UNSUPPORTED_VERSION = 5
    UNSUPPORTED_VALUE = 6
    MISSING_PARAMETER = 7
    UNSUPPORTED_PARAMETER = 8
    SYNTAX = 10
    QUERY_TOO_LONG = 12
    PARENTHESES = 13
    QUOTES = 14
    CONTEXT_SET = 15
    INDEX = 16
    COMBINATION_OF_INDEXES = 18
    RELATION = 19
    RELATION_MODIFIER = 20
    RELATION_AND_INDEX = 22
    ESCAPE = 26
    EMPTY_TERM = 27
    MASK = 28
    TOO_MANY_MASKS = 30
    ANCHOR = 31
    ANCHOR_POSITION = 32
    PROXIMITY_AND_MASK = 33
    TERM_FORMAT = 36
    TOO_MANY_BOOLEANS = 38
    PROXIMITY = 39
    PROXIMITY_RELATION = 40
    PROXIMITY_DISTANCE = 41
    PROXIMITY_UNIT = 42
    PROXIMITY_ORDERING = 43
    BOOLEAN_MODIFIER = 46
    FEATURE = 48
    MASK_POSITION = 49
    RESULT_SETS = 50
    RECORD_POSITION = 61
    NO_RECORD = 65
    RECORD_SCHEMA = 66
    RECORD_PACKING = 71
    XPATH = 72
    TOO_MANY_TO_SORT = 83
    TOO_MANY_SORT_KEYS = 84
    SORT_SCHEMA = 87
    SORT_PATH = 88
    SORT_DIRECTION = 90
    SORT_CASE = 91
    SORT_MISSING = 92
    STYLESHEETS = 110


MESSAGES: Final[dict[Code, str]] = {
    Code.UNSUPPORTED_OPERATION: "Unsupported operation",
    Code.UNSUPPORTED_VERSION: "Unsupported version",
    Code.UNSUPPORTED_VALUE: "Unsupported parameter value",
    Code.MISSING_PARAMETER: "Mandatory parameter not supplied",
    Code.UNSUPPORTED_PARAMETER: "Unsupported parameter",
    Code.SYNTAX: "Query syntax error",
    Code.QUERY_TOO_LONG: "Too many characters in query",
    Code.PARENTHESES: "Invalid or unsupported use of parentheses",
    Code.QUOTES: "Invalid or unsupported use of quotes",
    Code.CONTEXT_SET: "Unsupported context set",
    Code.INDEX: "Unsupported index",
    Code.COMBINATION_OF_INDEXES: "Unsupported combination of indexes",
    Code.RELATION: "Unsupported relation",
    Code.RELATION_MODIFIER: "Unsupported relation modifier",
    Code.RELATION_AND_INDEX: "Unsupported combination of relation and index",
    Code.ESCAPE: "Non special character escaped in term",
    Code.EMPTY_TERM: "Empty term unsupported",
    Code.MASK: "Masking character not supported",
    Code.TOO_MANY_MASKS: "Too many masking characters in term",
    Code.ANCHOR: "Anchoring character not supported",
    Code.ANCHOR_POSITION: "Anchoring character in unsupported position",
    Code.PROXIMITY_AND_MASK: (
        "Combination of proximity/adjacency and masking characters not supported"
    ),
    Code.TERM_FORMAT: "Term in invalid format for index or relation",
    Code.TOO_MANY_BOOLEANS: "Too many boolean operators in query",
    Code.PROXIMITY: "Proximity not supported",
    Code.PROXIMITY_RELATION: "Unsupported proximity relation",
    Code.PROXIMITY_DISTANCE: "Unsupported proximity distance",
    Code.PROXIMITY_UNIT: "Unsupported proximity unit",
    Code.PROXIMITY_ORDERING: "Unsupported proximity ordering",
    Code.BOOLEAN_MODIFIER: "Unsupported boolean modifier",
    Code.FEATURE: "Query feature unsupported",
    Code.MASK_POSITION: "Masking character in unsupported position",
    Code.RESULT_SETS: "Result sets not supported",
    Code.RECORD_POSITION: "First record position out of range",
    Code.NO_RECORD: "Record does not exist",
    Code.RECORD_SCHEMA: "Unknown schema for retrieval",
    Code.RECORD_PACKING: "Unsupported record packing",
    Code.XPATH: "XPath retrieval unsupported",
    Code.TOO_MANY_TO_SORT: "Too many records to sort",
    Code.TOO_MANY_SORT_KEYS: "Too many sort keys to sort",
    Code.SORT_SCHEMA: "Unsupported schema for sort",
    Code.SORT_PATH: "Unsupported path for sort",
    Code.SORT_DIRECTION: "Unsupported direction",
    Code.SORT_CASE: "Unsupported case",
    Code.SORT_MISSING: "Unsupported missing value action",
    Code.STYLESHEETS: "Stylesheets not supported",
}
"""The standard's words, without what may be added to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One diagnostic, in the words that a client gets."""

    code: Code
    details: str = ""
    """In the form that the standard's list gives for the code."""
    advice: str = ""
    """What to do about it, after the standard's message."""

    @property
    def uri(self) -> str:
        """The name of the diagnostic in every version of SRU."""
        return f"{PREFIX}{self.code.value}"

    @property
    def message(self) -> str:
        """For people."""
        standard = MESSAGES[self.code]
        return f"{standard}: {self.advice}" if self.advice else standard


class Refused(SearchError):
    """A request that is answered by a diagnostic and nothing else."""

    def __init__(self, code: Code, details: str = "", advice: str = "") -> None:
        self.diagnostic = Diagnostic(code=code, details=details, advice=advice)
        super().__init__(self.diagnostic.message)


class CqlError(Refused):
    """A query that is not answered; `offset` counts the characters before the place, from 0."""

    def __init__(self, code: Code, offset: int, details: str = "", advice: str = "") -> None:
        super().__init__(code, details, advice)
        self.offset = offset
