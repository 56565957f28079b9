"""Links as a list of Scholix link information packages, written one by one.

Scholix holds links with data or software at an end; others are left out and counted.
https://doi.org/10.5281/zenodo.1120265
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO, Final, Literal

import msgspec

from graph.links.found import FoundLink
from search.metadata.scholix import packages_v3, packages_v4
from search.open_release import OpenRelease

Version = Literal["3", "4"]
_DATA_KINDS: Final = ("dataset", "software")
_AT_ONCE: Final = 200
"""Links whose ends are read together; each end is read once in these."""


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """How many links went into a file."""

    packages: int
    left_out: int
    """Links without data or software at an end."""


def write_scholix(
    opened: OpenRelease, links: Iterable[FoundLink], file: BinaryIO, *, version: Version = "3"
) -> Packed:
    """Write packages as a JSON array, one a line.

    Raises:
        OSError: the file cannot be written.
    """
    packages = packages_v3 if version == "3" else packages_v4
    n_packages = n_links = 0
    file.write(b"[")
    waiting = iter(links)
    while batch := list(islice(waiting, _AT_ONCE)):
        n_links += len(batch)
        for package in packages(opened, _with_data(opened, batch)):
            file.write(b",\n" if n_packages else b"\n")
            file.write(msgspec.json.encode(package))
            n_packages += 1
    file.write(b"\n]\n")
    return Packed(packages=n_packages, left_out=n_links - n_packages)


def _with_data(opened: OpenRelease, links: Iterable[FoundLink]) -> Iterator[FoundLink]:
    for link in links:
        if any(opened.graph.kind(iri) in _DATA_KINDS for iri in (link.start, link.end)):
            yield link
