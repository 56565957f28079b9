"""The description of a dump as VoID: `void.ttl`, with IRIs relative to the place of the dump. Pure.

https://www.w3.org/TR/void/ , section 3.2 for dumps.
"""

from typing import Final
from urllib.parse import quote

from graph.terms import iri, literal, moment_literal, typed
from graph.vocabulary import PREFIXES
from search.export.crate import Crate
from search.export.metadata_licence import metadata_licence

NAME: Final = "void.ttl"
_PREFIXES: Final = {
    "void": "http://rdfs.org/ns/void#",
    "dcterms": PREFIXES["dcterms"],
    "foaf": "http://xmlns.com/foaf/0.1/",
    "weft": PREFIXES["weft"],
}


def write_void(crate: Crate, statements: str) -> bytes:
    """The file as UTF-8.

    Args:
        crate: what the dump is.
        statements: name of the file of statements.
    """
    info = crate.info
    lines = [f"@prefix {name}: <{address}> ." for name, address in sorted(_PREFIXES.items())]
    lines += [
        "",
        "<> a void:DatasetDescription ; foaf:primaryTopic <#dataset> .",
        "",
        "<#dataset> a void:Dataset ;",
        f"    dcterms:title {literal(crate.title)} ;",
        f"    dcterms:description {literal(crate.description)} ;",
        f"    dcterms:issued {moment_literal(info.created_at)} ;",
        f"    void:dataDump <{statements}> ;",
        "    void:feature <http://www.w3.org/ns/formats/N-Quads> ;",
        f"    void:uriSpace {literal(info.base_iri)} ;",
    ]
    if not crate.asked.query:
        lines.append(f"    void:entities {typed(str(info.entities), 'integer')} ;")
    lines += [f"    void:vocabulary {iri(each)} ;" for each in sorted(PREFIXES.values())]
    lines += [f"    void:subset <#source-{quote(name)}> ;" for name in crate.licences]
    lines[-1] = lines[-1].removesuffix(";") + "."
    for name in crate.licences:
        source = info.sources.get(name)
        licence = metadata_licence(source)
        lines += ["", f"<#source-{quote(name)}> a void:Dataset ;"]
        if source and source.url:
            lines.append(f"    dcterms:source {iri(source.url)} ;")
        if licence.address:
            lines.append(f"    dcterms:license {iri(licence.address)} ;")
        lines.append(f"    dcterms:title {literal(source.title if source else name)} .")
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")
