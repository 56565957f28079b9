"""Questions to begin with: searches of the front page, and the worked queries of the SPARQL page.

Each query is a file of `search/queries/`, which begins with what people are told of it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graph.vocabulary import PREFIXES
from search.words import WORDS

QUERIES: Final = Path(__file__).parent.parent / "queries"
"""One query a file, in the order of their names."""
ASKED_BY: Final = ("meta-researchers", "librarians", "portals")
"""Who the queries are for, in the order of the page."""
_FIELDS: Final = ("title", "question", "asked by", "read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question in words, and as a query."""

    label: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedQuery(Example):
    """A SPARQL query that answers a real question."""

    name: str
    """Of its file, and of its place on the page; a word of letters, digits and hyphens."""
    question: str
    asked_by: str
    """One of `ASKED_BY`."""
    read: str
    """What to read in the answer, and what not."""


SEARCH_EXAMPLES: Final = tuple(
    Example(label=str(label), query=query) for query, label in WORDS.examples.items()
)


def with_prefixes(query: str) -> str:
    r"""A query with a declaration of each prefix of ours that it uses.

    >>> with_prefixes("ASK { ?x prov:used ?y }")
    'PREFIX prov: <http://www.w3.org/ns/prov#>\n\nASK { ?x prov:used ?y }'
    """
    prologue = "".join(
        f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items() if f"{name}:" in query
    )
    return f"{prologue}\n{query}"


def read_query(path: Path) -> WorkedQuery:
    """Read one file of worked queries.

    Raises:
        ValueError: it does not begin with a line for each of title, question, asked by and read.
    """
    lines = path.read_text("utf-8").splitlines(keepends=True)
    told = dict(
        line.removeprefix("#").strip().split(": ", 1)
        for line in lines[: len(_FIELDS)]
        if line.startswith("#") and ": " in line
    )
    if tuple(told) != _FIELDS or told["asked by"] not in ASKED_BY:
        raise ValueError(f"{path.name} does not begin with a line for each of {', '.join(_FIELDS)}")
    return WorkedQuery(
        name=path.stem.partition("-")[2],
        label=told["title"],
        question=told["question"],
        asked_by=told["asked by"],
        read=told["read"],
        query=with_prefixes("".join(lines[len(_FIELDS) :])),
    )


SPARQL_EXAMPLES: Final = tuple(map(read_query, sorted(QUERIES.glob("*.rq"))))
"""Each declares the prefixes it uses; one searches the text index, see `docs/sparql.md`."""


def gallery() -> str:
    """The worked queries as Markdown: the end of `docs/queries.md`."""
    parts = []
    for group in ASKED_BY:
        parts.append(f"## For {group}\n")
        parts += [
            f"### {each.label}\n\n{each.question}\n\n{each.read}\n\n```sparql\n{each.query}```\n"
            for each in SPARQL_EXAMPLES
            if each.asked_by == group
        ]
    return "\n".join(parts)
