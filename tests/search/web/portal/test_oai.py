"""`/oai`: the entities of a release as OAI-PMH records, whatever is asked and in what order."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import etree

from graph.release import open_release, use
from graph.work import Kind
from harvester.protocol import OAI
from search.web.oai import FORM
from search.web.portal.entity_source import oai_host
from tests.graph.builders import Town, link, new_town, work
from tests.search.web.portal.towns import BASE, Client, publish_town, serving_town

FIRST, SECOND, THIRD = "2026-01-01T10:00:00Z", "2026-01-02T10:00:00Z", "2026-01-03T10:00:00Z"
LISTS = "verb=ListRecords&metadataPrefix=oai_dc"
HEADERS = "verb=ListIdentifiers&metadataPrefix=oai_dc"


def note(data: Path, *turns: tuple[int, str]) -> None:
    """Let the releases have become current at these moments."""
    (data / "releases" / ".history.json").write_text(json.dumps(turns))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Three works: a dataset, a paper that cites it and a book of two sources."""
    with new_town(tmp_path) as found:
        found.arrive(
            work("zenodo/1", "doi:10.1/data", kind=Kind.DATASET, title="<b>Data</b> & more"),
            work("zenodo/2", "doi:10.1/paper", links=[link("Cites", "doi:10.1/data")]),
            work("oapen/3", "isbn:9783030382070", kind=Kind.BOOK),
            work("zenodo/3", "isbn:9783030382070", kind=Kind.BOOK, title="Title of oapen/3"),
        )
        yield found


@pytest.fixture
def data(tmp_path: Path, town: Town) -> Path:
    """Three releases: whole; the paper changed; the dataset went and a chapter came."""
    data = tmp_path / "data"
    first = publish_town(data, town)
    town.arrive(work("zenodo/2", "doi:10.1/paper", title="The paper anew"))
    second = publish_town(data, town, first, changed=["zenodo/2"])
    town.delete("zenodo/1")
    town.arrive(work("oapen/4", "doi:10.1/chapter", kind=Kind.CHAPTER))
    publish_town(data, town, second, changed=["oapen/4"])
    note(data, (1, FIRST), (2, SECOND), (3, THIRD))
    return data


async def ask(client: Client, query: str) -> etree._Element:
    response = await client.get(f"/oai?{query}")
    assert response.status == 200, await response.text()
    return etree.fromstring(await response.read())


def listed(root: etree._Element, town: Town) -> list[tuple[str, str, bool]]:
    """Record, datestamp and whether it is deleted, of all headers in order."""
    names = {key: name for name, key in town.keys().items()}
    found = []
    for header in root.iter(f"{OAI}header"):
        key = header.findtext(f"{OAI}identifier", "").removeprefix("oai:weft.example.org:")
        stamp = header.findtext(f"{OAI}datestamp", "")
        found.append((names.get(key, "gone"), stamp, header.get("status") == "deleted"))
    return found


def error(root: etree._Element) -> str:
    (found,) = root.iter(f"{OAI}error")
    return found.get("code", "")


