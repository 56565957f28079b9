"""Whether two entities could be one thing, and how likely it looks. Pure."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from graph.guards import kinds_agree
from graph.suggest.sketch import Sketch

_CLAIM: Final = "IsIdenticalTo"
_VAGUE: Final = frozenset({_CLAIM, "IsRelatedTo"})
"""Links that do not say that the two are different things."""
_VERSION_OF: Final = "IsVersionOf"

_TITLE_SHARE, _NAMES_SHARE, _YEAR_SHARE, _SOURCES_SHARE = 0.4, 0.3, 0.2, 0.1
"""How much each counts in the score; guessed. It only orders the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Two entities that a person should look at."""

    a: Sketch
    b: Sketch
    """Its record comes after that of `a` in alphabetical order."""
    is_claim: bool
    """True when a record states that they are identical."""
    score: float
    """From 0 to 1: titles 0.4, names 0.3, years 0.2, and 0.1 for having no source in common."""
    why: str
    """What speaks for it, and what against."""


def weigh(one: Sketch, other: Sketch, *, is_claim: bool = False) -> Suggestion | None:
    """Suggest a pair, unless something speaks clearly against it.

    Args:
        one: an entity.
        other: another one, in any order.
        is_claim: a record states that the two are identical. Such a pair needs no title, year or
            name in common, and different DOIs are told rather than taken for an answer.
    """
    a, b = sorted((one, other), key=lambda sketch: sketch.name)
    against = objection(a, b)
    if against and not (is_claim and against == "dois-differ"):
        return None
    if not (is_claim or _look_alike(a, b)):
        return None
    return Suggestion(
        a=a, b=b, is_claim=is_claim, score=_score(a, b), why=_why(a, b, against, is_claim=is_claim)
    )


def objection(one: Sketch, other: Sketch) -> str:
    """Why two entities are no pair to ask about, as a short code; empty when nothing is."""
    if one.key == other.key:
        return "one-entity"
    if not kinds_agree((*one.kinds, *other.kinds)):
        return "kinds-differ"
    if _are_linked(one, other):
        return "linked"
    ours, theirs = one.dois, other.dois
    if any(theirs.get(registrant, dois) != dois for registrant, dois in ours.items()):
        return "dois-differ"
    return ""


def _look_alike(one: Sketch, other: Sketch) -> bool:
    """Whether title, a name and the year agree.

    Between two sources the year may be one off. Within one source it may not: a repository seldom
    holds a thing twice, and often the same sort of thing year by year.
    """
    tolerance = 1 if set(one.sources).isdisjoint(other.sources) else 0
    return (
        _share_title(one, other)
        and not set(one.names).isdisjoint(other.names)
        and _years_apart(one, other) <= tolerance
    )


def _are_linked(one: Sketch, other: Sketch) -> bool:
    """Whether a link between the two, or a thing both are versions of, says that they are two."""
    for here, there in ((one, other), (other, one)):
        own = set(there.own)
        if any(target in own for relation, target in here.targets if relation not in _VAGUE):
            return True
    return bool(_concepts(one) & _concepts(other))


def _share_title(one: Sketch, other: Sketch) -> bool:
    """Whether a title is the same, or is what the other has before its subtitle.

    Two with different subtitles are two volumes more often than not.
    """
    return _share_whole_title(one, other) or not (
        one.titles.keys().isdisjoint(other.heads) and one.heads.keys().isdisjoint(other.titles)
    )


def _share_whole_title(one: Sketch, other: Sketch) -> bool:
    return not one.titles.keys().isdisjoint(other.titles)


def _concepts(sketch: Sketch) -> set[str]:
    return {target for relation, target in sketch.targets if relation == _VERSION_OF}


def _years_apart(one: Sketch, other: Sketch) -> int:
    """Between the nearest years of the two; 0 where one of them has none."""
    return min((abs(here - there) for here in one.years for there in other.years), default=0)


def _score(one: Sketch, other: Sketch) -> float:
    has_years = one.years and other.years
    year = 1 - min(_years_apart(one, other), 2) / 2 if has_years else 0.5
    names = len(set(one.names) & set(other.names)) / (len({*one.names, *other.names}) or 1)
    return round(
        _TITLE_SHARE * _likeness(one, other)
        + _NAMES_SHARE * names
        + _YEAR_SHARE * year
        + _SOURCES_SHARE * set(one.sources).isdisjoint(other.sources),
        2,
    )


def _likeness(one: Sketch, other: Sketch) -> float:
    """1 for a title in common, else how much of their titles is."""
    if _share_whole_title(one, other):
        return 1.0
    return SequenceMatcher(None, one.title, other.title, autojunk=False).ratio()


def _why(one: Sketch, other: Sketch, against: str, *, is_claim: bool) -> str:
    reasons = ["a record states that they are identical"] if is_claim else []
    if _share_whole_title(one, other):
        reasons.append("same title")
    elif _share_title(one, other):
        reasons.append("same title but for a subtitle")
    if common := set(one.names) & set(other.names):
        reasons.append(f"{len(common)} of {len({*one.names, *other.names})} names")
    reasons.append(_said_of_years(one, other))
    if against == "dois-differ":
        reasons.append("but one registrant gave them different DOIs")
    if _is_preprint_of(one, other):
        reasons.append("but one is on arXiv and the other has a DOI: preprint and article are two")
    return ", ".join(reasons)


def _said_of_years(one: Sketch, other: Sketch) -> str:
    if not (one.years and other.years):
        return "a year is missing"
    apart = _years_apart(one, other)
    return "same year" if apart == 0 else f"{apart} year{'s' * (apart > 1)} apart"


def _is_preprint_of(one: Sketch, other: Sketch) -> bool:
    ours, theirs = one.dois, other.dois
    return ("arxiv" in ours) != ("arxiv" in theirs) and bool(ours) and bool(theirs)
