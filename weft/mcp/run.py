"""`weft mcp`: opens a release and serves it to an assistant over stdio."""

import logging
from os import PathLike

from weft.api import ApiError
from weft.api import open as open_place
from weft.config import ConfigError
from weft.remote.errors import RemoteError

_log = logging.getLogger(__name__)


def run(place: str | PathLike[str], *, number: int | None = None) -> None:
    """Serve a release until standard input ends.

    Args:
        place: as `weft.open` takes it: a data directory, or the address of a remote Weft.
        number: which release; None for the current one.

    Raises:
        ConfigError: the package `mcp` is not installed, or there is nothing to open.
        ReleaseError: there is no such release, or it is damaged.
    """
    try:
        from weft.mcp.server import serve  # noqa: PLC0415  # mcp is optional
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types", "anyio"):
            raise
        raise ConfigError(
            "the server for assistants needs the package mcp: pip install 'weft[mcp]'"
        ) from error
    try:
        opened = open_place(place, release=number)
    except (ApiError, RemoteError) as error:
        raise ConfigError(str(error)) from error
    with opened as release:
        _log.info("mcp release=%s place=%s", release.number, place)
        serve(release)
