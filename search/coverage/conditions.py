"""What is counted, as people and programs write it: on the command line and in addresses."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from search.coverage.selection import NOT_STATED, Selection, read_selection

UNSTATED: Final = "-"
"""How "nobody states it" is written."""
_OR_UNSTATED: Final = f"`{UNSTATED}` stands for works without one."
_Values = tuple[Annotated[str, Meta(max_length=500)], ...]


class Conditions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is counted: OR inside a condition, AND between."""

    source: Annotated[
        _Values, Meta(description="Name of a source that delivered a record of the thing.")
    ] = ()
    kind: Annotated[
        _Values, Meta(description="dataset, paper, software, book, chapter or other.")
    ] = ()
    year: Annotated[
        _Values, Meta(description="`2010`, `2010-2015`, `2010-`, `-2015` or `unknown`.")
    ] = ()
    publisher: Annotated[_Values, Meta(description=f"As written. {_OR_UNSTATED}")] = ()
    language: Annotated[_Values, Meta(description=f"BCP 47. {_OR_UNSTATED}")] = ()
    licence: Annotated[_Values, Meta(description=f"SPDX identifier. {_OR_UNSTATED}")] = ()
    collaboration: Annotated[_Values, Meta(description=f"As written. {_OR_UNSTATED}")] = ()
    relation: Annotated[
        _Values,
        Meta(description="DataCite relation type that counts as a link; without any, all do."),
    ] = ()
    each: Annotated[
        bool,
        Meta(description="Count each part and version, instead of with its whole and concept."),
    ] = False

    def selection(self) -> Selection:
        """What they mean.

        Raises:
            SelectionError: a value that cannot be meant.
        """
        return read_selection(
            sources=self.source,
            kinds=self.kind,
            years=self.year,
            publishers=stated(self.publisher),
            languages=stated(self.language),
            licences=stated(self.licence),
            collaborations=stated(self.collaboration),
            relations=self.relation,
            rolled_up=not self.each,
        )


def stated(values: tuple[str, ...]) -> list[str]:
    """Values as a selection has them.

    >>> stated(("Springer", "-"))
    ['Springer', '']
    """
    return [NOT_STATED if value == UNSTATED else value for value in values]
