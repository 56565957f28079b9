"""Entities as the records of an SRU answer: Dublin Core, MARC, or schema.org's JSON-LD."""

import re
from collections.abc import Sequence
from typing import Final

from graph.iris import entity_iri
from search.document import Document
from search.metadata.described import read_described
from search.web.linked.nested_json import Subject
from search.web.linked.schema_org import Catalogue, describe_entity
from search.web.site import Site
from search.web.sru.diagnostics import Code, Diagnostic
from search.web.sru.record_schema import RecordSchema
from search.web.sru.response import Record

_NO_XML: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold and JSON has not escaped."""


def read_records(
    site: Site, documents: Sequence[Document], first: int, schema: RecordSchema, packing: str
) -> tuple[Record, ...]:
    """Write what was found; an entity that the graph lacks gives a diagnostic in its place.

    Args:
        site: what is served.
        documents: what was found.
        first: position of the first of them, from 1.
        schema: of the records.
        packing: `xml` or `string`.
    """
    found = []
    for position, document in enumerate(documents, first):
        iri = entity_iri(site.base_iri, document.key)
        data = _write(site, document, iri, schema)
        missing = Diagnostic(code=Code.NO_RECORD, details=iri)
        found.append(
            Record(
                position=position,
                iri=iri,
                schema=schema.uri,
                packing=packing,
                data=data,
                diagnostic=None if data else missing,
            )
        )
    return tuple(found)


def _write(site: Site, document: Document, iri: str, schema: RecordSchema) -> str:
    """The record as text; empty when the graph does not describe the entity."""
    if schema.form is None:
        return _json_ld(site, document, iri)
    described = read_described(site.graph, document, iri)
    return schema.form.write(described).decode() if described else ""


def _json_ld(site: Site, document: Document, iri: str) -> str:
    about = site.graph.describe(iri)
    if not about:
        return ""
    subject = Subject(
        iri=iri, graph=about, abstract=document.abstract, creator_order=document.creators
    )
    text = describe_entity(subject, Catalogue(name=site.title, iri=site.base_iri))
    return _NO_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
