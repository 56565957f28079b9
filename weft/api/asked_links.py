"""Conditions on links as Python callers write them, as a `LinkFilter`. Pure."""

import re
from collections.abc import Iterable
from typing import Final, Literal

from graph.links.filter import LinkFilter, LinkFilterError, Stubs, check_filter

Names = str | Iterable[str]
"""One name or several; any of them will do."""
Years = int | str | tuple[int | None, int | None] | None
"""A year, `2010-2015`, `2010-`, `-2015`, or the first and the last year."""

_YEARS: Final = re.compile(r"([0-9]{4})?(-)?([0-9]{4})?")
_STUBS: Final[dict[object, Stubs]] = {True: "with", False: "without"}


def names_of(given: Names | int) -> tuple[str, ...]:
    """Names as a tuple, each once.

    >>> names_of("dataset"), names_of(["paper", "book", "paper"]), names_of(2012)
    (('dataset',), ('paper', 'book'), ('2012',))
    """
    if isinstance(given, str | int):
        return (str(given),) if given != "" else ()
    return tuple(dict.fromkeys(map(str, given)))


def link_filter(  # noqa: PLR0913  # the conditions
    *,
    from_kind: Names,
    to_kind: Names,
    relation: Names,
    source: Names,
    year: Years,
    stated_by: Names,
    stubs: bool | Literal["with", "without", "only"],
    at: str,
) -> LinkFilter:
    """The conditions as one value; `at` is the IRI of an entity.

    Raises:
        LinkFilterError: one of them cannot be meant.
    """
    since, until = _years(year)
    wanted = LinkFilter(
        from_kinds=names_of(from_kind),
        to_kinds=names_of(to_kind),
        relations=names_of(relation),
        sources=names_of(source),
        since=since,
        until=until,
        stated_by=names_of(stated_by),
        stubs=_STUBS[stubs] if isinstance(stubs, bool) else stubs,
        at=at,
    )
    check_filter(wanted)
    return wanted


def _years(year: Years) -> tuple[int | None, int | None]:
    if year is None:
        return None, None
    if isinstance(year, tuple):
        since, until = year
        return since, until
    found = _YEARS.fullmatch(str(year).strip())
    if found is None or not any(found.groups()) or found[0] == "-" or (found[3] and not found[2]):
        raise LinkFilterError(
            f"no years {str(year)[:40]!r}: expected 2012, 2010-2015, 2010- or -2015"
        )
    first, is_span, last = found.groups()
    since = int(first) if first else None
    if not is_span:
        return since, since
    return since, int(last) if last else None
