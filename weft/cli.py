"""The command `weft`: reads arguments, calls the pipeline, prints. Nothing else prints.

Exit status: 0 done; 1 done in part, the rest is safe; 2 wrong usage or configuration; 3 nothing
done.
"""

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console

from graph.errors import GraphError
from harvester.errors import HarvestError
from search.errors import QueryRefused, QuerySyntaxError, SearchError
from weft import add_source, ask, crosswalk_report, run
from weft import sources as source_commands
from weft.config import Config, ConfigError, default_path, load
from weft.pipeline import NothingStaged

DONE, IN_PART, WRONG_USAGE, NOTHING_DONE = 0, 1, 2, 3

_err = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the configuration and the data are; commands read the configuration when they run."""

    config_path: Path
    data: Path | None

    def config(self) -> Config:
        """The configuration, with `--data` in force."""
        return load(self.config_path, data=self.data)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  weft demo                          the bundled sample: harvest, build, serve
  weft harvest --sample 100          a first try of the live repositories, in about a minute
  weft update                        harvest what changed and build the next release
  weft search 'higgs kind:dataset'   ask in words
""",
)
@click.option(
    "--config",
    "config_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration file.  [default: ./config.toml]",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Data directory, instead of the configured one.",
)
@click.option("-v", "--verbose", count=True, help="Tell events on standard error; twice for more.")
@click.version_option(package_name="weft")
@click.pass_context
def weft(context: click.Context, config_path: Path | None, data: Path | None, verbose: int) -> None:
    """Harvest open-science repositories, weave one graph, answer questions on it."""
    levels = (logging.WARNING, logging.INFO, logging.DEBUG)
    level = levels[min(verbose, len(levels) - 1)]
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level)  # its own: a log file may want to be told more
    logging.basicConfig(
        level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s", handlers=[handler]
    )
    context.obj = Place(config_path or default_path(), data)


def _data_option(command: Callable[..., None]) -> Callable[..., None]:
    """`--data` after the command's name as well as before it."""
    return click.option(
        "--data",
        "data_here",
        type=click.Path(file_okay=False, path_type=Path),
        help="Data directory, instead of the configured one.",
    )(command)


def _with_place(command: Callable[..., int | None]) -> Callable[..., None]:
    """Hand a command its place, and turn what it returns or raises into an exit status."""

    @_data_option
    @click.pass_obj
    @wraps(command)
    def wrapped(place: Place, /, data_here: Path | None = None, **arguments: object) -> None:
        if data_here is not None:
            place = Place(place.config_path, data_here)
        try:
            sys.exit(command(place, **arguments) or DONE)
        except (ConfigError, QueryRefused) as error:
            _fail(str(error), WRONG_USAGE)
        except QuerySyntaxError as error:
            where = f"line {error.line}, column {error.column}"
            _fail(f"cannot read the query: {error} ({where})", WRONG_USAGE)
        except (HarvestError, GraphError, SearchError, NothingStaged) as error:
            _fail(str(error), NOTHING_DONE)
        except KeyboardInterrupt:
            _fail("stopped; what was staged is kept", IN_PART)

    return wrapped


def _move(context: click.Context, data_here: Path | None) -> None:
    """Put `--data` of a group in force for its commands."""
    if data_here is not None:
        context.obj = Place(context.obj.config_path, data_here)


