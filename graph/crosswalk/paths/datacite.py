"""DataCite, wrapped or bare, with what CERN Open Data mixes into it."""

from typing import Final

from graph.crosswalk.paths.table import PathTable

_MAPPED: Final = """
    alternateIdentifiers/alternateIdentifier
    alternateIdentifiers/alternateIdentifier@alternateIdentifierType
    alternateIdentifiers/identifier contributors/contributor/affiliation
    contributors/contributor/affiliation@affiliationIdentifier
    contributors/contributor/affiliation@affiliationIdentifierScheme
    creators/creator/affiliation@affiliationIdentifier
    creators/creator/affiliation@affiliationIdentifierScheme
    fundingReferences/fundingReference/awardNumber@awardURI
    fundingReferences/fundingReference/funderIdentifier@funderIdentifierType
    publisher@publisherIdentifier publisher@publisherIdentifierScheme
    sizes/size size formats/format format subjects/subject@valueURI subjects/subject@xml:lang
    contributors/contributor/contributorName contributors/contributor/contributorName@nameType
    contributors/contributor/familyName contributors/contributor/givenName
    contributors/contributor/nameIdentifier
    contributors/contributor/nameIdentifier@nameIdentifierScheme
    contributors/contributor@contributorType creators/creator/affiliation
    creators/creator/creatorName creators/creator/creatorName@nameType
    creators/creator/familyName creators/creator/givenName creators/creator/nameIdentifier
    creators/creator/nameIdentifier@nameIdentifierScheme date date@dateType dates/date
    dates/date@dateType description description@descriptionType description@xml:lang
    descriptions/description descriptions/description/p descriptions/description@descriptionType
    descriptions/description@xml:lang fundingReferences/fundingReference/awardNumber
    fundingReferences/fundingReference/awardTitle
    fundingReferences/fundingReference/funderIdentifier
    fundingReferences/fundingReference/funderName identifier identifier@identifierType
    identifierType identifierType@identifierType language licenseCondition licenseCondition@uri
    publicationYear publisher relatedIdentifiers/relatedIdentifier
    relatedIdentifiers/relatedIdentifier@relatedIdentifierType
    relatedIdentifiers/relatedIdentifier@relationType
    relatedIdentifiers/relatedIdentifier@relationTypeInformation
    relatedIdentifiers/relatedIdentifier@resourceTypeGeneral
    relatedItems/relatedItem/relatedItemIdentifier
    relatedItems/relatedItem/relatedItemIdentifier@relatedItemIdentifierType
    relatedItems/relatedItem@relatedItemType relatedItems/relatedItem@relationType resourceType
    resourceType@resourceTypeGeneral resourceType@uri rights rights@rightsURI rights@uri
    rightsList/rights rightsList/rights@rightsIdentifier rightsList/rights@rightsURI
    rightsList/rights@uri subjects/subject subjects/subject@subjectScheme titles/title
    titles/title@lang titles/title@titleType titles/title@xml:lang version
"""

IGNORED: Final[dict[str, str]] = {
    "schema of the XML, not of the thing": "@schema_location **@xsi:schemaLocation **@xsi:type",
    "the wrapper: about the record, not the thing": "oai_datacite/**",
    "not an attribute of any kernel": "**/affiliation@**",
    "address of a scheme that is named beside it": """
        **@schemeURI **@schemeURL **@schemeType **@relatedMetadataScheme
        rightsList/rights@rightsIdentifierScheme
    """,
    "language of a name: names are kept as written": """
        creators/creator/creatorName@xml:lang
        contributors/contributor/contributorName@xml:lang publisher@xml:lang
        rightsList/rights@xml:lang relatedItems/**@xml:lang
    """,
    "code of a keyword, whose words and address are read": "subjects/subject@classificationCode",
    "places, for which a work has no place": "geoLocations/**",
    "words beside a date or an item's relation, for which a work has no place": """
        dates/date@dateInformation relatedItems/relatedItem@relationTypeInformation
    """,
    "a related thing in words: only its identifier makes a link": "relatedItems/**",
    "invalid against every kernel: outside or instead of its list": """
        alternateIdentifier alternateIdentifier@alternateIdentifierType
        alternateIdentifiers@alternateIdentifierType
        alternateIdentifiers/identifier@alternateIdentifierType title title@xml:lang
    """,
    "address of a file; listed as a problem": "file file@**",
    "a journal in words, without identifier": """
        citationTitle citationVolume citationIssue citationStartPage citationEndPage
    """,
    "note for the reader of the page": "source audience coverage",
}
"""Paths by the reason why they are left out."""

TABLE: Final = PathTable(_MAPPED.split(), IGNORED)
