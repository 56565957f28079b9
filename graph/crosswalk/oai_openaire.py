"""OpenAIRE's literature profile of DataCite (`oai_openaire`), as DSpace and others write it.

What is DataCite's in it goes to that crosswalk. CERN Open Data's variant, a bare `resource` with
elements of this profile, needs nothing more.
Specification: https://openaire-guidelines-for-literature-repository-managers.readthedocs.io/en/v4.0.0/
"""

from typing import Final

from graph.crosswalk.datacite import map_datacite
from graph.crosswalk.draft import Draft
from graph.crosswalk.elements import Element, local_name, text_of
from graph.identifiers import recognise

_NAMESPACE: Final = "{http://namespace.openaire.eu/schema/oaire/}"
_ACCESS: Final = "http://purl.org/coar/access_right/"

IGNORED: Final[dict[str, str]] = {
    **dict.fromkeys(
        (
            *("citationTitle", "citationVolume", "citationIssue", "citationStartPage"),
            *("citationEndPage", "citationEdition", "citationConferencePlace"),
            "citationConferenceDate",
        ),
        "a journal or conference in words",
    ),
    "version": "state of publication (AM, VoR), not the number of a version",
    "coverage": "place or time in words",
    "audience": "note for the reader of the page",
}
"""Elements of the profile that are left out on purpose, with the reason."""


def map_resource(root: Element, draft: Draft) -> None:
    """Map a `resource`: OpenAIRE's profile by its namespace, else DataCite."""
    if root.tag.startswith(_NAMESPACE):
        for child in list(root):
            if _map_own(child, local_name(child.tag), draft):
                root.remove(child)
    map_datacite(root, draft)


def _map_own(element: Element, name: str, draft: Draft) -> bool:
    match name:
        case "file":
            _add_file(element, draft)
        case "source":
            _add_source(text_of(element), draft)
        case _:
            return name in IGNORED
    return True


def _add_file(element: Element, draft: Draft) -> None:
    """A file's address; access to it is access to the thing, unless `rights` says otherwise."""
    if address := text_of(element):
        draft.add_problem("file-address", address)
    uri = element.get("accessRightsURI") or ""
    if uri.startswith(_ACCESS):
        draft.add_rights(uri)


def _add_source(text: str, draft: Draft) -> None:
    """A citation in words has no place in a work; an identifier makes a link."""
    if recognise(text):
        draft.add_link("IsRelatedTo", text, stated_as="dc:source")
