"""What a MARC record describes, and which records describe no work at all.

Told by INSPIRE's and Zenodo's collections, a thesis note, the host it is part of, or the leader.
"""

import re
from typing import Final

from graph.crosswalk.draft import Draft
from graph.crosswalk.marc_fields import MarcRecord
from graph.kinds import kind_of

_AUTHORITIES: Final = frozenset(
    {"hepnames", "institution", "institutions", "conferences", "job", "jobs", "jobhidden"}
    | {"journals", "experiment", "experiments", "authors"}
)
"""INSPIRE's collections of things that are no works, as `980$a` names them."""

_RANKED: Final[dict[str, str]] = {
    "thesis": "thesis",
    "proceedings": "proceedings",
    "bookchapter": "book chapter",
    "book": "book",
    "conferencepaper": "conference paper",
    "note": "technical note",
    "report": "report",
    "activityreport": "report",
    "article": "article",
    "review": "review",
    "published": "article",
    "preprint": "preprint",
    "arxiv": "preprint",
    "hep": "article",
    "scoap3": "article",
}
"""Type by INSPIRE's and CDS's collections, the most telling first: a record is in several."""

_COLLECTIONS: Final = frozenset(
    {"core", "citeable", "useful", "lectures", "introductory", "withdrawn", "openaire"}
    | {"openairedata", "topcite", "hal"}
)
"""Collections that say nothing about the type."""

_OF_LEADER: Final[dict[str, tuple[str, str]]] = {
    "m": ("other", "computer file"),
    "c": ("other", "notated music"),
    "d": ("other", "notated music"),
    "e": ("map", "cartographic material"),
    "f": ("map", "cartographic material"),
    "g": ("video", "projected medium"),
    "i": ("sound", "sound recording"),
    "j": ("sound", "sound recording"),
    "k": ("image", "two-dimensional graphic"),
    "p": ("other", "mixed materials"),
    "r": ("physical object", "three-dimensional object"),
    "t": ("manuscript", "manuscript language material"),
}
_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "m": ("book", "language material, monograph"),
    "c": ("book", "language material, collection"),
    "a": ("book chapter", "language material, part of a monograph"),
    "b": ("article", "language material, part of a serial"),
    "d": ("other", "language material, part of a collection"),
    "s": ("journal", "language material, serial"),
    "i": ("website", "language material, integrating resource"),
}
"""Type and words by bibliographic level, of language material."""

_SEPARATORS: Final = re.compile(r"[\W_]+")
_TITLES: Final = ("245", "246", "242", "240")
_NUMBERS: Final = ("020", "024", "027", "037", "088")


def is_authority(record: MarcRecord) -> str:
    """What kind of authority a record is about; empty for a work."""
    for stated in record.every("980", "a"):
        if stated.lower() in _AUTHORITIES:
            return f"980 {stated}"
    if record.leader[6:7] == "z":
        return "leader z"
    if not any(record.of(tag) for tag in (*_TITLES, *_NUMBERS)):
        return "heading without title and number"
    return ""


def is_serial(record: MarcRecord) -> bool:
    """True for a journal or series, whose ISSN is its own."""
    return record.leader[6:7] in ("a", "t") and record.leader[7:8] in ("s", "i")


def add_type(record: MarcRecord, draft: Draft) -> None:
    """Add the type from the first place that tells it; what is inferred is not called stated."""
    _add_stated(record, draft)
    if draft.stated_type:
        return
    inferred, words = _from_fields(record), ""
    if not inferred:
        inferred, words = _from_leader(record)
    if not inferred and record.of("020") and not record.of("773"):
        inferred = "book"
    draft.add_type(inferred)
    draft.stated_type = words


def _from_fields(record: MarcRecord) -> str:
    host = record.of("773")
    if record.of("502"):
        return "thesis"
    if any(field.first("z") for field in host):
        return "book chapter"
    if any(field.first("px") for field in host):
        return "article"
    return "book chapter" if host and record.of("020") else ""


def _from_leader(record: MarcRecord) -> tuple[str, str]:
    form, level = record.leader[6:7], record.leader[7:8]
    known = _TEXTS.get(level) if form == "a" else _OF_LEADER.get(form)
    return known or ("", "")


def _add_stated(record: MarcRecord, draft: Draft) -> None:
    stated = [(field.first("a"), field.first("b")) for field in record.of("980")]
    stated += [(field.first("a"), "") for field in record.of("690") if field.indicators[0] == "C"]
    by_word = {_word(general): general for general, _ in reversed(stated)}
    for word, general in _RANKED.items():
        if word in by_word:
            draft.add_type(general, by_word[word])
            return
    for general, text in stated:
        word = _word(general)
        if word in _COLLECTIONS or general.startswith("user-"):
            continue
        if kind_of("", general) is not None or text:
            draft.add_type(general, text)
        elif word.endswith("note"):
            draft.add_type("technical note", general)
        else:
            draft.add_type("", general)


def _word(text: str) -> str:
    return _SEPARATORS.sub("", text).lower()
