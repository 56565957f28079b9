"""What a place is that somebody names: a data directory, a release's directory, or an address."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from graph.release.form import RECORD_NAME
from weft.api.errors import NoSuchPlace

_EXPECTED: Final = (
    "expected a data directory (with releases/ in it), the directory of a release (with"
    f" {RECORD_NAME} in it), or the http address of a Weft"
)
_SCHEMES: Final = ("http", "https")
_SHELF: Final = "releases"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataDirectory:
    """A data directory of this machine, and which of its releases is meant."""

    path: Path
    number: int | None = None
    """None for the current one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDirectory:
    """The directory of a release that stands on no shelf, such as a copy of one."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteAddress:
    """A Weft that is asked over HTTP."""

    url: str
    """Ends in a slash; the path of a Weft behind a prefix is kept."""


Place = DataDirectory | ReleaseDirectory | RemoteAddress


def read_place(place: str | PathLike[str]) -> Place:
    """Tell what a place is.

    Raises:
        NoSuchPlace: there is nothing there, or it is nothing that could be opened.
    """
    text = str(place)
    if "://" in text:
        return _address(text)
    path = Path(place).expanduser()
    if (path / RECORD_NAME).is_file():
        # `current` is a link to the release that is meant
        return _release(path.resolve())
    if (path / _SHELF).is_dir():
        return DataDirectory(path=path)
    found = "is no directory" if path.exists() else "does not exist"
    if path.is_dir():
        found = "holds no release"
    raise NoSuchPlace(f"{text} {found}: {_EXPECTED}")


def _release(path: Path) -> DataDirectory | ReleaseDirectory:
    name = path.name
    if path.parent.name == _SHELF and name.isascii() and name.isdecimal() and name[0] != "0":
        return DataDirectory(path=path.parent.parent, number=int(name))
    return ReleaseDirectory(path=path)


def _address(text: str) -> RemoteAddress:
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises when it is no number
    except ValueError as error:
        raise NoSuchPlace(f"{text} is no address: {error}") from error
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise NoSuchPlace(f"{text} is no http or https address: {_EXPECTED}")
    if parts.query or parts.fragment:
        raise NoSuchPlace(
            f"{text} has a query or a fragment: expected the address of the home page of a Weft,"
            " such as https://weft.example.org/"
        )
    path = parts.path.rstrip("/") + "/"
    return RemoteAddress(url=urlunsplit((parts.scheme, parts.netloc, path, "", "")))
