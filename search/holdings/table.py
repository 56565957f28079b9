"""Tables of titles, whatever parts their cells and whatever their columns are called.

CSV: https://www.rfc-editor.org/rfc/rfc4180
"""

import csv
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from msgspec import Struct

from search.holdings.columns import IDENTIFYING, Role, guess_roles, role_of
from search.holdings.kbart_columns import is_kbart, kbart_faults, kbart_name_meant
from search.holdings.lines import Line
from search.holdings.result import Problem
from search.holdings.row import Row
from search.holdings.stated import Stated, clean_title, year_in
from search.holdings.work_kinds import kind_of_type

_DELIMITERS: Final = "\t;,|"
_LINES_BEFORE: Final = 10
"""Lines in which the header row is looked for; the DOAB of 2018 began with two of HTTP."""
_SAMPLE: Final = 100
"""Rows whose cells are looked at where the header does not tell."""
_ALIKE: Final = 0.9
_MAX_ROW_LINES: Final = 100
"""Lines that a quoted cell may run over; what is longer has lost its closing quote (guessed)."""
_MAX_ROW_CHARS: Final = 1 << 17
_SCHEMES: Final = {
    Role.ISBN: "isbn",
    Role.ISSN: "issn",
    Role.DOI: "doi",
    Role.IDENTIFIER: "any",
    Role.ADDRESS: "address",
}


class Layout(Struct, frozen=True, kw_only=True):
    """How a table is written."""

    kind: str
    """`kbart` or `csv`."""
    delimiter: str
    names: tuple[str, ...]
    """Of the columns; their numbers where there is no header."""
    roles: dict[int, Role]
    """By column, from 0; columns that say nothing to us are left out."""
    n_before: int
    """Lines before the first row: the header, and what stands before it."""
    problems: tuple[Problem, ...] = ()

    def columns(self) -> dict[str, str]:
        """What is read from which column."""
        return {self.names[column]: str(role) for column, role in self.roles.items()}


def find_layout(head: str) -> Layout | None:
    """How a file that begins like this is laid out; None where it is no table."""
    lines = [Line(n, text, ()) for n, text in enumerate(head.splitlines()[: 4 * _SAMPLE], start=1)]
    return _with_header(lines) or _without_header(lines)


def read_table(lines: Iterator[Line], layout: Layout) -> Iterator[Row]:
    """Read the rows of a table; what is wrong with one is told with it."""
    number = 0
    for line, cells in _rows(islice(lines, layout.n_before, None), layout.delimiter):
        if any(cell and not cell.isspace() for cell in cells):
            number += 1
            yield _row(number, line, cells, layout)


def _row(number: int, line: Line, cells: Sequence[str], layout: Layout) -> Row:
    stated = Stated()
    titles: dict[Role, str] = {}
    year, kind = None, ""
    for column, role in layout.roles.items():
        if column >= len(cells) or not (cell := cells[column]):
            continue
        if role in IDENTIFYING:
            for part in cell.split("||"):
                stated.add(part, _SCHEMES[role])
        elif role is Role.YEAR:
            year = year or year_in(cell)
        elif role is Role.TYPE:
            kind = kind or kind_of_type(cell)
        else:
            titles.setdefault(role, cell.split("||")[0])
    problems = line.problems
    wide = len(cells) > len(layout.names)
    if wide and any(cell.strip() for cell in cells[len(layout.names) :]):
        problems += (f"{len(cells)} cells under {len(layout.names)} columns",)
    return Row(
        number=number,
        line=line.number,
        title=clean_title(titles.get(role, "") for role in (Role.TITLE, Role.SUBTITLE)),
        identifiers=stated.identifiers(kind),
        bad=stated.bad(),
        year=year,
        kind=kind,
        problems=problems,
    )


def _with_header(lines: Sequence[Line]) -> Layout | None:
    """The layout by the header row among the first lines, that which names most of the columns."""
    best: tuple[int, int, str, list[str]] | None = None
    for n_before, line in enumerate(lines[:_LINES_BEFORE]):
        for delimiter in _DELIMITERS:
            names = split_cells(line.text, delimiter) or []
            n_known = sum(role_of(name) is not None for name in names)
            is_header = n_known > 1 or (n_known and (len(names) > 1 or n_before == 0))
            if is_header and (best is None or n_known > best[0]):
                best = n_known, n_before, delimiter, names
    if best is None:
        return None
    _, n_before, delimiter, names = best
    if len(names) == 1:
        return None  # a list under a heading
    read_as, misspelt = _spelt(names)
    roles = {column: role for column, name in enumerate(read_as) if (role := role_of(name))}
    below = _sample(lines[n_before + 1 :], delimiter)
    problems = [Problem(0, f"line {line.number} stands before the header row and was left out")
                for line in lines[:n_before] if line.text.strip()]  # fmt: skip
    problems += misspelt
    if is_kbart(names):
        problems += [Problem(0, text) for text in kbart_faults(read_as, delimiter)]
    wanted = {Role.TITLE} if IDENTIFYING.intersection(roles.values()) else set(IDENTIFYING)
    if wanted.isdisjoint(roles.values()):
        guessed = guess_roles(below, frozenset(roles))
        roles |= {column: role for column, role in guessed.items() if role in wanted}
    return _layout(delimiter, names, roles, n_before + 1, problems)


