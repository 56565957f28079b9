"""The explain record: what this server can do, in ZeeRex, made from the tables that it works by.

http://explain.z3950.org/ and
https://docs.oasis-open.org/search-ws/searchRetrieve/v1.0/os/part7-explain/
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from search.metadata.markup import around, element, whole
from search.text.engine import FACETS, MAX_LIMIT
from search.web.sru.asked import DEFAULT_RECORDS, MAX_RECORDS
from search.web.sru.facets import DEFAULT_VALUES
from search.web.sru.indexes import SETS, ContextSet, Index, Terms
from search.web.sru.order import SORT_FIELDS
from search.web.sru.record_schema import DEFAULT_SCHEMA, SCHEMAS
from search.web.sru.version import MEDIA_TYPES, Version

EXPLAIN: Final = "http://explain.z3950.org/dtd/2.0/"
"""Namespace and schema of the record."""

_PORTS: Final = {"http": 80, "https": 443}
_RELATIONS: Final = {
    Terms.WORDS: ("=", "adj", "any", "all", "scr"),
    Terms.YEAR: ("=", "==", "<>", "<", "<=", ">", ">=", "within", "any", "all"),
    Terms.EVERYTHING: ("=",),
}
_OTHER_RELATIONS: Final = ("=", "==", "exact", "<>", "any", "all")
_SORT_KEYWORDS: Final = ("relevance", "dc.date", "dc.title")
_MASKED: Final = (Terms.WORDS, Terms.VALUE, Terms.IDENTIFIER)
_EXAMPLES: Final = (
    "higgs",
    'dc.title = "top quark" and dc.date >= 2012',
    "weft.kind = dataset and weft.has = paper sortby dc.date/sort.descending",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """What is described."""

    address: str
    """Of the service, such as https://example.org/sru."""
    title: str
    n_records: int
    updated_at: str
    """When the release was made, as 2026-01-02T03:04:05Z."""


def write_explain_record(database: Database, version: Version) -> str:
    """The record, one XML element."""
    return whole(
        "explain",
        _server(database, version)
        + _database(database)
        + around("metaInfo", element("dateModified", database.updated_at))
        + _indexes()
        + _search()
        + _schemas()
        + _config()
        + _formats(version),
        xmlns=EXPLAIN,
        authoritative="true",
    )


def _server(database: Database, version: Version) -> str:
    parts = urlsplit(database.address)
    port = parts.port or _PORTS.get(parts.scheme, 80)
    content = (
        element("host", parts.hostname or "")
        + element("port", str(port))
        + element(
            "database",
            parts.path.removeprefix("/"),
            numRecs=str(database.n_records),
            lastUpdate=database.updated_at,
        )
    )
    return whole(
        "serverInfo", content, protocol="SRU", version=version.value, transport=parts.scheme
    )


def _database(database: Database) -> str:
    description = (
        "Datasets, papers, software and books of open science, harvested from their repositories"
        " and merged: what several repositories describe is one record here."
    )
    content = (
        element("title", database.title, lang="en", primary="true")
        + element("description", description, lang="en", primary="true")
        + element("extent", f"{database.n_records} records", lang="en")
    )
    return around("databaseInfo", content)


def _indexes() -> str:
    sets = "".join(
        f'<set name="{each.name}" identifier="{each.uri}">{element("title", each.title)}</set>'
        for each in SETS
    )
    indexes = "".join(
        _index(context_set, index)
        for context_set in SETS
        for index in context_set.indexes.values()
        if index.terms is not Terms.RESULT_SET
    )
    keywords = "".join(element("sortKeyword", name) for name in _SORT_KEYWORDS)
    return around("indexInfo", sets + indexes + keywords)


def _index(context_set: ContextSet, index: Index) -> str:
    relations = _RELATIONS.get(index.terms, _OTHER_RELATIONS)
    supports = "".join(element("supports", each, type="relation") for each in relations)
    if index.terms in _MASKED:
        supports += element("supports", "*", type="maskingCharacter")
    content = (
        element("title", index.title, lang="en", primary="true")
        + around("map", element("name", index.name, set=context_set.name))
        + around("configInfo", supports)
    )
    is_sorted = "true" if index.field in SORT_FIELDS else "false"
    return whole("index", content, search="true", scan="false", sort=is_sorted)


def _search() -> str:
    examples = "".join(element("queryExample", each) for each in _EXAMPLES)
    types = "".join(
        around("queryType", element("queryTypeName", name) + element("URI", uri))
        for name, uri in (
            ("cql", "info:srw/queryType/1/cql"),
            ("searchTerms", "info:srw/queryType/1/searchTerms"),
        )
    )
    facets = around("facets", "".join(_facet(name) for name in FACETS))
    return around("searchInfo", examples + types + facets + element("inputEncoding", "UTF-8"))


def _facet(name: str) -> str:
    limit = element("limitDefault", str(DEFAULT_VALUES)) + element("otherLimit", "true")
    start = element("startDefault", "1") + element("otherStart", "true")
    by = whole("recordCount", "true", default="true") + whole(
        "alphanumeric", "true", default="false"
    )
    return around(
        "facet",
        element("facetType", f"weft.{name}")
        + element("facetDescription", f"at most {MAX_LIMIT} values")
        + around("limit", limit)
        + around("start", start)
        + around("sort", around("sortBy", by)),
    )


def _schemas() -> str:
    return around(
        "schemaInfo",
        "".join(
            f'<schema name="{each.name}" identifier="{each.uri}" location="{each.location}"'
            f' sort="false" retrieve="true">{element("title", each.title)}</schema>'
            for each in SCHEMAS
        ),
    )


def _config() -> str:
    defaults = (
        ("numberOfRecords", str(DEFAULT_RECORDS)),
        ("contextSet", "cql"),
        ("index", "cql.serverChoice"),
        ("relation", "="),
        ("retrieveSchema", DEFAULT_SCHEMA.name),
        ("recordPacking", "xml"),
    )
    supports = (
        ("booleanOperator", ("and", "or", "not", "prox")),
        ("proximityModifier", ("distance", "unit", "ordered", "unordered")),
        (
            "relationModifier",
            ("relevant", "word", "string", "stem", "ignoreCase", "ignoreAccents", "unmasked"),
        ),
        ("maskingCharacter", ("*",)),
        ("sortModifier", ("sort.ascending", "sort.descending")),
        ("recordPacking", ("xml", "string")),
    )
    content = "".join(element("default", value, type=name) for name, value in defaults)
    content += element("setting", str(MAX_RECORDS), type="maximumRecords")
    content += "".join(
        element("supports", value, type=name) for name, values in supports for value in values
    )
    return around("configInfo", content)


def _formats(version: Version) -> str:
    types = "".join(element("mediaType", each) for each in MEDIA_TYPES)
    content = element("nameString", "sru") + element("URI", version.namespace) + types
    return around("responseFormats", around("responseFormat", content))
