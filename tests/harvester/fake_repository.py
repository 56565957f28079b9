"""A repository in memory: a transport for tests, and the same over a real socket."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from harvester.client import HttpAnswer
from harvester.errors import TransportError
from harvester.stage import Stage

HTML = HttpAnswer(status=200, body=b"<html>Just a moment...</html>")
BROKEN = HttpAnswer(status=500, body=b"oops")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    "<responseDate>{date}</responseDate><request>http://repository.example/oai</request>"
)
IDENTIFY = (
    "<Identify><repositoryName>Fake</repositoryName>"
    "<earliestDatestamp>{earliest}</earliestDatestamp><granularity>{granularity}</granularity>"
    "</Identify></OAI-PMH>"
)


def record_xml(
    number: int, *, datestamp="2026-01-01T00:00:00Z", title="", is_deleted=False, sets=()
) -> str:
    status = ' status="deleted"' if is_deleted else ""
    specs = "".join(f"<setSpec>{spec}</setSpec>" for spec in sets)
    header = (
        f"<header{status}><identifier>oai:fake:{number}</identifier>"
        f"<datestamp>{datestamp}</datestamp>{specs}</header>"
    )
    metadata = f"<metadata><title>{title or f'Title {number}'}</title></metadata>"
    return f"<record>{header}{'' if is_deleted else metadata}</record>"


def spread(n: int, *, step: timedelta = timedelta(hours=7), sets=()) -> list[str]:
    """Records 0 to n-1, one each `step` from the first moment of 2026."""
    return [record_xml(number, datestamp=moment(number * step), sets=sets) for number in range(n)]


def moment(after: timedelta) -> str:
    """The datestamp so long after the first moment of 2026."""
    return f"{datetime(2026, 1, 1) + after:%Y-%m-%dT%H:%M:%SZ}"  # noqa: DTZ001  # it is written as UTC


def answer(content: str, *, status=200, date="2026-02-01T00:00:00Z", retry_after="") -> HttpAnswer:
    body = f"{HEAD.format(date=date)}{content}</OAI-PMH>".encode()
    return HttpAnswer(status=status, body=body, retry_after=retry_after)


def listing(
    *records: str, token: str | None = None, size: int | None = None, verb: str = "ListRecords"
) -> HttpAnswer:
    announced = "" if size is None else f' completeListSize="{size}"'
    element = "" if token is None else f"<resumptionToken{announced}>{token}</resumptionToken>"
    return answer(f"<{verb}>{''.join(records)}{element}</{verb}>")


def error(code: str, *, status=422) -> HttpAnswer:
    return answer(f'<error code="{code}">said so</error>', status=status)


def lost() -> TransportError:
    """The repository may have answered; the answer has not come."""
    return TransportError("connection reset", url="http://repository.example/oai")


def cut(whole: HttpAnswer) -> HttpAnswer:
    """An answer without its end."""
    return replace(whole, body=whole.body[:-30])


def staged(stage: Stage) -> list[int]:
    """Numbers of the staged records, sorted; a duplicate would show."""
    return sorted(int(record.identifier.removeprefix("oai:fake:")) for record in stage.records())


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for records as a fault sees it, with what the answer would hold."""

    verb: str
    key: str
    """As in `FakeRepository.instead`."""
    listed: list[str]
    """The whole list, or the one record of GetRecord."""
    start: int
    page: list[str]

    def holds(self, *numbers: int) -> bool:
        """Whether the page holds one of these records."""
        return any(number_of(record) in numbers for record in self.page)


Fault = Callable[[Asked], HttpAnswer | Exception | None]
"""Gives what is answered or raised in the place of a page; None leaves it alone."""


