"""RDF in CiteDCAT-AP, by the crosswalk's own lists of properties."""

from collections import defaultdict
from typing import Final

from graph.crosswalk.dcat_terms import CONTRIBUTORS, DATES, IGNORED, RELATIONS
from graph.crosswalk.paths.table import PathTable

_OF_AGENTS: Final = ("", "@rdf:about", "@rdf:resource", "/foaf:name", "/vcard:fn")
_OF_PERSONS: Final = (
    *("/foaf:familyName", "/foaf:givenName"),
    *("/rdf:type@rdf:resource", "/org:memberOf/foaf:name"),
    *("/org:memberOf@rdf:*", "/org:memberOf/dct:identifier"),
)
_OF_TARGETS: Final = (
    *("", "@rdf:about", "@rdf:resource", "/dct:identifier", "/dct:type@rdf:resource"),
)
_MAPPED: Final = """
    @rdf:about adms:identifier/adms:schemeAgency adms:identifier/skos:notation
    citedcat:funder/foaf:name schema:funder/foaf:name
    citedcat:isFundedBy/citedcat:isAwardedBy/foaf:name citedcat:isFundedBy/dct:identifier
    citedcat:isFundedBy@rdf:* citedcat:isFundedBy/citedcat:isAwardedBy@rdf:*
    citedcat:isFundedBy/citedcat:isAwardedBy/dct:identifier
    schema:funding@rdf:* schema:funding/citedcat:isAwardedBy@rdf:*
    schema:funding/citedcat:isAwardedBy/dct:identifier
    citedcat:funder@rdf:* citedcat:funder/dct:identifier
    schema:funder@rdf:* schema:funder/dct:identifier dct:extent dct:extent/rdfs:label
    dcat:distribution/dct:extent dcat:distribution/dct:extent/rdfs:label
    dcat:distribution/dcat:byteSize dcat:distribution/dcat:mediaType
    dcat:distribution/dcat:mediaType@rdf:resource dcat:distribution/dct:format
    dcat:distribution/dct:format@rdf:resource dcat:distribution/dct:format/rdfs:label
    citedcat:isFundedBy/dct:title schema:funding/dct:identifier schema:funding/dct:title
    schema:funding/citedcat:isAwardedBy/foaf:name
    dcat:distribution/dct:license@rdf:* dcat:distribution/dct:license/rdfs:label
    dcat:distribution/dct:rights@rdf:* dcat:distribution/dct:rights/rdfs:label
    dcat:distribution/dct:accessRights@rdf:* dcat:distribution/dct:accessRights/rdfs:label
    dcat:keyword dcat:landingPage dcat:landingPage@rdf:resource dcat:version owl:versionInfo
    dct:accessRights dct:accessRights@rdf:* dct:accessRights/rdfs:label
    dct:license dct:license@rdf:* dct:license/rdfs:label
    dct:rights dct:rights@rdf:* dct:rights/rdfs:label
    dct:alternative dct:alternative@xml:lang dct:title dct:title@xml:lang
    dct:description dct:description@xml:lang dct:identifier dct:identifier@rdf:resource
    dct:language dct:language@rdf:resource dct:provenance dct:provenance/rdfs:label
    dct:tableOfContents dct:tableOfContents/rdfs:label dct:publisher dct:publisher/foaf:name
    dct:subject dct:subject/dct:identifier dct:subject/skos:notation dct:subject/skos:prefLabel
    dct:subject/skos:inScheme/dct:title dct:subject@rdf:about dct:subject@rdf:resource
    dct:subject@xml:lang dcat:keyword@xml:lang dcat:theme@rdf:about dcat:theme@rdf:resource
    dcat:theme dcat:theme/skos:prefLabel
    dcat:theme/skos:inScheme/dct:title dct:type dct:type@rdf:resource rdf:type@rdf:resource
"""
_OWN: Final[dict[str, str]] = {
    "type of a literal, or form of the XML": "**@rdf:datatype **@rdf:parseType **@xml:lang",
    "address of a file; listed as a problem": "dcat:distribution/dcat:downloadURL@rdf:resource",
}


def _table() -> PathTable:
    mapped = {*_MAPPED.split(), *DATES}
    mapped.update(name + end for name in CONTRIBUTORS for end in (*_OF_AGENTS, *_OF_PERSONS))
    mapped.update(name + end for name in RELATIONS for end in _OF_TARGETS)
    ignored: defaultdict[str, list[str]] = defaultdict(list)
    for name, reason in IGNORED.items():
        paths = [name, f"{name}@*", f"{name}/**", f"dcat:distribution/{name}**"]
        ignored[reason] += [path for path in paths if path not in mapped]
    return PathTable(mapped, {**_OWN, **{why: " ".join(paths) for why, paths in ignored.items()}})


TABLE: Final = _table()
