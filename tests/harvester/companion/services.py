"""CERN Open Data's and INSPIRE's REST APIs in memory: transports for tests."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from harvester.client import HttpAnswer
from tests.harvester.fake_repository import Handler

Hit = dict[str, Any]
_TERM = re.compile(r'(doi|arxiv):"([^"]+)"|(recid):(\d+)')


def answered(body: object, *, status=200, retry_after="") -> HttpAnswer:
    encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpAnswer(status=status, body=encoded, retry_after=retry_after)


def record(recid: int, **metadata) -> Hit:
    """An answer of CERN's API as its serializer writes it: the number is a text in some places."""
    return {
        "id": str(recid),
        "updated": "2025-03-10T09:55:54.123456+00:00",
        "metadata": {"recid": str(recid), "title": f"Record {recid}", **metadata},
    }


def paper(number: int, *, dois=(), arxiv=(), **metadata) -> Hit:
    """A hit of INSPIRE's search, with identifiers as INSPIRE spells them."""
    return {
        "id": str(number),
        "updated": "2021-05-16T11:46:01.062881+00:00",
        "metadata": {
            "control_number": number,
            "titles": [{"title": f"Paper {number}"}],
            "dois": [{"value": doi} for doi in dois],
            "arxiv_eprints": [{"value": eprint} for eprint in arxiv],
            **metadata,
        },
    }


@dataclass
class FakeService:
    """Notes what is asked for; what stands in `instead` under it is answered first, once each."""

    instead: dict[str, list[HttpAnswer | Exception]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def __call__(self, url: str, /) -> HttpAnswer:
        key = self.key(url)
        self.asked.append(key)
        if queued := self.instead.get(key):
            prepared = queued.pop(0)
            if isinstance(prepared, Exception):
                raise prepared
            return prepared
        return self.answer(url)

    def key(self, url: str) -> str:
        raise NotImplementedError

    def answer(self, url: str) -> HttpAnswer:
        raise NotImplementedError


@dataclass
class FakeCern(FakeService):
    """Has the records given by number; `asked` are the numbers."""

    records: dict[int, object] = field(default_factory=dict)

    def key(self, url: str) -> str:
        return urlsplit(url).path.rpartition("/")[2]

    def answer(self, url: str) -> HttpAnswer:
        found = self.records.get(int(self.key(url)))
        return answered({"status": 404}, status=404) if found is None else answered(found)


@dataclass
class FakeInspire(FakeService):
    """Searches its papers; `asked` are the identifiers of each query, with a space between."""

    papers: list[Hit] = field(default_factory=list)
    largest_size: int = 1000

    def key(self, url: str) -> str:
        return " ".join(_terms(url))

    def answer(self, url: str) -> HttpAnswer:
        terms = set(_terms(url))
        found = [each for each in self.papers if terms & _identifiers(each)]
        size = min(int(parse_qs(urlsplit(url).query)["size"][0]), self.largest_size)
        return answered({"hits": {"hits": found[:size], "total": len(found)}, "links": {}})


def _terms(url: str) -> list[str]:
    query = parse_qs(urlsplit(url).query)["q"][0]
    return [f"{a or 'inspire'}:{b or d}" for a, b, _, d in _TERM.findall(query)]


def _identifiers(hit: Hit) -> set[str]:
    metadata = hit["metadata"]
    return {
        f"inspire:{metadata['control_number']}",
        *(f"doi:{each['value'].lower()}" for each in metadata["dois"]),
        *(f"arxiv:{each['value'].lower()}" for each in metadata["arxiv_eprints"]),
    }


def handler_of(service: FakeService) -> Handler:
    """An aiohttp handler that answers as the fake does."""

    async def handle(request: web.Request) -> web.Response:
        prepared = await service(str(request.url))
        headers = {"Retry-After": prepared.retry_after} if prepared.retry_after else {}
        return web.Response(status=prepared.status, body=prepared.body, headers=headers)

    return handle
