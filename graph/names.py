"""Names of people and organisations: fillers that are no names, collaborations written alike."""

import re
from typing import Final

_FILLERS: Final = frozenset(
    {"", "no author available", "none", "unknown", "(:unav)", ":unav", "(:unkn)", ":unkn", "n/a"}
    | {"(:tba)", ":tba", "(:null)", ":null", "not available", "null", "-"}
)
"""What sources write where a name is not known, in lower case; the codes are DataCite's."""
_LONGEST_FILLER: Final = max(map(len, _FILLERS))

_COLLABORATION: Final = re.compile(
    r"(?:on behalf of |for )?(?:the )?(\S.*?)[ -]collaborations?\.?", re.IGNORECASE
)


_CODES: Final = frozenset(
    {":unac", ":unal", ":unap", ":unas", ":unav", ":unkn", ":none", ":null", ":tba"}
)
"""DataCite's standard values for unknown information, see appendix 3 of its schema:
https://datacite-metadata-schema.readthedocs.io/en/4.6/appendices/appendix-3/"""


def is_unavailable(text: str) -> bool:
    """Whether a text is DataCite's code for a value that must stand and is not known.

    >>> is_unavailable("(:unav)"), is_unavailable(":tba"), is_unavailable("Unknown pleasures")
    (True, True, False)
    """
    return len(text) <= _LONGEST_FILLER and text.lower().strip("()") in _CODES


def is_filler(name: str) -> bool:
    """Whether a text stands where a name is missing.

    >>> is_filler("(:unav)"), is_filler("Noether, Emmy")
    (True, False)
    """
    return len(name) <= _LONGEST_FILLER and name.lower() in _FILLERS


def collaboration_of(name: str) -> str:
    """The collaboration that a name stands for, written alike; empty for anybody else.

    >>> collaboration_of("on behalf of the CMS collaboration"), collaboration_of("Noether, Emmy")
    ('CMS Collaboration', '')
    """
    if "ollaboration" not in name and "OLLABORATION" not in name:
        return ""
    match = _COLLABORATION.fullmatch(name)
    return f"{match[1]} Collaboration" if match else ""
