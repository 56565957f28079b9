"""Answers that Zenodo and e-periodica gave in August 2026, served again as they were recorded.

Status, headers and bytes come from the corpus (cassettes of oaipmh-scythe); nothing is copied.
"""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from harvester.answers.parse import Answer, read_formats, read_identify, read_page, read_sets
from harvester.errors import (
    BadArgument,
    BadResumptionToken,
    IdDoesNotExist,
    NoRecordsMatch,
    OaiError,
)
from harvester.protocol import Verb
from harvester.record import Repository
from harvester.request import Request
from tests.harvester.misbehaving.answers import Ask, Counts, Reply, Sending
from tests.harvester.misbehaving.clock import SharedClock
from tests.harvester.misbehaving.server import impatient_client, serve

_LOG = "zenodo/oai/scythe-cassettes/http-exchanges.jsonl"
_OF_THE_SERVER = {"content-length", "transfer-encoding", "connection"}

N_RECORDS = {
    "get_record/02": 1,
    "list_records/00": 50,
    "list_records/01": 50,
    "list_records/04": 50,
    "list_records/07": 50,
    "list_records/08": 3,
    "list_records/11": 50,
}
"""Records in each answer that has some; those of 3 were shortened by whoever recorded them."""
N_HEADERS = {
    "list_identifiers/00": 50,
    "list_identifiers/05": 3,
    "list_identifiers/07": 50,
    "list_identifiers/09": 3,
    "list_identifiers/11": 50,
}
ANNOUNCED = {
    "list_records/00": 1_345_244,
    "list_records/01": 6_380,
    "list_records/04": 8_091_746,
    "list_records/07": 678_880,
    "list_records/11": 6_752_882,
}
ERRORS = {
    "get_record/00": BadArgument,
    "list_identifiers/02": NoRecordsMatch,
    "list_identifiers/06": NoRecordsMatch,
    "list_metadata_formats/02": IdDoesNotExist,
    "list_records/02": NoRecordsMatch,
    "list_records/03": BadArgument,
    "list_records/06": NoRecordsMatch,
    "list_records/10": BadResumptionToken,
    "list_sets/01": BadResumptionToken,
}
"""All came with HTTP 422; some errors have no text."""


class Exchange(msgspec.Struct, frozen=True):
    """One line of the log."""

    uri: str
    status: int
    response_headers: dict[str, list[str]]
    body_file: str

    @property
    def name(self) -> str:
        """Folder and number, such as `list_records/00`."""
        path = Path(self.body_file)
        return f"{path.parent.name}/{path.name[:2]}"

    @property
    def arguments(self) -> tuple[tuple[str, str], ...]:
        return tuple(parse_qsl(urlsplit(self.uri).query, keep_blank_values=True))

    def request(self) -> Request:
        (_, verb), *arguments = self.arguments
        return Request(verb=Verb(verb), arguments=tuple(arguments))


@dataclass
class Recording:
    """Answers what was recorded for the same path and arguments."""

    exchanges: tuple[Exchange, ...]
    corpus: Path
    clock: SharedClock = field(default_factory=SharedClock)
    counts: Counts = field(default_factory=Counts)

    def answer(self, ask: Ask) -> Reply:
        self.counts.asks.append(ask)
        for exchange in self.exchanges:
            if urlsplit(exchange.uri).path == ask.path and exchange.arguments == tuple(
                ask.arguments.items()
            ):
                return self._reply(exchange)
        return Reply(status=404, body=b"never asked for")

    def _reply(self, exchange: Exchange) -> Reply:
        headers = exchange.response_headers
        fields = tuple(
            (name, value)
            for name, values in headers.items()
            for value in values
            if name not in _OF_THE_SERVER
        )
        return Reply(
            status=exchange.status,
            headers=fields,
            body=(self.corpus / exchange.body_file).read_bytes(),
            sending=Sending.CHUNKED if "transfer-encoding" in headers else Sending.WHOLE,
        )


@pytest.fixture(scope="module")
def exchanges(corpus) -> tuple[Exchange, ...]:
    lines = (corpus / _LOG).read_bytes().splitlines()
    return tuple(msgspec.json.decode(line, type=Exchange) for line in lines)


@pytest.fixture
def recording(exchanges, corpus) -> Recording:
    return Recording(exchanges, corpus)


