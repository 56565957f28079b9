"""Figures of a coverage report as people see them: a title, words, a table, a chart. Pure.

The page, the report and the downloads show the same figures; the words are of coverage.toml.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from search.coverage.charts.chart import KIND_COLOURS, Chart, bars, by_kind
from search.coverage.report import Report, Values
from search.words import WORDS, Words, fill, plural, thin_spaced

Cell = str | int | float | None
"""A number that is a float is a share; a year is text."""

MAX_COLUMNS: Final = 60
"""Years that a picture shows one by one."""
_BARS: Final = 10
"""Values that a picture shows."""


class Line(Struct, frozen=True):
    """One row of a table."""

    cells: tuple[Cell, ...]
    href: str = ""
    """Where its first cell leads."""
    asked: tuple[int | None, ...] = ()
    """Number of the figure's query behind each cell, where there is one."""

    @property
    def texts(self) -> tuple[tuple[str, bool], ...]:
        """Each cell as people read it, and whether it is a number."""
        return tuple((shown(cell), not isinstance(cell, str)) for cell in self.cells)


class Query(Struct, frozen=True):
    """The query behind a number."""

    label: str
    text: str


class Figure(Struct, frozen=True, kw_only=True):
    """One figure of the report."""

    id: str
    """As in an address and in the name of a file."""
    group: str
    """Which part of the page it belongs to."""
    title: str
    summary: str
    """What the picture shows, for those who do not see it."""
    how: str = ""
    """How it was counted."""
    head: tuple[str, ...]
    lines: tuple[Line, ...]
    wide_head: tuple[str, ...] = ()
    """Head of `wide_lines`, when there are any."""
    wide_lines: tuple[Line, ...] = ()
    """The same numbers in fewer and longer lines, for people; files have `lines`."""
    n_unlisted: int = 0
    """Values that not even the lines hold."""
    chart: Chart | None = None
    """None: there is nothing to draw."""
    queries: tuple[Query, ...] = ()


def shown(cell: Cell) -> str:
    r"""A cell as people read it.

    >>> shown(1200), shown(0.12345), shown("2012")
    ('1\u202f200', '12.3\u202f%', '2012')
    """
    match cell:
        case None:
            return word_of("no_share")
        case str():
            return cell
        case float():
            return f"{100 * cell:.1f}\u202f%"
        case int():
            return thin_spaced(cell)


class Naming(Struct, frozen=True):
    """How a reader is told of sources, and led to records."""

    titles: Mapping[str, str] = {}
    """What people call a source, where it is not its name."""
    records_href: Callable[[tuple[str, ...]], str] = lambda _: ""
    """Where the entities of exactly these sources are listed; empty: nowhere."""

    def title(self, source: str) -> str:
        """What people call a source; with its name where two are called the same."""
        title = self.titles.get(source) or source
        is_shared = list(self.titles.values()).count(title) > 1
        return f"{title} ({source})" if is_shared else title


def table_words(table: str, *names: str) -> tuple[str, ...]:
    """Words of a table of coverage.toml, in the order of their names."""
    return tuple(word(table, name) for name in names)


def word(table: str, name: str) -> str:
    """One word of a table of coverage.toml; a name without a word stands for itself."""
    found = words_of(table).get(name, name)
    return found if isinstance(found, str) else name


def words_of(table: str) -> Words:
    """A table of coverage.toml.

    Raises:
        TypeError: it is no table.
    """
    found: str | Words = WORDS.coverage
    for name in table.split("."):
        found = found[name] if isinstance(found, dict) else found
    if not isinstance(found, dict):
        raise TypeError(f"no words: {table}")
    return found


def counted_words(table: str, name: str, n: int) -> str:
    """Words that go with a number."""
    found = words_of(table)[name]
    return plural(found, n) if isinstance(found, dict) else fill(found, n=n)


def query_list(*pairs: tuple[str, str]) -> tuple[Query, ...]:
    """Labels and texts of queries; those without a text are left out."""
    return tuple(Query(label, text) for label, text in pairs if text)


