"""XOAI, DSpace's own dump: metadata fields as nested elements, then files, then linked items.

Field `dc.title` is `element[dc]/element[title]/element[SLOT]/field[value]`, where SLOT is `none` or
a locale. Licences stand on files, publisher and funder names under `linkedItemsMetadata`.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from graph.crosswalk.draft import Draft
from graph.crosswalk.elements import Element, local_name, text_of
from graph.text import plain
from graph.work import Access

_SLOT_NONE: Final = frozenset({"none", ""})
_SEVERAL: Final = re.compile(r"\s*;\s*")
_NO_NUMBERS: Final = frozenset({"", "[...]", "n/a", "-"})
_ORIGINAL: Final = "ORIGINAL"  # the bundle with the publication; others hold covers and exports

_ACCESS_FIELDS: Final = (
    *("dc.rights", "dc.rights.uri", "dc.rights.accessrights", "dc.rights.accessRights"),
    *("dcterms.accessRights", "oaire.accessrights", "oapen.accessrights"),
)
_EMBARGO_FIELDS: Final = ("dc.date.embargo", "dc.date.embargountil", "dc.embargo.lift")
_PUBLIC: Final = re.compile(r".*creativecommons\.org/|CC[ -0]", re.IGNORECASE)

Values = list[tuple[str, str]]
"""Pairs of value and locale slot."""


@dataclass(slots=True)
class _Item:
    """One DSpace item, read but not yet interpreted."""

    values: defaultdict[str, Values] = field(default_factory=lambda: defaultdict(list))
    rights: list[tuple[str, str]] = field(default_factory=list)
    """URI and words of each file's licence."""
    isbns: list[str] = field(default_factory=list)
    files: list[dict[str, str]] = field(default_factory=list)
    """Fields of each file of the publication."""
    handle: str = ""
    linked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Relation name and the linked item's fields."""
    grants: dict[str, str] = field(default_factory=dict)
    """Grant number by the funder's UUID."""
    programmes: dict[str, str] = field(default_factory=dict)
    """Programme of the grant by the funder's UUID."""


def map_xoai(root: Element, draft: Draft) -> None:
    """Map an XOAI `metadata` element."""
    item = _Item()
    for element in root:
        match element.get("name"):
            case "bundles":
                _read_bundles(element, item)
            case "others":
                item.handle = _fields(element).get("handle", "")
            case "linkedItemsMetadata":
                _read_linked(element, item)
            case "fieldsWithParentData":
                _read_grants(element, item)
            case "repository" | None:
                continue
            case schema:
                _read_values(element, schema, item)
    _describe(item, draft)
    _identify(item, draft)
    _credit(item, draft)
    _relate(item, draft)


def _read_values(element: Element, path: str, item: _Item) -> None:
    for child in element:
        name = child.get("name") or ""
        if local_name(child.tag) == "element":
            _read_values(child, f"{path}.{name}", item)
        elif name == "value" and (text := text_of(child)):
            metadata_field, _, slot = path.rpartition(".")
            item.values[metadata_field].append((text, "" if slot in _SLOT_NONE else slot))


def _fields(element: Element) -> dict[str, str]:
    """The fields directly inside an element, the first of each name."""
    fields: dict[str, str] = {}
    for child in element:
        if local_name(child.tag) == "field" and (text := text_of(child)):
            fields.setdefault(child.get("name") or "", text)
    return fields


def _elements(element: Element) -> Iterator[Element]:
    return (child for child in element if local_name(child.tag) == "element")


def _read_bundles(element: Element, item: _Item) -> None:
    for bundle in _elements(element):
        if _fields(bundle).get("name") != _ORIGINAL:
            continue
        for bitstream in (file for group in _elements(bundle) for file in _elements(group)):
            fields = _fields(bitstream)
            item.files.append(fields)
            item.rights.append((fields.get("rightsuri", ""), fields.get("rights", "")))
            if isbn := fields.get("oapenrelationisbn"):
                item.isbns.append(isbn)


def _read_linked(element: Element, item: _Item) -> None:
    for linked in _elements(element):
        fields = _fields(linked)
        for child in _elements(linked):
            if value := _fields(child).get("value"):
                fields.setdefault(child.get("name") or "", value)
        item.linked.append((linked.get("name") or "", fields))


def _read_grants(element: Element, item: _Item) -> None:
    for grant in _elements(element):
        match grant.get("name"):
            case "oapen.grant.number":
                found = item.grants
            case "oapen.grant.program":
                found = item.programmes
            case _:
                continue
        for parent in _elements(grant):
            fields = _fields(parent)
            found.setdefault(fields.get("parentValue", ""), fields.get("originalValue", ""))


