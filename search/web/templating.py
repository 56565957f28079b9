"""Templates, and what each may use: words, paths of this site, static files by their digest."""

import hashlib
from functools import cache, partial
from pathlib import Path
from typing import Final

import jinja2

from search.words import WORDS, fill, plural, thin_spaced

STATIC: Final = Path(__file__).parent.parent / "static"
"""Our style sheets and scripts; `built/` below it holds what frontend/build.py made."""
_TEMPLATES: Final = Path(__file__).parent.parent / "templates"
_TAG_LENGTH: Final = 16


def under(prefix: str, href: str) -> str:
    """Where a path of this site is for its clients; other addresses stay as they are.

    >>> under("/weft", "/search"), under("/weft", "https://doi.org/")
    ('/weft/search', 'https://doi.org/')
    """
    is_path = href.startswith("/") and not href.startswith("//")
    return href if not is_path or href.startswith(f"{prefix}/") else prefix + href


def digest(body: bytes) -> str:
    """A short name for what bytes hold."""
    return hashlib.sha256(body).hexdigest()[:_TAG_LENGTH]


def is_built(name: str) -> bool:
    """Whether a bundled script or style sheet is there; pages do without when not."""
    return (STATIC / "built" / name).is_file()


@cache
def environment(prefix: str = "") -> jinja2.Environment:
    """The templates; every value is escaped.

    Filters: `here` puts the prefix before a path, `static` gives the address of a static file,
    `number` thin spaces, `fill` and `plural` values into words (see `search.words`).

    Args:
        prefix: what stands before each path in a link.
    """
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,  # a running server has its templates
    )
    found.globals["prefix"] = prefix
    found.globals["words"] = WORDS
    found.globals["built"] = is_built
    found.filters["here"] = partial(under, prefix)
    found.filters["static"] = partial(_static_address, prefix)
    found.filters["number"] = thin_spaced
    found.filters["fill"] = fill
    found.filters["plural"] = plural
    return found


@cache
def _static_address(prefix: str, name: str) -> str:
    """Where a static file is; the address changes with what it holds, so it may be kept."""
    return f"{prefix}/static/{name}?v={digest((STATIC / name).read_bytes())}"
