"""A release's store of generated entities and links: the graph alone, made without harvesting.

A link has what a real one has: an end that is a stub in half of the cases, a statement in the graph
of a record with its words and its rule, and for one in ten a second one in other words.
"""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from graph.iris import mint_key, record_iri
from graph.quads import RecordHeader, header_lines, link_line, stub_lines
from graph.relation import RELATIONS, WEFT
from graph.release import ReleaseInfo
from graph.store_loader import open_loader
from graph.vocabulary import RDF_TYPE, SCHEMA, XSD
from graph.work import Identifier

BASE: Final = "http://127.0.0.1:8080/"
_KINDS: Final = ("dataset", "paper", "software", "dataset", "book")
_STATED: Final = ("IsSupplementTo", "Cites", "IsVersionOf", "IsDerivedFrom", "IsCitedBy")
_SOURCES: Final = ("alpha", "beta", "gamma", "delta")
_LINKS_EACH: Final = 4
_TO_STUB: Final = 0.5
_STATED_TWICE: Final = 0.1


def make_store(n_links: int, directory: Path) -> ReleaseInfo:
    """Load a store of about so many links; what `release.json` would say of it."""
    rng = random.Random(1)  # noqa: S311  # the same links every time
    n_entities, n_stubs = n_links // _LINKS_EACH, n_links // (2 * _LINKS_EACH)
    keys = [str(mint_key(f"doi:10.5072/{n}")) for n in range(n_entities)]
    stubs = [str(mint_key(f"doi:10.5073/{n}")) for n in range(n_stubs)]
    n_made = 0
    with open_loader(directory) as loader:
        for n, key in enumerate(stubs):
            loader.add(stub_lines(key, Identifier("doi", f"10.5073/{n}"), "paper", BASE))
        for n in range(n_entities):
            loader.add(_entity(n, keys[n]))
            targets = {
                rng.choice(stubs) if rng.random() < _TO_STUB else rng.choice(keys): None
                for _ in range(_LINKS_EACH)
            }
            targets.pop(keys[n], None)
            n_made += len(targets)
            for place, target in enumerate(targets):
                loader.add(_link(rng, n, keys[n], target, place))
    return _info(n_made, n_entities, n_stubs, loader.n_quads)


def _entity(n: int, key: str) -> Iterator[str]:
    source, record = _record(n)
    yield header_lines(
        RecordHeader(
            source=source,
            identifier=f"oai:{source}:{n}",
            datestamp="2024-01-01T00:00:00Z",
            harvested_at="2024-01-02T00:00:00Z",
            sha256=bytes(32),
            status="live",
        ),
        BASE,
    )
    subject, year = f"<{BASE}id/{key}>", 2000 + n % 25
    said = (
        f'<{WEFT}kind> "{_KINDS[n % len(_KINDS)]}"',
        f'<{SCHEMA}name> "A measurement of sort {n} and what it is good for"@en',
        f'<{SCHEMA}datePublished> "{year}-05-01"^^<{XSD}date>',
        f'<{WEFT}year> "{year}"^^<{XSD}integer>',
        f'<{SCHEMA}identifier> "doi:10.5072/{n}"',
        f"<{SCHEMA}sameAs> <https://doi.org/10.5072/{n}>",
    )
    for statement in said:
        yield f"{subject} {statement} .\n{subject} {statement} <{record}> .\n"
    for agent in range(3):
        node = f"<{record}#agent-{agent}>"
        yield f"{subject} <{SCHEMA}creator> {node} .\n"
        yield f'{node} <{SCHEMA}name> "Author {n} {agent}" .\n'
    yield f"{subject} <{WEFT}fromRecord> <{record}> .\n"


def _link(rng: random.Random, n: int, key: str, target: str, place: int) -> Iterator[str]:
    stated = rng.choice(_STATED)
    relation = RELATIONS[stated]
    ends = (target, key) if relation.is_inverse else (key, target)
    yield link_line(ends[0], relation.predicate, ends[1], BASE)
    _, record = _record(n)
    for again in range(1 + (rng.random() < _STATED_TWICE)):
        node, end = f"<{record}#link-{place}-{again}>", f"<{record}> .\n"
        yield (
            f"{node} <{RDF_TYPE}> <{WEFT}Link> {end}"
            f"{node} <{WEFT}subject> <{BASE}id/{key}> {end}"
            f'{node} <{WEFT}relation> "{stated}" {end}'
            f"{node} <{WEFT}object> <{BASE}id/{target}> {end}"
            f'{node} <{WEFT}statedAs> "{stated}" {end}'
            f'{node} <{WEFT}statedTarget> "https://doi.org/10.5072/{target}" {end}'
            f'{node} <{WEFT}rule> "stated" {end}'
        )


def _record(n: int) -> tuple[str, str]:
    source = _SOURCES[n % len(_SOURCES)]
    return source, record_iri(BASE, source, f"oai:{source}:{n}")


def _info(n_links: int, n_entities: int, n_stubs: int, n_quads: int) -> ReleaseInfo:
    return ReleaseInfo(
        number=1,
        created_at="2024-01-02T00:00:00Z",
        base_iri=BASE,
        records=n_entities,
        entities=n_entities,
        stubs=n_stubs,
        merged_entities=0,
        links=n_links,
        quads=n_quads,
        by_kind={},
        by_source={},
    )
