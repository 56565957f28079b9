"""MARC 21 in XML: OAPEN's books, INSPIRE's and SCOAP3's papers, Zenodo's and CERN's records.

Each field is read where any of them uses it; only numbers of INSPIRE's own need its name.
INSPIRE's fields: https://twiki.cern.ch/twiki/bin/view/Inspire/DevelopmentRecordMarkup
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from graph.crosswalk.draft import Draft
from graph.crosswalk.elements import Element
from graph.crosswalk.marc_agents import add_agents
from graph.crosswalk.marc_dates import add_dates
from graph.crosswalk.marc_fields import Field, MarcRecord, read_marc, without_punctuation
from graph.crosswalk.marc_ignored import IGNORED, IGNORED_CODES, OF_LINKS, is_local
from graph.crosswalk.marc_links import RELATIONS, add_links, add_references
from graph.crosswalk.marc_type import add_type, is_authority
from graph.errors import UnmappableRecord
from graph.identifiers import normalise, recognise
from graph.licence import access_of, spdx
from graph.text import plain

_SEVERAL: Final = re.compile(r"\s*[;,|]\s*")
_CODED: Final = {"0": "ISRC", "1": "UPC", "2": "ISMN", "3": "EAN13"}
_OF_SUBJECTS: Final = {"0": "LCSH", "1": "LCSH", "2": "MeSH", "3": "NAL", "5": "CSH", "6": "RVM"}
_LICENCE_SCHEMES: Final = frozenset({"opendefinition.org", "spdx"})
_NO_LANGUAGE: Final = frozenset({"und", "mul", "mis", "zxx", "xxx"})
_OAI: Final = {
    "oai:inspirehep.net:": "inspire",
    "oai:cds.cern.ch:": "cds",
    "oai:arxiv.org:": "arxiv",
}
_NOT_OURS: Final = frozenset(
    {"ads", "spires", "spirestex", "inspiretex", "desy", "osti", "kekscan", "msnet", "zblatt"}
    | {"slac", "hal", "cernkey", "hermes"}
)
"""Systems whose numbers no other source of ours uses."""


def map_marcxml(root: Element, draft: Draft) -> None:
    """Map a MARC `record`, or a `collection` of one.

    Raises:
        UnmappableRecord: reason `authority-record` for a person, an institution, a conference, a
            journal, a job or an experiment; `no-metadata`, `several-records`.
    """
    record = read_marc(root)
    if stated := is_authority(record):
        raise UnmappableRecord("authority-record", stated)
    _add_control(record, draft)
    add_type(record, draft)
    _add_titles(record, draft)
    add_agents(record, draft)
    for tag, rule in RULES.items():
        if rule.handler is not None:
            for field in record.of(tag):
                rule.handler(field, draft)
    _add_languages(record, draft)
    add_dates(record, draft)
    add_links(record, draft)
    add_references(record, draft)
    _add_rights(record, draft)
    _tell_unknown(record, draft)


def _add_control(record: MarcRecord, draft: Draft) -> None:
    """The control number is an identifier for others where it is an address, as OAPEN's is."""
    if (number := record.control.get("001", "")).startswith("http"):
        draft.add_identifier(number, "URL")


def _oai(field: Field, draft: Draft) -> None:
    for text in field.every("ao"):
        _add_oai(text, draft)


def _add_oai(text: str, draft: Draft) -> None:
    for prefix, scheme in _OAI.items():
        if text.lower().startswith(prefix):
            draft.add_identifier(text[len(prefix) :], scheme)
            return
    draft.add_alternate(text, "oai")


def _standard_number(field: Field, draft: Draft) -> None:
    """Field 024; OAPEN states the scheme in `$c`, Zenodo puts a foreign DOI into `$o`."""
    scheme = field.first("2c") or _CODED.get(field.indicators[0], "")
    for text in field.every("ao"):
        if text.startswith("oai:"):  # INSPIRE's, with 8 as first indicator
            _add_oai(text, draft)
        else:
            draft.add_alternate(text, scheme)


def _isbn(field: Field, draft: Draft) -> None:
    for text in field.every("a"):
        for isbn in _SEVERAL.split(text.partition(" :")[0]):
            draft.add_identifier(isbn, "ISBN")
    for text in field.every("z"):
        if normalise("isbn", text):  # cancelled, or the printed form's on the record of an e-book
            draft.add_link("IsVariantFormOf", text, hint="ISBN", kind="Book", stated_as="020z")
        else:
            draft.add_problem("bad-identifier", f"ISBN {text}")


