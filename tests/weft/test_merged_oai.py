"""The OAI-PMH provider of the merged graph before its judges: harvesters, schemas, another Weft."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pyoxigraph as ox
import pytest
from aiohttp.test_utils import TestServer
from lxml import etree
from oaipmh_scythe import Scythe
from sickle.app import Sickle

from graph.relation import PREDICATES
from graph.release import open_release
from harvester.protocol import OAI_NS
from harvester.provider.archive import open_archive
from search.web.app import build_app
from search.web.oai import serve_archives
from search.web.site import open_site
from tests.search.web.servers import serving as web_serving
from tests.weft.conftest import Installation, in_thread
from tests.weft.shelf import change_again, gone, shelf, thing
from weft import building, pipeline
from weft.config import load

PREFIXES = ("oai_dc", "oai_datacite", "marcxml")
KERNEL = "http://datacite.org/schema/kernel-4"
SCHEMAS = (
    ("http://www.openarchives.org/OAI/2.0/", "oai/OAI-PMH.xsd"),
    ("http://www.openarchives.org/OAI/2.0/oai_dc/", "oai/oai_dc.xsd"),
    (KERNEL, "datacite/kernel-4/metadata.xsd"),
    ("http://www.loc.gov/MARC21/slim", "marc/MARC21slim.xsd"),
)
WRAPPER = """
<schema xmlns="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
    targetNamespace="http://schema.datacite.org/oai/oai-1.1/">
  <element name="oai_datacite"><complexType><sequence>
    <element name="schemaVersion" type="string"/><element name="datacentreSymbol" type="string"/>
    <element name="payload"><complexType><sequence>
      <any namespace="http://datacite.org/schema/kernel-4" processContents="strict"/>
    </sequence></complexType></element>
  </sequence></complexType></element>
</schema>"""
"""What DataCite's oai.xsd says of the element around a record; the judges have no copy of it."""
FOLDERS = {
    "cernopendata": "cernopendata/oai-reconstructed/oai_datacite",
    "zenodo": "zenodo/oai",
    "hepdata": "hepdata/oai-reconstructed-datacite/oai_datacite",
    "oapen": "oapen/xoai",
}
SOURCES = {
    "cernopendata": ("cernopendata", "oai_datacite"),
    "zenodo": ("zenodo", "oai_datacite"),
    "zenodo-datacite": ("zenodo", "datacite"),
    "zenodo-dc": ("zenodo", "oai_dc"),
    "hepdata": ("hepdata", "oai_datacite"),
    "oapen": ("oapen", "xoai"),
}


