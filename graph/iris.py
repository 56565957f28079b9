"""The IRIs that Weft mints below its base IRI: entities, source records, decisions."""

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NewType
from urllib.parse import quote

EntityKey = NewType("EntityKey", str)
"""13 lower-case base32 characters, minted once for an entity and never recomputed."""

_KEY_LENGTH = 13
_PLAIN: Final = re.compile(r"[A-Za-z0-9:._~-]*+")


def mint_key(seed: str) -> EntityKey:
    """The key that an identifier, written `scheme:value`, stands for at first sight.

    >>> mint_key("doi:10.1016/j.physletb.2012.08.020")
    's2fdw53xs4inn'
    """
    digest = hashlib.sha256(seed.encode(errors="replace")).digest()
    # ten bytes make 16 characters: more than a key has, and sooner encoded than all 32
    return EntityKey(base64.b32encode(digest[:10])[:_KEY_LENGTH].decode().lower())


def entity_iri(base: str, key: str) -> str:
    """Where an entity resolves: `{base}id/{key}`."""
    return f"{base}id/{key}"


def record_iri(base: str, source: str, identifier: str) -> str:
    """A source record, and the named graph of what it says: `{base}record/{source}/{OAI id}`.

    >>> record_iri("http://x/", "oapen", "oai:library.oapen.org:20.500.12657/1")
    'http://x/record/oapen/oai:library.oapen.org:20.500.12657%2F1'
    """
    return f"{base}record/{_quoted_source(source)}/{_quoted(identifier)}"


def decision_key(rule: str, evidence: str, records: Iterable[tuple[str, str]]) -> str:
    """The key of a merge decision: of its rule, what it rests on and the records it is about."""
    about = " ".join(sorted(record_iri("", *record) for record in records))
    return mint_key(f"{rule} {evidence} {about}")


def decision_iri(base: str, key: str) -> str:
    """A merge decision: `{base}decision/{key}`."""
    return f"{base}decision/{key}"


@lru_cache(maxsize=1024)
def _quoted_source(source: str) -> str:
    return quote(source, safe="", errors="replace")


def _quoted(identifier: str) -> str:
    if _PLAIN.fullmatch(identifier):  # ten times as fast as `quote`, which would change nothing
        return identifier
    return quote(identifier, safe=":", errors="replace")
