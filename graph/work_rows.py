"""What `graph.db` keeps of one record, ready to be written.

Pure, so that any process can make it.
"""

from typing import Final

import msgspec
from msgspec import Struct

from graph.match import is_trusted
from graph.quads import canonical_relation
from graph.titles import title_words
from graph.work import Problem, Work

Reading = Work | Problem | None
"""What became of a record: its work, why no crosswalk could read it, or None when it is gone."""

_ENCODER: Final = msgspec.msgpack.Encoder()


class WorkRows(Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """What one record puts into each table, but for the number of its work.

    Only `str`, `int` and `bytearray`: sqlite3 takes these as they are. For each `bool`, `bytes` or
    enum it first looks for an adapter, which takes longer than writing the value (measured).
    """

    status: str
    """`live`, `rejected` or, empty, gone."""
    kind: str = ""
    doi: str = ""
    """The first own DOI of each registrant, separated by blanks, which no DOI holds."""
    title: str = ""
    """Words of a title that an ISBN is checked against."""
    volume: str = ""
    body: bytearray | None = None
    """The work in MessagePack."""
    problems: list[tuple[str, str]] = []
    """Reason and detail."""
    owns: list[tuple[str, int]] = []
    """Own identifiers, and whether each is trusted."""
    targets: list[tuple[int, str, str, str, int]] = []
    """Of each link: its position, target, kind of target, predicate, and whether it is turned."""


def rows_of(reading: Reading) -> WorkRows:
    """What to keep of what became of a record."""
    if reading is None:
        return WorkRows(status="")
    if isinstance(reading, Problem):
        return WorkRows(status="rejected", problems=[(reading.reason, reading.detail)])
    has_isbn = any(own.scheme == "isbn" for own in reading.identifiers)
    has_title = has_isbn and reading.titles
    return WorkRows(
        status="live",
        kind=reading.kind.value,
        doi=_first_dois(reading),
        title=" ".join(title_words(reading.titles[0].value)) if has_title else "",
        volume=reading.volume if has_isbn else "",
        body=bytearray(_ENCODER.encode(reading)),
        problems=[(problem.reason, problem.detail) for problem in reading.problems],
        owns=[(str(own), int(is_trusted(own, reading.kind))) for own in reading.identifiers],
        targets=_targets(reading),
    )


def _targets(work: Work) -> list[tuple[int, str, str, str, int]]:
    targets = []
    for n, link in enumerate(work.links):
        predicate, is_inverse = canonical_relation(link.relation)
        targets.append((n, str(link.target), link.target_kind, predicate, int(is_inverse)))
    return targets


def _first_dois(work: Work) -> str:
    first: dict[str, str] = {}
    for own in work.identifiers:
        if own.scheme == "doi":
            first.setdefault(own.value.partition("/")[0], own.value)
    return " ".join(first.values())
