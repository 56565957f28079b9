"""The search term of a CQL clause as words: escapes released, masks told from plain text. Pure.

https://docs.oasis-open.org/search-ws/searchRetrieve/v1.0/os/part5-cql/
"""

from dataclasses import dataclass
from typing import Final

from search.web.sru.diagnostics import Code, CqlError

_SPECIAL: Final = '*?^"\\'
"""What a backslash may stand before."""
_MASK: Final = "\ue000"
"""Stands for an unescaped * while a term is read; a private character that no query needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of a term."""

    text: str
    is_prefix: bool = False
    """It ended with *; a lone * has an empty text."""


def read_words(term: str, offset: int, *, is_masked: bool = True) -> tuple[Word, ...]:
    r"""Cut a term into words.

    Args:
        term: as `search.web.sru.cql_tree.Clause` has it.
        offset: of the term, for errors.
        is_masked: False takes every character for itself (modifier `unmasked`).

    Raises:
        CqlError: no word, a mask or an anchor the engines cannot do, a wrong escape.

    >>> read_words(r"hig* 2\*2", 0)
    (Word(text='hig', is_prefix=True), Word(text='2*2', is_prefix=False))
    """
    plain = _released(term.replace(_MASK, " "), offset) if is_masked else term
    words = tuple(_word(text, term, offset) for text in plain.split())
    if not words:
        raise CqlError(Code.EMPTY_TERM, offset)
    return words


def _released(term: str, offset: int) -> str:
    """The term without backslashes, unescaped masks as `_MASK`."""
    found = []
    characters = iter(enumerate(term))
    for place, character in characters:
        if character == "\\":
            _, escaped = next(characters, (0, ""))
            if not escaped or escaped not in _SPECIAL:
                raise CqlError(Code.ESCAPE, offset + place, escaped or "\\")
            found.append(escaped)
        elif character == "?":
            advice = "only * at the end of a word"
            raise CqlError(Code.MASK, offset + place, "?", advice)
        elif character == "^":
            raise _anchor_error(term, place, offset)
        else:
            found.append(_MASK if character == "*" else character)
    return "".join(found)


def _anchor_error(term: str, place: int, offset: int) -> CqlError:
    neighbours = term[:place][-1:].strip(), term[place + 1 :][:1].strip()
    if all(neighbours):
        return CqlError(Code.ANCHOR_POSITION, offset + place, str(offset + place))
    return CqlError(Code.ANCHOR, offset + place, "^")


def _word(text: str, term: str, offset: int) -> Word:
    beginning = text.removesuffix(_MASK)
    if _MASK in beginning:
        advice = "only at the end of a word"
        raise CqlError(Code.MASK_POSITION, offset, term, advice)
    return Word(text=beginning, is_prefix=beginning != text)
