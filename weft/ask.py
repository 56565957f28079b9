"""Commands that answer: what each prints, for people and as JSON."""

import asyncio
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from graph.catalogue import open_catalogue
from graph.crosswalk import map_record
from graph.errors import UnmappableRecord
from graph.release import Release, asked, holding, open_release
from harvester.record import MENDED, StagedRecord
from search.sparql.gate import read_form
from search.sparql.pool import open_pool
from search.sparql.results import ResultFormat
from search.sparql.text_service import run_query
from search.text.engine import Fragment
from search.text.engines import open_index
from search.web.api import search_answer
from search.web.asking import Ask
from weft.config import Config, ConfigError
from weft.pipeline import catalogue_path, check_source, open_staged
from weft.status import SourceStatus, status
from weft.terminal import console, print_caveats, print_json


def print_status(config: Config, *, as_json: bool) -> None:
    """What is staged, what could not be read, and the current release."""
    now = status(config)
    if as_json:
        print_json(now)
        return
    table = _table("source", "state", "live", "deleted", "vanished", "rejected", "last harvest")
    for name, source in now.sources.items():
        counts = map(str, (source.live, source.deleted, source.vanished, source.rejected))
        table.add_row(name, source.state, *counts, (source.last_harvest or "")[:16])
    _show(table)
    for name, source in now.sources.items():
        for line in _notes(source):
            _print_line(f"{name}: {line}")
    release = now.release
    if release is None:
        _print_line("no release yet: run `weft build`")
        return
    kinds = ", ".join(f"{count} {kind}" for kind, count in release.by_kind.items())
    _print_line(
        f"release {release.number} of {release.created_at}: {release.entities} entities ({kinds})"
        f" of {release.records} records, {release.merged_entities} merged, {release.links} links,"
        f" {release.stubs} stubs, {release.quads} quads"
    )


def _notes(source: SourceStatus) -> Iterator[str]:
    if source.error:
        yield source.error
    if source.mended:
        yield f"{source.mended} pages mended before reading (see `weft records --rejected`)"
    for reason, count in source.reasons.items():
        yield f"{count} rejected: {reason} (see `weft records --rejected`)"
    for reason, count in source.problems.items():
        yield f"{count} read in part: {reason}"


def print_records(config: Config, source: str | None, *, as_json: bool) -> None:
    """One line a staged record, with the title and kind that its crosswalk reads.

    Raises:
        NothingStaged: there is no stage yet.
    """
    check_source(config, source)
    with open_staged(config.data) as stage:
        for record in stage.records(source=source):
            row = _record_row(record)
            if as_json:
                _print_json_line(row)
            else:
                kind = "deleted" if row["deleted"] else row["kind"] or "?"
                _print_line(f"{row['source']}  {row['id']}  {kind}  {row['title'] or ''}")


def _record_row(record: StagedRecord) -> dict[str, Any]:
    title, kind = None, None
    if not record.is_deleted:
        try:
            work = map_record(record)
            title, kind = (work.titles[0].value if work.titles else None), work.kind.value
        except UnmappableRecord:
            pass  # listed without title and kind; `--rejected` says why
    return {
        "source": record.source,
        "id": record.identifier,
        "datestamp": record.datestamp,
        "deleted": record.is_deleted,
        "title": title,
        "kind": kind,
    }


def print_rejected(config: Config, source: str | None, *, as_json: bool) -> None:
    """Everything that could not be read, with the reason."""
    check_source(config, source)
    for row in _rejected_rows(config, source):
        if as_json:
            _print_json_line(row)
        else:
            _print_line(f"{row['source']}  {row['id'] or '-'}  {row['reason']}: {row['detail']}")


def _rejected_rows(config: Config, source: str | None) -> Iterator[dict[str, Any]]:
    with open_staged(config.data) as stage:
        for rejection in stage.rejections(source, with_mended=True):
            yield {
                "source": rejection.source,
                "id": rejection.identifier or None,
                "whole": rejection.reason != MENDED,  # its records are staged all the same
                "reason": rejection.reason,
                "detail": rejection.detail,
            }
    if catalogue_path(config.data).exists():
        with open_catalogue(catalogue_path(config.data)) as catalogue:
            for problem in catalogue.works.problem_records(source):
                yield {
                    "source": problem.source,
                    "id": problem.record,
                    "whole": problem.is_rejected,
                    "reason": problem.reason,
                    "detail": problem.detail,
                }


def print_search(
    config: Config, query: str, limit: int, *, number: int | None, as_json: bool
) -> None:
    """Hits of a search in a release, the current one when no number is given."""
    question = Ask(text=query, limit=limit)
    release = open_release(config.data, number)
    about = asked(release.info, query)
    with holding(release), open_index(release.text_path) as index:
        result = index.search(question.to_request())
    if as_json:
        print_json(search_answer(question, result, release.info), about)
        return
    _print_line(f"{result.total} found, release {release.number}")
    for hit in result.hits:
        document = hit.document
        year = f" ({document.year})" if document.year else ""
        _show(Text.assemble("\n", _marked(hit.title), (f"{year}  {document.kind}", "dim")))
        names = ", ".join(document.identifiers[:3])
        _print_line(f"  {release.info.base_iri}id/{hit.key}  {names}")
        if hit.snippet:
            _show(Text.assemble("  ", _marked(hit.snippet)))
    print_caveats(about)


def _marked(fragments: tuple[Fragment, ...]) -> Text:
    return Text.assemble(*((part.text, "bold" if part.is_match else "") for part in fragments))


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
    asked_text = text = _query_text(query)
    chosen = _format_of(text, format_name)
    if services:
        from weft.remote.settings import RemoteLimits  # noqa: PLC0415  # as the next
        from weft.remote.union import answer_services  # noqa: PLC0415  # others do without its weight

        warn = partial(print, file=sys.stderr)
        limits = RemoteLimits(timeout_s=config.sparql.time_limit_s)
        text = answer_services(
            text, services, contact=config.contact, limits=limits, warn=warn
        ).text
    release = open_release(config.data, number)
    with holding(release):
        body = asyncio.run(_run_query(config, release, text, chosen))
    _print_answer(body, format_name, chosen)
    print_caveats(asked(release.info, asked_text))


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
        _print_line("yes" if answer["boolean"] else "no")
        return
    names = answer["head"]["vars"]
    table = _table(*names)
    for row in answer["results"]["bindings"]:
        table.add_row(*(Text(row[name]["value"] if name in row else "") for name in names))
    _show(table)


def _table(*names: str) -> Table:
    table = Table(box=None)
    for name in names:
        table.add_column(name, overflow="fold")  # an IRI without its end is no answer
    return table


def _show(what: RenderableType) -> None:
    console().print(what)


def _print_json_line(value: object) -> None:
    print(msgspec.json.encode(value).decode())


def _print_line(text: str) -> None:
    print(text)
