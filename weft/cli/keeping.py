"""Commands that keep an installation true: how records are read, what is merged, the releases."""

from pathlib import Path

import click

from weft.cli.root import Place, as_json_option, data_option, err, move, weft, with_place

_REVIEW_LIMIT = 1000
"""New rows at a time: more than a person judges in one sitting."""


@weft.command(epilog="Example:  weft remap oapen && weft build")
@click.argument("source", required=False)
@with_place
def remap(place: Place, source: str | None) -> int:
    """Read all staged records anew, or those of one source, without harvesting.

    For a new version of Weft that reads a dialect better. Follow it with `weft build`.
    """
    from weft import run  # noqa: PLC0415  # its libraries take a while to load

    return run.remap(place.config(), source, err)


@weft.group(epilog="Example:  weft crosswalk report zenodo")
@data_option
@click.pass_context
def crosswalk(context: click.Context, data_here: Path | None) -> None:
    """See how records are read."""
    move(context, data_here)


@crosswalk.command(epilog="Example:  weft crosswalk report zenodo --json")
@click.argument("source", required=False)
@as_json_option
@with_place
def report(place: Place, source: str | None, as_json: bool) -> None:  # noqa: FBT001  # click passes it by name
    """Show every path of the staged records: mapped, ignored and why, or unknown."""
    from weft import crosswalk_report  # noqa: PLC0415  # its libraries take a while to load

    crosswalk_report.show(place.config(), source, as_json=as_json)


_number_argument = click.argument("number", type=click.IntRange(min=1), metavar="N")
_number_or_current = click.argument(
    "number", type=click.IntRange(min=1), metavar="[N]", required=False
)


@weft.group(
    epilog="""\b
Examples:
  weft release list        every release: date, counts, size; current, pinned, damaged
  weft release verify      compare the current release with its checksums and counts
  weft release use 2       go back to release 2
"""
)
@data_option
@click.pass_context
def release(context: click.Context, data_here: Path | None) -> None:
    """List and verify releases, go back to one, keep one for good, drop one."""
    move(context, data_here)


@release.command("list", epilog="Example:  weft release list --json")
@as_json_option
@with_place
def release_list(place: Place, as_json: bool) -> None:  # noqa: FBT001  # click passes it by name
    """List every release, oldest first, and what all take on the disk."""
    from weft import release_commands  # noqa: PLC0415  # its libraries take a while to load

    release_commands.print_list(place.config(), as_json=as_json)


@release.command("show", epilog="Example:  weft release show 2")
@_number_or_current
@as_json_option
@with_place
def release_show(place: Place, number: int | None, as_json: bool) -> None:  # noqa: FBT001  # click passes it by name
    """Show what is in release N, or in the current one."""
    from weft import release_commands  # noqa: PLC0415  # its libraries take a while to load

    release_commands.show(place.config(), number, as_json=as_json)


@release.command("verify", epilog="Example:  weft release verify 2 && weft release use 2")
@_number_or_current
@as_json_option
@with_place
def release_verify(place: Place, number: int | None, as_json: bool) -> int:  # noqa: FBT001  # click passes it by name
    """Compare release N, or the current one, with its checksums and counts.

    Every file that is damaged, missing or does not belong there is named. The exit status is 0 when
    all is as it was published, and 1 when it is not.
    """
    from weft import release_commands  # noqa: PLC0415  # its libraries take a while to load

    return release_commands.verify(place.config(), number, as_json=as_json)


@release.command("use", epilog="Example:  weft release use 2")
@_number_argument
@with_place
def release_use(place: Place, number: int) -> None:
    """Make release N the current one.

    A running server takes it within a second. The next build makes a newer one current.
    """
    from weft import release_commands  # noqa: PLC0415  # its libraries take a while to load

    release_commands.use(place.config(), number)


@release.command("pin", epilog="Example:  weft release pin 2")
@_number_argument
@with_place
def release_pin(place: Place, number: int) -> None:
    """Keep release N for good."""
    from weft import release_commands  # noqa: PLC0415  # its libraries take a while to load

    release_commands.pin(place.config(), number)


@release.command("unpin", epilog="Example:  weft release unpin 2")
@_number_argument
@with_place
def release_unpin(place: Place, number: int) -> None:
    """Let release N go with the others."""
    from weft import release_commands  # noqa: PLC0415  # its libraries take a while to load

    release_commands.unpin(place.config(), number)


@release.command("drop", epilog="Example:  weft release drop 2")
@_number_argument
@with_place
def release_drop(place: Place, number: int) -> None:
    """Remove release N, unless it is current, pinned or being served."""
    from weft import release_commands  # noqa: PLC0415  # its libraries take a while to load

    release_commands.drop(place.config(), number)


@weft.group(
    epilog="""\b
Examples:
  weft merge review --output decisions.csv   pairs that could be one thing, for a person to judge
  weft merge check                           what in the file of judgements cannot be obeyed
"""
)
@data_option
@click.pass_context
def merge(context: click.Context, data_here: Path | None) -> None:
    """Judge what is merged, and how well."""
    move(context, data_here)


@merge.command(epilog="Example:  weft merge evaluate tests/data/gold/pairs.csv --json")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json_option
@with_place
def evaluate(place: Place, file: Path, as_json: bool) -> None:  # noqa: FBT001  # click passes it by name
    """Compare the last merge with judged pairs: precision, recall, B-cubed, by label and rule."""
    from weft import merge_evaluate  # noqa: PLC0415  # its libraries take a while to load

    merge_evaluate.show(place.config(), file, as_json=as_json)


@merge.command(epilog="Example:  weft merge review --output decisions.csv --limit 50")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; what was judged in it stays.  [default: standard output]",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=_REVIEW_LIMIT,
    show_default=True,
    help="New pairs at most.",
)
@with_place
def review(place: Place, output: Path | None, limit: int) -> int:
    """List pairs that look like one thing as CSV, for a person to judge: same, different, skip."""
    from weft import merge_review  # noqa: PLC0415  # its libraries take a while to load

    config = place.config()
    return merge_review.review(config.data, config.decisions, output, limit, err)


@merge.command("check", epilog="Example:  weft merge check --json")
@as_json_option
@with_place
def check_judgements(place: Place, as_json: bool) -> int:  # noqa: FBT001  # click passes it by name
    """Name the lines of the file of judgements that cannot be obeyed; exit status 1 for any."""
    from weft import merge_review  # noqa: PLC0415  # its libraries take a while to load

    config = place.config()
    return merge_review.check(config.data, config.decisions, as_json=as_json)


@release.command("export-keys", epilog="Example:  weft release export-keys keys.jsonl")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_place
def release_export_keys(place: Place, file: Path) -> None:
    """Write the register of keys into FILE: with it, IRIs survive the loss of this machine."""
    from weft import release_commands  # noqa: PLC0415  # its libraries take a while to load

    release_commands.export_keys(place.config(), file)


@release.command(
    "import-keys", epilog="Example:  weft release import-keys keys.jsonl && weft build"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_place
def release_import_keys(place: Place, file: Path) -> None:
    """Take over the register of keys in FILE, before the first build of a data directory."""
    from weft import release_commands  # noqa: PLC0415  # its libraries take a while to load

    release_commands.import_keys(place.config(), file)
