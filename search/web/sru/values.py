"""The values that a term means in an index of values, in the words of the release. Pure."""

from typing import Final

from graph import language, licence
from search.web.sru.indexes import Index

_TYPES: Final = {
    "text": ("paper", "book", "chapter"),
    "eprint": ("paper",),
    "book chapter": ("chapter",),
}
"""Kinds by the types of Dublin Core records that go by another name."""


def values_of(index: Index, text: str) -> tuple[str, ...]:
    """The values to look for, at least one.

    >>> from search.web.sru.indexes import BY_NAME
    >>> values_of(BY_NAME["dc"].indexes["language"], "ger")
    ('de',)
    """
    if index.field == "language":
        return (language.normalise(text) or text,)
    if index.field == "licence":
        return (licence.spdx(text) or text,)
    if index.name == "type":
        return _TYPES.get(text.lower(), (text,))
    return (text,)