@pytest.fixture
async def outcomes(recording) -> dict[str, Answer | OaiError]:
    """What asking every recorded request ends in, by the exchange's name."""
    ended: dict[str, Answer | OaiError] = {}
    async with serve(recording) as url, impatient_client(recording) as client:
        home = url.removesuffix("/oai")
        for exchange in recording.exchanges:
            base = f"{home}{urlsplit(exchange.uri).path}"
            source = Repository(url=base, requests_per_minute=0, timeout_s=5.0)
            try:
                ended[exchange.name] = await client.ask(source, exchange.request())
            except OaiError as error:
                ended[exchange.name] = error
    return ended


def test_every_exchange_has_a_name_of_its_own(exchanges):
    assert len(exchanges) == 27
    assert len({exchange.name for exchange in exchanges}) == 27


def test_every_request_ends_in_an_answer_or_in_the_oai_error_it_got(outcomes):
    errors = {name: type(ended) for name, ended in outcomes.items() if isinstance(ended, OaiError)}
    assert errors == ERRORS
    assert len(outcomes) == 27


def test_errors_were_recorded_with_http_422(exchanges):
    assert {each.name for each in exchanges if each.status == 422} == set(ERRORS)
    assert {each.status for each in exchanges} == {200, 422}


def test_an_error_says_what_the_repository_said(outcomes):
    assert str(outcomes["get_record/00"]).endswith("badArgument: metadataPrefix does not exist")
    assert str(outcomes["list_records/02"]).endswith("answers noRecordsMatch")


def test_no_request_is_sent_twice(recording, outcomes):
    assert recording.counts.n_requests == len(outcomes) == 27


@pytest.mark.usefixtures("outcomes")
def test_retry_after_on_answers_and_on_errors_is_not_waited_for(recording):
    told = [each for each in recording.exchanges if "retry-after" in each.response_headers]
    assert len(told) == 26
    assert recording.clock.slept == []


def test_records_are_all_read(outcomes):
    read = {name: _n_items(outcomes[name], Verb.LIST_RECORDS) for name in N_RECORDS}
    read["get_record/02"] = _n_items(outcomes["get_record/02"], Verb.GET_RECORD)
    assert read == N_RECORDS


def test_as_many_records_are_read_as_the_files_hold(exchanges, corpus):
    for exchange in exchanges:
        if exchange.name in N_RECORDS:
            body = (corpus / exchange.body_file).read_bytes()
            assert body.count(b"<record>") == N_RECORDS[exchange.name], exchange.name


def test_every_record_has_an_identifier_a_datestamp_and_its_bytes(outcomes):
    pages = [read_page(_answer(outcomes[name])) for name in ANNOUNCED]
    records = [record for page in pages for record in page.records]
    assert len(records) == 250
    assert all(record.identifier.startswith("oai:zenodo.org:") for record in records)
    assert all(len(record.datestamp) == len("2026-06-02T13:19:56Z") for record in records)
    assert all(record.xml.startswith(b"<record") for record in records)
    assert not any(page.rejected for page in pages)


def test_the_announced_size_is_read(outcomes):
    read = {name: read_page(_answer(outcomes[name])).complete_list_size for name in ANNOUNCED}
    assert read == ANNOUNCED


def test_headers_are_all_read(outcomes):
    read = {name: _n_items(outcomes[name], Verb.LIST_IDENTIFIERS) for name in N_HEADERS}
    assert read == N_HEADERS


def test_zenodo_describes_itself(outcomes):
    described = read_identify(_answer(outcomes["identify/02"]))
    assert described.earliest_datestamp == "2014-02-03T14:41:33Z"
    assert described.deleted_record == "no"


def test_sets_and_formats_are_read(outcomes):
    sets, token = read_sets(_answer(outcomes["list_sets/00"]))
    formats = {each.prefix for each in read_formats(_answer(outcomes["list_metadata_formats/00"]))}
    assert len(sets) > 0
    assert token is not None
    assert {"oai_dc", "oai_datacite", "datacite", "marcxml", "dcat"} <= formats


def _answer(ended: Answer | OaiError) -> Answer:
    assert isinstance(ended, Answer)
    return ended


def _n_items(ended: Answer | OaiError, verb: Verb) -> int:
    return len(read_page(_answer(ended), verb=verb).items)
