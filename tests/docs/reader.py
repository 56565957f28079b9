"""A reader who types the examples of one page, in one folder, from the first block to the last."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.docs.shell_blocks import Fence, Step

BLOCK_TIME_S: Final = 100
READY_WITHIN_S: Final = 30
BIN: Final = Path(sys.executable).parent
_SERVES: Final = re.compile(
    r"^(?:\.venv/bin/)?weft (?:serve|demo|replay)\b(?!.*--(?:no-serve|help))", re.MULTILINE
)
_ADDRESS: Final = re.compile(r"\b127\.0\.0\.1:(\d+)")
_PORT_OPTION: Final = re.compile(r"--port (\d+)")
_TAKES_PORT: Final = re.compile(r"\bweft (serve|demo)\b(?!.*--port)")
_COMPLAINT: Final = re.compile(r"<error code=\"\w+\"|<(?:diag:)?diagnostic\b")
"""How OAI-PMH and SRU tell an error, with status 200."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?Z?")


class ExampleFailed(AssertionError):
    """An example did not do what its page says."""


@dataclass(slots=True, kw_only=True)
class Reader:
    """One folder, its server, and how far the page was read."""

    folder: Path
    steps: Sequence[Step]
    port: int
    """Stands where the page says 8080."""
    elsewhere: Mapping[str, str]
    """Addresses on loopback in the place of those in the page."""
    n_done: int = 0
    ports: dict[str, int] = field(default_factory=dict)
    servers: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def follow(self, until: Step) -> None:
        """Do all that is not done yet, up to a step.

        Raises:
            ExampleFailed: a command of it fails, or prints something else.
        """
        wanted = list(self.steps).index(until)
        while self.n_done <= wanted:
            step = self.steps[self.n_done]
            self.n_done += 1
            if not step.fence.is_shell:
                self._write(step.fence)
            elif step.fence.mark != "not run":
                self._run(step)

    def leave(self) -> None:
        """Stop what the page started."""
        for server in self.servers:
            stop(server)
        self.servers.clear()

    def _write(self, fence: Fence) -> None:
        name = "config.toml" if fence.mark == "config" else fence.argument
        with (self.folder / name).open("a" if fence.mark == "config" else "w") as file:
            file.write("\n" * (fence.mark == "config") + self.translated(fence.text))

    def _run(self, step: Step) -> None:
        text = step.fence.text
        served = _SERVES.search(text)
        before, after = (text[: served.start()], text[served.start() :]) if served else (text, "")
        command, _, rest = after.partition("\n")
        said = self._bash(step, before) if before.strip() else ""
        if command:
            self._serve(step, command)
        if rest.strip():
            said += self._bash(step, rest)
        if step.output is not None:
            compare(step.output, self.told_back(said), step.name)

    def _bash(self, step: Step, text: str) -> str:
        try:
            done = subprocess.run(
                ["/bin/bash", "-euo", "pipefail", "-c", self.translated(text)],
                cwd=self.folder,
                env=environment(self.folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=BLOCK_TIME_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ExampleFailed(f"{step.name}: not done in {BLOCK_TIME_S} s:\n{text}") from error
        said = done.stdout.decode("utf-8", "replace")
        if done.returncode:
            raise ExampleFailed(f"{step.name}: exit status {done.returncode}:\n{text}\n{said}")
        complaint = _COMPLAINT.search(said)
        if complaint:
            raise ExampleFailed(f"{step.name}: {complaint[0]} is answered:\n{text}\n{said}")
        return said

    def _serve(self, step: Step, command: str) -> None:
        """Start what serves for ever; go on when it answers."""
        self.leave()
        translated = self.translated(command).partition(" #")[0]
        with (self.folder / "server.log").open("wb") as log:
            server = subprocess.Popen(
                [BIN / "weft", *shlex.split(translated)[1:]],
                cwd=self.folder,
                env=environment(self.folder),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.servers.append(server)
        option = _PORT_OPTION.search(translated)
        is_replay = " replay " in translated
        path = "?verb=Identify" if is_replay else "healthz"
        if option is None:  # it says by itself where it listens
            return
        address = f"http://127.0.0.1:{option[1]}/{path}"
        try:
            wait_for(address, server)
        except TimeoutError as error:
            told = (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")
            raise ExampleFailed(f"{step.name}: {error}\n{translated}\n{told}") from error

    def translated(self, text: str) -> str:
        """The text with addresses on loopback, at ports that are free here."""
        for there, here in self.elsewhere.items():
            text = text.replace(there, here)
        text = _TAKES_PORT.sub(rf"weft \1 --port {self.port}", text)
        text = _ADDRESS.sub(lambda found: f"127.0.0.1:{self._port(found[1])}", text)
        return _PORT_OPTION.sub(lambda found: f"--port {self._port(found[1])}", text)

    def told_back(self, text: str) -> str:
        """What was printed, with the addresses of the page."""
        text = text.replace(f"127.0.0.1:{self.port}", "127.0.0.1:8080")
        for written, port in self.ports.items():
            text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{written}")
        return text

    def _port(self, written: str) -> int:
        if written in {"8080", str(self.port)} or int(written) in self.ports.values():
            return self.port if written == "8080" else int(written)
        if any(f":{written}/" in here for here in self.elsewhere.values()):
            return int(written)  # of a repository that stands for another
        return self.ports.setdefault(written, free_port())


def environment(folder: Path) -> dict[str, str]:
    """With `weft` and a curl that fails where the server does."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "PATH") if name in os.environ}
    path = f"{folder / '.bin'}{os.pathsep}{BIN}{os.pathsep}{kept.get('PATH', '/usr/bin:/bin')}"
    return {**kept, "PATH": path, "LC_ALL": "C.UTF-8", "COLUMNS": "120", "PYTHONUTF8": "1"}


def furnish(folder: Path, weft: str) -> None:
    """Put the commands into a folder that the pages call by other names.

    Args:
        folder: where a page is read.
        weft: the command line that runs `weft`.
    """
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".bin").mkdir()
    write_script(folder / ".venv" / "bin" / "python", f'exec {sys.executable} "$@"')
    for place in (folder / ".venv" / "bin", folder / ".bin"):
        write_script(place / "weft", f'exec {weft} "$@"')
    curl = shutil.which("curl")
    asks = f'case " $* " in *" -w "*) exec {curl} "$@";; esac'  # it looks at the status itself
    fails = f'exec {curl} --fail-with-body --silent --show-error "$@"'
    write_script(folder / ".bin" / "curl", f"{asks}\n{fails}")


def write_script(path: Path, lines: str) -> None:
    path.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
    path.chmod(0o755)


def compare(expected: str, said: str, name: str) -> None:
    """See that each line that a page shows was printed, in this order.

    Spaces count as one, moments of time are all the same, `…` stands for anything, and a line of
    `…` for any lines.

    Raises:
        ExampleFailed: a line was not printed.
    """
    printed = [_plain(line) for line in said.splitlines()]
    at = 0
    for line in filter(None, map(_plain, expected.splitlines())):
        if line == "…":
            continue
        pattern = re.compile(".*".join(map(re.escape, line.split("…"))))
        found = next((n for n in range(at, len(printed)) if pattern.fullmatch(printed[n])), None)
        if found is None:
            raise ExampleFailed(f"{name}: the page shows\n{line}\nbut this was printed:\n{said}")
        at = found + 1


def _plain(line: str) -> str:
    return " ".join(_MOMENT.sub("TIME", line).split())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    """Ask until the server answers.

    Raises:
        TimeoutError: it ended, or did not answer.
    """
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  # loopback
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            server_is_starting = 0.05
            time.sleep(server_is_starting)
    raise TimeoutError(f"{address} does not answer")


def stop(server: "subprocess.Popen[bytes]") -> None:
    """End a server as Ctrl-C does; kill it where that does not help."""
    if server.poll() is None:
        server.send_signal(signal.SIGTERM)
    try:
        server.communicate(timeout=15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.communicate()
