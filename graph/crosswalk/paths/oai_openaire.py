"""OpenAIRE's literature profile; what is DataCite's in it is in that table."""

from typing import Final

from graph.crosswalk import oai_openaire
from graph.crosswalk.paths import datacite
from graph.crosswalk.paths.table import PathTable

_MAPPED: Final = """
    file@accessRightsURI fundingReferences/fundingReference/fundingStream source
    fundingReference/awardNumber fundingReference/awardTitle fundingReference/funderName
    fundingReference/fundingStream fundingReference/awardNumber@awardURI
    fundingReference/funderIdentifier fundingReference/funderIdentifier@funderIdentifierType
"""

_OWN: Final[dict[str, str]] = {
    "address and kind of a file; the address is listed as a problem": """
        file file@mimeType file@objectType
    """,
    "from when on a licence holds": "licenseCondition@startDate",
}


def _table() -> PathTable:
    own = {*_MAPPED.split(), *oai_openaire.IGNORED}
    own.update(path for paths in _OWN.values() for path in paths.split())
    ignored = dict(_OWN)
    for path, reason in oai_openaire.IGNORED.items():
        ignored[reason] = f"{ignored.get(reason, '')} {path} {path}@uri"
    for reason, paths in datacite.IGNORED.items():
        kept = " ".join(path for path in paths.split() if path not in own)
        ignored[reason] = f"{ignored.get(reason, '')} {kept}"
    inherited = datacite.TABLE.mapped - own - {path for p in _OWN.values() for path in p.split()}
    return PathTable((*_MAPPED.split(), *inherited), ignored)


TABLE: Final = _table()
