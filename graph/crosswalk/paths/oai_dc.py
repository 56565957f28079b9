"""Unqualified Dublin Core, with the additions of OAPEN and DOAB."""

from typing import Final

from graph.crosswalk.paths.table import PathTable

_MAPPED: Final = """
    abstract alternateIdentifier alternateIdentifier@type alternative contributor creator date
    description description@xml:lang format subject@xml:lang fundingReference/** identifier
    identifier@type issued
    language license licenseCondition licenseCondition@uri publisher relation
    relationisPartOfBook relationisbn resourceType resourceType@uri rights rights@uri source
    subject title title@xml:lang type type@uri
"""

IGNORED: Final[dict[str, str]] = {
    "schema of the XML, not of the thing": "**@xsi:schemaLocation **@xsi:type",
    "BASE's own data about the record; the repository's element stands beside it": """
        authod_id/** autoclasscode autoclasscode@** collection@** collname continent
        country global_id lang link oa typenorm year
    """,
    "the DOI that BASE read out of the record": "doi",
    "citation in words, without identifier": "references",
    "places and times in words, for which a work has no place": """
        coverage coverage@xml:lang spatial temporal
    """,
    "pages of a journal": "pages",
    "language of a value that is kept as written": """
        language@xml:lang publisher@xml:lang rights@xml:lang source@xml:lang
        type@xml:lang creator@xml:lang contributor@xml:lang identifier@xml:lang
        relation@xml:lang date@xml:lang
    """,
    "publisher's place, imprint, series in words": """
        imprint place placepublication seriesnumber collection
    """,
    "name inside the repository of an item that only its other formats describe": """
        relationispublisherof relationispublishedby relationisfundedby
        relationisPublishedBy relationisFundedBy relationisPublisherOf
    """,
    "address of a file": "file",
}
"""Paths by the reason why they are left out."""

TABLE: Final = PathTable(_MAPPED.split(), IGNORED)
