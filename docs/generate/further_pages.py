"""Pages right below `docs/` that no index lists: a new one is never left out of the site."""

import re
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).resolve().parents[1]
_TREE: Final = re.compile(r"^```\{toctree\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def further_pages() -> str:
    """A table of contents of these pages; nothing when each is listed."""
    names = unlisted(DOCS)
    if not names:
        return ""
    entries = "".join(f"../{name}\n" for name in names)
    return f"```{{toctree}}\n:caption: Further\n:maxdepth: 1\n\n{entries}```\n"


def unlisted(docs: Path) -> list[str]:
    """Names of the pages right below a folder that no `index.md` in or below it lists."""
    listed = set()
    for index in docs.rglob("index.md"):
        for tree in _TREE.findall(index.read_text(encoding="utf-8")):
            listed |= {(index.parent / line.strip()).resolve() for line in tree.splitlines()}
    pages = sorted(docs.glob("*.md"))
    # the reference of the configuration lists its page itself
    return [
        page.stem
        for page in pages
        if page.stem not in {"index", "configuration"} and page.with_suffix("") not in listed
    ]
