"""Parts of the site that are made from the code, and the Sphinx extension that puts them in.

A page of `docs/` holds the line `<!-- generated: NAME -->` where the Markdown of the generator
`NAME` belongs. So the page reads on a code host, too, and cannot say other than the code.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from docs.generate.configuration import configuration
from docs.generate.further_pages import further_pages
from docs.generate.http_api import http_api
from docs.generate.merge_rules import guards, identifiers, joins, limits
from docs.generate.python_api import python_api
from docs.generate.relations import relations
from docs.generate.vocabulary import vocabulary

if TYPE_CHECKING:
    from sphinx.application import Sphinx

GENERATORS: Final[dict[str, Callable[[], str]]] = {
    "configuration": configuration,
    "further-pages": further_pages,
    "guards": guards,
    "http-api": http_api,
    "identifiers": identifiers,
    "joins": joins,
    "limits": limits,
    "python-api": python_api,
    "relations": relations,
    "vocabulary": vocabulary,
}
"""By the name that a page asks for it with."""
_PLACE: Final = re.compile(r"^<!-- generated: ([a-z-]+) -->$", re.MULTILINE)


def fill(text: str) -> str:
    """A page with what is generated in the places for it.

    Raises:
        KeyError: the page names a generator that is not there.
    """
    return _PLACE.sub(lambda place: GENERATORS[place[1]](), text)


def setup(app: "Sphinx") -> dict[str, bool]:
    """Fill every page when Sphinx reads it."""
    app.connect("source-read", _fill_page)
    app.connect("sphinx-click-process-epilog", _show_examples)
    app.connect("env-get-outdated", _always_generated)
    app.connect("html-page-context", _focusable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _fill_page(_app: "Sphinx", _name: str, source: list[str]) -> None:
    source[0] = fill(source[0])


def _show_examples(_app: "Sphinx", _context: object, lines: list[str]) -> None:
    """Make code of the examples that a command's help ends with."""
    lines[:] = example_lines(lines)


def example_lines(lines: list[str]) -> list[str]:
    """The end of a help text as reStructuredText: a line of words, and the examples as code.

    >>> example_lines(["Example:  weft remap oapen"])
    ['Example:', '', '.. code-block:: text', '', '   weft remap oapen', '']
    """
    words = [line.removeprefix("| ").rstrip() for line in lines if line.strip(" |\b")]
    if not words or not words[0].startswith("Example"):
        return lines
    head, _, first = words[0].partition(":")
    examples = [*([first] if first.strip() else []), *words[1:]]
    code = [f"   {line.strip()}" for line in examples]
    return [f"{head}:", "", ".. code-block:: text", "", *code, ""]


def _focusable(
    _app: "Sphinx", _page: str, _template: str, context: dict[str, object], _tree: object
) -> None:
    """Let the keyboard reach blocks that are wider than the page, to scroll them."""
    context["body"] = str(context.get("body", "")).replace("<pre>", '<pre tabindex="0">')


def _always_generated(app: "Sphinx", *_changes: object) -> list[str]:
    """The pages with generated parts: the code may have changed where the page did not."""
    return [
        name
        for name in sorted(app.env.found_docs)
        if _PLACE.search(app.env.doc2path(name).read_text(encoding="utf-8"))
    ]
