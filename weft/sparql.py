"""The command that asks in SPARQL, a release or another endpoint: what it prints."""

import asyncio
import sys
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from rich.table import Table
from rich.text import Text

from graph.release import Release, asked, holding, open_good_release
from search.sparql.edits import EditedQuery
from search.sparql.gate import read_form
from search.sparql.pool import open_pool
from search.sparql.results import ResultFormat
from search.sparql.text_service import run_query
from search.text.engines import open_index
from weft.config import Config, ConfigError
from weft.terminal import console, print_caveats


def print_sparql(
    config: Config,
    query: str,
    format_name: str,
    *,
    number: int | None = None,
    services: tuple[str, ...] = (),
) -> None:
    """The answer to a SPARQL query on a release.

    What must be known of the release is told on standard error.

    Args:
        config: the configuration.
        query: its text, `@FILE` or `-`.
        format_name: of `ResultFormat`, or `table`.
        number: the release; None for the current one.
        services: addresses of endpoints that SERVICE may name; they are asked first.

    Raises:
        RemoteError: one of them could not be asked.
    """
    text = _query_text(query)
    chosen = _format_of(text, format_name)
    answered = EditedQuery(text, ())
    if services:
        from weft.remote.settings import RemoteLimits  # noqa: PLC0415  # as the next
        from weft.remote.union import answer_services  # noqa: PLC0415  # others do without its weight

        warn = partial(print, file=sys.stderr)
        limits = RemoteLimits(timeout_s=config.sparql.time_limit_s)
        answered = answer_services(text, services, contact=config.contact, limits=limits, warn=warn)
    release = open_good_release(config.data, number)
    with holding(release), answered.placing_errors():
        body = asyncio.run(_run_query(config, release, answered.text, chosen))
    _print_answer(body, format_name, chosen)
    print_caveats(asked(release.info, text))


def print_remote(config: Config, endpoint: str, query: str, format_name: str) -> None:
    """The answer of a remote endpoint to a SPARQL query.

    Raises:
        QueryRefused: an update.
        RemoteError: the endpoint could not be asked, or did not answer with results.
    """
    from weft.remote.ask_endpoint import ask_endpoint  # noqa: PLC0415  # as in `print_sparql`

    text = _query_text(query)
    chosen = _format_of(text, format_name)
    body = ask_endpoint(endpoint, text, chosen, contact=config.contact)
    _print_answer(body, format_name, chosen)


def _format_of(query: str, name: str) -> ResultFormat:
    if name != "table":
        return ResultFormat(name)
    return ResultFormat.TURTLE if read_form(query).is_graph else ResultFormat.JSON


def _print_answer(body: bytes, format_name: str, chosen: ResultFormat) -> None:
    if format_name == "table" and chosen is ResultFormat.JSON:
        _print_solutions(msgspec.json.decode(body))
        return
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()


async def _run_query(config: Config, release: Release, query: str, chosen: ResultFormat) -> bytes:
    limits = msgspec.structs.replace(config.sparql, workers=1)
    base_iri = release.info.base_iri
    endpoint = f"{base_iri}sparql"
    with open_index(release.text_path) as index:
        async with open_pool(release.graph_path, limits) as pool:
            return await run_query(pool, index, query, chosen, base_iri=base_iri, endpoint=endpoint)


def _query_text(argument: str) -> str:
    if argument == "-":
        return sys.stdin.read()
    if not argument.startswith("@"):
        return argument
    path = Path(argument[1:])
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the query from {path}: {error}") from error


def _print_solutions(answer: dict[str, Any]) -> None:
    if "boolean" in answer:
        print("yes" if answer["boolean"] else "no")
        return
    names = answer["head"]["vars"]
    table = Table(box=None)
    for name in names:
        table.add_column(name, overflow="fold")  # an IRI without its end is no answer
    for row in answer["results"]["bindings"]:
        table.add_row(*(Text(row[name]["value"] if name in row else "") for name in names))
    console().print(table)
