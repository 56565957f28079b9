"""Languages as BCP 47 tags, from ISO 639 codes, names and locales. The only importer of langcodes.

Specification: https://www.rfc-editor.org/rfc/rfc5646
"""

from functools import lru_cache
from typing import Final

import langcodes

_NO_LANGUAGE: Final = frozenset({"und", "mul", "mis", "zxx"})
"""Codes of ISO 639 that say that no language is named."""

_LONGEST_NAME: Final = 60


@lru_cache(maxsize=4096)
def normalise(text: str) -> str | None:
    """BCP 47 tag of a language code, locale or name; None when it is none of these.

    `und`, `mul`, `mis` and `zxx` name no language and give None.

    >>> normalise("ger"), normalise("German"), normalise("en_US"), normalise("english_uk")
    ('de', 'de', 'en-US', None)
    """
    text = text.strip()
    code = text.removesuffix(".UTF-8").removesuffix(".utf8")
    if not (code.isascii() and langcodes.tag_is_valid(code)):
        return _named(text)
    tag = langcodes.standardize_tag(code)
    return None if tag.partition("-")[0] in _NO_LANGUAGE else tag


def _named(name: str) -> str | None:
    """The language with exactly this English name or name of its own.

    The library finds the nearest name, `english_uk` included; near is not good enough.
    """
    if not name.isprintable() or len(name) > _LONGEST_NAME:
        return None  # the library's index takes no NUL
    try:
        language = langcodes.find(name)
    except LookupError:
        return None
    names = {language.display_name("en").casefold(), language.autonym().casefold()}
    tag = language.to_tag()
    return tag if name.casefold() in names and tag not in _NO_LANGUAGE else None
