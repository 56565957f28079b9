"""What a survey tells, and what it takes out of answers for that: sizes, moments, names; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from lxml import etree
from msgspec import Struct

from harvester.answers.parse import Answer
from harvester.protocol import Verb, parse_datestamp

_TEXT_LENGTH: Final = 300
"""Longest text of a repository's own that is kept."""
_DIGITS: Final = 18
"""Longest count read, as for the size of any list."""


class Survey(Struct, frozen=True, kw_only=True):
    """What a repository said; what it did not say is empty or None.

    Texts of the repository's own are one line of printable characters.
    """

    url: str
    """Base URL that was asked."""
    prefix: str
    """metadataPrefix whose list was asked for; empty when there was none to ask for."""
    has_answered: bool
    """Whether any answer was OAI-PMH."""
    name: str = ""
    base_url: str = ""
    """As stated; never followed (DOAB states OAPEN's address)."""
    earliest_datestamp: str = ""
    granularity: str = ""
    deleted_record: str = ""
    """`no`, `transient` or `persistent`, as sent."""
    clock_skew_s: float | None = None
    """Seconds by which the server's clock is ahead of ours, to a second."""
    compression: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    """metadataPrefixes, in the order of the answer."""
    sets: tuple[str, ...] = ()
    """setSpecs of the first pages."""
    n_sets: int | None = None
    """How many sets there are; None when neither the list's end nor its size was seen."""
    from_: str = ""
    """First datestamp that the list was asked for; empty for the whole list."""
    announced: int | None = None
    """Records of the list: completeListSize, or those of its only page; None when not told.
    Several sets' lists are added up, so a record in two of them counts twice."""
    page_size: int | None = None
    """Records of the (largest) first page."""
    token_lifetime_s: float | None = None
    """Seconds from an answer to its token's expirationDate; None when not told."""
    answer_s: float | None = None
    """Seconds in which the first page arrived, waits for politeness left out."""
    roots: tuple[str, ...] = ()
    """Local names of the elements inside `<metadata>` on the first page."""
    problems: tuple[str, ...] = ()
    """What failed or will make a harvest fail or uncertain, one sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPage:
    """What the first page of a list shows."""

    announced: int | None
    page_size: int
    token_lifetime_s: float | None
    answer_s: float
    roots: tuple[str, ...]


def together(pages: Sequence[FirstPage], *, is_whole: bool) -> FirstPage:
    """One page that stands for those of several lists; a size only where all have one."""
    sizes = [page.announced for page in pages if page.announced is not None]
    lives = [page.token_lifetime_s for page in pages if page.token_lifetime_s is not None]
    return FirstPage(
        announced=sum(sizes) if is_whole and len(sizes) == len(pages) else None,
        page_size=max(page.page_size for page in pages),
        token_lifetime_s=min(lives, default=None),
        answer_s=max(page.answer_s for page in pages),
        roots=tuple(dict.fromkeys(root for page in pages for root in page.roots)),
    )


def plain(text: str) -> str:
    """One line of printable characters, cut to a bounded length; safe in a terminal."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _TEXT_LENGTH else f"{line[: _TEXT_LENGTH - 1]}…"


def is_same_address(stated: str, asked: str) -> bool:
    """Whether two addresses differ in nothing but http or https, case of host, a last slash."""
    return _address(stated) == _address(asked)


def _address(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:  # such as http://[
        return "", url
    host = parts.netloc.casefold().removesuffix(":80").removesuffix(":443")
    return host, parts.path.rstrip("/")


def moment_of(text: str) -> datetime | None:
    """A datestamp, or a moment in another spelling of ISO 8601; None when it is neither."""
    try:
        return parse_datestamp(text)[0]
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _token(answer: Answer, verb: Verb) -> etree._Element | None:
    return answer.xml.find(f"{{*}}{verb}/{{*}}resumptionToken")


def list_size(answer: Answer, verb: Verb) -> int | None:
    """CompleteListSize of a list's page; None when it is missing or no number below 10^18."""
    token = _token(answer, verb)
    text = "" if token is None else token.get("completeListSize", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def token_lifetime_s(answer: Answer) -> float | None:
    """Seconds from the answer to its token's expirationDate, both by the server's clock."""
    token = _token(answer, Verb.LIST_RECORDS)
    end = moment_of(token.get("expirationDate", "")) if token is not None else None
    begin = moment_of(answer.response_date)
    return (end - begin).total_seconds() if begin and end else None


def metadata_roots(answer: Answer) -> tuple[str, ...]:
    """Local names inside `<metadata>`, each once, in order of appearance."""
    path = f"{{*}}{Verb.LIST_RECORDS}/{{*}}record/{{*}}metadata/*"
    names = (etree.QName(each).localname for each in answer.xml.iterfind(path))
    return tuple(dict.fromkeys(names))
