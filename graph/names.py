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
