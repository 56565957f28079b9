"""`/sru` without HTTP over two releases, and the schemas that answers are held to."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from lxml import etree

from search.sparql.pool import Limits
from search.web.site import open_site
from tests.search.web.linked_release import BASE
from tests.search.web.sru.answers import Schemas, Service
from weft import building
from weft.demo import demo_config, harvest_sample


@pytest.fixture(scope="session")
def sample_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the release of the sample; for reading only."""
    config = demo_config(tmp_path_factory.mktemp("sample"), BASE)
    asyncio.run(harvest_sample(config, lambda _: None))
    building.build(config)
    return config.data


@contextmanager
def _service(data: Path) -> Iterator[Service]:
    limits = Limits(workers=1, time_limit_s=5.0)
    with asyncio.Runner() as runner:
        opening = open_site(data, limits=limits)
        site = runner.run(opening.__aenter__())
        try:
            yield Service(site)
        finally:
            runner.run(opening.__aexit__(None, None, None))


@pytest.fixture(scope="session")
def service(data_directory: Path) -> Iterator[Service]:
    """SRU over the small release."""
    with _service(data_directory) as opened:
        yield opened


@pytest.fixture(scope="session")
def sample(sample_directory: Path) -> Iterator[Service]:
    """SRU over the sample."""
    with _service(sample_directory) as opened:
        yield opened


@pytest.fixture(scope="session")
def schemas(judges: Path) -> Schemas:
    """The standard's XML schemas."""
    folder = judges / "xsd" / "sru"

    def load(name: str) -> etree.XMLSchema:
        return etree.XMLSchema(etree.parse(folder / name))

    return Schemas(
        srw=load("srw/srw-types.xsd"),
        oasis=load("search-ws/sruResponse.xsd"),
        explain=load("search-ws/explain.xsd"),
        facets=load("search-ws/facetedResults.xsd"),
        marc=etree.XMLSchema(etree.parse(judges / "xsd" / "marc" / "MARC21slim.xsd")),
    )
