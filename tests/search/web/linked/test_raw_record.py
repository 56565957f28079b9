"""Raw texts of records: those the release was made from, or why there are none."""

import hashlib
from contextlib import asynccontextmanager

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from graph.quads import RecordHeader, header_lines
from graph.relation import WEFT
from graph.release import ReleaseInfo
from harvester.answers.parse import Page
from harvester.record import RawRecord
from harvester.stage import open_stage
from harvester.window import Window
from search.sparql.pool import Limits
from search.text.tantivy_engine import open_writer
from search.web.app import build_app
from search.web.site import SITE, open_site
from tests.graph.stores import bulk_load

BASE = "http://weft.test/"
AT = "2026-01-02T03:04:05Z"
REPOSITORY = "https://repository.example/oai"
HOSTILE = (
    b'<record xmlns="http://www.openarchives.org/OAI/2.0/"><metadata>'
    b'<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>\xc5\xbe</metadata></record>'
)
TEXTS = {
    "oai:r:1": HOSTILE,
    "oai:r:2/b.c": b"<record><n>2</n></record>",
    "oai:r:edited": b"<record><n>new</n></record>",
    "oai:r:deleted": b'<record><header status="deleted"/></record>',
    "oai:r:tail.xml": b"<record><n>tail</n></record>",
    "json:1": b'{"title": "</script><script>alert(1)"}',
}
MADE_FROM = {**TEXTS, "oai:r:edited": b"<record><n>old</n></record>", "oai:r:not-staged": b"<r/>"}


def record(identifier: str, body: bytes) -> RawRecord:
    return RawRecord(identifier=identifier, datestamp=AT, is_deleted=False, sets=(), xml=body)


async def stage_all(path) -> None:
    with open_stage(path) as stage:
        await stage.begin_run("s", f"{REPOSITORY}\noai_dc\n")
        (window,) = await stage.plan("s", "oai_dc", [Window()], planned_at=AT)
        await stage.commit_page(
            window.window_id,
            Page(
                records=tuple(record(name, body) for name, body in TEXTS.items()),
                rejected=(),
                token=None,
                complete_list_size=None,
                cursor=None,
                response_date=AT,
            ),
        )


def write_release(data) -> None:
    release = data / "releases" / "1"
    release.mkdir(parents=True)
    headers = [
        RecordHeader(
            source="s",
            identifier=name,
            datestamp=AT,
            harvested_at=AT,
            sha256=hashlib.sha256(body).digest(),
            status="deleted" if name == "oai:r:deleted" else "live",
        )
        for name, body in MADE_FROM.items()
    ]
    quads = data / "quads.nq"
    quads.write_text("".join(header_lines(header, BASE) for header in headers))
    n_quads = bulk_load(quads, release / "graph")
    with open_writer(release / "text"):
        pass
    info = ReleaseInfo(
        number=1,
        created_at=AT,
        base_iri=BASE,
        records=len(MADE_FROM),
        entities=0,
        stubs=0,
        merged_entities=0,
        links=0,
        quads=n_quads,
        by_kind={},
        by_source={"s": len(MADE_FROM)},
    )
    (release / "release.json").write_bytes(msgspec.json.encode(info))
    (data / "releases" / "current").symlink_to("1")


@pytest.fixture
async def data(tmp_path):
    write_release(tmp_path)
    await stage_all(tmp_path / "stage.db")
    return tmp_path


@asynccontextmanager
async def asking(data):
    async with (
        open_site(data, limits=Limits(workers=1)) as site,
        TestClient(TestServer(build_app(site))) as client,
    ):
        yield client


@pytest.fixture
async def raw(data):
    async with asking(data) as client:
        yield client


async def test_a_raw_text_is_given_byte_for_byte(raw):
    response = await raw.get("/record/s/oai:r:1.xml")
    assert response.status == 200
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert await response.read() == HOSTILE
    assert response.headers["Link"] == '</record/s/oai:r:1>; rel="describedby"'


