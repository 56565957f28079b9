"""Commands for those who assess what a release covers, and what their own list lacks."""

from pathlib import Path

import click

from graph.work import Kind
from weft.cli.root import Place, as_json_option, weft, with_place

_FILE = click.Path(dir_okay=False, path_type=Path)
_GAP_FORMATS = ("kbart", "marc", "marcxml", "csv")


@weft.command(
    epilog="""\b
Examples:
  weft coverage --kind paper --year 2010-2015
  weft coverage --relation IsSupplementTo --each --json
  weft coverage --html coverage.html --csv figures/
  weft coverage --against 3                    what was gained and lost since release 3
"""
)
@click.option("--source", multiple=True, metavar="NAME", help="A source that delivered a record.")
@click.option("--kind", multiple=True, help="dataset, paper, software, book, chapter or other.")
@click.option("--year", multiple=True, help="2010, 2010-2015, 2010-, -2015 or unknown.")
@click.option("--publisher", multiple=True, help="As written; - for none stated, here and below.")
@click.option("--language", multiple=True, help="BCP 47.")
@click.option("--licence", multiple=True, help="SPDX identifier.")
@click.option("--collaboration", multiple=True, help="As written.")
@click.option("--relation", multiple=True, help="Link type that counts.  [default: all]")
@click.option("--each", is_flag=True, help="Count parts and versions one by one.")
@click.option("--release", "number", type=click.IntRange(min=1), help="Instead of the current one.")
@click.option("--against", type=click.IntRange(min=1), help="Compare with this release.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write one page.")
@click.option("--csv", type=click.Path(file_okay=False, path_type=Path), help="One file a figure.")
@as_json_option
@with_place
def coverage(  # noqa: PLR0913  # one for each option; click passes them by name
    place: Place,
    *,
    number: int | None,
    against: int | None,
    html: Path | None,
    csv: Path | None,
    as_json: bool,
    each: bool,
    **conditions: tuple[str, ...],
) -> None:
    """Tell what a release covers: overlap, completeness, and what is linked to what.

    Options of one name are OR-ed, of different names AND-ed.
    """
    from search.coverage.conditions import Conditions  # noqa: PLC0415  # as the next
    from weft import coverage as coverage_report  # noqa: PLC0415  # loads half a second of libraries

    coverage_report.show(
        place.config(),
        Conditions(**conditions, each=each),
        coverage_report.Outputs(html=html, csv=csv, as_json=as_json),
        number=number,
        against=against,
    )


@weft.command(
    epilog="""\b
Examples:
  weft holdings books.csv --csv results.csv
  weft holdings list.mrc --gap gap.txt --kind book --year 2015-2020
  weft holdings dois.txt --json | jq .unmatched
"""
)
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--csv", "csv_file", type=_FILE, help="Write how each row ended as CSV.")
@click.option("--html", "html_file", type=_FILE, help="Write how each row ended as one HTML file.")
@click.option("--release", type=click.IntRange(min=1), help="Number of another release.")
@click.option("--gap", type=_FILE, help="Write what the release has and the list lacks.")
@click.option(
    "--gap-format",
    type=click.Choice(_GAP_FORMATS),
    default="kbart",
    show_default=True,
)
@click.option("--source", "sources", multiple=True, help="Gap: delivered by it. Repeatable.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in Kind]),
    help="Gap: of this kind. Repeatable.",
)
@click.option("--year", default="", metavar="YEARS", help="Gap: 2015, 2010-2015, 2010- or -2015.")
@click.option(
    "--publisher", "publishers", multiple=True, help="Gap: words of its name. Repeatable."
)
@click.option(
    "--language", "languages", multiple=True, help="Gap: such as de or German. Repeatable."
)
@click.option("--query", default="", help="Gap: found by this query, as `weft search` reads it.")
@click.option("--each-part", is_flag=True, help="Gap: each part and version for itself.")
@as_json_option
@with_place
def holdings(  # noqa: PLR0913, PLR0917  # one for each option; click passes them by name
    place: Place,
    file: Path,
    csv_file: Path | None,
    html_file: Path | None,
    release: int | None,
    gap: Path | None,
    gap_format: str,
    sources: tuple[str, ...],
    kinds: tuple[str, ...],
    year: str,
    publishers: tuple[str, ...],
    languages: tuple[str, ...],
    query: str,
    each_part: bool,  # noqa: FBT001  # click passes it by name
    as_json: bool,  # noqa: FBT001  # click passes it by name
) -> int:
    """Hold a list of titles against a release: how each row ends, and what the list lacks.

    FILE is CSV, KBART, MARC 21 (binary or XML), ONIX 3.0, or a plain list of DOIs, ISBNs or titles,
    in gzip or not; - is standard input.
    """
    from weft import holdings as holdings_commands  # noqa: PLC0415  # loads half a second of libraries

    return holdings_commands.run(
        place.config(),
        file,
        holdings_commands.Wanted(
            as_json=as_json, csv=csv_file, html=html_file, gap=gap, gap_format=gap_format
        ),
        holdings_commands.read_limits(
            sources=sources,
            kinds=kinds,
            year=year,
            publishers=publishers,
            languages=languages,
            query=query,
            with_parts=each_part,
        ),
        release=release,
    )
