"""How commands print: tables for people, JSON for programs, and what every result must say."""

import sys
from typing import Final

import msgspec
from rich.console import Console
from rich.text import Text

from graph.release import Asked

UNWRAPPED: Final = 100_000
"""Columns of an output that is no terminal: nothing is cut or wrapped there."""


def console(width: int = UNWRAPPED) -> Console:
    """Standard output for people; texts are printed as they are.

    Args:
        width: columns where it is no terminal.
    """
    columns = None if sys.stdout.isatty() else width
    return Console(width=columns, markup=False, highlight=False)


def print_json(value: object, about: Asked | None = None) -> None:
    """One JSON object.

    Args:
        value: what it holds.
        about: the release and the question that it answers; its fields come last, those that the
            value has itself stay.
    """
    said = msgspec.to_builtins(value)
    if about is not None:
        said = said | {k: v for k, v in msgspec.to_builtins(about).items() if k not in said}
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(said)).decode() + "\n")


def print_caveats(about: Asked) -> None:
    """The release of a result, and what must be known of its sources, on standard error.

    There it reaches people and does not get between a result and the program that reads it; JSON
    holds the same.
    """
    err = Console(stderr=True, markup=False, highlight=False, soft_wrap=True)
    err.print(Text(f"release {about.release} of {about.created_at}", "dim"))
    for caveat in about.caveats:
        err.print(Text(f"  {caveat}", "dim"))
