"""Commands that answer from a release or from the stage."""

import click

from weft.cli.root import DONE, Place, as_json_option, release_option, weft, with_place
from weft.config import ConfigError

_FIELDS = ("title", "kind", "date", "year", "licence", "access", "publisher", "version")


@weft.command(epilog="Example:  weft records zenodo --jsonl | head")
@click.argument("source", required=False)
@click.option("--jsonl", "--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--rejected", is_flag=True, help="Only what could not be read, with the reason.")
@with_place
def records(place: Place, source: str | None, as_json: bool, rejected: bool) -> None:  # noqa: FBT001  # click passes them by name
    """List the staged records, or those of one source."""
    from weft import staged  # noqa: PLC0415  # its libraries take a while to load

    if rejected:
        staged.print_rejected(place.config(), source, as_json=as_json)
    else:
        staged.print_records(place.config(), source, as_json=as_json)


@weft.command(
    epilog="""\b
Examples:
  weft search '"higgs boson" kind:dataset year:[2012 TO 2014]'
  weft search 10.1016/j.physletb.2012.08.020
"""
)
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@release_option
@as_json_option
@with_place
def search(
    place: Place,
    query: tuple[str, ...],
    limit: int,
    number: int | None,
    as_json: bool,  # noqa: FBT001  # click passes it by name
) -> None:
    """Search a release in words."""
    from weft import search as search_commands  # noqa: PLC0415  # its libraries take a while to load

    search_commands.print_search(
        place.config(), " ".join(query), limit, number=number, as_json=as_json
    )


@weft.command(
    epilog="""\b
Examples:
  weft sparql 'SELECT (COUNT(*) AS ?n) { ?s a <https://schema.org/Dataset> }'
  weft sparql --format csv @question.rq > answer.csv
  weft sparql --endpoint https://query.wikidata.org/sparql 'SELECT * { ?s ?p ?o } LIMIT 3'
  weft sparql --service http://other.example/sparql @both.rq    with SERVICE <...> in the query
"""
)
@click.argument("query")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["table", "json", "xml", "csv", "tsv", "turtle", "ntriples", "jsonld"]),
    default="table",
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--endpoint", default="", metavar="URL", help="Ask this endpoint instead.")
@click.option(
    "--service",
    multiple=True,
    metavar="URL",
    help="An endpoint that the query may call. Repeatable.",
)
@release_option
@with_place
def sparql(  # noqa: PLR0913  # one for each option; click passes them by name
    place: Place,
    *,
    query: str,
    format_name: str,
    endpoint: str,
    service: tuple[str, ...],
    number: int | None,
    as_json: bool,
) -> None:
    """Ask a release in SPARQL; @FILE reads the query from a file, - from a pipe."""
    from weft import sparql as sparql_commands  # noqa: PLC0415  # its libraries take a while to load

    chosen = "json" if as_json else format_name
    if not endpoint:
        sparql_commands.print_sparql(place.config(), query, chosen, number=number, services=service)
        return
    if service or number is not None:
        raise ConfigError("--endpoint asks another place: leave out --service and --release")
    sparql_commands.print_remote(place.config(), endpoint, query, chosen)


@weft.command(
    epilog="""\b
Examples:
  weft diff 3 4                  a summary, then the first lines of each list
  weft diff 3 4 --json | jq -c '.links.lost[] | select(.cause == "rule changed")'
"""
)
@click.argument("old", type=click.IntRange(min=1))
@click.argument("new", type=click.IntRange(min=1))
@click.option(
    "--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Lines of each list."
)
@as_json_option
@with_place
def diff(place: Place, old: int, new: int, limit: int, as_json: bool) -> None:  # noqa: FBT001  # click passes it by name
    """List what release NEW gained and lost against release OLD, and each loss's cause."""
    from weft import release_diff  # noqa: PLC0415  # its libraries take a while to load

    release_diff.show(place.config(), old, new, limit=limit, as_json=as_json)


@weft.command(
    epilog="""\b
Examples:
  weft explain 10.1007/978-3-030-38207-0               what made one thing of its records
  weft explain doi:10.5281/zenodo.1 9783030382063      why two are one thing, or are not
  weft explain --conflicts --field kind                where sources disagree
"""
)
@click.argument("things", nargs=-1, metavar="[KEY | A B]")
@click.option("--conflicts", is_flag=True, help="Count and list where records of one thing differ.")
@click.option("--source", metavar="SOURCE", help="Only conflicts that this source has a part in.")
@click.option("--field", type=click.Choice(_FIELDS), help="Only conflicts on this field.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Links, values and conflicts shown; JSON has them all.",
)
@release_option
@as_json_option
@with_place
def explain(  # noqa: PLR0913, PLR0917  # one for each option; click passes them by name
    place: Place,
    things: tuple[str, ...],
    conflicts: bool,  # noqa: FBT001  # click passes it by name
    source: str | None,
    field: str | None,
    limit: int,
    number: int | None,
    as_json: bool,  # noqa: FBT001  # click passes it by name
) -> int:
    """Tell why records are one thing or are not, and where its fields come from.

    KEY, A and B are keys, IRIs, or identifiers in any spelling: a DOI, an ISBN, an OAI identifier.
    The exit status is 3 when the release does not know KEY.
    """
    from weft import explain as explain_commands  # noqa: PLC0415  # its libraries take a while to load

    if not conflicts:
        if source or field:
            raise ConfigError("--source and --field go with --conflicts")
        return explain_commands.print_explanation(
            place.config(), things, number=number, limit=limit, as_json=as_json
        )
    if things:
        raise ConfigError("--conflicts looks at all things: name none")
    explain_commands.print_conflicts(
        place.config(), source, field, number=number, limit=limit, as_json=as_json
    )
    return DONE