def _report_number(field: Field, draft: Draft) -> None:
    for text in field.every("a"):
        arxiv = normalise("arxiv", text)
        draft.add_alternate(text, "arXiv" if arxiv else "report number")
    for text in field.every("c"):
        draft.add_subject(text, "arXiv")


def _system_number(field: Field, draft: Draft) -> None:
    system = field.first("9").lower()
    for text in field.every("a"):
        if text.lower().startswith("oai:"):
            _add_oai(text, draft)
        elif system in ("arxiv", "cds"):
            draft.add_identifier(text, system)
        elif system == "hepdata":
            draft.add_link("IsSupplementedBy", text, hint=system, kind="Dataset", stated_as="035")
        elif system not in _NOT_OURS:
            draft.add_alternate(text, system)


def _add_titles(record: MarcRecord, draft: Draft) -> None:
    seen = set()
    for tag in ("245", "242", "246", "240", "880"):
        for field in record.of(tag):
            if tag == "880" and not field.first("6").startswith("245"):
                continue
            parts = map(without_punctuation, field.every("abnp"))
            title = plain(": ".join(filter(None, parts)))
            if title.casefold() not in seen:
                seen.add(title.casefold())
                draft.add_title(title, field.first("y") if tag == "242" else "")


def _edition(field: Field, draft: Draft) -> None:
    draft.version = draft.version or plain(without_punctuation(" ".join(field.every("ab"))))


def _imprint(field: Field, draft: Draft) -> None:
    """Publication; of field 264 only the statement that is about it, not printer or copyright."""
    if field.tag == "264" and field.indicators[1] in "0234":
        return
    if name := without_punctuation(field.first("b")).strip("[]"):
        draft.set_publisher(name)


def _thesis(field: Field, draft: Draft) -> None:
    draft.set_publisher(field.first("c"))


def _abstract(field: Field, draft: Draft) -> None:
    """Zenodo puts formats and sizes beside it, told apart by the second indicator."""
    if field.indicators[1] in "12":
        add = draft.add_format if field.indicators[1] == "1" else draft.add_size
        for text in field.every("a"):
            add(text)
        return
    for rank, codes in enumerate(("ab", "h")):
        for text in field.every(codes):
            draft.add_description(text, rank=rank)


def _extent(field: Field, draft: Draft) -> None:
    for text in field.every("a"):
        draft.add_size(without_punctuation(text))


def _note(field: Field, draft: Draft) -> None:
    draft.add_description(" ".join(field.every("agrt")), rank=2)


def _funding(field: Field, draft: Draft) -> None:
    """Funder, grant number, project; some put the award's title where the funder is to stand."""
    draft.add_funding(*(", ".join(field.every(code)) for code in "acf"))


def _subject(field: Field, draft: Draft) -> None:
    scheme = field.first("2").strip("[]") or _OF_SUBJECTS.get(field.indicators[1], "")
    if field.tag == "650" and scheme in _LICENCE_SCHEMES:
        draft.add_rights(*field.every("a"))
        return
    parts = field.every("abcdq" if field.tag in ("600", "610", "611") else "a")
    value = " ".join(map(without_punctuation, parts))
    draft.add_subject(" -- ".join([value, *map(without_punctuation, field.every("vxyz"))]), scheme)


def _keyword(field: Field, draft: Draft) -> None:
    """OAPEN puts several into one field."""
    scheme = field.first("2")
    for text in field.every("a"):
        for word in text.split(";"):
            draft.add_subject(word, scheme)


def _classification(field: Field, draft: Draft) -> None:
    scheme = field.first("2") or {"080": "UDC", "082": "DDC"}.get(field.tag, "")
    for text in field.every("a"):
        draft.add_subject(text, scheme)


def _experiment(field: Field, draft: Draft) -> None:
    for code, scheme in (("e", "experiment"), ("a", "accelerator")):
        for text in field.every(code):
            draft.add_subject(text, scheme)


def _add_languages(record: MarcRecord, draft: Draft) -> None:
    """Field 041 may hold codes run together; the fixed field and words in a note come after it."""
    stated = record.every("041", "a")
    if not stated:
        fixed = record.fixed_language()
        stated = [fixed] if fixed not in _NO_LANGUAGE and fixed else record.every("546", "a")
    for text in stated:
        codes = re.findall("...", text) if re.fullmatch("(?:[a-z]{3}){2,}", text) else [text]
        for code in codes:
            if code not in _NO_LANGUAGE:
                draft.add_language(code.rstrip("."))


