"""Keeps small answers in memory: a release never changes, so what it answered it answers again.

The least lately used give way; answers of a release that is no longer served go so by themselves.
"""

from collections import OrderedDict
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from multidict import CIMultiDict

from search.web.site import SITE

KEPT: Final = ("/search", "/api/v1/", "/id/", "/suggest", "/sru", "/coverage")
"""Beginnings of the addresses whose answers come from the release and nothing else."""
MAX_ANSWER_BYTES: Final = 256 << 10
"""A longer answer would push out too many others."""
_OVERHEAD_BYTES: Final = 2048
"""What an answer takes besides its body: address, headers, objects."""
_NOT_KEPT: Final = frozenset({"no-store"})

Question = tuple[int, str, str, str]
"""Number and time of the release, address, Accept."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as a handler made it, before the headers that every answer has."""

    body: bytes
    headers: CIMultiDict[str]

    @property
    def size(self) -> int:
        """Bytes that it takes in memory, about."""
        return len(self.body) + _OVERHEAD_BYTES

    def response(self) -> web.Response:
        """The answer to send."""
        return web.Response(body=self.body, headers=self.headers.copy())


class KeptAnswers:
    """Answers by question, up to a number of bytes. For one thread: that of the event loop."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._answers: OrderedDict[Question, KeptAnswer] = OrderedDict()
        self.n_bytes = 0
        """Bytes that all of them take, about."""

    def __len__(self) -> int:
        """How many there are."""
        return len(self._answers)

    def get(self, question: Question) -> KeptAnswer | None:
        """The answer to a question, if it is kept."""
        found = self._answers.get(question)
        if found is not None:
            self._answers.move_to_end(question)
        return found

    def put(self, question: Question, answer: KeptAnswer) -> None:
        """Keep an answer in place of any to the same question."""
        if before := self._answers.pop(question, None):
            self.n_bytes -= before.size
        self._answers[question] = answer
        self.n_bytes += answer.size
        while self.n_bytes > self._limit_bytes:
            _, oldest = self._answers.popitem(last=False)
            self.n_bytes -= oldest.size


def keeping(limit_bytes: int) -> Middleware:
    """A middleware that answers from memory what was asked before; 0 bytes: nothing is kept."""
    kept = KeptAnswers(limit_bytes)

    @web.middleware
    async def answering(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method != "GET" or not request.path.startswith(KEPT):
            return await handler(request)
        info = request.app[SITE].release.info
        accept = ", ".join(request.headers.getall("Accept", ()))
        question = (info.number, info.created_at, request.path_qs, accept)
        if found := kept.get(question):
            return found.response()
        response = await handler(request)
        if answer := _to_keep(response, str(info.number)):
            kept.put(question, answer)
            return answer.response()
        return response

    return answering


def _to_keep(response: web.StreamResponse, release: str) -> KeptAnswer | None:
    """What to keep of an answer; None of one that is too long, or that may differ next time.

    The next page of an older release may differ: when that release is dropped there is none.
    """
    if not isinstance(response, web.Response) or response.status != HTTPStatus.OK:
        return None
    if response.headers.get("Cache-Control") in _NOT_KEPT:
        return None
    if response.headers.get("Weft-Release", release) != release:
        return None
    body = response.body
    if not isinstance(body, bytes) or len(body) > MAX_ANSWER_BYTES:
        return None
    return KeptAnswer(body, CIMultiDict(response.headers))
