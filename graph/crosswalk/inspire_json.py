"""INSPIRE's literature JSON: papers with all the identifiers they go by, the hub of the sources.

Fields: https://inspire-schemas.readthedocs.io/en/latest/schemas/hep.html
"""

import re
from typing import Final

from msgspec.structs import replace

from graph.crosswalk.draft import Draft
from graph.crosswalk.json_fields import Fields, read_metadata
from graph.names import collaboration_of
from graph.work import Identifier, Work
from harvester.record import StagedRecord

_LITERATURE: Final = re.compile(r".*/literature/([1-9][0-9]{0,11})/?")

_TYPES: Final = {"note": "technical note", "activity report": "report"}
"""Words for types that mean something else, or nothing, elsewhere."""

_OWN: Final = frozenset({"", "publication", "preprint", "version"})
"""Materials whose identifiers are those of the paper itself."""
_MATERIALS: Final = {
    **dict.fromkeys(("data", "software", "additional material"), "IsSupplementedBy"),
    "translation": "HasTranslation",
    "part": "HasPart",
}
"""Relation to a thing that has its own identifier, by material; others are only related."""

_RELATIONS: Final = {
    "predecessor": "IsNewVersionOf",
    "successor": "IsPreviousVersionOf",
    "parent": "IsPartOf",
    "commented": "Reviews",
}

_DATA_DOIS: Final = ("10.7483/", "10.17182/", "10.5281/")
"""DOIs of CERN Open Data, HEPData and Zenodo. Citations of them are links; those of other papers
are INSPIRE's to tell, and would make a stub of most of physics."""

_IDENTIFIERS: Final = {"hdl": "handle", "urn": "urn", "ark": "ark", "swh": "swh"}
_SCHEMES: Final = {"ORCID": "orcid", "INSPIRE ID": "inspire"}
"""Of people, those that other sources use as well."""
_NOT_OURS: Final = frozenset(
    {"ads", "spires", "spirestex", "desy", "osti", "kekscan", "msnet", "zblatt", "slac", "hal"}
)
"""Systems whose numbers no other source of ours uses."""


def map_inspire_json(record: StagedRecord) -> Work:
    """Map one hit of a search, one record of the API, or the bare metadata of one.

    Raises:
        UnmappableRecord: reason `not-json` or `no-metadata`.
    """
    metadata = read_metadata(record)
    draft = Draft(record)
    _map(Fields(metadata, draft.add_problem), draft)
    work = draft.finish()
    staged_as = Identifier("oai", record.identifier)  # a name in the stage, not one in the world
    own = tuple(each for each in work.identifiers if each != staged_as)
    return replace(work, identifiers=own)


def _map(fields: Fields, draft: Draft) -> None:
    for stated in fields.texts("document_type"):
        draft.add_type(_TYPES.get(stated, stated), stated)
    _identifiers(fields, draft)
    for title in fields.children("titles"):
        whole = filter(None, (title.text("title"), title.text("subtitle")))
        draft.add_title(": ".join(whole))
    _agents(fields, draft)
    _dates(fields, draft)
    for imprint in fields.children("imprints"):
        draft.set_publisher(imprint.text("publisher"))
    for abstract in fields.children("abstracts"):
        draft.add_description(abstract.text("value"))
    for category in fields.children("inspire_categories"):
        draft.add_subject(category.text("term"), "INSPIRE")
    for keyword in fields.children("keywords"):
        draft.add_subject(keyword.text("value"), keyword.text("schema"))
    if pages := fields.text("number_of_pages"):
        draft.add_size(f"{pages} pages")
    for language in fields.texts("languages"):
        draft.add_language(language)
    _rights(fields, draft)
    _links(fields, draft)


def _identifiers(fields: Fields, draft: Draft) -> None:
    if number := fields.text("control_number"):
        draft.add_identifier(number, "inspire")
    for eprint in fields.children("arxiv_eprints"):
        draft.add_identifier(eprint.text("value"), "arxiv")
        for category in eprint.texts("categories"):
            draft.add_subject(category, "arXiv")
    for report in fields.children("report_numbers"):
        draft.add_alternate(report.text("value"), "report number")
    for isbn in fields.children("isbns"):
        draft.add_identifier(isbn.text("value"), "isbn")
    for doi in fields.children("dois"):
        _of_material(doi, draft, "doi")
    for each in fields.children("persistent_identifiers"):
        if hint := _IDENTIFIERS.get(each.text("schema").lower()):
            _of_material(each, draft, hint)
        else:
            draft.add_alternate(each.text("value"), each.text("schema"))
    _external_identifiers(fields, draft)


