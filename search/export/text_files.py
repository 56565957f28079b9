"""Lists of entities for readers of text: BibTeX, RIS, KBART, MARCXML and CSV."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO, Final
from urllib.parse import quote

from graph.release import Asked
from search.citation import FORMS
from search.export.chosen import ChosenEntities
from search.holdings.gap import Lacking
from search.holdings.gap_kbart import kbart_pieces
from search.metadata.described import Described
from search.metadata.marcxml import NAMESPACE, write_marcxml

_PIECE: Final = 1 << 16
"""Characters that are written at once."""
_WHOLES: Final = ("IsPartOf", "IsPublishedIn")
_MARC_HEAD: Final = f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{NAMESPACE}">\n'


def write_texts(texts: Iterable[str], file: BinaryIO) -> None:
    """Write texts one after another as UTF-8; half characters become the replacement sign."""
    waiting: list[str] = []
    n_characters = 0
    for text in texts:
        waiting.append(text)
        n_characters += len(text)
        if n_characters >= _PIECE:
            file.write("".join(waiting).encode("utf-8", "replace"))
            waiting, n_characters = [], 0
    file.write("".join(waiting).encode("utf-8", "replace"))


def write_bibtex(chosen: ChosenEntities, asked: Asked, file: BinaryIO) -> None:
    """Write entries, below a line that names the release and the question."""
    query = quote(asked.query, safe=" :/?&=+%.~-_()[]*")  # an @ would begin an entry
    note = f"% release {asked.release} of {asked.created_at}: {query or 'everything'}\n\n"
    write_texts(chain((note,), FORMS["bibtex"].write(chosen.described())), file)


def write_ris(chosen: ChosenEntities, asked: Asked, file: BinaryIO) -> None:
    """Write references; RIS has no place for anything else."""
    del asked
    write_texts(FORMS["ris"].write(chosen.described()), file)


def write_kbart(chosen: ChosenEntities, asked: Asked, file: BinaryIO) -> None:
    """Write titles, a line each; KBART has no place for anything else."""
    del asked
    file.writelines(kbart_pieces(map(_title, chosen.described())))


def write_marc(chosen: ChosenEntities, asked: Asked, file: BinaryIO) -> None:
    """Write a collection of records with their linking entries."""
    note = f"release {asked.release} of {asked.created_at}"
    file.write(_MARC_HEAD.encode() + f"<!-- {note} -->\n".encode())
    file.writelines(_records(chosen.described(with_related=True)))
    file.write(b"</collection>\n")


def _records(described: Iterable[Described]) -> Iterator[bytes]:
    for each in described:
        yield write_marcxml(each)
        yield b"\n"


def _title(said: Described) -> Lacking:
    """A title as KBART files have it: with what it is part of."""
    wholes = [each.key for each in said.related if each.relation in _WHOLES]
    return Lacking(described=said, whole=next(iter(wholes), ""))
