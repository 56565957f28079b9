"""ONIX 3.0 products: what is read, block by block; blocks of the trade are left out whole."""

from functools import lru_cache
from typing import Final

from graph.crosswalk import onix_names
from graph.crosswalk.paths.table import PathTable

_COMPOSITES: Final = """
    AffiliationIdentifier AlternativeName AncillaryContent Audience AudienceRange Barcode
    CitedContent CollectionSequence Complexity Conference ContentDate ContributorDate
    ContributorPlace CopyrightStatement EpubLicenseDate EpubUsageConstraint Event Extent
    ImprintIdentifier Measure NameAsSubject Prize ProductClassification ProductContact
    ProductFormFeature ProductionDetail ProductPart PromotionDetail PublisherIdentifier
    RecordSourceIdentifier ReligiousText ReviewRating SalesRestriction SalesRights
    Supplier SupportingResource Territory Website
"""
LEFT_OUT_TAGS: Final = {
    **{name.lower(): name for name in _COMPOSITES.split()},
    "a001": "RecordReference",
    "a002": "NotificationType",
    "a194": "RecordSourceType",
    "a197": "RecordSourceName",
    "a199": "DeletionText",
    "b014": "ProductFormDescription",
    "b020": "YearOfAnnual",
    "b038": "TitlesBeforeNames",
    "b041": "NamesAfterKey",
    "b042": "LettersAfterNames",
    "b043": "TitlesAfterNames",
    "b044": "BiographicalNote",
    "b045": "ProfessionalPosition",
    "b048": "ContributorDescription",
    "b049": "ContributorStatement",
    "b062": "IllustrationsNote",
    "b063": "MapScale",
    "b068": "SubjectSchemeVersion",
    "b073": "AudienceCode",
    "b083": "CountryOfPublication",
    "b125": "NumberOfIllustrations",
    "b207": "AudienceDescription",
    "b209": "CityOfPublication",
    "b217": "EditionVersionNumber",
    "b225": "ProductPackaging",
    "b248": "SuffixToKey",
    "b249": "UnnamedPersons",
    "b251": "CountryCode",
    "b333": "ProductFormDetail",
    "b368": "ThesisType",
    "b369": "ThesisPresentedTo",
    "b370": "ThesisYear",
    "b374": "TextSourceCorporate",
    "b384": "TradeCategory",
    "b385": "ProductContentType",
    "b394": "PublishingStatus",
    "b395": "PublishingStatusNote",
    "b398": "RegionCode",
    "d107": "TextAuthor",
    "n339": "NoContributor",
    "n386": "NoEdition",
    "x314": "ProductComposition",
    "x316": "CountryOfManufacture",
    "x317": "EpubTechnicalProtection",
    "x329": "CollectionType",
    "x330": "SourceName",
    "x411": "NoCollection",
    "x412": "FromLanguage",
    "x413": "ToLanguage",
    "x414": "NameType",
    "x416": "PrimaryContentType",
    "x419": "EditionType",
    "x420": "ScriptCode",
    "x422": "Illustrated",
    "x425": "MainSubject",
    "x427": "ContentAudience",
    "x428": "SourceTitle",
    "x443": "CorporateNameInverted",
    "x446": "LatestReprintNumber",
    "x456": "ROWSalesRightsType",
    "x478": "TitleStatement",
    "x501": "NoPrefix",
    "x508": "EpubLicenseExpressionType",
    "x509": "EpubLicenseExpressionTypeName",
    "x557": "TextSourceDescription",
}
"""Reference name by short tag of what the crosswalk leaves out; inside blocks and composites that
are left out whole the tags stay as they are."""

