"""The links of a selection as Scholix link information packages; see `link_packages`."""

from contextlib import closing
from typing import BinaryIO

from graph.release import Asked
from search.export.chosen import ChosenEntities
from search.export.errors import NothingSelected
from search.export.link_choice import chosen_links
from search.export.link_packages import write_scholix as write_packages


def write_scholix(chosen: ChosenEntities, asked: Asked, file: BinaryIO) -> None:
    """Write the links with data or software at an end, version 3, as one JSON array.

    Raises:
        NothingSelected: there is none.
    """
    with closing(chosen_links(chosen)) as links:
        packed = write_packages(chosen.opened, links, file)
    if not packed.packages:
        raise NothingSelected(
            f"no link of {repr(asked.query) if asked.query else 'the release'} has data or"
            " software at an end: nothing was written"
        )
