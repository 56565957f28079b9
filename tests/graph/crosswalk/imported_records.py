"""The records of files as an import stages them: products of ONIX, rows of KBART and of CSV."""

import gzip
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from harvester.files.csv_rows import CSV
from harvester.files.kbart import KBART
from harvester.files.onix import read_onix
from harvester.files.opened import Item, OpenedFile, opened
from harvester.files.table import read_table
from harvester.record import RawRecord, StagedRecord
from tests.graph.crosswalk.corpus_records import stage

FILES = Path(__file__).parents[2] / "data" / "files"
_READERS: Final[dict[str, Callable[[OpenedFile], Iterator[Item]]]] = {
    "onix": read_onix,
    "kbart": partial(read_table, layout=KBART),
    "csv": partial(read_table, layout=CSV),
}
_OF_CORPUS: Final = {
    "oapen/exports/harvester__test.onix": "onix",
    "oapen/exports/DATA_oapen_25rows.tsv": "kbart",
    "oapen/exports/repository-export-10rows.csv": "csv",
}
_OF_TESTS: Final = {
    "onix-reference.xml": "onix",
    "onix-short.xml": "onix",
    "kbart.tsv": "kbart",
    "oapen.csv": "csv",
    "doab-2018.csv": "csv",
}


def records_of_tests() -> Iterator[StagedRecord]:
    """Of the files in tests/data/files."""
    for name, prefix in _OF_TESTS.items():
        yield from _imported(FILES / name, prefix)


def records_of_corpus(corpus: Path) -> Iterator[StagedRecord]:
    """Of the corpus; DOAB's of 2018 are kept there as JSON already."""
    for name, prefix in _OF_CORPUS.items():
        yield from _imported(corpus / name, prefix)
    with gzip.open(corpus / "doab" / "csv-2018" / "doab.jsonl.gz") as lines:
        for line in lines:
            yield stage(line, "csv")


def _imported(path: Path, prefix: str) -> Iterator[StagedRecord]:
    with opened(path) as file:
        for item in _READERS[prefix](file):
            if isinstance(item, RawRecord):
                yield stage(item.xml, prefix, item.identifier)
