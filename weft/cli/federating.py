"""Commands that ask remote endpoints."""

import click

from weft.cli.root import Place, as_json_option, err, weft, with_place
from weft.config import ConfigError


@weft.command(
    epilog="""\b
Examples:
  weft enrich wikidata-doi --sample 100      a first try
  weft enrich wikidata-doi && weft build     brings the statements into the next release
  weft enrich wikidata-doi --drop            forgets them; the next release is without
"""
)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="At most N identifiers.")
@click.option("--refresh", is_flag=True, help="Ask again about what was answered before.")
@click.option("--drop", is_flag=True, help="Forget what was pulled.")
@as_json_option
@with_place
def enrich(  # noqa: PLR0913  # one for each option; click passes them by name
    place: Place,
    *,
    names: tuple[str, ...],
    sample: int | None,
    refresh: bool,
    drop: bool,
    as_json: bool,
) -> int:
    """Pull statements on our identifiers from remote SPARQL endpoints, into graphs of their own.

    NAME is a table [enrich.NAME] of the configuration; without one all that are enabled are asked.
    What was answered is kept; a second run asks for the rest. Merged entities never change by it.
    """
    from weft.enrich import run as enriching  # noqa: PLC0415  # loads half a second of libraries

    if drop:
        if not names:
            raise ConfigError("name what to drop")
        if sample or refresh:
            raise ConfigError("--drop goes with no other option")
        return enriching.drop(place.config(), names, as_json=as_json)
    return enriching.run(
        place.config(), names, err, sample=sample, refresh=refresh, as_json=as_json
    )
