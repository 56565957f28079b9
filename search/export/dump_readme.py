"""The README of a dump: what it is, where it comes from, how it is read and cited. Pure."""

from collections.abc import Iterator
from typing import Final

from graph.release import ReleaseInfo
from search.export.crate import Crate
from search.export.metadata_licence import metadata_licence

NAME: Final = "README.md"
_QUERY: Final = """PREFIX schema: <https://schema.org/>
PREFIX weft: <https://w3id.org/weft#>
SELECT ?kind (COUNT(DISTINCT ?entity) AS ?n)
WHERE { ?entity weft:kind ?kind ; weft:fromRecord ?record }
GROUP BY ?kind ORDER BY DESC(?n)"""


def write_readme(crate: Crate, statements: str) -> bytes:
    """The file as UTF-8.

    Args:
        crate: what the dump is.
        statements: name of the file of statements.
    """
    return "\n".join(
        (
            f"# {crate.title}",
            "",
            crate.description,
            "",
            *_counts(crate.info),
            *_files(crate),
            *_sources(crate),
            *_making(crate),
            *_reading(crate, statements),
            *_citing(crate),
        )
    ).encode("utf-8", "replace")


def _counts(info: ReleaseInfo) -> Iterator[str]:
    yield "## What is in the release"
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| entities | {info.entities} |"
    for kind, number in sorted(info.by_kind.items()):
        yield f"| of these: {kind} | {number} |"
    yield f"| source records | {info.records} |"
    yield f"| entities with more than one record | {info.merged_entities} |"
    yield f"| links | {info.links} |"
    yield f"| stubs: known only as the target of a link | {info.stubs} |"
    yield f"| quads | {info.quads} |"
    yield ""


def _files(crate: Crate) -> Iterator[str]:
    yield "## Files"
    yield ""
    yield "| File | What it holds |"
    yield "|---|---|"
    for part in crate.parts:
        yield f"| `{part.name}` | {_cell(part.title)} |"
    yield ""
    yield "`sha256sum -c SHA256SUMS` checks them all."
    yield ""


def _sources(crate: Crate) -> Iterator[str]:
    info = crate.info
    yield "## Sources"
    yield ""
    yield "Absence from this release is no evidence of absence: see the state of each source."
    yield ""
    yield "| Source | State | Last harvest | Records | Licence of its metadata |"
    yield "|---|---|---|---|---|"
    for name in crate.licences:
        source = info.sources.get(name)
        licence = metadata_licence(source)
        said = f"[{licence.name}]({licence.stated_at})" if licence.stated_at else licence.name
        said += f" ({licence.note})" if licence.note else ""
        if source is None:
            yield f"| {_cell(name)} | not kept | | {info.by_source.get(name, 0)} | {said} |"
        else:
            title = f"{_cell(source.title)} (`{name}`)"
            at = source.last_harvest or ""
            yield f"| {title} | {source.state} | {at} | {source.live} | {said} |"
    yield ""
    for caveat in crate.asked.caveats:
        yield f"- {_cell(caveat)}"
    yield ""


def _making(crate: Crate) -> Iterator[str]:
    yield "## How it was made"
    yield ""
    yield (
        f"{crate.software} harvested the sources over OAI-PMH, merged records that state the same"
        " trusted identifier into one entity, and resolved their links. Titles merge nothing. Each"
        " merge is a decision with its rule and evidence; each record keeps a graph of its own with"
        " what it says in its own words."
    )
    yield ""
    if crate.asked.query:
        yield "Only what this selection means is here:"
        yield ""
        yield from (f"    {line}" for line in crate.asked.query.splitlines())
        yield ""


def _reading(crate: Crate, statements: str) -> Iterator[str]:
    yield "## How to read it"
    yield ""
    yield "Into an RDF store that knows named graphs, for example Oxigraph or Apache Jena:"
    yield ""
    yield f"    gunzip -k {statements}"
    yield f"    oxigraph load --location store --file {statements.removesuffix('.gz')}"
    yield f"    tdb2.tdbloader --loc store {statements}"
    yield ""
    yield (
        "The default graph holds each merged statement once; query it without GRAPH. The graph"
        f" `{crate.info.base_iri}record/SOURCE/ID` holds what one record says,"
        f" `{crate.info.base_iri}decisions` the merge decisions. How many there are of each kind:"
    )
    yield ""
    yield from (f"    {line}" for line in _QUERY.splitlines())
    yield ""
    yield "The tables, in Python:"
    yield ""
    yield "    import polars"
    yield '    entities = polars.read_parquet("entities.parquet")'
    yield '    links = polars.read_parquet("links.parquet").filter(polars.col("statement") == 1)'
    yield ""


def _citing(crate: Crate) -> Iterator[str]:
    info = crate.info
    yield "## How to cite it"
    yield ""
    yield (
        f"{crate.title} ({info.created_at[:4]}). Release {info.number} of {info.created_at},"
        f" {info.base_iri}. Made with {crate.software}. Give the DOI of the deposit when it has"
        " one, and name the sources above."
    )
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
