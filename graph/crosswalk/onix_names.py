"""The names and codes of ONIX 3.0 that the crosswalk reads.

Short tags stand for the same elements as reference tags; composites differ only in case.
Code lists: https://www.editeur.org/14/Code-Lists/
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from graph.crosswalk.elements import Element, local_name, text_of

_COMPOSITES: Final = """DescriptiveDetail CollateralDetail ContentDetail PublishingDetail
    RelatedMaterial ProductSupply SupplyDetail ProductIdentifier TitleDetail TitleElement Collection
    CollectionIdentifier Contributor NameIdentifier ProfessionalAffiliation Language Subject
    EpubLicense EpubLicenseExpression TextContent Publisher Funding FundingIdentifier Imprint
    PublishingDate RelatedProduct RelatedWork WorkIdentifier ContentItem TextItem
    TextItemIdentifier"""
_SHORT: Final = {
    **{name.lower(): name for name in _COMPOSITES.split()},
    "b012": "ProductForm",
    "b029": "Subtitle",
    "b030": "TitlePrefix",
    "b031": "TitleWithoutPrefix",
    "b034": "SequenceNumber",
    "b035": "ContributorRole",
    "b036": "PersonName",
    "b037": "PersonNameInverted",
    "b039": "NamesBeforeKey",
    "b040": "KeyNames",
    "b046": "Affiliation",
    "b047": "CorporateName",
    "b057": "EditionNumber",
    "b058": "EditionStatement",
    "b067": "SubjectSchemeIdentifier",
    "b069": "SubjectCode",
    "b070": "SubjectHeadingText",
    "b079": "ImprintName",
    "b081": "PublisherName",
    "b171": "SubjectSchemeName",
    "b201": "WorkIDType",
    "b202": "TitleType",
    "b203": "TitleText",
    "b221": "ProductIDType",
    "b233": "IDTypeName",
    "b244": "IDValue",
    "b247": "PrefixToKey",
    "b252": "LanguageCode",
    "b253": "LanguageRole",
    "b285": "TextItemIDType",
    "b291": "PublishingRole",
    "b306": "Date",
    "d104": "Text",
    "j192": "UnpricedItemType",
    "x344": "CollectionIDType",
    "x409": "TitleElementLevel",
    "x410": "PartNumber",
    "x415": "NameIDType",
    "x426": "TextType",
    "x448": "PublishingDateRole",
    "x454": "WorkRelationCode",
    "x455": "ProductRelationCode",
    "x510": "EpubLicenseExpressionLink",
    "x511": "EpubLicenseName",
}
"""Reference name by short tag."""

HINTS: Final = {"02": "ISBN", "06": "DOI", "15": "ISBN", "22": "URN"}
"""List 5 and list 16: what type of identifier it is; of the rest only proprietary ones are met."""
SERIES_HINTS: Final = {"02": "ISSN", "06": "DOI", "15": "ISBN"}
"""List 13."""
NAME_SCHEMES: Final = {"16": "isni", "21": "orcid", "40": "ror"}
"""List 44."""
ROLES: Final = {
    **dict.fromkeys(("A01", "A02", "A03", "A09", "A10"), "creator"),
    **dict.fromkeys(("B01", "B02", "B03", "B09", "B11", "B12", "B13", "B21"), "editor"),
    **dict.fromkeys(("B06", "B08", "B10"), "translator"),
}
"""List 17; whoever did something else is a contributor of role `other`."""
RELATIONS: Final = {
    "01": "HasPart",
    "02": "IsPartOf",
    "03": "IsNewVersionOf",
    "05": "IsPreviousVersionOf",
    "06": "IsVariantFormOf",
    "13": "IsVariantFormOf",
    "27": "IsVariantFormOf",
}
"""List 51; anything else is only related."""
DATES: Final = {"01": "Issued", "11": "Issued"}
"""List 163: publication of this product, and the first one anywhere."""
TEXTS: Final = {"03": 0, "30": 0, "02": 1}
"""List 153: rank of what is a description; tables of contents and reviews are none."""
SCHEMES: Final = {
    "01": "DDC",
    "03": "LCC",
    "04": "LCSH",
    "10": "BISAC",
    "12": "BIC",
    "20": "",
    **dict.fromkeys(("93", "94", "95", "96", "97", "98", "99"), "Thema"),
}
"""List 27; 20 are keywords."""
NO_BOOKS: Final = frozenset("ACPVZ")
"""First letters of list 150 for what is no book: audio, maps, stationery, video, merchandise."""


@lru_cache(maxsize=1024)
def reference_name(tag: object) -> str:
    """Name of an element as the specification's long tags have it, whatever tag stands there."""
    name = local_name(tag)
    return _SHORT.get(name, name)


def every(element: Element, *path: str) -> Iterator[Element]:
    """The descendants at a path of reference names."""
    name, *rest = path
    for child in element:
        if reference_name(child.tag) == name:
            if rest:
                yield from every(child, *rest)
            else:
                yield child


def text(element: Element, *path: str) -> str:
    """Text of the first descendant at a path that has any, or empty."""
    return next(filter(None, map(text_of, every(element, *path))), "")
