"""Commands that do something, as they run in a terminal: progress, outcome, exit status."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec
from rich.console import Console

from graph.judgement import Fault
from graph.release import current_number
from harvester.provider.archive import open_archive
from harvester.reconcile import Reconciliation
from harvester.record import Repository
from harvester.report import HarvestReport
from search.web.oai import serve_archive
from weft import building, pipeline
from weft.config import NAME_RULE, SOURCE_NAME, Config, ConfigError
from weft.demo import THINGS_TO_TRY, demo_config, harvest_sample
from weft.progress import watching
from weft.watch import logging_to, watching_harvest

_CYCLES_SHOWN: Final = 5


def harvest(  # noqa: PLR0913  # the command's options
    config: Config,
    names: tuple[str, ...],
    sample: int | None,
    console: Console,
    *,
    reconciles: bool = False,
    as_json: bool = False,
) -> int:
    """Harvest; 0 when every source gave what was asked of it, 1 or 3 otherwise.

    Ctrl-C stops it with all staged so far; what it says then is the last word on each source.
    """
    repositories = choose(config, names)
    with logging_to(config.data / "harvest.log"), watching_harvest(console) as tell:
        reports = asyncio.run(pipeline.harvest(config, repositories, limit=sample, report=tell))
    for report in reports.values():
        _say(console, _outcome(report))
    status = _status(reports, sample)
    reconciled: dict[str, Reconciliation] = {}
    if reconciles:
        with logging_to(config.data / "harvest.log"), watching_harvest(console) as tell:
            reconciled = asyncio.run(pipeline.reconcile(config, repositories, report=tell))
        for each in reconciled.values():
            _say(console, _reconciled(each))
        if any(each.state == "incomplete" for each in reconciled.values()):
            status = max(status, 1)
    if as_json:
        told = {"sources": reports, "reconciled": reconciled}
        print(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
    return status


def _status(reports: dict[str, HarvestReport], sample: int | None) -> int:
    fulfilled = [is_fulfilled(report, sample) for report in reports.values()]
    if all(fulfilled):
        return 0
    return 1 if any(fulfilled) or any(report.n_pages for report in reports.values()) else 3


def choose(config: Config, names: tuple[str, ...]) -> dict[str, Repository]:
    """The named sources, or all that are enabled.

    Raises:
        ConfigError: a name that the configuration does not have, or nothing to harvest.
    """
    for name in names:
        if name not in config.sources:
            known = ", ".join(config.sources) or "none"
            raise ConfigError(f"no source {name!r} in the configuration; it has: {known}")
    chosen = {
        name: repository
        for name, repository in config.sources.items()
        if (name in names if names else repository.enabled)
    }
    if not chosen:
        raise ConfigError("no source to harvest: add a table [sources.NAME] with its url")
    return chosen


def is_fulfilled(report: HarvestReport, sample: int | None) -> bool:
    """Whether a source gave all that was asked of it: its whole list, or the sample."""
    return report.state == "complete" or (sample is not None and report.is_sample)


def _reconciled(done: Reconciliation) -> str:
    if done.state == "not-needed":
        return f"{done.source}: keeps what it deletes on its list, so nothing can vanish from it"
    if done.error:
        return f"{done.source}: not reconciled, {done.error}"
    return f"{done.source}: {done.n_listed} identifiers listed, {done.n_vanished} records vanished"


def _outcome(report: HarvestReport) -> str:
    tally = report.tally
    counts = f"{tally.new} new, {tally.changed} changed, {tally.unchanged} unchanged"
    extra = f", {tally.rejected} rejected" if tally.rejected else ""
    why = f": {report.error}" if report.error else ""
    return f"{report.source}: {report.state}, {counts}{extra}{why}"


def build(config: Config, console: Console) -> int:
    """Build the next release and say what is in it; 1 when a judgement could not be obeyed."""
    faults: list[Fault] = []
    before = current_number(config.data)
    with watching(console, "done") as watch:
        release = building.build(config, watch.tell, faults.append)
    for fault in faults:
        _say(console, f"{config.decisions}, line {fault.line}: {fault.what}; {fault.todo}")
    info = release.info
    _say(
        console,
        f"{'nothing has changed since ' if info.number == before else ''}"
        f"release {info.number}: {info.entities} entities of {info.records} records,"
        f" {info.merged_entities} merged, {info.kept_apart} kept apart, {info.links} links,"
        f" {info.stubs} stubs, {info.quads} quads",
    )
    for cycle in info.version_cycles[:_CYCLES_SHOWN]:
        _say(console, f"version links run in a circle: {', '.join(cycle)}; see `weft explain`")
    if (n_more := len(info.version_cycles) - _CYCLES_SHOWN) > 0:
        _say(console, f"and {n_more} circles more: release.json has them all")
    return 1 if faults else 0


def import_file(config: Config, name: str, path: Path, console: Console) -> int:
    """Stage a file; 0 when all of it could be read, 1 in part, 3 nothing."""
    if name in {**config.sources, **config.companions}:
        raise ConfigError(f"{name!r} is harvested; a file needs a name of its own: --source")
    if not SOURCE_NAME.fullmatch(name):
        raise ConfigError(f"name {name!r} is not allowed; expected {NAME_RULE}")
    with logging_to(config.data / "harvest.log"), watching_harvest(console) as tell:
        report = asyncio.run(pipeline.import_file(config, name, path, report=tell))
    _say(console, _outcome(report))
    return {"complete": 0, "incomplete": 1}.get(report.state, 3)


def remap(config: Config, source: str | None, console: Console) -> int:
    """Read everything staged anew."""
    pipeline.check_source(config, source)
    with watching(console, "records") as watch:
        n_records = building.remap(config, source, watch.tell)
    _say(console, f"{n_records} records read anew; `weft build` makes a release of them")
    return 0


def serve(config: Config, host: str | None, port: int | None, number: int | None = None) -> int:
    """Serve until stopped; one line a request on standard error.

    Args:
        config: the configuration.
        host: address to listen at; None as configured.
        port: port; None as configured.
        number: the release that is served whatever becomes the current one; None follows that.
    """
    _show_access()
    host = host or config.serving.host
    port = config.serving.port if port is None else port
    return _run_until_stopped(
        _serving(config, host, port, lambda url: print(f"Weft serves {url}", flush=True), number)
    )


def _show_access() -> None:
    """Print a line on standard error for every request, whatever else is logged."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    access = logging.getLogger("weft.access")
    access.setLevel(logging.INFO)
    access.propagate = False
    access.addHandler(handler)


