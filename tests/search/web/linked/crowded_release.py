"""A release of extremes: many creators, many links, versions in a circle, records that disagree."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec

from graph.iris import decision_iri, decision_key
from graph.release import ReleaseInfo
from search.document import Document
from search.text.tantivy_engine import open_writer
from tests.graph.stores import bulk_load

BASE = "http://weft.test/"
CROWD, HUB, CONCEPT, WHOLE, PLAIN = "crowd", "hub", "concept", "whole", "plain"
RIGHT_TO_LEFT, MARKUP, STUB, QUARREL, OTHER = "rtl", "markup", "stub", "quarrel", "other"
N_CREATORS, N_CITING, N_VERSIONS, N_PARTS = 3000, 5000, 15, 100
HEBREW = "מדידת מסת הבוזון <b>היגס</b>"
MARKED_UP = "<img src=x onerror=alert(1)> & <i>H</i><sub>2</sub>O"

_PREFIXES = {
    "schema": "https://schema.org/",
    "weft": "https://w3id.org/weft#",
    "cito": "http://purl.org/spar/cito/",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
_CLASS = {"dataset": "Dataset", "paper": "ScholarlyArticle", "software": "SoftwareSourceCode"}
RECORDS = {
    QUARREL: (
        ("zenodo", "oai:zenodo.org:1"),
        ("zenodo", "oai:zenodo.org:2"),
        ("inspire", "oai:inspirehep.net:3"),
        ("hepdata", "oai:hepdata.net:4"),
    ),
    OTHER: (("inspire", "oai:inspirehep.net:9"),),
    PLAIN: (("zenodo", "oai:zenodo.org:20"),),
}
_SAID = (
    {"name": "Mass of the boson", "date": "2012-09-17", "kind": "paper", "publisher": "Elsevier"},
    {"name": "Mass of the boson", "date": "2012", "kind": "paper", "publisher": "Zenodo"},
    {"name": "The mass of a <b>new</b> boson", "date": "2012-08-31", "kind": "paper"},
    {"name": "Mass of the boson", "kind": "paper", "licence": "https://spdx.org/licenses/CC0-1.0"},
)
PREDICATES = {
    "name": "schema:name",
    "date": "schema:datePublished",
    "kind": "weft:kind",
    "publisher": "schema:publisher",
    "licence": "schema:license",
}
JOIN = ("same-doi", "doi:10.1000/mass", RECORDS[QUARREL][:3])
FORCED = ("person-same", "", RECORDS[QUARREL][2:])
APART = ("dois-differ", "arxiv:1207.1", (*RECORDS[QUARREL][2:3], *RECORDS[OTHER]))


def iri(key: str) -> str:
    """The IRI of an entity."""
    return f"{BASE}id/{key}"


def record_of(source: str, name: str) -> str:
    """The IRI of a record."""
    return f"{BASE}record/{source}/{name}"


def decision_path(rule: str, evidence: str, records: tuple[tuple[str, str], ...]) -> str:
    """Where a decision is shown."""
    return "/" + decision_iri("", decision_key(rule, evidence, records))


def write_crowded_release(data: Path) -> None:
    """Write the release, number 5, as the current one of a data directory."""
    release = data / "releases" / "5"
    release.mkdir(parents=True)
    quads = data / "quads.nq"
    quads.write_text("".join(_lines()))
    n_quads = bulk_load(quads, release / "graph")
    with open_writer(release / "text") as writer:
        for document in _documents():
            writer.add(document)
    info = ReleaseInfo(
        number=5,
        created_at="2026-01-02T03:04:05Z",
        base_iri=BASE,
        records=6,
        entities=20,
        stubs=1,
        merged_entities=1,
        links=N_CITING,
        quads=n_quads,
        by_kind={"paper": 3},
        by_source={"zenodo": 3, "inspire": 2, "hepdata": 1},
    )
    (release / "release.json").write_bytes(msgspec.json.encode(info))
    (data / "releases" / "current").symlink_to("5")


def _documents() -> Iterator[Document]:
    yield Document(
        key=CROWD,
        kind="paper",
        title="A paper of many",
        creators=tuple(f"Writer, {n:04}" for n in range(N_CREATORS)),
        abstract="Line one.\nLine <two>.",
    )
    yield Document(key=QUARREL, kind="paper", title="Mass of the boson")


def _term(value: str) -> str:
    prefix, colon, local = value.partition(":")
    if colon and prefix in _PREFIXES:
        return f"<{_PREFIXES[prefix]}{local}>"
    if value.startswith("http") and "<" not in value:
        return f"<{value}>"
    return json.dumps(value, ensure_ascii=False)


def _quad(subject: str, predicate: str, value: str, graph: str = "", language: str = "") -> str:
    end = f" <{graph}>" if graph else ""
    tag = f"@{language}" if language else ""
    return f"<{subject}> {_term(predicate)} {_term(value)}{tag}{end} .\n"


def _entity(key: str, name: str, kind: str = "dataset", **more: str) -> Iterator[str]:
    yield _quad(iri(key), "rdf:type", f"schema:{_CLASS[kind]}")
    yield _quad(iri(key), "schema:name", name, language=more.get("language", ""))
    yield _quad(iri(key), "weft:kind", kind)
    if "date" in more:
        yield _quad(iri(key), "schema:datePublished", more["date"])
    if "version" in more:
        yield _quad(iri(key), "schema:version", more["version"])


def _link(key: str, predicate: str, other: str) -> str:
    return _quad(iri(key), predicate, iri(other))


def _lines() -> Iterator[str]:
    yield from _crowd()
    yield from _hub()
    yield from _versions()
    yield from _parts()
    yield from _quarrel()
    yield from _entity(RIGHT_TO_LEFT, HEBREW, language="he")
    yield from _entity(MARKUP, MARKED_UP)
    yield _link(RIGHT_TO_LEFT, "weft:isSupplementTo", MARKUP)


def _crowd() -> Iterator[str]:
    yield from _entity(CROWD, "A paper of many", "paper")
    for n in range(N_CREATORS):
        agent = f"https://orcid.org/0000-0000-0000-{n:04}" if n % 2 else f"{iri(CROWD)}#agent-{n}"
        yield _quad(iri(CROWD), "schema:creator", agent)
        yield _quad(agent, "schema:name", f"Writer, {n:04}")


def _hub() -> Iterator[str]:
    yield from _entity(HUB, "Cited by thousands", "paper")
    for n in range(N_CITING):
        yield from _entity(f"citing{n}", f"Citing {n}", "paper", date="2020-05")
        yield _link(f"citing{n}", "cito:cites", HUB)
    yield _quad(iri(STUB), "rdf:type", "weft:Stub")
    yield _quad(iri(STUB), "schema:identifier", "doi:10.1000/stub")
    yield _link(HUB, "cito:cites", STUB)
    for key, name, kind in ((PLAIN, "Plain data", "dataset"), ("code", "Plain code", "software")):
        yield from _entity(key, name, kind)
        yield _link(key, "weft:isSupplementTo", HUB)
    yield from _header(PLAIN, *RECORDS[PLAIN][0])
    graph = record_of(*RECORDS[PLAIN][0])
    for predicate, value in (
        ("rdf:type", "weft:Link"),
        ("weft:subject", iri(PLAIN)),
        ("weft:relation", "IsSupplementTo"),
        ("weft:object", iri(HUB)),
        ("weft:statedAs", "isSupplementTo"),
        ("weft:statedTarget", "https://doi.org/10.1000/HUB<x>"),
        ("weft:rule", "stated"),
    ):
        yield _quad(f"{graph}#link-1", predicate, value, graph)


def _versions() -> Iterator[str]:
    yield from _entity(CONCEPT, "All versions of the code", "software")
    for n in range(N_VERSIONS):
        yield from _entity(f"v{n}", "The code", "software", version=f"1.{n}", date="2021-01-01")
        yield _link(f"v{n}", "dcterms:isVersionOf", CONCEPT)
    for n in range(3):
        yield from _entity(f"round{n}", f"Round {n}", date=f"202{n}")
        yield _link(f"round{n}", "prov:wasRevisionOf", f"round{(n + 1) % 3}")


def _parts() -> Iterator[str]:
    yield from _entity(WHOLE, "The whole")
    yield _link(WHOLE, "dcterms:isPartOf", "above")
    yield from _entity("above", "The collection")
    yield _link("above", "dcterms:isPartOf", WHOLE)  # in a circle
    for n in range(N_PARTS):
        yield from _entity(f"part{n}", f"Table {n}")
        yield _link(f"part{n}", "dcterms:isPartOf", WHOLE)
    for n in range(9):
        yield from _entity(f"cell{n}", f"Cell {n}")
        yield _link(f"cell{n}", "dcterms:isPartOf", "part1")


def _quarrel() -> Iterator[str]:
    yield from _entity(QUARREL, "Mass of the boson", "paper", date="2012-09-17")
    yield _quad(iri(QUARREL), "schema:publisher", "Elsevier")
    yield _quad(iri(QUARREL), "schema:license", "https://spdx.org/licenses/CC0-1.0")
    yield _quad(iri(QUARREL), "schema:identifier", "doi:10.1000/mass")
    for (source, name), said in zip(RECORDS[QUARREL], _SAID, strict=True):
        yield from _header(QUARREL, source, name)
        graph = record_of(source, name)
        for field, value in said.items():
            yield _quad(iri(QUARREL), PREDICATES[field], value, graph)
        yield _quad(iri(QUARREL), "schema:identifier", "doi:10.1000/mass", graph)
        yield _quad(iri(QUARREL), "schema:keywords", f"of {source}", graph)
        yield _quad(iri(QUARREL), "schema:keywords", f"of {source}")
    yield from _entity(OTHER, "Mass of another boson", "paper")
    yield from _header(OTHER, *RECORDS[OTHER][0])
    for rule, evidence, records, outcome in (
        (*JOIN, "together"),
        (*FORCED, "together"),
        (*APART, "apart"),
    ):
        yield from _decision(rule, evidence, records, outcome)


def _decision(
    rule: str, evidence: str, records: tuple[tuple[str, str], ...], outcome: str
) -> Iterator[str]:
    graph = f"{BASE}decisions"
    subject = decision_iri(BASE, decision_key(rule, evidence, records))
    yield _quad(subject, "rdf:type", "weft:MergeDecision", graph)
    yield _quad(subject, "weft:rule", rule, graph)
    yield f'<{subject}> {_term("weft:evidence")} "{evidence}" <{graph}> .\n'
    yield _quad(subject, "weft:outcome", f"weft:{outcome}", graph)
    yield _quad(subject, "prov:endedAtTime", "2026-01-02T03:04:05Z", graph)
    for record in records:
        yield _quad(subject, "prov:used", record_of(*record), graph)


def _header(key: str, source: str, name: str) -> Iterator[str]:
    record = record_of(source, name)
    yield _quad(iri(key), "weft:fromRecord", record)
    yield _quad(record, "rdf:type", "weft:SourceRecord")
    yield _quad(record, "weft:source", source)
    yield f"<{record}> {_term('weft:oaiIdentifier')} {json.dumps(name)} .\n"
    yield _quad(record, "weft:status", "weft:live")
    yield _quad(record, "weft:datestamp", "2025-03-04T05:06:07Z")
    yield _quad(record, "weft:harvestedAt", "2026-01-01T00:00:00Z")