def _fail(message: str, status: int) -> NoReturn:
    _err.print(f"weft: {message}", style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(status)


_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_sources_argument = click.argument("sources", nargs=-1, metavar="[SOURCE]...")
_sample_option = click.option(
    "--sample", type=click.IntRange(min=1), metavar="N", help="At most N records of each source."
)


@weft.command(
    epilog="""\b
Examples:
  weft harvest zenodo hepdata --sample 200   a first try of two sources
  weft harvest --plan                        what a harvest would ask for, and how long it takes
  weft harvest oapen --reconcile             look for records that were dropped without a word
"""
)
@_sources_argument
@_sample_option
@click.option("--plan", is_flag=True, help="Print what would be asked for; harvest nothing.")
@click.option(
    "--reconcile",
    is_flag=True,
    help="Then list all identifiers, and mark the records that are not among them.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the plan or the reports as JSON.")
@_with_place
def harvest(  # noqa: PLR0913, PLR0917  # one for each option; click passes them by name
    place: Place,
    sources: tuple[str, ...],
    sample: int | None,
    plan: bool,  # noqa: FBT001  # click passes it by name
    reconcile: bool,  # noqa: FBT001  # click passes it by name
    as_json: bool,  # noqa: FBT001  # click passes it by name
) -> int:
    """Harvest the configured repositories, or the named ones, into the stage.

    What was harvested before is not asked for again: a second run asks for changes only, and one
    that was stopped goes on where it stopped. harvest.log in the data directory gets a line for
    each event. The exit status is 0 only when every source is complete.
    """
    if plan:
        return source_commands.print_plan(place.config(), sources, as_json=as_json)
    if reconcile and sample:
        raise ConfigError("--reconcile needs all identifiers, --sample takes a few records")
    return run.harvest(place.config(), sources, sample, _err, reconciles=reconcile, as_json=as_json)


@weft.command(epilog="Example:  weft build && weft serve")
@_with_place
def build(place: Place) -> int:
    """Map what changed, merge, and publish the next release."""
    return run.build(place.config(), _err)


@weft.command("import", epilog="Example:  weft import oapen.onix.gz --source oapen-file")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", "name", required=True, help="Name to stage the records under.")
@_with_place
def import_(place: Place, file: Path, name: str) -> int:
    """Stage the records of a file: ONIX 3.0, KBART, OAPEN's or DOAB's CSV, MARCXML; gzip too.

    They are records like any other: `weft build` maps and merges them. The same name again adds
    and changes records; what is missing from a later file stays.
    """
    return run.import_file(place.config(), name, file, _err)


@weft.command(epilog="Example:  weft remap oapen && weft build")
@click.argument("source", required=False)
@_with_place
def remap(place: Place, source: str | None) -> int:
    """Read all staged records anew, or those of one source, without harvesting.

    For a new version of Weft that reads a dialect better. Follow it with `weft build`.
    """
    return run.remap(place.config(), source, _err)


@weft.group(epilog="Example:  weft crosswalk report zenodo")
@_data_option
@click.pass_context
def crosswalk(context: click.Context, data_here: Path | None) -> None:
    """See how records are read."""
    _move(context, data_here)


@crosswalk.command(epilog="Example:  weft crosswalk report zenodo --json")
@click.argument("source", required=False)
@_as_json
@_with_place
def report(place: Place, source: str | None, as_json: bool) -> None:  # noqa: FBT001  # click passes it by name
    """Show every path of the staged records: mapped, ignored and why, or unknown."""
    crosswalk_report.show(place.config(), source, as_json=as_json)


@weft.command(epilog="Example:  weft update --data data")
@_sources_argument
@_sample_option
@_with_place
def update(place: Place, sources: tuple[str, ...], sample: int | None) -> int:
    """Harvest, then build: what a nightly job runs."""
    config = place.config()
    harvested = run.harvest(config, sources, sample, _err)
    # what could be had is worth a release, even if a source failed
    return max(harvested if harvested != NOTHING_DONE else IN_PART, run.build(config, _err))


@weft.command(epilog="Example:  weft serve --port 9000")
@click.option("--host", help="Address to listen at.  [default: as configured]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port.  [default: as configured]")
@_with_place
def serve(place: Place, host: str | None, port: int | None) -> int:
    """Serve the current release: pages, search, SPARQL."""
    return run.serve(place.config(), host, port)


@weft.command(epilog="Example:  weft demo --no-serve --data /tmp/sample")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
@click.option("--no-serve", is_flag=True, help="Build the release and stop.")
@_with_place
def demo(place: Place, port: int, no_serve: bool) -> int:  # noqa: FBT001  # click passes it by name
    """Harvest the bundled sample over OAI-PMH, build a release of it, and serve it.

    The sample tells the discovery of the Higgs boson in about 140 records of four repositories.
    Data goes to ./data/demo unless --data says otherwise.
    """
    return run.demo(place.data or Path("data") / "demo", port, _err, serves=not no_serve)


@weft.command(epilog="Example:  weft replay dumps/zenodo --port 8090")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port.  [default: any free]")
@click.option("--page-size", type=click.IntRange(min=1), default=100, show_default=True)
@_with_place
def replay(_place: Place, folder: Path, port: int, page_size: int) -> int:
    """Serve a folder of OAI-PMH answers or records as an OAI-PMH repository on 127.0.0.1.

    Reads pages, single answers and bare records below FOLDER, gzip too. What cannot be read is
    named on standard error.
    """
    return run.replay(folder, port, page_size, _err)


@weft.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  weft sources                               the configured repositories
  weft sources check zenodo                  what it offers, and what a harvest would cost
  weft sources add https://r.example/oai     a block for a further one
""",
)
@_as_json
@_data_option
@click.pass_context
def sources(context: click.Context, data_here: Path | None, as_json: bool) -> None:  # noqa: FBT001  # click passes it by name
    """List the configured repositories, ask them what they offer, or add one."""
    _move(context, data_here)
    if context.invoked_subcommand is None:
        _list_sources(as_json=as_json)


@_with_place
def _list_sources(place: Place, as_json: bool) -> None:  # noqa: FBT001  # as its command
    source_commands.print_list(place.config(), as_json=as_json)


@sources.command(epilog="Example:  weft sources check zenodo hepdata")
@_sources_argument
@_as_json
@_with_place
def check(place: Place, sources: tuple[str, ...], as_json: bool) -> int:  # noqa: FBT001  # click passes it by name
    """Ask the repositories, or the named ones, what they offer and what a harvest would cost."""
    return source_commands.check(place.config(), sources, as_json=as_json)


@sources.command(epilog="Example:  weft sources add https://r.example/oai --set physics")
@click.argument("url")
@click.option("--name", default="", help="Name of the source.  [default: from the host]")
@click.option("--set", "set_spec", default="", metavar="SETSPEC", help="Set to narrow it to.")
@_with_place
def add(place: Place, url: str, name: str, set_spec: str) -> int:
    """Ask a repository what it offers and append its block to the configuration file."""
    return add_source.add(place.config_path, url, name=name, set_spec=set_spec)


@weft.command()
@_as_json
@_with_place
def status(place: Place, as_json: bool) -> None:  # noqa: FBT001  # click passes it by name
    """Show what is staged, what could not be read and why, and the current release."""
    ask.print_status(place.config(), as_json=as_json)


@weft.command(epilog="Example:  weft records zenodo --jsonl | head")
@click.argument("source", required=False)
@click.option("--jsonl", "--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--rejected", is_flag=True, help="Only what could not be read, with the reason.")
@_with_place
def records(place: Place, source: str | None, as_json: bool, rejected: bool) -> None:  # noqa: FBT001  # click passes them by name
    """List the staged records, or those of one source."""
    if rejected:
        ask.print_rejected(place.config(), source, as_json=as_json)
    else:
        ask.print_records(place.config(), source, as_json=as_json)


@weft.command(
    epilog="""\b
Examples:
  weft search '"higgs boson" kind:dataset year:[2012 TO 2014]'
  weft search 10.1016/j.physletb.2012.08.020
"""
)
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@_as_json
@_with_place
def search(place: Place, query: tuple[str, ...], limit: int, as_json: bool) -> None:  # noqa: FBT001  # click passes it by name
    """Search the current release in words."""
    ask.print_search(place.config(), " ".join(query), limit, as_json=as_json)


@weft.command(
    epilog="""\b
Examples:
  weft sparql 'SELECT (COUNT(*) AS ?n) { ?s a <https://schema.org/Dataset> }'
  weft sparql --format csv @question.rq > answer.csv
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
@_with_place
def sparql(place: Place, query: str, format_name: str, as_json: bool) -> None:  # noqa: FBT001  # click passes it by name
    """Ask the current release in SPARQL; @FILE reads the query from a file, - from a pipe."""
    ask.print_sparql(place.config(), query, "json" if as_json else format_name)


def main() -> None:
    """Run the command line."""
    weft(prog_name="weft")
