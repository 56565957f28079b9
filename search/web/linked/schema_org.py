"""An entity's description as the JSON-LD that search engines and dataset catalogues read. Pure.

What the graph says, in the shapes that these rules ask for: organisations are nodes, dates and
addresses are plain text. Nothing is claimed that the graph does not say. Of a data set alone the
rules require what no record may state, and there it stands and is told as not known: a version and
keywords (Science-on-Schema.org) are DataCite's `:unav`; a description of at least 50 characters
(Google) puts what is known in words behind a shorter abstract and ends with saying so, while
`abstract` holds the words of the source and nothing else; a name is the identifier.
https://developers.google.com/search/docs/appearance/structured-data/dataset
https://github.com/ESIPFed/science-on-schema.org/blob/main/guides/Dataset.md
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from graph import identifiers
from graph.vocabulary import SCHEMA
from graph.work import Identifier
from search.metadata.datacite import UNAVAILABLE
from search.web.linked.nested_json import DATE, JsonObject, Subject, alone, as_list, context, nest

HTTP_SCHEMA: Final = "http://schema.org/"
"""The namespace of schema.org's own JSON-LD context, which readers of web pages expect; all else
of a release is in `https://schema.org/`."""

_MIN_DESCRIPTION: Final = 50
_MAX_DESCRIPTION: Final = 5000
"""Characters of a description that Google's rules take."""
_NAMED_AUTHORS: Final = 3
_REGISTRY: Final = "https://registry.identifiers.org/registry/"
_AGENTS: Final = ("creator", "contributor", "editor")
_DATASET: Final = "Dataset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The site that lists the entity."""

    name: str
    iri: str


def describe_entity(subject: Subject, catalogue: Catalogue, vocabulary: str = SCHEMA) -> str:
    """Write an entity as JSON-LD 1.1 with its context inside.

    Args:
        subject: the entity.
        catalogue: where it is listed.
        vocabulary: `SCHEMA`, the namespace of the graph, or `HTTP_SCHEMA`.
    """
    top = nest(subject)
    top["url"] = subject.iri
    if subject.abstract:
        top["abstract"] = subject.abstract
    stated = top.get("identifier", subject.iri)
    top["identifier"] = _identifiers(stated)
    if "publisher" in top:
        top["publisher"] = _publisher(top)
    for role in _AGENTS:
        top.update({role: _each(top[role], lambda a: _agent(a, top))} if role in top else {})
    if "funding" in top:
        top["funding"] = _each(top["funding"], _grant)
    if _DATASET in as_list(top.get("@type")):
        top.setdefault("name", _first_text(stated))
        top |= _of_dataset(top, catalogue)
        top["description"] = _description(top, subject, catalogue)
    elif abstract := subject.abstract.strip():
        top["description"] = _shortened(abstract)
    document = {"@context": context(subject, vocabulary), **_in_order(top)}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _identifiers(stated: object) -> object:
    """The identifiers as the graph has them, DOIs also as the nodes that catalogues look for."""
    texts = [text for text in as_list(stated) if isinstance(text, str)]
    nodes: list[object] = []
    for text in texts:
        scheme, _, value = text.partition(":")
        if scheme == "doi":
            node = {
                "@type": "PropertyValue",
                "propertyID": _REGISTRY + scheme,
                "value": text,
                "url": identifiers.iri(Identifier(scheme, value)) or "",
            }
            nodes.append({name: said for name, said in node.items() if said})
    return alone([*nodes, *texts])


def _of_dataset(top: JsonObject, catalogue: Catalogue) -> JsonObject:
    """What the rules ask of a data set and of nothing else; what no record states is said so."""
    return {
        "version": top.get("version", UNAVAILABLE),
        "keywords": top.get("keywords", UNAVAILABLE),
        "includedInDataCatalog": {
            "@id": catalogue.iri,
            "@type": "DataCatalog",
            "name": catalogue.name,
            "url": catalogue.iri,
        },
    }


def _publisher(top: JsonObject) -> object:
    address = top.get("weft:publisherIdentifier")
    named = {"@id": address["@id"]} if isinstance(address, dict) and "@id" in address else {}
    return _each(top["publisher"], lambda name: _organisation(name, **named))


def _organisation(value: object, **more: object) -> object:
    """A name as the organisation that it is; a node stays as it is."""
    return {**more, "@type": "Organization", "name": value} if isinstance(value, str) else value


def _agent(agent: object, top: JsonObject) -> object:
    """A creator or contributor; a collaboration is an organisation, of others no class is guessed.

    "Observatory, Paris" is written as "Curie, Marie" is.
    """
    if not isinstance(agent, dict):
        return agent
    written = dict(agent)
    if "@type" not in written and written.get("name") in as_list(top.get("weft:collaboration")):
        written["@type"] = "Organization"
    if "affiliation" in written:
        written["affiliation"] = _each(written["affiliation"], _organisation)
    return _in_order(written)


def _grant(grant: object) -> object:
    if not isinstance(grant, dict):
        return grant
    written = dict(grant)
    if "weft:awardNumber" in written:
        written["identifier"] = written["weft:awardNumber"]
    if "funder" in written:
        written["funder"] = _each(written["funder"], _organisation)
    return _in_order(written)


def _description(top: JsonObject, subject: Subject, catalogue: Catalogue) -> str:
    """The abstract, or what is known in words, within the lengths that Google's rules take."""
    abstract = subject.abstract.strip()
    if len(abstract) >= _MIN_DESCRIPTION:
        return _shortened(abstract)
    parts = [abstract.rstrip("."), _text_of(top["name"]).rstrip(".")]
    if names := [_text_of(agent) for agent in as_list(top.get("creator"))]:
        others = len(names) - _NAMED_AUTHORS
        shown = "; ".join(names[:_NAMED_AUTHORS])
        parts.append(f"By {shown}" + (f" and {others} more" if others > 0 else ""))
    where = [_text_of(name) for name in as_list(top.get("publisher"))]
    when = [_text_of(date) for date in as_list(top.get(DATE))]
    if where or when:
        parts.append("Published " + ", ".join([*where, *when]))
    parts.append(f"No source gathered in {catalogue.name} gives a longer description of it.")
    whole = ". ".join(part for part in parts if part)
    return whole if len(whole) <= _MAX_DESCRIPTION else whole[: _MAX_DESCRIPTION - 1] + "…"


def _shortened(abstract: str) -> str:
    if len(abstract) <= _MAX_DESCRIPTION:
        return abstract
    return abstract[: _MAX_DESCRIPTION - 1].rsplit(maxsplit=1)[0] + "…"


def _text_of(value: object) -> str:
    """The words of a JSON-LD value: itself, its text or its name."""
    if isinstance(value, dict):
        return _text_of(as_list(value.get("name", value.get("@value", value.get("@id", ""))))[0])
    return str(value)


def _first_text(value: object) -> str:
    return next((item for item in as_list(value) if isinstance(item, str)), "")


def _each(value: object, change: Callable[[object], object]) -> object:
    return alone([change(item) for item in as_list(value)])


def _in_order(written: JsonObject) -> JsonObject:
    """JSON-LD's own names first, then ours by name, links from elsewhere last."""
    first = ("@id", "@type", "name", "url", "description")
    names = [name for name in first if name in written]
    names += sorted(name for name in written if name not in (*first, "@reverse"))
    names += ["@reverse"] if "@reverse" in written else []
    return {name: written[name] for name in names}
