"""The request again, as answers of SRU repeat it; a CQL query also as XCQL. Pure.

https://www.loc.gov/standards/sru/cql/xcql.html
"""

from collections.abc import Sequence
from typing import Final

from search.metadata.markup import around, element, legal, whole
from search.web.sru.asked import SearchAsk
from search.web.sru.cql import MAX_CHARACTERS
from search.web.sru.cql_tree import Clause, Modifier, Operand, Query, Scoped
from search.web.sru.response import escape
from search.web.sru.version import Version

_XCQL: Final = "http://www.loc.gov/zing/cql/xcql/"


def write_echo(version: Version, asked: SearchAsk, query: Query | None) -> str:
    """What is inside `echoedSearchRetrieveRequest`.

    Args:
        version: of the answer.
        asked: the request.
        query: what its query parsed into; None when it did not.

    Returns:
        Nothing when the query is longer than any that is read.
    """
    if len(asked.query) > MAX_CHARACTERS:
        return ""
    numbers = element("startRecord", str(asked.start)) + element("maximumRecords", str(asked.limit))
    packing = element(version.packing_parameter, asked.packing)
    schema = element("recordSchema", asked.schema.uri)
    keys = element("sortKeys", asked.sort_keys)
    if version.is_2:
        kind = element("queryType", asked.query_type)
        return kind + element("query", asked.query) + numbers + packing + schema + keys
    tree = whole("xQuery", write_xcql(query.tree) if query else "")
    label = element("version", version.value)
    return label + whole("query", _text(asked.query)) + tree + numbers + packing + schema + keys


def write_xcql(tree: Operand) -> str:
    """A tree as the elements of XCQL, with their namespace."""
    return _operand(tree, (), xmlns=_XCQL)


def _operand(tree: Operand, prefixes: Sequence[tuple[str, str]], **attributes: str) -> str:
    while isinstance(tree, Scoped):
        prefixes, tree = (*prefixes, *tree.prefixes), tree.child
    assigned = "".join(
        around("prefix", whole("name", _text(name)) + whole("identifier", _text(uri)))
        for name, uri in prefixes
    )
    before = whole("prefixes", assigned, **attributes) if assigned else ""
    if isinstance(tree, Clause):
        return before + whole("searchClause", _clause(tree), **attributes)
    joined = (
        around("boolean", whole("value", tree.operator) + _modifiers(tree.modifiers))
        + around("leftOperand", _operand(tree.left, ()))
        + around("rightOperand", _operand(tree.right, ()))
    )
    return before + whole("triple", joined, **attributes)


def _clause(clause: Clause) -> str:
    relation = whole("value", _text(clause.relation or "=")) + _modifiers(clause.modifiers)
    return (
        whole("index", _text(clause.index or "cql.serverChoice"))
        + around("relation", relation)
        + whole("term", _text(clause.term))
    )


def _modifiers(modifiers: Sequence[Modifier]) -> str:
    return around("modifiers", "".join(around("modifier", _modifier(each)) for each in modifiers))


def _modifier(modifier: Modifier) -> str:
    compared = ""
    if modifier.comparison:
        compared = whole("comparison", _text(modifier.comparison))
        compared += whole("value", _text(modifier.value))
    return whole("type", _text(modifier.name)) + compared


def _text(text: str) -> str:
    """The content of an element that must stand even when it is empty."""
    return escape(legal(text))