async def test_the_list_is_in_order_of_change_and_tells_what_was_deleted(data, town):
    async with serving_town(data) as client:
        root = await ask(client, LISTS)
        headers = await ask(client, HEADERS)
    assert listed(root, town)[:2] == [("zenodo/3", FIRST, False), ("zenodo/2", SECOND, False)]
    assert set(listed(root, town)[2:]) == {("oapen/4", THIRD, False), ("gone", THIRD, True)}
    assert listed(headers, town) == listed(root, town)
    assert [len(record) for record in root.iter(f"{OAI}record")].count(1) == 1
    assert "The paper anew" in etree.tostring(root, method="text", encoding="unicode")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (f"from={SECOND}", {"zenodo/2", "oapen/4", "gone"}),
        ("from=2026-01-02T10:00:01Z", {"oapen/4", "gone"}),
        (f"until={FIRST}", {"zenodo/3"}),
        ("until=2026-01-02", {"zenodo/3", "zenodo/2"}),
        (f"from={SECOND}&until={SECOND}", {"zenodo/2"}),
        ("from=2026-01-03&set=kind:dataset", {"gone"}),
        ("set=kind:chapter", {"oapen/4"}),
        ("set=kind:book", {"zenodo/3"}),
        ("set=source:oapen", {"zenodo/3", "oapen/4"}),
        ("set=source:zenodo", {"zenodo/3", "zenodo/2", "gone"}),
        ("set=kind", {"zenodo/3", "zenodo/2", "oapen/4", "gone"}),
        ("set=source&from=2026-01-03", {"oapen/4", "gone"}),
    ],
)
async def test_a_selection_has_what_belongs_to_it(data, town, arguments, expected):
    async with serving_town(data) as client:
        root = await ask(client, f"{HEADERS}&{arguments}")
        assert {name for name, _, _ in listed(root, town)} == expected


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        (f"{HEADERS}&from=2027-01-01", "noRecordsMatch"),
        (f"{HEADERS}&until=2025-01-01", "noRecordsMatch"),
        (f"{HEADERS}&set=kind:poem", "noRecordsMatch"),
        (f"{HEADERS}&set=kind:book:thin", "noRecordsMatch"),
        (f"{HEADERS}&set=source:none", "noRecordsMatch"),
        (f"{HEADERS}&set=a*b", "noRecordsMatch"),
        (f"{HEADERS}&set=source:'", "noRecordsMatch"),
        (f"{HEADERS}&set=%27%3B--", "badArgument"),
        ("verb=ListRecords&metadataPrefix=dc", "cannotDisseminateFormat"),
        ("verb=ListRecords", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:x.org:1", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=%00", "badArgument"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=%ff", "badResumptionToken"),
    ],
)
async def test_what_cannot_be_answered_is_an_error_of_the_protocol(data, query, code):
    async with serving_town(data) as client:
        assert error(await ask(client, query)) == code


SELECTION = {"prefix": "oai_dc"}


@pytest.mark.parametrize(
    "token",
    [
        ["ListRecords", 4, SELECTION, "x", 1],
        ["ListRecords", 4, SELECTION, "0 a", 1],
        ["ListRecords", 4, SELECTION, "99999999999999999999 a", 1],
        ["ListRecords", 4, SELECTION, "1 " + "a" * 99, 1],
        ["ListRecords", 4, SELECTION, "1 a'; DROP TABLE entity; --", 1],
        ["ListRecords", 4, SELECTION, "9 a", 1],
        ["ListRecords", 4, {"prefix": "none"}, "1 a", 1],
        ["ListRecords", 4, {"prefix": "dc"}, "1 a", 1],
        ["ListRecords", 4, {"prefix": "oai_dc", "set": "\x00"}, "1 a", 1],
        ["ListRecords", 4, {"prefix": "oai_dc", "since": "0001-01-01T00:00:00"}, "1 a", 1],
        ["ListRecords", 4, {"prefix": "oai_dc", "until": "0001-01-01T00:00:00Z"}, "1 a", 1],
        ["ListIdentifiers", 4, SELECTION, "1 a", 1],
    ],
)
async def test_a_made_up_token_is_refused(data, token):
    text = base64.urlsafe_b64encode(json.dumps(token).encode()).decode().rstrip("=")
    async with serving_town(data) as client:
        root = await ask(client, f"verb=ListRecords&resumptionToken={quote(text)}")
        assert error(root) == "badResumptionToken"


async def test_identify_tells_what_the_repository_keeps(data):
    async with serving_town(data, contact="data@example.org") as client:
        root = await ask(client, "verb=Identify")
    (identify,) = root.iter(f"{OAI}Identify")
    assert {etree.QName(each).localname: each.text for each in identify} == {
        "repositoryName": "A <Weft>",
        "baseURL": f"{BASE}oai",
        "protocolVersion": "2.0",
        "adminEmail": "data@example.org",
        "earliestDatestamp": FIRST,
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
    }


