"""Shared by the tests of the command line: a runner, loopback repositories, and one built demo."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    ExitStack,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import pytest
from click.testing import CliRunner, Result

from harvester.provider.archive import open_archive
from search.web.oai import serve_archives
from tests.harvester.fake_repository import FakeRepository, handler_of, over_http
from weft.cli import weft
from weft.demo import SAMPLE

T = TypeVar("T")

WEFT = (sys.executable, "-c", "from weft.cli import main; main()")
"""The command in a process of its own, whether or not the script is on the path."""


@contextmanager
def in_thread(manager: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """Hold an async context open in a thread, so that commands may run a loop of their own."""
    held: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, T]] = Future()

    async def hold() -> None:
        end = asyncio.Event()
        try:
            async with manager as value:
                held.set_result((asyncio.get_running_loop(), end, value))
                await end.wait()
        except BaseException as error:
            if held.done():
                raise
            held.set_exception(error)

    thread = Thread(target=lambda: asyncio.run(hold()), daemon=True)
    thread.start()
    try:
        loop, end, value = held.result(timeout=30)
        try:
            yield value
        finally:
            loop.call_soon_threadsafe(end.set)
    finally:
        thread.join(timeout=30)
        assert not thread.is_alive(), "the server did not stop"
        assert not thread.is_alive(), "the loopback server does not end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """A configuration file and a data directory, with the commands that use them."""

    config: Path
    data: Path

    def run(self, *arguments: str, stdin: str | bytes | None = None) -> Result:
        """Run a command in this process."""
        place = ["--config", str(self.config), "--data", str(self.data)]
        return CliRunner().invoke(weft, [*place, *arguments], input=stdin, prog_name="weft")

    def json(self, *arguments: str) -> Any:
        """What a command prints, which must be JSON."""
        result = self.run(*arguments)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    def json_lines(self, *arguments: str) -> list[dict[str, Any]]:
        """What a command prints, which must be one JSON object a line."""
        result = self.run(*arguments)
        assert result.exit_code == 0, result.stderr
        return [json.loads(line) for line in result.stdout.splitlines()]

    @contextmanager
    def process(self, *arguments: str) -> "Iterator[subprocess.Popen[str]]":
        """Run a command in a process of its own, which has ended when the context has."""
        place = ["--config", str(self.config), "--data", str(self.data)]
        with subprocess.Popen(
            [*WEFT, *place, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()


def install(folder: Path, urls: Mapping[str, str], *, extra: str = "") -> Installation:
    """Write a configuration of loopback sources into a folder."""
    sources = "".join(
        f'[sources.{name}]\nurl = "{url}"\nprefix = "oai_datacite"\n'
        "requests_per_minute = 0\nretries = 0\ntimeout_s = 20.0\n"
        for name, url in urls.items()
    )
    config = folder / "config.toml"
    config.write_text(f"[weft]\n{extra}{sources}", encoding="utf-8")
    return Installation(config=config, data=folder / "data")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The release of `weft demo --no-serve`; for reading only."""
    folder = tmp_path_factory.mktemp("demo")
    installation = Installation(config=folder / "config.toml", data=folder / "data")
    shipped = Path(__file__).parents[2] / "config.toml"
    installation.config.write_bytes(shipped.read_bytes())
    result = installation.run("demo", "--no-serve")
    assert result.exit_code == 0, result.stderr
    return installation


@pytest.fixture(scope="session")
def sample_urls() -> Iterator[dict[str, str]]:
    """The four folders of the sample, each served as a repository."""
    with ExitStack() as stack:
        archives = {
            folder.name: stack.enter_context(open_archive(folder, page_size=20))
            for folder in sorted(SAMPLE.iterdir())
            if folder.is_dir()
        }
        yield stack.enter_context(in_thread(serve_archives(archives)))


@pytest.fixture
def sample(tmp_path: Path, sample_urls: dict[str, str]) -> Installation:
    """An installation of its own that harvests the sample; xoai where OAPEN needs it."""
    installation = install(tmp_path, sample_urls)
    text = installation.config.read_text(encoding="utf-8")
    head, oapen, tail = text.partition("[sources.oapen]")
    tail = tail.replace('"oai_datacite"', '"xoai"', 1)
    installation.config.write_text(head + oapen + tail, encoding="utf-8")
    return installation


Serve = Callable[..., AbstractContextManager[Installation]]


@pytest.fixture
def serving(tmp_path: Path) -> Serve:
    """Makes an installation whose sources are fakes, served as long as the context is open."""

    @asynccontextmanager
    async def served(fakes: Mapping[str, FakeRepository]):
        async with AsyncExitStack() as stack:
            yield {
                name: await stack.enter_async_context(over_http(handler_of(fake)))
                for name, fake in fakes.items()
            }

    @contextmanager
    def installed(*, extra: str = "", **fakes: FakeRepository) -> Iterator[Installation]:
        with in_thread(served(fakes)) as urls:
            yield install(tmp_path, urls, extra=extra)

    return installed
