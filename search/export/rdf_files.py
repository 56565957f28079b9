"""Entities as RDF: N-Quads with the graphs of their records, Turtle of the merged statements.

JSON-LD says less: a list of things in the words of schema.org, with abstracts, without links.
"""

from typing import BinaryIO

from graph.release import Asked
from graph.store_dump import RdfForm, open_statements, rewrite_triples
from search.citation.jsonld import write_list
from search.export.chosen import ChosenEntities
from search.export.text_files import write_texts


def write_nquads(chosen: ChosenEntities, asked: Asked, file: BinaryIO) -> None:
    """Write statements and the graphs of the records; of everything the whole store."""
    del asked  # N-Quads have no place for it but comments, which some readers refuse
    _write(chosen, file, RdfForm.N_QUADS)


def write_turtle(chosen: ChosenEntities, asked: Asked, file: BinaryIO) -> None:
    """Write merged statements alone; of everything the whole default graph."""
    file.write(f"# release {asked.release} of {asked.created_at}, {asked.base_iri}\n".encode())
    _write(chosen, file, RdfForm.TURTLE)


def write_jsonld(chosen: ChosenEntities, asked: Asked, file: BinaryIO) -> None:
    """Write a list of things, one a line."""
    about = {
        "name": asked.query or f"everything in release {asked.release}",
        "version": str(asked.release),
        "dateCreated": asked.created_at,
        "numberOfItems": chosen.total,
    }
    write_texts(write_list(chosen.described(), about), file)


def write_triples(n_triples: bytes, file: BinaryIO, form: RdfForm) -> None:
    """Write the triples of a CONSTRUCT query, in an order that never changes."""
    rewrite_triples(n_triples.splitlines(keepends=True), file, form)


def _write(chosen: ChosenEntities, file: BinaryIO, form: RdfForm) -> None:
    with open_statements(chosen.opened.release.graph_path) as statements:
        if chosen.is_everything:
            statements.write_all(file, form)
        else:
            statements.write_entities(chosen.iris(), file, form)
