"""The IRIs that Weft mints below its base IRI: entities, source records, decisions."""

import base64
import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import NewType
from urllib.parse import quote

EntityKey = NewType("EntityKey", str)
"""13 lower-case base32 characters, minted once for an entity and never recomputed."""

_KEY_LENGTH = 13


def mint_key(seed: str) -> EntityKey:
    """The key that an identifier, written `scheme:value`, stands for at first sight.

    >>> mint_key("doi:10.1016/j.physletb.2012.08.020")
    's2fdw53xs4inn'
    """
    digest = base64.b32encode(hashlib.sha256(seed.encode(errors="replace")).digest())
    return EntityKey(digest[:_KEY_LENGTH].decode().lower())


def entity_iri(base: str, key: str) -> str:
    """Where an entity resolves: `{base}id/{key}`."""
    return f"{base}id/{key}"


def record_iri(base: str, source: str, identifier: str) -> str:
    """A source record, and the named graph of what it says: `{base}record/{source}/{OAI id}`.

    >>> record_iri("http://x/", "oapen", "oai:library.oapen.org:20.500.12657/1")
    'http://x/record/oapen/oai:library.oapen.org:20.500.12657%2F1'
    """
    return f"{base}record/{_quoted(source, '')}/{_quoted(identifier, ':')}"


def decision_key(rule: str, evidence: str, records: Iterable[tuple[str, str]]) -> str:
    """The key of a merge decision: of its rule, what it rests on and the records it is about."""
    about = " ".join(sorted(record_iri("", *record) for record in records))
    return mint_key(f"{rule} {evidence} {about}")


def decision_iri(base: str, key: str) -> str:
    """A merge decision: `{base}decision/{key}`."""
    return f"{base}decision/{key}"


@lru_cache(maxsize=4096)
def _quoted(text: str, safe: str) -> str:
    return quote(text, safe=safe, errors="replace")
