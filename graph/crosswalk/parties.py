"""Who is behind a work, as every dialect states it: identifiers, affiliations, grants.

What cannot be read is told with its reason, as `Draft.add_problem` takes it.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import unquote

from graph.identifiers import normalise
from graph.names import is_filler, is_unavailable
from graph.terms import is_absolute
from graph.text import plain
from graph.work import Affiliation, Grant, Identifier

Tell = Callable[[str, str], None]
"""Told a reason and a detail."""

_SCHEMES: Final = {
    "orcid": "orcid",
    "ror": "ror",
    "isni": "isni",
    "grid": "grid",
    "inspire": "inspire-author",
}
_FUNDER_SCHEMES: Final = {
    **dict.fromkeys(("crossref funder id", "crossreffunderid", "crossref funder", "doi"), "doi"),
    **{scheme: scheme for scheme in ("ror", "isni", "grid")},
}
_FUNDER_REGISTRY: Final = "10.13039/"
"""DOI prefix of Crossref's registry of funders; some write the number alone."""
GRANT_AGREEMENT: Final = "info:eu-repo/grantAgreement/"
"""How OpenAIRE's form of an award begins.

Then `funder/programme/number[/jurisdiction[/title[/acronym]]]`.
"""
_WEB: Final = ("http://", "https://")
_KNOWN_BY_FORM: Final = ("ror", "orcid", "grid", "isni")
_OF_ORGANISATIONS: Final = ("ror", "grid", "isni")


def read_party_identifier(scheme: str, text: str, tell: Tell) -> Identifier | None:
    """Read an identifier of a person or organisation; without a stated scheme by its form."""
    if not scheme:
        for known in _KNOWN_BY_FORM:
            if identifier := normalise(known, text):
                return identifier
    known_as = _SCHEMES.get(scheme.lower().rstrip("s"))
    if known_as is None:
        tell("unknown-name-scheme", f"{scheme} {text}")
        return None
    identifier = normalise(known_as, text)
    if identifier is None:
        tell(f"bad-{known_as}", text)
    return identifier


def read_affiliation(
    name: str, tell: Tell, identifiers: Sequence[tuple[str, str]] = ()
) -> Affiliation | None:
    """An affiliation by its name and (scheme, text) of its identifiers; None of no name at all."""
    name = plain(name)
    if not identifiers:
        return None if is_filler(name) else Affiliation(name)
    found = tuple(
        identifier
        for scheme, text in identifiers
        if text and (identifier := _organisation_identifier(scheme, text, tell))
    )
    if is_filler(name):
        if found:
            tell("no-affiliation", " ".join(map(str, found)))
        return None
    return Affiliation(name, found)


def read_grant(  # noqa: PLR0913  # a grant has these parts
    tell: Tell,
    *,
    funder: str = "",
    identifier: str = "",
    scheme: str = "",
    number: str = "",
    title: str = "",
    address: str = "",
) -> Grant | None:
    """A grant out of what is stated of it; None when nothing is.

    Args:
        tell: told what could not be read.
        funder: name of who pays.
        identifier: of the funder, in any form.
        scheme: of that identifier as stated, such as `Crossref Funder ID`.
        number: of the award.
        title: of the award.
        address: of the award; only a web address is one.
    """
    if address.startswith(GRANT_AGREEMENT) and (agreed := read_grant_agreement(address, funder)):
        funder, number, title = agreed.funder, number or agreed.number, title or agreed.title
        address = ""
    found = _funder_identifier(scheme, identifier, tell) if identifier else None
    if address and not (address.lower().startswith(_WEB) and is_absolute(address)):
        tell("bad-iri", address)
        address = ""
    grant = Grant(
        funder="" if is_unavailable(funder) else plain(funder),
        funder_identifiers=(found,) if found else (),
        number=plain(number),
        title=plain(title),
        address=address,
    )
    return grant if str(grant) else None


def read_grant_agreement(text: str, funder: str = "") -> Grant | None:
    """A grant out of OpenAIRE's form of it; the programme belongs to the funder's name.

    >>> str(read_grant_agreement("info:eu-repo/grantAgreement/EC/FP7/630786/"))
    'EC FP7, 630786'
    """
    parts = [unquote(part) for part in text.removeprefix(GRANT_AGREEMENT).strip("/").split("/")]
    stated, programme, number, _, title, acronym = (*parts, "", "", "", "", "", "")[:6]
    grant = Grant(
        funder=plain(" ".join(filter(None, (funder or stated, programme)))),
        number=plain(number),
        title=plain(title or acronym),
    )
    return grant if str(grant) else None


def _organisation_identifier(scheme: str, text: str, tell: Tell) -> Identifier | None:
    """An identifier that no person has: what stands in the place of an organisation's."""
    identifier = read_party_identifier(scheme, text, tell)
    if identifier and identifier.scheme not in _OF_ORGANISATIONS:
        tell("bad-identifier", f"{scheme} {text}")
        return None
    return identifier


def _funder_identifier(scheme: str, text: str, tell: Tell) -> Identifier | None:
    stated = scheme.lower().strip()
    if stated in ("", "other"):
        candidates: tuple[str, ...] = ("doi", *_OF_ORGANISATIONS)
    elif stated in _FUNDER_SCHEMES:
        candidates = (_FUNDER_SCHEMES[stated],)
    else:
        tell("unknown-name-scheme", f"{scheme} {text}")
        return None
    if candidates == ("doi",) and re.fullmatch("[0-9]+", text):
        text = _FUNDER_REGISTRY + text
    for candidate in candidates:
        identifier = normalise(candidate, text)
        if identifier and identifier.scheme == candidate:  # a DOI of arXiv is no funder's
            return identifier
    tell("bad-identifier", f"{scheme} {text}")
    return None