def _spelt(names: Sequence[str]) -> tuple[Sequence[str], list[Problem]]:
    """Names of columns, those of KBART rightly spelt, and what was wrong with them."""
    if not is_kbart(names):
        return names, []
    read_as, problems = [], []
    for name in names:
        meant = kbart_name_meant(name) if role_of(name) is None else name
        if meant != name:
            problems.append(Problem(0, f"column {name!r} is no column of KBART: read as {meant}"))
        read_as.append(meant)
    return read_as, problems


def _without_header(lines: Sequence[Line]) -> Layout | None:
    """The layout by the cells: most rows have as many, and one column is of identifiers."""
    for delimiter in _DELIMITERS:
        rows = _sample(lines, delimiter)
        if not rows:
            continue
        [(width, n_alike)] = Counter(map(len, rows)).most_common(1)
        if width == 1 or n_alike < _ALIKE * len(rows):
            continue
        roles = guess_roles(rows, frozenset())
        if IDENTIFYING.isdisjoint(roles.values()):
            continue
        if len(rows) > 1 and _is_heading(rows[0], rows[1:]):
            problem = Problem(0, "none of the names of the columns is known: read by their content")
            roles = guess_roles(rows[1:], frozenset())
            first = next(n for n, line in enumerate(lines, start=1) if line.text.strip())
            return _layout(delimiter, rows[0], roles, first, [problem])
        names = [str(n) for n in range(1, width + 1)]
        return _layout(delimiter, names, roles, 0, [])
    return None


def _layout(
    delimiter: str,
    names: Sequence[str],
    roles: dict[int, Role],
    n_before: int,
    found: list[Problem],
) -> Layout:
    problems = list(found)
    if IDENTIFYING.isdisjoint(roles.values()):
        problems.append(Problem(0, "no column of identifiers was found: titles can be suggested"))
    if Role.TITLE not in roles.values():
        problems.append(Problem(0, "no column of titles was found"))
    return Layout(
        kind="kbart" if is_kbart(names) else "csv",
        delimiter=delimiter,
        names=_distinct(names),
        roles=roles,
        n_before=n_before,
        problems=tuple(problems),
    )


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    seen: Counter[str] = Counter()
    distinct = []
    for name in names:
        seen[name] += 1
        distinct.append(name.strip() if seen[name] == 1 else f"{name.strip()} ({seen[name]})")
    return tuple(distinct)


def _is_heading(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is none: it has no identifier where the others have them."""
    own = guess_roles([first], frozenset())
    return (
        IDENTIFYING.isdisjoint(own.values())
        and Role.YEAR not in own.values()
        and not IDENTIFYING.isdisjoint(guess_roles(rest, frozenset()).values())
    )


def _sample(lines: Sequence[Line], delimiter: str) -> list[list[str]]:
    rows = (cells for _, cells in _rows(iter(lines), delimiter) if any(map(str.strip, cells)))
    return list(islice(rows, _SAMPLE))


def _rows(lines: Iterator[Line], delimiter: str) -> Iterator[tuple[Line, list[str]]]:
    """Each row with the line where it begins; an open quote that never closes is taken as text."""
    waiting: deque[Line] = deque()
    tried_until = 0  # no quote that opens before this line closes: nothing is looked at twice
    while (line := waiting.popleft() if waiting else next(lines, None)) is not None:
        cells = split_cells(line.text, delimiter)
        taken: list[Line] = []
        if cells is None and line.number >= tried_until:
            cells, taken = _closed(line, lines, waiting, delimiter)
            tried_until = taken[-1].number if taken else line.number
        if cells is None:
            waiting.extendleft(reversed(taken))
            told = "a quote opens a cell and nothing closes it"
            cells = line.text.split(delimiter)
            yield Line(line.number, line.text, (*line.problems, told)), cells
        else:
            inner = (problem for each in taken for problem in each.problems)
            yield Line(line.number, line.text, (*line.problems, *inner)), cells


def _closed(
    first: Line, lines: Iterator[Line], waiting: deque[Line], delimiter: str
) -> tuple[list[str] | None, list[Line]]:
    """The cells of a row that goes on behind its first line, and the lines taken for it."""
    texts, n_chars = [first.text], len(first.text)
    taken: list[Line] = []
    while len(taken) < _MAX_ROW_LINES and n_chars < _MAX_ROW_CHARS:
        more = waiting.popleft() if waiting else next(lines, None)
        if more is None:
            break
        taken.append(more)
        texts.append(more.text)
        n_chars += len(more.text)
        if '"' not in more.text:  # nothing else closes the cell
            continue
        try:
            cells = _split_strictly("\n".join(texts), delimiter)
        except csv.Error:  # what follows the quote cannot follow one: it closes nothing
            break
        if cells is not None:
            return cells, taken
    return None, taken


def split_cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of a line; None where a quoted one is still open at its end.

    Tabs part cells whatever quotes stand there: KBART knows none.
    """
    if '"' not in text:
        return text.split(delimiter)
    if delimiter == "\t":
        return [_unquoted(cell) for cell in text.split(delimiter)]
    try:
        return _split_strictly(text, delimiter)
    except csv.Error:
        pass
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:  # a carriage return in the middle
        return text.split(delimiter)


def _split_strictly(text: str, delimiter: str) -> list[str] | None:
    csv.field_size_limit(1 << 24)  # a row was cut to less before
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return None
        raise


def _unquoted(cell: str) -> str:
    """The cell without the quotes that spreadsheets put around one."""
    inside = cell[1:-1]
    is_wrapped = len(cell) > 1 and cell[0] == cell[-1] == '"'
    if not is_wrapped or '"' in inside.replace('""', ""):
        return cell
    return inside.replace('""', '"')
