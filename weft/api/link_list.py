"""Links of a release as Python hands them on: counted, read one by one, or as a data frame."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from graph.release import Asked
from search.metadata.end import End
from search.metadata.stated_link import StatedLink
from weft.api.frames import Value, pandas_rows, polars_rows

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]  # stubs are a package of their own
    import polars as pl

_SCHEMA: Final[dict[str, type]] = {
    "source": str,
    "relation": str,
    "target": str,
    "source_kind": str,
    "source_name": str,
    "source_identifier": str,
    "source_is_stub": bool,
    "target_kind": str,
    "target_name": str,
    "target_identifier": str,
    "target_is_stub": bool,
    "stated_from": str,
    "stated_by": str,
    "n_statements": int,
}


class Links:
    """Links that fit some conditions, each once, in canonical direction, with all that state it.

    They are read as they are asked for, so a list of any length takes little memory; every new loop
    reads it again from its beginning.

    >>> links = release.links(from_kind="dataset", to_kind="paper")
    >>> links.total
    30
    >>> {(link.relation, link.stated_from) for link in links}
    {('IsSupplementTo', 'source')}
    >>> sorted({each.source for link in links for each in link.stated_by})
    ['hepdata', 'zenodo']

    Args:
        about: the release and the conditions.
        read: gives the links from the first on.
        count: tells how many there are.
    """

    def __init__(
        self, about: Asked, read: Callable[[], Iterator[StatedLink]], count: Callable[[], int]
    ) -> None:
        self.about = about
        """The release, the conditions and the caveats."""
        self._read = read
        self._count = count

    @property
    def release(self) -> int:
        """Number of the release."""
        return self.about.release

    @property
    def query(self) -> str:
        """The conditions in one line."""
        return self.about.query

    @property
    def caveats(self) -> tuple[str, ...]:
        """What must be known of the sources of the release."""
        return self.about.caveats

    @cached_property
    def total(self) -> int:
        """How many links there are; counted when it is asked for."""
        return self._count()

    def __iter__(self) -> Iterator[StatedLink]:
        """Each link, from the first on."""
        return self._read()

    def to_polars(self) -> "pl.DataFrame":
        """One row a link: both ends in short, and who states it, by name, joined by a space."""
        return polars_rows(map(_row, self), _SCHEMA)

    def to_pandas(self) -> "pd.DataFrame":
        """The same as a pandas data frame.

        Raises:
            NotInstalled: pandas is not there.
        """
        return pandas_rows(map(_row, self), _SCHEMA)

    def __repr__(self) -> str:
        """The conditions and the release, in a line."""
        return f"<Links: {self.query}, release {self.release}>"


def _row(link: StatedLink) -> tuple[Value, ...]:
    return (
        link.source,
        link.relation,
        link.target,
        *_end(link.source_entity),
        *_end(link.target_entity),
        link.stated_from,
        " ".join(dict.fromkeys(each.source for each in link.stated_by)),
        len(link.stated_by),
    )


def _end(end: End) -> tuple[Value, ...]:
    return end.kind, end.name, next(iter(end.identifiers), ""), end.is_stub
