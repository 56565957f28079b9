"""Commands that take a release, or a part of it, elsewhere."""

from pathlib import Path

import click

from weft.cli.root import Place, as_json_option, release_option, weft, with_place

_FORMATS = (
    *("nquads", "turtle", "jsonld", "parquet", "csv", "graphml", "gexf"),
    *("bibtex", "ris", "kbart", "marcxml", "scholix", "ro-crate"),
)
_STYLES = ("text", "bibtex", "ris", "csl", "cff", "datacite-json")


@weft.command(
    epilog="""\b
Examples:
  weft export --format ro-crate --output weft-release     the whole release, ready to deposit
  weft export --select 'kind:dataset has:paper' --output data.parquet
  weft export --select @question.rq --format bibtex > found.bib
  weft export --output release.nq.gz
"""
)
@click.option(
    "--select",
    default="",
    metavar="QUERY|SPARQL",
    help="What is written; @FILE reads it from a file.  [default: everything]",
)
@click.option(
    "--output",
    type=click.Path(allow_dash=True, path_type=Path),
    default=Path("-"),
    help="File; a directory or .zip for ro-crate.  [default: standard output]",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(_FORMATS),
    default=None,
    help="[default: by the ending of the file]",
)
@click.option("--gzip", is_flag=True, help="Compress; a name that ends in .gz does the same.")
@release_option
@as_json_option
@with_place
def export(  # noqa: PLR0913  # one for each option; click passes them by name
    place: Place,
    *,
    select: str,
    output: Path,
    format_name: str | None,
    gzip: bool,
    number: int | None,
    as_json: bool,
) -> None:
    """Write entities, their links, or a whole release into a file.

    QUERY is as `weft search` takes it; SPARQL selects a column of entities, or constructs triples.
    A file is there when it is whole; beside it FILE.about.json tells release, query and caveats.
    """
    from weft import exporting  # noqa: PLC0415  # loads half a second of libraries

    exporting.run(
        place.config(),
        exporting.Wish(
            select=select,
            output=output,
            format=format_name or "",
            number=number,
            is_compressed=gzip,
            as_json=as_json,
        ),
    )


@weft.command(
    epilog="""\b
Examples:
  weft cite
  weft cite --release 3 --style bibtex --publisher "University of Somewhere"
"""
)
@click.option("--style", type=click.Choice(_STYLES), default="text", show_default=True)
@click.option("--title", default="", help="Name of the collection.  [default: of its sources]")
@click.option("--publisher", default="", help="Who made it; nobody is named when nobody is told.")
@release_option
@as_json_option
@with_place
def cite(  # noqa: PLR0913  # one for each option; click passes them by name
    place: Place,
    *,
    style: str,
    title: str,
    publisher: str,
    number: int | None,
    as_json: bool,
) -> None:
    """Print how to cite a release."""
    from weft import citing  # noqa: PLC0415  # its formats take a while to load

    citing.show(
        place.config(), style, number=number, title=title, publisher=publisher, as_json=as_json
    )


@weft.command(epilog="Example:  weft mcp --data data, as the command of a client's configuration")
@click.option(
    "--place", "address", default="", help="A release elsewhere, as `weft.open` takes it."
)
@release_option
@with_place
def mcp(place: Place, *, address: str, number: int | None) -> None:
    """Serve a release to language models by the Model Context Protocol, on standard input.

    Read-only: search, entity, links, explain and sparql, each within limits.
    """
    from weft.mcp.run import run  # noqa: PLC0415  # loads half a second of libraries

    run(address or place.config().data, number=number)