@dataclass
class FakeRepository:
    """Lists `records` in pages; what stands in `instead` is answered first, once each.

    Keys of `instead`: "Identify"; "" for the first page of a list, `from..until` when it has an
    until, else a resumption token ("2" asks for the page that begins with the third record); the
    same with "ids " before it for identifiers; "get 7" for one record. A record that names no set
    belongs to each.
    """

    records: list[str]
    page_size: int = 2
    date: str = "2026-02-01T00:00:00Z"
    earliest: str = "2026-01-01T00:00:00Z"
    granularity: str = "YYYY-MM-DDThh:mm:ssZ"
    announces: bool = True
    ignores: tuple[str, ...] = ()
    """Arguments without effect: `from`, `until`, or `lone until` for an until without a from."""
    refuses: tuple[str, ...] = ()
    """Arguments answered by badArgument."""
    longest: dict[str, int] = field(default_factory=dict)
    """By verb: the list ends without a word after so many records."""
    hidden: set[int] = field(default_factory=set)
    """Numbers of records that completeListSize counts and nothing delivers."""
    fault: Fault = lambda _: None
    """Asked where `instead` has nothing."""
    instead: dict[str, list[HttpAnswer | Exception]] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)
    on_request: Callable[[str], None] = lambda _: None
    n_sent: int = 0
    """Records sent in lists and singly, repeated ones included; headers are none."""

    @property
    def tokens(self) -> list[str]:
        """What was asked for, in order, by the keys of `instead`."""
        return [self._key(request) for request in self.requests]

    @property
    def most_lists_at_a_time(self) -> int:
        """How many lists of records were open at a time: begun, and their last page not asked."""
        spans: dict[str, list[int]] = {}
        for number, request in enumerate(self.requests):
            if request["verb"] == "ListRecords":
                spans.setdefault(_span_of(request), []).append(number)
        ends = [(asked[0], asked[-1]) for asked in spans.values()]
        return max((sum(a <= begun <= z for a, z in ends) for begun, _ in ends), default=0)

    async def __call__(self, url: str, /) -> HttpAnswer:
        request = dict(parse_qsl(urlsplit(url).query))
        self.requests.append(request)
        key = self._key(request)
        self.on_request(key)
        await asyncio.sleep(0)
        if queued := self.instead.get(key):
            return _answered(queued.pop(0))
        match request["verb"]:
            case "Identify":
                return self._identify()
            case "GetRecord":
                return self._get(request["identifier"], key)
            case verb:
                return self._page(verb, request, key)

    def _identify(self) -> HttpAnswer:
        body = HEAD.format(date=self.date) + IDENTIFY.format(
            granularity=self.granularity, earliest=self.earliest
        )
        return HttpAnswer(status=200, body=body.encode())

    def _get(self, identifier: str, key: str) -> HttpAnswer:
        for record in self.records:
            if _header(record).identifier == identifier and number_of(record) not in self.hidden:
                asked = Asked(verb="GetRecord", key=key, listed=[record], start=0, page=[record])
                if (faulty := self.fault(asked)) is not None:
                    return _answered(faulty)
                self.n_sent += 1
                return answer(f"<GetRecord>{record}</GetRecord>")
        return error("idDoesNotExist")

    def _page(self, verb: str, request: dict[str, str], key: str) -> HttpAnswer:
        if any(name in request for name in self.refuses):
            return error("badArgument")
        start, _, span = request.get("resumptionToken", "0").partition(" ")
        listed = self._listed(span or _span_of(request))
        end = int(start) + self.page_size
        last = min(len(listed), self.longest.get(verb, len(listed)))
        page = listed[int(start) : min(end, last)]
        if self.hidden:
            page = [each for each in page if number_of(each) not in self.hidden]
        asked = Asked(verb=verb, key=key, listed=listed, start=int(start), page=page)
        if (faulty := self.fault(asked)) is not None:
            return _answered(faulty)
        if not listed:
            return error("noRecordsMatch")
        is_of_records = verb == "ListRecords"
        self.n_sent += len(page) if is_of_records else 0
        span = _span_of(request) or span
        return listing(
            *(each if is_of_records else _header(each).xml for each in page),
            token=f"{end} {span}".rstrip() if end < last else "",
            size=len(listed) if self.announces else None,
            verb=verb,
        )

    def _listed(self, span: str) -> list[str]:
        """The records of a list, its dates heeded as far as this repository does."""
        dates, _, set_spec = span.partition(" of ")
        from_, _, until = dates.partition("..")
        if "until" in self.ignores or ("lone until" in self.ignores and not from_):
            until = ""
        if "from" in self.ignores:
            from_ = ""
        return [each for each in self.records if _header(each).is_within(from_, until, set_spec)]

    @staticmethod
    def _key(request: dict[str, str]) -> str:
        match request["verb"]:
            case "Identify":
                return "Identify"
            case "GetRecord":
                return f"get {request['identifier'].removeprefix('oai:fake:')}"
            case verb:
                before = "ids " if verb == "ListIdentifiers" else ""
                span = _span_of(request) if "until" in request else ""
                return before + request.get("resumptionToken", span)


@dataclass(frozen=True, slots=True)
class _Header:
    xml: str
    identifier: str
    datestamp: str
    sets: tuple[str, ...]

    def is_within(self, from_: str, until: str, set_spec: str) -> bool:
        if set_spec and self.sets and set_spec not in self.sets:
            return False
        if not self.datestamp:
            return True
        return self.datestamp >= from_ and (not until or self.datestamp[: len(until)] <= until)


@lru_cache(maxsize=10_000)
def _header(record: str) -> _Header:
    xml, end, _ = record.removeprefix("<record>").partition("</header>")
    identifier, datestamp = (
        re.findall(f"<{name}>(.*?)</{name}>", xml) if end else []
        for name in ("identifier", "datestamp")
    )
    return _Header(
        xml=xml + end,
        identifier="".join(identifier),
        datestamp="".join(datestamp),
        sets=tuple(re.findall("<setSpec>(.*?)</setSpec>", xml)),
    )


def number_of(record: str) -> int:
    """The number that `record_xml` was given."""
    return int(_header(record).identifier.removeprefix("oai:fake:"))


def _span_of(request: dict[str, str]) -> str:
    """`from..until of set` of a list's request, as tokens carry it; empty without any of them."""
    if "resumptionToken" in request:
        return request["resumptionToken"].partition(" ")[2]
    from_, until, set_spec = (request.get(name, "") for name in ("from", "until", "set"))
    dates = f"{from_}..{until}" if from_ or until else ""
    return f"{dates} of {set_spec}" if set_spec else dates


def _answered(prepared: HttpAnswer | Exception) -> HttpAnswer:
    if isinstance(prepared, Exception):
        raise prepared
    return prepared


@asynccontextmanager
async def over_http(handler: Handler) -> AsyncIterator[str]:
    """Serve a handler on a free port of the loopback; gives the address."""
    application = web.Application()
    application.router.add_get("/{path:.*}", handler)
    runner = web.AppRunner(application, shutdown_timeout=0.1)  # 0 would wait for ever
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/oai"
    finally:
        await runner.cleanup()


def handler_of(repository: FakeRepository) -> Handler:
    """An aiohttp handler that answers as the fake does."""

    async def handle(request: web.Request) -> web.Response:
        prepared = await repository(str(request.url))
        headers = {"Retry-After": prepared.retry_after} if prepared.retry_after else {}
        return web.Response(status=prepared.status, body=prepared.body, headers=headers)

    return handle
