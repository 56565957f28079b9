"""DataCite metadata, kernels 2.1 to 4.7, and OpenAIRE's literature profile of it.

Elements are taken by local name, so any kernel's namespace, a prefix or none at all will do.
Specification: https://datacite-metadata-schema.readthedocs.io/en/4.7/
"""

from collections.abc import Callable
from typing import Final

from graph.crosswalk.draft import Draft
from graph.crosswalk.elements import Element, language_of, local_name, text_of
from graph.crosswalk.parties import GRANT_AGREEMENT
from graph.errors import UnmappableRecord
from graph.relation import UNKNOWN_RELATION
from graph.text import plain
from graph.work import Affiliation, Identifier

_TYPES: Final = {"Personal": "person", "Organizational": "organization"}
_ABSTRACT: Final = "abstract"
_OTHER: Final = "other"

# Known, and without a place in a Work.
_UNUSED: Final = frozenset(
    {"geoLocations", "schemaVersion", "isReferenceQuality"}
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
    affiliations: list[str | Affiliation] = []
    for child in element:
        match local_name(child.tag):
            case "creatorName" | "contributorName":
                name = text_of(child)
                stated = child.get("nameType") or ""
            case "affiliation":
                if text := text_of(child):
                    affiliations.append(_affiliation(child, text, draft) if child.keys() else text)
            case "familyName":
                family = text_of(child)
            case "givenName":
                given = text_of(child)
            case "nameIdentifier":
                _name_identifier(child, draft, identifiers)
            case _:
                continue
    name = name or ", ".join(filter(None, (family, given)))
    kind = _TYPES.get(stated, "")
    # Zenodo calls every depositor a person: a family name alone that is the whole name shows it.
    if kind == "person" and not given and not identifiers and family == name:
        kind = ""
    draft.add_agent(name, role, kind, tuple(identifiers), affiliations)


def _affiliation(element: Element, text: str, draft: Draft) -> str | Affiliation:
    if stated := element.get("affiliationIdentifier"):
        scheme = element.get("affiliationIdentifierScheme") or ""
        return draft.affiliation(text, (scheme, stated))
    return text


def _name_identifier(element: Element, draft: Draft, identifiers: list[Identifier]) -> None:
    text = text_of(element)
    if text:
        scheme = element.get("nameIdentifierScheme") or ""
        identifier = draft.agent_identifier(scheme, text)
        if identifier and identifier not in identifiers:
            identifiers.append(identifier)


def _funder(element: Element, draft: Draft) -> None:
    """A contributor who pays: in kernels before 4 there was no other place for it."""
    name = identifier = scheme = ""
    for child in element:
        match local_name(child.tag):
            case "contributorName":
                name = text_of(child)
            case "nameIdentifier":
                identifier, scheme = text_of(child), child.get("nameIdentifierScheme") or ""
            case _:
                continue
    if identifier.startswith(GRANT_AGREEMENT):  # where the funder's identifier would be
        draft.add_grant_agreement(identifier, name)
    else:
        draft.add_funding(name, identifier=identifier, scheme=scheme)


def _titles(element: Element, draft: Draft) -> None:
    for child in sorted(element, key=lambda title: bool(title.get("titleType"))):
        draft.add_title(text_of(child), language_of(child))


def _publisher(element: Element, draft: Draft) -> None:
    draft.set_publisher(
        text_of(element),
        element.get("publisherIdentifier") or "",
        element.get("publisherIdentifierScheme") or "",
    )


def _publication_year(element: Element, draft: Draft) -> None:
    text = text_of(element)
    if text:
        draft.set_year(text)


def _subjects(element: Element, draft: Draft) -> None:
    for child in element:
        if not child.keys():  # as most are
            draft.add_subject(text_of(child))
            continue
        draft.add_subject(
            text_of(child),
            child.get("subjectScheme") or "",
            address=child.get("valueURI") or "",
            language=language_of(child),
        )


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
            words = child.get("relationTypeInformation") or ""
            relation, stated = _relation(child.get("relationType") or "", words)
            draft.add_link(relation, text, hint, kind, stated)


def _relation(relation: str, words: str = "") -> tuple[str, str]:
    """The relation of a related thing, and the words of the source where they differ from it.

    Of one that has no name in the list (Other, since 4.7), words beside it may say more to people.
    """
    if relation.lower() != _OTHER:
        return relation, ""
    return UNKNOWN_RELATION.name, plain(words) or relation


def _related_items(element: Element, draft: Draft) -> None:
    for item in element:
        relation, stated = _relation(item.get("relationType") or "")
        title = ""
        for child in item:
            name = local_name(child.tag)
            if name == "relatedItemIdentifier" and (text := text_of(child)):
                hint = child.get("relatedItemIdentifierType") or ""
                kind = item.get("relatedItemType") or ""
                draft.add_link(relation, text, hint=hint, kind=kind, stated_as=stated)
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
    """Also OpenAIRE's: there the address may stand on the number and a programme beside the name.

    The programme belongs to the funder's name.
    """
    parts = {local_name(child.tag): child for child in element}

    def text(name: str) -> str:
        return text_of(parts[name]) if name in parts else ""

    def attribute(name: str, key: str) -> str:
        return (parts[name].get(key) or "") if name in parts else ""

    draft.add_funding(
        " ".join(filter(None, (text("funderName"), text("fundingStream")))),
        text("awardNumber"),
        text("awardTitle"),
        identifier=text("funderIdentifier"),
        scheme=attribute("funderIdentifier", "funderIdentifierType"),
        address=attribute("awardNumber", "awardURI"),
    )


def _size(element: Element, draft: Draft) -> None:
    draft.add_size(text_of(element))


def _format(element: Element, draft: Draft) -> None:
    draft.add_format(text_of(element))


def _sizes(element: Element, draft: Draft) -> None:
    for child in element:
        _size(child, draft)


def _formats(element: Element, draft: Draft) -> None:
    for child in element:
        _format(child, draft)


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
    "fundingReference": _funding_reference,
    "sizes": _sizes,
    "size": _size,
    "formats": _formats,
    "format": _format,
}
