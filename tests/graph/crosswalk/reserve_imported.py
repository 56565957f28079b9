"""Made-up products and rows in which paths matter that those of the corpus leave out or repeat.

Each is short enough that nothing else says the same: a name in two parts without a whole one, a
publisher by its imprint alone.
"""

from typing import Final

_BOOK: Final = (
    "<TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>"
    "<TitleText>Harbour</TitleText></TitleElement></TitleDetail>"
)
_CC: Final = "https://creativecommons.org/licenses/by/4.0/"


def _contributor(inside: str) -> str:
    return f"<Contributor><ContributorRole>A01</ContributorRole>{inside}</Contributor>"


def _described(inside: str) -> str:
    return f"<Product><DescriptiveDetail>{inside}{_BOOK}</DescriptiveDetail></Product>"


PRODUCTS: Final = (
    _described(
        _contributor("<PersonName>Ann Reed</PersonName>")
        + _contributor("<PersonNameInverted>Poe, Bo</PersonNameInverted>")
        + _contributor("<PrefixToKey>van</PrefixToKey><KeyNames>Dam</KeyNames>")
        + """<EditionStatement>Second, mended</EditionStatement><Subject>
<SubjectSchemeIdentifier>24</SubjectSchemeIdentifier><SubjectSchemeName>Tides</SubjectSchemeName>
<SubjectCode>T1</SubjectCode></Subject>"""
    ),
    _described("<EpubLicense><EpubLicenseName>Open license</EpubLicenseName></EpubLicense>"),
    """<Product><ProductIdentifier><ProductIDType>02</ProductIDType><IDValue>0306406152</IDValue>
</ProductIdentifier></Product>""",
    """<Product><DescriptiveDetail><TitleDetail><TitleElement><TitlePrefix>The</TitlePrefix>
<TitleWithoutPrefix>Harbour</TitleWithoutPrefix><PartNumber>2</PartNumber></TitleElement>
</TitleDetail></DescriptiveDetail></Product>""",
    """<Product><ProductIdentifier><ProductIDType>01</ProductIDType><IDTypeName>CDS</IDTypeName>
<IDValue>1234567</IDValue></ProductIdentifier><CollateralDetail><TextContent><TextType>03</TextType>
<Text><p>Of <b>tides</b>.</p></Text></TextContent></CollateralDetail><RelatedMaterial><RelatedWork>
<WorkRelationCode>01</WorkRelationCode><WorkIdentifier><WorkIDType>15</WorkIDType>
<IDValue>9783837665253</IDValue></WorkIdentifier></RelatedWork></RelatedMaterial><ProductSupply>
<SupplyDetail><UnpricedItemType>01</UnpricedItemType></SupplyDetail></ProductSupply></Product>""",
    """<Product><PublishingDetail><Imprint><ImprintName>Harbour Press</ImprintName></Imprint>
</PublishingDetail></Product>""",
    """<product><a001>2</a001><descriptivedetail><x314>00</x314><x411/><n339/><n386/><titledetail>
<titleelement><x501/><b031 textscript="Latn" language="eng">Harbour</b031></titleelement>
</titledetail><measure><x315>01</x315><c094>24</c094></measure><subject><x425/><b067>12</b067>
<b069>KCZ</b069></subject></descriptivedetail><productsupply><supplydetail><j396>20</j396>
</supplydetail></productsupply></product>""",
)
"""ONIX; the last one has what is left out, in short tags."""

ROWS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    (
        "kbart",
        {
            "publication_title": "Harbour",
            "publication_type": "Monograph",
            "title_url": "https://doi.org/10.1234/abc",
            "first_author": "Reed, Ann",
            "monograph_edition": "2",
            "preceding_publication_title_id": "10.1234/abb",
            "coverage_notes": "whole",
            "num_first_vol_online": "1",
        },
    ),
    (
        "csv",
        {
            "dc.title": "Harbour",
            "dc.type": "book",
            "BITSTREAM ISBN": "9783837665253",
            "dc.contributor.advisor": "Reed, Ann",
            "dc.contributor.illustrator": "Poe, Bo",
            "dc.contributor.other": "Poe, Bea",
            "dcterms.abstract": "Of tides.",
            "dc.identifier": "https://doi.org/10.1234/abc",
            "grantor.name": "Lamp Oil Fund",
            "oapen.grant.number": "L-7",
            "oapen.relation.isPartOfBook": "https://doi.org/10.1234/book",
        },
    ),
    ("csv", {"dc.title": "Harbour", "dc.rights.uri": _CC, "publisher.name": "Harbour Press"}),
    ("csv", {"dc.title": "Harbour", "publisher.oalicense": _CC, "dc.publisher": "Harbour Press"}),
    ("csv", {"dc.title": "Harbour", "dc.identifier.isbn": "9783837665253", "oapen.imprint": "Kap"}),
    ("csv", {"dc.title": "Harbour", "oapen.identifier.isbn": "9783837665253"}),
)
"""Prefix and cells."""
