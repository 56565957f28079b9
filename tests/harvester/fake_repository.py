"""A repository in memory: a transport for tests, and the same over a real socket."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from harvester.client import HttpAnswer

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    "<responseDate>{date}</responseDate><request>http://repository.example/oai</request>"
)
IDENTIFY = (
    "<Identify><repositoryName>Fake</repositoryName><granularity>{granularity}</granularity>"
    "</Identify></OAI-PMH>"
)


def record_xml(number: int, *, datestamp="2026-01-01T00:00:00Z", title="", is_deleted=False) -> str:
    status = ' status="deleted"' if is_deleted else ""
    header = (
        f"<header{status}><identifier>oai:fake:{number}</identifier>"
        f"<datestamp>{datestamp}</datestamp></header>"
    )
    metadata = f"<metadata><title>{title or f'Title {number}'}</title></metadata>"
    return f"<record>{header}{'' if is_deleted else metadata}</record>"


def answer(content: str, *, status=200, date="2026-02-01T00:00:00Z", retry_after="") -> HttpAnswer:
    body = f"{HEAD.format(date=date)}{content}</OAI-PMH>".encode()
    return HttpAnswer(status=status, body=body, retry_after=retry_after)


def listing(*records: str, token: str | None = None, size: int | None = None) -> HttpAnswer:
    announced = "" if size is None else f' completeListSize="{size}"'
    element = "" if token is None else f"<resumptionToken{announced}>{token}</resumptionToken>"
    return answer(f"<ListRecords>{''.join(records)}{element}</ListRecords>")


def error(code: str, *, status=422) -> HttpAnswer:
    return answer(f'<error code="{code}">said so</error>', status=status)


@dataclass
class FakeRepository:
    """Lists `records` in pages; what stands in `instead` is answered first, once each.

    Keys of `instead`: "Identify", "" for the first page of a list, else a resumption token
    ("2" asks for the page that begins with the third record).
    """

    records: list[str]
    page_size: int = 2
    date: str = "2026-02-01T00:00:00Z"
    granularity: str = "YYYY-MM-DDThh:mm:ssZ"
    announces: bool = True
    instead: dict[str, list[HttpAnswer | Exception]] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)
    on_request: Callable[[str], None] = lambda _: None

    @property
    def tokens(self) -> list[str]:
        """What was asked for, in order, by the keys of `instead`."""
        return [self._key(request) for request in self.requests]

    async def __call__(self, url: str, /) -> HttpAnswer:
        request = dict(parse_qsl(urlsplit(url).query))
        self.requests.append(request)
        key = self._key(request)
        self.on_request(key)
        if queued := self.instead.get(key):
            prepared = queued.pop(0)
            if isinstance(prepared, Exception):
                raise prepared
            return prepared
        if key == "Identify":
            body = HEAD.format(date=self.date) + IDENTIFY.format(granularity=self.granularity)
            return HttpAnswer(status=200, body=body.encode())
        return self._page(int(key or 0))

    def _page(self, start: int) -> HttpAnswer:
        if not self.records:
            return error("noRecordsMatch")
        end = start + self.page_size
        return listing(
            *self.records[start:end],
            token=str(end) if end < len(self.records) else "",
            size=len(self.records) if self.announces else None,
        )

    @staticmethod
    def _key(request: dict[str, str]) -> str:
        if request["verb"] == "ListRecords":
            return request.get("resumptionToken", "")
        return request["verb"]


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
