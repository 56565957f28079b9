"""What `weft links`, `weft path` and `weft network` are asked for, read from the command line."""

from msgspec import Struct

from graph.errors import GraphError
from graph.explain.answer import State
from graph.explain.subject import find_subject
from graph.explain.view import View
from graph.links.filter import LinkFilter, LinkFilterError, Stubs, check_filter
from graph.links.listing import check
from search.coverage.selection import SelectionError, read_years
from weft.config import ConfigError


class NotOneEntity(GraphError):
    """A key, IRI or identifier that does not stand for one entity of the release."""


class LinkOptions(Struct, frozen=True, kw_only=True):
    """Conditions on links as they were typed; OR inside one, AND between."""

    from_kind: tuple[str, ...] = ()
    to_kind: tuple[str, ...] = ()
    relation: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    year: str = ""
    """`2010`, `2010-2015`, `2010-` or `-2015`; empty for any."""
    stated_by: tuple[str, ...] = ()
    stubs: Stubs = "with"
    at: str = ""
    """Key, IRI or identifier of an entity at either end."""


def read_filter(view: View, options: LinkOptions) -> LinkFilter:
    """What the options mean in a release.

    Raises:
        ConfigError: a kind, relation, source or year that cannot be meant; says what there is.
        NotOneEntity: `at` does not stand for one entity.
    """
    since, until = _years(options.year)
    wanted = LinkFilter(
        from_kinds=options.from_kind,
        to_kinds=options.to_kind,
        relations=options.relation,
        sources=options.source,
        since=since,
        until=until,
        stated_by=options.stated_by,
        stubs=options.stubs,
    )
    try:
        check_filter(wanted)
        check(view, wanted)
    except LinkFilterError as error:
        raise ConfigError(str(error)) from error
    if options.at:
        return LinkFilter(
            **{name: getattr(wanted, name) for name in wanted.__struct_fields__ if name != "at"},
            at=view.iri(find_key(view, options.at)),
        )
    return wanted


def find_key(view: View, text: str) -> str:
    """Key of the entity that a key, an IRI or an identifier in any spelling stands for.

    Raises:
        NotOneEntity: it stands for none, for several, or for one that was deleted.
    """
    subject = find_subject(view, text)
    match subject.state:
        case State.ENTITY | State.STUB:
            return str(subject.key)
        case State.SEVERAL:
            listed = ", ".join(subject.candidates[:10])
            more = len(subject.candidates) - 10
            rest = f" and {more} more" if more > 0 else ""
            raise NotOneEntity(f"{subject.message}: ask with one of the keys {listed}{rest}")
        case _:
            raise NotOneEntity(subject.message)


def _years(text: str) -> tuple[int | None, int | None]:
    if not text:
        return None, None
    try:
        years = read_years(text)
    except SelectionError as error:
        raise ConfigError(str(error)) from error
    if years.is_unknown:
        raise ConfigError("links are selected by a year that is known: 2010, 2010-2015 or 2010-")
    return years.since, years.until
