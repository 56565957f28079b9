"""An entity as a bibliographic record of MARC 21 in XML.

Specification: https://www.loc.gov/marc/bibliographic/ and https://www.loc.gov/standards/marcxml/
Field 980 is not of the standard: repositories of physics name the type of a thing there, which a
leader says for books and articles only. Fields that would have to be made up are not there: 003
and 008, and 245 of an entity without a title. Left out, for MARC has no place for them: titles of
awards, identifiers of funders, languages of titles.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from graph.names import collaboration_of
from search.metadata.described import Agent, Described, Related
from search.metadata.markup import element
from search.metadata.naming import groups, named, own, resolver, split, target, target_address

NAMESPACE: Final = "http://www.loc.gov/MARC21/slim"
SCHEMA: Final = "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd"

_XSI: Final = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_LEVELS: Final = {"book": "am", "chapter": "aa", "paper": "ab"}
"""Type of record and bibliographic level, positions 6 and 7 of the leader: language material that
is a monograph, part of one, or part of a serial; all else is a computer file."""
_COMPUTER_FILE: Final = "mm"
_COLLECTIONS: Final = {
    "dataset": ("dataset", ""),
    "paper": ("publication", "eprint"),
    "software": ("software", ""),
    "book": ("book", ""),
    "chapter": ("bookchapter", ""),
}
_SOURCES: Final = {"handle": "hdl", "url": "uri", "swh": "swhid"}
"""Codes of https://www.loc.gov/standards/sourcelist/standard-identifier.html where a scheme has
another name there."""
_ACCESS: Final = {
    "open": ("0", "Open access"),
    "embargoed": ("1", "Embargoed access"),
    "restricted": ("1", "Restricted access"),
    "closed": ("1", "Closed access"),
}
"""First indicator and words of field 506."""
_LINKING_ENTRIES: Final = {
    "IsTranslationOf": "765",
    "HasTranslation": "767",
    "IsSupplementedBy": "770",
    "IsSupplementTo": "772",
    "IsPartOf": "773",
    "HasPart": "774",
    "IsVariantFormOf": "776",
    "IsOriginalFormOf": "776",
    "Continues": "780",
    "IsContinuedBy": "785",
    "IsDerivedFrom": "786",
}
"""By relation: https://www.loc.gov/marc/bibliographic/bd76x78x.html . The others are in 787."""
_OTHER_RELATION: Final = "787"
_WORDS: Final = re.compile("(?<=[a-z])(?=[A-Z])")

Subfields = Iterable[tuple[str, str]]
"""Codes and texts."""


def write_marcxml(described: Described) -> bytes:
    """The `<record>` element, as UTF-8."""
    level = _LEVELS.get(described.kind, _COMPUTER_FILE)
    fields = (
        *_numbers(described),
        *_description(described),
        *_subjects(described),
        *_added_entries(described),
        *(_link(described, each) for each in sorted(described.related, key=_tag_of_link)),
        *_locations(described),
        _field(
            "980", "  ", zip("ab", _COLLECTIONS.get(described.kind, ("other", "")), strict=True)
        ),
    )
    return (
        f'<record xmlns="{NAMESPACE}" {_XSI} xsi:schemaLocation="{NAMESPACE} {SCHEMA}"'
        f' type="Bibliographic"><leader>00000n{level} a2200000 u 4500</leader>'
        f"{element('controlfield', described.key, tag='001')}{''.join(fields)}</record>"
    ).encode()


def _field(tag: str, indicators: str, subfields: Subfields) -> str:
    """A data field, empty when all its subfields are."""
    content = "".join(element("subfield", text, code=code) for code, text in subfields)
    if not content:
        return ""
    # not by `whole`: an indicator may be a blank, which no other attribute is
    stated = f'tag="{tag}" ind1="{indicators[0]}" ind2="{indicators[1]}"'
    return f"<datafield {stated}>{content}</datafield>"


