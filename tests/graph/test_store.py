"""The store of a release: all or nothing on loading, rdflib graphs on reading."""

import gc
from concurrent.futures import ThreadPoolExecutor

import pytest
import rdflib
from rdflib import RDF, XSD, Literal, URIRef

from graph.errors import ReleaseError
from graph.store import open_graph
from tests.graph.stores import bulk_load

B, W, S = "http://x/id/", "https://w3id.org/weft#", "https://schema.org/"
_LINES = f"""
<{B}a> <{RDF.type}> <{S}Dataset> .
<{B}a> <{W}kind> "dataset" .
<{B}a> <{S}name> "Jets"@en .
<{B}a> <{S}identifier> "doi:10.1/x" .
<{B}a> <{S}datePublished> "2012-09"^^<{XSD.gYearMonth}> .
<{B}a> <{S}isAccessibleForFree> "true"^^<{XSD.boolean}> .
<{B}a> <{S}creator> <{B}a#agent-1> .
<{B}a#agent-1> <{S}name> "Ada" .
<{B}a> <{W}isSupplementTo> <{B}b> .
<{B}b> <{RDF.type}> <{W}Stub> .
<{B}b> <{S}identifier> "doi:10.1/y" .
<{B}0> <{RDF.type}> <{W}Stub> .
<{B}0> <{S}identifier> "doi:10.1/x" .
<{B}c> <{W}fromRecord> <{B}b> .
<{B}old> <http://purl.org/dc/terms/isReplacedBy> <{B}a> .
<{B}r> <{W}harvestedAt> "2024-01-01T00:00:00Z"^^<{XSD.dateTime}> .
<{B}a> <{S}name> "Jets" <http://x/record/s/1> .
"""


@pytest.fixture
def graph(tmp_path):
    quads = tmp_path / "release.nq"
    quads.write_text(_LINES)
    assert bulk_load(quads, tmp_path / "graph") == 17
    with open_graph(tmp_path / "graph") as reader:
        yield reader


def test_one_illegal_line_loads_nothing_and_is_named(tmp_path):
    quads = tmp_path / "release.nq"
    quads.write_text('<http://a> <http://b> "c" .\n<http://a> <http://b c> "d" .\n')
    with pytest.raises(ReleaseError, match=r"cannot load '<http://a> <http://b c> \"d\" \.'"):
        bulk_load(quads, tmp_path / "graph")


def test_a_missing_graph_is_told(tmp_path):
    with pytest.raises(ReleaseError, match="no graph at"), open_graph(tmp_path / "graph"):
        pass


def test_an_empty_folder_is_no_graph(tmp_path):
    with pytest.raises(ReleaseError, match="cannot open the graph"), open_graph(tmp_path):
        pass


def test_a_description_holds_the_subject_and_its_agents_of_the_default_graph(graph):
    about = graph.describe(B + "a")
    assert len(about) == 9
    assert (URIRef(B + "a#agent-1"), URIRef(S + "name"), Literal("Ada")) in about
    assert (URIRef(B + "a"), URIRef(S + "name"), Literal("Jets", lang="en")) in about
    assert about.namespace_manager.qname(W + "kind") == "weft:kind"


def test_a_description_holds_grants_and_organisations_behind_them_and_no_further(tmp_path):
    ror, orcid = "https://ror.org/05mmh0f86", "https://orcid.org/0000-0002-1825-0097"
    described = f"""
<{B}a> <{S}creator> <{orcid}> .
<{orcid}> <{S}affiliation> <{ror}> .
<{orcid}> <{S}affiliation> <{orcid}> .
<{ror}> <{S}name> "Outer Bank" .
<{B}a> <{S}funding> <{B}a#grant-1> .
<{B}a#grant-1> <{S}funder> <{ror}> .
<{B}a#grant-1> <{W}awardNumber> "12" .
<{B}a> <{W}publisherIdentifier> <https://ror.org/01cwqze88> .
<{B}a> <{W}isSupplementTo> <{B}b> .
"""
    beyond = f"""
<{B}b> <{S}name> "Another thing" .
<https://ror.org/01cwqze88> <{S}name> "Kap" .
<{B}c> <{S}creator> <{orcid}> .
"""
    quads = tmp_path / "release.nq"
    quads.write_text(described + beyond)
    bulk_load(quads, tmp_path / "graph")
    with open_graph(tmp_path / "graph") as reader:
        about = reader.describe(B + "a")
    assert set(about) == set(rdflib.Graph().parse(data=described, format="nt"))


def test_nothing_is_said_of_the_unknown(graph):
    assert len(graph.describe(B + "nobody")) == 0
    assert graph.kind(B + "nobody") == ""
    assert graph.redirect(B + "nobody") is None
    assert graph.find("doi:10.1/nobody") is None


def test_typed_literals_keep_the_form_they_are_written_in(graph):
    (moment,) = graph.describe(B + "r").objects()
    assert (str(moment), moment.datatype) == ("2024-01-01T00:00:00Z", XSD.dateTime)


def test_incoming_links_are_links_only(graph):
    assert set(graph.incoming(B + "b")) == {
        (URIRef(B + "a"), URIRef(W + "isSupplementTo"), URIRef(B + "b"))
    }


def test_a_record_is_what_its_graph_says(graph):
    said = graph.record("http://x/record/s/1")
    assert set(said) == {(URIRef(B + "a"), URIRef(S + "name"), Literal("Jets"))}
    assert isinstance(said, rdflib.Graph)


def test_names_fall_back_on_an_identifier(graph):
    names = graph.names([B + "a", B + "b", B + "nobody"])
    assert names == {B + "a": "Jets", B + "b": "doi:10.1/y"}


def test_an_identifier_finds_its_entity_rather_than_a_stub(graph):
    assert graph.find("doi:10.1/x") == B + "a"
    assert graph.find("doi:10.1/y") == B + "b"


def test_kinds_redirects_and_classes(graph):
    assert graph.kind(B + "a") == "dataset"
    assert graph.redirect(B + "old") == B + "a"
    assert graph.has(B + "b", W + "Stub")
    assert not graph.has(B + "a", W + "Stub")
    assert len(graph) == 17


def test_an_answer_that_a_thread_cannot_write_is_dropped_there(graph, tmp_path):
    with ThreadPoolExecutor(1) as threads:
        written = threads.submit(
            graph.write_solutions, "SELECT * { ?s ?p ?o }", tmp_path / "none" / "rows.csv"
        )
        failed = written.exception()
    assert isinstance(failed, ReleaseError)
    del written, failed
    gc.collect()  # what is dropped in a wrong thread is told as a warning, which is an error here
