"""Made-up records in which paths matter that others make superfluous in every record of the corpus.

Each is short enough that nothing else says the same: a name in two parts without a whole one, a
licence by its address alone, a linked thing without a stated kind. A stated scheme matters where
the form of the identifier would say something else.
"""

from typing import Final

_KERNEL: Final = 'xmlns="http://datacite.org/schema/kernel-4"'
_OAIRE: Final = (
    'xmlns="http://namespace.openaire.eu/schema/oaire/"'
    ' xmlns:datacite="http://datacite.org/schema/kernel-4" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
_DATACITE: Final = (
    f"""<resource {_KERNEL}>
<identifierType identifierType="CDS">1234567</identifierType>
<creators><creator><familyName>Reed</familyName><givenName>Ann</givenName></creator></creators>
<contributors><contributor contributorType="Editor"><familyName>Poe</familyName>
<givenName>Bo</givenName></contributor></contributors>
<titles><title lang="de">Hafen</title></titles>
<rightsList><rights uri="https://creativecommons.org/licenses/by/4.0/"/></rightsList>
<resourceType uri="http://purl.org/coar/resource_type/c_ddb1"/>
<date dateType="Created">2001</date>
<description xml:lang="de">Zuerst</description>
</resource>""",
    f"""<resource {_KERNEL}><identifier identifierType="CDS">1234567</identifier>
<titles><title>Harbour</title></titles>
<relatedIdentifiers><relatedIdentifier relatedIdentifierType="CDS" relationType="Cites"
>1234568</relatedIdentifier></relatedIdentifiers>
<rights rightsURI="https://creativecommons.org/licenses/by/4.0/"/>
<description descriptionType="Other">Then</description>
<description descriptionType="Abstract">First</description></resource>""",
    f"""<resource {_KERNEL}><titles><title>Harbour</title></titles>
<rights uri="https://creativecommons.org/licenses/by/4.0/"/></resource>""",
    f"""<resource {_KERNEL}><titles><title>Harbour</title></titles><rightsList>
<rights rightsURI="https://creativecommons.org/licenses/by/4.0/"/></rightsList></resource>""",
    f"""<resource {_KERNEL}><titles><title>Harbour</title></titles>
<licenseCondition uri="https://creativecommons.org/licenses/by/4.0/"/></resource>""",
    f"""<resource {_KERNEL}><titles><title>Harbour</title></titles>
<licenseCondition>CC-BY-4.0</licenseCondition></resource>""",
    f"""<resource {_KERNEL}><titles><title>Harbour</title></titles><size>12 pages</size>
<creators><creator><creatorName>Reed, Ann</creatorName>
<nameIdentifier nameIdentifierScheme="INSPIRE">INSPIRE-99900111</nameIdentifier>
<affiliation affiliationIdentifier="02feahw73" affiliationIdentifierScheme="Ringgold">Lab
</affiliation></creator></creators>
<contributors><contributor contributorType="Editor"><contributorName>Poe, Bo</contributorName>
<nameIdentifier nameIdentifierScheme="INSPIRE">INSPIRE-99900112</nameIdentifier>
<affiliation affiliationIdentifier="02feahw73" affiliationIdentifierScheme="Ringgold">Lab
</affiliation></contributor></contributors>
<publisher publisherIdentifier="02feahw73" publisherIdentifierScheme="re3data">Harbour Press
</publisher></resource>""",
    f"""<resource {_OAIRE}><dc:title>Harbour</dc:title>
<datacite:creators><datacite:creator>
<datacite:creatorName nameType="Personal">Reed, Ann</datacite:creatorName>
<datacite:nameIdentifier nameIdentifierScheme="INSPIRE">INSPIRE-99900111</datacite:nameIdentifier>
</datacite:creator></datacite:creators>
<fundingReferences><fundingReference><funderName>Fund</funderName>
<funderIdentifier funderIdentifierType="Crossref Funder ID">999000999</funderIdentifier>
</fundingReference></fundingReferences>
<fundingReference><funderName>Office</funderName>
<funderIdentifier funderIdentifierType="Crossref Funder ID">999000998</funderIdentifier>
<awardNumber awardURI="https://fund.example/1">1</awardNumber></fundingReference>
</resource>""",
    f"""<resource {_OAIRE}><dc:title>Harbour</dc:title>
<datacite:identifier identifierType="CDS">1234567</datacite:identifier>
<file accessRightsURI="http://purl.org/coar/access_right/c_abf2">https://r.example/1.pdf</file>
<dc:source>https://doi.org/10.1234/abc</dc:source>
<fundingReference><funderName>Fund</funderName><fundingStream>H1</fundingStream>
<awardNumber>1</awardNumber><awardTitle>Tide</awardTitle></fundingReference>
<resourceType uri="http://purl.org/coar/resource_type/c_6501"/>
</resource>""",
    f"""<resource {_OAIRE}><dc:title>Harbour</dc:title>
<datacite:creators><datacite:creator><datacite:creatorName>Reed, Ann</datacite:creatorName>
</datacite:creator></datacite:creators><datacite:rights>open access</datacite:rights>
</resource>""",
    f"""<resource {_OAIRE}><dc:title>Harbour</dc:title>
<datacite:rights rightsURI="http://purl.org/coar/access_right/c_abf2"/>
<resourceType resourceTypeGeneral="literature"/>
<datacite:creators><datacite:creator><datacite:familyName>Reed</datacite:familyName>
<datacite:givenName>Ann</datacite:givenName></datacite:creator></datacite:creators>
<datacite:alternateIdentifiers><datacite:alternateIdentifier alternateIdentifierType="CDS"
>1234567</datacite:alternateIdentifier></datacite:alternateIdentifiers></resource>""",
)
_DC_RIGHTS: Final = "https://creativecommons.org/licenses/by/4.0/"
_DUBLIN_CORE: Final = (
    """<dc><alternative>Port</alternative><abstract>Words</abstract><issued>2001</issued>
<relation>https://doi.org/10.1234/abc</relation><source>https://doi.org/10.1234/abd</source>
<license>CC-BY-4.0</license><identifier type="CDS">1234567</identifier>
<alternateIdentifier type="CDS">1234568</alternateIdentifier>
<relationisbn>9783839465257</relationisbn>
<relationisPartOfBook>https://doi.org/10.1234/book</relationisPartOfBook>
<resourceType uri="http://purl.org/coar/resource_type/c_ddb1">dataset</resourceType>
<fundingReference><funderName>Fund</funderName></fundingReference></dc>""",
    "<dc><resourceType>dataset</resourceType></dc>",
    '<dc><resourceType uri="http://purl.org/coar/resource_type/c_ddb1"/></dc>',
    '<dc><type uri="http://purl.org/coar/resource_type/c_ddb1"/></dc>',
    f'<dc><rights uri="{_DC_RIGHTS}"/></dc>',
    f'<dc><licenseCondition uri="{_DC_RIGHTS}"/></dc>',
    "<dc><licenseCondition>CC-BY-4.0</licenseCondition></dc>",
)


def _field(path: str, value: str) -> str:
    """An XOAI field; its names are parted by blanks."""
    *elements, last = path.split()
    inside = f'<field name="{last}">{value}</field>'
    for name in reversed(elements):
        inside = f'<element name="{name}">{inside}</element>'
    return inside


_GRANT: Final = (
    '<element name="fieldsWithParentData"><element name="oapen.grant.number">'
    '<element name="parentInfo"><field name="parentValue">1f</field>'
    '<field name="originalValue">H-77</field></element></element></element>'
)
_XOAI: Final = (
    "<metadata>"
    + _field("dc identifier none value", "https://doi.org/10.1234/abc")
    + _field("dc identifier uri none value", "https://hdl.handle.net/20.500.12657/999")
    + _field("dc contributor advisor none value", "Reed, Ann")
    + _field("dc contributor other none value", "Poe, Bo")
    + _field("dc publisher none value", "Harbour Press")
    + _field("linkedItemsMetadata oapen.relation.isFundedBy grantor.acronym value", "FUND")
    + "</metadata>",
    "<metadata>"
    + _field("linkedItemsMetadata oapen.relation.isFundedBy uuid", "1f")
    + _GRANT.replace("grant.number", "grant.program")
    + "</metadata>",
    "<metadata>" + _field("oapen imprint en_US value", "Harbour Press") + "</metadata>",
    "<metadata>"
    + _field("linkedItemsMetadata oapen.relation.isFundedBy uuid", "1f")
    + _GRANT
    + "</metadata>",
    "<metadata>" + _field("oapen imprint none value", "Harbour Press") + "</metadata>",
    "<metadata>"
    + _field("dc identifier en_US value", "https://doi.org/10.1234/abc")
    + "</metadata>",
    "<metadata>" + _field("others handle", "20.500.12657/999") + "</metadata>",
)
_DCAT: Final = (
    """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dct="http://purl.org/dc/terms/" xmlns:dcat="http://www.w3.org/ns/dcat#"
 xmlns:foaf="http://xmlns.com/foaf/0.1/" xmlns:adms="http://www.w3.org/ns/adms#"
 xmlns:skos="http://www.w3.org/2004/02/skos/core#" xmlns:c="https://w3id.org/citedcat-ap/"
 xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xmlns:owl="http://www.w3.org/2002/07/owl#"
 xmlns:org="http://www.w3.org/ns/org#">
<dcat:Dataset rdf:about="https://doi.org/10.1234/abc"><dct:title>Harbour</dct:title>
<rdf:type rdf:resource="http://purl.org/dc/dcmitype/Software"/>
<foaf:page rdf:resource="https://r.example/page"/>
<dct:creator><rdf:Description><foaf:familyName>Reed</foaf:familyName>
<foaf:givenName>Ann</foaf:givenName></rdf:Description></dct:creator>
<dct:creator><rdf:Description><rdf:type rdf:resource="http://xmlns.com/foaf/0.1/Person"/>
<foaf:name>Bo Poe</foaf:name><org:memberOf><foaf:Organization>
<dct:identifier>02feahw73</dct:identifier><foaf:name>Lab</foaf:name></foaf:Organization>
</org:memberOf></rdf:Description></dct:creator>
<dct:creator><rdf:Description><foaf:name>Cy Fog</foaf:name><org:memberOf>
<foaf:Organization rdf:about="https://ror.org/02feahw73"><foaf:name>Lab</foaf:name>
</foaf:Organization></org:memberOf></rdf:Description></dct:creator>
<dct:subject rdf:about="https://words.example/tide"><skos:Concept>
<skos:prefLabel>tide</skos:prefLabel></skos:Concept></dct:subject>
<dcat:keyword xml:lang="de">Flut</dcat:keyword>
<c:isFundedBy><foaf:Project rdf:about="https://fund.example/1"><dct:title>Tide</dct:title>
<c:isAwardedBy rdf:resource="https://ror.org/02feahw73"/></foaf:Project></c:isFundedBy>
<dcat:distribution><dcat:Distribution><dct:extent><dct:SizeOrDuration>
<rdfs:label>12 pages</rdfs:label></dct:SizeOrDuration></dct:extent>
<dcat:mediaType rdf:resource="https://www.iana.org/assignments/media-types/text/csv"/>
<dct:format>CSV</dct:format></dcat:Distribution></dcat:distribution>
<dct:accessRights rdf:resource="http://publications.europa.eu/resource/authority/access-right/PUBLIC"/>
<adms:identifier><adms:Identifier><skos:notation>1234567</skos:notation>
<adms:schemeAgency>CDS</adms:schemeAgency></adms:Identifier></adms:identifier>
<c:isSupplementTo><rdf:Description rdf:about="https://doi.org/10.1234/abd"/></c:isSupplementTo>
<c:funder><foaf:Organization><foaf:name>Fund</foaf:name></foaf:Organization></c:funder>
</dcat:Dataset></rdf:RDF>""",
    """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dct="http://purl.org/dc/terms/" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"
 xmlns:c="https://w3id.org/citedcat-ap/"><rdf:Description>
<dct:title>Harbour</dct:title><dct:creator>Ann Reed</dct:creator>
<dct:identifier>https://doi.org/10.1234/abc</dct:identifier>
<dct:accessRights><rdf:Description rdf:about="info:eu-repo/semantics/openAccess"/>
</dct:accessRights>
<c:isSupplementTo><rdf:Description><dct:identifier>https://doi.org/10.1234/abd</dct:identifier>
</rdf:Description></c:isSupplementTo>
</rdf:Description></rdf:RDF>""",
    """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dct="http://purl.org/dc/terms/" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"
 xmlns:foaf="http://xmlns.com/foaf/0.1/"><rdf:Description>
<dct:title>Harbour</dct:title>
<dct:creator><rdf:Description><foaf:name>Ann Reed</foaf:name></rdf:Description></dct:creator>
<dct:accessRights><rdf:Description><rdfs:label>info:eu-repo/semantics/openAccess</rdfs:label>
</rdf:Description></dct:accessRights></rdf:Description></rdf:RDF>""",
)


def _marc(*fields: str) -> str:
    """A MARC record; each field is its tag, two indicators (`_` = blank), then `$code text`s."""
    written = []
    for field in fields:
        tag, *subfields = field.split(" $")
        inside = "".join(f'<subfield code="{each[0]}">{each[2:]}</subfield>' for each in subfields)
        indicators = tag[4:].replace("_", " ")
        written.append(
            f'<datafield tag="{tag[:3]}" ind1="{indicators[0]}" ind2="{indicators[1]}">'
            f"{inside}</datafield>"
        )
    return f"<record><controlfield tag='001'>1</controlfield>{''.join(written)}</record>"


_CC: Final = "https://creativecommons.org/licenses/by/4.0/"
_MARC: Final = (
    _marc("245 __ $a Harbour", "546 __ $a German", "856 40 $u https://doi.org/10.1234/abc"),
    _marc("245 __ $a Harbour", f"540 __ $a Words $4 {_CC}"),
    _marc("245 __ $a Harbour", f"540 __ $f {_CC}", "542 __ $l open access"),
    _marc("245 __ $a Harbour", "540 __ $a CC-BY-4.0 $b arXiv", "540 __ $a CC0-1.0 $b Press"),
    _marc("245 __ $a Harbour", "024 7_ $a 1234567 $c CDS", "690 C_ $a thesis"),
    _marc("245 __ $a Harbour", "110 __ $a Lab $0 https://ror.org/02feahw73"),
    _marc("245 __ $a Harbour", "710 __ $a Lab $0 https://ror.org/02feahw73"),
    _marc("245 __ $a Harbour", "035 __ $a 1234567 $9 CDS", "773 __ $x 1029-8479"),
    _marc("245 __ $a Harbour", "700 __ $a Leo $c Pope"),
    _marc("245 __ $a Harbour", "909 CO $o oai:inspirehep.net:1", "776 __ $i Online $w 1234"),
    _marc("245 __ $a Harbour", "909 CO $o oai:inspirehep.net:1", "785 __ $w 1234"),
    _marc("245 __ $a Harbour", "856 42 $a https://doi.org/10.1234/abd"),
    _marc("245 __ $a Harbour", "980 __ $a publication $b article"),
)

XML: Final = (*_DATACITE, *_DUBLIN_CORE, *_XOAI, *_DCAT, *_MARC)
"""What stands inside `<metadata>`."""

_MENTIONS: Final = (
    *("abstract", "usage", "note", "methodology", "validation", "use_with", "pileup"),
)
_SITE: Final = "https://r.example"
JSON: Final[tuple[tuple[str, dict[str, object]], ...]] = (
    (
        "cernopendata-json",
        {
            "recid": "1",
            "title": "Harbour",
            "relations": [{"recid": "3", "type": "isChildOf", "description": "derived from"}],
            "links": [{"recid": "2"}, {"url": f"{_SITE}/links"}],
            **{
                name: {"links": [{"recid": f"10{n}"}, {"url": f"{_SITE}/{name}"}]}
                for n, name in enumerate(_MENTIONS)
            },
        },
    ),
    (
        "inspire-json",
        {
            "control_number": 1,
            "titles": [{"title": "Harbour", "subtitle": "Tides"}],
            "isbns": [{"value": "9783837665253"}],
            "report_numbers": [{"value": "HARBOUR-NOTE-2001-9"}],
            "number_of_pages": 12,
            "dois": [{"value": "10.1234/abc", "material": "data"}],
            "persistent_identifiers": [
                {"schema": "HDL", "value": "20.500.12657/999", "material": "data"}
            ],
            "authors": [{"full_name": "Reed, Ann", "inspire_roles": ["editor"]}],
            "corporate_author": ["Lab"],
            "collaborations": [{"value": "CMS"}],
            "thesis_info": {"date": "2001"},
            "imprints": [{"publisher": "Harbour Press"}],
            "earliest_date": "2000",
            "languages": ["de"],
            "publication_info": [
                {"year": 2003, "material": "erratum"},
                {
                    "year": 2002,
                    "parent_record": {"$ref": "https://inspirehep.net/api/literature/7"},
                },
            ],
            "license": [
                {"url": "https://creativecommons.org/licenses/by-nc/4.0/", "material": "preprint"},
                {"url": _CC},
            ],
            "related_records": [
                {"relation": "successor", "record": {"$ref": f"{_SITE}/literature/8"}},
                {"relation_freetext": "comment", "record": {"$ref": f"{_SITE}/literature/9"}},
            ],
            "references": [{"reference": {"dois": ["10.17182/hepdata.1"]}}],
        },
    ),
    ("inspire-json", {"control_number": 2, "first_author": {"full_name": "Poe, Bo"}}),
)
"""Prefix and metadata."""