_MAPPED: Final = """
    ProductIdentifier/ProductIDType ProductIdentifier/IDTypeName ProductIdentifier/IDValue
    CollateralDetail/TextContent/TextType CollateralDetail/TextContent/Text
    CollateralDetail/TextContent/Text/** CollateralDetail/TextContent/Text@language
    ContentDetail/ContentItem/TextItem/TextItemIdentifier/IDValue
    ContentDetail/ContentItem/TextItem/TextItemIdentifier/TextItemIDType
    DescriptiveDetail/Collection/CollectionIdentifier/CollectionIDType
    DescriptiveDetail/Collection/CollectionIdentifier/IDValue
    DescriptiveDetail/Contributor/ContributorRole DescriptiveDetail/Contributor/CorporateName
    DescriptiveDetail/Contributor/KeyNames DescriptiveDetail/Contributor/NameIdentifier/IDValue
    DescriptiveDetail/Contributor/NameIdentifier/NameIDType
    DescriptiveDetail/Contributor/NamesBeforeKey DescriptiveDetail/Contributor/PersonName
    DescriptiveDetail/Contributor/PersonNameInverted DescriptiveDetail/Contributor/PrefixToKey
    DescriptiveDetail/Contributor/ProfessionalAffiliation/Affiliation
    DescriptiveDetail/Contributor/SequenceNumber
    DescriptiveDetail/EditionNumber DescriptiveDetail/EditionStatement
    DescriptiveDetail/EpubLicense/EpubLicenseExpression/EpubLicenseExpressionLink
    DescriptiveDetail/EpubLicense/EpubLicenseName
    DescriptiveDetail/Language/LanguageCode DescriptiveDetail/Language/LanguageRole
    DescriptiveDetail/ProductForm DescriptiveDetail/Subject/SubjectCode
    DescriptiveDetail/Subject/SubjectHeadingText DescriptiveDetail/Subject/SubjectSchemeIdentifier
    DescriptiveDetail/Subject/SubjectSchemeName DescriptiveDetail/TitleDetail/TitleType
    DescriptiveDetail/TitleDetail/TitleElement/PartNumber
    DescriptiveDetail/TitleDetail/TitleElement/Subtitle
    DescriptiveDetail/TitleDetail/TitleElement/TitleElementLevel
    DescriptiveDetail/TitleDetail/TitleElement/TitlePrefix
    DescriptiveDetail/TitleDetail/TitleElement/TitleText
    DescriptiveDetail/TitleDetail/TitleElement/TitleText@language
    DescriptiveDetail/TitleDetail/TitleElement/TitleWithoutPrefix
    ProductSupply/SupplyDetail/UnpricedItemType
    PublishingDetail/Imprint/ImprintName PublishingDetail/PublishingDate/Date
    PublishingDetail/PublishingDate/PublishingDateRole
    PublishingDetail/Publisher/Funding/FundingIdentifier/IDTypeName
    PublishingDetail/Publisher/Funding/FundingIdentifier/IDValue
    PublishingDetail/Publisher/PublisherName PublishingDetail/Publisher/PublishingRole
    RelatedMaterial/RelatedProduct/ProductIdentifier/IDValue
    RelatedMaterial/RelatedProduct/ProductIdentifier/ProductIDType
    RelatedMaterial/RelatedProduct/ProductRelationCode
    RelatedMaterial/RelatedWork/WorkIdentifier/IDValue
    RelatedMaterial/RelatedWork/WorkIdentifier/WorkIDType
    RelatedMaterial/RelatedWork/WorkRelationCode
"""

