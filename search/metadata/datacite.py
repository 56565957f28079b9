"""An entity in DataCite's metadata schema, kernel 4.7, and in the wrapper that OAI-PMH takes it in.

Specification: https://datacite-metadata-schema.readthedocs.io/en/4.7/
What must stand and is not known is `:unav`, "value unavailable, possibly unknown", of appendix 3;
a year of publication is four digits by the schema, so an unknown one is `0000`.

The identifier of an entity is its DOI. One without takes its handle or ARK, else its own IRI with
the type URL: the kernel's documentation knows the type DOI alone, its schema takes any word, and
OpenAIRE's guidelines for data archives, which harvesters of this format follow, take Handle, ARK
and URL where there is no DOI. Other identifiers of the same thing are alternate identifiers:
IsIdenticalTo would make them those of another thing.

Left out, for the kernel has no place for them: volume numbers, all languages but the first, and
which part a contributor had, where a release keeps none.
"""

from collections.abc import Iterable
from typing import Final

from graph.relation import RELATIONS
from search.metadata.described import Agent, Described, Grant, Related
from search.metadata.markup import address, around, element, language, legal, whole
from search.metadata.naming import Named, groups, named, own, resolver, target

NAMESPACE: Final = "http://datacite.org/schema/kernel-4"
SCHEMA: Final = "http://schema.datacite.org/meta/kernel-4.7/metadata.xsd"
OAI_NAMESPACE: Final = "http://schema.datacite.org/oai/oai-1.1/"
OAI_SCHEMA: Final = "http://schema.datacite.org/oai/oai-1.1/oai.xsd"
UNAVAILABLE: Final = ":unav"
NO_YEAR: Final = "0000"

_XSI: Final = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_MAIN: Final = ("doi", "handle", "ark")
"""Schemes of the main identifier, best first."""
_TYPES: Final = {
    "dataset": ("Dataset", ""),
    # any scholarly text: of a paper no record may say whether it is an article or a thesis
    "paper": ("Text", "Eprint"),
    "software": ("Software", ""),
    "book": ("Book", ""),
    "chapter": ("BookChapter", ""),
}
"""resourceTypeGeneral and the words beside it, by kind."""
_STUB_PAPER: Final = "JournalArticle"
"""What a paper is called that is only linked to: Text would not tell it from a book, and no record
of its own does. The nearest word of DataCite's for schema.org's ScholarlyArticle, which is what a
release calls a paper."""
_RELATIONS: Final = {name: (name, "") for name in RELATIONS} | {
    "IsRelatedTo": ("Other", "is related to")
}
"""relationType and relationTypeInformation by relation: of ours, for links of which no more is
known, Other tells readers so much and no more; the kernel has that word since 4.7."""
_PARTY_SCHEMES: Final = {
    "orcid": ("ORCID", "https://orcid.org"),
    "ror": ("ROR", "https://ror.org"),
    "isni": ("ISNI", "https://isni.org"),
    "grid": ("GRID", "https://www.grid.ac"),
}
_FUNDER_TYPES: Final = {"ror": "ROR", "isni": "ISNI", "grid": "GRID"}
_FUNDER_REGISTRY: Final = "doi:10.13039/"
_ACCESS: Final = {
    "open": ("openAccess", "Open Access"),
    "embargoed": ("embargoedAccess", "Embargoed Access"),
    "restricted": ("restrictedAccess", "Restricted Access"),
    "closed": ("closedAccess", "Closed Access"),
}
_EU_REPO: Final = "info:eu-repo/semantics/"
_MAX_YEAR: Final = 9999


def write_oai_datacite(described: Described) -> bytes:
    """The `<oai_datacite>` element around the resource, as UTF-8.

    The symbol of a data centre is one that DataCite gave out: nobody's here.
    """
    return (
        f'<oai_datacite xmlns="{OAI_NAMESPACE}" {_XSI}'
        f' xsi:schemaLocation="{OAI_NAMESPACE} {OAI_SCHEMA}">'
        "<schemaVersion>4.7</schemaVersion>"
        f"<datacentreSymbol>{UNAVAILABLE}</datacentreSymbol>"
        f"<payload>{_resource(described)}</payload></oai_datacite>"
    ).encode()


def _resource(described: Described) -> str:
    main, others = _identifiers(described)
    general, words = _TYPES.get(described.kind, ("Other", ""))
    parts = (
        element("identifier", main.text, identifierType=main.type),
        around("creators", _creators(described)),
        around("titles", _titles(described)),
        _publisher(described),
        f"<publicationYear>{_year(described)}</publicationYear>",
        whole("resourceType", words, resourceTypeGeneral=general),
        around("subjects", _each("subject", described.subjects)),
        around("contributors", _contributors(described)),
        around("dates", element("date", described.date, dateType="Issued")),
        _language(described),
        around("alternateIdentifiers", _alternates(others)),
        around("relatedIdentifiers", _links(described)),
        around("sizes", _each("size", described.sizes)),
        around("formats", _each("format", described.formats)),
        element("version", described.version),
        around("rightsList", _licence(described) + _access(described)),
        around(
            "descriptions", element("description", described.abstract, descriptionType="Abstract")
        ),
        around("fundingReferences", "".join(map(_grant, described.grants))),
    )
    return (
        f'<resource xmlns="{NAMESPACE}" {_XSI} xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
        f"{''.join(parts)}</resource>"
    )


