"""OAI-PMH over HTTP: an independent harvester (sickle) takes whole archives from it."""

import asyncio
import gzip
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from oaipmh_scythe import Scythe
from sickle.app import Sickle
from sickle.oaiexceptions import IdDoesNotExist, NoRecordsMatch

from harvester.provider.archive import Archive, open_archive
from search.web.oai import FORM, choose_coding, serve_archive, serve_archives

OAI_NS = "http://www.openarchives.org/OAI/2.0/"
N_RECORDS = 25


def sickle(url: str) -> Any:  # sickle is untyped
    """Return the independent harvester, for a worker thread: it blocks."""
    return Sickle(url)


def write_page(folder: Path) -> Path:
    """Write one page of 25 records, one of them deleted, in two sets."""
    records = "".join(
        f"<record><header><identifier>oai:x:{number:02}</identifier>"
        f"<datestamp>2020-01-{number + 1:02}T00:00:00Z</datestamp>"
        f"<setSpec>{'even' if number % 2 == 0 else 'odd'}</setSpec></header><metadata>"
        '<dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/">'
        f'<title xmlns="http://purl.org/dc/elements/1.1/">Title {number}</title></dc>'
        "</metadata></record>"
        for number in range(N_RECORDS - 1)
    )
    deleted = (
        '<record><header status="deleted"><identifier>oai:x:gone</identifier>'
        "<datestamp>2021-01-01T00:00:00Z</datestamp></header></record>"
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "page.xml").write_text(
        f'<OAI-PMH xmlns="{OAI_NS}"><request verb="ListRecords" metadataPrefix="oai_dc">x</request>'
        f"<ListRecords>{records}{deleted}</ListRecords></OAI-PMH>"
    )
    return folder


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(write_page(tmp_path / "shelf"), page_size=10) as archive:
        yield archive


async def test_sickle_harvests_a_whole_archive(archive: Archive) -> None:
    def harvest(url: str) -> dict[str, object]:
        client = sickle(url)
        records = list(client.ListRecords(metadataPrefix="oai_dc"))
        return {
            "records": len({record.header.identifier for record in records}),
            "deleted": sum(record.deleted for record in records),
            "headers": len(list(client.ListIdentifiers(metadataPrefix="oai_dc"))),
            "sets": [each.setSpec for each in client.ListSets()],
            "even": len(list(client.ListRecords(metadataPrefix="oai_dc", set="even"))),
            "formats": [each.metadataPrefix for each in client.ListMetadataFormats()],
            "name": client.Identify().repositoryName,
            "base_url": client.Identify().baseURL == url,
            "title": client.GetRecord(identifier="oai:x:07", metadataPrefix="oai_dc").metadata[
                "title"
            ],
        }

    async with serve_archive(archive) as url:
        assert url.endswith("/oai")
        assert await asyncio.to_thread(harvest, url) == {
            "records": 25,
            "deleted": 1,
            "headers": 25,
            "sets": ["even", "odd"],
            "even": 12,
            "formats": ["oai_dc"],
            "name": "shelf",
            "base_url": True,
            "title": ["Title 7"],
        }


async def test_sickle_knows_the_errors(archive: Archive) -> None:
    def ask(url: str) -> None:
        client = sickle(url)
        with pytest.raises(NoRecordsMatch):
            client.ListRecords(**{"metadataPrefix": "oai_dc", "from": "2030-01-01"})
        with pytest.raises(IdDoesNotExist):
            client.GetRecord(identifier="oai:x:none", metadataPrefix="oai_dc")

    async with serve_archive(archive) as url:
        await asyncio.to_thread(ask, url)


async def fetch(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, data: bytes | None = None
) -> tuple[int, Mapping[str, str], bytes]:
    """Send one request; the body comes as it was on the wire."""
    async with (
        aiohttp.ClientSession(
            auto_decompress=False, headers={"Accept-Encoding": "identity"}
        ) as own,
        own.request(method, url, headers=headers, data=data) as response,
    ):
        return response.status, response.headers, await response.read()


