"""Parameters of the coverage page: read into a selection, and written back into links. Pure.

Each condition may be repeated: source, kind, year (`2010-2015`), publisher, language, licence,
collaboration; relation names a link type that counts (none: all); each=1 counts parts and versions
by themselves; against=N compares with release N. `-` stands for what nobody states.
"""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from aiohttp import web
from multidict import MultiMapping

from search.coverage.conditions import UNSTATED
from search.coverage.selection import (
    ALL_RELATIONS,
    NOT_STATED,
    Selection,
    SelectionError,
    read_selection,
)

CONDITIONS: Final = {
    "source": "sources",
    "kind": "kinds",
    "publisher": "publishers",
    "language": "languages",
    "licence": "licences",
    "collaboration": "collaborations",
}
"""Parameter, and field of the selection; years and link types are written otherwise."""
_MAX_NUMBER: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a page of coverage is asked for."""

    selection: Selection
    against: int | None = None
    """The release to compare with."""

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters, each in its shortest form."""
        chosen = self.selection
        found = [
            (name, value or UNSTATED)
            for name, attribute in CONDITIONS.items()
            for value in getattr(chosen, attribute)
        ]
        found += [("year", str(years)) for years in chosen.years]
        found += [("relation", name) for name in chosen.relations]
        if not chosen.rolled_up:
            found.append(("each", "1"))
        if self.against is not None:
            found.append(("against", str(self.against)))
        return found

    def query_string(self, **more: str) -> str:
        """The parameters as part of an address, with others before them."""
        return urlencode([*more.items(), *self.pairs()])

    def address(self) -> str:
        """The page of this question."""
        query = self.query_string()
        return f"/coverage?{query}" if query else "/coverage"

    def without(self, name: str, value: str) -> "Asked":
        """The same question without one condition."""
        if name == "year":
            years = tuple(span for span in self.selection.years if str(span) != value)
            return replace(self, selection=_changed(self.selection, years=years))
        if name == "relation":
            return replace(self, selection=_changed(self.selection, relations=()))
        attribute = CONDITIONS[name]
        kept = tuple(each for each in getattr(self.selection, attribute) if each != value)
        return replace(self, selection=_changed(self.selection, **{attribute: kept}))


def read_asked(parameters: MultiMapping[str]) -> Asked:
    """Read the parameters; unknown ones, and empty values, are ignored.

    Raises:
        HTTPBadRequest: a value that cannot be meant; the message says which.
    """
    texts = {
        attribute: [
            NOT_STATED if value == UNSTATED else value
            for value in parameters.getall(name, [])
            if value.strip()
        ]
        for name, attribute in CONDITIONS.items()
    }
    years = [text for text in parameters.getall("year", []) if text.strip()]
    since, until = (parameters.get(name, "").strip() for name in ("since", "until"))
    if since or until:
        years.append(f"{since}-{until}")
    relations = [text for text in parameters.getall("relation", []) if text.strip()]
    if set(relations) >= set(ALL_RELATIONS):
        relations = []
    try:
        selection = read_selection(
            **texts, years=years, relations=relations, rolled_up=not parameters.get("each")
        )
    except SelectionError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    return Asked(selection=selection, against=_number(parameters.get("against", "")))


def is_shortest(parameters: MultiMapping[str]) -> bool:
    """Whether an address is as short as it can be: a form sends what is empty, too."""
    if "since" in parameters or "until" in parameters or not all(parameters.values()):
        return False
    return not set(parameters.getall("relation", [])) >= set(ALL_RELATIONS)


def _number(text: str) -> int | None:
    if not text.strip():
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_NUMBER):
        raise web.HTTPBadRequest(text=f"against {text[:20]!r} is not the number of a release")
    return int(text)


def _changed(selection: Selection, **values: tuple[object, ...]) -> Selection:
    fields = {name: getattr(selection, name) for name in selection.__struct_fields__}
    return Selection(**{**fields, **values})
