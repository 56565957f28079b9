"""Unqualified Dublin Core, with the additions of OAPEN and DOAB (`oaire:`, `oapen:` elements).

Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html#dublincore
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from graph.crosswalk.draft import Draft
from graph.crosswalk.elements import Element, language_of, local_name, text_of
from graph.crosswalk.parties import GRANT_AGREEMENT
from graph.identifiers import read_resolved_doi, recognise

_UNUSED: Final = frozenset(
    {"coverage", "relationispublisherof", "imprint", "pages", "place", "placepublication"}
    | {"seriesnumber", "relationispublishedby", "relationisfundedby", "collection", "file"}
    | {"relationisPublishedBy", "relationisFundedBy", "relationisPublisherOf"}
)
# DataCite's OAI provider writes `Issued: 2018-01-18`.
_DATE_WITH_ROLE: Final = re.compile(r"([A-Z][A-Za-z]+):\s*(.+)", re.DOTALL)
_TIME_OF_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d")
_ALTERNATE: Final = "info:eu-repo/semantics/altIdentifier/"
_EMBARGO: Final = "info:eu-repo/date/embargoEnd/"
_SEVERAL: Final = re.compile(r"\s*[;,|]\s*")


def map_oai_dc(root: Element, draft: Draft) -> None:
    """Map an `oai_dc:dc` element."""
    for child in root:
        tag = child.tag
        handler = _BY_TAG.get(tag) or _handler(tag)
        if handler is not None:
            # `text_of` by itself: most elements have nothing but text, and this loop is the hottest
            text = text_of(child) if len(child) else (child.text or "").strip()
            if text or child.keys():
                handler(child, text, draft)
        elif (name := local_name(child.tag)) and name not in _UNUSED:
            draft.add_problem("unknown-element", name)


@lru_cache(maxsize=1024)
def _handler(tag: object) -> "_Handler | None":
    return _HANDLERS.get(local_name(tag))


def _title(element: Element, text: str, draft: Draft) -> None:
    draft.add_title(text, language_of(element))


def _creator(_element: Element, text: str, draft: Draft) -> None:
    draft.add_agent(text)


def _contributor(_element: Element, text: str, draft: Draft) -> None:
    draft.add_agent(text, role="contributor")


def _subject(element: Element, text: str, draft: Draft) -> None:
    draft.add_subject(text, language=language_of(element))


def _format(_element: Element, text: str, draft: Draft) -> None:
    draft.add_format(text)


def _description(element: Element, text: str, draft: Draft) -> None:
    draft.add_description(text, language_of(element))


def _publisher(_element: Element, text: str, draft: Draft) -> None:
    draft.set_publisher(text)


def _date(_element: Element, text: str, draft: Draft) -> None:
    """A moment with a time of day is when DSpace took the item in, not when it was issued."""
    match = _DATE_WITH_ROLE.fullmatch(text)
    if text.startswith(_EMBARGO):
        draft.add_date("Available", text.removeprefix(_EMBARGO))
    elif match:
        draft.add_date(match[1], match[2])
    else:
        draft.add_date("Available" if _TIME_OF_DAY.match(text) else "Issued", text)


def _type(element: Element, text: str, draft: Draft) -> None:
    draft.add_type(element.get("uri") or "", text)


def _identifier(element: Element, text: str, draft: Draft) -> None:
    hint = element.get("type") or ""
    if "/bitstream/" in text:
        draft.add_problem("file-address", text)
    elif hint.upper() == "ISBN":
        for isbn in _SEVERAL.split(text):
            draft.add_identifier(isbn, "ISBN")
    elif hint:
        draft.add_identifier(text, hint)
    else:
        draft.add_alternate(text, "")


def _isbn(_element: Element, text: str, draft: Draft) -> None:
    for isbn in _SEVERAL.split(text):
        draft.add_identifier(isbn, "ISBN")


def _relation(element: Element, text: str, draft: Draft) -> None:
    if target := read_resolved_doi(text):  # sooner read than told from the others
        draft.add_link_to(target, "IsRelatedTo", text, "", _stated_as(element.tag))
    elif text.startswith(_ALTERNATE):
        scheme, _, value = text.removeprefix(_ALTERNATE).partition("/")
        draft.add_identifier(value, scheme)
    elif text.startswith(GRANT_AGREEMENT):
        draft.add_grant_agreement(text)
    elif target := recognise(text):
        draft.add_link_to(target, "IsRelatedTo", text, "", _stated_as(element.tag))
    else:
        draft.add_problem("relation-in-words", text)


@lru_cache(maxsize=1024)
def _stated_as(tag: object) -> str:
    return "dc:" + local_name(tag)


def _source(element: Element, text: str, draft: Draft) -> None:
    """A citation in words has no place in a work; an identifier makes a link."""
    if recognise(text):
        _relation(element, text, draft)


def _part_of_book(element: Element, text: str, draft: Draft) -> None:
    if recognise(text):
        draft.add_link("IsPartOf", text, stated_as=local_name(element.tag), kind="Book")
    else:
        draft.add_problem("relation-in-words", f"{local_name(element.tag)} {text}")


def _language(_element: Element, text: str, draft: Draft) -> None:
    draft.add_language(text)


def _rights(element: Element, text: str, draft: Draft) -> None:
    draft.add_rights(element.get("uri") or "", text)


def _funding(element: Element, _text: str, draft: Draft) -> None:
    parts = {local_name(child.tag): text_of(child) for child in element}
    draft.add_funding(
        parts.get("funderName", ""),
        parts.get("awardNumber", ""),
        parts.get("awardTitle", ""),
        identifier=parts.get("funderIdentifier", ""),
    )


_Handler = Callable[[Element, str, Draft], None]

_HANDLERS: Final[dict[str, _Handler]] = {
    "title": _title,
    "alternative": _title,
    "creator": _creator,
    "contributor": _contributor,
    "subject": _subject,
    "description": _description,
    "abstract": _description,
    "publisher": _publisher,
    "date": _date,
    "issued": _date,
    "type": _type,
    "resourceType": _type,
    "identifier": _identifier,
    "alternateIdentifier": _identifier,
    "relationisbn": _isbn,
    "relation": _relation,
    "source": _source,
    "relationisPartOfBook": _part_of_book,
    "language": _language,
    "rights": _rights,
    "license": _rights,
    "licenseCondition": _rights,
    "fundingReference": _funding,
    "format": _format,
}

_BY_TAG: Final[dict[object, _Handler]] = {
    f"{{http://purl.org/dc/elements/1.1/}}{name}": handler for name, handler in _HANDLERS.items()
}
"""The same by whole tag as nearly all are written: half the time of `_handler`."""
