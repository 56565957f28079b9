"""Reads the parameters of a search out of an address. Pure."""

from aiohttp import web
from multidict import MultiMapping

from search.question.ask import MAX_OFFSET, Ask
from search.text.engine import FACETS, Sort


def read_ask(parameters: MultiMapping[str]) -> Ask:
    """Read the parameters that page and API share; unknown ones are ignored.

    Raises:
        HTTPBadRequest: a sort that does not exist.
    """
    word = parameters.get("sort", "") or Sort.RELEVANCE.value
    try:
        sort = Sort(word)
    except ValueError:
        message = f"no sort {word!r}, expected one of {', '.join(Sort)}"
        raise web.HTTPBadRequest(text=message) from None
    filters = {
        name: tuple(dict.fromkeys(value for value in parameters.getall(name, []) if value))
        for name in FACETS
    }
    return Ask(
        text=parameters.get("q", "").strip(),
        sort=sort,
        filters={name: values for name, values in filters.items() if values},
    )


def read_number(parameters: MultiMapping[str], name: str, default: int) -> int:
    """Read a whole number from 0 up.

    Raises:
        HTTPBadRequest: the text is something else.
    """
    text = parameters.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < len(str(10 * MAX_OFFSET))):
        message = f"{name} {text[:20]!r} is not a whole number from 0 to {MAX_OFFSET}"
        raise web.HTTPBadRequest(text=message)
    return int(text)
