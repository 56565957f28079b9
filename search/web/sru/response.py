"""Answers of SRU as XML, in the form of each version. Pure.

1.1 and 1.2: http://www.loc.gov/standards/sru/sru-1-1.html
2.0: https://docs.oasis-open.org/search-ws/searchRetrieve/v1.0/os/schemas/sruResponse.xsd
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from graph.relation import WEFT
from search.metadata.markup import around, element, whole
from search.web.sru.diagnostics import Diagnostic
from search.web.sru.record_schema import DIAGNOSTICS
from search.web.sru.version import Version

_EXACT: Final = "info:srw/vocabulary/resultCountPrecision/1/exact"
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ESCAPED: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record of an answer, or what stands in its place."""

    position: int
    iri: str
    """Of the entity."""
    schema: str
    """URI."""
    packing: str
    """`xml` or `string`."""
    data: str
    """One XML element, or any text when the packing is `string`; a diagnostic's record has none."""
    diagnostic: Diagnostic | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a searchRetrieve request found."""

    total: int = 0
    records: Sequence[Record] = ()
    next_position: int | None = None
    """Where the next request goes on; None after the last record."""
    echo: str = ""
    """The request again, as XML."""
    diagnostics: Sequence[Diagnostic] = ()
    facets: str = ""
    """As XML."""


def write_search(version: Version, found: Found) -> str:
    """The answer to a searchRetrieve request."""
    following = str(found.next_position) if found.next_position else ""
    parts = [
        _label(version),
        element("numberOfRecords", str(found.total)),
        around("records", "".join(_record(version, each) for each in found.records)),
        element("nextRecordPosition", following),
        around("echoedSearchRetrieveRequest", found.echo),
        _diagnostics(version, found.diagnostics),
    ]
    if version.is_2:
        parts += [element("resultCountPrecision", _EXACT), found.facets]
    return _whole("searchRetrieveResponse", version.namespace, parts)


def write_explain(
    version: Version, record: str, schema: str, packing: str, diagnostics: Sequence[Diagnostic]
) -> str:
    """The answer to an explain request, and to one that nothing else answers.

    Args:
        version: of the answer.
        record: the explain record, one XML element.
        schema: its URI.
        packing: how the record is to be packed.
        diagnostics: what went wrong.
    """
    parts = [
        _label(version),
        around("record", _packed(version, schema, packing, record)),
        _diagnostics(version, diagnostics),
    ]
    return _whole("explainResponse", version.namespace, parts)


def write_scan(version: Version, diagnostics: Sequence[Diagnostic]) -> str:
    """The answer to a scan request: diagnostics, as nothing is scanned here."""
    if not version.is_2:
        parts = [_label(version), _diagnostics(version, diagnostics)]
        return _whole("scanResponse", version.namespace, parts)
    # the root is of one namespace and what it holds of another
    listed = "".join(_diagnostic(version, each) for each in diagnostics)
    held = whole("scan:diagnostics", listed, xmlns_scan=version.scan_namespace)
    return _whole("scanResponse", version.namespace, [held])


def escape(text: str) -> str:
    """A text that is legal XML as the content of an element, not cut and not trimmed."""
    return text.translate(_ESCAPED)


def _label(version: Version) -> str:
    return "" if version.is_2 else element("version", version.value)


def _whole(name: str, namespace: str, parts: Sequence[str]) -> str:
    return _DECLARATION + whole(name, "".join(parts), xmlns=namespace) + "\n"


def _record(version: Version, record: Record) -> str:
    if record.diagnostic is None:
        content = _packed(version, record.schema, record.packing, record.data)
    else:
        content = _packed(version, DIAGNOSTICS, "xml", _diagnostic(version, record.diagnostic))
    extra = element("weft:entity", record.iri, xmlns_weft=WEFT)
    position = element("recordPosition", str(record.position))
    return around("record", content + position + around("extraRecordData", extra))


def _packed(version: Version, schema: str, packing: str, data: str) -> str:
    content = data if packing == "xml" else escape(data)
    return (
        element("recordSchema", schema)
        + element(version.packing_parameter, packing)
        + around("recordData", content)
    )


def _diagnostics(version: Version, diagnostics: Sequence[Diagnostic]) -> str:
    return around("diagnostics", "".join(_diagnostic(version, each) for each in diagnostics))


def _diagnostic(version: Version, diagnostic: Diagnostic) -> str:
    content = (
        element("diag:uri", diagnostic.uri)
        + element("diag:details", diagnostic.details)
        + element("diag:message", diagnostic.message)
    )
    return whole("diag:diagnostic", content, xmlns_diag=version.diagnostic_namespace)
