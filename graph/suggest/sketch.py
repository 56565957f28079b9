"""What must be known of an entity to say whether it could be the same thing as another. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeVar

from msgspec import Struct

from graph.judgement.rows import RecordName
from graph.names import collaboration_of
from graph.suggest.titles import is_telling
from graph.titles import fold, head_of, title_form
from graph.work import Agent, Kind, Work

MAX_NAMES: Final = 100
"""Names that are looked at; of larger collaborations each list begins alike or names them."""
_SHOWN_CREATORS: Final = 4
_MADE_IT: Final = frozenset({"creator", "editor"})
"""Roles of those that two descriptions of one thing should agree on."""
_T = TypeVar("_T", str, int, Kind, tuple[str, str])
_NO_NAMES: Final = frozenset(
    {"jr", "sr", "ii", "iii", "iv", "ed", "eds", "editor", "hg", "hrsg", "org", "coord", "dir"}
)
"""Words behind a family name that are none."""


class Sketch(Struct, frozen=True, array_like=True):
    """An entity in short."""

    key: str
    source: str
    record: str
    """With `source`: the first of its records in alphabetical order, which stands for it."""
    title: str
    """As that record has it."""
    titles: dict[str, str]
    """Its titles that tell something, as written, by their form: see `graph.suggest.titles`."""
    heads: dict[str, str]
    """The same of what stands before a subtitle, where that alone tells something."""
    years: tuple[int, ...]
    names: tuple[str, ...]
    """Family names, organisations and collaborations that made it, folded."""
    creators: str
    """The first few, for the reader."""
    sources: tuple[str, ...]
    kinds: tuple[Kind, ...]
    own: tuple[str, ...]
    """Identifiers of it, written `scheme:value`."""
    targets: tuple[tuple[str, str], ...]
    """Relation and identifier of each thing it states a link to."""

    @property
    def name(self) -> RecordName:
        """The record that stands for it."""
        return RecordName(self.source, self.record)

    @property
    def dois(self) -> dict[str, set[str]]:
        """Its own DOIs by the registrant that gave them; arXiv identifiers count as DOIs do."""
        dois: dict[str, set[str]] = {}
        for identifier in self.own:
            scheme, _, value = identifier.partition(":")
            if scheme == "doi":
                dois.setdefault(value.partition("/")[0], set()).add(value)
            elif scheme == "arxiv":
                dois.setdefault(scheme, set()).add(value)
        return dois


def sketch_of(key: str, works: Sequence[Work]) -> Sketch:
    """Sketch an entity.

    Args:
        key: the entity's key.
        works: what its records say, at least one; their order makes no difference.
    """
    works = sorted(works, key=lambda work: (work.source, work.record))
    first = works[0]
    titles = [title.value for work in works for title in work.titles]
    return Sketch(
        key=key,
        source=first.source,
        record=first.record,
        title=first.titles[0].value if first.titles else "",
        titles=_by_form(titles),
        heads=_by_form(map(head_of, titles)),
        years=_distinct(work.year for work in works if work.year is not None),
        names=_distinct(name for work in works for name in _names(work)),
        creators=_readable(first),
        sources=_distinct(work.source for work in works),
        kinds=_distinct(work.kind for work in works),
        own=_distinct(str(own) for work in works for own in work.identifiers),
        targets=_distinct(
            (link.relation, str(link.target)) for work in works for link in work.links
        ),
    )


def family_name(agent: Agent) -> str:
    """The last word of a person's family name, folded; the whole name of an organisation.

    The last word, since without a comma nobody can tell where a family name begins.

    >>> [family_name(Agent(name=n)) for n in ("Noether, Emmy (Ed.)", "Emmy Noether", "CERN")]
    ['noether', 'noether', 'cern']
    """
    if collaboration := collaboration_of(agent.name):
        return _bare(collaboration)
    if agent.type == "organization":
        return fold(agent.name)
    words = fold(agent.name.partition(",")[0]).split()
    while len(words) > 1 and words[-1] in _NO_NAMES:
        words.pop()
    return words[-1] if words else ""


def _by_form(titles: Iterable[str]) -> dict[str, str]:
    """The titles that tell something by their form; of those written differently the last."""
    return {title_form(title): title for title in sorted(titles) if is_telling(title)}


def _names(work: Work) -> Iterator[str]:
    for collaboration in work.collaborations:
        yield _bare(collaboration)
    makers = (agent for agent in work.creators if agent.role in _MADE_IT)
    yield from filter(None, map(family_name, islice(makers, MAX_NAMES)))


def _bare(collaboration: str) -> str:
    """As one is known, whether it signs as a creator, with or without the word, or has a field."""
    return fold(collaboration).removesuffix(" collaboration")


def _readable(work: Work) -> str:
    makers = [agent.name for agent in work.creators if agent.role in _MADE_IT]
    names = [*work.collaborations, *makers]
    more = len(names) - _SHOWN_CREATORS
    shown = "; ".join(names[:_SHOWN_CREATORS])
    return f"{shown}; and {more} more" if more > 0 else shown


def _distinct(values: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(sorted(set(values)))
