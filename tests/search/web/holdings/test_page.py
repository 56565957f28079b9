"""The page that holds a list against the release, and its like for programs."""

import asyncio
import csv
import io
import json
import os
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer
from lxml import html

from search.holdings.result import Reason, Status
from search.sparql.pool import Limits
from search.web.app import build_app
from search.web.operation.settings import ServeSettings
from search.web.operation.state import OPERATION, Operation
from search.web.site import open_site
from search.words import WORDS
from tests.search.holdings.gap_release import LAMPS, OILS, write_release
from tests.search.web.servers import serving

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
LIST = (
    "title,isbn,year\n"
    "Lamps of the north,978-3-030-38206-3,2012\n"
    "Oils,,1999\n"
    'Tom & "Jerry" > all,9780000000002,\n'
    "ספר על מנורות אחרות,9789650000004,\n"
).encode()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data directory with a release of books."""
    path = tmp_path_factory.mktemp("holdings")
    write_release(path)
    return path


def parsed(text: str) -> Any:
    """A page as a tree."""
    return html.fromstring(text)


@asynccontextmanager
async def client_of(data, **settings):
    """A client of the application with these settings."""
    operation = Operation(settings=ServeSettings(**settings))
    async with (
        open_site(data, limits=Limits(workers=1), source_titles=(("oapen", "OAPEN"),)) as site,
        TestClient(TestServer(build_app(site, operation=operation))) as client,
    ):
        yield client


@pytest.fixture
async def client(data):
    """A client with the usual settings."""
    async with client_of(data) as opened:
        yield opened


def form(body=LIST, name="list.csv", **fields):
    """A form as browsers send it."""
    made = FormData()
    for key, value in fields.items():
        for each in value if isinstance(value, tuple) else (value,):
            made.add_field(key, each)
    made.add_field("file", body, filename=name, content_type="application/octet-stream")
    return made


async def test_the_form_works_without_scripts_and_offers_every_way_back(client):
    response = await client.get("/holdings", headers=BROWSER)
    text = await response.text()
    page = parsed(text)
    [sent] = page.xpath("//form[@id='holdings']")
    assert dict(sent.attrib).items() >= {
        ("action", "/holdings"),
        ("method", "post"),
        ("enctype", "multipart/form-data"),
    }
    assert page.xpath("//input[@name='want']/@value") == [
        *("page", "csv", "json", "html", "gap-kbart", "gap-marc", "gap-marcxml", "gap-csv")
    ]
    assert page.xpath("//input[@name='want'][@checked]/@value") == ["page"]
    assert page.xpath("//input[@name='kind'][@checked]/@value") == ["book"]
    assert page.xpath("//input[@name='source']/@value") == ["doab", "oapen", "zenodo"]
    assert not page.xpath("//@style | //script[not(@src)]")
    assert len(text) < 100_000


async def test_a_form_that_has_not_changed_keeps_its_script(client):
    """Browsers take the policy of a 304 for that of the page they have."""
    first = await client.get("/holdings", headers=BROWSER)
    known = {**BROWSER, "If-None-Match": first.headers["ETag"]}
    again = await client.get("/holdings", headers=known)
    policy = first.headers["Content-Security-Policy"]
    assert (again.status, again.headers["Content-Security-Policy"]) == (304, policy)
    assert "script-src 'self'" in policy


async def test_a_list_gives_a_page_whose_totals_equal_its_rows(client):
    response = await client.post("/holdings", data=form(), headers=BROWSER)
    page = parsed(await response.text())
    assert (response.status, response.headers["Cache-Control"]) == (200, "no-store")
    assert response.headers["Weft-Release"] == "4"
    totals = [int(each) for each in page.xpath("//*[contains(@class,'total ')]/strong/text()")]
    assert totals == [1, 0, 1, 2, 4]
    assert page.xpath("//*[@id='matched']//td/a/@href") == [f"/id/{LAMPS}"]
    assert page.xpath("//*[@id='suggested']//td/a/text()") == ["Oils"]
    assert page.xpath("//nav/a/@href")[-4:] == [
        *("#matched", "#matched_part", "#suggested", "#unmatched")
    ]
    why = page.xpath("//*[@id='unmatched']//*[@class='why']/text()")
    assert why == ["None of the sources of this release has an identifier of the row."] * 2
    titles = page.xpath("//*[@id='unmatched']//span[@dir='auto']/text()")
    assert titles == ['Tom & "Jerry" > all', "ספר על מנורות אחרות"]


async def test_a_page_of_few_rows_carries_its_results_for_browsers_without_scripts(client):
    response = await client.post("/holdings", data=form(), headers=BROWSER)
    page = parsed(await response.text())
    [link] = page.xpath("//a[@download]")
    assert link.get("download") == "holdings_2026-01-02.csv"
    assert link.get("href").startswith("data:text/csv;charset=utf-8;base64,77u/cm93")


async def test_a_page_of_many_long_rows_stays_below_100_kb(client):
    rows = [f"Lamps of the north {'very ' * 60}{n},10.1234/{'x' * 80}{n}" for n in range(2000)]
    body = "\n".join(["title,doi", *rows]).encode()
    response = await client.post("/holdings", data=form(body), headers=BROWSER)
    text = await response.text()
    assert "2\u202f000" in text
    assert len(text.encode()) < 100_000


async def test_the_gap_comes_as_a_kbart_file_within_the_limits_of_the_form(client):
    sent = form(want="gap-kbart", kind=("book", "chapter"), source="doab", year_to="2000")
    response = await client.post("/holdings", data=sent)
    body = await response.text()
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="Weft_Global_Gap_2026-01-02.txt"'
    )
    assert response.headers["Content-Type"] == "text/tab-separated-values; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert [line.split("\t")[0] for line in body.splitlines()] == ["publication_title", "Oils"]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (form(b"%PDF-1.7\n", "list.csv"), "this cannot be read as a list: a PDF"),
        (form(want="gap-marc", query="lamps ("), "(line 1, column 7)"),
        (form(want="all"), "nothing is called 'all'"),
        (form(year_from="soon"), "year_from 'soon' is not a year"),
        (form(year_from="2010", year_to="2009"), "the years 2010 to 2009 run backwards"),
        (form(kind="buch"), "no kind 'buch'"),
        (form(language="xxxxx-"), "'xxxxx-' is no language"),
        (form(b""), "no list came"),
    ],
)
async def test_what_is_wrong_is_told_above_the_form(client, sent, message):
    response = await client.post("/holdings", data=sent, headers=BROWSER)
    page = parsed(await response.text())
    assert response.status == 400
    [alert] = page.xpath("//*[@role='alert']")
    assert message in alert.text_content()
    assert page.xpath("//form[@id='holdings']")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"no boundary here"),
        ("multipart/form-data; boundary=x", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\ncut"),
        ("multipart/form-data; boundary=" + "x" * 100, b"--x--"),
        ("multipart/form-data; boundary=x", b"--x--\r\n"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--\r\n",
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n' * 201 + b"--x--\r\n",
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nb\r\n' * 2
            + b"--x--\r\n",
        ),
    ],
)
async def test_a_form_that_cannot_be_read_is_400(client, kind, body):
    response = await client.post("/holdings", data=body, headers={"Content-Type": kind})
    assert response.status == 400


async def test_a_list_of_a_gigabyte_is_refused_before_it_is_read(data):
    async with serving(data) as address:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.split(":")[-1]))
        writer.write(
            b"POST /holdings HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000000\r\n\r\n"
        )
        answer = await reader.readuntil(b"</section>")
        writer.close()
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"the list is longer than 64 MB" in answer


@pytest.mark.parametrize("kind", ["text/csv", "multipart/form-data; boundary=x"])
async def test_a_list_of_unknown_length_is_read_to_its_limit_only(data, kind):
    async def body():
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(1000):
            yield b"x" * 1000

    async with client_of(data, holdings_bytes=20_000) as client:
        response = await client.post(
            "/api/v1/holdings", data=body(), headers={"Content-Type": kind}
        )
        assert response.status == 413


async def test_long_fields_besides_the_file_are_refused(client):
    response = await client.post("/holdings", data=form(query="x" * 70_000))
    assert response.status == 413


async def test_a_list_that_does_not_arrive_is_408(data):
    async def body():
        yield b"title\n"
        await asyncio.Event().wait()

    async with client_of(data, holdings_upload_s=0.05) as client:
        response = await client.post("/api/v1/holdings", data=body())
        assert response.status == 408


async def test_a_list_that_takes_too_long_is_503_and_its_process_is_gone(data):
    async with client_of(data, holdings_time_s=0.01) as client:
        response = await client.post("/holdings", data=form())
        assert (response.status, response.headers["Retry-After"]) == (503, "30")
        assert client.app[OPERATION].matching.n_taken == 0
    assert workers() == []


async def test_lists_beyond_those_that_may_arrive_are_sent_away(data):
    async with client_of(data, holdings_at_once=1) as client:
        arriving = client.app[OPERATION].arriving
        with arriving.taken(), arriving.taken(), arriving.taken(), arriving.taken():
            response = await client.post("/holdings", data=form())
        assert (response.status, response.headers["Retry-After"]) == (503, "30")


async def test_a_list_waits_for_its_turn_and_no_longer_than_a_while(data, monkeypatch):
    monkeypatch.setattr("search.web.holdings.answer._PATIENCE_S", 0.1)
    async with client_of(data, holdings_at_once=1) as client:
        with client.app[OPERATION].matching.taken():
            response = await client.post("/api/v1/holdings", data=LIST)
        assert response.status == 503
        assert (await client.post("/api/v1/holdings", data=LIST)).status == 200


async def test_a_client_that_leaves_frees_its_process(data):
    operations = []
    many = b"\n".join(b"a title that nothing has %d" % n for n in range(100_000))
    head = f"POST /api/v1/holdings HTTP/1.1\r\nHost: a\r\nContent-Length: {len(many)}\r\n\r\n"
    async with serving(data, extend=lambda app: operations.append(app[OPERATION])) as address:
        matching = operations[0].matching
        _, writer = await asyncio.open_connection("127.0.0.1", int(address.split(":")[-1]))
        writer.write(head.encode() + many)
        await until(lambda: matching.n_taken == 1 and workers())
        writer.close()
        await until(lambda: matching.n_taken == 0)
        assert workers() == []


async def until(is_so):
    """Wait for something that another task does."""
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110  # what is waited for is no event
            await asyncio.sleep(0.01)


def workers():
    """Processes of this one that hold a list against a release."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            status = (folder / "status").read_text()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        is_child = f"PPid:\t{os.getpid()}\n" in status and "State:\tZ" not in status
        if is_child and b"search.holdings.worker" in command:
            found.append(folder.name)
    return found


