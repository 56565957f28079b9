"""The indexes of each CQL context set, and the fields of the query language they search. Pure.

https://www.loc.gov/standards/sru/cql/contextSets/
http://zing.z3950.org/cql/bath/2.0/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from search.query import ALIASES, FIELDS
from search.text.fields import KEYWORDS


class Terms(Enum):
    """What the terms of an index are."""

    WORDS = auto()
    """Text, cut into words."""
    VALUE = auto()
    """One value, compared as a whole without case or accents."""
    YEAR = auto()
    HAS = auto()
    IDENTIFIER = auto()
    ISBN = auto()
    ISSN = auto()
    EVERYTHING = auto()
    """Matches every record whatever the term is."""
    RESULT_SET = auto()
    """The name of an earlier result; there are none."""
    RECORD = auto()
    """The IRI or the key of an entity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index that a query can name."""

    name: str
    title: str
    terms: Terms
    field: str = ""
    """A name of `search.query.FIELDS`; empty for all fields of words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextSet:
    """A named group of indexes."""

    name: str
    """The short name that needs no assignment."""
    title: str
    uris: tuple[str, ...]
    """The first is the one to show; the others are older versions of the same."""
    indexes: Mapping[str, Index]
    """By name in lower case."""

    @property
    def uri(self) -> str:
        """Its identifier."""
        return self.uris[0]


_TITLES: Final = {
    "title": "Title",
    "abstract": "Abstract",
    "creator": "Creator",
    "subject": "Subject",
    "publisher": "Publisher",
    "identifier": "Identifier",
    "kind": "Kind: dataset, paper, software, book, chapter, other",
    "source": "Repository it was harvested from",
    "year": "Year of publication",
    "licence": "Licence, as an SPDX identifier",
    "language": "Language, as a BCP 47 tag",
    "access": "Access: open, restricted, ...",
    "collaboration": "Collaboration",
    "has": "Linked to at least one: data, paper, software, book",
}
_OTHER_TERMS: Final = {"year": Terms.YEAR, "has": Terms.HAS, "identifier": Terms.IDENTIFIER}


def _index(name: str, field: str) -> Index:
    terms = _OTHER_TERMS.get(field)
    if terms is None:
        terms = Terms.VALUE if field in KEYWORDS else Terms.WORDS
    return Index(name=name, title=_TITLES[field], terms=terms, field=field)


def _set(name: str, title: str, uris: tuple[str, ...], *indexes: Index) -> ContextSet:
    by_name = {index.name.lower(): index for index in indexes}
    return ContextSet(name=name, title=title, uris=uris, indexes=by_name)


_ANY: Final = "Title, creator, collaboration, subject, abstract and publisher"
CQL_SET: Final = _set(
    "cql",
    "CQL: indexes of any server",
    (
        "info:srw/cql-context-set/1/cql-v1.2",
        "info:srw/cql-context-set/1/cql-v1.1",
        "info:srw/cql-context-set/1/cql-v2.0",
    ),
    Index(name="serverChoice", title=_ANY, terms=Terms.WORDS),
    Index(name="anywhere", title=_ANY, terms=Terms.WORDS),
    Index(name="anyIndexes", title=_ANY, terms=Terms.WORDS),
    Index(name="keywords", title=_ANY, terms=Terms.WORDS),
    Index(name="allRecords", title="Every record, whatever the term", terms=Terms.EVERYTHING),
    Index(name="resultSetId", title="Result set", terms=Terms.RESULT_SET),
)
SETS: Final = (
    CQL_SET,
    _set(
        "weft",
        "Fields of the site's own query language",
        ("https://w3id.org/weft#",),
        *(_index(name, name) for name in FIELDS),
        *(_index(alias, field) for alias, field in ALIASES.items()),
    ),
    _set(
        "dc",
        "Dublin Core",
        ("info:srw/cql-context-set/1/dc-v1.1", "http://purl.org/dc/elements/1.1/"),
        _index("title", "title"),
        _index("creator", "creator"),
        _index("subject", "subject"),
        _index("description", "abstract"),
        _index("publisher", "publisher"),
        _index("date", "year"),
        _index("type", "kind"),
        _index("identifier", "identifier"),
        _index("language", "language"),
        _index("rights", "licence"),
    ),
    _set(
        "bath",
        "Bath Profile",
        ("http://zing.z3950.org/cql/bath/2.0/", "http://zing.z3950.org/cql/bath/1.1/"),
        Index(name="any", title=_ANY, terms=Terms.WORDS),
        _index("title", "title"),
        _index("author", "creator"),
        _index("topicalSubject", "subject"),
        _index("standardIdentifier", "identifier"),
        Index(name="isbn", title="ISBN", terms=Terms.ISBN, field="identifier"),
        Index(name="issn", title="ISSN", terms=Terms.ISSN, field="identifier"),
    ),
    _set(
        "rec",
        "Records",
        (
            "info:srw/cql-context-set/2/rec-1.1",
            "info:srw/cql-context-set/2/rec-1.0",
        ),
        Index(name="identifier", title="IRI or key of the entity", terms=Terms.RECORD),
    ),
    _set("sort", "Modifiers of sort keys", ("info:srw/cql-context-set/1/sort-v1.0",)),
)
"""In the order in which an index without a prefix is looked for."""

SERVER_CHOICE: Final = CQL_SET.indexes["serverchoice"]
BY_NAME: Final = {each.name: each for each in SETS}
BY_URI: Final = {uri: each for each in SETS for uri in each.uris}
