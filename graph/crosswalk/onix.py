"""ONIX 3.0 products, with reference or short tags: the book trade's records, and OAPEN's export.

What concerns the trade alone (prices, stock, markets, promotion) is not read.
Specification: https://www.editeur.org/93/Release-3.0-Downloads/
"""

import re
from typing import Final

from graph.crosswalk.draft import Draft
from graph.crosswalk.elements import Element, text_of
from graph.crosswalk.onix_names import (
    DATES,
    HINTS,
    NAME_SCHEMES,
    NO_BOOKS,
    RELATIONS,
    ROLES,
    SCHEMES,
    SERIES_HINTS,
    TEXTS,
    every,
    text,
)
from graph.identifiers import normalise
from graph.licence import spdx
from graph.work import Access

_CONTENT_ITEM: Final = "04"
"""List 149, the level of a title: that of a chapter in a book."""
_SERIES: Final = frozenset({"02", "03"})
_MAIN_TITLE: Final = "01"
_OF_THE_TEXT: Final = "01"
_FUNDER: Final = "16"
_PUBLISHERS: Final = frozenset({"01", "02", "03"})
_FREE: Final = "01"
_GTIN: Final = "03"
_NOTHING: Final = frozenset({"", "not available"})
_DIGITS: Final = re.compile(r"(\d{4})(\d{2})?(\d{2})?(?:T?\d{4,6}.*)?")
_SEVERAL: Final = re.compile(r"\s*;\s*")


def map_onix(root: Element, draft: Draft) -> None:
    """Map a `Product` (or `product`)."""
    for detail in every(root, "DescriptiveDetail"):
        _add_type(detail, draft)
        _add_titles(detail, draft)
        _add_contributors(detail, draft)
        _classify(detail, draft)
        _add_licence(detail, draft)
    for found in every(root, "ProductIdentifier"):
        _add_identifier(found, draft)
    for content in every(root, "CollateralDetail", "TextContent"):
        rank = TEXTS.get(text(content, "TextType"))
        for words in every(content, "Text") if rank is not None else ():
            draft.add_description(text_of(words), words.get("language") or "", rank=rank or 0)
    for detail in every(root, "PublishingDetail"):
        _add_publishing(detail, draft)
    _add_links(root, draft)
    if text(root, "ProductSupply", "SupplyDetail", "UnpricedItemType") == _FREE:
        draft.access = Access.OPEN


def _add_type(detail: Element, draft: Draft) -> None:
    form = text(detail, "ProductForm")
    levels = {text_of(level) for level in every(detail, *_TITLE, "TitleElementLevel")}
    if _CONTENT_ITEM in levels:
        draft.add_type("BookChapter", f"ONIX {form}")
    else:
        draft.add_type("Other" if form[:1] in NO_BOOKS and form else "Book", f"ONIX {form}")


def _add_titles(detail: Element, draft: Draft) -> None:
    """The distinctive title first; the title of a series is that of the series."""
    titles = sorted(
        every(detail, "TitleDetail"), key=lambda each: text(each, "TitleType") != _MAIN_TITLE
    )
    for title in titles:
        elements = list(every(title, "TitleElement"))
        own = [each for each in elements if text(each, "TitleElementLevel") not in _SERIES]
        for element in own or elements:
            named = next(every(element, "TitleText"), None)
            language = "" if named is None else named.get("language") or ""
            draft.add_title(_title(element), language)


def _title(element: Element) -> str:
    with_prefix = f"{text(element, 'TitlePrefix')} {text(element, 'TitleWithoutPrefix')}".strip()
    main = text(element, "TitleText") or with_prefix
    part = text(element, "PartNumber")
    main = ", ".join(filter(None, (main, part)))
    return ": ".join(filter(None, (main, text(element, "Subtitle"))))


def _add_contributors(detail: Element, draft: Draft) -> None:
    for contributor in sorted(every(detail, "Contributor"), key=_place):
        before = f"{text(contributor, 'NamesBeforeKey')} {text(contributor, 'PrefixToKey')}"
        parts = (text(contributor, "KeyNames"), before.strip())
        corporate = text(contributor, "CorporateName")
        inverted = text(contributor, "PersonNameInverted")
        name = inverted or ", ".join(filter(None, parts)) or text(contributor, "PersonName")
        identifiers = [
            draft.agent_identifier(scheme, text(each, "IDValue"))
            for each in every(contributor, "NameIdentifier")
            if (scheme := NAME_SCHEMES.get(text(each, "NameIDType")))
        ]
        affiliations = every(contributor, "ProfessionalAffiliation", "Affiliation")
        draft.add_agent(
            name or corporate,
            ROLES.get(text(contributor, "ContributorRole"), "other"),
            "person" if name else "organization",
            tuple(filter(None, identifiers)),
            tuple(filter(None, map(text_of, affiliations))),
        )


def _place(contributor: Element) -> int:
    number = text(contributor, "SequenceNumber")
    return int(number) if number.isascii() and number.isdigit() and len(number) < _LONG else _LAST


