"""Commands that run an installation: harvest, build, serve, and what tells how it stands."""

from pathlib import Path

import click

from weft.cli.root import (
    IN_PART,
    NOTHING_DONE,
    Place,
    as_json_option,
    data_option,
    err,
    move,
    release_option,
    weft,
    with_place,
)
from weft.config import ConfigError

sources_argument = click.argument("sources", nargs=-1, metavar="[SOURCE]...")
sample_option = click.option(
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
@sources_argument
@sample_option
@click.option("--plan", is_flag=True, help="Print what would be asked for; harvest nothing.")
@click.option(
    "--reconcile",
    is_flag=True,
    help="Then list all identifiers, and mark the records that are not among them.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the plan or the reports as JSON.")
@with_place
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
    from weft import run  # noqa: PLC0415  # its libraries take a while to load
    from weft import sources as source_commands  # noqa: PLC0415  # as the one before

    if plan:
        return source_commands.print_plan(place.config(), sources, as_json=as_json)
    if reconcile and sample:
        raise ConfigError("--reconcile needs all identifiers, --sample takes a few records")
    return run.harvest(place.config(), sources, sample, err, reconciles=reconcile, as_json=as_json)


@weft.command(epilog="Example:  weft build && weft serve")
@with_place
def build(place: Place) -> int:
    """Map what changed, merge, and publish the next release."""
    from weft import run  # noqa: PLC0415  # its libraries take a while to load

    return run.build(place.config(), err)


@weft.command("import", epilog="Example:  weft import oapen.onix.gz --source oapen-file")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", "name", required=True, help="Name to stage the records under.")
@with_place
def import_(place: Place, file: Path, name: str) -> int:
    """Stage the records of a file: ONIX 3.0, KBART, OAPEN's or DOAB's CSV, MARCXML; gzip too.

    They are records like any other: `weft build` maps and merges them. The same name again adds
    and changes records; what is missing from a later file stays.
    """
    from weft import run  # noqa: PLC0415  # its libraries take a while to load

    return run.import_file(place.config(), name, file, err)


@weft.command(epilog="Example:  weft update --data data")
@sources_argument
@sample_option
@with_place
def update(place: Place, sources: tuple[str, ...], sample: int | None) -> int:
    """Harvest, then build: what a nightly job runs."""
    from weft import run  # noqa: PLC0415  # its libraries take a while to load

    config = place.config()
    harvested = run.harvest(config, sources, sample, err)
    # what could be had is worth a release, even if a source failed
    return max(harvested if harvested != NOTHING_DONE else IN_PART, run.build(config, err))


@weft.command(epilog="Example:  weft serve --port 9000")
@click.option("--host", help="Address to listen at.  [default: as configured]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port.  [default: as configured]")
@release_option
@with_place
def serve(place: Place, host: str | None, port: int | None, number: int | None) -> int:
    """Serve the current release, or a pinned one: pages, search, SPARQL."""
    from weft import run  # noqa: PLC0415  # its libraries take a while to load

    return run.serve(place.config(), host, port, number)


@weft.command(epilog="Example:  weft demo --no-serve --data /tmp/sample")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
@click.option("--no-serve", is_flag=True, help="Build the release and stop.")
@with_place
def demo(place: Place, port: int, no_serve: bool) -> int:  # noqa: FBT001  # click passes it by name
    """Harvest the bundled sample over OAI-PMH, build a release of it, and serve it.

    The sample tells the discovery of the Higgs boson in about 140 records of four repositories.
    Data goes to ./data/demo unless --data says otherwise.
    """
    from weft import run  # noqa: PLC0415  # its libraries take a while to load

    return run.demo(place.data or Path("data") / "demo", port, err, serves=not no_serve)


@weft.command(epilog="Example:  weft replay dumps/zenodo --port 8090")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port.  [default: any free]")
@click.option("--page-size", type=click.IntRange(min=1), default=100, show_default=True)
@with_place
def replay(_place: Place, folder: Path, port: int, page_size: int) -> int:
    """Serve a folder of OAI-PMH answers or records as an OAI-PMH repository on 127.0.0.1.

    Reads pages, single answers and bare records below FOLDER, gzip too. What cannot be read is
    named on standard error.
    """
    from weft import run  # noqa: PLC0415  # its libraries take a while to load

    return run.replay(folder, port, page_size, err)


@weft.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  weft sources                               the configured repositories
  weft sources check zenodo                  what it offers, and what a harvest would cost
  weft sources add https://r.example/oai     a block for a further one
""",
)
@as_json_option
@data_option
@click.pass_context
def sources(context: click.Context, data_here: Path | None, as_json: bool) -> None:  # noqa: FBT001  # click passes it by name
    """List the configured repositories, ask them what they offer, or add one."""
    move(context, data_here)
    if context.invoked_subcommand is None:
        _list_sources(as_json=as_json)


@with_place
def _list_sources(place: Place, as_json: bool) -> None:  # noqa: FBT001  # as its command
    from weft import sources as source_commands  # noqa: PLC0415  # its libraries take a while to load

    source_commands.print_list(place.config(), as_json=as_json)


@sources.command(epilog="Example:  weft sources check zenodo hepdata")
@sources_argument
@as_json_option
@with_place
def check(place: Place, sources: tuple[str, ...], as_json: bool) -> int:  # noqa: FBT001  # click passes it by name
    """Ask the repositories, or the named ones, what they offer and what a harvest would cost."""
    from weft import sources as source_commands  # noqa: PLC0415  # its libraries take a while to load

    return source_commands.check(place.config(), sources, as_json=as_json)


@sources.command(epilog="Example:  weft sources add https://r.example/oai --set physics")
@click.argument("url")
@click.option("--name", default="", help="Name of the source.  [default: from the host]")
@click.option("--set", "set_spec", default="", metavar="SETSPEC", help="Set to narrow it to.")
@with_place
def add(place: Place, url: str, name: str, set_spec: str) -> int:
    """Ask a repository what it offers and append its block to the configuration file."""
    from weft import add_source  # noqa: PLC0415  # its libraries take a while to load

    return add_source.add(place.config_path, url, name=name, set_spec=set_spec)


@weft.command()
@as_json_option
@with_place
def status(place: Place, as_json: bool) -> None:  # noqa: FBT001  # click passes it by name
    """Show what is staged, what could not be read and why, and the current release."""
    from weft import staged  # noqa: PLC0415  # its libraries take a while to load

    staged.print_status(place.config(), as_json=as_json)
