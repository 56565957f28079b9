"""The table `[enrich.NAME]`: which endpoint is asked what, for which identifiers, how gently."""

from typing import Annotated, Final

from msgspec import Meta, Struct

AGENT_SCHEMES: Final = ("orcid", "ror", "isni", "grid")
"""Identifiers of people and organisations, who are known by their address."""
SCHEMES: Final = (
    "doi", "isbn", "arxiv", "handle", "issn", "inspire", "cds", "hepdata", "github", "gitlab",
    "swh", "pmid", "ark", "urn", "oai", "url", *AGENT_SCHEMES,
)  # fmt: skip
"""Schemes that can be asked about."""


class Enrichment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Statements of one remote endpoint; they fill the graph `enriched/NAME` of a release."""

    endpoint: Annotated[str, Meta(pattern="^https?://[^ ]+$")]
    """Address of the SPARQL endpoint."""
    query: str
    """File of the query, relative to the configuration file, or the name of one that Weft ships."""
    title: str = ""
    """What people call the endpoint."""
    schemes: tuple[str, ...] = ()
    """Identifiers that are asked about, such as doi; orcid, ror, isni and grid are of agents."""
    through: str = ""
    """Another enrichment, the IRIs of whose answers are asked about instead of identifiers."""
    stubs: bool = False
    """Whether things known only as the target of a link are asked about too."""
    batch: Annotated[int, Meta(ge=1, le=1000)] = 50
    """Identifiers in a request."""
    page: Annotated[int, Meta(ge=1)] = 1000
    """Rows asked for at a time."""
    requests_per_minute: Annotated[float, Meta(ge=0)] = 20.0
    """0 = no limit."""
    timeout_s: Annotated[float, Meta(gt=0)] = 60.0
    """Longest wait for a whole answer."""
    max_age_days: Annotated[float, Meta(ge=0)] = 0.0
    """After that many days an identifier is asked about again; 0 = only with --refresh."""
    licence: str = ""
    """Licence of what is pulled: an address, or words."""
    enabled: bool = True
    """False: asked only when named on the command line."""
