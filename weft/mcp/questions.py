"""What an assistant can ask: the arguments of each tool, with what they mean."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from weft.mcp.limits import MAX_ROWS

_MAX_QUERY: Final = 10_000
_Text = Annotated[str, Meta(max_length=2000)]
_Names = tuple[Annotated[str, Meta(max_length=1000)], ...]
_Limit = Annotated[int, Meta(description="Most of them in the answer.", ge=1, le=MAX_ROWS)]
_Offset = Annotated[int, Meta(description="How many to pass over.", ge=0, le=10_000)]
_Thing = Annotated[
    str,
    Meta(
        description="Key, IRI, or identifier in any spelling (DOI, ISBN, arXiv number, OAI"
        " identifier).",
        min_length=1,
        max_length=2000,
    ),
]


class SearchQuestion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of `search`."""

    text: Annotated[
        str,
        Meta(
            description='Words (all must occur), "phrases", OR, NOT, prefix*, field:value,'
            " year:[2010 TO 2015], or an identifier; empty finds everything.",
            max_length=2000,
        ),
    ] = ""
    kind: Annotated[
        _Names, Meta(description="dataset, paper, software, book, chapter or other; one of these.")
    ] = ()
    source: Annotated[_Names, Meta(description="Names of sources; one of these.")] = ()
    year: Annotated[_Names, Meta(description="Years of publication; one of these.")] = ()
    has: Annotated[_Names, Meta(description="Linked to one: data, paper, software or book.")] = ()
    sort: Literal["relevance", "date", "title"] = "relevance"
    limit: Annotated[int, Meta(description="Most hits.", ge=1, le=100)] = 10
    offset: _Offset = 0


class EntityQuestion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of `entity`."""

    thing: _Thing
    links: Annotated[
        int, Meta(description="Most links in the answer; `links` lists all.", ge=0, le=100)
    ] = 20


class LinksQuestion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of `links`; conditions are AND-ed."""

    at: Annotated[_Text, Meta(description="An entity at either end, named as in `entity`.")] = ""
    from_kind: Annotated[
        _Names, Meta(description="Kinds of what the link starts at; `unknown` of some stubs.")
    ] = ()
    to_kind: Annotated[_Names, Meta(description="Kinds of what the link leads to.")] = ()
    relation: Annotated[
        _Names,
        Meta(description="DataCite relations, such as IsSupplementTo, Cites, IsPartOf."),
    ] = ()
    source: Annotated[
        _Names, Meta(description="Sources, one of which delivered a record of an end.")
    ] = ()
    stated_by: Annotated[
        _Names, Meta(description="Sources, a record of one of which states the link.")
    ] = ()
    year: Annotated[
        str | None,
        Meta(description="Publication of what the link starts at: 2012, 2010-2015 or 2010-."),
    ] = None
    stubs: Annotated[
        Literal["with", "without", "only"],
        Meta(description="Whether an end may be known only as the target of links."),
    ] = "with"
    limit: _Limit = 20
    offset: _Offset = 0


class ExplainQuestion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of `explain`."""

    a: _Thing
    b: Annotated[_Thing | None, Meta(description="Another thing to compare with.")] = None


class SparqlQuestion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of `sparql`."""

    query: Annotated[
        str,
        Meta(
            description="SPARQL 1.1 SELECT, ASK, CONSTRUCT or DESCRIBE. The prefixes cito, dcterms,"
            " prov, rdf, rdfs, schema (https://schema.org/), weft and xsd need no declaration.",
            min_length=1,
            max_length=_MAX_QUERY,
        ),
    ]
    limit: Annotated[int, Meta(description="Most rows in the answer.", ge=1, le=MAX_ROWS)] = 50