def _numbers(described: Described) -> Iterator[str]:
    """Fields 020, 024, 041 and 088: in the order of their tags all through this file."""
    identifiers = own(described)
    for identifier in identifiers:
        if identifier.startswith("isbn:"):
            yield _field("020", "  ", [("a", split(identifier).value)])
    for identifier in identifiers:
        scheme = split(identifier).scheme
        if scheme not in ("isbn", "report"):
            source = _SOURCES.get(scheme, scheme)
            yield _field("024", "7 ", [("a", named(identifier).text), ("2", source)])
    if not identifiers:
        yield _field("024", "7 ", [("a", described.iri), ("2", "uri")])
    for tag in described.languages:
        yield _field("041", " 7", [("a", tag), ("2", "rfc5646")])
    for identifier in identifiers:
        if identifier.startswith("report:"):
            yield _field("088", "  ", [("a", split(identifier).value)])


def _description(described: Described) -> Iterator[str]:
    """The main entry, then fields 245 to 540."""
    main = next((_entry(each, "1", "aut") for each in described.creators[:1]), "")
    yield main
    for number, title in enumerate(described.titles):
        if number:
            yield _field("246", "3 ", [("a", title.value)])
        else:
            yield _field("245", ("1" if main else "0") + "0", [("a", title.value)])
    yield _field("250", "  ", [("a", described.version)])
    yield _field("264", " 1", [("b", described.publisher), ("c", described.date)])
    for size in described.sizes:
        yield _field("300", "  ", [("a", size)])
    for each in described.formats:
        yield _field("347", "  ", [("b", each)])
    first, words = _ACCESS.get(described.access, (" ", ""))
    yield _field("506", first + " ", [("a", words)])
    yield _field("520", "3 ", [("a", described.abstract)])
    for grant in described.grants:
        yield _field("536", "  ", [("a", grant.funder), ("c", grant.number)])
    page = described.licence if described.spdx else ""
    yield _field("540", "  ", [("a", described.spdx or described.licence), ("u", page)])


def _subjects(described: Described) -> Iterator[str]:
    """Keywords are words of nobody's list."""
    for subject in described.subjects:
        yield _field("653", "  ", [("a", subject)])


def _added_entries(described: Described) -> list[str]:
    """Everybody but the first creator, and collaborations that are not among them, by tag."""
    entries = [_entry(each, "7", "aut") for each in described.creators[1:]]
    entries += [_entry(each, "7", "edt") for each in described.editors]
    entries += [_entry(each, "7", "ctb") for each in described.contributors]
    collaborations = (Agent(name=each, is_organization=True) for each in groups(described))
    entries += [_entry(each, "7", "ctb") for each in collaborations]
    return sorted(entries, key=lambda entry: entry[:19])  # up to the tag: 700 before 710


def _entry(agent: Agent, hundred: str, relator: str) -> str:
    """A name with its identifiers: field 100 or 700 of a person, 110 or 710 of a group."""
    is_group = agent.is_organization or bool(collaboration_of(agent.name))
    identifiers = [
        (code, text)
        for identifier in agent.identifiers
        for code, text in (("0", _authority(identifier)), ("1", resolver(identifier)))
    ]
    places = [] if is_group else [("u", place.name) for place in agent.affiliations]
    subfields = [("a", agent.name), *places, *identifiers, ("4", relator)]
    if not agent.name.strip():
        return ""
    if is_group:
        return _field(f"{hundred}10", "2 ", subfields)
    return _field(f"{hundred}00", ("1" if "," in agent.name else "0") + " ", subfields)


def _authority(identifier: str) -> str:
    """An ORCID or GRID as a number in brackets; others are addresses only."""
    scheme, value = split(identifier).scheme, split(identifier).value
    return f"({scheme}){value}" if scheme in ("orcid", "grid") else ""


def _tag_of_link(related: Related) -> str:
    return _LINKING_ENTRIES.get(related.relation, _OTHER_RELATION)


def _link(described: Described, related: Related) -> str:
    """A linking entry: relation in words, title, identifier, number of the record here."""
    other = target(described, related)
    address = target_address(described, related)
    identifier = ("z", other.text) if other.type == "ISBN" else ("o", address)
    subfields = (
        ("i", _WORDS.sub(" ", related.relation)),
        ("t", related.name),
        identifier,
        ("w", "" if related.is_stub else related.key),
    )
    return _field(_tag_of_link(related), "0 ", subfields)


def _locations(described: Described) -> Iterator[str]:
    """Where the thing is, by its surest identifiers, and where it is described here."""
    for identifier in own(described):
        if identifier.startswith(("doi:", "handle:", "arxiv:", "ark:")):
            yield _field("856", "40", [("u", resolver(identifier))])
    yield _field("856", "4 ", [("u", described.iri)])
