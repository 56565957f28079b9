"""Under which licence repositories give their metadata away, as they state it themselves. Pure.

What a repository does not state is not stated here: nothing is inferred from the licences of the
things that records describe. By host, because sources are named as people like.
"""

from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from graph.release import HarvestedSource

CC0: Final = "https://creativecommons.org/publicdomain/zero/1.0/"
NOT_STATED: Final = "not stated by the repository"


class MetadataLicence(Struct, frozen=True):
    """What a repository says of its metadata."""

    name: str
    """SPDX identifier, or `NOT_STATED`."""
    address: str = ""
    """Of the licence."""
    stated_at: str = ""
    """Where the repository says so."""
    note: str = ""
    """What it says more."""


_STATED: Final[dict[str, MetadataLicence]] = {
    "zenodo.org": MetadataLicence(
        "CC0-1.0",
        CC0,
        "https://about.zenodo.org/policies/",
        "not for e-mail addresses",
    ),
    "library.oapen.org": MetadataLicence(
        "CC0-1.0", CC0, "https://www.oapen.org/article/metadata", "of the metadata feeds"
    ),
}
"""By host of the OAI-PMH address."""


def metadata_licence(source: HarvestedSource | None) -> MetadataLicence:
    """Under which licence the records of a source came."""
    host = urlsplit(source.url).hostname if source else None
    return _STATED.get((host or "").removeprefix("www."), MetadataLicence(NOT_STATED))
