"""The site builds without a warning, loads nothing from elsewhere, and its links lead somewhere."""

import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

from tests.docs.shell_blocks import ROOT

LOADED: Final = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}
"""What a browser fetches by itself, by element."""


class Page(HTMLParser):
    """What a page loads, what it links to, and the names of its places."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        if name := said.get("id"):
            self.places.add(name)
        if (attribute := LOADED.get(tag)) and (address := said.get(attribute)):
            self.loads.append(address)
        if tag == "a" and (address := said.get("href")):
            self.links.append(address)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built anew; every notebook runs once."""
    if find_spec("sphinx") is None:
        pytest.skip("sphinx is not installed: `pip install -e '.[docs]'`")
    place = tmp_path_factory.mktemp("site")
    settings = f"nb_execution_cache_path={place / 'notebooks'}"
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-D", settings]
    built = subprocess.run(
        [*command, "-d", str(place / "read"), str(ROOT / "docs"), str(place / "site")],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert built.returncode == 0, built.stderr
    return place / "site"


def pages_of(site: Path) -> Iterator[tuple[Path, Page]]:
    for path in sorted(site.rglob("*.html")):
        page = Page()
        page.feed(path.read_text(encoding="utf-8"))
        yield path, page


def test_no_page_loads_anything_from_another_host(site):
    foreign = [
        f"{path.relative_to(site)}: {address}"
        for path, page in pages_of(site)
        for address in page.loads
        if urlsplit(address).scheme not in {"", "data"} or urlsplit(address).netloc
    ]
    assert foreign == []


def test_no_style_loads_anything_from_another_host(site):
    foreign = [
        f"{path.relative_to(site)}: {line.strip()[:100]}"
        for path in sorted(site.rglob("*.css"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "@import" in line or "url(http" in line or "url(//" in line or "url('http" in line
    ]
    assert foreign == []


def test_every_link_inside_the_site_leads_to_a_page_and_its_place(site):
    pages = {path.resolve(): page for path, page in pages_of(site)}
    broken = []
    for path, page in pages.items():
        for link in page.links:
            address, place = urldefrag(link)
            if urlsplit(address).scheme or urlsplit(address).netloc:
                continue
            target = (path.parent / unquote(address)).resolve() if address else path
            known = pages.get(target)
            if not target.exists() or (place and known and unquote(place) not in known.places):
                broken.append(f"{path.relative_to(site.resolve())}: {link}")
    assert broken == []


def test_every_page_of_docs_is_in_the_site(site):
    sources = [
        path.relative_to(ROOT / "docs").with_suffix(".html")
        for pattern in ("*.md", "*.ipynb")
        for path in (ROOT / "docs").rglob(pattern)
        if ".ipynb_checkpoints" not in path.parts
    ]
    assert [str(name) for name in sources if not (site / name).is_file()] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("reference/cli.html", "weft merge review"),
        ("reference/configuration.html", "requests_per_minute"),
        ("reference/vocabulary.html", "weft:MergeDecision"),
        ("reference/http.html", "/api/v1/entities/{key}"),
        ("explanation/merging.html", "identifier-too-common"),
        ("explanation/model.html", "weft:isSupplementTo"),
    ],
)
def test_what_is_made_from_the_code_stands_in_its_page(site, name, words):
    assert words in (site / name).read_text(encoding="utf-8")
