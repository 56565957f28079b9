"""Whether a resumption token may be sent again after a failure that left open what became of it.

Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html#Idempotency
"""

import re
from typing import Final, Literal

TokenPolicy = Literal["auto", "replay", "once"]

_PART: Final = "[A-Za-z0-9_-]+"
_SIGNED: Final = re.compile(rf"\.?{_PART}\.{_PART}\.{_PART}|\.eJ[A-Za-z0-9_.-]+")
"""Payload, time and signature as itsdangerous joins them; a leading dot marks a payload packed by
zlib, which begins with `eJ`, and is enough where the rest was cut."""


def may_replay(token: str, policy: TokenPolicy, *, is_announced: bool) -> bool:
    """Tell whether to send a token again when its answer may have been lost on the way.

    An Invenio token stands for a scroll of the search engine: sent again, it gives the page after
    the one that was lost, and nothing in the answer shows the gap.

    Args:
        token: as the repository wrote it.
        policy: `replay` and `once` are the configuration's own word; `auto` judges by the form.
        is_announced: the list states its size, so that a skipped page shows in the end.

    >>> may_replay("oai_dc////100", "auto", is_announced=True)
    True
    >>> may_replay(".eJyNzt1u.an4KlA.dM9LxogkCYaAGqExIgTBkC_qLvY", "auto", is_announced=True)
    False
    """
    match policy:
        case "replay":
            return True
        case "once":
            return False
        case "auto":
            return is_announced and _SIGNED.fullmatch(token) is None
