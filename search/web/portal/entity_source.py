"""The live and the deleted entities of a release as a source of OAI-PMH records.

Identifiers follow https://www.openarchives.org/OAI/2.0/guidelines-oai-identifier.htm
"""

import re
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from graph.errors import ReleaseError
from graph.iris import entity_iri
from graph.roll import Listed, Roll, Span
from graph.work import Kind
from harvester.protocol import DeletedRecord, Granularity, format_datestamp
from harvester.provider.source import (
    MetadataFormat,
    Page,
    RepositoryFacts,
    Selection,
    write_header,
    write_record,
    write_set,
)
from search.metadata.described import read_described
from search.metadata.formats import FORMS
from search.web.portal.moments import Moments
from search.web.site import Site

PAGE_SIZE: Final = 100
"""Records in one part of a list, as most repositories send them."""
NOBODY: Final = "nobody@weft.invalid"
"""Identify must name an address; this one is nobody's, for sites that have no contact."""
FORMATS: Final = tuple(
    MetadataFormat(prefix=prefix, schema=FORMS[prefix].schema, namespace=FORMS[prefix].namespace)
    for prefix in ("oai_dc", "oai_datacite", "marcxml")
)
_PREFIXES: Final = frozenset(each.prefix for each in FORMATS)
_LABEL: Final = re.compile(r"[a-z][a-z0-9-]*")
_POSITION: Final = re.compile(r"([1-9][0-9]{0,17}) ([a-z0-9]{1,40})")
_SOURCE: Final = re.compile(r"[A-Za-z0-9_-]+")
_EMAIL: Final = re.compile(r"[^\s@<>]+@([^\s@<>.]+\.)+[^\s@<>.]+")
_KINDS: Final = frozenset(map(str, Kind))


class _Place(NamedTuple):
    """A selection as the roll understands it; `is_empty` where nothing can be in it."""

    span: Span
    is_empty: bool


def oai_host(base_iri: str) -> str:
    """The domain that stands in OAI identifiers: the host, or what is legal in place of it.

    An address in numbers, and a host without a dot, is no domain of the guidelines.

    >>> oai_host("https://weft.example.org/graph/"), oai_host("http://127.0.0.1:8080/")
    ('weft.example.org', 'host-127-0-0-1.invalid')
    """
    try:
        host = (urlsplit(base_iri).hostname or "").rstrip(".").encode("idna").decode()
    except ValueError:
        host = base_iri.partition("://")[2].rstrip("/").lower()
    labels = host.split(".")
    if len(labels) > 1 and all(map(_LABEL.fullmatch, labels)):
        return host
    name = re.sub("[^a-z0-9]+", "-", host).strip("-")
    return f"{name if _LABEL.fullmatch(name) else f'host-{name}'}.invalid"