@pytest.fixture(scope="module")
def schema(judges: Path, tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    """All schemas at once, so that metadata are judged inside of the answer."""
    wrapper = tmp_path_factory.mktemp("schema") / "oai_datacite.xsd"
    wrapper.write_text(WRAPPER)
    places = [(namespace, judges / "xsd" / name) for namespace, name in SCHEMAS]
    places.append(("http://schema.datacite.org/oai/oai-1.1/", wrapper))
    imports = "".join(
        f'<import namespace="{namespace}" schemaLocation="{path.as_uri()}"/>'
        for namespace, path in places
    )
    return etree.XMLSchema(
        etree.fromstring(f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>')
    )


@asynccontextmanager
async def providing(data: Path) -> AsyncIterator[str]:
    """Serve the current release; gives the address of its OAI-PMH interface."""
    async with open_site(data) as site, TestServer(build_app(site)) as server:
        yield f"http://127.0.0.1:{server.port}/oai"


async def _corpus_into(folder: Path, corpus: Path) -> Path:
    async with AsyncExitStack() as stack:
        archives = {
            name: stack.enter_context(open_archive(corpus / path)) for name, path in FOLDERS.items()
        }
        urls = await stack.enter_async_context(serve_archives(archives))
        tables = [(name, urls[place], prefix) for name, (place, prefix) in SOURCES.items()]
        await harvest_and_build(folder, tables)
    return folder / "data"


async def harvest_and_build(folder: Path, tables: Sequence[tuple[str, str, str]]) -> None:
    """Run the pipeline on sources of these names, addresses and prefixes."""
    lines = [
        f'[sources.{name}]\nurl = "{url}"\nprefix = "{prefix}"\nrequests_per_minute = 0\n'
        for name, url, prefix in tables
    ]
    (folder / "config.toml").write_text("\n".join(lines))
    config = load(folder / "config.toml")
    reports = await pipeline.harvest(config, config.sources)
    assert {report.state for report in reports.values()} == {"complete"}
    await asyncio.to_thread(building.build, config)


@pytest.fixture(scope="module")
def corpus_data(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of 1300 real records of four repositories in three dialects."""
    return asyncio.run(_corpus_into(tmp_path_factory.mktemp("corpus"), corpus))


@pytest.fixture(params=["sample", "corpus"])
def data(request: pytest.FixtureRequest, demo: Installation) -> Path:
    """The releases that are judged."""
    if request.param == "sample":
        return demo.data
    found: Path = request.getfixturevalue("corpus_data")
    return found


@pytest.fixture
def url(data: Path) -> Iterator[str]:
    with in_thread(providing(data)) as address:
        yield address


def sickle(url: str) -> Any:  # it is untyped
    return Sickle(url)


def with_sickle(url: str, **arguments: str) -> tuple[set[str], list[Any]]:
    """Identifiers of all records, and the records."""
    records = list(sickle(url).ListRecords(**arguments))
    return {record.header.identifier for record in records}, records


def with_scythe(url: str, **arguments: str) -> tuple[set[str], list[Any]]:
    names = {"metadataPrefix": "metadata_prefix", "set": "set_"}
    with Scythe(url) as scythe:
        list_records: Any = scythe.list_records
        named = {names[name]: value for name, value in arguments.items()}
        records = list(list_records(**named))
    return {record.header.identifier for record in records}, records


def test_sickle_and_scythe_take_every_entity_in_every_format(url, data):
    n_entities = open_release(data).info.entities
    for prefix in PREFIXES:
        by_sickle, records = with_sickle(url, metadataPrefix=prefix)
        assert (len(by_sickle), len(records)) == (n_entities, n_entities)
        assert not any(record.deleted for record in records)
        by_scythe, records = with_scythe(url, metadataPrefix=prefix)
        assert (by_scythe, len(records)) == (by_sickle, n_entities)


def test_sets_divide_the_entities_by_kind_and_by_source(url, data):
    info = open_release(data).info
    sets = [each.setSpec for each in sickle(url).ListSets()]
    assert sets == [f"source:{name}" for name in sorted(info.by_source)] + [
        f"kind:{kind}" for kind in sorted(info.by_kind)
    ]
    by_kind = {
        kind: len(list(sickle(url).ListIdentifiers(metadataPrefix="oai_dc", set=f"kind:{kind}")))
        for kind in info.by_kind
    }
    assert by_kind == info.by_kind
    of_sources = [
        with_scythe(url, metadataPrefix="oai_dc", set=f"source:{name}")[0]
        for name in info.by_source
    ]
    assert len(set().union(*of_sources)) == info.entities


def test_every_answer_is_valid_by_the_schemas(url, schema):
    client = sickle(url)
    identifier = next(client.ListIdentifiers(metadataPrefix="oai_dc")).identifier
    asked: list[dict[str, str]] = [
        {"verb": "Identify"},
        {"verb": "ListSets"},
        {"verb": "ListMetadataFormats"},
        {"verb": "ListMetadataFormats", "identifier": identifier},
        {"verb": "ListIdentifiers", "metadataPrefix": "marcxml"},
        {"verb": "GetRecord", "metadataPrefix": "marcxml", "identifier": identifier},
    ]
    answers = [client.harvest(**arguments).xml for arguments in asked]
    for prefix in PREFIXES:
        arguments = {"verb": "ListRecords", "metadataPrefix": prefix}
        while arguments:
            answers.append(client.harvest(**arguments).xml)
            token = answers[-1].findtext(f".//{{{OAI_NS}}}resumptionToken")
            arguments = {"verb": "ListRecords", "resumptionToken": token} if token else {}
    for answer in answers:
        assert schema.validate(answer), schema.error_log
    (year, *_) = (
        each for answer in answers for each in answer.iter(f"{{{KERNEL}}}publicationYear")
    )
    year.text = "soon"
    assert not schema.validate(year.getroottree()), "what is inside of a record is judged too"


@dataclass
class Things:
    """What a release says of things, by their identifiers."""

    entities: Counter[tuple[frozenset[str], str]]
    """Identifiers and kind."""
    stubs: Counter[frozenset[str]]
    links: Counter[tuple[frozenset[str], str, frozenset[str]]]


def things(data: Path) -> Things:
    """Read a release without the identifiers that a repository gives its own records."""
    store = ox.Store.read_only(str(open_release(data).graph_path))
    names: dict[str, set[str]] = {}
    kinds, stubs, links = {}, set(), []
    for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph()):
        subject, predicate, value = str(quad.subject)[1:-1], quad.predicate.value, quad.object
        text = value.value if isinstance(value, ox.NamedNode | ox.Literal) else ""
        if predicate == "https://schema.org/identifier":
            names.setdefault(subject, set()).update({text} if text[:4] != "oai:" else ())
        elif predicate == "https://w3id.org/weft#kind":
            kinds[subject] = text
        elif text == "https://w3id.org/weft#Stub":
            stubs.add(subject)
        elif predicate in PREDICATES:
            links.append((subject, PREDICATES[predicate], text))

    def of(iri: str) -> frozenset[str]:
        return frozenset(names.get(iri, ()))

    return Things(
        entities=Counter((of(iri), kind) for iri, kind in kinds.items() if iri not in stubs),
        stubs=Counter(map(of, stubs)),
        links=Counter((of(here), relation, of(there)) for here, relation, there in links),
    )


def test_a_second_weft_ends_with_the_same_things(data, url, tmp_path):
    """The same number and grouping of identifiers, the same kinds, links and stubs."""
    asyncio.run(harvest_and_build(tmp_path, [("first", url, "oai_datacite")]))
    ours, theirs = things(data), things(tmp_path / "data")
    assert open_release(tmp_path / "data").info.entities == open_release(data).info.entities
    assert theirs == ours
    if data.parent.name.startswith("corpus"):
        related = sum(n for (_, relation, _), n in ours.links.items() if relation == "IsRelatedTo")
        assert (sum(ours.links.values()), related) == (2655, 312)


CHANGES: tuple[tuple[str, ...], ...] = (
    (thing(1, title="Anew"), thing(2, "10.5072/3"), thing(9)),
    (gone(4), thing(2), thing(5, kind="Software")),
    (thing(4), gone(9)),
)
"""Edited, joined and new; gone, parted again and of another kind; back again, and gone."""


def test_a_second_weft_follows_what_changes_and_what_goes(serving, tmp_path):
    """From release to release, by its own way of asking for what has changed."""
    second = tmp_path / "second"
    second.mkdir()
    first = [*map(thing, range(1, 9)), *map(thing, range(20, 60))]
    with shelf(serving, *first) as at:
        data = at.installation.data
        at.build()
        with in_thread(web_serving(data)) as address:
            tables = [("first", f"{address}/oai", "oai_datacite")]
            for records in ((), *CHANGES):
                if records:
                    change_again(at, *records)
                    at.build()
                    wait_for(address, at.release)
                asyncio.run(harvest_and_build(second, tables))
                assert things(second / "data").entities == things(data).entities
    assert (at.release, open_release(second / "data").number) == (4, 4)


def wait_for(address: str, release: int) -> None:
    """Until that release answers."""
    while True:
        with urlopen(f"{address}/healthz") as answer:  # noqa: S310  # of this test's own server
            if answer.headers["Weft-Release"] == str(release):
                return
