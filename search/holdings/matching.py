"""Decides how each row of a list ends: matched, in part, suggested, or unmatched with a reason.

Identifiers match, titles never do; of several identifiers that lead to different entities the best
one counts and the others are told.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from graph.suggest.titles import is_generic, is_telling
from graph.work import Identifier, Kind
from search.holdings.finder import Carried, Finder, Titled
from search.holdings.result import Match, Reason, Status
from search.holdings.row import Fault, Row

BATCH: Final = 1000
"""Rows whose identifiers are looked up together."""
_RANKS: Final = {
    scheme: rank
    for rank, scheme in enumerate(("doi", "arxiv", "isbn", "handle", "oai", "urn", "ark", "issn"))
}
"""What a match is said to be by, where several identifiers lead to the same entity."""
_LAST: Final = len(_RANKS)
_ADDRESS: Final = "url"
_NEAR: Final = 1
"""Years by which the print and the e-book of one title differ at the most."""
_FITTING: Final = {
    Kind.BOOK.value: frozenset({Kind.BOOK, Kind.OTHER, ""}),
    Kind.CHAPTER.value: frozenset({Kind.CHAPTER, Kind.PAPER, ""}),
    Kind.PAPER.value: frozenset({Kind.PAPER, Kind.CHAPTER, Kind.OTHER, ""}),
    Kind.DATASET.value: frozenset({Kind.DATASET, Kind.OTHER, ""}),
    Kind.SOFTWARE.value: frozenset({Kind.SOFTWARE, Kind.OTHER, ""}),
}
"""Kinds of entities that a row of a kind may be; a row of no kind may be any."""


def match_rows(rows: Iterable[Row], finder: Finder) -> Iterator[Match]:
    """Match rows against a release, in their order; holds `BATCH` of them at a time."""
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        wanted = {str(each): None for row in batch for each in row.identifiers}
        carried = finder.carriers(wanted)
        for row in batch:
            yield _match(row, carried, finder)


def _match(row: Row, carried: dict[str, tuple[Carried, ...]], finder: Finder) -> Match:
    found = {
        each: hit for each in row.identifiers if (hit := _hits(each, carried.get(str(each), ())))
    }
    whole = {each: tuple(hit for hit in hits if not hit.is_stub) for each, hits in found.items()}
    whole = {each: hits for each, hits in whole.items() if hits}
    if whole:
        return _matched(row, whole)
    stubs = [(each, hit) for each, hits in found.items() for hit in hits]
    for identifier, stub in stubs:
        if parts := finder.parts(stub.key):
            return _matched_part(row, identifier, parts)
    return _unmatched(row, finder, stub=stubs[0][1].key if stubs else None)


def _hits(identifier: Identifier, carriers: tuple[Carried, ...]) -> tuple[Carried, ...]:
    """The entities of an identifier; an address that several have is that of none."""
    if identifier.scheme == _ADDRESS and (len(carriers) > 1 or any(c.is_stub for c in carriers)):
        return ()
    return carriers


def _matched(row: Row, found: dict[Identifier, tuple[Carried, ...]]) -> Match:
    by_key: dict[str, list[Identifier]] = {}
    entities: dict[str, Carried] = {}
    for identifier, hits in found.items():
        for hit in hits:
            by_key.setdefault(hit.key, []).append(identifier)
            entities[hit.key] = hit
    key = min(
        by_key,
        key=lambda each: (
            not _fits(row, entities[each].kind),
            -len(by_key[each]),
            min(map(_rank, by_key[each])),
            each,
        ),
    )
    entity, by = entities[key], min(by_key[key], key=_rank)
    problems = list(row.problems)
    if len(by_key) > 1:
        leads = "; ".join(
            f"{', '.join(map(str, ids))} to {each}" for each, ids in sorted(by_key.items())
        )
        problems.append(f"its identifiers lead to {len(by_key)} entities: {leads}")
    status, reason = _extent(row, entity, by_key[key])
    return _made(
        row, status, by=str(by), entity=key, reason=reason, parts=(key,), problems=problems
    )


def _extent(row: Row, entity: Carried, by: Sequence[Identifier]) -> tuple[Status, Reason | None]:
    """Whether an entity is what the row names, or a part of it, or what that is a part of."""
    if row.kind == Kind.BOOK and entity.kind == Kind.CHAPTER:
        return Status.MATCHED_PART, Reason.CHAPTER_ONLY
    is_around = entity.kind not in {Kind.CHAPTER, Kind.PAPER}
    if row.kind == Kind.CHAPTER and is_around and all(each.scheme == "isbn" for each in by):
        return Status.MATCHED_PART, Reason.WHOLE_ONLY
    return Status.MATCHED, None


def _matched_part(row: Row, identifier: Identifier, parts: Sequence[Carried]) -> Match:
    """The release has parts of what no source has delivered whole."""
    inside = {Kind.CHAPTER, Kind.PAPER}
    is_chapters = identifier.scheme != "issn" and all(part.kind in inside for part in parts)
    return _made(
        row,
        Status.MATCHED_PART,
        by=str(identifier),
        entity=parts[0].key,
        reason=Reason.CHAPTER_ONLY if is_chapters else Reason.VOLUME_ONLY,
        parts=tuple(part.key for part in parts),
    )


def _unmatched(row: Row, finder: Finder, stub: str | None) -> Match:
    """Suggest by title and year; else say why there is no match."""
    reason = _reason(row, is_stub=stub is not None)
    titled = finder.titled(row.title) if row.title and not is_generic(row.title) else ()
    is_far = is_telling(row.title) if titled else False
    fitting = [each for each in titled if _fits(row, each.kind)]
    if any(each.scheme == "isbn" for each in row.identifiers):
        for each in fitting:
            has_isbn = any(name.startswith("isbn:") for name in each.identifiers)
            if has_isbn and _is_near(row.year, each.year, _NEAR, is_telling=is_far):
                return _made(row, Status.UNMATCHED, reason=Reason.OTHER_ISBN, similar=each.key)
    near = [each for each in fitting if _is_near(row.year, each.year, 0, is_telling=is_far)]
    if near:
        return _suggested(row, near, reason)
    for each in titled:
        is_chapter = row.kind == Kind.BOOK and each.kind == Kind.CHAPTER
        if is_chapter and _is_near(row.year, each.year, _NEAR, is_telling=is_far):
            return _made(row, Status.UNMATCHED, reason=Reason.CHAPTER_ONLY, similar=each.key)
    return _made(row, Status.UNMATCHED, reason=reason, similar=stub)


def _suggested(row: Row, near: Sequence[Titled], reason: Reason) -> Match:
    best = min(near, key=lambda each: (each.kind != row.kind, each.year != row.year, each.key))
    problems = list(row.problems)
    if len(near) > 1:
        others = ", ".join(each.key for each in near if each is not best)
        problems.append(f"{len(near)} entities have its title: {others} too")
    return _made(row, Status.SUGGESTED, entity=best.key, reason=reason, problems=problems)


def _is_near(one: int | None, other: int | None, most: int, *, is_telling: bool) -> bool:
    """Whether two years may be of one thing; where one is not known the title must tell."""
    if one is None or other is None:
        return is_telling
    return abs(one - other) <= most


def _reason(row: Row, *, is_stub: bool) -> Reason:
    if row.is_unreadable:
        return Reason.UNREADABLE
    if is_stub:
        return Reason.STUB
    if row.identifiers:
        return Reason.NOT_HARVESTED
    if any(bad.fault is Fault.CHECK_DIGIT for bad in row.bad):
        return Reason.BAD_CHECK_DIGIT
    return Reason.NO_IDENTIFIER


def _fits(row: Row, kind: str) -> bool:
    fitting = _FITTING.get(row.kind)
    return fitting is None or kind in fitting


def _rank(identifier: Identifier) -> tuple[int, str]:
    return _RANKS.get(identifier.scheme, _LAST), identifier.value


def _made(  # noqa: PLR0913  # the fields of a match
    row: Row,
    status: Status,
    *,
    by: str | None = None,
    entity: str | None = None,
    reason: Reason | None = None,
    similar: str | None = None,
    parts: tuple[str, ...] = (),
    problems: Sequence[str] | None = None,
) -> Match:
    told = list(row.problems if problems is None else problems)
    told += [f"{bad.text!r}: {bad.fault}" for bad in row.bad]
    return Match(
        row=row.number,
        status=status,
        by=by,
        entity=entity,
        reason=reason.value if reason else None,
        title=row.title,
        identifiers=tuple(map(str, row.identifiers)),
        year=row.year,
        kind=row.kind,
        line=row.line,
        similar=similar,
        parts=parts,
        problems=tuple(told),
    )