IGNORED: Final[dict[str, str]] = {
    "about the message: its number, kind and sender": """
        RecordReference NotificationType RecordSourceType RecordSourceName
        RecordSourceIdentifier/** DeletionText
    """,
    "who wrote an element and when, and its name in the other tag set": """
        **@datestamp **@sourcename **@sourcetype **@refname **@shortname
    """,
    "how a text is written, cased or sorted": """
        **@textformat **@textcase **@textscript **@collationkey
        CollateralDetail/TextContent/Text/**@*
    """,
    "form of a date, which its digits tell": "**@dateformat",
    "language of a value that is kept as written": "**@language",
    "barcode, form, size and make of the copy": """
        Barcode/** DescriptiveDetail/CountryOfManufacture DescriptiveDetail/Measure/**
        DescriptiveDetail/MapScale DescriptiveDetail/PrimaryContentType
        DescriptiveDetail/ProductClassification/** DescriptiveDetail/ProductComposition
        DescriptiveDetail/ProductContentType DescriptiveDetail/ProductFormDescription
        DescriptiveDetail/ProductFormFeature/** DescriptiveDetail/ProductPackaging
        DescriptiveDetail/ProductPart/** DescriptiveDetail/TradeCategory
    """,
    "not mapped yet: file format": "DescriptiveDetail/ProductFormDetail",
    "not mapped yet: number of pages, duration, size": "DescriptiveDetail/Extent/**",
    "locks on the file sold; who may read is told by its licence": """
        DescriptiveDetail/EpubTechnicalProtection DescriptiveDetail/EpubUsageConstraint/**
    """,
    "kind of text at a licence's address, from when on it holds": """
        DescriptiveDetail/EpubLicense/EpubLicenseDate/**
        DescriptiveDetail/EpubLicense/EpubLicenseExpression/EpubLicenseExpressionType
        DescriptiveDetail/EpubLicense/EpubLicenseExpression/EpubLicenseExpressionTypeName
    """,
    "series in words, or that there is none: only its identifier makes a link": """
        DescriptiveDetail/Collection/CollectionType DescriptiveDetail/Collection/SourceName
        DescriptiveDetail/Collection/CollectionSequence/**
        DescriptiveDetail/Collection/TitleDetail/** DescriptiveDetail/Collection/Contributor/**
        DescriptiveDetail/NoCollection
    """,
    "title as displayed, its place, or that it has no prefix: its parts are read": """
        DescriptiveDetail/TitleDetail/TitleStatement
        DescriptiveDetail/TitleDetail/TitleElement/NoPrefix
        DescriptiveDetail/TitleDetail/TitleElement/SequenceNumber
        DescriptiveDetail/TitleDetail/TitleElement/YearOfAnnual
    """,
    "names as displayed, or that there are none: each name is read": """
        DescriptiveDetail/ContributorStatement DescriptiveDetail/NoContributor
        DescriptiveDetail/Contributor/UnnamedPersons
    """,
    "not mapped yet: what stands before or behind a name": """
        DescriptiveDetail/Contributor/LettersAfterNames
        DescriptiveDetail/Contributor/NamesAfterKey DescriptiveDetail/Contributor/SuffixToKey
        DescriptiveDetail/Contributor/TitlesAfterNames
        DescriptiveDetail/Contributor/TitlesBeforeNames
    """,
    "other name of a person or body, or its kind": """
        DescriptiveDetail/Contributor/AlternativeName/**
        DescriptiveDetail/Contributor/CorporateNameInverted
        DescriptiveDetail/Contributor/NameType
    """,
    "about a person, not the work": """
        DescriptiveDetail/Contributor/BiographicalNote
        DescriptiveDetail/Contributor/BiographicalNote/**
        DescriptiveDetail/Contributor/ContributorDate/**
        DescriptiveDetail/Contributor/ContributorDescription
        DescriptiveDetail/Contributor/ContributorPlace/** DescriptiveDetail/Contributor/Gender
        DescriptiveDetail/Contributor/Prize/**
        DescriptiveDetail/Contributor/ProfessionalAffiliation/ProfessionalPosition
        DescriptiveDetail/Contributor/Website/**
    """,
    "languages of a translator; country, region and script of a language": """
        DescriptiveDetail/Contributor/FromLanguage DescriptiveDetail/Contributor/ToLanguage
        DescriptiveDetail/Language/CountryCode DescriptiveDetail/Language/RegionCode
        DescriptiveDetail/Language/ScriptCode
    """,
    "not mapped yet: identifier of an affiliation or of the publisher": """
        DescriptiveDetail/Contributor/ProfessionalAffiliation/AffiliationIdentifier/**
        PublishingDetail/Imprint/ImprintIdentifier/**
        PublishingDetail/Publisher/PublisherIdentifier/**
    """,
    "name of a scheme that its code tells, or of a publisher's own": """
        DescriptiveDetail/Collection/CollectionIdentifier/IDTypeName
        DescriptiveDetail/Contributor/NameIdentifier/IDTypeName
        ContentDetail/ContentItem/TextItem/TextItemIdentifier/IDTypeName
        PublishingDetail/Publisher/Funding/FundingIdentifier/FundingIDType
        RelatedMaterial/RelatedProduct/ProductIdentifier/IDTypeName
        RelatedMaterial/RelatedWork/WorkIdentifier/IDTypeName
    """,
    "meeting, for which a work has no place": """
        DescriptiveDetail/Conference/** DescriptiveDetail/Event/**
    """,
    "kind of an edition; its number and words are read": """
        DescriptiveDetail/EditionType DescriptiveDetail/EditionVersionNumber
        DescriptiveDetail/NoEdition
    """,
    "which text of a religion, and how it is arranged": "DescriptiveDetail/ReligiousText/**",
    "note on a thesis": """
        DescriptiveDetail/ThesisPresentedTo DescriptiveDetail/ThesisType
        DescriptiveDetail/ThesisYear
    """,
    "illustrations and other matter beside the text": """
        DescriptiveDetail/AncillaryContent/** DescriptiveDetail/Illustrated
        DescriptiveDetail/IllustrationsNote DescriptiveDetail/NumberOfIllustrations
    """,
    "which subject is the main one, and the edition of its scheme": """
        DescriptiveDetail/Subject/MainSubject DescriptiveDetail/Subject/SubjectSchemeVersion
    """,
    "not mapped yet: person or body as a subject": "DescriptiveDetail/NameAsSubject/**",
    "for which readers it is": """
        DescriptiveDetail/Audience/** DescriptiveDetail/AudienceCode
        DescriptiveDetail/AudienceDescription DescriptiveDetail/AudienceRange/**
        DescriptiveDetail/Complexity/** CollateralDetail/TextContent/ContentAudience
    """,
    "who wrote a description, where and when": """
        CollateralDetail/TextContent/ContentDate/** CollateralDetail/TextContent/ReviewRating/**
        CollateralDetail/TextContent/SequenceNumber CollateralDetail/TextContent/SourceTitle
        CollateralDetail/TextContent/Territory/** CollateralDetail/TextContent/TextAuthor
        CollateralDetail/TextContent/TextSourceCorporate
        CollateralDetail/TextContent/TextSourceDescription
    """,
    "reviews, prizes, and pictures such as the cover": """
        CollateralDetail/CitedContent/** CollateralDetail/Prize/**
        CollateralDetail/SupportingResource/**
    """,
    "part in words: only its identifier makes a link": "ContentDetail/ContentItem/**",
    "place and standing of the publication": """
        PublishingDetail/CityOfPublication PublishingDetail/CountryOfPublication
        PublishingDetail/LatestReprintNumber PublishingDetail/PublishingStatus
        PublishingDetail/PublishingStatusNote
    """,
    "holder and year of copyright": "PublishingDetail/CopyrightStatement/**",
    "about the publisher, not the work": """
        PublishingDetail/ProductContact/** PublishingDetail/Publisher/Website/**
    """,
    "form of a related product": """
        RelatedMaterial/RelatedProduct/ProductForm
        RelatedMaterial/RelatedProduct/ProductFormDetail
    """,
    "address of a file, or of the publisher's page": (
        "ProductSupply/SupplyDetail/Supplier/Website/**"
    ),
    "the trade alone: making, promotion, rights to sell, suppliers, stock and prices": """
        ProductionDetail/** PromotionDetail/** ProductSupply/** PublishingDetail/SalesRights/**
        PublishingDetail/SalesRestriction/** PublishingDetail/ROWSalesRightsType
    """,
}
"""Paths by the reason why they are left out."""

TABLE: Final = PathTable(_MAPPED.split(), IGNORED)


@lru_cache(maxsize=1024)
def reference_name(tag: object) -> str:
    """Reference name of an element, of its reference or its short tag; another tag as it is.

    >>> reference_name("x427"), reference_name("b203"), reference_name("Text")
    ('ContentAudience', 'TitleText', 'Text')
    """
    name = onix_names.reference_name(tag)
    return LEFT_OUT_TAGS.get(name, name)
