"""Releases on disk: numbered, immutable directories, and the link `current` to the served one.

    DATA/releases/3/{graph/, text/, roll.db, release.json}    DATA/releases/current -> 3
    DATA/releases/2.pinned        never dropped        DATA/releases/.last    highest number ever
    DATA/releases/.history.json   which was the current one since when

A release is written under a name of its own and renamed when it is whole; publishing is one rename
of the link, so a reader sees the old release or the new one and never half of either.
"""

from graph.release.caveats import Asked, asked, caveats
from graph.release.check import (
    Damage,
    FileReport,
    check_files,
    newest_good,
    open_good_release,
    quick_check,
)
from graph.release.draft import new_draft, publish
from graph.release.form import (
    ROLL_NAME,
    Draft,
    FileSum,
    HarvestedSource,
    Release,
    ReleaseInfo,
    ReleaseRecord,
    read_record,
)
from graph.release.history import Turn, answered_at, change_moments, turns_until
from graph.release.shelf import (
    current_number,
    holding,
    open_release,
    pinned_numbers,
    release_numbers,
    release_path,
)
from graph.release.tend import Size, disk_sizes, drop, drop_old, pin, unpin, use

__all__ = [
    "ROLL_NAME",
    "Asked",
    "Damage",
    "Draft",
    "FileReport",
    "FileSum",
    "HarvestedSource",
    "Release",
    "ReleaseInfo",
    "ReleaseRecord",
    "Size",
    "Turn",
    "answered_at",
    "asked",
    "caveats",
    "change_moments",
    "check_files",
    "current_number",
    "disk_sizes",
    "drop",
    "drop_old",
    "holding",
    "new_draft",
    "newest_good",
    "open_good_release",
    "open_release",
    "pin",
    "pinned_numbers",
    "publish",
    "quick_check",
    "read_record",
    "release_numbers",
    "release_path",
    "turns_until",
    "unpin",
    "use",
]
