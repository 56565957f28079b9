"""Independent clients search `/sru`; they block, so each runs beside the server."""

import asyncio
import shutil

import pytest
import sruthi  # type: ignore[import-untyped]  # it has no stubs

from tests.search.web.conftest import PAPER
from tests.search.web.servers import serving

YAZ = shutil.which("yaz-client")


async def search(address, query, **more):
    return await asyncio.to_thread(sruthi.searchretrieve, f"{address}/sru", query, **more)


async def test_sruthi_finds_a_record(data_directory):
    async with serving(data_directory) as address:
        found = await search(address, 'dc.title = "new boson"')
        assert (found.count, found.sru_version) == (1, "1.2")
        record = found[0]
    assert record["schema"] == "info:srw/schema/1/dc-v1.1"
    assert record["extra"] == {"https://w3id.org/weft#:entity": f"http://weft.test/id/{PAPER}"}
    assert "Observation of a new boson at a mass of 125 GeV" in str(record)


@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_sruthi_reads_all_pages_of_the_sample(sample_directory, version):
    async with serving(sample_directory) as address:
        found = await search(address, "cql.allRecords = 1", maximum_records=50, sru_version=version)
        records = await asyncio.to_thread(list, found)
    assert found.count == len(records) == 140
    assert len({str(record["extra"]) for record in records}) == 140


async def test_sruthi_reads_marc(sample_directory):
    async with serving(sample_directory) as address:
        found = await search(address, "higgs", record_schema="marcxml")
        first = found[0]
    assert first["schema"] == "info:srw/schema/1/marcxml-v1.1"
    assert "datafield" in first


async def test_sruthi_gets_the_diagnostic(data_directory):
    async with serving(data_directory) as address:
        with pytest.raises(sruthi.SruError, match="Unsupported index"):
            await search(address, "dc.author = a")


async def test_sruthi_reads_the_explain_record(data_directory):
    async with serving(data_directory) as address:
        found = await asyncio.to_thread(sruthi.explain, f"{address}/sru")
    assert found.server == {"host": "weft.test", "port": 80, "database": "sru"}
    assert found.database["title"] == "Weft"
    assert set(found.schema) == {"dc", "marcxml", "schema.org"}
    assert found.index["dc"]["title"] == "Title"
    assert found.index["bath"]["isbn"] == "ISBN"
    assert found.config["maximumRecords"] == 50
    assert found.config["defaults"]["numberOfRecords"] == 10


async def yaz(address, *commands):
    """What yaz-client prints for these commands."""
    opening = (f"open {address}/sru", "querytype cql")
    script = "\n".join((commands[0], *opening, *commands[1:], "quit", ""))
    assert YAZ is not None
    process = await asyncio.create_subprocess_exec(
        YAZ, "-f", "/dev/stdin", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate(script.encode())
    return printed.decode()


@pytest.mark.skipif(YAZ is None, reason="yaz-client is not here: install the Debian package yaz")
@pytest.mark.parametrize("method", ["get 1.1", "get 1.2", "get 2.0", "post 1.2", "post 2.0"])
async def test_yaz_client_finds_and_shows_records(data_directory, method):
    async with serving(data_directory) as address:
        printed = await yaz(
            address,
            f"sru {method}",
            'find dc.title = "new boson" and dc.date >= 2012',
            "show 1",
            "schema marcxml",
            "show 1",
            "find dc.title = fish",
            "find dc.author = fish",
            "find cql.allRecords = 1 sortby dc.date/sort.descending",
            "show 1+3",
        )
    assert printed.count("Number of hits: 1\n") == 3
    assert "pos=1 schema=info:srw/schema/1/dc-v1.1" in printed
    assert "<dc:title" in printed
    assert '<datafield tag="245"' in printed
    assert "Number of hits: 0" in printed
    assert "info:srw/diagnostic/1/16" in printed
    assert "Details: dc.author" in printed
    assert "Number of hits: 3" in printed
    assert "pos=3 schema=info:srw/schema/1/marcxml-v1.1" in printed
