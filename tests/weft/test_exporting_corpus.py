"""Real records, taken away: nothing is lost between the store and a file, whatever they hold."""

import io
from contextlib import ExitStack

import polars as pl
import pyoxigraph as ox
import pytest
from lxml import etree

from graph.release import asked
from harvester.provider.archive import open_archive
from search.export.chosen import choose
from search.export.forms import FORMS
from search.export.selection import read_selection
from search.open_release import open_for_reading
from search.web.oai import serve_archives
from tests.weft.conftest import in_thread, install

FOLDERS = {"zenodo": "zenodo/oai", "hepdata": "hepdata/oai-reconstructed-datacite/oai_datacite"}
EACH = "kind:* OR -kind:*"
"""Every entity, looked up one by one."""


@pytest.fixture(scope="module")
def opened(corpus, tmp_path_factory):
    with ExitStack() as stack:
        archives = {
            name: stack.enter_context(open_archive(corpus / folder))
            for name, folder in FOLDERS.items()
        }
        urls = stack.enter_context(in_thread(serve_archives(archives)))
        installation = install(tmp_path_factory.mktemp("corpus"), urls)
        assert installation.run("update").exit_code == 0
        yield stack.enter_context(open_for_reading(installation.data))


@pytest.fixture(scope="module")
def write(opened):
    def written(name, text=""):
        file = io.BytesIO()
        FORMS[name].write(choose(opened, read_selection(text)), asked(opened.info, text), file)
        return file.getvalue()

    return written


def test_the_dump_is_every_quad_of_the_store(opened, write):
    store = ox.Store.read_only(str(opened.release.graph_path))
    found = set(ox.parse(write("nquads"), ox.RdfFormat.N_QUADS))
    assert len(found) == len(store) > 10_000
    assert all(quad in store for quad in found)


def test_looked_up_rows_are_those_read_in_bulk(opened, write):
    bulk = pl.read_parquet(io.BytesIO(write("parquet")))
    assert bulk.height == opened.info.entities
    assert bulk.equals(pl.read_parquet(io.BytesIO(write("parquet", EACH))).sort("key"))


def test_the_graphs_of_all_records_come_with_all_entities(opened, write):
    found = set(ox.parse(write("nquads", EACH), ox.RdfFormat.N_QUADS))
    store = ox.Store.read_only(str(opened.release.graph_path))
    named = {str(name) for name in store.named_graphs()} - {f"<{opened.base_iri}decisions>"}
    assert {str(quad.graph_name) for quad in found} - {"DEFAULT"} == named


@pytest.mark.parametrize("name", ["graphml", "gexf", "marcxml"])
def test_xml_of_real_records_is_well_formed(write, name):
    assert len(etree.fromstring(write(name), etree.XMLParser(huge_tree=True))) > 0


@pytest.mark.parametrize("name", ["csv", "kbart", "bibtex", "ris", "jsonld", "turtle", "scholix"])
def test_every_entity_is_in_each_text(opened, write, name):
    entity = {"bibtex": "\n@", "ris": "\nER  -", "jsonld": '"@id":"', "turtle": "weft:kind "}
    body = write(name).decode()
    if name in ("csv", "kbart"):
        assert len(body.splitlines()) == opened.info.entities + 1
    elif name in entity:
        assert body.count(entity[name]) >= opened.info.entities
    assert body
