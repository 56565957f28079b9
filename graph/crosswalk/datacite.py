"""DataCite metadata, kernels 2.1 to 4.6, and OpenAIRE's literature profile of it.

Elements are taken by local name, so any kernel's namespace, a prefix or none at all will do.
Specification: https://datacite-metadata-schema.readthedocs.io/en/4.6/
"""

from collections.abc import Callable
from typing import Final

from graph.crosswalk.draft import Draft
from graph.crosswalk.elements import Element, language_of, local_name, text_of
from graph.errors import UnmappableRecord
from graph.identifiers import recognise
from graph.text import plain
from graph.work import Identifier

_TYPES: Final = {"Personal": "person", "Organizational": "organization"}
_ABSTRACT: Final = "abstract"

# Known, and without a place in a Work.
_UNUSED: Final = frozenset(
    {"sizes", "size", "formats", "format", "geoLocations", "schemaVersion", "isReferenceQuality"}
    | {"file", "citationTitle", "citationVolume", "citationIssue", "citationStartPage"}
    | {"citationEndPage", "source", "audience", "coverage"}
)


def map_oai_datacite(root: Element, draft: Draft) -> None:
    """Map the `oai_datacite` wrapper: the resource is inside its payload.

    Raises:
        UnmappableRecord: reason `no-metadata` when there is no resource inside.
    """
    for child in root:
        if local_name(child.tag) == "payload":
            for resource in child:
                if local_name(resource.tag) == "resource":
                    map_datacite(resource, draft)
                    return
    raise UnmappableRecord("no-metadata", "oai_datacite without <resource> in its <payload>")


def map_datacite(root: Element, draft: Draft) -> None:
    """Map a DataCite `resource`."""
    for child in root:
        name = local_name(child.tag)
        handler = _HANDLERS.get(name)
        if handler is not None:
            handler(child, draft)
        elif name and name not in _UNUSED:
            draft.add_problem("unknown-element", name)


def _identifier(element: Element, draft: Draft) -> None:
    """Also for `<identifierType identifierType="URL">`, which CERN writes where a DOI lacks."""
    text = text_of(element)
    if text:
        draft.add_identifier(text, element.get("identifierType") or "")


def _alternate_identifiers(element: Element, draft: Draft) -> None:
    for child in element:
        text = text_of(child)
        if text:
            draft.add_alternate(text, child.get("alternateIdentifierType") or "")


def _creators(element: Element, draft: Draft) -> None:
    for child in element:
        _agent(child, draft, "creator")


def _contributors(element: Element, draft: Draft) -> None:
    for child in element:
        role = child.get("contributorType") or "contributor"
        role = role[:1].lower() + role[1:]
        if role == "funder":
            _funder(child, draft)
        else:
            _agent(child, draft, role)


def _agent(element: Element, draft: Draft, role: str) -> None:
    name = family = given = stated = ""
    identifiers: list[Identifier] = []
    affiliations: list[str] = []
    for child in element:
        match local_name(child.tag):
            case "creatorName" | "contributorName":
                name = text_of(child)
                stated = child.get("nameType") or ""
            case "familyName":
                family = text_of(child)
            case "givenName":
                given = text_of(child)
            case "nameIdentifier":
                _name_identifier(child, draft, identifiers)
            case "affiliation":
                if place := plain(text_of(child)):
                    affiliations.append(place)
            case _:
                continue
    name = name or ", ".join(filter(None, (family, given)))
    kind = _TYPES.get(stated, "")
    # Zenodo calls every depositor a person: a family name alone that is the whole name shows it.
    if kind == "person" and not given and not identifiers and family == name:
        kind = ""
    draft.add_agent(name, role, kind, tuple(identifiers), tuple(affiliations))


def _name_identifier(element: Element, draft: Draft, identifiers: list[Identifier]) -> None:
    text = text_of(element)
    if text:
        scheme = element.get("nameIdentifierScheme") or ""
        identifier = draft.agent_identifier(scheme, text)
        if identifier and identifier not in identifiers:
            identifiers.append(identifier)


def _funder(element: Element, draft: Draft) -> None:
    parts = [text_of(child) for child in element if local_name(child.tag) != "affiliation"]
    draft.add_funding(*parts)


