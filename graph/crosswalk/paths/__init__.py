"""One table a dialect: which paths of a record are mapped, and why the others are not."""

from typing import Final

from graph.crosswalk.paths import (
    cernopendata_json,
    csv_row,
    datacite,
    dcat,
    inspire_json,
    kbart,
    marcxml,
    oai_dc,
    oai_openaire,
    onix,
    xoai,
)
from graph.crosswalk.paths.table import PathTable

TABLES: Final[dict[str, PathTable]] = {
    "cernopendata_json": cernopendata_json.TABLE,
    "csv_row": csv_row.TABLE,
    "datacite": datacite.TABLE,
    "dcat": dcat.TABLE,
    "inspire_json": inspire_json.TABLE,
    "kbart": kbart.TABLE,
    "marcxml": marcxml.TABLE,
    "oai_dc": oai_dc.TABLE,
    "oai_openaire": oai_openaire.TABLE,
    "onix": onix.TABLE,
    "xoai": xoai.TABLE,
}
"""By name of the dialect, as `graph.crosswalk.walk` gives it."""
