"""From a staged record to a `Work`: one file per metadata dialect, chosen by the root element.

JSON has none: what companions deliver, and the rows of tables, are told by their prefix.

The prefix does not decide: CERN Open Data's `oai_datacite` is a bare `resource`, Zenodo's is
wrapped. To add a dialect: write `graph/crosswalk/NAME.py` with one function
`map_NAME(root, draft)` and list its root element in `DIALECTS`.
"""

from collections.abc import Callable
from typing import Final

from lxml.etree import XMLSyntaxError, fromstring

from graph.crosswalk.cernopendata_json import map_cernopendata_json
from graph.crosswalk.csv_row import map_csv_row
from graph.crosswalk.datacite import map_oai_datacite
from graph.crosswalk.dcat import map_dcat
from graph.crosswalk.draft import Draft
from graph.crosswalk.elements import Element, local_name, new_parser
from graph.crosswalk.inspire_json import map_inspire_json
from graph.crosswalk.kbart import map_kbart
from graph.crosswalk.marcxml import map_marcxml
from graph.crosswalk.oai_dc import map_oai_dc
from graph.crosswalk.oai_openaire import map_resource
from graph.crosswalk.onix import map_onix
from graph.crosswalk.xoai import map_xoai
from graph.errors import UnmappableRecord
from graph.work import Work
from harvester.record import StagedRecord

Crosswalk = Callable[[Element, Draft], None]

_PARSER: Final = new_parser()
_OAI_PARTS: Final = ("header", "metadata")
"""By these an OAI-PMH `<record>` is told from a MARC one."""


def map_record(record: StagedRecord) -> Work:
    """Map one staged record.

    Raises:
        UnmappableRecord: with reason `not-xml` (the bytes do not parse), `no-metadata` (deleted, or
            nothing inside `<metadata>`) or `unknown-dialect` (no crosswalk for the root element).
    """
    if (map_json := JSON_DIALECTS.get(record.prefix)) is not None:
        return map_json(record)
    root = metadata_of(record)
    name = local_name(root.tag)
    crosswalk = DIALECTS.get(name)
    if crosswalk is None:
        raise UnmappableRecord("unknown-dialect", f"{record.identifier}: root element {root.tag}")
    draft = Draft(record)
    crosswalk(root, draft)
    return draft.finish()


def metadata_of(record: StagedRecord) -> Element:
    """Parse a record and find the element that describes the thing, wrapped as OAI-PMH or bare.

    Raises:
        UnmappableRecord: reason `not-xml` or `no-metadata`.
    """
    try:
        root = fromstring(record.xml, _PARSER)
    except (XMLSyntaxError, ValueError) as error:
        raise UnmappableRecord("not-xml", f"{record.identifier}: {error}") from error
    if root is not None:
        parts = {local_name(child.tag): child for child in root}
        if local_name(root.tag) == "record" and not parts.keys().isdisjoint(_OAI_PARTS):
            for metadata in parts.get("metadata", ()):
                if local_name(metadata.tag):
                    return metadata
        elif local_name(root.tag) in DIALECTS:  # from a file, without a repository around it
            return root
    raise UnmappableRecord("no-metadata", f"{record.identifier}: nothing inside <metadata>")


DIALECTS: Final[dict[str, Crosswalk]] = {
    "Product": map_onix,
    "RDF": map_dcat,
    "collection": map_marcxml,
    "dc": map_oai_dc,
    "metadata": map_xoai,
    "oai_datacite": map_oai_datacite,
    "product": map_onix,
    "record": map_marcxml,
    "resource": map_resource,
}
"""By local name of the element inside `<metadata>`."""

JSON_DIALECTS: Final[dict[str, Callable[[StagedRecord], Work]]] = {
    "cernopendata-json": map_cernopendata_json,
    "csv": map_csv_row,
    "kbart": map_kbart,
    "inspire-json": map_inspire_json,
}
"""What companions deliver and the rows of tables, by prefix."""