def _titles(element: Element, draft: Draft) -> None:
    for child in sorted(element, key=lambda title: bool(title.get("titleType"))):
        draft.add_title(text_of(child), language_of(child))


def _publisher(element: Element, draft: Draft) -> None:
    draft.publisher = draft.publisher or plain(text_of(element))


def _publication_year(element: Element, draft: Draft) -> None:
    text = text_of(element)
    if text:
        draft.set_year(text)


def _subjects(element: Element, draft: Draft) -> None:
    for child in element:
        draft.add_subject(text_of(child), child.get("subjectScheme") or "")


def _dates(element: Element, draft: Draft) -> None:
    for child in element:
        draft.add_date(child.get("dateType") or "Other", text_of(child))


def _date(element: Element, draft: Draft) -> None:
    draft.add_date(element.get("dateType") or "Issued", text_of(element))


def _language(element: Element, draft: Draft) -> None:
    draft.add_language(text_of(element))


def _resource_type(element: Element, draft: Draft) -> None:
    draft.add_type(element.get("resourceTypeGeneral") or element.get("uri") or "", text_of(element))


def _related_identifiers(element: Element, draft: Draft) -> None:
    for child in element:
        text = text_of(child)
        if text:
            hint = child.get("relatedIdentifierType") or ""
            kind = child.get("resourceTypeGeneral") or ""
            draft.add_link(child.get("relationType") or "", text, hint, kind)


def _related_items(element: Element, draft: Draft) -> None:
    for item in element:
        relation = item.get("relationType") or ""
        title = ""
        for child in item:
            name = local_name(child.tag)
            if name == "relatedItemIdentifier" and (text := text_of(child)):
                hint = child.get("relatedItemIdentifierType") or ""
                kind = item.get("relatedItemType") or ""
                draft.add_link(relation, text, hint=hint, kind=kind)
                break
            if name == "titles":
                title = text_of(child)
        else:
            draft.add_problem("item-without-identifier", f"{relation} {title}")


def _version(element: Element, draft: Draft) -> None:
    draft.version = plain(text_of(element))


def _rights_list(element: Element, draft: Draft) -> None:
    for child in element:
        _rights(child, draft)


def _rights(element: Element, draft: Draft) -> None:
    draft.add_rights(
        element.get("rightsIdentifier") or "",
        element.get("rightsURI") or element.get("uri") or "",
        text_of(element),
    )


def _descriptions(element: Element, draft: Draft) -> None:
    for child in element:
        _description(child, draft)


def _description(element: Element, draft: Draft) -> None:
    stated = element.get("descriptionType") or _ABSTRACT
    rank = 0 if stated.lower() == _ABSTRACT else 1
    draft.add_description(text_of(element), language_of(element), rank=rank)


def _funding_references(element: Element, draft: Draft) -> None:
    for child in element:
        _funding_reference(child, draft)


def _funding_reference(element: Element, draft: Draft) -> None:
    parts = {local_name(child.tag): text_of(child) for child in element}
    funder = parts.get("funderName", "")
    if stated := parts.get("funderIdentifier"):
        funder = f"{funder} ({recognise(stated) or stated})".lstrip()
    draft.add_funding(funder, parts.get("awardNumber", ""), parts.get("awardTitle", ""))


_HANDLERS: Final[dict[str, Callable[[Element, Draft], None]]] = {
    "identifier": _identifier,
    "identifierType": _identifier,
    "alternateIdentifiers": _alternate_identifiers,
    "creators": _creators,
    "contributors": _contributors,
    "titles": _titles,
    "publisher": _publisher,
    "publicationYear": _publication_year,
    "subjects": _subjects,
    "dates": _dates,
    "date": _date,
    "language": _language,
    "resourceType": _resource_type,
    "relatedIdentifiers": _related_identifiers,
    "relatedItems": _related_items,
    "version": _version,
    "rightsList": _rights_list,
    "rights": _rights,
    "licenseCondition": _rights,
    "descriptions": _descriptions,
    "description": _description,
    "fundingReferences": _funding_references,
}