def growth(report: Report) -> Figure:
    """Works by year and kind."""
    counts: dict[int | None, Counter[str]] = {}
    for row in report.growth.rows:
        counts.setdefault(row.year, Counter())[row.kind] += row.n
    kinds = [kind for kind in KIND_COLOURS if any(each[kind] for each in counts.values())]
    lines = tuple(
        Line((_year(year), *(counts[year][kind] for kind in kinds), counts[year].total()))
        for year in newest_first(counts)
    )
    totals = {year: each.total() for year, each in counts.items()}
    summary = _growth_summary(totals)
    columns = year_columns([year for year in counts if year is not None], report.created_at)
    rows = [
        (label, kind, n)
        for label, years in columns
        for kind in kinds
        if (n := sum(counts[year][kind] for year in years if year in counts)) or kind == kinds[0]
    ]
    return Figure(
        id="growth",
        group="growth",
        title=word("growth", "title"),
        summary=summary,
        how=word("growth", "how"),
        head=(word("head", "year"), *kinds, word("head", "all")),
        lines=lines,
        chart=by_kind(rows, summary) if rows else None,
        queries=query_list((word("growth", "title"), report.growth.query)),
    )


def _growth_summary(totals: Mapping[int | None, int]) -> str:
    dated = {year: n for year, n in totals.items() if year is not None}
    if not dated:
        return word("growth", "nothing")
    most = max(dated, key=lambda year: (dated[year], year))
    said = fill(
        word("growth", "summary"),
        dated=sum(dated.values()),
        first=str(min(dated)),
        last=str(max(dated)),
        most=str(most),
        n=dated[most],
    )
    if undated := totals.get(None, 0):
        said += " " + counted_words("growth", "undated", undated)
    return said


def newest_first(years: Iterable[int | None]) -> list[int | None]:
    """Years with the latest first, the unknown one last."""
    return sorted(years, key=lambda year: (year is None, -(year or 0)))


def _year(year: int | None) -> str:
    return word_of("unknown_year") if year is None else str(year)


def word_of(name: str) -> str:
    """A word of coverage.toml that stands in no table."""
    found = WORDS.coverage[name]
    if not isinstance(found, str):
        raise TypeError(f"no words: {name}")
    return found


def year_columns(years: Sequence[int], created_at: str) -> list[tuple[str, range]]:
    """Columns of a picture by year: a label, and the years in it; without gaps.

    No later than the year after the release and no more than `MAX_COLUMNS`: what lies outside,
    such as a printer's error or an old book, is in one column at either end.
    """
    if not years:
        return []
    first, last = min(years), max(years)
    end = max(min(last, int(created_at[:4]) + 1), first)
    start = max(first, end - MAX_COLUMNS + 1)
    columns = [(str(year), range(year, year + 1)) for year in range(start, end + 1)]
    if first < start:
        columns.insert(0, (fill(word_of("before"), year=str(start)), range(first, start)))
    if last > end:
        columns.append((fill(word_of("after"), year=str(end)), range(end + 1, last + 1)))
    return columns


def values(report: Report) -> tuple[Figure, ...]:
    """Works by each value of a field."""
    return (
        _value_figure("identifiers", report.identifiers),
        _value_figure("licences", report.licences),
        _value_figure("access", report.access),
        _value_figure("languages", report.languages),
        _value_figure("subjects", report.subjects),
        _value_figure("publishers", report.publishers),
    )


def _value_figure(name: str, counted: Values) -> Figure:
    unknown = word_of("unknown_access" if name == "access" else "unknown")
    lines = tuple(
        Line((row.value or unknown, row.n, row.n / counted.of if counted.of else None))
        # what nobody states comes first, so that it is seen however long the list is
        for row in sorted(counted.rows, key=lambda row: bool(row.value))
    )
    stated = [row for row in counted.rows if row.value]
    unstated = sum(row.n for row in counted.rows if not row.value)
    summary = _value_summary(stated[0].value, stated[0].n, counted.of, unstated) if stated else ""
    summary = summary or word("values", "nothing")
    drawn = [(row.value, row.n, False) for row in stated[:_BARS]]
    if unstated:
        drawn.append((unknown, unstated, True))
    return Figure(
        id=name,
        group="values",
        title=word(f"values.{name}", "title"),
        summary=summary,
        how=word(f"values.{name}", "how"),
        head=table_words("head", "value", "works", "share"),
        lines=lines,
        n_unlisted=max(0, counted.n_values - len(stated)),
        chart=bars(drawn, summary) if drawn else None,
        queries=query_list((word(f"values.{name}", "title"), counted.query)),
    )


def _value_summary(value: str, n: int, of: int, unstated: int) -> str:
    said = fill(word("values", "summary"), value=value, n=n, of=of)
    if unstated:
        return f"{said} {counted_words('values', 'unstated', unstated)}"
    return f"{said} {word('values', 'stated')}"
