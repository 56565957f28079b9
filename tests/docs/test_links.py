"""Links between the Markdown files of the repository lead to files, as a code host shows them."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.docs.shell_blocks import ROOT

_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_FENCED: Final = re.compile(r"^ *(```+|~~~+).*?^ *\1 *$", re.MULTILINE | re.DOTALL)
_CODE: Final = re.compile(r"`[^`\n]*`")
FILES: Final = [
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


def targets(text: str) -> list[str]:
    """The addresses that a Markdown text links to, code left out."""
    return _LINK.findall(_CODE.sub("", _FENCED.sub("", text)))


def headings(path: Path) -> set[str]:
    """The names of a file's headings, as a code host makes them."""
    text = _FENCED.sub("", path.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(ROOT)) for path in FILES])
def test_every_relative_link_leads_to_a_file_and_a_heading(path):
    broken = []
    for target in targets(path.read_text(encoding="utf-8")):
        address, _, place = target.partition("#")
        if "://" in address or address.startswith("mailto:"):
            continue
        there = (path.parent / address).resolve() if address else path
        is_known = there.exists() and (
            not place or there.suffix != ".md" or place in headings(there)
        )
        if not is_known:
            broken.append(target)
    assert broken == []


def test_links_in_code_are_none():
    assert targets("`[a](b)` and\n```\n[c](d)\n```\n[e](f.md#g)") == ["f.md#g"]
