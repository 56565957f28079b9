"""Data frames of columns of plain values: the one user of polars and pandas in the Python API."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from weft.api.errors import NotInstalled

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]  # stubs are a package of their own
    import polars as pl

Value = str | int | float | bool | date | datetime | None
"""What a cell may hold."""

_PIECE: Final = 20_000
"""Rows that are held as Python values at a time."""
_INT64: Final = 2**63


def polars_frame(columns: Mapping[str, Sequence[Value]]) -> "pl.DataFrame":
    """Columns as a polars data frame; a column of values of several types becomes text."""
    frame: pl.DataFrame = _polars().DataFrame(
        {name: one_type(values) for name, values in columns.items()}
    )
    return frame


def pandas_frame(columns: Mapping[str, Sequence[Value]]) -> "pd.DataFrame":
    """Columns as a pandas data frame, of the same types as in `polars_frame`.

    Raises:
        NotInstalled: pandas is not there.
    """
    pandas = _pandas()
    return pandas.DataFrame({name: one_type(values) for name, values in columns.items()})


def polars_rows(rows: Iterable[tuple[Value, ...]], schema: Mapping[str, type]) -> "pl.DataFrame":
    """Rows as a polars data frame, piece by piece, so that few are Python values at a time."""
    polars = _polars()
    waiting = iter(rows)
    pieces: list[pl.DataFrame] = [polars.DataFrame(schema=schema)]
    while piece := list(islice(waiting, _PIECE)):
        pieces.append(polars.DataFrame(piece, schema=schema, orient="row"))
    whole: pl.DataFrame = polars.concat(pieces)
    return whole


def pandas_rows(rows: Iterable[tuple[Value, ...]], schema: Mapping[str, type]) -> "pd.DataFrame":
    """Rows as a pandas data frame.

    Raises:
        NotInstalled: pandas is not there.
    """
    pandas = _pandas()
    frame = polars_rows(rows, schema)
    # without pyarrow, which polars' own way to pandas needs
    return pandas.DataFrame({name: frame[name].to_list() for name in frame.columns})


def one_type(values: Sequence[Value]) -> list[Any]:
    """Values of one type: numbers as they are or as float, anything else that is mixed as text.

    >>> one_type([1, None, 2.5]), one_type([1, "one"]), one_type([True, None])
    ([1.0, None, 2.5], ['1', 'one'], [True, None])
    """
    types = {type(value) for value in values if value is not None}
    if types == {int, float}:
        return [None if value is None else float(value) for value in _numbers(values)]
    is_huge = types == {int} and any(
        value is not None and not -_INT64 <= value < _INT64 for value in _numbers(values)
    )
    if len(types) > 1 or is_huge:
        return [None if value is None else str(value) for value in values]
    return list(values)


def _numbers(values: Sequence[Value]) -> Iterator[int | float | None]:
    for value in values:
        assert value is None or isinstance(value, int | float)  # noqa: S101  # told by the types
        yield value


def _polars() -> Any:  # noqa: ANN401  # a module
    try:
        import polars as pl  # noqa: PLC0415  # a quarter of a second that few calls need
    except ImportError as error:
        raise NotInstalled("polars is not installed: pip install polars") from error
    return pl


def _pandas() -> Any:  # noqa: ANN401  # a module
    try:
        import pandas as pd  # noqa: PLC0415  # optional
    except ImportError as error:
        raise NotInstalled(
            "pandas is not installed: pip install pandas, or ask for to_polars()"
        ) from error
    return pd
