"""The description of a dump as an RO-Crate: `ro-crate-metadata.json`. Pure.

RO-Crate 1.1: https://w3id.org/ro/crate/1.1 , in the terms of schema.org.
"""

from typing import Final
from urllib.parse import quote

import msgspec
from msgspec import Struct

from graph.release import Asked, ReleaseInfo
from search.export.metadata_licence import CC0, NOT_STATED, metadata_licence

METADATA: Final = "ro-crate-metadata.json"
# the specification's terms have no checksum
_CONTEXT: Final = ("https://w3id.org/ro/crate/1.1/context", {"sha256": "http://schema.org/sha256"})
_PROFILE: Final = "https://w3id.org/ro/crate/1.1"
_MIXED: Final = "#licences-of-the-sources"
_MAKER: Final = "#weft"


class Part(Struct, frozen=True, kw_only=True):
    """A file of the dump."""

    name: str
    title: str
    media_type: str
    bytes: int = 0
    """0: not known, for it is written later."""
    sha256: str = ""
    conforms_to: str = ""
    """Address of the specification of its format."""


class Crate(Struct, frozen=True, kw_only=True):
    """What a dump is."""

    title: str
    description: str
    info: ReleaseInfo
    asked: Asked
    parts: tuple[Part, ...]
    software: str
    """Name and version of the program that made it."""

    @property
    def licences(self) -> dict[str, str]:
        """Licence of the metadata by name of the source, `NOT_STATED` where none is."""
        names = sorted({*self.info.by_source, *self.info.sources})
        return {name: metadata_licence(self.info.sources.get(name)).name for name in names}


def write_crate(crate: Crate) -> bytes:
    """The file, as UTF-8; of the same release the same, whenever it is made."""
    graph = [
        {
            "@id": METADATA,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": _PROFILE},
        },
        _root(crate),
        *(_file(part) for part in crate.parts),
        *_licence_nodes(crate),
        *_sources(crate),
        {
            "@id": _MAKER,
            "@type": "SoftwareApplication",
            "name": crate.software,
            "description": "Harvests repositories over OAI-PMH and merges their records into one"
            " graph.",
        },
        {
            "@id": "#made",
            "@type": "CreateAction",
            "name": "harvest, merge and export",
            "instrument": {"@id": _MAKER},
            "object": [{"@id": _source_id(name)} for name in crate.licences],
            "result": {"@id": "./"},
            "endTime": crate.info.created_at,
        },
    ]
    document = {"@context": _CONTEXT, "@graph": graph}
    return msgspec.json.format(msgspec.json.encode(document)) + b"\n"


def _root(crate: Crate) -> dict[str, object]:
    info = crate.info
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": crate.title,
        "description": crate.description,
        "datePublished": info.created_at,
        "version": str(info.number),
        "license": {"@id": _licence_of_all(crate)},
        "author": [{"@id": _repository_id(name)} for name in crate.licences],
        "isBasedOn": [{"@id": _source_id(name)} for name in crate.licences],
        "hasPart": [{"@id": part.name} for part in crate.parts],
        "mentions": [{"@id": "#made"}],
    }


def _file(part: Part) -> dict[str, object]:
    said: dict[str, object] = {
        "@id": part.name,
        "@type": "File",
        "name": part.title,
        "encodingFormat": [part.media_type, {"@id": part.conforms_to}]
        if part.conforms_to
        else part.media_type,
        "contentSize": str(part.bytes) if part.bytes else "",
        "sha256": part.sha256,
    }
    return {name: value for name, value in said.items() if value}


def _licence_of_all(crate: Crate) -> str:
    stated = set(crate.licences.values())
    return CC0 if stated == {"CC0-1.0"} else _MIXED


def _licence_nodes(crate: Crate) -> list[dict[str, object]]:
    nodes: list[dict[str, object]] = []
    if "CC0-1.0" in crate.licences.values():
        nodes.append(
            {
                "@id": CC0,
                "@type": "CreativeWork",
                "name": "CC0 1.0 Universal",
                "identifier": "CC0-1.0",
            }
        )
    if _licence_of_all(crate) == _MIXED:
        said = "; ".join(f"{name}: {licence}" for name, licence in crate.licences.items())
        nodes.append(
            {
                "@id": _MIXED,
                "@type": "CreativeWork",
                "name": "licences of the sources' metadata",
                "description": f"Each source has its own: {said or 'there is no source'}.",
            }
        )
    formats = {part.conforms_to for part in crate.parts if part.conforms_to}
    nodes += [
        {"@id": address, "@type": "WebPage", "name": address.rstrip("/").rpartition("/")[2]}
        for address in sorted(formats)
    ]
    return nodes


def _sources(crate: Crate) -> list[dict[str, object]]:
    nodes = []
    for name in crate.licences:
        source = crate.info.sources.get(name)
        licence = metadata_licence(source)
        caveat = next((each for each in crate.asked.caveats if each.startswith(f"{name}:")), "")
        stated = f"; licence of its metadata: {licence.name}"
        stated += f", as {licence.stated_at} states" if licence.stated_at else ""
        node: dict[str, object] = {
            "@id": _source_id(name),
            "@type": "Dataset",
            "identifier": name,
            "name": source.title if source else name,
            "url": source.url if source else "",
            "description": f"{caveat}{stated}",
            "license": {"@id": licence.address} if licence.address else NOT_STATED,
            "publisher": {"@id": _repository_id(name)},
        }
        nodes.append({key: value for key, value in node.items() if value})
        title = source.title if source else name
        nodes.append({"@id": _repository_id(name), "@type": "Organization", "name": title})
    return nodes


def _source_id(name: str) -> str:
    return f"#source-{quote(name, safe='')}"


def _repository_id(name: str) -> str:
    return f"#repository-{quote(name, safe='')}"
