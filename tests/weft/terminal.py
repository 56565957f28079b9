"""A terminal and a pipe in memory."""

import io

from rich.console import Console


def console(*, is_terminal: bool) -> Console:
    return Console(
        file=io.StringIO(),
        force_terminal=is_terminal,
        width=100,
        legacy_windows=False,
        _environ={"TERM": "xterm"},
    )


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()
