"""Entities to cite: one as a record should be, one that tries to break every format."""

from search.metadata.described import Agent, Described, Related, Title

PAPER = Described(
    iri="http://weft.test/id/paperpaperpap",
    key="paperpaperpap",
    kind="paper",
    rdf_type="ScholarlyArticle",
    titles=(Title("Observation of a new boson at $m_H = 125$ GeV & more", "en"),),
    creators=(
        Agent(name="Carberry, Josiah", is_person=True, identifiers=("orcid:0000-0002-1825-0097",)),
        Agent(name="CMS Collaboration"),
    ),
    date="2012-08-21",
    year=2012,
    publisher="Elsevier",
    languages=("en",),
    licence="https://spdx.org/licenses/CC-BY-4.0",
    spdx="CC-BY-4.0",
    access="open",
    subjects=("Higgs boson", "CMS"),
    collaborations=("CMS Collaboration",),
    volume="716",
    abstract="The search for the Higgs boson.",
    identifiers=("doi:10.1016/j.physletb.2012.08.021", "arxiv:1207.7235"),
    records=(("zenodo", "oai:zenodo.org:1"),),
    related=(
        Related(
            relation="IsPartOf",
            iri="http://weft.test/id/journal",
            key="journal",
            kind="other",
            name="Physics Letters B",
            identifiers=("issn:0370-2693",),
            is_stub=False,
        ),
    ),
    sources=("zenodo",),
)

HOSTILE = Described(
    iri="http://weft.test/id/hostilehostil",
    key="hostilehostil",
    kind="dataset",
    rdf_type="Dataset",
    titles=(
        Title('=HYPERLINK("http://evil.test","x")\r\nER  - \r\nTY  - JOUR\r\nTI  - forged\x00'),
    ),
    creators=(
        Agent(name="@attacker} , author = {forged"),
        Agent(name="Rock and Roll, Inc"),
        Agent(name="\ud800, half"),
    ),
    publisher=r"\input{/etc/passwd} 100% {open",
    abstract="+1 <script>alert(1)</script>",
    identifiers=("url:https://evil.test/}%\\x",),
    subjects=("-2+3", "مرحبا"),
    records=(("zenodo", "oai:zenodo.org:2"),),
    sources=("zenodo",),
)

EMPTY = Described(iri="http://weft.test/id/emptyemptyemp", key="emptyemptyemp", kind="unknown")
