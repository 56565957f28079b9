"""A work in the making: what every dialect does alike, and the rules that need the whole record.

A crosswalk calls the `add_*` methods in any order; `finish` settles identifiers against links.
Whatever cannot be normalised becomes a `Problem`. Link rules, as written into `Link.rule`:
`stated` (the record says it), `hepdata-page` (a HEPData page that stands on a version or part),
`chapter-isbn` (an ISBN that belongs to the volume around).
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from graph.crosswalk.parties import (
    read_affiliation,
    read_grant,
    read_grant_agreement,
    read_party_identifier,
)
from graph.dates import read_date, year_of
from graph.identifiers import recognise
from graph.kinds import is_contained, kind_of, target_kind
from graph.language import normalise as language_tag
from graph.licence import access_of, spdx
from graph.names import collaboration_of, is_filler, is_unavailable
from graph.relation import RELATIONS
from graph.terms import is_absolute
from graph.text import plain
from graph.work import (
    Access,
    Affiliation,
    Agent,
    Date,
    Grant,
    Identifier,
    Kind,
    Link,
    Problem,
    Subject,
    Text,
    Work,
)
from harvester.record import StagedRecord

_DETAIL_MAX: Final = 300  # characters of a problem's detail: enough to find the place
_NOT_IN_IRI: Final = re.compile(r"[\s<>\"{}|\\^`]")
_HEPDATA_DOI: Final = re.compile(r"10\.17182/hepdata\.(\d+)(\.v\d+)?(/.+)?")
_NO_TEXTS: Final = frozenset(
    {
        "no description provided.",
        "no data abstract available.",
        "no table description available.",
        "no resource description available.",
    }
)
_NO_TEXT_MAX: Final = max(map(len, _NO_TEXTS))  # most abstracts are longer: no need to compare
_KIND_BY_SCHEME: Final = {
    **dict.fromkeys(("arxiv", "inspire"), Kind.PAPER.value),
    **dict.fromkeys(("github", "gitlab", "swh"), Kind.SOFTWARE.value),
}
_OF_ORGANISATIONS: Final = frozenset({"ror", "grid"})
_SERIALS: Final = frozenset({"issn"})
_NEAR_ISSUED: Final = frozenset({"Available", "Created"})
_RELATIONS_BY_CASE: Final = {name.lower(): name for name in RELATIONS}


class Draft:
    """Collects what one record says; `finish` makes the `Work`."""

    __slots__ = (
        "_collaborations",
        "_creators",
        "_dates",
        "_descriptions",
        "_formats",
        "_funding",
        "_identifiers",
        "_isbns",
        "_kind",
        "_languages",
        "_licence",
        "_licence_stated",
        "_links",
        "_pages",
        "_problems",
        "_record",
        "_sizes",
        "_subjects",
        "_titles",
        "_year",
        "access",
        "publisher",
        "publisher_identifier",
        "stated_type",
        "version",
        "volume",
    )

    def __init__(self, record: StagedRecord) -> None:
        self._record = record
        self._identifiers: dict[Identifier, None] = {
            Identifier("oai", record.identifier.removeprefix("oai:")): None
        }
        self._isbns: dict[Identifier, str] = {}
        self._pages: list[tuple[Identifier, str, str]] = []
        self._links: dict[Link, None] = {}
        self._titles: list[Text] = []
        self._creators: list[Agent] = []
        self._collaborations: dict[str, None] = {}
        self._dates: list[Date] = []
        self._subjects: dict[Subject, None] = {}
        self._descriptions: list[tuple[int, Text]] = []
        self._languages: dict[str, None] = {}
        self._funding: dict[Grant, None] = {}
        self._sizes: dict[str, None] = {}
        self._formats: dict[str, None] = {}
        self._problems: list[Problem] = []
        self._kind: Kind | None = None
        self._licence = ""
        self._licence_stated = ""
        self._year: int | None = None
        self.access = Access.UNKNOWN
        self.publisher = ""
        self.publisher_identifier: Identifier | None = None
        self.stated_type = ""
        self.version = ""
        self.volume = ""

    def add_problem(self, reason: str, detail: str) -> None:
        """Record something that could not be read or had to be left out."""
        self._problems.append(Problem(reason, " ".join(detail.split())[:_DETAIL_MAX]))

    def add_identifier(self, text: str, hint: str = "") -> None:
        """Add an identifier of the thing itself; `hint` is the type stated beside it."""
        identifier = recognise(text, hint)
        if identifier is None:
            self.add_problem(_bad_identifier(hint), f"{hint} {text}")
        else:
            self._add_own(identifier, text, hint)

    def _add_own(self, identifier: Identifier, text: str, hint: str) -> None:
        if identifier.scheme == "isbn":
            self._isbns.setdefault(identifier, text)
        elif identifier.scheme == "hepdata":
            self._pages.append((identifier, hint, text))
        elif identifier.scheme in _SERIALS:
            self.add_problem("serial-identifier", text)
        else:
            self._identifiers[identifier] = None

    def add_alternate(self, text: str, hint: str) -> None:
        """Add an alternate identifier; one that only the source understands is a problem entry."""
        if hint.lower().endswith("download"):
            self.add_problem("file-address", f"{hint} {text}")
        elif identifier := recognise(text, hint):
            self._add_own(identifier, text, hint)
        elif hint.lower() == "doi" or "hepdata" in text:
            self.add_problem(_bad_identifier(hint), f"{hint} {text}")
        else:
            self.add_problem("local-identifier", f"{hint} {text}")

    def add_link(
        self, relation: str, text: str, hint: str = "", kind: str = "", stated_as: str = ""
    ) -> None:
        """Add a statement about another thing.

        Args:
            relation: DataCite relationType in any case; another word is kept as it is.
            text: the target as written.
            hint: type of the target's identifier as stated.
            stated_as: wording of the source, when it differs from `relation`.
            kind: resourceTypeGeneral of the target as stated.
        """
        target = recognise(text, hint)
        if target is None:
            self.add_problem(_bad_identifier(hint), f"{relation} {hint} {text}")
        else:
            self.add_link_to(target, relation, text, kind, stated_as)

    def add_link_to(
        self, target: Identifier, relation: str, text: str, kind: str = "", stated_as: str = ""
    ) -> None:
        """Add a statement about another thing whose identifier is recognised already."""
        if not relation:
            self.add_problem("no-relation-type", text)
            return
        if target.scheme == "url" and _NOT_IN_IRI.search(text.strip()):
            self.add_problem("bad-iri", text)  # percent-encoded, and kept as stated in the link
        self._link(relation, target, stated_as or relation, text, kind)

    def add_title(self, text: str, language: str = "") -> None:
        """Add a title; the main one comes first."""
        value = plain(text)
        if is_unavailable(value):
            self.add_problem("placeholder", value)
        elif value:
            self._titles.append(Text(value, self._language_tag(language) if language else ""))

    def add_description(self, text: str, language: str = "", *, rank: int = 0) -> None:
        """Add a description; those of lower rank come first."""
        value = plain(text)
        if len(value) <= _NO_TEXT_MAX and value.lower() in _NO_TEXTS:
            self.add_problem("placeholder", value)
        elif value:
            tag = self._language_tag(language) if language else ""
            self._descriptions.append((rank, Text(value, tag)))

    def add_agent(
        self,
        name: str,
        role: str = "creator",
        type: str = "",  # noqa: A002  # the field's name in Agent
        identifiers: tuple[Identifier, ...] = (),
        affiliations: Sequence[str | Affiliation] = (),
    ) -> None:
        """Add a person, organisation or collaboration; a filler instead of a name is left out.

        An affiliation is a name, or `affiliation()` of one with identifiers.
        """
        name = plain(name)
        if "," not in name and is_filler(name):  # most people have a comma, no filler has
            self.add_problem("no-name", name or role)
            return
        if collaboration := collaboration_of(name):
            type = "organization"  # noqa: A001  # as above
            self._collaborations[collaboration] = None
        if identifiers:  # they know better than the field's name who has them
            type = _type_of(identifiers) or type  # noqa: A001  # as above
        places = self._affiliations(name, affiliations) if affiliations else ()
        self._creators.append(Agent(name, type, role, identifiers, places))

    def _affiliations(
        self, name: str, stated: Sequence[str | Affiliation]
    ) -> tuple[Affiliation, ...]:
        places: dict[Affiliation, None] = {}
        for each in stated:
            place = read_affiliation(each, self.add_problem) if isinstance(each, str) else each
            if place is None:
                self.add_problem("no-affiliation", name)
            else:
                places[place] = None
        return tuple(places)

    def affiliation(self, name: str, *identifiers: tuple[str, str]) -> Affiliation | str:
        """Read an affiliation with the scheme and text of each identifier stated beside it."""
        return read_affiliation(name, self.add_problem, identifiers) or name

    def agent_identifier(self, scheme: str, text: str) -> Identifier | None:
        """Read an identifier of a person or organisation; what cannot be read is a problem."""
        return read_party_identifier(scheme, text, self.add_problem)

    def add_date(self, role: str, text: str) -> None:
        """Add a date; of a range the start."""
        text = text.strip()
        if not text:
            return
        reading = read_date(text)
        if reading.problem:
            self.add_problem(reading.problem, f"{role} {text}")
        if reading.value:
            date = Date(role, reading.value)
            if date not in self._dates:
                self._dates.append(date)

    def set_year(self, text: str) -> None:
        """Set the year of publication."""
        self._year = year_of(text)
        if self._year is None:
            self.add_problem("bad-year", text)

    def add_subject(
        self, text: str, scheme: str = "", *, address: str = "", language: str = ""
    ) -> None:
        """Add a keyword; `address` is the IRI of the concept that it stands for."""
        value = plain(text)
        if address and not is_absolute(address):
            self.add_problem("bad-iri", address)
            address = ""
        if value:
            tag = self._language_tag(language) if language else ""
            self._subjects[Subject(value, scheme, address, tag)] = None

    def add_language(self, text: str) -> None:
        """Add a language of the thing itself."""
        if text and (tag := self._language_tag(text)):
            self._languages[tag] = None

    def add_funding(  # noqa: PLR0913  # a grant has these parts
        self,
        funder: str = "",
        number: str = "",
        title: str = "",
        *,
        identifier: str = "",
        scheme: str = "",
        address: str = "",
    ) -> None:
        """Add a grant; `identifier` and its `scheme` are the funder's, `address` the award's."""
        grant = read_grant(
            self.add_problem,
            funder=funder,
            identifier=identifier,
            scheme=scheme,
            number=number,
            title=title,
            address=address,
        )
        if grant:
            self._funding[grant] = None

    def add_grant_agreement(self, text: str, funder: str = "") -> None:
        """Add a grant in OpenAIRE's form, `info:eu-repo/grantAgreement/...`."""
        if grant := read_grant_agreement(text, funder):
            self._funding[grant] = None

    def add_size(self, text: str) -> None:
        """Add an extent in words: pages, bytes, files, events."""
        if value := plain(text):
            self._sizes[value] = None

    def add_format(self, text: str) -> None:
        """Add a media type, or words for one."""
        if value := plain(text):
            self._formats[value] = None

    def set_publisher(self, name: str, identifier: str = "", scheme: str = "") -> None:
        """Set the publisher, with its identifier; the first name stays."""
        if self.publisher or not (name := plain(name)):
            return
        if is_unavailable(name):
            self.add_problem("placeholder", name)
            return
        self.publisher = name
        if identifier:
            self.publisher_identifier = read_party_identifier(scheme, identifier, self.add_problem)

    def add_type(self, general: str, text: str = "") -> None:
        """Add a stated type; the first that says more than `other` decides the kind."""
        stated = (plain(text) if text else "") or general
        if not stated:
            return
        kind = kind_of(general, text)
        if kind is None:
            self.add_problem("unknown-type", f"{general} {text}")
        elif self._kind is None or (self._kind is Kind.OTHER and kind is not Kind.OTHER):
            self._kind = kind
            self.stated_type = stated
        self.stated_type = self.stated_type or stated

    def add_rights(self, *statements: str) -> None:
        """Add one rights statement in all its forms (identifier, URL, words), surest first."""
        access, licence, stated = _read_rights(statements)
        self.access = access or self.access
        if not stated:
            return
        if licence and not self._licence:
            self._licence, self._licence_stated = licence, stated
        elif licence and licence != self._licence:
            self.add_problem("further-licence", licence)
        elif not licence:
            self._licence_stated = self._licence_stated or stated
            self.add_problem("unknown-licence", stated)

    def finish(self) -> Work:
        """Settle what needs the whole record and make the work."""
        kind = self._kind or Kind.OTHER
        if self._isbns:
            self._settle_isbns(kind)
        if self._pages:
            self._settle_hepdata_pages()
        if not self._titles:
            self.add_problem("no-title", self._record.identifier)
        links = self._links_to_others()
        if self._year is None:
            self._year = self._issued_year()
        if len(self._descriptions) > 1:
            self._descriptions.sort(key=lambda ranked: ranked[0])
        return Work(
            source=self._record.source,
            record=self._record.identifier,
            datestamp=self._record.datestamp,
            kind=kind,
            stated_type=self.stated_type,
            identifiers=tuple(self._identifiers),
            titles=tuple(self._titles),
            creators=tuple(self._creators),
            collaborations=tuple(self._collaborations),
            dates=tuple(self._dates),
            year=self._year,
            links=links,
            subjects=tuple(self._subjects),
            licence=self._licence,
            licence_stated=self._licence_stated,
            access=self.access,
            languages=tuple(self._languages),
            publisher=self.publisher,
            publisher_identifier=self.publisher_identifier,
            version=self.version,
            volume=self.volume,
            sizes=tuple(self._sizes),
            formats=tuple(self._formats),
            descriptions=tuple([text for _, text in self._descriptions]),
            funding=tuple(self._funding),
            problems=tuple(self._problems),
        )

    def _link(  # noqa: PLR0913, PLR0917  # a link has these parts
        self,
        relation: str,
        target: Identifier,
        stated_as: str,
        stated_target: str,
        kind: str = "",
        rule: str = "stated",
    ) -> None:
        if relation not in RELATIONS:
            relation = _RELATIONS_BY_CASE.get(relation.lower(), relation)
        known_kind = (target_kind(kind) if kind else "") or _KIND_BY_SCHEME.get(target.scheme, "")
        link = Link(relation, target, stated_as, stated_target.strip(), known_kind, rule)
        self._links[link] = None

    def _language_tag(self, text: str) -> str:
        tag = language_tag(text)
        if tag is None:
            self.add_problem("bad-language", text)
        return tag or ""

    def _settle_isbns(self, kind: Kind) -> None:
        """An ISBN on a chapter, or on a paper inside a volume, is the volume's."""
        is_part = kind is Kind.CHAPTER or (kind is Kind.PAPER and is_contained(self.stated_type))
        for isbn, stated in self._isbns.items():
            if is_part:
                self._link("IsPartOf", isbn, "ISBN", stated, kind="Book", rule="chapter-isbn")
            else:
                self._identifiers[isbn] = None

    def _settle_hepdata_pages(self) -> None:
        """The same page address stands on a HEPData record, its versions and every table.

        It is the record's own; from a version or part it is a link. A page number that is not the
        number in the DOI names neither for certain.
        """
        doi = next((i.value for i in self._identifiers if i.scheme == "doi"), "")
        match = _HEPDATA_DOI.fullmatch(doi)
        for page, hint, stated in self._pages:
            if match is None:
                self._identifiers[page] = None
            elif page.value.isdigit() and page.value != match[1]:
                self.add_problem("ambiguous-identifier", f"{hint} {stated}")
            elif match[3]:
                self._link("IsPartOf", page, hint, stated, rule="hepdata-page")
            elif match[2]:
                self._link("IsVersionOf", page, hint, stated, rule="hepdata-page")
            else:
                self._identifiers[page] = None

    def _links_to_others(self) -> tuple[Link, ...]:
        own = self._identifiers
        for link in [link for link in self._links if link.target in own]:
            self.add_problem("self-relation", f"{link.stated_as} {link.stated_target}")
            del self._links[link]
        return tuple(self._links)

    def _issued_year(self) -> int | None:
        other = ""
        for date in self._dates:
            if date.role == "Issued":
                return year_of(date.value)
            if date.role in _NEAR_ISSUED:
                other = other or date.value
        return year_of(other)


def _type_of(identifiers: tuple[Identifier, ...]) -> str:
    """Only people have an ORCID, only organisations a ROR or GRID; others say nothing."""
    schemes = {each.scheme for each in identifiers}
    if "orcid" in schemes:
        return "person"
    return "organization" if schemes & _OF_ORGANISATIONS else ""


def _bad_identifier(hint: str) -> str:
    return "bad-doi" if hint.lower() == "doi" else "bad-identifier"


@lru_cache(maxsize=4096)
def _read_rights(statements: tuple[str, ...]) -> tuple[Access | None, str, str]:
    """Access, licence and wording of one rights statement in all its forms; sources have few."""
    access = None
    licence = stated = ""
    for statement in filter(None, statements):
        declared = access_of(statement)
        if declared is not None:
            access = declared
        else:
            licence = licence or spdx(statement)
            stated = plain(statement)
    return access, licence, stated
