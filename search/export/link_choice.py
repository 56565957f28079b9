"""The links of a selection: those that start at one of its entities or lead to one, each once."""

from collections.abc import Generator, Iterator
from typing import Final

from graph.links.filter import LinkFilter
from graph.links.found import FoundLink
from graph.links.listing import LinkRow, found_link, list_links
from graph.links.selection import Way
from graph.relation import PREDICATES
from search.export.chosen import ChosenEntities

_ALL: Final = LinkFilter()


def chosen_links(chosen: ChosenEntities) -> Generator[FoundLink]:
    """The links with all that state them, in their canonical direction; to be closed after use."""
    view = chosen.opened.view
    if chosen.is_everything:
        yield from list_links(view, _ALL)
        return
    for row in chosen_rows(chosen):
        yield found_link(view, row, Way(row.predicate))


def chosen_rows(chosen: ChosenEntities) -> Iterator[LinkRow]:
    """Both ends and the predicate of each link of a selection, entity by entity."""
    graph, start = chosen.opened.graph, chosen.opened.iri_of("id/")
    done: set[str] = set()
    for iri in chosen.iris():
        found = [
            LinkRow(iri, predicate, value.text)
            for predicate, values in graph.facts(iri).items()
            if predicate in PREDICATES
            for value in values
            if value.text.startswith(start) and value.text not in done
        ]
        found += [
            LinkRow(other, predicate, iri)
            for other, predicate in graph.linked_from(iri)
            if other not in done and other != iri
        ]
        yield from sorted(found)
        done.add(iri)