async def test_a_browser_runs_nothing_of_it(raw):
    headers = (await raw.get("/record/s/oai:r:1.xml")).headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_it_is_given_by_accept_when_nothing_else_is_liked_as_well(raw):
    for accept, content_type in (
        ("application/xml", "application/xml"),
        ("application/xml, */*;q=0.1", "application/xml"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/rdf+xml, application/xml", "application/rdf+xml"),
        ("*/*", "text/html"),
    ):
        response = await raw.get("/record/s/oai:r:1", headers={"Accept": accept})
        assert (response.status, response.content_type) == (200, content_type)
        assert response.headers["Vary"] == "Accept"
    response = await raw.get("/record/s/oai:r:1", headers={"Accept": "application/xml"})
    assert response.headers["Content-Location"] == "/record/s/oai:r:1.xml"


@pytest.mark.parametrize("path", ["oai:r:2/b.c.xml", "oai:r:2%2Fb.c.xml", "oai%3Ar%3A2%2Fb.c.xml"])
async def test_a_slash_in_an_identifier_is_found_in_either_spelling(raw, path):
    response = await raw.get(f"/record/s/{path}")
    assert (response.status, await response.read()) == (200, b"<record><n>2</n></record>")


async def test_an_identifier_that_ends_like_the_suffix_keeps_its_page(raw):
    page = await raw.get("/record/s/oai:r:tail.xml", headers={"Accept": "text/html"})
    assert (page.status, page.content_type) == (200, "text/html")
    text = await raw.get("/record/s/oai:r:tail.xml.xml")
    assert await text.read() == b"<record><n>tail</n></record>"


async def test_what_was_delivered_as_json_is_given_as_json(raw):
    response = await raw.get("/record/s/json:1.json")
    assert (response.status, response.content_type) == (200, "application/json")
    assert await response.read() == TEXTS["json:1"]
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


async def test_a_raw_text_asked_for_in_the_wrong_form_tells_the_right_one(raw):
    response = await raw.get("/record/s/json:1.xml")
    assert response.status == 404
    assert (await response.json())["error"] == (
        "this record was delivered as application/json: see http://weft.test/record/s/json:1.json"
    )
    response = await raw.get("/record/s/oai:r:1", headers={"Accept": "application/json"})
    assert response.status == 406


async def test_another_version_that_came_since_is_no_answer(raw):
    response = await raw.get("/record/s/oai:r:edited.xml")
    message = (await response.json())["error"]
    assert response.status == 409
    assert message.startswith(
        "its repository has delivered another version since release 1 was made"
        " (datestamp 2026-01-02T03:04:05Z, harvested 20"
    )
    assert hashlib.sha256(MADE_FROM["oai:r:edited"]).hexdigest() in message
    assert message.endswith(
        "The repository's own: https://repository.example/oai"
        "?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai%3Ar%3Aedited"
    )


async def test_a_deleted_record_has_no_raw_text(raw):
    response = await raw.get("/record/s/oai:r:deleted.xml")
    assert (response.status, (await response.json())["error"]) == (
        410,
        f"the record oai:r:deleted of s is deleted since {AT}: this release holds its header only",
    )


async def test_what_neither_release_nor_stage_has_is_not_found(raw):
    assert (await raw.get("/record/s/oai:r:3.xml")).status == 404
    response = await raw.get("/record/s/oai:r:not-staged.xml")
    assert (response.status, (await response.json())["error"]) == (
        404,
        "the stage beside release 1 has no record oai:r:not-staged of s",
    )


async def test_a_release_without_its_stage_says_so_and_makes_none(data):
    (data / "stage.db").unlink()
    async with asking(data) as client:
        response = await client.get("/record/s/oai:r:1.xml")
        error = (await response.json())["error"]
        page = await (await client.get("/record/s/oai:r:1", headers={"Accept": "text/html"})).text()
    message = (
        "release 1 is served without the stage that holds the raw records: ask s itself for oai:r:1"
    )
    assert (response.status, error) == (404, message)
    assert message in page
    assert not (data / "stage.db").exists()


async def test_a_stage_that_cannot_be_read_is_told_without_its_path(data):
    (data / "stage.db").write_bytes(b"no database" * 1000)
    async with asking(data) as client:
        response = await client.get("/record/s/oai:r:1.xml")
        error = (await response.json())["error"]
    assert (response.status, response.headers["Retry-After"]) == (503, "10")
    assert error == ("the stage that holds the raw records cannot be read: file is not a database")


async def test_the_page_leads_to_the_raw_text(raw):
    html = {"Accept": "text/html"}
    page = await (await raw.get("/record/s/oai:r:1", headers=html)).text()
    assert '<a class="form" href="/record/s/oai:r:1.xml" type="application/xml">Raw XML</a>' in page
    page = await (await raw.get("/record/s/json:1", headers=html)).text()
    assert 'href="/record/s/json:1.json" type="application/json">Raw JSON</a>' in page
    page = await (await raw.get("/record/s/oai:r:deleted", headers=html)).text()
    assert "this release holds its header only" in page


async def test_what_a_client_has_is_not_sent_again(raw):
    tag = (await raw.get("/record/s/oai:r:1.xml")).headers["ETag"]
    response = await raw.get("/record/s/oai:r:1.xml", headers={"If-None-Match": tag})
    assert (response.status, await response.read()) == (304, b"")


async def test_every_live_record_of_the_sample_has_its_raw_text(sample_directory):
    async with asking(sample_directory) as client:
        graph = client.app[SITE].graph
        digests = dict(graph.pairs(f"{WEFT}sha256"))
        for iri, status in graph.pairs(f"{WEFT}status"):
            response = await client.get(f"/{iri.removeprefix(BASE)}.xml")
            if status == f"{WEFT}live":
                assert hashlib.sha256(await response.read()).hexdigest() == digests[iri]
            else:
                assert response.status == 410
    assert len(digests) > 100
