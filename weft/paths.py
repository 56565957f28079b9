"""`weft path`: a shortest chain of links between two things, with who states each."""

from itertools import pairwise
from typing import Final, Literal

from msgspec import Struct
from rich.padding import Padding
from rich.text import Text

from graph.links.filter import LinkFilter, LinkFilterError
from graph.network.path import MAX_VISITED, FoundPath, find_path
from graph.release import asked
from search.metadata.scholix import relation_names
from search.metadata.stated_link import StatedLink, describe_links
from search.open_release import OpenRelease, open_for_reading
from weft.config import Config, ConfigError
from weft.link_options import find_key
from weft.link_text import AS_STATED, TURNED, named, show_statements
from weft.terminal import console, print_caveats, print_json

__all__ = ["MAX_VISITED", "PathAnswer", "run"]

_STEP: Final = 4


class PathAnswer(Struct, frozen=True, kw_only=True):
    """What `weft path --json` prints, beside the release and the question."""

    length: int | None
    """Links between; null when no chain was found."""
    path: tuple[str, ...]
    """Keys from the one to the other."""
    links: tuple[StatedLink, ...]
    """One a step, each in its canonical direction."""
    read_as: tuple[str, ...]
    """The relation of each step, as the chain reads it."""
    n_visited: int
    """Entities that were looked at."""
    is_cut: bool
    """Whether a bound ended the search: then there may be a chain all the same."""


def run(  # noqa: PLR0913  # what the command takes
    config: Config,
    ends: tuple[str, str],
    *,
    relations: tuple[str, ...] = (),
    stubs: Literal["with", "without"] = "with",
    max_length: int | None = None,
    max_visited: int = MAX_VISITED,
    number: int | None = None,
    as_json: bool = False,
) -> None:
    """Find a shortest chain of links, whichever way they point, and print it.

    Args:
        config: where the releases are.
        ends: key, IRI or identifier of the two things.
        relations: DataCite relations that count; none for all.
        stubs: whether a thing that no source delivered may stand between the two.
        max_length: most links in the chain; None for no bound.
        max_visited: entities that are looked at before the search gives up.
        number: the release; None for the current one.
        as_json: print JSON instead.

    Raises:
        ConfigError: a relation that does not exist.
        NotOneEntity: one of the ends does not stand for one entity.
        ReleaseError: there is no such release, or it is damaged.
    """
    with open_for_reading(config.data, number) as opened:
        view = opened.view
        keys = find_key(view, ends[0]), find_key(view, ends[1])
        wanted = LinkFilter(relations=relations, stubs=stubs)
        bound = "" if max_length is None else f" max-length={max_length}"
        about = asked(opened.info, f"path {ends[0]} {ends[1]}: {wanted}{bound}")
        try:
            found = find_path(
                view,
                view.iri(keys[0]),
                view.iri(keys[1]),
                wanted,
                max_length=max_length,
                max_visited=max_visited,
            )
        except LinkFilterError as error:
            raise ConfigError(str(error)) from error
        answer = _answer(opened, found)
        if as_json:
            print_json(answer, about)
            return
        _show(answer, keys)
        print_caveats(about)


def _answer(opened: OpenRelease, found: FoundPath) -> PathAnswer:
    return PathAnswer(
        length=found.length,
        path=tuple(map(opened.view.key, found.entities)),
        links=tuple(describe_links(opened, found.links)),
        read_as=tuple(relation_names(link.way)[1] for link in found.links),
        n_visited=found.n_visited,
        is_cut=found.is_cut,
    )


def _show(answer: PathAnswer, keys: tuple[str, str]) -> None:
    out = console()
    if answer.length is None:
        why = (
            "the search was ended by its bound, there may be a longer one"
            if answer.is_cut
            else "no chain of links joins them"
        )
        out.print(Text(f"no path from {keys[0]} to {keys[1]}: {why}"))
        out.print(Text(f"{answer.n_visited:,} entities were looked at", "dim"))
        return
    if not answer.length:
        out.print(Text(f"both are one thing: {keys[0]}"))
        return
    out.print(Text("1 link" if answer.length == 1 else f"{answer.length} links", "bold"))
    ends = {
        end.key: end for link in answer.links for end in (link.source_entity, link.target_entity)
    }
    out.print(named(ends[answer.path[0]]))
    steps = zip(pairwise(answer.path), answer.links, answer.read_as, strict=True)
    for (key_before, key), link, relation in steps:
        out.print(Padding(Text(relation, "bold"), (0, 0, 0, _STEP), expand=False))
        is_turned = link.target == key_before
        show_statements(out, link, _STEP + 2, TURNED if is_turned else AS_STATED)
        out.print(named(ends[key]))
