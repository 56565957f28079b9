"""OAPEN's and DOAB's CSV in both layouts: the columns in lower case."""

from typing import Final

from graph.crosswalk.paths.table import PathTable

_MAPPED: Final = """
    dc.contributor.advisor dc.contributor.author dc.contributor.editor dc.contributor.illustrator
    dc.contributor.other dc.date.available dc.date.issued dc.description.abstract dc.identifier
    dc.identifier.isbn dc.identifier.issn dc.identifier.uri dc.language dc.publisher dc.rights.uri
    dc.subject.classification dc.subject.other dc.title dc.title.alternative dc.type
    dcterms.abstract grantor.name oapen.abstract.otherlanguage oapen.grant.number
    oapen.identifier.doi oapen.identifier.isbn oapen.imprint oapen.relation.isbn
    oapen.relation.isfundedby_grantor.name oapen.relation.ispartofbook
    oapen.relation.ispublishedby_publisher.name publisher.name publisher.oalicense
"""
_MAPPED_OF_2018: Final = """
    authors isbn issn keywords language license publisher subjects title type volume
"""
_WITH_BLANKS: Final = ("bitstream isbn", "bitstream license", "full text", "year of publication")

IGNORED: Final[dict[str, str]] = {
    "bookkeeping of the repository": """
        id collection added*on*date dc.date.accessioned dc.description.provenance
        dc.description.version dc.relation.isnodouble dc.relation.isreplacedbydouble
        eperson.* oapen.autodoi oapen.embargo oapen.notes oapen.redirect oapen.remark.private
    """,
    "address of a file, or of a shop": """
        bitstream*download*url bitstream*webshop*url dc.identifier.urlwebshop
    """,
    "address of the same text elsewhere": "oapen.identifier",
    "number inside the repository of an item whose name stands beside it": """
        oapen.relation.funds oapen.relation.isfundedby oapen.relation.ispublishedby
        oapen.relation.ispublisherof
    """,
    "title of the book around; its handle makes the link": "oapen.relation.ispartofbook_dc.title",
    "chapter of the book: its own row links back": """
        oapen.relation.haschapter oapen.relation.haschapter_dc.title
    """,
    "about the publisher, not the book": """
        publisher.country publisher.peerreviewpolicy publisher.website
    """,
    "about the funder or its programme, not the book": "grantor.acronym grantor.jurisdiction",
    "series in words: without a number that others use it makes no link": """
        dc.relation.ispartofseries oapen.series.number series*title
    """,
    "number of a chapter, place of publication: a work has no place for them": """
        oapen.chapternumber oapen.place.publication
    """,
    "name of a collection in the library": "oapen.collection",
    "note for the reader of the page": """
        dc.description dc.source oapen.description.otherlanguage oapen.remark.public
    """,
    "number inside WorldCat": "oapen.identifier.ocn",
    "not mapped yet: identifier of the funder; number, name and programme of the grant": """
        grantor.doi grantor.number oapen.grant.acronym oapen.grant.program oapen.grant.project
    """,
    "not mapped yet: number of pages": "oapen.pages pages",
}
"""Columns by the reason why they are left out; `*` stands for a blank, which parts the columns."""

TABLE: Final = PathTable(
    (*_MAPPED.split(), *_MAPPED_OF_2018.split(), *_WITH_BLANKS),
    IGNORED,
)