@pytest.mark.parametrize("contact", ["", "nobody", "me@localhost", "a b@x.org", "<a@b.c>\n"])
async def test_without_a_contact_that_is_an_address_it_is_nobodys(data, contact):
    async with serving_town(data, contact=contact) as client:
        root = await ask(client, "verb=Identify")
    assert root.findtext(f".//{OAI}adminEmail") == "nobody@weft.invalid"


async def test_sets_are_the_sources_and_the_kinds_that_have_live_records(data):
    async with serving_town(data) as client:
        root = await ask(client, "verb=ListSets")
    sets = [(each[0].text, each[1].text) for each in root.iter(f"{OAI}set")]
    assert sets == [
        ("source:oapen", "Source: oapen"),
        ("source:zenodo", "Source: Zenodo & friends"),
        ("kind:book", "Kind: book"),
        ("kind:chapter", "Kind: chapter"),
        ("kind:paper", "Kind: paper"),
    ]


async def test_a_header_names_all_sets_of_the_entity(data, town):
    key = town.keys()["oapen/3"]
    identifier = f"oai:weft.example.org:{key}"
    async with serving_town(data) as client:
        root = await ask(client, f"verb=GetRecord&metadataPrefix=oai_dc&identifier={identifier}")
    specs = [each.text for each in root.iter(f"{OAI}setSpec")]
    assert specs == ["source:zenodo", "source:oapen", "kind:book"]
    assert root.findtext(f".//{OAI}identifier") == identifier


async def test_formats_are_those_of_a_live_entity_and_none_of_a_deleted_one(data, town):
    live = town.keys()["zenodo/2"]
    (dead,) = (key for key, successor in town.retired().items() if successor is None)
    query = "verb=ListMetadataFormats"
    async with serving_town(data) as client:
        roots = [await ask(client, query)]
        roots.append(await ask(client, f"{query}&identifier=oai:weft.example.org:{live}"))
        gone = await ask(client, f"{query}&identifier=oai:weft.example.org:{dead}")
        none = await ask(client, f"{query}&identifier=oai:weft.example.org:none")
        record = await ask(
            client,
            f"verb=GetRecord&metadataPrefix=marcxml&identifier=oai:weft.example.org:{dead}",
        )
    for root in roots:
        prefixes = [each.text for each in root.iter(f"{OAI}metadataPrefix")]
        assert prefixes == ["oai_dc", "oai_datacite", "marcxml"]
    assert (error(gone), error(none)) == ("noMetadataFormats", "idDoesNotExist")
    (header,) = record.iter(f"{OAI}header")
    assert header.get("status") == "deleted"


async def test_what_a_record_holds_is_escaped(tmp_path, town):
    publish_town(tmp_path / "data", town)
    async with serving_town(tmp_path / "data") as client:
        for prefix in ("oai_dc", "oai_datacite", "marcxml"):
            root = await ask(client, f"verb=ListRecords&metadataPrefix={prefix}")
            assert "<b>Data</b> & more" in etree.tostring(root, method="text", encoding="unicode")


async def test_an_answer_bears_its_release_and_is_not_kept(data):
    async with serving_town(data) as client:
        response = await client.get("/oai?verb=Identify")
    assert response.headers["Weft-Release"] == "3"
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"


async def test_post_and_gzip_work_as_get_does(data):
    async with serving_town(data) as client:
        got = await (await client.get(f"/oai?{LISTS}")).read()
        posted = await client.post("/oai", data=LISTS, headers={"Content-Type": FORM})
        packed = await client.get(f"/oai?{LISTS}", headers={"Accept-Encoding": "gzip"})
        refused = await client.post("/oai", json={})
        body = await posted.read()
    assert packed.headers["Content-Encoding"] == "gzip"
    assert body.split(b"</responseDate>")[1] == got.split(b"</responseDate>")[1]
    assert refused.status == 415


