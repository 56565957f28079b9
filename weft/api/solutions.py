"""The answer to a SPARQL query: rows of Python values, the terms behind them, yes or no, a graph.

https://www.w3.org/TR/sparql11-query/#QueryForms
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final, overload

from graph.release import Asked
from graph.vocabulary import XSD
from weft.api.frames import Value, pandas_frame, polars_frame
from weft.remote.term import Term

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]  # stubs are a package of their own
    import polars as pl
    import rdflib

__all__ = ["Row", "Solutions", "Term"]

Row = dict[str, Value]
"""A solution: Python values by variable, None where a variable is not bound."""

_INTEGERS: Final = (
    *("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"),
    *("negativeInteger", "nonPositiveInteger"),
    *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
)
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}
_READERS: Final[dict[str, Callable[[str], Value]]] = {
    **dict.fromkeys((XSD + name for name in _INTEGERS), int),
    **dict.fromkeys((XSD + name for name in ("decimal", "double", "float")), float),
    XSD + "boolean": _BOOLEANS.__getitem__,
    XSD + "date": date.fromisoformat,
    XSD + "dateTime": datetime.fromisoformat,
}


class Solutions(Sequence[Row]):
    """What a SPARQL query found, in its order.

    A SELECT query gives rows: IRIs and plain texts as `str`, typed literals as `int`, `float`,
    `bool`, `date` or `datetime`, and None where a variable is not bound. What is none of these, or
    is not written as its type wants, is the text of the literal. An ASK query gives `boolean`, a
    CONSTRUCT or DESCRIBE query `graph`; then there are no rows.

    >>> query = "SELECT ?kind (COUNT(*) AS ?n) { ?s weft:kind ?kind } GROUP BY ?kind"
    >>> found = release.sparql(query)
    >>> found.columns
    ('kind', 'n')
    >>> {row["kind"]: row["n"] for row in found}["dataset"]
    95

    Args:
        about: the release and the query.
        columns: names of the variables.
        terms: of each row, by variable.
        boolean: see above.
        graph: see above.
    """

    def __init__(
        self,
        about: Asked,
        columns: tuple[str, ...] = (),
        terms: Sequence[dict[str, Term]] = (),
        *,
        boolean: bool | None = None,
        graph: "rdflib.Graph | None" = None,
    ) -> None:
        self.about = about
        """The release, the query and the caveats."""
        self.columns = columns
        """Names of the variables, in the order of the query."""
        self.terms = terms
        """The RDF terms of each row by variable; what is not bound is not there."""
        self.boolean = boolean
        """The answer to an ASK query; None of others."""
        self.graph = graph
        """The graph of a CONSTRUCT or DESCRIBE query; None of others."""

    @property
    def release(self) -> int:
        """Number of the release."""
        return self.about.release

    @property
    def query(self) -> str:
        """The query as it was asked."""
        return self.about.query

    @property
    def caveats(self) -> tuple[str, ...]:
        """What must be known of the sources of the release."""
        return self.about.caveats

    def to_polars(self) -> "pl.DataFrame":
        """The rows as a polars data frame; a column of several types becomes text."""
        return polars_frame(self._by_column)

    def to_pandas(self) -> "pd.DataFrame":
        """The rows as a pandas data frame.

        Raises:
            NotInstalled: pandas is not there.
        """
        return pandas_frame(self._by_column)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        """A row, or some of them."""
        return self._rows[index]

    def __iter__(self) -> Iterator[Row]:
        """The rows in their order."""
        return iter(self._rows)

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.terms)

    def __bool__(self) -> bool:
        """The answer to an ASK query; of others, whether anything was found."""
        if self.boolean is not None:
            return self.boolean
        return bool(self.terms) if self.graph is None else len(self.graph) > 0

    def __eq__(self, other: object) -> bool:
        """Whether the same query found the same in the same release."""
        if not isinstance(other, Solutions):
            return NotImplemented
        same = (self.about, self.columns, self.boolean) == (
            other.about,
            other.columns,
            other.boolean,
        )
        return same and list(self.terms) == list(other.terms) and _same(self.graph, other.graph)

    __hash__ = None  # type: ignore[assignment]  # it holds a graph, which can be changed

    def __repr__(self) -> str:
        """Its size and the release, in a line."""
        if self.boolean is not None:
            what = str(self.boolean)
        elif self.graph is not None:
            what = f"a graph of {len(self.graph)} statements"
        else:
            what = f"{len(self)} rows of {', '.join(self.columns)}"
        return f"<Solutions: {what}, release {self.release}>"

    @cached_property
    def _rows(self) -> list[Row]:
        return [
            {name: _value(row[name]) if name in row else None for name in self.columns}
            for row in self.terms
        ]

    @property
    def _by_column(self) -> dict[str, list[Value]]:
        return {name: [row[name] for row in self._rows] for name in self.columns}


def _value(term: Term) -> Value:
    if term.type == "blank":
        return f"_:{term.value}"
    read = _READERS.get(term.datatype)
    if read is None:
        return term.value
    try:
        return read(term.value.strip())
    except (ValueError, KeyError):
        return term.value


def _same(one: "rdflib.Graph | None", other: "rdflib.Graph | None") -> bool:
    if one is None or other is None:
        return one is other
    return one.isomorphic(other)
