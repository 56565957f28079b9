"""The properties of CiteDCAT-AP: DataCite's relation, role or date for each, and what is left out.

Specification: https://ec-jrc.github.io/datacite-to-dcat-ap/
"""

from typing import Final

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDF_ABOUT: Final = f"{{{_RDF}}}about"
RDF_RESOURCE: Final = f"{{{_RDF}}}resource"
RDF_PARSE_TYPE: Final = f"{{{_RDF}}}parseType"

PREFIXES: Final[dict[str, str]] = {
    _RDF: "rdf",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs",
    "http://www.w3.org/ns/adms#": "adms",
    "http://purl.org/ontology/bibo/": "bibo",
    "https://w3id.org/citedcat-ap/": "citedcat",
    "http://purl.org/dc/terms/": "dct",
    "http://www.w3.org/ns/dcat#": "dcat",
    "http://xmlns.com/foaf/0.1/": "foaf",
    "http://www.w3.org/ns/locn#": "locn",
    "http://www.w3.org/ns/org#": "org",
    "http://www.w3.org/2002/07/owl#": "owl",
    "http://www.w3.org/ns/prov#": "prov",
    "http://www.w3.org/2004/02/skos/core#": "skos",
    "http://www.w3.org/2006/vcard/ns#": "vcard",
    "http://www.w3.org/2007/05/powder-s#": "wdrs",
    "http://schema.org/": "schema",
    "https://schema.org/": "schema",
}
"""By namespace."""

RELATIONS: Final[dict[str, str]] = {
    "dct:isReferencedBy": "IsReferencedBy",
    "dct:references": "References",
    "bibo:citedBy": "IsCitedBy",
    "bibo:cites": "Cites",
    "citedcat:isSupplementTo": "IsSupplementTo",
    "citedcat:isSupplementedBy": "IsSupplementedBy",
    "citedcat:isContinuedBy": "IsContinuedBy",
    "citedcat:continues": "Continues",
    "prov:wasRevisionOf": "IsNewVersionOf",
    "prov:hadRevision": "IsPreviousVersionOf",
    "dct:isVersionOf": "IsVersionOf",
    "dct:hasVersion": "HasVersion",
    "dct:isPartOf": "IsPartOf",
    "dct:hasPart": "HasPart",
    "dct:source": "IsDerivedFrom",
    "prov:wasDerivedFrom": "IsDerivedFrom",
    "prov:hadDerivation": "IsSourceOf",
    "foaf:page": "IsDocumentedBy",
    "foaf:topic": "Documents",
    "foaf:isPrimaryTopicOf": "HasMetadata",
    "foaf:primaryTopic": "IsMetadataFor",
    "citedcat:isCompiledBy": "IsCompiledBy",
    "citedcat:compiles": "Compiles",
    "citedcat:isVariantFormOf": "IsVariantFormOf",
    "citedcat:isOriginalFormOf": "IsOriginalFormOf",
    "owl:sameAs": "IsIdenticalTo",
    "citedcat:isReviewedBy": "IsReviewedBy",
    "bibo:reviewOf": "Reviews",
    "citedcat:describes": "Describes",
    "wdrs:describedby": "IsDescribedBy",
    "dct:requires": "Requires",
    "dct:isRequiredBy": "IsRequiredBy",
    "dct:replaces": "Obsoletes",
    "dct:isReplacedBy": "IsObsoletedBy",
    "dct:relation": "IsRelatedTo",
}
"""DataCite relationType by property; `foaf:page` and `owl:sameAs` also hold own addresses."""

CONTRIBUTORS: Final[dict[str, str]] = {
    "dct:creator": "creator",
    "dct:contributor": "other",
    "dcat:contactPoint": "contactPerson",
    "citedcat:dataCollector": "dataCollector",
    "citedcat:dataCurator": "dataCurator",
    "citedcat:dataManager": "dataManager",
    "bibo:distributor": "distributor",
    "bibo:editor": "editor",
    "schema:editor": "editor",
    "citedcat:hostingInstitution": "hostingInstitution",
    "bibo:producer": "producer",
    "citedcat:projectLeader": "projectLeader",
    "citedcat:projectManager": "projectManager",
    "citedcat:projectMember": "projectMember",
    "citedcat:registrationAgency": "registrationAgency",
    "citedcat:registrationAuthority": "registrationAuthority",
    "citedcat:researcher": "researcher",
    "citedcat:researchGroup": "researchGroup",
    "dct:rightsHolder": "rightsHolder",
    "citedcat:sponsor": "sponsor",
    "citedcat:supervisor": "supervisor",
    "citedcat:workPackageLeader": "workPackageLeader",
}
"""Role by property; DataCite's relatedPerson and other are both `dct:contributor`."""

DATES: Final[dict[str, str]] = {
    "dct:issued": "Issued",
    "dct:modified": "Updated",
    "dct:created": "Created",
    "dct:available": "Available",
    "dct:dateAccepted": "Accepted",
    "dct:dateSubmitted": "Submitted",
    "dct:dateCopyrighted": "Copyrighted",
    "dct:valid": "Valid",
    "dct:date": "Other",
}
"""DataCite dateType by property."""

_OF_FILES: Final = "extent or form of a file, read in its dcat:distribution"
_PLACE: Final = "place or time in words or coordinates"
_JOURNAL: Final = "a journal in words"
_ELSEWHERE: Final = "read with the whole record"

IGNORED: Final[dict[str, str]] = {
    **dict.fromkeys(("dct:spatial", "dct:temporal", "locn:geometry"), _PLACE),
    **dict.fromkeys(("dct:format", "dcat:mediaType", "dcat:byteSize"), _OF_FILES),
    **dict.fromkeys(
        ("bibo:volume", "bibo:issue", "bibo:number", "bibo:chapter", "bibo:locator"), _JOURNAL
    ),
    **dict.fromkeys(("bibo:pageStart", "bibo:pageEnd", "bibo:edition"), _JOURNAL),
    **dict.fromkeys(("rdf:type", "dct:type", "citedcat:isFundedBy", "citedcat:funder"), _ELSEWHERE),
    **dict.fromkeys(("schema:funder", "schema:funding"), _ELSEWHERE),
    "dcat:accessURL": "the address of the thing, again",
    "dct:conformsTo": "the standard that the metadata follow",
    "prov:wasGeneratedBy": "the project, again, of a leader or member",
    "adms:status": "state of the record",
}
"""Properties that are left out on purpose, with the reason."""