@pytest.mark.parametrize("kept", ["/weft", ""])
async def test_under_a_prefix_the_addresses_are_still_those_of_the_base_iri(data, kept):
    async with serving_town(data, prefix="/weft") as client:
        response = await client.get(f"{kept}/oai?verb=Identify", headers={"Host": "evil.example"})
        text = await response.text()
    assert response.status == 200
    assert f"<baseURL>{BASE}oai</baseURL>" in text
    assert "evil" not in text


async def test_a_release_of_an_older_version_says_what_to_do(data):
    release = open_release(data)
    release.roll_path.unlink()
    record = json.loads((release.path / "release.json").read_text())
    del record["files"]["roll.db"]
    (release.path / "release.json").write_text(json.dumps(record))
    async with serving_town(data) as client:
        for path in ("/oai?verb=Identify", "/sitemap.xml", "/sitemap-1.xml"):
            response = await client.get(path)
            assert response.status == 503
            assert "`weft build` makes one that does" in await response.text()


async def test_after_going_back_everything_is_delivered_anew(data, town):
    """What the newer releases changed was undone, and an older one does not know what that was."""
    use(data, 1)
    async with serving_town(data) as client:
        root = await ask(client, f"{HEADERS}&from=2026-01-04")
        assert len(listed(root, town)) == 3
        stamps = {stamp for _, stamp, _ in listed(root, town)}
    use(data, 3)
    async with serving_town(data) as client:
        root = await ask(client, f"{HEADERS}&from={stamps.pop()}")
        assert {name for name, _, _ in listed(root, town)} == {"zenodo/2", "oapen/4", "gone"}


async def test_an_answer_from_a_release_that_was_followed_bears_the_date_of_its_end(data, town):
    """A server goes on answering from a release until it has opened the next one; who harvests
    then and asks from the date of the answer on must get what the next one changed."""
    note(data, (1, FIRST), (2, SECOND), (3, THIRD))
    async with serving_town(data) as client:
        town.arrive(work("zenodo/9", "doi:10.1/nine"))
        publish_town(data, town, open_release(data), changed=["zenodo/9"])
        note(data, (1, FIRST), (2, SECOND), (3, THIRD), (4, "2026-01-04T10:00:00.9Z"))
        root = await ask(client, LISTS)
        date = root.findtext(f"{OAI}responseDate")
        assert date == "2026-01-04T10:00:00Z"
        assert "zenodo/9" not in {name for name, _, _ in listed(root, town)}
    async with serving_town(data) as client:
        root = await ask(client, f"{LISTS}&from={date}")
        assert listed(root, town) == [("zenodo/9", "2026-01-04T10:00:00Z", False)]


@pytest.mark.parametrize(
    ("base_iri", "host"),
    [
        ("https://weft.example.org/graph/", "weft.example.org"),
        ("https://WEFT.example.org:8443/", "weft.example.org"),
        ("http://127.0.0.1:8080/", "host-127-0-0-1.invalid"),
        ("http://localhost:8080/", "localhost.invalid"),
        ("http://[::1]:80/", "host-1.invalid"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https://4lamps.example/", "host-4lamps-example.invalid"),
        ("http://a..b/", "a-b.invalid"),
        ("http://[x/", "x.invalid"),
    ],
)
def test_identifiers_have_a_legal_domain_whatever_the_host_is(judges, base_iri, host):
    assert oai_host(base_iri) == host
    schema = (judges / "xsd" / "oai" / "oai-identifier.xsd").read_text()
    (pattern,) = re.findall(r'pattern value="(oai:[^"]*)"', schema)
    assert re.fullmatch(pattern.replace("&amp;", "&"), f"oai:{host}:s2fdw53xs4inn")
