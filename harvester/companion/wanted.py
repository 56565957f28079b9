"""What a companion is, and what it is asked for."""

from typing import Annotated, Literal

from msgspec import Meta, Struct


class Companion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[companions.NAME]` table: a service that adds what OAI-PMH output leaves out."""

    kind: Literal["cernopendata", "inspire"]
    """What it speaks: CERN Open Data's REST API, or INSPIRE's."""
    url: str
    """Address of the service: `https://opendata.cern.ch/api/records/`, to which a record's number
    is added, or `https://inspirehep.net/api/literature`, to which a query is."""
    title: str = ""
    """Name for people; the table's name when empty."""
    requests_per_minute: Annotated[float, Meta(ge=0)] = 60
    """Upper limit for this host; 0 = no limit."""
    crawl_delay_s: Annotated[float, Meta(ge=0)] = 0.0
    """Least time from the end of one answer to the next request to this host, in seconds."""
    timeout_s: Annotated[float, Meta(gt=0)] = 60.0
    """Longest wait for one answer to its last byte, in seconds."""
    retries: Annotated[int, Meta(ge=0)] = 5
    """How often a failed request is asked again before the look-up counts as failed."""
    enabled: bool = True
    """False keeps the table but leaves the companion out of every harvest."""

    @property
    def parallel(self) -> int:
        """Requests in flight at a time: a companion is asked one thing after the other."""
        return 1

    @property
    def scope(self) -> str:
        """What is asked, as the stage notes it."""
        return f"{self.kind}\n{self.url}"


class Wanted(Struct, frozen=True, gc=False):
    """One thing to look up."""

    key: str
    """What the companion is asked for, such as `recid:553` or `doi:10.1103/physrevd.1.1`."""
    version: str = ""
    """Datestamp of the record that asks: another one means another look-up. Empty: by age."""
    is_gone: bool = False
    """The record that asked is deleted or has vanished; what was staged for it goes as well."""
