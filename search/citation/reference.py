"""What every form of citation starts from: an entity in the parts of a reference. Pure.

Texts are in one line and hold no control characters, so that none can end a field of a format.
"""

import re
from typing import Final, NamedTuple

from msgspec import Struct

from graph.names import collaboration_of
from search.metadata.described import Agent, Described
from search.metadata.naming import own, resolver

_SPACES: Final = re.compile(r"\s+")
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_WHOLES: Final = ("IsPublishedIn", "IsPartOf")
"""Relations to what a part appeared in, best first."""
_ADDRESSED: Final = ("doi", "arxiv", "handle", "ark", "pmid", "hepdata", "inspire", "cds", "url")
"""Schemes of the address to cite, best first."""


class Name(NamedTuple):
    """A creator as it is sorted and printed."""

    family: str
    """The whole name when it has no parts: of a collaboration, and where no record tells them."""
    given: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it must not be taken apart."""
        return not self.given

    def __str__(self) -> str:
        """The name as it is sorted: family name first."""
        return f"{self.family}, {self.given}" if self.given else self.family


class Reference(Struct, frozen=True, kw_only=True):
    """One entity; what no record states is empty."""

    key: str
    kind: str
    """As in `Described`."""
    title: str
    """The first title, else an identifier."""
    creators: tuple[Name, ...] = ()
    editors: tuple[Name, ...] = ()
    year: str = ""
    date: str = ""
    """YYYY, YYYY-MM or YYYY-MM-DD."""
    publisher: str = ""
    version: str = ""
    volume: str = ""
    whole: str = ""
    """Title of the journal or book that it appeared in."""
    doi: str = ""
    arxiv: str = ""
    isbns: tuple[str, ...] = ()
    issn: str = ""
    address: str = ""
    """Where it can be found: by its DOI when it has one, else by another identifier, else here."""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    licence: str = ""
    """SPDX identifier, or the words of the record."""


def reference_of(described: Described) -> Reference:
    """Put an entity into the parts of a reference.

    A name with one comma is a family name and a given name, unless the entity tells that it is an
    organisation or a collaboration; any other name is left whole.
    """
    titles = [text for title in described.titles if (text := one_line(title.value))]
    identifiers = own(described)
    year = described.date[:4] or (str(described.year) if described.year is not None else "")
    return Reference(
        key=described.key,
        kind=described.kind,
        title=next(iter(titles), next(iter(identifiers), described.iri)),
        creators=_names(described.creators, described.collaborations),
        editors=_names(described.editors, described.collaborations),
        year=str(described.year) if described.year is not None else year,
        date=described.date or year,
        publisher=one_line(described.publisher),
        version=one_line(described.version),
        volume=one_line(described.volume),
        whole=_whole(described),
        doi=_first(identifiers, "doi"),
        arxiv=_first(identifiers, "arxiv"),
        isbns=tuple(_values(identifiers, "isbn")),
        issn=_first(identifiers, "issn"),
        address=_address(identifiers, described.iri),
        abstract=one_line(described.abstract),
        keywords=tuple(text for each in described.subjects if (text := one_line(each))),
        languages=tuple(one_line(each) for each in described.languages),
        licence=one_line(described.spdx or described.licence),
    )


def one_line(text: str) -> str:
    r"""A text without line breaks and control characters.

    >>> one_line(" a\r\n b\x00c ")
    'a bc'
    """
    return _SPACES.sub(" ", _CONTROLS.sub("", text)).strip()


def _names(agents: tuple[Agent, ...], collaborations: tuple[str, ...]) -> tuple[Name, ...]:
    return tuple(
        _name(name, agent, collaborations) for agent in agents if (name := one_line(agent.name))
    )


def _name(name: str, agent: Agent, collaborations: tuple[str, ...]) -> Name:
    is_group = agent.is_organization or name in collaborations or bool(collaboration_of(name))
    family, _, given = (part.strip() for part in name.partition(","))
    if is_group or not family or not given or "," in given:
        return Name(name)
    return Name(family, given)


def _whole(described: Described) -> str:
    if described.kind not in ("paper", "chapter"):
        return ""
    for relation in _WHOLES:
        for related in described.related:
            if related.relation == relation and (name := one_line(related.name)):
                return name
    return ""


def _address(identifiers: tuple[str, ...], iri: str) -> str:
    for scheme in _ADDRESSED:
        for identifier in identifiers:
            if identifier.startswith(f"{scheme}:") and (page := resolver(identifier)):
                return page
    return iri


def _values(identifiers: tuple[str, ...], scheme: str) -> list[str]:
    return [
        one_line(each.removeprefix(f"{scheme}:"))
        for each in identifiers
        if each.startswith(f"{scheme}:")
    ]


def _first(identifiers: tuple[str, ...], scheme: str) -> str:
    return next(iter(_values(identifiers, scheme)), "")