async def test_answer_is_text_xml_in_utf_8(archive: Archive) -> None:
    async with serve_archive(archive) as url:
        status, headers, body = await fetch("GET", f"{url}?verb=Identify")
    assert (status, headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert "Content-Encoding" not in headers
    assert body.startswith(b"<?xml")


async def test_gzip_is_used_when_the_client_accepts_it(archive: Archive) -> None:
    query = "verb=ListRecords&metadataPrefix=oai_dc"
    async with serve_archive(archive) as url:
        _, headers, packed = await fetch(
            "GET", f"{url}?{query}", headers={"Accept-Encoding": "deflate, gzip"}
        )
    assert (headers["Content-Encoding"], headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(packed).count(b"<record ") == 10


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("deflate, GZIP;q=0.5", "gzip"),
        ("gzip;q=0", "identity"),
        ("gzip; q=0.000, deflate", "identity"),
        ("*", "identity"),
    ],
)
def test_coding_follows_accept_encoding(accepted: str, coding: str) -> None:
    assert choose_coding(accepted) == coding


async def test_post_answers_as_get_does(archive: Archive) -> None:
    query = "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai%3Ax%3A03"
    async with serve_archive(archive) as url:
        _, _, got = await fetch("GET", f"{url}?{query}")
        _, _, posted = await fetch("POST", url, headers={"Content-Type": FORM}, data=query.encode())
    assert b"<title" in got
    assert got.split(b"</responseDate>")[1] == posted.split(b"</responseDate>")[1]


async def test_post_of_another_content_type_is_refused(archive: Archive) -> None:
    async with serve_archive(archive) as url:
        status, _, _ = await fetch(
            "POST", url, headers={"Content-Type": "application/json"}, data=b"{}"
        )
    assert status == 415


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", b"badVerb"),
        ("verb=Identify&verb=Identify", b"badVerb"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", b"badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=", b"badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=%ff%00", b"badArgument"),
    ],
)
async def test_oai_errors_come_with_status_200(archive: Archive, query: str, code: bytes) -> None:
    async with serve_archive(archive) as url:
        status, _, body = await fetch("GET", f"{url}?{query}")
    assert status == 200
    assert b'<error code="' + code + b'"' in body


async def test_flood_of_arguments_is_refused(archive: Archive) -> None:
    async with serve_archive(archive) as url:
        status, _, _ = await fetch("GET", f"{url}?{'&'.join(['a=b'] * 33)}")
    assert status == 400


async def test_host_header_does_not_reach_the_answer(archive: Archive) -> None:
    async with serve_archive(archive) as url:
        _, _, body = await fetch("GET", f"{url}?verb=Identify", headers={"Host": "evil.example"})
    assert b"evil.example" not in body


async def test_archives_share_a_port_under_their_names(archive: Archive, tmp_path: Path) -> None:
    with open_archive(write_page(tmp_path / "other"), name="Other") as other:
        async with serve_archives({"shelf": archive, "my other": other}) as urls:
            assert urls["my other"].endswith("/my%20other/oai")
            assert len({url.split("/")[2] for url in urls.values()}) == 1
            _, _, body = await fetch("GET", f"{urls['my other']}?verb=Identify")
    assert b"<repositoryName>Other</repositoryName>" in body


@pytest.mark.parametrize("name", ["", "a/b", "a{b}", "100%"])
async def test_name_that_cannot_stand_in_an_address_is_refused(archive: Archive, name: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in an address"):
        async with serve_archives({name: archive}):
            pass


def list_with_sickle(url: str, prefix: str) -> set[str]:
    """Identifiers of the whole list, by the one independent harvester."""
    return {each.header.identifier for each in sickle(url).ListRecords(metadataPrefix=prefix)}


def list_with_scythe(url: str, prefix: str) -> set[str]:
    """The same by another."""
    with Scythe(url) as scythe:
        listed: Any = scythe.list_records(metadata_prefix=prefix)
        return {each.header.identifier for each in listed}


@pytest.mark.parametrize("harvest", [list_with_sickle, list_with_scythe])
@pytest.mark.parametrize(
    ("folder", "counts"),
    [
        ("zenodo/oai", {"datacite": 50, "oai_datacite": 85, "oai_datacite3": 8, "oai_dc": 199}),
        ("cernopendata/oai-reconstructed/oai_datacite", {"oai_datacite": 120}),
        ("hepdata/oai-reconstructed-datacite/oai_datacite", {"oai_datacite": 786}),
        ("oapen/xoai", {"xoai": 60}),
    ],
)
async def test_other_harvesters_take_the_corpus_whole(
    corpus: Path, folder: str, counts: dict[str, int], harvest: Callable[[str, str], set[str]]
) -> None:
    def count_all(url: str) -> dict[str, int]:
        return {prefix: len(harvest(url, prefix)) for prefix in counts}

    with open_archive(corpus / folder) as archive:
        async with serve_archive(archive) as url:
            assert await asyncio.to_thread(count_all, url) == counts