def _external_identifiers(fields: Fields, draft: Draft) -> None:
    for each in fields.children("external_system_identifiers"):
        schema = each.text("schema").lower()
        if schema == "cds":
            draft.add_identifier(each.text("value"), "cds")
        elif schema == "hepdata":
            draft.add_link("IsSupplementedBy", each.text("value"), hint=schema, kind="Dataset")
        elif schema not in _NOT_OURS:
            draft.add_alternate(each.text("value"), each.text("schema"))


def _of_material(identifier: Fields, draft: Draft, hint: str) -> None:
    """Add an identifier of the paper, or of what it says is something beside the paper."""
    material = identifier.text("material")
    if material in _OWN:
        draft.add_identifier(identifier.text("value"), hint)
    else:
        relation = _MATERIALS.get(material, "IsRelatedTo")
        draft.add_link(relation, identifier.text("value"), hint=hint, stated_as=material)


def _agents(fields: Fields, draft: Draft) -> None:
    for author in fields.children("authors") or fields.children("first_author"):
        ids = [
            (_SCHEMES.get(each.text("schema")), each.text("value"))
            for each in author.children("ids")
        ]
        identifiers = [draft.agent_identifier(scheme, value) for scheme, value in ids if scheme]
        roles = author.texts("inspire_roles")
        draft.add_agent(
            author.text("full_name"),
            type="person",
            role=next((role for role in ("editor", "supervisor") if role in roles), "creator"),
            identifiers=tuple(each for each in identifiers if each),
            affiliations=tuple(
                filter(None, (e.text("value") for e in author.children("affiliations")))
            ),
        )
    for name in fields.texts("corporate_author"):
        draft.add_agent(name, type="organization")
    for each in fields.children("collaborations"):
        name = each.text("value")
        draft.add_agent(collaboration_of(name) or f"{name} Collaboration", type="organization")


def _dates(fields: Fields, draft: Draft) -> None:
    """The year is that of the journal; of a preprint the year in which it appeared."""
    for imprint in fields.children("imprints"):
        draft.add_date("Issued", imprint.text("date"))
    draft.add_date("Issued", fields.child("thesis_info").text("date"))
    draft.add_date("Submitted", fields.text("preprint_date"))
    draft.add_date("Available", fields.text("earliest_date"))
    years = [
        published.text("year")
        for published in fields.children("publication_info")
        if published.text("material") in _OWN
    ]
    known = (*years, fields.text("earliest_date"), fields.text("preprint_date"))
    if year := next(filter(None, known), ""):
        draft.set_year(year)


def _rights(fields: Fields, draft: Draft) -> None:
    """The licence of the published version first: only one is kept."""
    licences = fields.children("license")
    licences.sort(key=lambda each: each.text("material") == "preprint")
    for licence in licences:
        draft.add_rights(licence.text("url"), licence.text("license"))


def _links(fields: Fields, draft: Draft) -> None:
    for published in fields.children("publication_info"):
        _add_paper(published.child("parent_record"), draft, "IsPartOf", "parent_record")
    for related in fields.children("related_records"):
        stated = related.text("relation") or related.text("relation_freetext")
        relation = _RELATIONS.get(stated, "IsRelatedTo")
        _add_paper(related.child("record"), draft, relation, stated or "related_records")
    for reference in fields.children("references"):
        for doi in reference.child("reference").texts("dois"):
            if doi.startswith(_DATA_DOIS):
                draft.add_link("References", doi, hint="doi", stated_as="references")


def _add_paper(target: Fields, draft: Draft, relation: str, stated: str) -> None:
    if match := _LITERATURE.fullmatch(target.text("$ref")):
        page = f"https://inspirehep.net/literature/{match[1]}"
        draft.add_link(relation, page, stated_as=stated)
