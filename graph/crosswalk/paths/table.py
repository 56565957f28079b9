"""What becomes of each path of a dialect: mapped, or left out with the reason; else unknown."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

_WILD: Final = {"*": r"[^./]*", "**": r".*"}


class Fate(StrEnum):
    """What the crosswalk does with a path."""

    MAPPED = "mapped"
    """Changes the work: taking it away makes another one of some record."""
    IGNORED = "ignored"
    """Left out on purpose, or at most listed among the record's problems."""
    UNKNOWN = "unknown"
    """In no table."""


class PathTable:
    """The paths of one dialect, patterns among them; a path goes before patterns, then the longest.

    `*` stands for any characters within one step of a path, `**` for any steps.
    """

    def __init__(self, mapped: Iterable[str], ignored: Mapping[str, str]) -> None:
        """Take paths that are mapped, and paths by reason, separated by blanks, that are not.

        Raises:
            ValueError: a path is in both, or twice under `ignored`.
        """
        self.mapped: Final = frozenset(mapped)
        """Paths and patterns that the crosswalk reads."""
        self._fates = dict.fromkeys(self.mapped, (Fate.MAPPED, ""))
        for reason, paths in ignored.items():
            for path in paths.split():
                if path in self._fates:
                    raise ValueError(f"{path} is in the table twice")
                self._fates[path] = (Fate.IGNORED, reason)
        patterns = sorted((path for path in self._fates if "*" in path), key=len, reverse=True)
        self._patterns = [(_compile(pattern), self._fates[pattern]) for pattern in patterns]

    def fate(self, path: str) -> tuple[Fate, str]:
        """Fate of a path as seen in a record, and the reason when it is ignored."""
        exact = self._fates.get(path)
        if exact is not None:
            return exact
        for pattern, fate in self._patterns:
            if pattern.fullmatch(path):
                return fate
        return Fate.UNKNOWN, ""


def _compile(pattern: str) -> re.Pattern[str]:
    parts = (_WILD.get(part) or re.escape(part) for part in re.split(r"(\*+)", pattern))
    return re.compile("".join(parts))
