"""`weft explain`: why things are one or not, where fields come from, where sources disagree."""

import sys
from collections.abc import Sequence
from typing import Final

from graph.explain import compare, explain, find_conflicts
from graph.explain.answer import State
from graph.explain.fields import SINGLE
from graph.explain.view import View
from graph.release import asked, holding, open_good_release
from graph.store import open_graph
from weft.config import Config, ConfigError
from weft.explain_text import show_comparison, show_conflicts, show_explanation
from weft.terminal import console, print_caveats, print_json

FIELDS: Final = tuple(SINGLE)
"""Fields that `--field` takes."""

_DONE, _NOTHING_DONE = 0, 3


def print_explanation(
    config: Config,
    things: Sequence[str],
    *,
    number: int | None = None,
    limit: int = 20,
    as_json: bool = False,
) -> int:
    """Explain one thing, or why two are one or not; returns the exit status.

    Args:
        config: the configuration; the order of its sources is that of field choice.
        things: one or two keys, IRIs or identifiers.
        number: the release; None for the current one.
        limit: links and values shown to people of each sort; JSON has them all.
        as_json: print JSON instead.

    Raises:
        ConfigError: neither one thing nor two were named.
        NoRelease: nothing has been built yet.
        ReleaseError: the release cannot be read.
    """
    if len(things) not in (1, 2):
        raise ConfigError("name one thing to explain, or two to compare; or ask for --conflicts")
    release = open_good_release(config.data, number)
    about = asked(release.info, " ".join(things))
    with holding(release), open_graph(release.graph_path) as reader:
        view = View(reader, release.info.base_iri)
        if len(things) == 1:
            told = explain(
                view, things[0], (*config.sources, *config.companions), config.field_orders
            )
            is_known = told.subject.state is not State.UNKNOWN
            if as_json:
                print_json(told, about)
            elif is_known:
                show_explanation(view, told, console(), limit)
                print_caveats(about)
            else:
                sys.stderr.write(f"weft: {told.subject.message}\n")
            return _DONE if is_known else _NOTHING_DONE
        comparison = compare(view, *things)
        if as_json:
            print_json(comparison, about)
        else:
            show_comparison(view, comparison, console(), limit)
            print_caveats(about)
    return _DONE


def print_conflicts(  # noqa: PLR0913  # one for each option
    config: Config,
    source: str | None = None,
    field: str | None = None,
    *,
    number: int | None = None,
    limit: int = 20,
    as_json: bool = False,
) -> None:
    """Count and list the entities whose records disagree on a field.

    Args:
        config: the configuration.
        source: only disagreements with a record of this source.
        field: one of `FIELDS`; None = all.
        number: the release; None for the current one.
        limit: disagreements listed for people; JSON has them all.
        as_json: print JSON instead.

    Raises:
        ConfigError: neither the configuration nor the release has such a source.
        NoRelease: nothing has been built yet.
        ReleaseError: the release cannot be read.
    """
    release = open_good_release(config.data, number)
    known = dict.fromkeys((*config.sources, *config.companions, *release.info.by_source))
    if source is not None and source not in known:
        raise ConfigError(f"no source {source!r}; there are: {', '.join(known)}")
    about = asked(release.info, f"conflicts source={source or ''} field={field or ''}")
    with holding(release), open_graph(release.graph_path) as reader:
        view = View(reader, release.info.base_iri)
        found = find_conflicts(view, source, (field,) if field else FIELDS)
        if as_json:
            print_json(found, about)
        else:
            show_conflicts(view, found, console(), limit)
            print_caveats(about)
