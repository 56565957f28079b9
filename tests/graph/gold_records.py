"""The records that the judged pairs of tests/data/gold name, staged from the corpus as Weft does.

Sources, folders and prefixes are those of tests/data/gold/README.md; `weft replay` serves the
folders, `weft import` reads the files, and a companion delivers the JSON.
"""

import asyncio
import csv
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from lxml import etree

from harvester.files import import_file
from harvester.protocol import OAI_NS
from harvester.provider.archive import open_archive
from harvester.provider.source import Selection
from harvester.record import StagedRecord
from harvester.stage import open_stage

CERN, ZENODO = "cernopendata/oai-reconstructed", "zenodo/oai"
HEPDATA = "hepdata/oai-reconstructed-datacite"
REPLAYED: Final = {
    "b2find-datacite": ("generic-oai/b2find", "datacite"),
    "cernopendata": (f"{CERN}/oai_datacite", "oai_datacite"),
    "cernopendata-dc": (f"{CERN}/oai_dc", "oai_dc"),
    "cernopendata-openaire": (f"{CERN}/oai_openaire", "oai_openaire"),
    "datacite-bolognese": ("datacite/fixtures-bolognese", "datacite"),
    "datacite-lupo": ("datacite/fixtures-lupo", "datacite"),
    "datacite-oaip": ("datacite/oai-oaip", "datacite"),
    "datacite-schema": ("datacite/schema-examples", "datacite"),
    "datacite-viringo": ("datacite/oai-viringo", "oai_dc"),
    "hepdata": (f"{HEPDATA}/oai_datacite", "oai_datacite"),
    "hepdata-datacite": (f"{HEPDATA}/datacite", "datacite"),
    "oapen": ("oapen/xoai", "xoai"),
    "openaire": ("generic-oai/openaire-native", "datacite"),
    "pyoai": ("generic-oai/pyoai", "oai_dc"),
    "vufind-marc": ("generic-oai/vufindharvest", "marc21"),
    "zenodo": (ZENODO, "oai_datacite"),
    "zenodo-datacite": (ZENODO, "datacite"),
    "zenodo-datacite3": (ZENODO, "oai_datacite3"),
    "zenodo-dc": (ZENODO, "oai_dc"),
    "zenodo-openaire": ("zenodo/openaire-native", "oai_datacite"),
    "zenodo-openaire-datacite": ("zenodo/openaire-native", "datacite"),
}
"""Source: folder and prefix."""
IMPORTED: Final = {
    "inspire-marc": "inspire/marcxml/demo-records.xml.gz",
    "inspire-marc-acceptance": "inspire/marcxml/demo-records-acceptance.xml.gz",
    "oapen-csv": "oapen/exports/repository-export-10rows.csv",
    "oapen-marc": "oapen/exports/repository-export.marc-short.xml",
    "oapen-onix": "oapen/exports/repository-export.onix_3.0-short.xml",
    "oapen-onix-harvester": "oapen/exports/harvester__test.onix",
    "oapen-tsv": "oapen/exports/DATA_oapen_25rows.tsv",
}
"""Source: file."""

_DOAB: Final = ("Title", "ISBN", "Volume", "Authors", "Pages", "ISSN", "Series title")
_DOAB_2018: Final = (
    *_DOAB,
    *("Publisher", "Language", "Keywords", "Year of publication", "Added on date", "Subjects"),
    *("License", "Full text", "Type"),
)
"""DOAB's columns in their order of 2018; a row is known by the hash of its cells in this order."""

_HYPHENS: Final = re.compile("[\u2010-\u2015-]")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+")
_STATED: Final = {
    "doi": re.compile(r"10\.\d{4,9}/[^\s<>\"|&]+"),
    "isbn": re.compile(r"97[89](\d{9})\d|(?<!\d)(\d{9})[\dx](?!\d)"),
    "handle": re.compile(r"(?:handle\.net/|hdl:|handle/|\b)((?:20\.500\.\d+|1765)/\d+)"),
    "oai": re.compile(r"oai:([^\s<>\"]+)"),
}


