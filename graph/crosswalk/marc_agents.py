"""People and organisations of a MARC record: names, roles, identifiers, affiliations.

Relator codes: https://www.loc.gov/marc/relators/ , as InvenioRDM writes DataCite's roles with them.
"""

import re
from typing import Final

from graph.crosswalk.draft import Draft
from graph.crosswalk.marc_fields import Field, MarcRecord, without_punctuation
from graph.names import collaboration_of
from graph.text import plain
from graph.work import Identifier

_ROLES: Final[dict[str, str]] = {
    **dict.fromkeys(("aut", "cre", "author", "creator", "joint author", "dis"), "creator"),
    **dict.fromkeys(("edt", "edc", "pbd", "ed", "eds", "editor", "editors", "hrsg"), "editor"),
    **dict.fromkeys(("trl", "translator", "trans"), "translator"),
    **dict.fromkeys(("ths", "dgs", "supervisor", "thesis advisor", "advisor"), "supervisor"),
    **dict.fromkeys(("spn", "sponsor"), "sponsor"),
    **dict.fromkeys(("pbl", "publisher"), "publisher"),
    **dict.fromkeys(("fnd", "funder"), "funder"),
    "prc": "contactPerson",
    "col": "dataCollector",
    "cur": "dataCurator",
    "dtm": "dataManager",
    "dst": "distributor",
    "his": "hostingInstitution",
    "pro": "producer",
    "pdr": "projectLeader",
    "rth": "projectLeader",
    "rtm": "projectMember",
    "res": "researcher",
    "cph": "rightsHolder",
    "led": "workPackageLeader",
}
"""DataCite's contributorType by relator code or term; whatever else is stated is `other`."""

_IN_BRACKETS: Final = re.compile(r"\(([^()]+)\)\s*(.+)", re.DOTALL)
_ORCID: Final = re.compile(r"(?:orcid:|https?://orcid\.org/)\s*(.+)", re.IGNORECASE | re.DOTALL)
_INSPIRE: Final = re.compile(r"INSPIRE-\d+", re.IGNORECASE)
_OTHER_SYSTEMS: Final = re.compile(r"(?:CCID|JACoW|CERN|BAI)-|\d+$", re.IGNORECASE)


def add_agents(record: MarcRecord, draft: Draft) -> None:
    """Add everybody with a part in the work: main entries, then added ones, then collaborations.

    OAPEN names its editors a second time as `oth`: who has a part already does not get this one.
    """
    seen: set[str] = set()
    for tag, unstated in (("100", "creator"), ("700", "creator"), ("701", "supervisor")):
        for field in record.of(tag):
            _add_person(field, draft, unstated, seen)
    for tag, unstated in (("110", "creator"), ("710", "contributor")):
        for field in record.of(tag):
            _add_organisation(field, draft, unstated, seen)


def _add_person(field: Field, draft: Draft, unstated: str, seen: set[str]) -> None:
    name = without_punctuation(" ".join(field.every("abc")))
    if work := field.first("t"):
        # An entry with a title is for another work, which is inside this one or goes with it.
        draft.add_problem("relation-in-words", f"{field.tag} {name} {work}")
        return
    role = _role(field) or unstated
    if role == "other" and name in seen:
        draft.add_problem("repeated-agent", f"{field.tag} {name}")
        return
    seen.add(name)
    affiliations = field.every("u") or field.every("v")
    draft.add_agent(
        name,
        role,
        "person",
        tuple(_identifiers(field, draft)),
        tuple(dict.fromkeys(filter(None, map(plain, affiliations)))),
    )


def _add_organisation(field: Field, draft: Draft, unstated: str, seen: set[str]) -> None:
    for stated in map(plain, field.every("g")):
        collaboration = collaboration_of(stated) or f"{stated} Collaboration"
        if collaboration not in seen:  # INSPIRE's notes have it as author too
            seen.add(collaboration)
            draft.add_agent(collaboration, type="organization")
    name = ". ".join(map(without_punctuation, field.every("ab")))
    if not name:
        return
    seen.add(name)
    if work := field.first("t"):
        draft.add_problem("relation-in-words", f"{field.tag} {name} {work}")
        return
    match _role(field):
        case "publisher":
            draft.set_publisher(name)
        case "funder":
            draft.add_funding(name)
        case role:
            identifiers = tuple(_identifiers(field, draft))
            draft.add_agent(name, role or unstated, "organization", identifiers)


def _role(field: Field) -> str:
    """The first stated role that has a name here; `other` for the rest, empty when none is."""
    stated = [text.rstrip("/").rpartition("/")[2] for text in field.every("4")] + field.every("e")
    for text in stated:
        if role := _ROLES.get(text.strip(" .,()[]").lower()):
            return role
    return "other" if stated else ""


def _identifiers(field: Field, draft: Draft) -> list[Identifier]:
    found: dict[Identifier, None] = {}
    for text in field.every("ij01"):
        scheme, value = _scheme_and_value(text)
        if scheme and (identifier := draft.agent_identifier(scheme, value)):
            found.setdefault(identifier)
    return list(found)


def _scheme_and_value(text: str) -> tuple[str, str]:
    """Scheme as `Draft.agent_identifier` takes it; empty for a number of the catalogue's own."""
    if match := _ORCID.fullmatch(text):
        return "orcid", match[1]
    if match := _IN_BRACKETS.fullmatch(text):
        return match[1], match[2]
    if _INSPIRE.fullmatch(text):
        return "inspire", text
    for scheme in ("ror", "isni"):
        if f"{scheme}.org/" in text:
            return scheme, text
    return ("", "") if _OTHER_SYSTEMS.match(text) else ("authority", text)
