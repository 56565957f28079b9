"""The formats that entities are taken away in: a table, with every fact about each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final

from graph.release import Asked
from graph.store_dump import RdfForm
from search.export.chosen import ChosenEntities
from search.export.entity_csv import write_csv
from search.export.network_file import write_gexf, write_graphml
from search.export.parquet import write_parquet
from search.export.rdf_files import write_jsonld, write_nquads, write_turtle
from search.export.scholix_file import write_scholix
from search.export.text_files import write_bibtex, write_kbart, write_marc, write_ris

Write = Callable[[ChosenEntities, Asked, BinaryIO], None]
"""Writes a selection, in bounded memory, into a file that need not be seekable.

Raises OSError where the file cannot be written; ReleaseError and IndexDamaged where the release
cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportForm:
    """A format of one file."""

    name: str
    """As `--format` takes it."""
    title: str
    media_type: str
    extension: str
    """Of a file's name, without the dot."""
    write: Write
    rdf: RdfForm | None = None
    """How the triples of a CONSTRUCT query are written; None where they cannot be."""


FORMS: Final[dict[str, ExportForm]] = {
    form.name: form
    for form in (
        ExportForm(
            name="nquads",
            title="N-Quads",
            media_type="application/n-quads",
            extension="nq",
            write=write_nquads,
            rdf=RdfForm.N_QUADS,
        ),
        ExportForm(
            name="turtle",
            title="Turtle",
            media_type="text/turtle",
            extension="ttl",
            write=write_turtle,
            rdf=RdfForm.TURTLE,
        ),
        ExportForm(
            name="jsonld",
            title="JSON-LD",
            media_type="application/ld+json",
            extension="jsonld",
            write=write_jsonld,
            rdf=RdfForm.JSON_LD,
        ),
        ExportForm(
            name="parquet",
            title="Parquet",
            media_type="application/vnd.apache.parquet",
            extension="parquet",
            write=write_parquet,
        ),
        ExportForm(
            name="csv", title="CSV", media_type="text/csv", extension="csv", write=write_csv
        ),
        ExportForm(
            name="graphml",
            title="GraphML",
            media_type="application/graphml+xml",
            extension="graphml",
            write=write_graphml,
        ),
        ExportForm(
            name="gexf",
            title="GEXF",
            media_type="application/gexf+xml",
            extension="gexf",
            write=write_gexf,
        ),
        ExportForm(
            name="bibtex",
            title="BibTeX",
            media_type="application/x-bibtex",
            extension="bib",
            write=write_bibtex,
        ),
        ExportForm(
            name="ris",
            title="RIS",
            media_type="application/x-research-info-systems",
            extension="ris",
            write=write_ris,
        ),
        ExportForm(
            name="kbart",
            title="KBART",
            media_type="text/tab-separated-values",
            extension="txt",
            write=write_kbart,
        ),
        ExportForm(
            name="marcxml",
            title="MARCXML",
            media_type="application/marcxml+xml",
            extension="xml",
            write=write_marc,
        ),
        ExportForm(
            name="scholix",
            title="Scholix",
            media_type="application/json",
            extension="json",
            write=write_scholix,
        ),
    )
}
"""By name, in the order in which they are listed."""
