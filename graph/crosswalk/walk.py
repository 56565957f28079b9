"""Every place in a record that holds something: its path, and where it stands in the tree.

Paths are written as the dialect's readers think of them: `creators/creator/creatorName@nameType`
(DataCite, Dublin Core, OpenAIRE), `dct:creator/foaf:name` (RDF: properties only),
`dc.title.none.value` (XOAI: the `name` attributes), `245$a` (MARC), `authors[].ids[].value` (JSON),
`DescriptiveDetail/TitleDetail/TitleType` (ONIX: reference names, whichever tags the file has),
`publication_title` (rows of tables: the column in lower case).
"""

from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import Struct

from graph.crosswalk import DIALECTS, JSON_DIALECTS, metadata_of
from graph.crosswalk.dcat_terms import PREFIXES, RDF_PARSE_TYPE
from graph.crosswalk.elements import Element, local_name
from graph.crosswalk.paths.onix import reference_name
from graph.errors import UnmappableRecord
from harvester.record import StagedRecord

_XML_PREFIXES: Final = {
    **PREFIXES,
    "http://www.w3.org/XML/1998/namespace": "xml",
    "http://www.w3.org/2001/XMLSchema-instance": "xsi",
}
_OPENAIRE: Final = "{http://namespace.openaire.eu/schema/oaire/}"
_INDICATED: Final = frozenset({"909", "999"})
_ROWS: Final = {"csv": "csv_row", "kbart": "kbart"}
"""Table by prefix of what is staged row by row."""

Holder = Element | dict[str, object] | list[object]


class Place(Struct, frozen=True):
    """One value in a record."""

    path: str
    holder: Holder
    """The element itself, or the JSON object or list around the value."""
    key: str | int = ""
    """Of the holder: attribute, member or index; empty for an element's own text."""


class Opened(Struct, frozen=True):
    """A record taken apart."""

    dialect: str
    """Name of its table in `graph.crosswalk.paths`."""
    document: Element | object
    """The whole tree, for a caller that changes it."""
    places: tuple[Place, ...]


def open_record(record: StagedRecord) -> Opened:
    """Take a record apart as its crosswalk would see it.

    Raises:
        UnmappableRecord: reason `not-json`, `not-xml`, `no-metadata` or `unknown-dialect`.
    """
    if record.prefix in JSON_DIALECTS:
        return _open_json(record)
    root = metadata_of(record)
    name = local_name(root.tag)
    if name not in DIALECTS:
        raise UnmappableRecord("unknown-dialect", f"{record.identifier}: root element {root.tag}")
    match name:
        case "RDF":
            dialect, places = "dcat", _rdf(root)
        case "metadata":
            dialect, places = "xoai", _xoai(root, "")
        case "record" | "collection":
            dialect, places = "marcxml", _marc(root)
        case "Product" | "product":
            dialect, places = "onix", _onix(root, "")
        case "dc":
            dialect, places = "oai_dc", _xml(root, "")
        case "oai_datacite":
            dialect, places = "datacite", _wrapped(root)
        case "resource":
            is_openaire = root.tag.startswith(_OPENAIRE)
            dialect, places = "oai_openaire" if is_openaire else "datacite", _xml(root, "")
        case _:
            dialect, places = name, _xml(root, "")
    return Opened(dialect, root.getroottree().getroot(), tuple(places))


def _open_json(record: StagedRecord) -> Opened:
    try:
        whole = msgspec.json.decode(record.xml)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnmappableRecord("not-json", f"{record.identifier}: {error}") from error
    metadata = whole.get("metadata", whole) if isinstance(whole, dict) else None
    if not isinstance(metadata, dict):
        raise UnmappableRecord("no-metadata", f"{record.identifier}: no object of metadata")
    if (rows := _ROWS.get(record.prefix)) is not None:
        return Opened(rows, whole, tuple(_row(metadata)))
    return Opened(record.prefix.replace("-", "_"), whole, tuple(_json(metadata, "")))


def _row(cells: dict[str, object]) -> Iterator[Place]:
    """Cells with something in them."""
    for column, cell in cells.items():
        if cell is not None and str(cell).strip():
            yield Place(column.lower(), cells, column)