def _classify(detail: Element, draft: Draft) -> None:
    for language in every(detail, "Language"):
        if text(language, "LanguageRole") == _OF_THE_TEXT:
            draft.add_language(text(language, "LanguageCode"))
    for subject in every(detail, "Subject"):
        code, heading = text(subject, "SubjectCode"), text(subject, "SubjectHeadingText")
        stated = text(subject, "SubjectSchemeIdentifier")
        scheme = SCHEMES.get(stated, text(subject, "SubjectSchemeName") or f"ONIX {stated}")
        if scheme:
            draft.add_subject(f"{code} {heading}".strip(), scheme)
        else:
            for keyword in _SEVERAL.split(heading or code):
                draft.add_subject(keyword)
    draft.version = text(detail, "EditionStatement") or text(detail, "EditionNumber")


def _add_licence(detail: Element, draft: Draft) -> None:
    """Everybody may read what has an open licence, by its name or by its address."""
    for licence in every(detail, "EpubLicense"):
        name = text(licence, "EpubLicenseName")
        link = text(licence, "EpubLicenseExpression", "EpubLicenseExpressionLink")
        draft.add_rights(link or name)
        if name.lower().startswith("open ") or spdx(link).startswith("CC"):
            draft.access = Access.OPEN


def _add_identifier(found: Element, draft: Draft) -> None:
    stated, value = text(found, "ProductIDType"), text(found, "IDValue")
    if not value:
        return
    if stated == _GTIN and normalise("isbn", value):
        stated = "15"
    if hint := HINTS.get(stated):
        draft.add_identifier(value, hint)
    else:
        draft.add_alternate(value, text(found, "IDTypeName") or f"ONIX {stated}")


def _add_publishing(detail: Element, draft: Draft) -> None:
    for publisher in every(detail, "Publisher"):
        role, name = text(publisher, "PublishingRole"), text(publisher, "PublisherName")
        if role in _PUBLISHERS:
            draft.set_publisher(name)
        elif role == _FUNDER:
            _add_funding(publisher, name, draft)
    draft.set_publisher(text(detail, "Imprint", "ImprintName"))
    for date in every(detail, "PublishingDate"):
        role = DATES.get(text(date, "PublishingDateRole"), "Other")
        stated = text(date, "Date")
        match = _DIGITS.fullmatch(stated)
        draft.add_date(role, "-".join(filter(None, match.groups())) if match else stated)


def _add_funding(publisher: Element, name: str, draft: Draft) -> None:
    """Funder, grant number and project; OAPEN writes NOT AVAILABLE for what it does not know."""
    stated = {
        text(each, "IDTypeName").lower(): text(each, "IDValue")
        for each in every(publisher, "Funding", "FundingIdentifier")
    }
    known = {what: value for what, value in stated.items() if value.lower() not in _NOTHING}
    funder = "" if name.lower() in _NOTHING else name
    draft.add_funding(
        " ".join(filter(None, (funder, known.get("programname")))),
        known.get("grantnumber", ""),
        known.get("projectname") or known.get("projectacronym", ""),
    )


def _add_links(root: Element, draft: Draft) -> None:
    for product in every(root, "RelatedMaterial", "RelatedProduct"):
        code = text(product, "ProductRelationCode")
        relation = RELATIONS.get(code, "IsRelatedTo")
        for found in every(product, "ProductIdentifier"):
            hint = HINTS.get(text(found, "ProductIDType"))
            _link(draft, relation, found, hint, f"ProductRelationCode {code}")
    for work in every(root, "RelatedMaterial", "RelatedWork"):
        code = text(work, "WorkRelationCode")
        for found in every(work, "WorkIdentifier"):
            hint = HINTS.get(text(found, "WorkIDType"))
            _link(draft, "IsRelatedTo", found, hint, f"WorkRelationCode {code}")
    for found in every(root, "DescriptiveDetail", "Collection", "CollectionIdentifier"):
        _link(
            draft,
            "IsPartOf",
            found,
            SERIES_HINTS.get(text(found, "CollectionIDType")),
            "Collection",
        )
    for found in every(root, "ContentDetail", "ContentItem", "TextItem", "TextItemIdentifier"):
        _link(draft, "HasPart", found, HINTS.get(text(found, "TextItemIDType")), "ContentItem")


def _link(draft: Draft, relation: str, found: Element, hint: str | None, stated: str) -> None:
    """Link to what has an identifier that others use; a number of the publisher's own is listed."""
    value = text(found, "IDValue")
    kind = "Book" if relation == "IsPartOf" and hint != "ISSN" else ""
    if hint and value:
        draft.add_link(relation, value, hint, kind, stated)
    elif value:
        draft.add_problem("local-identifier", f"{stated} {value}")


_TITLE: Final = ("TitleDetail", "TitleElement")
_LONG: Final = 9
_LAST: Final = 10**9
