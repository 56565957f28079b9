"""The order of the records: `sortby` of CQL and the parameter `sortKeys`. Pure.

https://www.loc.gov/standards/sru/cql/contextSets/sort-context-set.html
https://docs.oasis-open.org/search-ws/searchRetrieve/v1.0/os/part3-sru2.0/
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from search.text.engine import Sort
from search.web.sru.cql_tree import SortKey
from search.web.sru.diagnostics import Code, CqlError, Refused
from search.web.sru.names import Names

SORT_FIELDS: Final = {"title": Sort.TITLE, "year": Sort.DATE}
"""The order by the field that an index searches."""
_RELEVANCE: Final = ("relevance", "weft.relevance")
_PATHS: Final = {
    "title": Sort.TITLE,
    "date": Sort.DATE,
    "year": Sort.DATE,
    "relevance": Sort.RELEVANCE,
}
SORT_PATHS: Final = tuple(_PATHS)
"""What a path of `sortKeys` may end with."""
_SCHEMAS: Final = ("", "dc", "weft", "info:srw/schema/1/dc-v1.1", "https://w3id.org/weft#")
_HARMLESS: Final = ("ignorecase", "ignoreaccents", "missinglow")
"""Sort modifiers that say what is done anyway: a missing date sorts below all others."""
_CASE: Final = ("respectcase", "respectaccents")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order that an engine has, from its end when reversed."""

    sort: Sort = Sort.RELEVANCE
    is_reversed: bool = False


def _order(sort: Sort, *, is_ascending: bool) -> Order:
    """Engines sort titles upwards, dates and scores downwards."""
    return Order(sort=sort, is_reversed=is_ascending != (sort is Sort.TITLE))


def read_sort_keys(keys: Sequence[SortKey], names: Names) -> Order:
    """The order that `sortby` asks for.

    Raises:
        CqlError: there is more than one key, or none of the engines sorts so.
    """
    if not keys:
        return Order()
    if len(keys) > 1:
        raise CqlError(Code.TOO_MANY_SORT_KEYS, keys[1].offset, "1")
    key = keys[0]
    direction = _direction(key, names)
    if key.index.lower() in _RELEVANCE:
        sort = Sort.RELEVANCE
        direction = direction or "descending"
    else:
        index = names.find(key.index, key.offset)
        if index.field not in SORT_FIELDS:
            raise CqlError(Code.SORT_PATH, key.offset, key.index)
        sort = SORT_FIELDS[index.field]
    if sort is Sort.RELEVANCE and direction == "ascending":
        raise CqlError(Code.SORT_DIRECTION, key.offset, direction)
    return _order(sort, is_ascending=direction != "descending")


def _direction(key: SortKey, names: Names) -> str:
    """`ascending` or `descending` where a key says so, else nothing."""
    direction = ""
    for modifier in key.modifiers:
        name = names.bare(modifier.name, "sort")
        if name in ("ascending", "descending"):
            direction = name
        elif name in _CASE:
            raise CqlError(Code.SORT_CASE, modifier.offset, modifier.name)
        elif name.startswith("missing") and name not in _HARMLESS:
            raise CqlError(Code.SORT_MISSING, modifier.offset, modifier.name)
        elif name not in _HARMLESS or modifier.comparison:
            raise CqlError(Code.FEATURE, modifier.offset, modifier.name)
    return direction


def read_sort_parameter(text: str) -> Order:
    """The order that the parameter `sortKeys` asks for.

    Args:
        text: `path,schema,ascending,caseSensitive,missingValue`, all but the path optional.

    Raises:
        Refused: there is more than one key, or none of the engines sorts so.

    >>> read_sort_parameter("date,,0")
    Order(sort=<Sort.DATE: 'date'>, is_reversed=False)
    """
    keys = text.split()
    if len(keys) != 1:
        raise Refused(Code.TOO_MANY_SORT_KEYS if keys else Code.UNSUPPORTED_VALUE, "1")
    path, schema, ascending, case, missing, *more = (*keys[0].split(","), "", "", "", "")
    name = re.split(r"[/.:]", path.lower())[-1]
    if name not in _PATHS:
        advice = f"expected one of {', '.join(SORT_PATHS)}"
        raise Refused(Code.SORT_PATH, path, advice)
    if schema not in _SCHEMAS:
        raise Refused(Code.SORT_SCHEMA, schema)
    if ascending.lower() not in ("", "0", "1", "true", "false"):
        raise Refused(Code.SORT_DIRECTION, ascending)
    if case.lower() not in ("", "0", "false"):
        raise Refused(Code.SORT_CASE, case)
    if missing not in ("", "lowValue") or any(more):
        raise Refused(Code.SORT_MISSING, missing)
    sort = _PATHS[name]
    is_ascending = ascending.lower() not in ("0", "false")
    if sort is Sort.RELEVANCE:
        if ascending and is_ascending:
            raise Refused(Code.SORT_DIRECTION, ascending)
        is_ascending = False
    return _order(sort, is_ascending=is_ascending)
