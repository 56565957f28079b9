"""Questions to begin with: searches of the front page and queries of the SPARQL page."""

from dataclasses import dataclass
from typing import Final

from graph.vocabulary import PREFIXES


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question in words, and as a query."""

    label: str
    query: str


SEARCH_EXAMPLES: Final = (
    Example(label="Data on the Higgs boson with a paper", query="higgs kind:dataset has:paper"),
    Example(label="Software that is linked to data", query="kind:software has:data"),
)

_QUESTIONS: Final = (
    Example(
        label="Datasets that supplement a paper, with the software that cites either, by year",
        query="""\
SELECT ?year ?dataset ?data_name ?paper ?paper_id ?software WHERE {
  ?dataset weft:isSupplementTo ?paper ; weft:kind "dataset" ; weft:year ?year ;
    schema:name ?data_name .
  ?paper weft:kind "paper" ; schema:identifier ?paper_id .
  OPTIONAL {
    { ?software cito:cites ?dataset } UNION { ?software cito:cites ?paper }
    ?software weft:kind "software" .
  }
} ORDER BY ?year LIMIT 100
""",
    ),
    Example(
        label="How many entities of each kind, and how many have more than one record",
        query="""\
SELECT ?kind (COUNT(?entity) AS ?entities) (SUM(?joined) AS ?with_several_records) WHERE {
  { SELECT ?entity ?kind (IF(COUNT(?record) > 1, 1, 0) AS ?joined) WHERE {
      ?entity weft:kind ?kind ; weft:fromRecord ?record .
    } GROUP BY ?entity ?kind }
} GROUP BY ?kind ORDER BY DESC(?entities)
""",
    ),
    Example(
        label="Who states a link, in which words, and by which rule it was read",
        query="""\
SELECT ?subject ?relation ?object ?stated_as ?source ?rule WHERE {
  GRAPH ?record {
    ?link a weft:Link ; weft:subject ?subject ; weft:relation ?relation ; weft:object ?object ;
      weft:statedAs ?stated_as ; weft:rule ?rule .
  }
  ?record weft:source ?source .
} LIMIT 50
""",
    ),
    Example(
        label="The entity with an identifier, and all that links to it",
        query="""\
SELECT ?entity ?name ?relation ?other WHERE {
  ?entity schema:identifier "doi:10.1016/j.physletb.2012.08.021" .
  OPTIONAL { ?entity schema:name ?name }
  OPTIONAL { ?other ?relation ?entity . ?other weft:kind ?kind }
} LIMIT 100
""",
    ),
    Example(
        label="Data that match “top quark”, best first, and the paper that they supplement",
        query="""\
SELECT ?data ?name ?paper ?score WHERE {
  SERVICE weft:search {
    ?data weft:query "top quark kind:dataset" ; weft:score ?score ; weft:limit 50 .
  }
  ?data weft:isSupplementTo ?paper ; schema:name ?name .
} ORDER BY DESC(?score)
""",
    ),
)


def _complete(example: Example) -> Example:
    prologue = "".join(
        f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items() if f"{name}:" in example.query
    )
    return Example(label=example.label, query=f"{prologue}\n{example.query}")


SPARQL_EXAMPLES: Final = tuple(_complete(example) for example in _QUESTIONS)
"""Each declares the prefixes it uses; one searches the text index, see `docs/sparql.md`."""
