"""RDF terms as N-Quads text: IRIs, literals and dates that every parser takes, whatever they hold.

Pure. One illegal term would fail the load of a whole release, so what is not legal is repaired.
N-Quads: https://www.w3.org/TR/n-quads/  IRIs: RFC 3987  Language tags: RFC 5646, section 2.1
"""

import re
from datetime import date
from functools import lru_cache
from typing import Final

from graph.vocabulary import XSD

_ESCAPED: Final = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    | {chr(code): f"\\u{code:04X}" for code in range(32) if chr(code) not in "\n\r\t"}
    | {chr(code): "\ufffd" for code in range(0xD800, 0xE000)}
)
_NEEDS_ESCAPE: Final = re.compile(r'[\\"\x00-\x1f\ud800-\udfff]')
_PLAIN_IRI: Final = re.compile(r"[A-Za-z0-9:/._~?&=+@!$'()*,;-]*+")  # nothing to repair
# Brackets are legal only around an IPv6 address, which no repository has for a name.
_ILLEGAL_IN_IRI: Final = re.compile(
    r"[^!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef]"
    r"|%(?![0-9A-Fa-f]{2})|\s"  # rdflib takes no white space of any script
)
_ABSOLUTE_IRI: Final = re.compile(
    r"[a-zA-Z][a-zA-Z0-9+.-]*:(?://(?:[^/?#@]*@)?[^/?#@:]*(?::[0-9]*)?(?:[/?#]|$)|(?!//))"
)
_LANGUAGE_TAG: Final = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"  # language, extended language
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"  # script, region
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?",  # extensions, private use
    re.IGNORECASE | re.ASCII,
)
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT: Final = re.compile(rf"{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z")
_DATES: Final = (
    (re.compile(_DAY), "", "date"),
    (re.compile(r"[0-9]{4}-[0-9]{2}"), "-01", "gYearMonth"),
    (re.compile(r"[0-9]{4}"), "-01-01", "gYear"),
)


def iri(text: str) -> str:
    """An IRI term of an absolute IRI; characters that it may not hold are percent-encoded.

    >>> iri("https://x.org/a b")
    '<https://x.org/a%20b>'
    """
    return f"<{text}>" if _PLAIN_IRI.fullmatch(text) else f"<{_repaired(text)}>"


def absolute_iri(text: str) -> str | None:
    """An IRI term as `iri` makes it; None when the IRI is not absolute."""
    repaired = _repaired(text)
    return f"<{repaired}>" if _ABSOLUTE_IRI.match(repaired) else None


def is_absolute(text: str) -> bool:
    """Whether `iri` makes a legal term of it: it has a scheme, and a host and port if any."""
    return _ABSOLUTE_IRI.match(_repaired(text)) is not None


def literal(text: str, language: str = "") -> str:
    r"""A literal term; a language tag that is not well-formed is left out.

    >>> literal('say "hi"', "en")
    '"say \\"hi\\""@en'
    """
    # the three tests take a third of the search's time, and few texts fail one
    if ('"' in text or "\\" in text or not text.isprintable()) and _NEEDS_ESCAPE.search(text):
        text = text.translate(_ESCAPED)
    if language and _LANGUAGE_TAG.fullmatch(language):
        return f'"{text}"@{language}'
    return f'"{text}"'


def typed(text: str, datatype: str) -> str:
    """A literal with an XSD datatype, such as `date`; the text is trusted to be of its form."""
    return f'"{text}"^^<{XSD}{datatype}>'


@lru_cache(maxsize=16384)
def date_literal(text: str) -> str:
    """A date typed as finely as it is known; what is no date of the calendar stays plain text.

    >>> date_literal("2012-09"), date_literal("2012-13")
    ('"2012-09"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>', '"2012-13"')
    """
    for form, rest, datatype in _DATES:
        if form.fullmatch(text) and _is_day(text + rest):
            return typed(text, datatype)
    return literal(text)


def moment_literal(text: str) -> str:
    """A moment `YYYY-MM-DDThh:mm:ssZ`, or a date, as OAI-PMH datestamps are one or the other."""
    if _MOMENT.fullmatch(text) and _is_day(text[:10]):
        return typed(text, "dateTime")
    return date_literal(text)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _repaired(text: str) -> str:
    if _PLAIN_IRI.fullmatch(text):
        return text
    if _ILLEGAL_IN_IRI.search(text):
        text = _ILLEGAL_IN_IRI.sub(_percent_encode, text)
    if text.count("#") > 1:
        before, _, fragment = text.partition("#")
        text = f"{before}#{fragment.replace('#', '%23')}"
    return text


def _percent_encode(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))
