"""What a MARC record says about other things: hosts, series, other forms, references.

Linking entries: https://www.loc.gov/marc/bibliographic/bd76x78x.html
"""

import re
from typing import Final

from graph.crosswalk.draft import Draft
from graph.crosswalk.marc_fields import Field, MarcRecord
from graph.crosswalk.marc_type import is_serial
from graph.identifiers import normalise, recognise
from graph.relation import RELATIONS as DATACITE_RELATIONS
from graph.work import Identifier

RELATIONS: Final[dict[str, str]] = {
    "760": "IsPartOf",
    "762": "HasPart",
    "765": "IsTranslationOf",
    "767": "HasTranslation",
    "770": "IsSupplementedBy",
    "772": "IsSupplementTo",
    "773": "IsPartOf",
    "774": "HasPart",
    "775": "IsVariantFormOf",
    "776": "IsVariantFormOf",
    "777": "IsRelatedTo",
    "780": "Continues",
    "785": "IsContinuedBy",
    "786": "IsDerivedFrom",
    "787": "IsRelatedTo",
}
"""DataCite relationType by linking entry."""
_BY_WORDS: Final = {name.lower(): name for name in DATACITE_RELATIONS}
_INSPIRE_OAI: Final = "oai:inspirehep.net:"
_RECID: Final = re.compile(r"[1-9]\d{0,11}")


def add_links(record: MarcRecord, draft: Draft) -> None:
    """Add links to everything that has an identifier; the rest is listed as words."""
    is_inspire = any(text.startswith(_INSPIRE_OAI) for text in record.every("909CO", "o"))
    related: set[Identifier | None] = set()
    for tag, relation in RELATIONS.items():
        for field in record.of(tag):
            if field.first("i") and field.first("n") and (text := field.first("a")):
                related.add(recognise(text, field.first("n")))
                _add_typed(field, text, draft)
            else:
                _add_entry(field, relation, draft, is_inspire=is_inspire)
    _add_series(record, draft)
    for field in record.of("856"):
        if field.indicators[1] == "2":
            _add_related(field, draft, related)


def _add_typed(field: Field, text: str, draft: Draft) -> None:
    """Zenodo's: identifier in `$a`, its scheme in `$n`, DataCite's relation in words in `$i`."""
    stated = field.first("i")
    relation = "".join(stated.split())
    draft.add_link(relation, text, hint=field.first("n"), stated_as=stated)


def _add_entry(field: Field, relation: str, draft: Draft, *, is_inspire: bool) -> None:
    targets = [(text, "ISBN", "Book") for text in field.every("z")]
    targets += [(text, "ISSN", "Journal") for text in field.every("x") if normalise("issn", text)]
    targets += [(text, "", "") for text in field.every("aoru") if _is_named(text)]
    if is_inspire:
        codes = "0" if field.tag == "773" else "0w"
        numbers = (text for text in field.every(codes) if _RECID.fullmatch(text))
        kind = "Book" if field.tag == "773" else ""  # volumes; journals have other numbers
        targets += [(number, "inspire", kind) for number in numbers]
    stated = field.first("i")
    relation = _relation_in(stated) or relation
    for text, hint, kind in targets:
        draft.add_link(relation, text, hint=hint, kind=kind, stated_as=stated or field.tag)
    if not targets and field.tag != "773":  # a journal reference in words is no loss
        draft.add_problem("relation-in-words", " ".join((field.tag, *field.every("iatw"))))


def _relation_in(words: str) -> str:
    """The DataCite relation whose name the words are, such as "Is compiled by:", else nothing."""
    return _BY_WORDS.get("".join(words.split()).rstrip(":.").lower(), "")


def _is_named(text: str) -> bool:
    target = recognise(text)
    return target is not None and target.scheme != "url"


def _add_series(record: MarcRecord, draft: Draft) -> None:
    """An ISSN is that of the journal or series, except on the record of one."""
    for text in record.every("022", "a"):
        if is_serial(record):
            draft.add_identifier(text, "ISSN")
        else:
            draft.add_link("IsPartOf", text, hint="ISSN", kind="Journal", stated_as="022")
    for tag in ("490", "830"):
        for field in record.of(tag):
            for text in field.every("x"):
                draft.add_link("IsPartOf", text, hint="ISSN", kind="Journal", stated_as=tag)
            if not field.first("x"):
                draft.add_problem("relation-in-words", " ".join((tag, *field.every("av"))))


def _add_related(field: Field, draft: Draft, known: set[Identifier | None]) -> None:
    """Zenodo repeats here, without relation, what stands in field 773."""
    for text in field.every("au"):
        target = recognise(text)
        if target is None:
            draft.add_alternate(text, "")
        elif target not in known:
            draft.add_link("IsRelatedTo", text, stated_as=field.tag)


def add_references(record: MarcRecord, draft: Draft) -> None:
    """Add what is cited: by DOI and arXiv number, else INSPIRE number, ISBN or address."""
    n_in_words = 0
    for field in record.of("999C5"):
        surest = [(text, "") for text in field.every("a") if _is_named(text)]
        surest += [(text, "arxiv") for text in field.every("r") if normalise("arxiv", text)]
        if not surest:
            surest = [(text, "inspire") for text in field.every("0") if _RECID.fullmatch(text)]
        if not surest:
            surest = [(text, "isbn") for text in field.every("i") if normalise("isbn", text)]
        if not surest:
            surest = [(text, "url") for text in field.every("u") if normalise("url", text)]
        for text, hint in surest:
            draft.add_link("Cites", text, hint=hint, stated_as=field.tag)
        n_in_words += not surest
    if n_in_words:
        n_references = len(record.of("999C5"))
        draft.add_problem("references-in-words", f"{n_in_words} of {n_references}")