def _identifiers(described: Described) -> tuple[Named, list[Named]]:
    """The main identifier and the others."""
    stated = list(own(described))
    for scheme in _MAIN:
        for identifier in stated:
            if identifier.startswith(f"{scheme}:"):
                others = [named(each) for each in stated if each != identifier]
                return named(identifier), others
    return Named("URL", described.iri), [named(each) for each in stated]


def _alternates(others: Iterable[Named]) -> str:
    return "".join(
        element("alternateIdentifier", each.text, alternateIdentifierType=each.type or UNAVAILABLE)
        for each in others
    )


def _creators(described: Described) -> str:
    creators = "".join(_agent("creator", each) for each in described.creators)
    return creators or around("creator", element("creatorName", UNAVAILABLE))


def _contributors(described: Described) -> str:
    """Editors, others, and collaborations that no agent's name stands for."""
    collaborations = (Agent(name=each, is_organization=True) for each in groups(described))
    parts = [_agent("contributor", each, "Editor") for each in described.editors]
    parts += [_agent("contributor", each, "Other") for each in described.contributors]
    parts += [_agent("contributor", each, "ResearchGroup") for each in collaborations]
    return "".join(parts)


def _agent(role: str, agent: Agent, part: str = "") -> str:
    """A creator or contributor, empty without a name."""
    kind = ("Personal" if agent.is_person else "") or (
        "Organizational" if agent.is_organization else ""
    )
    name = element(f"{role}Name", agent.name, nameType=kind)
    if not name:
        return ""
    parts = [name]
    for identifier in agent.identifiers:
        scheme, home = _PARTY_SCHEMES.get(identifier.partition(":")[0], ("", ""))
        if scheme and (page := resolver(identifier)):
            parts.append(
                element("nameIdentifier", page, nameIdentifierScheme=scheme, schemeURI=home)
            )
    for place in agent.affiliations:
        first = next(iter(place.identifiers), "")
        scheme, home = _PARTY_SCHEMES.get(first.partition(":")[0], ("", ""))
        parts.append(
            element(
                "affiliation",
                place.name,
                affiliationIdentifier=resolver(first) if scheme else "",
                affiliationIdentifierScheme=scheme,
                schemeURI=home,
            )
        )
    return whole(role, "".join(parts), contributorType=part)


def _titles(described: Described) -> str:
    titles = "".join(
        element("title", title.value, xml_lang=language(title.language))
        for title in described.titles
    )
    return titles or element("title", UNAVAILABLE)


def _publisher(described: Described) -> str:
    first = next(iter(described.publisher_identifiers), "")
    scheme, home = _PARTY_SCHEMES.get(first.partition(":")[0], ("", ""))
    stated = element(
        "publisher",
        described.publisher,
        publisherIdentifier=resolver(first) if scheme else "",
        publisherIdentifierScheme=scheme,
        schemeURI=home,
    )
    return stated or element("publisher", UNAVAILABLE)


def _year(described: Described) -> str:
    """The year that a librarian would print, else that of the date."""
    if described.year is not None and 0 < described.year <= _MAX_YEAR:
        return f"{described.year:04d}"
    year = described.date[:4]
    return year if len(year) == len(NO_YEAR) and year.isascii() and year.isdigit() else NO_YEAR


def _language(described: Described) -> str:
    return element("language", next(filter(None, map(language, described.languages)), ""))


def _links(described: Described) -> str:
    return "".join(_related(described, each) for each in described.related)


def _related(described: Described, related: Related) -> str:
    relation, information = _RELATIONS.get(related.relation, ("", ""))
    if not relation:
        return ""
    other = target(described, related)
    general, _ = _TYPES.get(related.kind, ("", ""))
    return element(
        "relatedIdentifier",
        other.text,
        relatedIdentifierType=other.type,
        relationType=relation,
        relationTypeInformation=information,
        resourceTypeGeneral=_STUB_PAPER if related.is_stub and related.kind == "paper" else general,
    )


def _licence(described: Described) -> str:
    """The licence with its address; its words are its SPDX identifier, or its address again."""
    if described.spdx:
        return element(
            "rights",
            described.spdx,
            rightsURI=address(described.licence),
            rightsIdentifier=described.spdx,
            rightsIdentifierScheme="SPDX",
            schemeURI="https://spdx.org/licenses/",
        )
    return element("rights", described.licence, rightsURI=address(described.licence))


def _access(described: Described) -> str:
    word, words = _ACCESS.get(described.access, ("", ""))
    return element("rights", words, rightsURI=_EU_REPO + word)


def _grant(grant: Grant) -> str:
    page = address(grant.address)
    number = legal(grant.number)
    parts = (
        element("funderName", grant.funder) or element("funderName", UNAVAILABLE),
        _funder_identifier(grant),
        element("awardNumber", number, awardURI=page)
        or (whole("awardNumber", "", awardURI=page) if page else ""),
        element("awardTitle", grant.title),
    )
    return around("fundingReference", "".join(parts))


def _funder_identifier(grant: Grant) -> str:
    identifier = next(iter(grant.funder_identifiers), "")
    kind = _FUNDER_TYPES.get(identifier.partition(":")[0], "Other")
    if identifier.startswith(_FUNDER_REGISTRY):
        kind = "Crossref Funder ID"
    return element("funderIdentifier", resolver(identifier), funderIdentifierType=kind)


def _each(name: str, values: Iterable[str]) -> str:
    return "".join(element(name, value) for value in values)
