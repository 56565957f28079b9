"""CERN Open Data's own JSON: the relations, DOI and licence that its OAI-PMH output leaves out.

Fields: https://opendata.cern.ch/schema/records/record-v1.0.0.json
"""

from typing import Final

from msgspec.structs import replace

from graph.crosswalk.draft import Draft
from graph.crosswalk.json_fields import Fields, read_metadata
from graph.errors import UnmappableRecord
from graph.work import Identifier, Work
from harvester.record import StagedRecord

_SITE: Final = "https://opendata.cern.ch"
_DERIVED: Final = "derived from"

_RELATIONS: Final = {"isPartOf": "IsPartOf", "isProducedBy": "IsCompiledBy"}
"""The relations that say one thing. isChildOf and isParentOf stand for parts of a release, for
derived data and, on some, for the very opposite; those and isSiblingOf are only related."""

_MENTIONS: Final = ("abstract", "usage", "note", "methodology", "validation")
"""Texts that come with the links mentioned in them."""
_COMPANY: Final = ("use_with", "pileup")
"""What goes together with the record, in either direction."""


_UNITS: Final = {"size": "bytes", "number_files": "files", "number_events": "events"}
"""What is counted in `distribution`."""


def map_cernopendata_json(record: StagedRecord) -> Work:
    """Map one answer of the REST API, or the bare metadata of one.

    Raises:
        UnmappableRecord: reason `not-json`, or `no-metadata` (deleted, or without a recid).
    """
    metadata = read_metadata(record)
    draft = Draft(record)
    fields = Fields(metadata, draft.add_problem)
    recid = fields.text("recid")
    if not recid:
        raise UnmappableRecord("no-metadata", f"{record.identifier}: no recid")
    # The work goes by the OAI identifier that the same thing has in CERN's OAI-PMH output.
    draft = Draft(replace(record, identifier=f"oai:cernopendata.cern:{recid}"))
    _map(Fields(metadata, draft.add_problem), draft)
    return replace(draft.finish(), record=record.identifier)


def _map(fields: Fields, draft: Draft) -> None:
    if doi := fields.text("doi"):
        draft.add_identifier(doi, "doi")
    draft.add_title(fields.text("title"))
    if (further := fields.text("title_additional")) != fields.text("title"):
        draft.add_title(further)
    draft.add_type(fields.child("type").text("primary"))
    draft.set_publisher(fields.text("publisher"))
    _extent(fields.child("distribution"), draft)
    draft.add_description(fields.child("abstract").text("description"))
    if licence := fields.child("license").text("attribution"):
        draft.add_rights(licence)
    if language := fields.text("language"):
        draft.add_language(language)
    _agents(fields, draft)
    _dates(fields, draft)
    _subjects(fields, draft)
    _relations(fields, draft)
    _links(fields, draft)


def _extent(distribution: Fields, draft: Draft) -> None:
    for name in distribution.texts("formats"):
        draft.add_format(name)
    for name, unit in _UNITS.items():
        if number := distribution.text(name):
            draft.add_size(f"{number} {unit}")


def _agents(fields: Fields, draft: Draft) -> None:
    for author in fields.children("authors"):
        identifiers: list[Identifier | None] = []
        for scheme, name in (("orcid", "orcid"), ("inspire", "inspireid")):
            if (text := author.text(name)) and text != "None":
                identifiers.append(draft.agent_identifier(scheme, text))
        places = [text for part in author.text("affiliation").split(";") if (text := part.strip())]
        ror = author.text("rorid")
        if ror and len(places) != 1:
            draft.add_problem("ambiguous-identifier", f"rorid {ror}")
        draft.add_agent(
            author.text("name"),
            type="person",
            identifiers=tuple(each for each in identifiers if each),
            affiliations=(draft.affiliation(places[0], ("ror", ror)),)
            if len(places) == 1
            else tuple(places),
        )
    experiments = fields.texts("experiment")
    for collaboration in fields.children("collaboration"):
        name = collaboration.text("name") or (experiments[0] if len(experiments) == 1 else "")
        if name in experiments:
            name = f"{name} Collaboration"
        if name:
            draft.add_agent(name, type="organization")


def _dates(fields: Fields, draft: Draft) -> None:
    if year := fields.text("date_published"):
        draft.set_year(year)
        draft.add_date("Issued", year)
    for date in fields.texts("date_created"):
        draft.add_date("Created", date)
    if date := fields.text("date_reprocessed"):
        draft.add_date("Other", date)


def _subjects(fields: Fields, draft: Draft) -> None:
    for keyword in fields.texts("keywords"):
        draft.add_subject(keyword)
    for scheme in ("experiment", "accelerator"):
        for word in fields.texts(scheme):
            draft.add_subject(word, scheme)
    collisions = fields.child("collision_information")
    for word in (*collisions.texts("type"), *collisions.texts("energy")):
        draft.add_subject(word, "collision")
    categories = fields.child("categories")
    for word in (*categories.texts("primary"), *categories.texts("secondary")):
        draft.add_subject(word, "category")
    for word in fields.child("type").texts("secondary"):
        draft.add_subject(word, "type")


def _relations(fields: Fields, draft: Draft) -> None:
    for relation in fields.children("relations"):
        stated = relation.text("type") or "relations"
        name = _RELATIONS.get(stated, "IsRelatedTo")
        if stated == "isChildOf" and _DERIVED in relation.text("description").lower():
            name = "IsDerivedFrom"
        if doi := relation.text("doi"):
            draft.add_link(name, doi, hint="doi", stated_as=stated)
        elif recid := relation.text("recid"):
            draft.add_link(name, _page(recid), stated_as=stated)
        else:
            draft.add_problem("item-without-identifier", f"{stated} {relation.text('title')}")


def _links(fields: Fields, draft: Draft) -> None:
    for name in _MENTIONS:
        _add_links(fields.child(name), draft, "References", name)
    for name in _COMPANY:
        _add_links(fields.child(name), draft, "IsRelatedTo", name)
    _add_links(fields, draft, "References", "links")
    if recid := fields.child("system_details").text("recid"):
        draft.add_link("Requires", _page(recid), stated_as="system_details")
    if url := fields.child("source_code_repository").text("url"):
        draft.add_link("IsDerivedFrom", url, stated_as="source_code_repository")


def _add_links(fields: Fields, draft: Draft, relation: str, stated: str) -> None:
    for link in fields.children("links"):
        if recid := link.text("recid"):
            draft.add_link(relation, _page(recid), stated_as=stated)
        elif url := link.text("url"):
            draft.add_link(relation, _SITE + url if url.startswith("/") else url, stated_as=stated)


def _page(recid: str) -> str:
    return f"{_SITE}/record/{recid}"
