"""`weft explain`: why things are one or not, where fields come from, where sources disagree."""

import sys
from collections.abc import Sequence
from typing import Final

import msgspec
from rich.console import Console

from graph.explain import compare, explain, find_conflicts
from graph.explain.answer import State
from graph.explain.fields import SINGLE
from graph.explain.view import View
from graph.release import open_release
from graph.store import open_graph
from weft.config import Config, ConfigError
from weft.explain_text import show_comparison, show_conflicts, show_explanation

FIELDS: Final = tuple(SINGLE)
"""Fields that `--field` takes."""

_UNWRAPPED: Final = 100_000
"""Columns of an output that is no terminal: nothing is cut or wrapped there."""
_DONE, _NOTHING_DONE = 0, 3


def print_explanation(
    config: Config, things: Sequence[str], *, limit: int = 20, as_json: bool = False
) -> int:
    """Explain one thing, or why two are one or not; returns the exit status.

    Args:
        config: the configuration; the order of its sources is that of field choice.
        things: one or two keys, IRIs or identifiers.
        limit: links and values shown to people of each sort; JSON has them all.
        as_json: print JSON instead.

    Raises:
        ConfigError: neither one thing nor two were named.
        NoRelease: nothing has been built yet.
        ReleaseError: the release cannot be read.
    """
    if len(things) not in (1, 2):
        raise ConfigError("name one thing to explain, or two to compare; or ask for --conflicts")
    release = open_release(config.data)
    with open_graph(release.graph_path) as reader:
        view = View(reader, release.info.base_iri)
        if len(things) == 1:
            told = explain(
                view, things[0], (*config.sources, *config.companions), config.field_orders
            )
            is_known = told.subject.state is not State.UNKNOWN
            if as_json:
                _print_json(told)
            elif is_known:
                show_explanation(view, told, _console(), limit)
            else:
                sys.stderr.write(f"weft: {told.subject.message}\n")
            return _DONE if is_known else _NOTHING_DONE
        comparison = compare(view, *things)
        if as_json:
            _print_json(comparison)
        else:
            show_comparison(view, comparison, _console(), limit)
    return _DONE


def print_conflicts(
    config: Config,
    source: str | None = None,
    field: str | None = None,
    *,
    limit: int = 20,
    as_json: bool = False,
) -> None:
    """Count and list the entities whose records disagree on a field.

    Args:
        config: the configuration.
        source: only disagreements with a record of this source.
        field: one of `FIELDS`; None = all.
        limit: disagreements listed for people; JSON has them all.
        as_json: print JSON instead.

    Raises:
        ConfigError: neither the configuration nor the release has such a source.
        NoRelease: nothing has been built yet.
        ReleaseError: the release cannot be read.
    """
    release = open_release(config.data)
    known = dict.fromkeys((*config.sources, *config.companions, *release.info.by_source))
    if source is not None and source not in known:
        raise ConfigError(f"no source {source!r}; there are: {', '.join(known)}")
    with open_graph(release.graph_path) as reader:
        view = View(reader, release.info.base_iri)
        found = find_conflicts(view, source, (field,) if field else FIELDS)
        if as_json:
            _print_json(found)
        else:
            show_conflicts(view, found, _console(), limit)


def _console() -> Console:
    width = None if sys.stdout.isatty() else _UNWRAPPED
    return Console(width=width, markup=False, highlight=False)


def _print_json(value: msgspec.Struct) -> None:
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value)).decode() + "\n")