def _json(value: dict[str, object] | list[object], path: str) -> Iterator[Place]:
    """Texts, numbers and truth values; null and empty text say nothing."""
    members: Iterator[tuple[str | int, object]]
    if isinstance(value, dict):
        members = iter(value.items())
    else:
        members = iter(enumerate(value))
        path += "[]"
    for key, member in members:
        inner = path if isinstance(key, int) else f"{path}.{key}".lstrip(".")
        if isinstance(member, (dict, list)):
            yield from _json(member, inner)
        elif member is not None and member != "":
            yield Place(inner, value, key)


def _xml(element: Element, path: str) -> Iterator[Place]:
    """Attributes and texts; children of an element that has text are mark-up within it."""
    yield from _attributes(element, path)
    if path and _has_text(element):
        yield Place(path, element)
        return
    for child in element:
        if name := local_name(child.tag):
            yield from _xml(child, f"{path}/{name}".lstrip("/"))


def _onix(element: Element, path: str) -> Iterator[Place]:
    """As `_xml`; an element with nothing in it says something, such as `NoEdition`."""
    yield from _attributes(element, path)
    if path and (_has_text(element) or not len(element)):
        yield Place(path, element)
        return
    for child in element:
        if name := reference_name(child.tag):
            yield from _onix(child, f"{path}/{name}".lstrip("/"))


def _wrapped(root: Element) -> Iterator[Place]:
    """DataCite's wrapper under its own name; the resource inside as if it were bare."""
    yield from _attributes(root, "oai_datacite")
    for child in root:
        if local_name(child.tag) != "payload":
            yield from _xml(child, f"oai_datacite/{local_name(child.tag)}")
            continue
        yield from _attributes(child, "oai_datacite/payload")
        for resource in child:
            if local_name(resource.tag):
                yield from _xml(resource, "")


def _attributes(element: Element, path: str) -> Iterator[Place]:
    for name in map(str, element.attrib):
        yield Place(f"{path}@{_prefixed(name)}", element, name)


def _has_text(element: Element) -> bool:
    if element.text and element.text.strip():
        return True
    return any(child.tail and child.tail.strip() for child in element)


def _prefixed(name: str) -> str:
    namespace, _, local = name.rpartition("}")
    if not namespace:
        return local
    return f"{_XML_PREFIXES.get(namespace[1:], namespace[1:])}:{local}"


def _xoai(element: Element, path: str) -> Iterator[Place]:
    for child in element:
        if not local_name(child.tag):
            continue
        inner = f"{path}.{child.get('name') or local_name(child.tag)}".lstrip(".")
        for place in _attributes(child, inner):
            if place.key != "name":
                yield place
        if local_name(child.tag) == "field":
            if _has_text(child):
                yield Place(inner, child)
        else:
            yield from _xoai(child, inner)


def _marc(root: Element) -> Iterator[Place]:
    """Leader and control fields by tag, subfields as `tag$code`; empty ones say nothing."""
    for child in root:
        name = local_name(child.tag).rpartition(":")[2]
        if name == "record":
            yield from _marc(child)
        elif name in {"leader", "controlfield"}:
            if _has_text(child):
                yield Place(child.get("tag") or "leader", child)
        elif name == "datafield":
            tag = child.get("tag") or ""
            first, second = ((child.get(each) or " ")[:1] for each in ("ind1", "ind2"))
            tag += first + second if tag in _INDICATED and first == "C" else ""
            for subfield in child:
                if local_name(subfield.tag) and _has_text(subfield):
                    yield Place(f"{tag}${subfield.get('code') or ''}", subfield)
        elif name:  # not of MARC
            yield from _xml(child, name)


def _rdf(root: Element) -> Iterator[Place]:
    """Properties of the nodes, each path begun anew at a node that stands by itself."""
    for node in root:
        if local_name(node.tag):
            yield from _node(node, "")


def _node(node: Element, path: str) -> Iterator[Place]:
    yield from _attributes(node, path)
    for child in node:
        if local_name(child.tag):
            yield from _property(child, f"{path}/{_prefixed(child.tag)}".lstrip("/"))


def _property(element: Element, path: str) -> Iterator[Place]:
    yield from _attributes(element, path)
    if _has_text(element):
        yield Place(path, element)
    elif element.get(RDF_PARSE_TYPE) == "Resource":
        for child in element:
            if local_name(child.tag):
                yield from _property(child, f"{path}/{_prefixed(child.tag)}")
    else:
        for node in element:
            if local_name(node.tag):
                yield from _node(node, path)
