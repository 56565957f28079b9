"""Where the examples of the documentation run: repositories, four releases, a server, lists."""

import gzip
import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from tests.docs.reader import BIN, Reader, environment, free_port, furnish, stop, wait_for
from tests.docs.shell_blocks import ROOT, pages, steps
from tests.docs.warm_weft import CLIENT
from weft.config import load, shipped_path
from weft.demo import SAMPLE

FILES: Final = Path(__file__).parent / "files"
SOURCE: Final = """
[sources.{name}]
title = "{title}"
url = "{url}"
prefix = "{prefix}"
requests_per_minute = 0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What the examples find: a folder with config.toml, data and lists, and who serves it."""

    folder: Path
    port: int
    """Of its server."""
    repositories: dict[str, str]
    """Address of each source on loopback."""


@pytest.fixture(scope="session")
def repositories() -> Iterator[dict[str, str]]:
    """The sample's repositories, in a process of their own."""
    serving = subprocess.Popen(
        [sys.executable, "-m", "tests.docs.repositories"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert serving.stdout is not None
    try:
        yield json.loads(serving.stdout.readline())
    finally:
        serving.communicate()


@pytest.fixture(scope="session")
def warm_weft() -> Iterator[str]:
    """The command line that runs `weft` in a process where it is loaded already."""
    with TemporaryDirectory() as place:  # the name of a socket has to be short
        folder = Path(place)
        client = folder / "client.py"
        client.write_text(CLIENT, encoding="utf-8")
        serving = subprocess.Popen(
            [sys.executable, "-m", "tests.docs.warm_weft", str(folder / "weft")],
            cwd=ROOT,
            env=environment(folder),
            stdout=subprocess.PIPE,
        )
        assert serving.stdout is not None
        try:
            assert serving.stdout.readline() == b"ready\n"
            yield shlex.join([sys.executable, "-I", "-S", str(client), str(folder / "weft")])
        finally:
            stop(serving)


@pytest.fixture(scope="session")
def installation(
    repositories: dict[str, str], warm_weft: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Four releases: two sources; all four; a file more; a list more. The last one is served."""
    folder, port = tmp_path_factory.mktemp("installation"), free_port()
    shutil.copytree(FILES, folder, dirs_exist_ok=True)
    (folder / "oapen.onix.gz").write_bytes(gzip.compress((FILES / "oapen.onix").read_bytes()))
    (folder / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "queries.md", folder / "docs")
    (folder / "config.toml").write_text(configuration(repositories, port), encoding="utf-8")
    for command in (
        "update hepdata zenodo",
        "update",
        "import oapen.onix.gz --source oapen-file",
        "build",
        "import packages.kbart.tsv --source packages",
        "build",
        "holdings dois.txt --gap list.mrc --gap-format marc --kind book",
    ):
        run_weft(folder, [*shlex.split(warm_weft), *command.split()])
    with (folder / "server.log").open("wb") as log:
        serving = subprocess.Popen(
            [BIN / "weft", "serve", "--port", str(port)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", serving)
        yield Installation(folder=folder, port=port, repositories=repositories)
    finally:
        stop(serving)


@pytest.fixture(scope="session")
def reader_of(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Reader]]:
    """The reader of each page, who goes on where the last example ended."""
    readers: dict[str, Reader] = {}
    with ExitStack() as stack:

        def reader(page: str) -> Reader:
            if page not in readers:
                folder = tmp_path_factory.mktemp(page.replace("/", "-").removesuffix(".md"))
                furnish(folder, request.getfixturevalue("warm_weft"))
                readers[page] = sit_down(request, page, folder)
                stack.callback(readers[page].leave)
            return readers[page]

        yield reader


def sit_down(request: pytest.FixtureRequest, page: str, folder: Path) -> Reader:
    """A newcomer of a tutorial finds nothing, any other reader an installation that is in use."""
    at_work = not page.startswith("docs/tutorials/")
    listed = next(tuple(steps(path)) for path in pages() if path == ROOT / page)
    if not at_work:
        return Reader(folder=folder, steps=listed, port=free_port(), elsewhere={})
    there: Installation = request.getfixturevalue("installation")
    shutil.copytree(there.folder, folder, dirs_exist_ok=True, symlinks=True)
    starts_a_server = any("weft serve" in step.fence.text for step in listed)
    return Reader(
        folder=folder,
        steps=listed,
        port=free_port() if starts_a_server else there.port,
        elsewhere={
            "oai:weft.example.org:": "oai:host-127-0-0-1.invalid:",
            "https://weft.example.org": f"http://127.0.0.1:{there.port}",
            "https://repository.example/oai": there.repositories["elsewhere"],
        },
    )


def configuration(urls: dict[str, str], port: int) -> str:
    """The shipped sources at their places on loopback, in the order of the shipped file."""
    shipped = load(shipped_path()).sources
    blocks = [
        SOURCE.format(
            name=name, title=shipped[name].title, url=urls[name], prefix=shipped[name].prefix
        )
        for name in shipped
        if (SAMPLE / name).is_dir()
    ]
    head = f'[weft]\nbase_iri = "http://127.0.0.1:{port}/"\ncontact = "reader@example.org"\n'
    return head + "".join(blocks)


def run_weft(folder: Path, command: list[str]) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