def _describe(item: _Item, draft: Draft) -> None:
    _describe_in_words(item.values, draft)
    _classify(item.values, draft)
    for uri, words in item.rights:
        draft.add_rights(uri, words)
    for file in item.files:
        draft.add_format(file.get("format", ""))
        if size := file.get("size"):
            draft.add_size(f"{size} bytes")
    for pages, _ in item.values["oapen.pages"]:
        draft.add_size(f"{pages} pages" if pages.strip().isdecimal() else pages)
    _tell_access(item, draft)


def _tell_access(item: _Item, draft: Draft) -> None:
    """Access is what the item states; a file that is there under a public licence is open.

    "All rights reserved" says nothing about reading.
    """
    for name in _ACCESS_FIELDS:
        for text, _ in item.values[name]:
            draft.add_rights(text)
    embargoes = [text for name in _EMBARGO_FIELDS for text, _ in item.values[name]]
    for text in embargoes:
        draft.add_date("Available", text)
    if draft.access is Access.UNKNOWN and embargoes:
        draft.access = Access.EMBARGOED
    elif draft.access is Access.UNKNOWN and any(
        _PUBLIC.match(text) for rights in item.rights for text in rights
    ):
        draft.access = Access.OPEN


def _describe_in_words(values: dict[str, Values], draft: Draft) -> None:
    for text, _ in values["dc.type"]:
        draft.add_type("", text)
    for name in ("dc.title", "dc.title.alternative"):
        for text, slot in values[name]:
            draft.add_title(text, slot)
    for rank, name in enumerate(("dc.description.abstract", "oapen.abstract.otherlanguage")):
        # The abstract in another language does not say which: its slot is the same `none`.
        for text, slot in values[name]:
            draft.add_description(text, slot, rank=rank)


def _classify(values: dict[str, Values], draft: Draft) -> None:
    for text, _ in values["dc.language"]:
        draft.add_language(text)
    for text, _ in values["dc.date.issued"]:
        draft.add_date("Issued", text)
    for text, _ in values["dc.date.available"]:
        draft.add_date("Available", text)
    for text, _ in values["dc.subject.classification"]:
        scheme, *levels = plain(text).split("::")
        draft.add_subject(levels[-1] if levels else scheme, scheme if levels else "")
    for text, _ in values["dc.subject.other"]:
        for part in _SEVERAL.split(text):
            draft.add_subject(part)


def _identify(item: _Item, draft: Draft) -> None:
    values = item.values
    if item.handle:
        draft.add_identifier(item.handle, "Handle")
    for text, _ in values["dc.identifier.uri"]:
        draft.add_identifier(text, "URL")
    for text, _ in values["oapen.identifier.doi"]:
        draft.add_identifier(text, "DOI")
    for text, _ in values["dc.identifier"]:
        draft.add_alternate(text, "")
    for text in [*(isbn for isbn, _ in values["oapen.relation.isbn"]), *item.isbns]:
        for isbn in re.split(r"[;,|\s]+", text):
            if isbn:
                draft.add_identifier(isbn, "ISBN")


def _credit(item: _Item, draft: Draft) -> None:
    values = item.values
    for role in ("author", "editor", "advisor", "other"):
        for text, _ in values[f"dc.contributor.{role}"]:
            draft.add_agent(text, role="creator" if role == "author" else role)
    publishers = [
        fields["publisher.name"]
        for relation, fields in item.linked
        if relation == "oapen.relation.isPublishedBy" and "publisher.name" in fields
    ]
    publishers += [text for name in ("dc.publisher", "oapen.imprint") for text, _ in values[name]]
    draft.set_publisher(publishers[0] if publishers else "")


def _relate(item: _Item, draft: Draft) -> None:
    known = set()
    for relation, fields in item.linked:
        known.add(fields.get("uuid", ""))
        if relation == "oapen.relation.isFundedBy":
            _fund(item, fields, draft)
        elif relation == "oapen.relation.isPartOfBook":
            draft.add_link(
                "IsPartOf",
                fields.get("handle", ""),
                hint="Handle",
                stated_as=relation,
                kind="Book",
            )
    for text, _ in item.values["oapen.relation.isPartOfBook"]:
        if text not in known:
            draft.add_problem("unresolved-part", text)


def _fund(item: _Item, fields: dict[str, str], draft: Draft) -> None:
    name = fields.get("grantor.name") or fields.get("grantor.acronym") or ""
    number = item.grants.get(fields.get("uuid", ""), "")
    if not name:
        draft.add_problem("unnamed-funder", fields.get("handle", "") or fields.get("uuid", ""))
    programme = item.programmes.get(fields.get("uuid", ""), "")
    if programme and programme.strip() not in _NO_NUMBERS:
        name = f"{name} {programme}".strip()
    draft.add_funding(name, "" if number.strip() in _NO_NUMBERS else number)
