"""What kind of thing a list says that a row is. Pure."""

import re
from typing import Final

from graph.kinds import kind_of
from graph.work import Kind

SERIAL: Final = "serial"
_SERIAL: Final = re.compile(r"serial|journal|periodical|zeitschrift|revue|magazine|newspaper")
_CHAPTER: Final = re.compile(r"chapter|kapitel|chapitre|capitulo|capitolo|book part|part of book")
_BOOK: Final = re.compile(
    r"books?|e-?books?|monographs?|print(?:ed)? books?|buch|livre|libro|livro"
    r"|edited (?:book|volume)|thes[ie]s|dissertation|proceedings"
)


def kind_of_type(stated: str) -> str:
    """A `graph.work.Kind` by what a list calls it, `serial`, or empty where that is not clear.

    >>> kind_of_type("Monograph"), kind_of_type("Serial"), kind_of_type("hardback")
    ('book', 'serial', '')
    """
    text = " ".join(stated.lower().split())
    if _CHAPTER.search(text):
        return Kind.CHAPTER
    if _BOOK.fullmatch(text):
        return Kind.BOOK
    if _SERIAL.fullmatch(text):
        return SERIAL
    kind = kind_of(stated)
    return "" if kind is None or kind is Kind.OTHER else kind
