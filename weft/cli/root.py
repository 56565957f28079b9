"""The command `weft` itself, and what all its commands share: place, options, exit status.

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
from search.errors import BadSearch, QueryRefused, QuerySyntaxError, SearchError
from weft.config import Config, ConfigError, default_path, load
from weft.data_directory import NothingStaged
from weft.remote.errors import RemoteError

DONE, IN_PART, WRONG_USAGE, NOTHING_DONE = 0, 1, 2, 3

err = Console(stderr=True)


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


def data_option(command: Callable[..., None]) -> Callable[..., None]:
    """`--data` after the command's name as well as before it."""
    return click.option(
        "--data",
        "data_here",
        type=click.Path(file_okay=False, path_type=Path),
        help="Data directory, instead of the configured one.",
    )(command)


def with_place(command: Callable[..., int | None]) -> Callable[..., None]:
    """Hand a command its place, and turn what it returns or raises into an exit status."""

    @data_option
    @click.pass_obj
    @wraps(command)
    def wrapped(place: Place, /, data_here: Path | None = None, **arguments: object) -> None:
        if data_here is not None:
            place = Place(place.config_path, data_here)
        try:
            sys.exit(command(place, **arguments) or DONE)
        except (ConfigError, BadSearch, QueryRefused) as error:
            fail(str(error), WRONG_USAGE)
        except QuerySyntaxError as error:
            where = f"line {error.line}, column {error.column}"
            fail(f"cannot read the query: {error} ({where})", WRONG_USAGE)
        except (HarvestError, GraphError, SearchError, NothingStaged, RemoteError) as error:
            fail(str(error), NOTHING_DONE)
        except KeyboardInterrupt:
            fail("stopped; what was staged is kept", IN_PART)

    return wrapped


def move(context: click.Context, data_here: Path | None) -> None:
    """Put `--data` of a group in force for its commands."""
    if data_here is not None:
        context.obj = Place(context.obj.config_path, data_here)


def fail(message: str, status: int) -> NoReturn:
    """Say on standard error what went wrong, and end."""
    err.print(f"weft: {message}", style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(status)


as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
release_option = click.option(
    "--release",
    "number",
    type=click.IntRange(min=1),
    metavar="N",
    help="Another release than the current one.",
)
