"""The parameters of an SRU request, read once for all versions. Pure.

https://docs.oasis-open.org/search-ws/searchRetrieve/v1.0/os/part3-sru2.0/
"""

from dataclasses import dataclass
from typing import Final

from multidict import MultiMapping

from search.question.ask import MAX_OFFSET
from search.web.sru.diagnostics import Code, Diagnostic, Refused
from search.web.sru.facets import FACET_PARAMETERS, FacetAsk, read_facets
from search.web.sru.record_schema import DEFAULT_SCHEMA, RecordSchema, find_schema
from search.web.sru.version import ONLY_2, Version

MAX_RECORDS: Final = 50
"""Most records in one answer; measured: 3 ms a record, with the entities it is linked to."""
DEFAULT_RECORDS: Final = 10
LAST_RECORD: Final = MAX_OFFSET + 1
"""Deepest first record; as of the other searches."""

_MAX_WARNINGS: Final = 5
_MAX_DIGITS: Final = 9
_SHOWN: Final = 100
"""Characters of an unknown parameter's name that a diagnostic quotes."""
_OPERATIONS: Final = ("explain", "searchRetrieve", "scan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What of a request tells how it must be answered, whatever else is wrong with it."""

    version: Version
    operation: str
    """One of explain, searchRetrieve, scan."""
    problem: Diagnostic | None = None
    """Why the request is not answered at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAsk:
    """A searchRetrieve request without faults of form."""

    query: str
    query_type: str = "cql"
    """`cql` or `searchTerms`."""
    start: int = 1
    """Position of the first record wanted, from 1 to `LAST_RECORD`."""
    limit: int = DEFAULT_RECORDS
    """Records wanted, 0 to `MAX_RECORDS`."""
    schema: RecordSchema = DEFAULT_SCHEMA
    packing: str = "xml"
    """`xml` or `string`."""
    sort_keys: str = ""
    facets: FacetAsk | None = None
    warnings: tuple[Diagnostic, ...] = ()
    """What was asked for and is left out."""


def read_envelope(parameters: MultiMapping[str]) -> Envelope:
    """Tell version and operation; a request without parameters asks for the explain record."""
    version, problem = _read_version(parameters)
    operation = parameters.get("operation", "")
    if operation and operation not in _OPERATIONS:
        advice = f"expected one of {', '.join(_OPERATIONS)}"
        problem = problem or Diagnostic(
            code=Code.UNSUPPORTED_OPERATION, details=operation[:_SHOWN], advice=advice
        )
        operation = "explain"
    if not operation:
        operation = "explain"
        if "query" in parameters or "queryType" in parameters:
            operation = "searchRetrieve"
        elif "scanClause" in parameters:
            operation = "scan"
    if operation == "scan":
        problem = problem or Diagnostic(code=Code.UNSUPPORTED_OPERATION, details="scan")
    is_unlabelled = "operation" in parameters and "version" not in parameters
    if operation == "searchRetrieve" and is_unlabelled and not version.is_2:
        problem = problem or Diagnostic(code=Code.MISSING_PARAMETER, details="version")
    return Envelope(version=version, operation=operation, problem=problem)


def _read_version(parameters: MultiMapping[str]) -> tuple[Version, Diagnostic | None]:
    """The version to answer in; 1.x has `operation`, 2.0 has neither that nor `version`."""
    stated = parameters.get("version")
    if stated is None:
        is_1 = "operation" in parameters and not any(name in parameters for name in ONLY_2)
        return (Version.V1_2 if is_1 else Version.V2_0), None
    if stated in list(Version):
        return Version(stated), None
    is_newer = stated[:1].isdecimal() and stated >= Version.V2_0
    nearest = Version.V2_0 if is_newer else Version.V1_2
    return nearest, Diagnostic(code=Code.UNSUPPORTED_VERSION, details=Version.V2_0.value)


def read_search(parameters: MultiMapping[str], version: Version) -> SearchAsk:
    """Read a searchRetrieve request.

    Raises:
        Refused: a parameter is missing or has a value that is not supported.
    """
    _check_repeated(parameters)
    query = parameters.get("query", "")
    if not query.strip():
        raise Refused(Code.MISSING_PARAMETER, "query")
    if parameters.get("recordXPath"):
        raise Refused(Code.XPATH)
    schema, packing = _read_schema(parameters, version)
    _read_number(parameters, "resultSetTTL", 0)  # there are no result sets: only looked at
    start = _read_number(parameters, "startRecord", 1)
    if not start:
        raise Refused(Code.UNSUPPORTED_VALUE, "startRecord", "positions count from 1")
    if start > LAST_RECORD:
        advice = f"the last that can be asked for is {LAST_RECORD}: narrow the search"
        raise Refused(Code.RECORD_POSITION, str(start), advice)
    return SearchAsk(
        query=query,
        query_type=_read_choice(parameters, "queryType", ("cql", "searchTerms"), version),
        start=start,
        limit=min(_read_number(parameters, "maximumRecords", DEFAULT_RECORDS), MAX_RECORDS),
        schema=schema,
        packing=packing,
        sort_keys=parameters.get("sortKeys", "").strip(),
        facets=read_facets(parameters) if version.is_2 else None,
        warnings=read_warnings(parameters, version),
    )


def read_warnings(parameters: MultiMapping[str], version: Version) -> tuple[Diagnostic, ...]:
    """What a request asks for beside its purpose, and does not get.

    Raises:
        Refused: the answer is to be rendered here, or to have a form that there is not.
    """
    _read_choice(parameters, "renderedBy", ("client",), version)
    if version.is_2 and parameters.get("responseType"):
        raise Refused(Code.UNSUPPORTED_VALUE, "responseType")
    warnings = []
    if parameters.get("stylesheet"):
        warnings.append(Diagnostic(code=Code.STYLESHEETS))
    for name in dict.fromkeys(parameters):
        is_extension = name.lower().startswith("x-")
        if name not in version.parameters and not is_extension:
            details = name[:_SHOWN]
            warnings.append(Diagnostic(code=Code.UNSUPPORTED_PARAMETER, details=details))
    return tuple(warnings[:_MAX_WARNINGS])


def read_packing(parameters: MultiMapping[str], version: Version) -> str:
    """How a record is to be packed: `xml`, `string`, or nothing when the server may choose.

    Raises:
        Refused: in another way.
    """
    stated = parameters.get(version.packing_parameter, "")
    packing = parameters.get("recordPacking", "")
    if version.is_2 and packing not in ("", "packed"):
        # requests of 2.0 are seen with the parameter as 1.x meant it
        if stated or packing not in ("xml", "string"):
            raise Refused(Code.UNSUPPORTED_VALUE, "recordPacking")
        stated = packing
    if stated not in ("", "xml", "string"):
        raise Refused(Code.RECORD_PACKING, stated[:_SHOWN], "expected xml or string")
    return stated


def _read_schema(parameters: MultiMapping[str], version: Version) -> tuple[RecordSchema, str]:
    packing = read_packing(parameters, version)
    name = parameters.get("recordSchema", "")
    schema = find_schema(name) if name else DEFAULT_SCHEMA
    if schema is None:
        raise Refused(Code.RECORD_SCHEMA, name[:_SHOWN])
    if schema.is_json and packing == "xml":
        advice = f"records in {schema.name} are JSON: ask for string"
        raise Refused(Code.RECORD_PACKING, packing, advice)
    return schema, packing or ("string" if schema.is_json else "xml")


def _read_choice(
    parameters: MultiMapping[str], name: str, choices: tuple[str, ...], version: Version
) -> str:
    """The value of a parameter of 2.0, the first choice when it is not there."""
    stated = parameters.get(name, "") if version.is_2 else ""
    if stated and stated not in choices:
        raise Refused(Code.UNSUPPORTED_VALUE, name, f"expected {' or '.join(choices)}")
    return stated or choices[0]


def _read_number(parameters: MultiMapping[str], name: str, default: int) -> int:
    """A whole number from 0 up."""
    text = parameters.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdecimal()):
        raise Refused(Code.UNSUPPORTED_VALUE, name, "expected a whole number")
    return int(text) if len(text) <= _MAX_DIGITS else 10**_MAX_DIGITS


def _check_repeated(parameters: MultiMapping[str]) -> None:
    for name in ("query", "startRecord", "maximumRecords", "recordSchema", *FACET_PARAMETERS):
        if len(parameters.getall(name, [])) > 1:
            raise Refused(Code.UNSUPPORTED_VALUE, name, "it is there more than once")
