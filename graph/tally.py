"""What the graph of a release holds, counted anew, to be compared with its `release.json`."""

import msgspec

from graph.relation import PREDICATES, WEFT
from graph.release import ReleaseInfo
from graph.store import GraphReader

_LIVE_BY_SOURCE = f"""SELECT ?source (COUNT(*) AS ?n) {{
  ?record <{WEFT}status> <{WEFT}live> ; <{WEFT}source> ?source }} GROUP BY ?source"""
_ENTITIES = f"""SELECT (COUNT(*) AS ?entities) (SUM(IF(?n > 1, 1, 0)) AS ?merged) {{
  SELECT ?entity (COUNT(*) AS ?n) {{ ?entity <{WEFT}fromRecord> ?record }} GROUP BY ?entity }}"""
_BY_KIND = f"""SELECT ?kind (COUNT(*) AS ?n) {{
  ?entity <{WEFT}kind> ?kind FILTER NOT EXISTS {{ ?entity a <{WEFT}Stub> }} }} GROUP BY ?kind"""
_STUBS = f"SELECT (COUNT(*) AS ?n) {{ ?stub a <{WEFT}Stub> }}"
_LINKS = f"""SELECT (COUNT(*) AS ?n) {{
  VALUES ?link {{ {" ".join(f"<{iri}>" for iri in PREDICATES)} }} ?subject ?link ?object }}"""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of a graph, each as the field of `ReleaseInfo` of the same name."""

    quads: int
    records: int
    entities: int
    merged_entities: int
    stubs: int
    links: int
    by_kind: dict[str, int]
    by_source: dict[str, int]


class Difference(msgspec.Struct, frozen=True):
    """A number that is not what release.json says."""

    name: str
    """Such as `entities`, or `by_kind book`."""
    expected: int
    """As release.json has it."""
    found: int


def count(graph: GraphReader) -> Tally:
    """Count what a graph holds. For one whose files are whole, see `GraphReader.rows`.

    Raises:
        ReleaseError: the graph cannot be read.
    """
    by_source = _table(graph, _LIVE_BY_SOURCE)
    ((entities, merged),) = graph.rows(_ENTITIES)
    return Tally(
        quads=len(graph),
        records=sum(by_source.values()),
        entities=int(entities),
        merged_entities=int(merged),
        stubs=_one(graph, _STUBS),
        links=_one(graph, _LINKS),
        by_kind=_table(graph, _BY_KIND),
        by_source=by_source,
    )


def differences(info: ReleaseInfo, tally: Tally) -> list[Difference]:
    """Where a graph has other numbers than its release.json."""
    found = msgspec.structs.asdict(tally)
    pairs = {name: (getattr(info, name), found[name]) for name in found}
    for table in ("by_kind", "by_source"):
        expected, counted = pairs.pop(table)
        for name in sorted(expected.keys() | counted.keys()):
            pairs[f"{table} {name}"] = expected.get(name, 0), counted.get(name, 0)
    return [Difference(name, said, is_) for name, (said, is_) in pairs.items() if said != is_]


def _one(graph: GraphReader, query: str) -> int:
    ((number,),) = graph.rows(query)
    return int(number)


def _table(graph: GraphReader, query: str) -> dict[str, int]:
    return {name: int(number) for name, number in graph.rows(query)}