class EntitySource:
    """A release as a `harvester.provider.source.RecordSource`. For one request.

    Order: when an entity last changed, then key. A position is the release in which the last
    entity handed out had changed, and its key: an entity that changes behind a harvester's back
    moves on to the end of the list, so it is met again and none is passed over.
    """

    def __init__(
        self, site: Site, roll: Roll, moments: Moments, page_size: int = PAGE_SIZE
    ) -> None:
        self._site = site
        self._roll = roll
        self._moments = moments
        self._page_size = page_size
        self._prefix = f"oai:{oai_host(site.base_iri)}:"

    def identify(self) -> RepositoryFacts:
        """Tell about the graph.

        A key is never given twice and the register keeps every one: deletions are persistent.
        """
        contact = self._site.contact
        return RepositoryFacts(
            name=self._site.title,
            admin_emails=(contact if _EMAIL.fullmatch(contact) else NOBODY,),
            earliest=self._moments.earliest,
            deleted_record=DeletedRecord.PERSISTENT,
            granularity=Granularity.SECOND,
        )

    def formats(self, identifier: str | None) -> tuple[MetadataFormat, ...] | None:
        """List all formats, which every entity has but a deleted one; None = no such entity."""
        if identifier is None:
            return FORMATS
        listed = self._find(identifier)
        if listed is None:
            return None
        return () if listed.is_deleted else FORMATS

    def count_sets(self) -> int:
        """Return how many sets there are."""
        return len(self._sets())

    def sets(self, position: str) -> Page:
        """Return all sets: a source or a kind each."""
        if position:
            raise ValueError(f"no position of a list of sets: {position!r}")
        return Page(items=tuple(write_set(spec, name) for spec, name in self._sets()))

    def count(self, selection: Selection) -> int:
        """Return how many entities are selected."""
        place = self._place(selection, "")
        return 0 if place.is_empty else self._roll.count(place.span)

    def headers(self, selection: Selection, position: str) -> Page:
        """Return the headers selected, from a position on."""
        listed, next_position = self._page(selection, position)
        return Page(items=tuple(map(self._header, listed)), next_position=next_position)

    def records(self, selection: Selection, position: str) -> Page:
        """Return the records selected, from a position on."""
        listed, next_position = self._page(selection, position)
        items = tuple(self._record(each, selection.prefix) for each in listed)
        return Page(items=items, next_position=next_position)

    def record(self, identifier: str, prefix: str) -> bytes | None:
        """Return one record; None when the entity or the format is not there."""
        listed = self._find(identifier)
        if listed is None or prefix not in _PREFIXES:
            return None
        return self._record(listed, prefix)

    def _find(self, identifier: str) -> Listed | None:
        if not identifier.startswith(self._prefix):
            return None
        return self._roll.find(identifier.removeprefix(self._prefix))

    def _page(self, selection: Selection, position: str) -> tuple[list[Listed], str]:
        if selection.prefix not in _PREFIXES:
            raise ValueError(f"no format {selection.prefix!r}")
        place = self._place(selection, position)
        found = [] if place.is_empty else self._roll.first(place.span, self._page_size + 1)
        kept = found[: self._page_size]
        is_last = len(found) == len(kept)
        return kept, "" if is_last else f"{kept[-1].changed_in} {kept[-1].key}"

    def _place(self, selection: Selection, position: str) -> _Place:
        after, until = (0, ""), None
        if selection.since:
            after = (self._moments.first_since(selection.since), "")
        if position:
            after = max(after, _read_position(position))
        if selection.until:
            until = self._moments.last_until(selection.until)
        field, _, value = (selection.set or "").partition(":")
        if field in {"", "kind", "source"} and not value:
            return _Place(Span(after, until), is_empty=False)
        if field == "kind" and value in _KINDS:
            return _Place(Span(after, until, "kind", value), is_empty=False)
        if field == "source" and _SOURCE.fullmatch(value):
            return _Place(Span(after, until, "source", value), is_empty=False)
        return _Place(Span(), is_empty=True)

    def _sets(self) -> list[tuple[str, str]]:
        info = self._site.release.info
        sources = [
            (f"source:{name}", f"Source: {self._site.source_title(name)}")
            for name, n_records in sorted(info.by_source.items())
            if n_records and _SOURCE.fullmatch(name)
        ]
        kinds = [(f"kind:{kind}", f"Kind: {kind}") for kind, n in sorted(info.by_kind.items()) if n]
        return [*sources, *kinds]

    def _header(self, listed: Listed) -> bytes:
        kinds = (f"kind:{listed.kind}",) if listed.kind else ()
        sources = (f"source:{name}" for name in listed.sources if _SOURCE.fullmatch(name))
        return write_header(
            self._prefix + listed.key,
            format_datestamp(self._moments.of(listed.changed_in)),
            (*sources, *kinds),
            is_deleted=listed.is_deleted,
        )

    def _record(self, listed: Listed, prefix: str) -> bytes:
        header = self._header(listed)
        if listed.is_deleted:
            return write_record(header)
        iri = entity_iri(self._site.base_iri, listed.key)
        described = read_described(self._site.graph, self._site.index.document(listed.key), iri)
        if described is None:
            raise ReleaseError(f"the roll lists {iri}, which the graph does not describe")
        return write_record(header, FORMS[prefix].write(described))


def _read_position(text: str) -> tuple[int, str]:
    """A place in the roll.

    Raises:
        ValueError: it is none.
    """
    parts = _POSITION.fullmatch(text)
    if parts is None:
        raise ValueError(f"no place in the list: {text!r:.100}")
    return int(parts[1]), parts[2]
