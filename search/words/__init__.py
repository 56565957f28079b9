"""Every English string of the pages: one TOML file here a page, read once."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent

Words = dict[str, "str | Words"]
"""Strings by name; a table holds strings that belong together."""


class Pages(dict[str, Words]):
    """The words of each page, by the name of its file."""

    def __getattr__(self, name: str) -> Words:
        """The words of a page.

        Raises:
            AttributeError: there is no such file.
        """
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"no words for {name}: search/words/{name}.toml") from None


@cache
def read_words() -> Pages:
    """Read all files.

    Raises:
        tomllib.TOMLDecodeError: one is no TOML.
    """
    return Pages(
        (path.stem, tomllib.loads(path.read_text("utf-8"))) for path in sorted(_HERE.glob("*.toml"))
    )


WORDS: Final = read_words()


def fill(words: str, **values: object) -> str:
    r"""Put values where the words name them; numbers get thin spaces, so give a year as text.

    >>> fill("{n} of {of}", n=1200, of=3000)
    '1\u202f200 of 3\u202f000'
    """
    return words.format_map({name: _shown(value) for name, value in values.items()})


def plural(words: Words, n: int, **values: object) -> str:
    """The words `one` or `many` of a table, whichever goes with a number.

    >>> plural({"one": "{n} result", "many": "{n} results"}, 2)
    '2 results'
    """
    form = words["one" if n == 1 else "many"]
    if not isinstance(form, str):
        raise TypeError(f"no words: {form!r}")
    return fill(form, n=n, **values)


def thin_spaced(number: int) -> str:
    r"""A whole number as people read it.

    >>> thin_spaced(1234567)
    '1\u202f234\u202f567'
    """
    return f"{number:,}".replace(",", "\u202f")


def _shown(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return thin_spaced(value)
    return value
