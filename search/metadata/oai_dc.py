"""An entity in unqualified Dublin Core, as OAI-PMH and as SRU wrap it.

Specification: http://www.openarchives.org/OAI/2.0/guidelines-harvester.htm and, for SRU,
http://www.loc.gov/standards/sru/recordSchemas/dc-schema.xsd

Fifteen elements hold no relation types, roles, identifiers of people or grants: those are left out.
"""

from typing import Final

from search.metadata.described import Described
from search.metadata.markup import element, language
from search.metadata.naming import groups, named, own, resolver, target_address

NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
SRU_NAMESPACE: Final = "info:srw/schema/1/dc-schema"
SRU_SCHEMA: Final = "http://www.loc.gov/standards/sru/recordSchemas/dc-schema.xsd"

_DC: Final = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
_XSI: Final = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_TYPES: Final = {
    "dataset": ("Dataset",),
    "paper": ("Eprint", "Text"),
    "software": ("Software",),
    "book": ("Book", "Text"),
    "chapter": ("Book chapter", "Text"),
}
"""What it is, then its word in DCMI's vocabulary of types if that is another:
http://dublincore.org/documents/dcmi-type-vocabulary/"""
_ACCESS: Final = {
    "open": "info:eu-repo/semantics/openAccess",
    "embargoed": "info:eu-repo/semantics/embargoedAccess",
    "restricted": "info:eu-repo/semantics/restrictedAccess",
    "closed": "info:eu-repo/semantics/closedAccess",
}


def write_oai_dc(described: Described) -> bytes:
    """The `<oai_dc:dc>` element, as UTF-8."""
    return (
        f'<oai_dc:dc xmlns:oai_dc="{NAMESPACE}" {_DC} {_XSI}'
        f' xsi:schemaLocation="{NAMESPACE} {SCHEMA}">{_elements(described)}</oai_dc:dc>'
    ).encode()


def write_sru_dc(described: Described) -> bytes:
    """The `<srw_dc:dc>` element of SRU, as UTF-8."""
    return (
        f'<srw_dc:dc xmlns:srw_dc="{SRU_NAMESPACE}" {_DC} {_XSI}'
        f' xsi:schemaLocation="{SRU_NAMESPACE} {SRU_SCHEMA}">{_elements(described)}</srw_dc:dc>'
    ).encode()


def _elements(described: Described) -> str:
    agents = (*described.editors, *described.contributors)
    rows: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("creator", tuple(agent.name for agent in described.creators)),
        ("subject", described.subjects),
        ("description", (described.abstract,)),
        ("publisher", (described.publisher,)),
        ("contributor", (*(agent.name for agent in agents), *groups(described))),
        ("date", (described.date,)),
        ("type", _TYPES.get(described.kind, ("Other",))),
        ("format", (*described.formats, *described.sizes)),
        ("identifier", _identifiers(described)),
        ("language", described.languages),
        ("relation", _relations(described)),
        ("rights", (described.licence, _ACCESS.get(described.access, ""))),
    )
    titles = "".join(
        element("dc:title", title.value, xml_lang=language(title.language))
        for title in described.titles
    )
    return titles + "".join(
        element(f"dc:{name}", value) for name, values in rows for value in values
    )


def _relations(described: Described) -> tuple[str, ...]:
    return tuple(dict.fromkeys(target_address(described, each) for each in described.related))


def _identifiers(described: Described) -> tuple[str, ...]:
    """Each as the address that resolves it, else as text; the entity's IRI where none resolves."""
    addresses = {each: resolver(each) for each in own(described)}
    texts = tuple(page or _text(each) for each, page in addresses.items())
    return texts if any(addresses.values()) else (described.iri, *texts)


def _text(identifier: str) -> str:
    """An identifier that nothing resolves: an OAI identifier is a URI as it is."""
    return named(identifier).text if identifier.startswith("oai:") else identifier
