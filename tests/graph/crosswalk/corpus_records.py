"""Every record of the corpus as the stage would hold it, whatever file it comes in."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import msgspec
from lxml import etree

from graph.crosswalk.elements import local_name
from harvester.record import StagedRecord

_UNDECLARED = b"<marc:record>"  # cut out of a page that declared the prefix
_DECLARED = b'<marc:record xmlns:marc="http://www.loc.gov/MARC21/slim">'
_PARSER = etree.XMLParser(recover=True)
_SAMPLE = 20  # of the 4738 supplementaries of CERN Open Data, which are alike


def stage(xml: bytes, prefix: str = "any", identifier: str = "oai:example.org:1") -> StagedRecord:
    return StagedRecord(
        source="example",
        identifier=identifier,
        prefix=prefix,
        datestamp="2024-01-01T00:00:00Z",
        is_deleted=False,
        sets=(),
        sha256=b"",
        xml=xml,
        harvested_at="2024-01-02T00:00:00Z",
        seq=1,
    )


def corpus_records(corpus: Path) -> Iterator[StagedRecord]:
    for path in sorted([*corpus.rglob("*.xml"), *corpus.rglob("*.xml.gz")]):
        yield from _of_file(path)
    folder = corpus / "cernopendata" / "json"
    for name, step in (("records", 1), ("supplementaries", _SAMPLE)):
        lines = gzip.decompress((folder / f"{name}.jsonl.gz").read_bytes()).splitlines()
        for line in lines[::step]:
            metadata = msgspec.json.decode(line)
            metadata.pop("_corpus")  # what the collectors added
            yield stage(msgspec.json.encode(metadata), "cernopendata-json")
    for path in sorted(corpus.glob("inspire/json/*.json")):
        yield stage(path.read_bytes(), "inspire-json")


def _of_file(path: Path) -> Iterator[StagedRecord]:
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    content = content.replace(_UNDECLARED, _DECLARED, 1)
    try:
        root = etree.fromstring(content.strip(), _PARSER)
    except etree.XMLSyntaxError:
        return
    if root is None:
        return
    inside = {"metadata", "datafield"}
    records = [
        each
        for each in root.iter("{*}record")
        if not inside.isdisjoint(local_name(child.tag) for child in each)
        and not any(local_name(above.tag) == "metadata" for above in each.iterancestors())
    ]
    for record in records or [root]:
        identifier = record.findtext("{*}header/{*}identifier") or "oai:example.org:1"
        yield stage(etree.tostring(record), identifier=identifier)
