"""One table a dialect: which paths of a record are mapped, and why the others are not."""

from typing import Final

from graph.crosswalk.paths import (
    cernopendata_json,
    datacite,
    dcat,
    inspire_json,
    marcxml,
    oai_dc,
    oai_openaire,
    xoai,
)
from graph.crosswalk.paths.table import PathTable

TABLES: Final[dict[str, PathTable]] = {
    "cernopendata_json": cernopendata_json.TABLE,
    "datacite": datacite.TABLE,
    "dcat": dcat.TABLE,
    "inspire_json": inspire_json.TABLE,
    "marcxml": marcxml.TABLE,
    "oai_dc": oai_dc.TABLE,
    "oai_openaire": oai_openaire.TABLE,
    "xoai": xoai.TABLE,
}
"""By name of the dialect, as `graph.crosswalk.walk` gives it."""
