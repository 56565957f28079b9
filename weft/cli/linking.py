"""Commands on links: which there are and who states them, chains between things, networks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import click

from graph.work import Kind
from weft.cli.root import Place, as_json_option, release_option, weft, with_place

_KINDS = click.Choice([*(kind.value for kind in Kind), "unknown"])
_FILE = click.Path(dir_okay=False, allow_dash=True, path_type=Path)
_MEASURES = ("components", "degree", "reuse", "bridges", "communities", "ego")


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The conditions on links that several commands take."""
    for option in reversed(
        (
            click.option("--from-kind", multiple=True, type=_KINDS, help="What it starts at."),
            click.option("--to-kind", multiple=True, type=_KINDS, help="What it leads to."),
            click.option("--relation", multiple=True, help="DataCite relation or its inverse."),
            click.option(
                "--source", multiple=True, metavar="NAME", help="Source that delivered an end."
            ),
            click.option(
                "--year", default="", metavar="YEARS", help="Of what it starts at: 2010, 2010-2015."
            ),
            click.option(
                "--stated-by", multiple=True, metavar="NAME", help="Source that states it."
            ),
            click.option(
                "--stubs",
                type=click.Choice(["with", "without", "only"]),
                default="with",
                show_default=True,
                help="Links with an end that no source has delivered.",
            ),
            click.option("--at", default="", metavar="ID", help="Key or identifier at either end."),
        )
    ):
        command = option(command)
    return command


@weft.command(
    epilog="""\b
Examples:
  weft links --from-kind dataset --to-kind paper
  weft links --at 10.1016/j.physletb.2012.08.021 --stated-by hepdata --json
  weft links --relation Cites --csv cites.csv --scholix cites.json
"""
)
@selection_options
@click.option("--csv", type=_FILE, help="Write one row a statement as CSV.")
@click.option("--parquet", type=_FILE, help="Write the same rows as Parquet.")
@click.option("--scholix", type=_FILE, help="Write Scholix link information packages.")
@click.option("--scholix-version", type=click.Choice(["3", "4"]), default="3", show_default=True)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Links of each section that are shown; files and JSON have all.",
)
@release_option
@as_json_option
@with_place
def links(  # noqa: PLR0913  # one for each option; click passes them by name
    place: Place,
    *,
    csv: Path | None,
    parquet: Path | None,
    scholix: Path | None,
    scholix_version: Literal["3", "4"],
    limit: int,
    number: int | None,
    as_json: bool,
    **conditions: Any,  # noqa: ANN401  # `LinkOptions` names and types them
) -> None:
    """List links with all that state them: who, when, in which words, by which rule read.

    Options of one name are OR-ed, of different names AND-ed. `-` as a file is standard output.
    """
    from weft import links as link_commands  # noqa: PLC0415  # loads half a second of libraries
    from weft.link_options import LinkOptions  # noqa: PLC0415  # as the one before

    link_commands.run(
        place.config(),
        LinkOptions(**conditions),
        link_commands.Outputs(
            as_json=as_json,
            csv=csv,
            parquet=parquet,
            scholix=scholix,
            scholix_version=scholix_version,
        ),
        number=number,
        limit=limit,
    )


@weft.command(
    epilog="""\b
Examples:
  weft path 10.17182/hepdata.58738 10.1103/physrevd.85.032002
  weft path A B --relation Cites --relation IsSupplementTo --json
"""
)
@click.argument("a")
@click.argument("b")
@click.option("--relation", multiple=True, help="DataCite relation that counts.  [default: all]")
@click.option(
    "--stubs",
    type=click.Choice(["with", "without"]),
    default="with",
    show_default=True,
    help="Whether a thing that no source delivered may stand between.",
)
@click.option("--max-length", type=click.IntRange(min=1), help="Most links in the chain.")
@release_option
@as_json_option
@with_place
def path(  # noqa: PLR0913  # one for each option; click passes them by name
    place: Place,
    *,
    a: str,
    b: str,
    relation: tuple[str, ...],
    stubs: Literal["with", "without"],
    max_length: int | None,
    number: int | None,
    as_json: bool,
) -> None:
    """Find a shortest chain of links between two things, and who states each step.

    A and B are keys, IRIs, or identifiers in any spelling. Links count whichever way they point.
    """
    from weft import paths  # noqa: PLC0415  # loads half a second of libraries

    paths.run(
        place.config(),
        (a, b),
        relations=relation,
        stubs=stubs,
        max_length=max_length,
        number=number,
        as_json=as_json,
    )


@weft.command(
    epilog="""\b
Examples:
  weft network --measure reuse
  weft network --measure bridges --from-kind dataset --csv bridges.csv
  weft network --measure ego --of 10.17182/hepdata.58738 --radius 2 --json
"""
)
@selection_options
@click.option("--measure", required=True, type=click.Choice(_MEASURES))
@click.option("--of", default="", metavar="ID", help="Centre of an ego network.")
@click.option("--radius", type=click.IntRange(min=1), default=1, show_default=True, help="Of it.")
@click.option("--each", is_flag=True, help="Reuse: count parts and versions one by one.")
@click.option(
    "--method",
    type=click.Choice(["louvain", "label-propagation"]),
    default="louvain",
    show_default=True,
    help="Communities: how they are found.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Communities: repeatable by.")
@click.option(
    "--resolution",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    show_default=True,
    help="Communities: above 1 smaller ones.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Rows that are listed; CSV has all.",
)
@click.option("--csv", type=_FILE, help="Write the rows as CSV.")
@release_option
@as_json_option
@with_place
def network(  # noqa: PLR0913  # one for each option; click passes them by name
    place: Place,
    *,
    measure: Literal["components", "degree", "reuse", "bridges", "communities", "ego"],
    of: str,
    radius: int,
    each: bool,
    method: str,
    seed: int,
    resolution: float,
    limit: int,
    csv: Path | None,
    number: int | None,
    as_json: bool,
    **conditions: Any,  # noqa: ANN401  # `LinkOptions` names and types them
) -> None:
    """Measure the network of the links that the conditions select, with networkx."""
    from weft import network as network_commands  # noqa: PLC0415  # loads half a second of libraries
    from weft.link_options import LinkOptions  # noqa: PLC0415  # as the one before

    network_commands.run(
        place.config(),
        LinkOptions(**conditions),
        network_commands.NetworkOptions(
            measure=measure,
            of=of,
            radius=radius,
            each=each,
            method=method,
            seed=seed,
            resolution=resolution,
            limit=limit,
        ),
        network_commands.Outputs(as_json=as_json, csv=csv),
        number=number,
    )
