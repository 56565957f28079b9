"""XOAI of DSpace 6 as OAPEN fills it; the locale slot of a field is `*`."""

from typing import Final

from graph.crosswalk.paths.table import PathTable

_MAPPED: Final = """
    bundles.bundle.bitstreams.bitstream.oapenrelationisbn
    bundles.bundle.bitstreams.bitstream.format bundles.bundle.bitstreams.bitstream.size
    bundles.bundle.bitstreams.bitstream.rights bundles.bundle.bitstreams.bitstream.rightsuri
    bundles.bundle.name dc.contributor.advisor.*.value dc.contributor.author.*.value
    dc.contributor.editor.*.value dc.contributor.other.*.value dc.date.available.*.value
    dc.date.issued.*.value dc.description.abstract.*.value dc.identifier.*.value
    dc.identifier.uri.*.value dc.language.*.value dc.publisher.*.value
    dc.subject.classification.*.value dc.subject.other.*.value dc.title.*.value
    dc.title.alternative.*.value dc.type.*.value
    fieldsWithParentData.oapen.grant.number.parentInfo.originalValue
    fieldsWithParentData.oapen.grant.program.parentInfo.originalValue
    fieldsWithParentData.oapen.grant.program.parentInfo.parentValue
    oapen.pages.*.value
    fieldsWithParentData.oapen.grant.number.parentInfo.parentValue
    linkedItemsMetadata.oapen.relation.isFundedBy.grantor.acronym.value
    linkedItemsMetadata.oapen.relation.isFundedBy.grantor.name.value
    linkedItemsMetadata.oapen.relation.isFundedBy.uuid
    linkedItemsMetadata.oapen.relation.isPartOfBook.handle
    linkedItemsMetadata.oapen.relation.isPublishedBy.publisher.name.value
    oapen.abstract.otherlanguage.*.value oapen.identifier.doi.*.value oapen.imprint.*.value
    oapen.relation.isbn.*.value others.handle
"""

IGNORED: Final[dict[str, str]] = {
    "checksum and name of a file": """
        bundles.bundle.bitstreams.bitstream.checksum
        bundles.bundle.bitstreams.bitstream.checksumAlgorithm
        bundles.bundle.bitstreams.bitstream.dctitle
        bundles.bundle.bitstreams.bitstream.description
        bundles.bundle.bitstreams.bitstream.name
        bundles.bundle.bitstreams.bitstream.originalName
        bundles.bundle.bitstreams.bitstream.sid
    """,
    "address of a file, or of a shop": """
        bundles.bundle.bitstreams.bitstream.url
        bundles.bundle.bitstreams.bitstream.dcidentifierurlwebshop
    """,
    "number inside the repository": """
        **.authority **.confidence others.identifier **.uuid
        linkedItemsMetadata.oapen.relation.isFundedBy.handle
        linkedItemsMetadata.oapen.relation.isPublishedBy.handle
        fieldsWithParentData.**.parentField oapen.relation.isFundedBy.*.value
        oapen.relation.isPublishedBy.*.value oapen.relation.isPartOfBook.*.value
    """,
    "bookkeeping of the repository": """
        dc.date.accessioned.*.value others.lastModifyDate repository.mail
        repository.name
    """,
    "series in words, without identifier": """
        dc.relation.ispartofseries.*.value oapen.series.number.*.value
    """,
    "code of what `value` says in words": "dc.language.*.originalValue",
    "grant number without its funder; read under `fieldsWithParentData`": """
        oapen.grant.number.*.value
    """,
    "title of the book around; its handle makes the link": """
        linkedItemsMetadata.oapen.relation.isPartOfBook.dc.title.value
    """,
    "number of a chapter, for which a work has no place": "oapen.chapternumber.*.value",
    "collection, place of publication": """
        oapen.collection.*.value oapen.place.publication.*.value
    """,
    "number of a catalogue that none of the sources uses": "oapen.identifier.ocn.*.value",
    "note for the reader of the page": "oapen.remark.public.*.value",
}
"""Paths by the reason why they are left out."""

TABLE: Final = PathTable(_MAPPED.split(), IGNORED)