def demo(data: Path, port: int, console: Console, *, serves: bool) -> int:
    """The sample from four loopback repositories to a release, and to a server."""
    host = "127.0.0.1"
    port = port or _free_port(host)  # the minted IRIs name the port
    config = demo_config(data, f"http://{host}:{port}/")
    with watching_harvest(console) as tell:
        reports = asyncio.run(harvest_sample(config, tell))
    for report in reports.values():
        _say(console, _outcome(report))
    status = build(config, console)
    if not serves:
        return status

    def ready(url: str) -> None:
        print(f"\nWeft serves the sample on {url}\n\nThree things to try:", flush=True)
        for text, path in THINGS_TO_TRY:
            print(f"  {text}:\n    {url}{path}", flush=True)
        print("\nCtrl-C stops it.", flush=True)

    return _run_until_stopped(_serving(config, host, port, ready))


def _free_port(host: str) -> int:
    with socket.create_server((host, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def replay(folder: Path, port: int, page_size: int, console: Console) -> int:
    """Serve a folder as a repository until stopped."""
    with open_archive(folder, page_size=page_size) as archive:
        for path, reason in archive.unreadable:
            _say(console, f"not served: {path}: {reason}")

        async def serving() -> None:
            async with serve_archive(archive, port=port) as url:
                print(f"{archive.n_records} records at {url}", flush=True)
                await asyncio.Event().wait()

        return _run_until_stopped(serving())


def _say(console: Console, line: str) -> None:
    """One line as it is, however long."""
    console.print(line, markup=False, highlight=False, soft_wrap=True)


async def _serving(
    config: Config,
    host: str,
    port: int,
    on_ready: Callable[[str], None],
    number: int | None = None,
) -> None:
    from search.web.app import serve_current  # noqa: PLC0415  # other commands do without its weight

    titles = [(name, source.title or name) for name, source in config.sources.items()]
    titles += [(name, each.title or name) for name, each in config.companions.items()]
    try:
        await serve_current(
            config.data,
            host,
            port,
            number=number,
            settings=config.serving,
            source_titles=tuple(titles),
            limits=config.sparql,
            contact=config.contact,
            on_ready=on_ready,
        )
    except OSError as error:
        raise ConfigError(
            f"cannot listen at {host}:{port}: {error.strerror}; try --port"
        ) from error


def _run_until_stopped(server: Coroutine[Any, Any, None]) -> int:
    """Run a server; Ctrl-C and SIGTERM cancel it, which is its ordinary end."""

    async def guarded() -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # a coroutine runs in a task
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        await server

    with suppress(asyncio.CancelledError, KeyboardInterrupt):
        asyncio.run(guarded())
    return 0