def gold_records(corpus: Path, folder: Path) -> Iterator[StagedRecord]:
    """Stage all records of the sources that the pairs name.

    Args:
        corpus: where the sources' files are.
        folder: for what has to be written on the way.
    """
    for name, (place, prefix) in REPLAYED.items():
        yield from _replayed(name, corpus / place, prefix)
    doab = folder / "doab-2018.csv"
    _write_doab(corpus / "doab" / "csv-2018" / "doab.jsonl.gz", doab)
    files = {name: corpus / place for name, place in IMPORTED.items()} | {"doab-2018": doab}
    with open_stage(folder / "stage.db") as stage:
        for name, path in files.items():
            asyncio.run(import_file(name, path, stage))
            yield from stage.records(source=name)
    for name in ("records", "supplementaries"):
        path = corpus / "cernopendata" / "json" / f"{name}.jsonl.gz"
        for line in gzip.decompress(path.read_bytes()).splitlines():
            metadata = msgspec.json.decode(line)
            del metadata["_corpus"]  # what the collectors added
            body = msgspec.json.encode(metadata)
            yield _stage(
                "cernopendata-rest", f"recid:{metadata['recid']}", "cernopendata-json", body
            )
    for path in sorted(corpus.glob("inspire/json/literature_*.json")):
        identifier = f"recid:{path.stem.partition('_')[2]}"
        yield _stage("inspire", identifier, "inspire-json", path.read_bytes())


def stated_identifiers(record: StagedRecord) -> set[str]:
    """DOIs, ISBNs, handles and OAI identifiers anywhere in a record, however they are written.

    Found by regular expressions over the raw text, with nothing of the crosswalks in between; an
    ISBN is its nine digits between prefix and check digit.
    """
    text = _HYPHENS.sub("-", record.xml.decode().casefold())
    found = {
        f"{scheme}:{''.join(filter(None, match.groups())) or match[0]}".rstrip(".,;)")
        for scheme, pattern in _STATED.items()
        if scheme != "isbn"
        for match in pattern.finditer(text)
    }
    if record.prefix == "cernopendata-json":  # states its number, which is in its OAI identifier
        found.add(f"oai:cernopendata.cern:{msgspec.json.decode(record.xml)['recid']}")
    digits = re.sub(r"(?<=\d)-(?=[\dx])", "", _ADDRESS.sub("", text))
    return found | {f"isbn:{m[1] or m[2]}" for m in _STATED["isbn"].finditer(digits)}


def _replayed(name: str, folder: Path, prefix: str) -> Iterator[StagedRecord]:
    """What `weft replay` serves of a folder in one format."""
    with open_archive(folder) as archive:
        position = ""
        while True:
            page = archive.records(Selection(prefix=prefix), position)
            for item in page.items:
                frame = b'<ListRecords xmlns="%s">%s</ListRecords>' % (OAI_NS.encode(), item)
                record = etree.fromstring(frame)[0]
                identifier = record.findtext("{*}header/{*}identifier") or ""
                yield _stage(name, identifier.strip(), prefix, etree.tostring(record))
            position = page.next_position
            if not position:
                return


def _write_doab(rows: Path, path: Path) -> None:
    """Write the rows of DOAB's export as the CSV that they were."""
    with gzip.open(rows) as lines, path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _DOAB_2018)
        writer.writeheader()
        writer.writerows(json.loads(line) for line in lines)


def _stage(source: str, identifier: str, prefix: str, body: bytes) -> StagedRecord:
    return StagedRecord(
        source=source,
        identifier=identifier,
        prefix=prefix,
        datestamp="2024-01-01T00:00:00Z",
        is_deleted=False,
        sets=(),
        sha256=b"",
        xml=body,
        harvested_at="2024-01-02T00:00:00Z",
        seq=1,
    )
