"""The source-neutral record: what one source record says, normalised.

A crosswalk makes a `Work` from XML; everything downstream sees works only. No field belongs to one
source. What could not be read is listed in `problems`, never dropped in silence.
None of these structs can be part of a cycle, so the garbage collector need not watch them.
"""

from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """What sort of thing a work is; decides what it may merge with."""

    DATASET = "dataset"
    PAPER = "paper"
    SOFTWARE = "software"
    BOOK = "book"
    CHAPTER = "chapter"
    OTHER = "other"


class Access(StrEnum):
    """Who may read it. Unknown is not closed."""

    OPEN = "open"
    EMBARGOED = "embargoed"
    RESTRICTED = "restricted"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Identifier(Struct, gc=False, frozen=True, array_like=True, order=True):
    """A normalised identifier, such as `doi` and `10.17182/hepdata.1`."""

    scheme: str
    """doi, arxiv, handle, isbn, issn, inspire, cds, hepdata, oai, github, gitlab, swh, pmid, ark,
    urn, report, url; of agents orcid, ror, isni, grid, inspire-author."""
    value: str
    """In the scheme's canonical form: see `graph.identifiers`."""

    def __str__(self) -> str:
        """Written `scheme:value`, as in `schema:identifier` and on the command line."""
        return f"{self.scheme}:{self.value}"


class Text(Struct, gc=False, frozen=True, array_like=True):
    """Words with the language they are in."""

    value: str
    language: str = ""
    """BCP 47; empty when not stated."""


class Affiliation(Struct, gc=False, frozen=True, array_like=True):
    """An organisation that somebody belongs to."""

    name: str
    identifiers: tuple[Identifier, ...] = ()
    """ror, isni or grid."""


class Agent(Struct, gc=False, frozen=True, omit_defaults=True):
    """A person, organisation or collaboration with a part in a work."""

    name: str
    type: str = ""
    """`person`, `organization`, or empty when the source does not say."""
    role: str = "creator"
    """`creator`, or DataCite's contributorType in camel case (`editor`, `dataManager`, ...)."""
    identifiers: tuple[Identifier, ...] = ()
    """orcid, ror, isni, grid or inspire-author."""
    affiliations: tuple[Affiliation, ...] = ()


class Grant(Struct, gc=False, frozen=True, omit_defaults=True):
    """Money that a work was made with; any part may be missing, not all."""

    funder: str = ""
    """Name of who pays, with the programme where it is stated as part of it."""
    funder_identifiers: tuple[Identifier, ...] = ()
    """ror, isni or grid, or the doi that Crossref gave the funder."""
    number: str = ""
    title: str = ""
    address: str = ""
    """Web page of the award."""

    def __str__(self) -> str:
        """One readable line: funder, number, title."""
        named = self.funder or " ".join(map(str, self.funder_identifiers))
        return ", ".join(filter(None, (named, self.number, self.title))) or self.address


class Date(Struct, gc=False, frozen=True, array_like=True):
    """A date with the part it plays."""

    role: str
    """DataCite's dateType: Issued, Created, Updated, Available, ..."""
    value: str
    """ISO 8601 as far as it is known: YYYY, YYYY-MM or YYYY-MM-DD."""


class Subject(Struct, gc=False, frozen=True, array_like=True):
    """A keyword, with its scheme where one is stated."""

    value: str
    scheme: str = ""
    address: str = ""
    """IRI of the concept in its scheme."""
    language: str = ""
    """BCP 47; empty when not stated."""


class Link(Struct, gc=False, frozen=True, omit_defaults=True):
    """A statement about another thing, in the direction and words of the source."""

    relation: str
    """DataCite relationType, such as `IsSupplementTo`; see `graph.relation`."""
    target: Identifier
    stated_as: str
    """The wording of the source: the relation type or element name as found."""
    stated_target: str
    """The target as written."""
    target_kind: str = ""
    """A `Kind` when the source or the identifier's scheme says so, else empty."""
    rule: str = "stated"
    """Which reading rule made the link out of the record; see `graph.crosswalk`."""


class Problem(Struct, gc=False, frozen=True, array_like=True):
    """Something in a record that could not be read or had to be left out."""

    reason: str
    """Short stable code, such as `bad-doi`, `no-title`, `bad-language`, `bad-iri`."""
    detail: str


class Work(Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True):
    """What one source record says."""

    source: str
    """Name of the source in the configuration."""
    record: str
    """OAI identifier."""
    datestamp: str
    kind: Kind
    stated_type: str = ""
    """The source's own word for the type."""
    identifiers: tuple[Identifier, ...] = ()
    """Identifiers of the thing itself."""
    titles: tuple[Text, ...] = ()
    """Main title first."""
    creators: tuple[Agent, ...] = ()
    """In the order of the record; contributors follow creators."""
    collaborations: tuple[str, ...] = ()
    dates: tuple[Date, ...] = ()
    year: int | None = None
    """The year a librarian would print."""
    links: tuple[Link, ...] = ()
    subjects: tuple[Subject, ...] = ()
    licence: str = ""
    """SPDX identifier when it can be known."""
    licence_stated: str = ""
    access: Access = Access.UNKNOWN
    languages: tuple[str, ...] = ()
    """BCP 47."""
    publisher: str = ""
    publisher_identifier: Identifier | None = None
    version: str = ""
    volume: str = ""
    """Number in a set or series, as stated."""
    sizes: tuple[str, ...] = ()
    """As stated: `12 pages`, `3.4 MB`."""
    formats: tuple[str, ...] = ()
    """Media types and words for them, as stated."""
    descriptions: tuple[Text, ...] = ()
    """Plain text, abstract first."""
    funding: tuple[Grant, ...] = ()
    problems: tuple[Problem, ...] = ()
