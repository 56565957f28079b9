"""weft.ttl defines every term that the code writes, and no other."""

import re
from pathlib import Path

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, Literal, URIRef
from rdflib.namespace import DCTERMS

import graph
from graph import quads
from graph.relation import PREDICATES, WEFT
from graph.vocabulary import CLASS_OF_KIND, PREFIXES
from graph.work import Kind

_FOLDER = Path(graph.__file__).parent
_ONTOLOGY = URIRef("https://w3id.org/weft")
_META = {
    OWL.Class: RDFS.Class,
    OWL.DatatypeProperty: RDF.Property,
    OWL.ObjectProperty: RDF.Property,
    OWL.NamedIndividual: None,
}


@pytest.fixture(scope="module")
def vocabulary():
    return rdflib.Graph().parse(_FOLDER / "weft.ttl")


def _defined(vocabulary):
    return {str(term) for term in vocabulary.subjects(RDFS.isDefinedBy, _ONTOLOGY)}


_SPOKEN = {WEFT + name for name in ("search", "query", "score", "rank", "total", "limit", "entity")}
"""Terms of queries and of answers, which stand in no release."""


def _written():
    """Every term in the table of `graph.quads` and among the predicates of `graph.relation`."""
    return {term.strip("<>") for term in quads._W.values()} | {
        predicate for predicate in PREDICATES if predicate.startswith(WEFT)
    }


def test_the_terms_defined_are_the_terms_written(vocabulary):
    assert _defined(vocabulary) == _written() | _SPOKEN


def test_every_entry_of_the_table_is_used():
    source = (_FOLDER / "quads.py").read_text(encoding="utf-8")
    used = set(re.findall(r"""_W\[['"](\w+)""", source))
    used |= {"together", "apart", "live", "deleted", "vanished"}  # by value
    assert used == set(quads._W)


def test_no_file_writes_or_asks_for_a_term_that_is_not_defined(vocabulary):
    terms = set()
    for path in _FOLDER.parent.glob("*/**/*.py"):
        if path.relative_to(_FOLDER.parent).parts[0] in {"graph", "search", "weft"}:
            source = path.read_text(encoding="utf-8")
            terms |= set(re.findall(r'WEFT \+ "(\w+)"', source))
            terms |= set(re.findall(r"\bweft:([A-Za-z]\w*)", source))
    assert terms
    assert {WEFT + term for term in terms} <= _defined(vocabulary)


def test_every_term_has_a_label_a_comment_and_a_type(vocabulary):
    for term in map(URIRef, _defined(vocabulary)):
        assert vocabulary.value(term, RDFS.label), term
        assert vocabulary.value(term, RDFS.comment), term
        assert set(vocabulary.objects(term, RDF.type)) & set(_META), term


def test_nothing_of_ours_is_defined_without_being_listed(vocabulary):
    assert {str(term) for term in vocabulary.subjects() if str(term).startswith(WEFT)} == _defined(
        vocabulary
    )


def test_domains_and_ranges_of_ours_are_classes(vocabulary):
    for predicate in (RDFS.domain, RDFS.range):
        for term in vocabulary.objects(None, predicate):
            if str(term).startswith(WEFT):
                assert (term, RDF.type, OWL.Class) in vocabulary, term


def test_the_header_says_title_licence_and_version(vocabulary):
    assert vocabulary.value(_ONTOLOGY, DCTERMS.title) == Literal("Weft vocabulary", lang="en")
    licence = vocabulary.value(_ONTOLOGY, DCTERMS.license)
    assert licence == URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
    assert vocabulary.value(_ONTOLOGY, OWL.versionInfo) == Literal("0.1.0")


def test_every_kind_has_a_class_of_schema_org():
    assert set(CLASS_OF_KIND) == set(Kind)
    assert all(each.startswith(PREFIXES["schema"]) for each in CLASS_OF_KIND.values())
