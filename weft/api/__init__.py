"""The Python API: a release of this machine or of another, open for questions.

>>> import weft
>>> with weft.open("data") as release:
...     found = release.search("higgs boson", kind="dataset")
...     print(found.total, found.release)
12 1
"""

from os import PathLike

from weft.api.answers import Compared, Explained, FoundEntities, FoundEntity
from weft.api.errors import (
    ApiError,
    EntityError,
    EntityGone,
    NoSuchPlace,
    NotInstalled,
    NotWeft,
    OtherRelease,
    ReleaseChanged,
    ReleaseClosed,
    SeveralEntities,
    UnknownEntity,
)
from weft.api.link_list import Links
from weft.api.local import LocalRelease
from weft.api.place import RemoteAddress, read_place
from weft.api.release import Release
from weft.api.solutions import Solutions

__all__ = [
    "ApiError",
    "Compared",
    "EntityError",
    "EntityGone",
    "Explained",
    "FoundEntities",
    "FoundEntity",
    "Links",
    "LocalRelease",
    "NoSuchPlace",
    "NotInstalled",
    "NotWeft",
    "OtherRelease",
    "Release",
    "ReleaseChanged",
    "ReleaseClosed",
    "SeveralEntities",
    "Solutions",
    "UnknownEntity",
    "open",
]


def open(place: str | PathLike[str], *, release: int | None = None) -> Release:  # noqa: A001  # `weft.open`
    """Open a release for questions.

    >>> import weft
    >>> with weft.open("data", release=1) as release:
    ...     release.number
    1

    Args:
        place: a data directory, the directory of a release (`data/releases/3`), or the address of a
            remote Weft (`https://weft.example.org/`, with its prefix when it has one).
        release: number of the release; None for the current one.

    Raises:
        NoSuchPlace: there is nothing to open; NotWeft when an address is that of something else.
        OtherRelease: the place has another release than the one asked for.
        ReleaseError: there is no release of that number, or it is damaged.
        RemoteError: the remote does not answer as it should.
    """
    found = read_place(place)
    if isinstance(found, RemoteAddress):
        from weft.api.remote import RemoteRelease  # noqa: PLC0415  # what only remotes need

        return RemoteRelease(found.url, number=release)
    return LocalRelease(found, release)
