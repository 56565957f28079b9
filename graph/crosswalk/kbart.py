"""KBART rows: titles as knowledge bases and link resolvers take them.

The coverage of a serial and the number of a volume in its series have no place in a work.
Specification: https://groups.niso.org/higherlogic/ws/public/download/16900/RP-9-2014_KBART.pdf
"""

import re
from typing import Final

from graph.crosswalk.draft import Draft
from graph.crosswalk.row import Cells, map_row
from graph.identifiers import recognise
from graph.work import Access, Work
from harvester.record import StagedRecord

_TYPES: Final = {"monograph": "Book", "serial": "Journal"}
_ACCESS: Final = {"f": Access.OPEN, "p": Access.RESTRICTED}
"""Free and paid."""
_LICENCE: Final = re.compile(r"licen[cs]e:\s*(.+)", re.IGNORECASE)
_SEVERAL: Final = re.compile(r"\s*[;|,]\s*")
_DOI: Final = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?10\.\d{4,9}/", re.IGNORECASE)
_LINKS: Final = {
    "parent_publication_title_id": "IsPartOf",
    "preceding_publication_title_id": "IsNewVersionOf",
}


def map_kbart(record: StagedRecord) -> Work:
    """Map one row of a title list.

    Raises:
        UnmappableRecord: reason `not-json` or `no-metadata`.
    """
    return map_row(record, _fill)


def _fill(cells: Cells, draft: Draft) -> None:
    stated = cells.text("publication_type")
    draft.add_type(_TYPES.get(stated.lower(), ""), stated)
    draft.add_title(cells.text("publication_title"))
    _identify(cells, draft, is_serial=stated.lower() == "serial")
    if author := cells.text("first_author"):
        draft.add_agent(author)
    if editor := cells.text("first_editor"):
        draft.add_agent(editor, role="editor")
    draft.set_publisher(cells.text("publisher_name"))
    draft.version = cells.text("monograph_edition")
    draft.add_date("Issued", cells.text("date_monograph_published_print"))
    draft.add_date("Available", cells.text("date_monograph_published_online"))
    if licence := _LICENCE.search(cells.text("notes")):
        draft.add_rights(licence[1].strip())
    draft.access = _ACCESS.get(cells.text("access_type").lower(), draft.access)
    for column, relation in _LINKS.items():
        if stated_id := cells.text(column):
            if recognise(stated_id):
                draft.add_link(relation, stated_id, stated_as=column)
            else:
                draft.add_problem("local-identifier", f"{column} {stated_id}")


def _identify(cells: Cells, draft: Draft, *, is_serial: bool) -> None:
    """The title_id is the provider's own: a handle or DOI with some, a number with others."""
    if title_id := cells.text("title_id"):
        draft.add_alternate(title_id, "title_id")
    for column in ("online_identifier", "print_identifier"):
        cell = cells.text(column)
        if _DOI.match(cell):
            draft.add_identifier(cell, "DOI")
            continue
        for identifier in filter(None, _SEVERAL.split(cell)):
            draft.add_identifier(identifier, "ISSN" if is_serial else "ISBN")
    address = cells.text("title_url")
    named = recognise(address, "URL")
    if named and named.scheme != "url":  # a plain address is where the text is, not what it is
        draft.add_identifier(address, "URL")
    if number := cells.text("oclc_control_number"):
        draft.add_problem("local-identifier", f"OCLC {number}")
