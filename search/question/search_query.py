"""The parameters of a search, checked."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from search.question.ask import MAX_OFFSET, Ask
from search.question.cursor import MAX_CURSOR
from search.text.engine import FACETS, Sort

MAX_API_LIMIT: Final = 100
"""Most hits in one answer; a guess that keeps answers near 200 kB."""


_Values = tuple[Annotated[str, Meta(max_length=1000)], ...]


class SearchQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is searched for; a facet may be given several times, any of its values will do."""

    q: Annotated[str, Meta(description="In the query language; empty finds everything.")] = ""
    kind: Annotated[_Values, Meta(description="dataset, paper, software, book, ...")] = ()
    source: Annotated[_Values, Meta(description="Name of a source.")] = ()
    year: Annotated[_Values, Meta(description="Of publication.")] = ()
    licence: Annotated[_Values, Meta(description="SPDX identifier.")] = ()
    language: Annotated[_Values, Meta(description="BCP 47.")] = ()
    access: Annotated[_Values, Meta(description="open, embargoed, restricted, closed.")] = ()
    collaboration: Annotated[_Values, Meta(description="Its name.")] = ()
    publisher: Annotated[_Values, Meta(description="Its name.")] = ()
    has: Annotated[_Values, Meta(description="Linked to data, paper, software or book.")] = ()
    sort: Annotated[Sort, Meta(description="Order of the hits.")] = Sort.RELEVANCE
    limit: Annotated[int, Meta(description="Hits on a page.", ge=0, le=MAX_API_LIMIT)] = 10
    offset: Annotated[int, Meta(description="Hits to pass over.", ge=0, le=MAX_OFFSET)] = 0
    cursor: Annotated[
        str,
        Meta(
            description="Instead of an offset, to read all hits however many there are: `*` for"
            " the first page, then the `next` of each answer. All pages come from the release"
            " that the first one came from; facets are counted on the first one only.",
            max_length=MAX_CURSOR,
        ),
    ] = ""

    def to_ask(self) -> Ask:
        """The same question as pages and the command line put it."""
        # forms send an empty value for what is not filled in
        values = {name: tuple(filter(None, dict.fromkeys(getattr(self, name)))) for name in FACETS}
        return Ask(
            text=self.q.strip(),
            sort=self.sort,
            filters={name: each for name, each in values.items() if each},
            limit=self.limit,
            offset=self.offset,
        )
