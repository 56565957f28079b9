"""Picks elements of a page by tag, class and attribute, as style sheets do."""

import re

from lxml.html import HtmlElement

_STEP = re.compile(r"(?P<tag>\w*)(?P<rest>(?:\.[\w-]+|\[[\w-]+\])*)")


def select(element: HtmlElement, selector: str) -> list[HtmlElement]:
    """The elements inside that a selector such as `ul.plain li.id, [lang]` names, in order."""
    paths = ("." + "".join(map(_step, each.split())) for each in selector.split(","))
    found: list[HtmlElement] = element.xpath(" | ".join(paths))
    return found


def _step(step: str) -> str:
    found = _STEP.fullmatch(step)
    assert found, step
    path = f"//{found['tag'] or '*'}"
    for each in re.findall(r"\.[\w-]+|\[[\w-]+\]", found["rest"]):
        name = each.strip(".[]")
        in_class = f"[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
        path += in_class if each.startswith(".") else f"[@{name}]"
    return path
