"""INSPIRE's REST API: the papers behind DOIs, arXiv identifiers and INSPIRE numbers.

One query asks for many: `q=(doi:"10.1/a" or arxiv:"1207.7214" or recid:451647 ...) or (...)`.
API: https://github.com/inspirehep/rest-api-doc ; the grammar of `q` and what becomes of it:
https://github.com/inspirehep/inspire-query-parser
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import quote

import msgspec

from harvester.companion.answer import Found, Unreadable, datestamp_of
from harvester.companion.wanted import Wanted
from harvester.record import RawRecord

PREFIX: Final = "inspire-json"
"""metadataPrefix under which the papers are staged."""
FIELDS: Final = (
    *("control_number", "titles", "document_type", "earliest_date", "preprint_date"),
    *("dois", "arxiv_eprints", "isbns", "persistent_identifiers", "external_system_identifiers"),
    *("first_author.full_name", "first_author.ids", "author_count", "corporate_author"),
    *("collaborations", "publication_info", "imprints", "thesis_info", "abstracts", "languages"),
    *("inspire_categories", "license", "related_records", "references.reference.dois"),
)
"""Metadata asked for. Not `authors`, of which a collaboration has 3,000 and which cannot be cut,
nor numbers of citations, which would make every paper a changed one every day."""

_AT_ONCE: Final = 50
"""Identifiers in one query. INSPIRE's parser recurses once for each and ends at about 100
(measured with its published code)."""
_CHARACTERS_AT_ONCE: Final = 3000
"""Of the identifiers in one query; with the fields the address stays below 8 kB, which servers
commonly take."""
_IN_BRACKETS: Final = 7
"""Terms in a pair of brackets: `a or b or c` nests once for each `or`, and a search engine takes 20
levels; 50 terms in brackets of 7 nest 14 deep (measured)."""
_MORE_HITS: Final = 50
"""Hits asked for above the number of identifiers: one DOI may stand on several papers."""

_TERMS: Final = {"doi": 'doi:"{}"', "arxiv": 'arxiv:"{}"', "inspire": "recid:{}"}
_NOT_PAPERS: Final = ("10.17182/", "10.7483/", "10.5281/", "10.5072/")
"""DOI prefixes of HEPData, CERN Open Data, Zenodo and of tests: INSPIRE lists papers."""


class _Value(msgspec.Struct, gc=False):
    value: str = ""


class _Metadata(msgspec.Struct, gc=False):
    control_number: int
    dois: tuple[_Value, ...] = ()
    arxiv_eprints: tuple[_Value, ...] = ()


class _Hit(msgspec.Struct, gc=False):
    metadata: _Metadata
    updated: str = ""


class _Hits(msgspec.Struct, gc=False):
    total: int
    hits: tuple[msgspec.Raw, ...]


class _Answer(msgspec.Struct, gc=False):
    hits: _Hits


_ANSWER: Final = msgspec.json.Decoder(_Answer)
_HIT: Final = msgspec.json.Decoder(_Hit)


def wanted_papers(identifiers: Iterable[str]) -> Iterator[Wanted]:
    """What to look up among identifiers written `scheme:value`, each once.

    DOIs, arXiv identifiers and INSPIRE numbers in canonical form; left out are other schemes, DOIs
    that stand for data, and values that a query cannot hold.

    >>> [each.key for each in wanted_papers(["doi:10.17182/hepdata.1", "arxiv:1207.7214"])]
    ['arxiv:1207.7214']
    """
    seen = set()
    for identifier in identifiers:
        scheme, _, value = identifier.partition(":")
        is_paper = scheme in _TERMS and not value.startswith(_NOT_PAPERS)
        if is_paper and _can_be_asked(value) and identifier not in seen:
            seen.add(identifier)
            yield Wanted(identifier)


def _can_be_asked(value: str) -> bool:
    return bool(value) and '"' not in value and value.isprintable() and not value.isspace()


def has_room(batch: Sequence[Wanted]) -> bool:
    """Tell whether one more identifier fits into a query."""
    return len(batch) < _AT_ONCE and sum(len(each.key) for each in batch) < _CHARACTERS_AT_ONCE


def address(url: str, batch: Sequence[Wanted]) -> str:
    """The query for all of a batch at once."""
    terms = []
    for wanted in batch:
        scheme, _, value = wanted.key.partition(":")
        terms.append(_TERMS[scheme].format(value))
    groups = [
        f"({' or '.join(terms[start : start + _IN_BRACKETS])})"
        for start in range(0, len(terms), _IN_BRACKETS)
    ]
    query = quote(" or ".join(groups), safe="")
    return f"{url}?q={query}&size={len(batch) + _MORE_HITS}&fields={','.join(FIELDS)}"


def read(body: bytes, batch: Sequence[Wanted]) -> Found:
    """Pick the papers that were asked for out of an answer; each keeps its bytes.

    Raises:
        Unreadable: it is not the JSON of a search, or not all of what the search found.
    """
    try:
        hits = _ANSWER.decode(body).hits
        papers = [(hit, _HIT.decode(hit)) for hit in hits.hits]
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unreadable("not-json", str(error)) from error
    if hits.total > len(papers):
        raise Unreadable("cut-list", f"{hits.total} papers found, {len(papers)} listed")
    asked = {wanted.key for wanted in batch}
    records, keys = [], set()
    for raw, hit in papers:
        of_paper = _keys(hit.metadata)
        if of_paper & asked:
            records.append(_record(raw, hit))
            keys |= of_paper
    return Found(records=tuple(records), keys=frozenset(keys))


def _keys(paper: _Metadata) -> set[str]:
    return {
        f"inspire:{paper.control_number}",
        *(f"doi:{each.value.lower()}" for each in paper.dois),
        *(f"arxiv:{each.value.lower()}" for each in paper.arxiv_eprints),
    }


def _record(raw: msgspec.Raw, hit: _Hit) -> RawRecord:
    return RawRecord(
        identifier=f"inspire:{hit.metadata.control_number}",
        datestamp=datestamp_of(hit.updated),
        is_deleted=False,
        sets=(),
        xml=bytes(raw),
    )
