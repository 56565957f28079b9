"""One list, page by page to its end: what a repository answers when a window is followed.

Nothing here knows what the pages are for; a list that does not come to its end is an error that
says how it broke. Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html#FlowControl
"""

import logging
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from harvester.answers.parse import Answer, Page, Rejected, read_page
from harvester.client import Client
from harvester.errors import (
    AmbiguousFailure,
    BadArgument,
    BadResumptionToken,
    CutAnswer,
    HarvestError,
    NoRecordsMatch,
    NotOaiPmh,
    OaiError,
    ProtocolError,
    RateLimited,
    TransportError,
    UnexpectedStatus,
    UnknownOaiError,
)
from harvester.http.politeness import Wait
from harvester.protocol import Verb
from harvester.record import MENDED, Repository
from harvester.request import (
    Done,
    Ending,
    Position,
    Request,
    list_identifiers,
    list_records,
    next_request,
    resume,
)
from harvester.token import may_replay
from harvester.window import Window

MOST_STALE_PAGES: Final = 3
"""Pages in a row that bring no new identifier before a list counts as repeating itself."""
_CLIENT_ERRORS: Final = range(400, 500)
_NO_PAGE: Final = Page(
    records=(), rejected=(), token=None, complete_list_size=None, cursor=None, response_date=""
)

log = logging.getLogger(__name__)


class Break(StrEnum):
    """How a list stops before its end."""

    EXPIRED = "the repository refuses its own resumption token"
    AMBIGUOUS = "an answer was lost and its resumption token must not be used twice"
    TOKEN_LOOP = "the repository repeats a resumption token"  # noqa: S105  # a reason
    EMPTY_PAGES = "the repository sends empty pages without end"
    REPEATED = "the repository sends the same records again and again"
    REFUSED_DATES = "the repository refuses from and until"
    IGNORED_DATES = "the repository ignores from and until"
    TOO_LARGE = "the list is longer than one window may be"
    SHORT = "the list ended early"
    UNREADABLE = "unreadable page"
    FAILED = "no usable answer"


RESTARTABLE: Final = frozenset({Break.EXPIRED, Break.AMBIGUOUS})
"""Nothing is wrong with the list itself: the same window is listed again before it is halved."""
_BREAKS: Final = {
    Ending.TOKEN_LOOP: Break.TOKEN_LOOP,
    Ending.EMPTY_PAGES: Break.EMPTY_PAGES,
}


class ListBroken(Exception):  # says what is the case
    """A list did not come to its end."""

    def __init__(self, how: Break, *, detail: str = "", cause: HarvestError | None = None) -> None:
        """`detail` is said after the reason; `cause` is what was met."""
        said = detail or (str(cause) if cause else "")
        super().__init__(f"{how}: {said}" if said else str(how))
        self.how = how
        self.cause = cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which list of which repository, and how it is asked for."""

    repository: Repository
    client: Client
    verb: Verb
    window: Window
    token: str | None = None
    """Where to go on; None for the first page."""
    is_announced: bool = False
    """A page before `token` gave a completeListSize, so that a skipped page would show."""
    told: Callable[[Wait], None] | None = field(default=None)
    """Called when the client begins to wait."""

    async def pages(self) -> AsyncGenerator[tuple[Page, Answer | None], None]:
        """Every page with the answer it was read from (None: noRecordsMatch), until the list ends.

        Raises:
            ListBroken: the list stops before its end; the pages so far are good.
            RateLimited: the host wants to be left alone.
            OaiError, UnexpectedStatus: it refuses such a list altogether.
        """
        position = Position(verb=self.verb)
        is_announced = self.is_announced
        step: Request | Done = resume(self.verb, self.token) if self.token else self._first()
        while isinstance(step, Request):
            page, answer = await self._page(step, is_announced=is_announced)
            is_announced = is_announced or page.complete_list_size is not None
            n_items = len(page.items) + len(page.rejected)
            position, step = next_request(position, token=page.token, n_records=n_items)
            yield page, answer
        if step.ending is not Ending.END:
            raise ListBroken(_BREAKS[step.ending])

    def _first(self) -> Request:
        ask_for = list_records if self.verb is Verb.LIST_RECORDS else list_identifiers
        return ask_for(self.repository.prefix, self.window)

    async def _page(self, request: Request, *, is_announced: bool) -> tuple[Page, Answer | None]:
        """Fetch a page; one that cannot be read is asked for once more where that is safe."""
        token = request.token
        may_repeat = token is None or may_replay(
            token, self.repository.tokens, is_announced=is_announced
        )
        try:
            return await self._ask(request, may_repeat=may_repeat)
        except (NotOaiPmh, CutAnswer) as error:
            if not may_repeat:
                raise ListBroken(Break.AMBIGUOUS, cause=error) from error
            log.info("ask-again url=%s because=%s", self.repository.url, error)
        try:
            return await self._ask(request, may_repeat=may_repeat)
        except (NotOaiPmh, CutAnswer) as error:
            raise ListBroken(Break.UNREADABLE, cause=error) from error

    async def _ask(self, request: Request, *, may_repeat: bool) -> tuple[Page, Answer | None]:
        try:
            answer = await self.client.ask(
                self.repository, request, may_repeat=may_repeat, told=self.told
            )
            return read_page(answer, verb=self.verb), answer
        except NoRecordsMatch:
            return _NO_PAGE, None
        except AmbiguousFailure as error:
            raise ListBroken(Break.AMBIGUOUS, cause=error) from error
        except (NotOaiPmh, CutAnswer, RateLimited):
            raise
        except (ProtocolError, TransportError) as error:
            if (how := self._how(error, request)) is None:
                raise
            raise ListBroken(how, cause=error) from error

    def _how(self, error: ProtocolError | TransportError, request: Request) -> Break | None:
        """What an error means for the list; None when it is not the list's own."""
        refuses = isinstance(error, OaiError) and not isinstance(error, UnknownOaiError)
        refuses = refuses or (
            isinstance(error, UnexpectedStatus) and error.status in _CLIENT_ERRORS
        )
        if request.token is not None and refuses:
            return Break.EXPIRED
        if isinstance(error, BadArgument) and (self.window.from_ or self.window.until):
            return Break.REFUSED_DATES
        if refuses and not isinstance(error, BadResumptionToken):
            return None
        return Break.FAILED


def to_keep(answer: Answer | None) -> Rejected | None:
    """The bytes of an answer that had to be mended before it could be read; None: it had not."""
    if answer is None or not answer.mends:
        return None
    return Rejected(identifier="", reason=MENDED, detail=", ".join(answer.mends), body=answer.body)


def unreadable(error: HarvestError | None) -> Rejected | None:
    """The bytes of an answer that cannot be read; None: the error has another cause."""
    if not isinstance(error, NotOaiPmh | CutAnswer):
        return None
    reason = "cut-page" if isinstance(error, CutAnswer) else "not-xml"
    return Rejected(identifier="", reason=reason, detail=str(error), body=error.body)
