"""How formats name an entity and what it is linked to: identifiers as types, texts and addresses.

Every text is one that `graph.identifiers.recognise` reads back as the identifier it was.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from graph import identifiers
from graph.names import collaboration_of
from graph.work import Identifier
from search.metadata.described import Described, Related
from search.metadata.markup import legal

_TYPES: Final[dict[str, str]] = {
    "doi": "DOI",
    "arxiv": "arXiv",
    "handle": "Handle",
    "ark": "ARK",
    "pmid": "PMID",
    "isbn": "ISBN",
    "issn": "ISSN",
    "urn": "URN",
    "url": "URL",
    "swh": "SWHID",
    "inspire": "INSPIRE",
    "cds": "CDS",
    "hepdata": "HEPData",
    "oai": "oai",
    "report": "Report number",
    "github": "GitHub",
    "gitlab": "GitLab",
}
"""What an identifier of a scheme is called; the first nine as DataCite's list has them."""
_OF_DATACITE: Final = frozenset(
    {"doi", "arxiv", "handle", "ark", "pmid", "isbn", "issn", "urn", "url"}
)
"""Schemes of DataCite's relatedIdentifierType."""
_FOR_LINKS: Final = (
    *("doi", "arxiv", "handle", "inspire", "cds", "hepdata", "oai", "ark", "pmid", "swh", "isbn"),
    *("issn", "urn", "url", "github", "gitlab"),
)
"""Schemes by how surely an identifier names one thing: several books may share an ISBN, many
things a page or a repository of software."""
_PREFIXES: Final = {"oai": "oai:", "urn": "urn:", "ark": "ark:/"}
_LONGEST: Final = 2000
"""Characters of an identifier; a longer one would be cut, and so be another."""


class Named(NamedTuple):
    """An identifier as a format writes it."""

    type: str
    """As DataCite calls its scheme, or as people do."""
    text: str


def split(identifier: str) -> Identifier:
    """An identifier written `scheme:value` in its parts."""
    scheme, _, value = identifier.partition(":")
    return Identifier(scheme, value)


def named(identifier: str) -> Named:
    """An identifier with the name of its scheme.

    >>> named("isbn:9783030382070"), named("oai:zenodo.org:7")
    (Named(type='ISBN', text='9783030382070'), Named(type='oai', text='oai:zenodo.org:7'))
    """
    scheme, value = split(identifier).scheme, split(identifier).value
    return Named(_TYPES.get(scheme, scheme), _PREFIXES.get(scheme, "") + value)


def resolver(identifier: str) -> str:
    """Address, or URN, of an identifier; empty when nothing resolves it.

    >>> resolver("doi:10.17182/hepdata.1")
    'https://doi.org/10.17182/hepdata.1'
    """
    try:
        found = identifiers.iri(split(identifier)) or ""
    except UnicodeEncodeError:  # half of a surrogate pair
        return ""
    return found if found.startswith(("https://", "http://", "urn:")) else ""


def own(described: Described) -> tuple[str, ...]:
    """The identifiers that a format can hold, as `scheme:value`."""
    return tuple(
        each
        for each in described.identifiers
        if len(each) <= _LONGEST and legal(each.partition(":")[2])
    )


def target(described: Described, related: Related) -> Named:
    """What a link's other end is called: by the surest identifier of a scheme that DataCite knows.

    An identifier of another scheme stands as the address of its page, which names it as well. The
    entity's own IRI is last.
    """
    for identifier in _naming(described, related):
        if split(identifier).scheme in _OF_DATACITE:
            return named(identifier)
        if page := resolver(identifier):
            return Named("URL", page)
    return Named("URL", related.iri)


def target_address(described: Described, related: Related) -> str:
    """The same as one address or URN."""
    return next(filter(None, map(resolver, _naming(described, related))), related.iri)


def _naming(described: Described, related: Related) -> Iterator[str]:
    """The identifiers of a link's other end, the surest first.

    One that both ends carry, as two books in one binding do their ISBN, would name the first.
    """
    for scheme in _FOR_LINKS:
        for identifier in related.identifiers:
            is_short = len(identifier) <= _LONGEST
            is_shared = identifier in described.identifiers
            if split(identifier).scheme == scheme and is_short and not is_shared:
                yield identifier


def groups(described: Described) -> tuple[str, ...]:
    """Collaborations that no creator, editor or contributor stands for."""
    agents = (*described.creators, *described.editors, *described.contributors)
    names = {collaboration_of(agent.name) or agent.name for agent in agents}
    return tuple(each for each in described.collaborations if each not in names)
