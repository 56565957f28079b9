"""Languages as BCP 47 tags, from ISO 639 codes, English names and locales.

`languages.tsv` holds ISO 639: BCP 47 primary subtag, other codes, English names; then the codes of
ISO 639-3 that have no shorter form. Specification: https://www.rfc-editor.org/rfc/rfc5646
"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

_LOCALE: Final = re.compile(
    r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:\.utf-?8)?", re.IGNORECASE
)
_REGION_ALIASES: Final = {"UK": "GB"}  # UK is reserved by ISO 3166 but no BCP 47 region


@lru_cache(maxsize=4096)
def normalise(text: str) -> str | None:
    """BCP 47 tag of a language code, locale or English name; None when it is none of these.

    `und`, `mul`, `mis` and `zxx` name no language and give None.

    >>> normalise("ger"), normalise("German"), normalise("en_US"), normalise("english_uk")
    ('de', 'de', 'en-US', None)
    """
    text = text.strip()
    match = _LOCALE.fullmatch(text)
    if match is None:
        return _names().get(text.casefold())
    language, script, region = match.groups()
    primary = _codes().get(language.lower())
    if primary is None:
        return None if script or region else _names().get(text.casefold())
    region = region.upper() if region else ""
    parts = (primary, script.title() if script else "", _REGION_ALIASES.get(region, region))
    return "-".join(part for part in parts if part)


def _rows() -> list[list[str]]:
    table = files("graph").joinpath("languages.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in table.splitlines()]


@cache
def _codes() -> dict[str, str]:
    """Every ISO 639 code with its BCP 47 primary subtag."""
    codes = {}
    for primary, others, names in _rows():
        if names:
            codes.update(dict.fromkeys((primary, *others.split()), primary))
        else:
            codes.update({code: code for code in primary.split()})
    return codes


@cache
def _names() -> dict[str, str]:
    """English names, case-folded, each with its BCP 47 primary subtag."""
    return {
        name.strip().casefold(): primary
        for primary, _, names in _rows()
        for name in names.split(";")
        if name
    }
