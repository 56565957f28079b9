"""Facets of SRU 2.0: which counts a request asks for, and which of them it gets. Pure.

    facetLimit=10                     ten values of every facet
    facetLimit=10:weft.kind,5:dc.date  these two
    facetStart=11, facetStart=11:dc.date   counting values from 1
    facetSort=alphanumeric,ascending,caseInsensitive   instead of by count, highest first

https://docs.oasis-open.org/search-ws/searchRetrieve/v1.0/os/part3-sru2.0/
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from multidict import MultiMapping

from search.text.engine import FACETS, MAX_LIMIT, FacetCount
from search.web.sru.diagnostics import Code, CqlError, Refused
from search.web.sru.names import Names

FACET_PARAMETERS: Final = ("facetLimit", "facetStart", "facetSort")
DEFAULT_VALUES: Final = 10
"""Values of a facet when only their start or order is asked for."""
_SORT_WORDS: Final = (
    ("recordCount", "alphanumeric"),
    ("ascending", "descending"),
    ("caseSensitive", "caseInsensitive"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetAsk:
    """Which values of which facets are wanted."""

    indexes: Mapping[str, str]
    """Name of the index as it was asked for, by facet; in the order of the answer."""
    limits: Mapping[str, int]
    starts: Mapping[str, int]
    """Position of the first value, from 1; 1 for a facet that is not there."""
    is_by_count: bool = True
    is_ascending: bool = False
    is_case_sensitive: bool = False

    @property
    def n_fetched(self) -> int:
        """How many values of each facet an engine must give, so that those asked for are known."""
        if not self.is_by_count or self.is_ascending:
            return MAX_LIMIT
        lasts = [self.starts.get(name, 1) - 1 + limit for name, limit in self.limits.items()]
        return min(max([1, *lasts]), MAX_LIMIT)

    def pick(self, name: str, counts: Sequence[FacetCount]) -> tuple[FacetCount, ...]:
        """The values that are asked for, of those an engine gave."""
        found = sorted(counts, key=lambda each: self._text(each.value))
        if self.is_by_count:
            found.sort(key=lambda each: each.count, reverse=not self.is_ascending)
        elif not self.is_ascending:
            found.reverse()
        start = self.starts.get(name, 1) - 1
        return tuple(found[start : start + self.limits[name]])

    def _text(self, value: str) -> str:
        return value if self.is_case_sensitive else value.casefold()


def read_facets(parameters: MultiMapping[str]) -> FacetAsk | None:
    """Read the facet parameters; None when there are none.

    Raises:
        Refused: a value that is not supported, or an index that is no facet.
    """
    stated = {name: parameters.get(name, "").strip() for name in FACET_PARAMETERS}
    if not any(stated.values()):
        return None
    limits, indexes = _read_numbers("facetLimit", stated["facetLimit"])
    starts, _ = _read_numbers("facetStart", stated["facetStart"])
    if indexes and "" not in limits:
        shown = indexes
    else:
        shown = {name: indexes.get(name, f"weft.{name}") for name in FACETS}
    general = limits.get("", DEFAULT_VALUES)
    words = _read_sort(stated["facetSort"])
    is_by_count = "alphanumeric" not in words
    return FacetAsk(
        indexes=shown,
        limits={name: limits.get(name, general) for name in shown},
        starts={name: starts.get(name, starts.get("", 1)) for name in shown},
        is_by_count=is_by_count,
        is_ascending="ascending" in words or (not is_by_count and "descending" not in words),
        is_case_sensitive="caseSensitive" in words,
    )


def _read_numbers(parameter: str, text: str) -> tuple[dict[str, int], dict[str, str]]:
    """Numbers by facet, the empty name for all others; and how the index of each was written."""
    numbers: dict[str, int] = {}
    indexes: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        number, _, index = part.partition(":")
        name = _facet_of(parameter, index) if index else ""
        is_number = number.isascii() and number.isdecimal() and len(number) < len(str(MAX_LIMIT))
        if not (is_number or number == str(MAX_LIMIT)) or not int(number):
            advice = f"expected numbers from 1 to {MAX_LIMIT}, such as 10:weft.kind"
            raise Refused(Code.UNSUPPORTED_VALUE, parameter, advice)
        numbers[name] = int(number)
        if name:
            indexes[name] = index
    return numbers, indexes


def _facet_of(parameter: str, index: str) -> str:
    try:
        name = Names().find(index, 0).field
    except CqlError:
        name = ""
    if name not in FACETS:
        advice = f"expected facets such as {', '.join(f'weft.{name}' for name in FACETS)}"
        raise Refused(Code.UNSUPPORTED_VALUE, parameter, advice)
    return name


def _read_sort(text: str) -> frozenset[str]:
    """The words of `facetSort`, at most one of each pair."""
    words = frozenset(filter(None, (word.strip() for word in text.split(","))))
    known = {word for pair in _SORT_WORDS for word in pair}
    if words - known or any(words.issuperset(pair) for pair in _SORT_WORDS):
        pairs = ", ".join(" or ".join(pair) for pair in _SORT_WORDS)
        raise Refused(Code.UNSUPPORTED_VALUE, "facetSort", f"expected {pairs}")
    return words
