"""`weft holdings FILE`: a reading list against a release, row by row, and what the list lacks."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from msgspec import Struct
from rich.table import Table
from rich.text import Text

from graph.release import Release, caveats, holding, open_good_release
from graph.store import open_graph
from search.holdings.cells import one_line
from search.holdings.errors import UnreadableList
from search.holdings.finder import open_finder
from search.holdings.gap import GapLimits, Lacking, Opened, find_gap
from search.holdings.gap_csv import gap_csv_pieces
from search.holdings.gap_kbart import kbart_pieces
from search.holdings.gap_marc import marc_pieces, marcxml_pieces
from search.holdings.outcome import open_outcome
from search.holdings.outcome_csv import outcome_csv_pieces
from search.holdings.outcome_html import outcome_html_pieces
from search.holdings.outcome_json import outcome_json_pieces
from search.holdings.result import Match, Outcome, Reason, Status
from search.text.engines import open_index
from weft.config import Config, ConfigError
from weft.terminal import console

DONE: Final = 0
IN_PART: Final = 1
LIMIT_BYTES: Final = 16 << 30
"""The most that is read of a list; it is read row by row, so this only stops what never ends."""
GAP_FORMATS: Final[dict[str, Callable[[Iterable[Lacking]], Iterator[bytes]]]] = {
    "kbart": kbart_pieces,
    "marc": marc_pieces,
    "marcxml": marcxml_pieces,
    "csv": gap_csv_pieces,
}
"""What writes the gap, by the name of its format."""
_LISTED: Final = 20
"""Rows and problems of a sort that are printed; the files have all."""
_TITLE: Final = 60
"""Letters of a title that are printed."""
_UNWRAPPED: Final = 100_000
_YEARS: Final = re.compile(r"(\d{4})?(-)?(\d{4})?")


class Wanted(Struct, frozen=True, kw_only=True):
    """Where the answers go."""

    as_json: bool = False
    """To standard output, in place of the summary."""
    csv: Path | None = None
    html: Path | None = None
    gap: Path | None = None
    gap_format: str = "kbart"
    """A name of `GAP_FORMATS`."""


def read_limits(  # noqa: PLR0913  # one for each option
    *,
    sources: Iterable[str] = (),
    kinds: Iterable[str] = (),
    year: str = "",
    publishers: Iterable[str] = (),
    languages: Iterable[str] = (),
    query: str = "",
    with_parts: bool = False,
) -> GapLimits:
    """The limits of the gap from the options.

    Args:
        sources: names of sources.
        kinds: such as `book`.
        year: `2015`, `2010-2015`, `2010-` or `-2015`.
        publishers: words of their names.
        languages: codes or English names.
        query: in the query language of the search.
        with_parts: each part and version for itself.

    Raises:
        ConfigError: no years, no such kind, no language.
    """
    match = _YEARS.fullmatch(year.replace(" ", ""))
    if match is None or (year and not (match[1] or match[3])) or (match[3] and not match[2]):
        raise ConfigError(f"--year {year!r} is neither a year nor a span such as 2010-2015")
    first, last = match[1], match[3] if match[2] else match[1]
    try:
        return GapLimits(
            sources=tuple(sources),
            kinds=tuple(kinds),
            year_from=int(first) if first else None,
            year_to=int(last) if last else None,
            publishers=tuple(publishers),
            languages=tuple(languages),
            query=query,
            with_parts=with_parts,
        )
    except ValueError as error:
        raise ConfigError(str(error)) from error


def run(
    config: Config, file: Path, wanted: Wanted, limits: GapLimits, *, release: int | None = None
) -> int:
    """Hold a list against a release; print and write what is wanted.

    Args:
        config: where the releases are.
        file: the list; `-` is standard input.
        wanted: where the answers go.
        limits: of the gap.
        release: number of the release; None is the current one.

    Returns:
        0, or 1 when the file is cut or has rows of which nothing could be made.

    Raises:
        ConfigError: the list cannot be opened, or an answer cannot be written.
        UnreadableList: it is no list; the message says what it is.
        QuerySyntaxError: the query of the limits does not parse.
        NoRelease, ReleaseError, SearchError: the release cannot be read.
    """
    _check_places(file, wanted)
    limits.question()  # fails here when the query does not parse, not after the work
    asked = open_good_release(config.data, release)
    with ExitStack() as stack:
        stack.enter_context(holding(asked))
        graph = stack.enter_context(open_graph(asked.graph_path))
        index = stack.enter_context(open_index(asked.text_path))
        finder = stack.enter_context(open_finder(graph, index, asked.info.base_iri))
        against = Opened(graph=graph, index=index, base_iri=asked.info.base_iri)
        opened = stack.enter_context(_opened(file))
        try:
            outcome = stack.enter_context(
                open_outcome(opened, finder, release=asked.number, limit_bytes=LIMIT_BYTES)
            )
        except UnreadableList as error:
            raise UnreadableList(f"{file}: {error}") from error
        _write_all(file, wanted, limits, asked, outcome, against)
        if wanted.as_json:
            for piece in outcome_json_pieces(outcome, caveats(asked.info)):
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
        else:
            _print_summary(outcome)
    is_cut = any(problem.is_cut for problem in outcome.problems)
    return IN_PART if is_cut or outcome.reasons.get(Reason.UNREADABLE) else DONE


def _write_all(  # noqa: PLR0913, PLR0917  # what an answer is made of
    file: Path,
    wanted: Wanted,
    limits: GapLimits,
    release: Release,
    outcome: Outcome,
    against: Opened,
) -> None:
    base_iri = release.info.base_iri
    if wanted.csv:
        _write(wanted.csv, outcome_csv_pieces(outcome, base_iri))
    if wanted.html:
        day = release.info.created_at[:10]
        _write(wanted.html, outcome_html_pieces(outcome, base_iri, name=file.name, day=day))
    if wanted.gap:
        suggested = {
            match.entity: match.row
            for match in outcome.results
            if match.status is Status.SUGGESTED and match.entity
        }
        lacking = find_gap(against, outcome.matched_keys, limits, suggested)
        _write(wanted.gap, GAP_FORMATS[wanted.gap_format](lacking))


def _check_places(file: Path, wanted: Wanted) -> None:
    """No answer may take the place of the list or of another answer."""
    places = [path for path in (wanted.csv, wanted.html, wanted.gap) if path]
    seen = {file.resolve()}
    for path in places:
        if path.resolve() in seen:
            raise ConfigError(f"{path} is the list, or named twice: each answer needs its own file")
        seen.add(path.resolve())


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    try:
        opened = file.open("rb")
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror or error}") from error
    with opened:
        yield opened


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    """Write a file; what stood there stays until all of it is written."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("wb") as out:
            out.writelines(pieces)
        unfinished.replace(path)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _print_summary(outcome: Outcome) -> None:
    """The totals, why rows did not match, the first of those rows, and what was wrong."""
    out = console()
    file = outcome.file
    read = ", ".join(f"{role} from {name!r}" for name, role in file.columns.items())
    out.print(f"{outcome.rows} rows of {file.kind}, {file.encoding}, release {outcome.release}")
    if read:
        out.print(f"columns: {one_line(read)}")
    table = Table(box=None, show_header=False)
    for status in Status:
        table.add_row(status.value.replace("_", " "), str(getattr(outcome, status.value)))
    for reason, n_rows in sorted(outcome.reasons.items(), key=lambda each: -each[1]):
        table.add_row(f"  {reason}", str(n_rows))
    out.print(table)
    lacking = (match for match in outcome.results if match.status is not Status.MATCHED)
    n_lacking = outcome.rows - outcome.matched
    for _, match in zip(range(_LISTED), lacking, strict=False):
        out.print(Text(_line(match)))
    if n_lacking > _LISTED:
        out.print(f"... and {n_lacking - _LISTED} more: --csv, --html and --json have all rows")
    for problem in outcome.problems[:_LISTED]:
        where = f"row {problem.row}" if problem.row else "file"
        out.print(Text(f"{where}: {one_line(problem.text)}"))
    if outcome.n_problems > _LISTED:
        out.print(f"... and {outcome.n_problems - _LISTED} more problems")


def _line(match: Match) -> str:
    title = "".join(letter for letter in one_line(match.title) if letter.isprintable())
    short = title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"
    named = short or ", ".join(match.identifiers[:2]) or "-"
    seen = match.entity or match.similar
    look = f" ({seen})" if seen else ""
    return f"row {match.row}  {match.status.replace('_', ' ')}: {match.reason}{look}  {named}"
