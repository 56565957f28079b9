"""Asks the REST API of a remote Weft: typed answers of one release, or an error that says why."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar
from urllib.parse import urlencode
from urllib.request import Request

import msgspec
from msgspec import Struct

from harvester.http.redirect import base_of
from search.web.problem import Problem
from weft.api.errors import NotWeft, ReleaseChanged
from weft.remote.connection import Exchange
from weft.remote.errors import RemoteCut, RemoteNotResults, RemoteRefused
from weft.remote.opener import Opener
from weft.remote.results import refuse_page
from weft.remote.settings import RemoteLimits

_RELEASE: Final = "Weft-Release"
_JSON: Final = "application/json"
_GONE: Final = 410

_S = TypeVar("_S", bound=Struct)


class SameRelease(Opener):
    """An opener that takes answers of one release only.

    Args:
        limits: of each request.
    """

    __slots__ = ("number",)

    def __init__(self, limits: RemoteLimits) -> None:
        super().__init__(limits=limits)
        self.number: int | None = None
        """Of the release; None until it is known."""

    def open(self, request: Request) -> Exchange:
        """The answer to a request.

        Raises:
            NotWeft: it does not tell of which release it is.
            ReleaseChanged: it is of another release.
            RemoteError: there is none.
        """
        found = Opener.open(self, request)
        told = found.headers.get(_RELEASE, "")
        at = base_of(found.url)
        if not (told.isascii() and told.isdecimal()):
            raise NotWeft(f"{at} is no Weft: its answer does not name a release")
        if self.number is not None and int(told) != self.number:
            raise ReleaseChanged(
                f"{at} served release {self.number} when it was opened, and serves release {told}"
                " now: open it again, and ask again what should be of one release"
            )
        return found


class Rest:
    """The REST API of one Weft.

    Args:
        url: of its home page, ends in a slash.
        opener: sends the requests.
    """

    def __init__(self, url: str, opener: Opener) -> None:
        self.url = url
        self._opener = opener

    def get(self, path: str, parameters: Mapping[str, Any], answer: type[_S]) -> _S:
        """The answer of an operation.

        Args:
            path: below the home page, such as `api/v1/search`.
            parameters: a sequence stands for a parameter that is given several times.
            answer: its form; fields that it does not have are passed over.

        Raises:
            ReleaseChanged: the pages of a list are of a release that is there no longer.
            RemoteRefused: the remote answered with another error.
            RemoteNotResults: it answered with something else, or the answer breaks off.
            RemoteError: it did not answer.
        """
        query = urlencode({k: v for k, v in parameters.items() if v not in ("", ())}, doseq=True)
        address = f"{self.url}{path}" + (f"?{query}" if query else "")
        request = Request(address, headers={"Accept": _JSON})  # noqa: S310  # http, see read_place
        try:
            found = self._opener.open(request)
        except RemoteRefused as error:
            if error.status == _GONE and "cursor" in parameters:
                said, _, _ = told_error(error)
                raise ReleaseChanged(f"{base_of(address)}: {said}") from error
            raise
        return read_json(found, answer)


def read_json(found: Exchange, answer: type[_S]) -> _S:
    """An answer as a struct.

    Raises:
        RemoteNotResults: it is something else, or breaks off.
    """
    at = base_of(found.url)
    kind = found.headers.get_content_type() if found.headers.get("Content-Type") else ""
    refuse_page(found.body, kind, url=at)
    if kind != _JSON:
        message = f"{at} answered with {kind or 'no media type'} where JSON was expected"
        raise RemoteNotResults(message, url=at)
    try:
        return msgspec.json.decode(found.body, type=answer)
    except msgspec.ValidationError as error:
        message = f"{at} answered with JSON of another form: {error}; is it a Weft of this version?"
        raise RemoteNotResults(message, url=at) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"the answer of {at} breaks off after {len(found.body)} bytes ({error})"
        raise RemoteCut(message, url=at) from error


class _Error(Struct):
    """An error of a page that is no part of the API."""

    error: str
    line: int = 1
    column: int = 1


def told_error(error: RemoteRefused) -> tuple[str, int, int]:
    """What a remote says of an error, and the place in a query; line 1, column 1 when none."""
    text = error.text.encode()
    with suppress(msgspec.DecodeError):
        said = msgspec.json.decode(text, type=_Error)
        return said.error, said.line, said.column
    try:
        problem = msgspec.json.decode(text, type=Problem)
    except msgspec.DecodeError:
        return error.text or str(error), 1, 1
    place = problem.position
    return problem.detail, place.line if place else 1, place.column if place else 1
