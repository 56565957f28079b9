"""The SPARQL behind each figure of a coverage report. Pure.

Each text gives the number that `search.coverage.measure` counts from the columns; a test runs them
all. They are written for being read, and so that the store starts at the few things it looks for:
conditions on the far end of a step stand in an EXISTS of their own.
"""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from graph.relation import PREDICATES
from graph.terms import literal
from graph.vocabulary import PREFIXES, SPDX
from graph.work import Kind
from search.coverage.fields import Field
from search.coverage.rollup import KINDS_WITH_PARTS, PART_RELATION, VERSION_RELATIONS
from search.coverage.selection import NOT_STATED, Selection, Years

PROLOGUE: Final = "".join(
    f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n"
    for prefix in ("cito", "dcterms", "prov", "schema", "weft")
)
NO_YEAR: Final = 9999
"""Stands for the year of works without one, since MIN needs a number."""
MAX_RECORDS: Final = 1000
"""Records that a query behind an overlap lists."""
_PREDICATE_OF: Final = {name: predicate for predicate, name in PREDICATES.items()}


def _short(predicate: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if predicate.startswith(namespace):
            return f"{prefix}:{predicate.removeprefix(namespace)}"
    return f"<{predicate}>"


_VERSION: Final = tuple(_short(_PREDICATE_OF[name]) for name in VERSION_RELATIONS)
_STEP: Final = (*_VERSION, _short(_PREDICATE_OF[PART_RELATION]))

VALUE_PATTERNS: Final = {
    "identifiers": '?e schema:identifier ?stated . BIND(STRBEFORE(?stated, ":") AS ?value)',
    "licences": f'?e schema:license ?stated . BIND(REPLACE(STR(?stated), "^{SPDX}", "") AS ?value)',
    "access": "?e weft:access ?value .",
    "languages": "?e schema:inLanguage ?value .",
    "subjects": "?e schema:keywords ?value .",
    "publishers": "?e schema:publisher ?value .",
}
"""Where the values of a figure stand."""


def entities(selection: Selection) -> str:
    """`?n`: the selected entities."""
    return _query(f"SELECT (COUNT(DISTINCT ?e) AS ?n) {{\n{_selected(selection)}\n}}")


def records(selection: Selection) -> str:
    """`?n`: their records."""
    return _query(
        "SELECT (COUNT(DISTINCT ?record) AS ?n) {\n"
        f"{_selected(selection)}\n  ?e weft:fromRecord ?record .\n}}"
    )


def works(selection: Selection) -> str:
    """`?n`: what they count as, rolled up whatever the selection says."""
    rolled = replace(selection, rolled_up=True)
    return _query(f"SELECT (COUNT(DISTINCT ?work) AS ?n) {{\n{_works(rolled)}\n}}")


def merged(selection: Selection) -> str:
    """`?n`: selected entities with more than one record."""
    return _query(
        "SELECT (COUNT(*) AS ?n) { SELECT ?e {\n"
        f"{_selected(selection)}\n  ?e weft:fromRecord ?record .\n"
        "} GROUP BY ?e HAVING(COUNT(DISTINCT ?record) > 1) }"
    )


def stubs() -> str:
    """`?n`: stubs of the whole release."""
    return _query("SELECT (COUNT(DISTINCT ?e) AS ?n) { ?e a weft:Stub }")


def by_kind(selection: Selection) -> str:
    """`?kind ?entities`."""
    return _query(
        "SELECT ?kind (COUNT(DISTINCT ?e) AS ?entities) {\n"
        f"{_selected(selection)}\n}} GROUP BY ?kind ORDER BY ?kind"
    )


def by_source(selection: Selection) -> str:
    """`?source ?records ?entities`."""
    return _query(
        "SELECT ?source (COUNT(DISTINCT ?record) AS ?records) (COUNT(DISTINCT ?e) AS ?entities) {\n"
        f"{_selected(selection)}\n  ?e weft:fromRecord ?record . ?record weft:source ?source .\n"
        "} GROUP BY ?source ORDER BY ?source"
    )


def growth(selection: Selection) -> str:
    """`?year ?kind ?n`; `NO_YEAR` of works without a year."""
    return _query(
        "SELECT ?year ?kind (COUNT(*) AS ?n) {\n"
        "  SELECT ?work (MIN(?of) AS ?kind) (MIN(?in) AS ?year) {\n"
        f"{_works(selection)}\n"
        "    OPTIONAL { ?e weft:year ?stated }\n"
        f"    BIND(COALESCE(?stated, {NO_YEAR}) AS ?in)\n"
        "  } GROUP BY ?work\n} GROUP BY ?year ?kind ORDER BY ?year ?kind"
    )


def values(figure: str, selection: Selection) -> str:
    """`?value ?n` of one of `VALUE_PATTERNS`."""
    return _query(
        "SELECT ?value (COUNT(DISTINCT ?work) AS ?n) {\n"
        f"{_works(selection)}\n  {VALUE_PATTERNS[figure]}\n"
        "} GROUP BY ?value ORDER BY DESC(?n) ?value"
    )


def overlap(selection: Selection, sources: Iterable[str]) -> str:
    """`?n`: selected entities that exactly these sources delivered."""
    exactly = _exactly(tuple(sources))
    return _query(f"SELECT (COUNT(DISTINCT ?e) AS ?n) {{\n{_selected(selection)}\n{exactly}\n}}")


def overlap_records(selection: Selection, sources: Iterable[str]) -> str:
    """`?entity ?name ?source ?record` of the same entities."""
    exactly = _exactly(tuple(sources))
    return _query(
        "SELECT (?e AS ?entity) ?name ?source ?record {\n"
        f"{_selected(selection)}\n{exactly}\n"
        "  ?e weft:fromRecord ?record . ?record weft:source ?source .\n"
        f"  OPTIONAL {{ ?e schema:name ?name }}\n}} LIMIT {MAX_RECORDS}"
    )


def completeness(field: Field, selection: Selection) -> str:
    """`?source ?n`: records of the selected entities that state a field."""
    return _query(
        "SELECT ?source (COUNT(DISTINCT ?record) AS ?n) {\n"
        f"{_selected(selection)}\n  ?e weft:fromRecord ?record . ?record weft:source ?source .\n"
        f"  GRAPH ?record {{ {field.pattern} }}\n}} GROUP BY ?source ORDER BY ?source"
    )


def works_of_kind(kind: str, selection: Selection) -> str:
    """`?n`: selected works of a kind."""
    return _query(f"SELECT (COUNT(DISTINCT ?work) AS ?n) {{\n{_works(selection, (kind,))}\n}}")


def linked_works(  # noqa: PLR0913, PLR0917  # what a link coverage is made of
    kind: str,
    members: tuple[str, ...],
    other_kinds: tuple[str, ...],
    relations: tuple[str, ...],
    selection: Selection,
    only_delivered: bool = False,  # noqa: FBT001, FBT002  # the second of two figures
) -> str:
    """`?n`: selected works of a kind, a part or version of which is linked to something.

    Args:
        kind: of the works.
        members: kinds of what counts with them.
        other_kinds: of what is linked to; empty for any.
        relations: canonical names of the link types; none: nothing is linked.
        selection: which works.
        only_delivered: whether stubs do not count.
    """
    everybody = Selection(rolled_up=selection.rolled_up)
    linked = (
        f"  {{ SELECT DISTINCT ?work {{\n{_works(everybody, members)}\n"
        f"{_linked(other_kinds, relations, only_delivered=only_delivered)}\n  }} }}"
    )
    return _query(
        "SELECT (COUNT(DISTINCT ?work) AS ?n) {\n"
        f"  {{ SELECT DISTINCT ?work {{\n{_works(selection, (kind,))}\n  }} }}\n{linked}\n}}"
    )


def _linked(
    other_kinds: tuple[str, ...], relations: tuple[str, ...], *, only_delivered: bool
) -> str:
    links = " ".join(_short(_PREDICATE_OF[name]) for name in relations)
    lines = [
        "  { SELECT DISTINCT ?e {",
        f"    VALUES ?link {{ {links} }}",
        "    { ?e ?link ?other } UNION { ?other ?link ?e }",
    ]
    if other_kinds:
        lines.append(
            f"    FILTER EXISTS {{ ?other weft:kind ?kind_of FILTER(?kind_of IN"
            f" ({_listed(other_kinds)})) }}"
        )
    if only_delivered:
        lines.append("    FILTER NOT EXISTS { ?other a weft:Stub }")
    return "\n".join((*lines, "  } }"))


def _query(text: str) -> str:
    used = [line for line in PROLOGUE.splitlines() if line.split()[1] in text]
    return "\n".join((*used, text, ""))


def _listed(values: Iterable[str]) -> str:
    return ", ".join(map(literal, values))


def _works(selection: Selection, kinds: tuple[str, ...] = ()) -> str:
    """Pattern for `?e`, its kind `?of` and `?work`, alike for all that counts as one."""
    if not selection.rolled_up:
        return f"{_selected(selection, kinds, '?of')}\n  BIND(STR(?e) AS ?work)"
    with_parts = tuple(kind for kind in kinds or Kind if kind in KINDS_WITH_PARTS)
    without = tuple(kind for kind in kinds or Kind if kind not in KINDS_WITH_PARTS)
    blocks = [
        f"  {{ {_rolled(selection, tuple(map(str, of)), steps)} }}"
        for of, steps in ((with_parts, _STEP), (without, _VERSION))
        if of
    ]
    return "\n  UNION\n".join(blocks)


def _rolled(selection: Selection, kinds: tuple[str, ...], steps: tuple[str, ...]) -> str:
    """What entities of some kinds count as; `search.coverage.rollup` says the rule in words."""
    step = f"({'|'.join(steps)})"
    is_top = f"NOT EXISTS {{ ?x {step} ?y . FILTER({_takes_in('?y', kinds)}) }}"
    return (
        'SELECT ?e ?of (REPLACE(MIN(?rank), "^9", "0") AS ?work) {\n'
        f"{_selected(selection, kinds, '?of')}\n"
        f"    {{}} UNION {{ ?e {step}+ ?x }}\n"
        f"    FILTER(!BOUND(?x) || ({_takes_in('?x', kinds)}) && {is_top})\n"
        '    BIND(IF(!BOUND(?x), CONCAT("9 ", STR(?e)),\n'
        '      IF(NOT EXISTS { ?x weft:kind ?any }, CONCAT("2 ", STR(?x), " ", ?of),\n'
        '      CONCAT(IF(EXISTS { ?x a weft:Stub }, "1 ", "0 "), STR(?x)))) AS ?rank)\n'
        "  } GROUP BY ?e ?of"
    )


def _takes_in(name: str, kinds: tuple[str, ...]) -> str:
    """Whether a thing takes in an entity of kind `?of`."""
    same = f"EXISTS {{ {name} weft:kind ?of }}"
    if Kind.CHAPTER in kinds:
        same += f' || ?of = "chapter" && EXISTS {{ {name} weft:kind "book" }}'
    return (
        f"{same} || NOT EXISTS {{ {name} weft:kind ?any }}"
        f" && EXISTS {{ ?version {'|'.join(_VERSION)} {name} }}"
    )


def _selected(selection: Selection, kinds: tuple[str, ...] = (), kind: str = "?kind") -> str:
    """Pattern for `?e`, a delivered entity, and its kind."""
    tests = [f"{kind} IN ({_listed(chosen)})" for chosen in (kinds, selection.kinds) if chosen]
    if selection.sources:
        tests.append(_from_sources(selection.sources))
    if selection.years:
        tests.append(_in_years(selection.years))
    for predicate, stated in (
        ("schema:publisher", selection.publishers),
        ("schema:inLanguage", selection.languages),
        ("weft:collaboration", selection.collaborations),
    ):
        if stated:
            tests.append(_has_value(f"?e {predicate} ?said", "?said", stated))
    if selection.licences:
        is_spdx = f'REPLACE(STR(?said), "^{SPDX}", "")'
        tests.append(_has_value("?e schema:license ?said", is_spdx, selection.licences))
    filters = "".join(f"\n  FILTER({test})" for test in tests)
    return f"  ?e weft:kind {kind} . FILTER NOT EXISTS {{ ?e a weft:Stub }}{filters}"


def _from_sources(sources: tuple[str, ...]) -> str:
    return (
        "EXISTS { ?e weft:fromRecord ?one FILTER EXISTS { ?one weft:source ?from"
        f" FILTER(?from IN ({_listed(sources)})) }} }}"
    )


def _has_value(pattern: str, value: str, stated: tuple[str, ...]) -> str:
    known = tuple(each for each in stated if each != NOT_STATED)
    tests = [f"EXISTS {{ {pattern} FILTER({value} IN ({_listed(known)})) }}"] if known else []
    if NOT_STATED in stated:
        tests.append(f"NOT EXISTS {{ {pattern} }}")
    return " || ".join(tests)


def _in_years(spans: tuple[Years, ...]) -> str:
    tests = []
    for span in spans:
        since = [f"?in_year >= {span.since}"] if span.since is not None else []
        until = [f"?in_year <= {span.until}"] if span.until is not None else []
        if since or until:
            tests.append(f"({' && '.join((*since, *until))})")
    found = [f"EXISTS {{ ?e weft:year ?in_year FILTER({' || '.join(tests)}) }}"] if tests else []
    if any(span.is_unknown for span in spans):
        found.append("NOT EXISTS { ?e weft:year ?in_year }")
    return " || ".join(found)


def _exactly(sources: tuple[str, ...]) -> str:
    if not sources:
        return "  FILTER NOT EXISTS { ?e weft:fromRecord ?any }"
    each = "".join(
        "\n  FILTER EXISTS { ?e weft:fromRecord ?one FILTER EXISTS"
        f" {{ ?one weft:source {literal(source)} }} }}"
        for source in sources
    )
    return (
        "  FILTER NOT EXISTS { ?e weft:fromRecord ?one FILTER NOT EXISTS { ?one weft:source ?from"
        f" FILTER(?from IN ({_listed(sources)})) }} }}{each}"
    )
