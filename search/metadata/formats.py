"""The metadata formats that entities are delivered in, by the name that clients ask for them by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from search.metadata import datacite, marcxml, oai_dc
from search.metadata.described import Described


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One format."""

    prefix: str
    """Its name: the metadataPrefix of OAI-PMH, the short name of an SRU schema."""
    schema: str
    """Address of its XML schema."""
    namespace: str
    """Of its root element."""
    title: str
    """What people call it."""
    sru: str = ""
    """Its identifier in SRU, https://www.loc.gov/standards/sru/recordSchemas/ ; empty where it has
    none."""
    write: Callable[[Described], bytes]
    """One XML element with its own namespace declarations and no XML declaration, as UTF-8."""


FORMS: Final[dict[str, Form]] = {
    form.prefix: form
    for form in (
        Form(
            prefix="oai_dc",
            schema=oai_dc.SCHEMA,
            namespace=oai_dc.NAMESPACE,
            title="Dublin Core",
            write=oai_dc.write_oai_dc,
        ),
        Form(
            prefix="oai_datacite",
            schema=datacite.OAI_SCHEMA,
            namespace=datacite.OAI_NAMESPACE,
            title="DataCite 4.7",
            write=datacite.write_oai_datacite,
        ),
        Form(
            prefix="marcxml",
            schema=marcxml.SCHEMA,
            namespace=marcxml.NAMESPACE,
            title="MARC 21",
            sru="info:srw/schema/1/marcxml-v1.1",
            write=marcxml.write_marcxml,
        ),
        Form(
            prefix="dc",
            schema=oai_dc.SRU_SCHEMA,
            namespace=oai_dc.SRU_NAMESPACE,
            title="Dublin Core",
            sru="info:srw/schema/1/dc-v1.1",
            write=oai_dc.write_sru_dc,
        ),
    )
}
"""By name."""