async def test_nothing_is_left_of_a_list_on_the_disk(client, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert (await client.post("/holdings", data=form(want="csv"))).status == 200
    assert list(tmp_path.iterdir()) == []


async def test_programs_send_the_list_as_the_body_and_get_json(client):
    response = await client.post("/api/v1/holdings", data=LIST)
    found = json.loads(await response.read())
    assert (response.content_type, response.headers["Cache-Control"]) == (
        "application/json",
        "no-store",
    )
    assert (found["rows"], found["matched"], found["suggested"], found["unmatched"]) == (4, 1, 1, 2)


async def test_programs_get_the_gap_within_the_limits_of_the_address(client):
    query = "format=gap-csv&kind=book&kind=dataset&publisher=lamp&language=German"
    response = await client.post(f"/api/v1/holdings?{query}", data=form())
    rows = list(csv.DictReader(io.StringIO((await response.read()).decode("utf-8-sig"))))
    assert [(row["entity"], row["see_row"]) for row in rows] == [(OILS, "2")]


@pytest.mark.parametrize(
    ("query", "body", "message"),
    [
        ("", b"%PDF-1.7", "this cannot be read as a list: a PDF"),
        ("?format=pdf", LIST, "Invalid enum value 'pdf'"),
        ("?colour=red", LIST, "no parameter 'colour' here"),
        ("?year_from=x", LIST, "year_from"),
        ("?kind=buch", LIST, "no kind 'buch'"),
        ("?format=gap-marc&q=((", LIST, "parenthesis"),
    ],
)
async def test_what_is_wrong_is_a_problem_for_programs(client, query, body, message):
    response = await client.post(f"/api/v1/holdings{query}", data=body)
    problem = await response.json(content_type="application/problem+json")
    assert (response.status, response.headers["Cache-Control"]) == (400, "no-store")
    assert message in problem["detail"]


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_plain_words(reason):
    words = WORDS.holdings["reasons"]
    assert isinstance(words, dict)
    assert str(words[reason]).endswith(".")


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_name_and_a_meaning(status):
    for table in ("statuses", "status_notes"):
        words = WORDS.holdings[table]
        assert isinstance(words, dict)
        assert words[status]


async def test_the_page_works_under_a_prefix(data):
    async with client_of(data, prefix="/weft") as client:
        page = parsed(await (await client.get("/weft/holdings")).text())
        assert page.xpath("//form[@id='holdings']/@action") == ["/weft/holdings"]
        response = await client.post("/weft/holdings", data=form(), headers=BROWSER)
        page = parsed(await response.text())
        assert page.xpath("//*[@id='matched']//td/a/@href") == [f"/weft/id/{LAMPS}"]
