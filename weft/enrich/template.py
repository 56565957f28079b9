"""A query file: a SELECT of statements with a place for our identifiers. Pure but for reading it.

    SELECT DISTINCT ?entity ?predicate ?object WHERE {
      VALUES (?entity ?doi) { $rows(upper) }
      ?item wdt:P356 ?doi .
      BIND (owl:sameAs AS ?predicate) BIND (?item AS ?object)
    }

`$rows` becomes a row `(<our IRI> "IDENTIFIER")` for each identifier, in the spellings named behind
it, wherever it stands. Order, LIMIT and OFFSET are put behind the query; see docs/federation.md.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

from search.errors import QueryRefused
from search.sparql.edits import Edit, EditedQuery
from search.sparql.gate import read_form
from search.sparql.results import Form
from search.sparql.tokens import Kind, Token, position_of, read_tokens
from weft.enrich.spelling import PLAIN, SPELLINGS, spelled

COLUMNS: Final = ("entity", "predicate", "object")
_PLACE: Final = re.compile(r"\$rows(?:[ \t]*\(([^)]*)\))?")
_ENDINGS: Final = frozenset(("ORDER", "LIMIT", "OFFSET"))
_LONGEST: Final = 50_000
"""Characters of a query file; a guess, far above what people write."""


class TemplateError(Exception):
    """A query file that cannot be used; the message says what it lacks, and where."""


class Asked(NamedTuple):
    """An identifier in a request."""

    entity: str
    """IRI of what it names."""
    identifier: str
    """Written `scheme:value`."""
    terms: str = ""
    """What is asked about instead of it: IRIs as terms, with spaces between."""


class Place(NamedTuple):
    """A place for the rows."""

    start: int
    """Offset in the text."""
    end: int
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A query file that was read and found good."""

    text: str
    name: str
    places: tuple[Place, ...]
    """Where the rows stand, in order."""

    def compose(self, asked: Iterable[Asked], *, limit: int, offset: int) -> str:
        """The query for some identifiers, of which a page of rows is wanted."""
        batch = tuple(asked)
        edits = tuple(
            Edit(place.start, place.end, f"\n{_rows(batch, place.spellings)}\n")
            for place in self.places
        )
        # a total order: without the language two texts of one wording could change places
        return (
            f"{EditedQuery(self.text, edits).text}\n"
            "ORDER BY ?entity ?predicate ?object LANG(?object)\n"
            f"LIMIT {limit} OFFSET {offset}\n"
        )


def _rows(asked: Iterable[Asked], spellings: tuple[str, ...]) -> str:
    return "\n".join(
        f"    (<{each.entity}> {term})"
        for each in asked
        for term in (each.terms.split() or spelled(each.identifier, spellings))
    )


def shipped_queries() -> tuple[str, ...]:
    """Names of the query files that Weft ships."""
    folder = files("weft.enrich").joinpath("queries")
    names = (each.name for each in folder.iterdir())
    return tuple(sorted(name.removesuffix(".rq") for name in names if name.endswith(".rq")))


def open_template(query: str, beside: Path) -> Template:
    """Read a query file.

    Args:
        query: path, relative to `beside`, or the name of one that Weft ships.
        beside: directory of the configuration file.

    Raises:
        TemplateError: there is none, or it cannot be used.
    """
    if query in shipped_queries():
        text = files("weft.enrich").joinpath("queries", f"{query}.rq").read_text(encoding="utf-8")
        return read_template(text, query)
    path = beside / query
    try:
        return read_template(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(shipped_queries())
        reason = error.strerror if isinstance(error, OSError) else error
        raise TemplateError(
            f"cannot read the query file {path}: {reason}; Weft itself has: {known}"
        ) from error


def read_template(text: str, name: str) -> Template:
    """See that a query can be asked with rows of ours in pages.

    Raises:
        TemplateError: it cannot; the message says why and where.
    """
    if len(text) > _LONGEST:
        raise TemplateError(f"{name} has {len(text)} characters, {_LONGEST} are read")
    tokens = list(read_tokens(text))
    _check_head(text, name, tokens)
    _check_end(text, name, tokens)
    places = tuple(
        _place(text, name, token)
        for token in tokens
        if token.kind is Kind.VARIABLE and token.text == "$rows"
    )
    if not places:
        wanted = "expected `VALUES (?entity ?id) { $rows }`"
        raise TemplateError(f"{name} has no place for our identifiers: {wanted}")
    return Template(text=text, name=name, places=places)


def _place(text: str, name: str, token: Token) -> Place:
    found = _PLACE.match(text, token.start)
    assert found is not None  # noqa: S101  # the token is its beginning
    spellings = tuple(word.strip() for word in (found[1] or PLAIN).split(","))
    for word in spellings:
        if word not in SPELLINGS:
            known = ", ".join(SPELLINGS)
            at = _at(text, token)
            raise TemplateError(f"{name}{at}: unknown spelling {word!r}; expected {known}")
    return Place(found.start(), found.end(), spellings)


def _check_head(text: str, name: str, tokens: list[Token]) -> None:
    try:
        is_select = read_form(text) is Form.SELECT
    except QueryRefused as error:
        raise TemplateError(f"{name}: {error}; expected a SELECT query") from error
    words = [token.text.upper() for token in tokens]
    place = words.index("SELECT") if is_select and "SELECT" in words else -1
    if place < 0 or words[place + 1 : place + 2] != ["DISTINCT"]:
        wanted = "SELECT DISTINCT ?entity ?predicate ?object"
        raise TemplateError(f"{name} does not begin with {wanted}")
    head = words[place : words.index("{", place)] if "{" in words[place:] else words[place:]
    for column in COLUMNS:
        if f"?{column.upper()}" not in head and f"${column.upper()}" not in head:
            raise TemplateError(f"{name} does not select ?{column}")


def _check_end(text: str, name: str, tokens: list[Token]) -> None:
    depth = 0
    for token in tokens:
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0 and token.kind is Kind.WORD and token.text.upper() in _ENDINGS:
            word = token.text.upper()
            raise TemplateError(
                f"{name}{_at(text, token)}: {word} is put behind the query by Weft: take it out"
            )
    if depth:
        raise TemplateError(f"{name}: a brace is not closed, or closed twice")


def _at(text: str, token: Token) -> str:
    line, column = position_of(text, token.start)
    return f", line {line}, column {column}"
