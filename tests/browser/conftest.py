"""The sample's release, served by the command itself, and Debian's Chromium to look at it."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
WEFT = (sys.executable, "-c", "from weft.cli import main; main()")
_WAIT_S = 60


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sample's release."""
    data = tmp_path_factory.mktemp("browser") / "data"
    command = [*WEFT, "demo", "--no-serve", "--data", str(data)]
    subprocess.run(command, check=True, capture_output=True, timeout=_WAIT_S * 3)
    return data


@pytest.fixture(scope="session")
def site(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the sample's release, without the slash at its end."""
    errors = tmp_path_factory.mktemp("server") / "stderr"
    command = [*WEFT, "--data", str(sample), "serve", "--port", "0"]
    with (
        errors.open("wb") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as server,
    ):
        try:
            yield _address(server, errors)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(_WAIT_S)


def _address(server: subprocess.Popen[str], errors: Path) -> str:
    assert server.stdout is not None
    for line in server.stdout:
        if found := re.search(r"http://[0-9.]+:\d+", line):
            return found[0]
    pytest.fail(f"the server did not start: {errors.read_text('utf-8')}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file; each has pages of its own.

    Playwright keeps an event loop running as long as it is there: no other file may meet it.
    """
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=str(CHROMIUM), args=[*SWITCHES])
        yield opened
        opened.close()


@pytest.fixture
def tab(browser: Browser, site: str) -> Iterator[Page]:
    """A page at the width of a desk; what goes wrong in it fails the test."""
    context = browser.new_context(
        base_url=site, viewport={"width": 1280, "height": 900}, accept_downloads=True
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((site, "data:", "blob:")) else wrong.append(asked.url)
        ),
    )
    yield page
    context.close()
    assert wrong == []