def _access(field: Field, draft: Draft) -> None:
    """Words that declare no access are a note on it: fields 506 and Zenodo's 542 `$l`."""
    for text in field.every("al" if field.tag == "506" else "l"):
        draft.access = access_of(text) or draft.access


def _add_rights(record: MarcRecord, draft: Draft) -> None:
    """The licence of the published version first: only one is kept."""
    fields = sorted(record.of("540"), key=lambda field: field.first("b") == "arXiv")
    for field in fields:
        words = field.first("a")
        uri = field.first("uf4")
        if uri and not spdx(words):  # `Creative Commons` beside the address says less than it
            words = words if access_of(words) else ""
        draft.add_rights(uri, words)


def _file(field: Field, draft: Draft) -> None:
    """A location: an identifier of the thing when it is its handle or DOI, else a file."""
    if field.indicators[1] == "2":
        return  # related: see `marc_links`
    for text in field.every("u"):
        target = recognise(text)
        if target is None or target.scheme == "url":
            draft.add_problem("file-address", text)
        elif field.indicators[1] == "0":
            draft.add_identifier(text)
        else:
            draft.add_link("IsRelatedTo", text, stated_as=field.tag)


def _tell_unknown(record: MarcRecord, draft: Draft) -> None:
    """List what is neither read nor known to be left out."""
    for tag, fields in record.fields.items():
        rule = RULES.get(tag)
        if rule is None:
            if tag not in IGNORED and not is_local(tag):
                draft.add_problem("unknown-element", tag)
            continue
        known = rule.codes + IGNORED_CODES.get(tag, OF_LINKS if tag in RELATIONS else "")
        unknown = {code for field in fields for code, _ in field.subfields if code not in known}
        for code in sorted(unknown - {"6", "8"}):  # links between fields
            draft.add_problem("unknown-element", f"{tag}${code}")


class Rule(NamedTuple):
    """Who reads a data field; None where the whole record is needed."""

    handler: Callable[[Field, Draft], None] | None
    codes: str
    """The subfields that are read."""


_LINKED: Final = "iaorstuwxz"
RULES: Final[dict[str, Rule]] = {
    "024": Rule(_standard_number, "a2co"),
    "909CO": Rule(_oai, "o"),
    "035": Rule(_system_number, "a9"),
    "037": Rule(_report_number, "ac"),
    "027": Rule(_report_number, "a"),
    "088": Rule(_report_number, "a"),
    "020": Rule(_isbn, "az"),
    "022": Rule(None, "a"),
    "041": Rule(None, "a"),
    "546": Rule(None, "a"),
    "072": Rule(_classification, "a2"),
    "080": Rule(_classification, "a"),
    "082": Rule(_classification, "a2"),
    "084": Rule(_classification, "a2"),
    "100": Rule(None, "abcegijtuv014"),
    "700": Rule(None, "abcegijtuv014"),
    "701": Rule(None, "abceijtuv014"),
    "110": Rule(None, "abegtu014"),
    "710": Rule(None, "abegtu014"),
    "240": Rule(None, "anp"),
    "242": Rule(None, "abnpy"),
    "245": Rule(None, "abnp"),
    "246": Rule(None, "abnp"),
    "880": Rule(None, "abnp6"),
    "250": Rule(_edition, "ab"),
    "260": Rule(_imprint, "bc"),
    "264": Rule(_imprint, "bc"),
    "269": Rule(None, "c"),
    "502": Rule(_thesis, "cd"),
    "500": Rule(_note, "a"),
    "505": Rule(_note, "agrt"),
    "300": Rule(_extent, "a"),
    "520": Rule(_abstract, "abh"),
    "506": Rule(_access, "al"),
    "542": Rule(_access, "l"),
    "540": Rule(None, "abuf4"),
    "536": Rule(_funding, "acf"),
    **dict.fromkeys(("600", "610", "611"), Rule(_subject, "abcdqvxyz2")),
    **dict.fromkeys(("630", "648", "650", "651", "655"), Rule(_subject, "avxyz2")),
    "653": Rule(_keyword, "a2"),
    "695": Rule(_keyword, "a2"),
    "690": Rule(None, "a"),
    "693": Rule(_experiment, "ae"),
    "490": Rule(None, "avx"),
    "830": Rule(None, "avx"),
    **dict.fromkeys(RELATIONS, Rule(None, _LINKED)),
    "773": Rule(None, _LINKED + "ny0"),
    "856": Rule(_file, "au"),
    "980": Rule(None, "ab"),
    "999C5": Rule(None, "airu0"),
}
