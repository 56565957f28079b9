"""Licences as SPDX identifiers, and rights statements as access: from names, ids and URLs.

SPDX list: https://spdx.org/licenses/ . What names no single licence (a Creative Commons URL without
a version, a broken path) gives an empty string: unknown, never guessed.
"""

import re
from functools import lru_cache
from typing import Final

from graph.work import Access

_CC_URL: Final = re.compile(
    r"creativecommons\.org/licen[cs]es/([a-z-]+)/(\d\.\d)(?:/([a-z]{2,3}))?(?=$|[/?#.\s])"
)
_CC_ZERO: Final = re.compile(r"creativecommons\.org/(?:publicdomain|licen[cs]es)/zero(?:/1\.0|/?$)")
_CC_MARK: Final = re.compile(r"creativecommons\.org/publicdomain/mark/1\.0")
_CC_NAME: Final = re.compile(
    r"cc[ -]?((?:by|nc|nd|sa)(?:[ -](?:by|nc|nd|sa))*)[ -]v?(\d(?:\.\d)?)"
    r"(?:[ -](igo|at|au|de|fr|jp|nl|uk|us|int|international|generic|unported))?"
)
_CC_ZERO_NAME: Final = re.compile(
    r"cc[ -]?(?:0|zero)(?:[ -]v?1\.0)?(?: universal)?(?: public domain dedication)?"
)
_CC_PARTS: Final = {
    **{part: part for part in ("by", "by-sa", "by-nc", "by-nd", "by-nc-sa", "by-nc-nd")},
    "by-nd-nc": "by-nc-nd",
    "by-sa-nc": "by-nc-sa",
}
_CC_VERSIONS: Final = frozenset({"1.0", "2.0", "2.5", "3.0", "4.0"})
_CC_PORTS: Final = """BY-2.5-AU BY-3.0-AT BY-3.0-AU BY-3.0-DE BY-3.0-IGO BY-3.0-NL BY-3.0-US
    BY-NC-3.0-DE BY-NC-ND-3.0-DE BY-NC-ND-3.0-IGO BY-NC-SA-2.0-DE BY-NC-SA-2.0-FR BY-NC-SA-2.0-UK
    BY-NC-SA-3.0-DE BY-NC-SA-3.0-IGO BY-ND-3.0-DE BY-SA-2.0-UK BY-SA-2.1-JP BY-SA-3.0-AT
    BY-SA-3.0-DE BY-SA-3.0-IGO"""
"""The national versions that SPDX lists; the others have no identifier."""

_WORDS: Final = (
    ("creative commons", "cc"),
    ("attribution", "by"),
    ("non-commercial", "nc"),
    ("noncommercial", "nc"),
    ("non commercial", "nc"),
    ("no derivatives", "nd"),
    ("noderivatives", "nd"),
    ("no derivative works", "nd"),
    ("noderivs", "nd"),
    ("no derivs", "nd"),
    ("share-alike", "sa"),
    ("sharealike", "sa"),
    ("share alike", "sa"),
)

_GNU: Final = re.compile(
    r"(?:gnu )?(a|l|)(?:gpl|(?:affero |lesser |library )?general public)[ -]*(?:gpl)?[ -]*"
    r"(?:version |v)?(\d(?:\.\d)?)(?:\.0)?( ?\+|[ -]or[ -]later|[ -]only)?(?:\.txt)?"
)
_GNU_NAMES: Final = {"affero": "a", "lesser": "l", "library": "l"}
_GNU_VERSIONS: Final = frozenset({"GPL-1.0", "GPL-2.0", "GPL-3.0", "LGPL-2.0", "LGPL-2.1"}) | {
    "LGPL-3.0",
    "AGPL-1.0",
    "AGPL-3.0",
}

_IDS: Final = """0BSD AFL-3.0 Apache-1.1 Apache-2.0 Artistic-1.0 Artistic-2.0 BSD-2-Clause
    BSD-3-Clause BSD-3-Clause-Clear BSD-4-Clause BSL-1.0 CC-PDM-1.0 CDDL-1.0 CECILL-2.0 CECILL-2.1
    CECILL-B CECILL-C CDLA-Permissive-1.0 CDLA-Permissive-2.0 CDLA-Sharing-1.0 CERN-OHL-P-2.0
    CERN-OHL-S-2.0 CERN-OHL-W-2.0 ECL-2.0 EPL-1.0 EPL-2.0 etalab-2.0 EUPL-1.1 EUPL-1.2 GFDL-1.3-only
    GFDL-1.3-or-later ISC LPPL-1.3c MIT MIT-0 MPL-1.1 MPL-2.0 MS-PL NCSA NLOD-1.0 NLOD-2.0 ODbL-1.0
    ODC-By-1.0 OFL-1.1 OGL-UK-1.0 OGL-UK-2.0 OGL-UK-3.0 OSL-3.0 PDDL-1.0 PostgreSQL PSF-2.0
    Python-2.0 Unlicense UPL-1.0 W3C WTFPL X11 Zlib"""
_ALIASES: Final = {
    "MIT": ("mit-license", "the mit", "opensource.org/licenses/mit-license.php", "expat"),
    "Apache-2.0": (
        *("apache 2.0", "apache 2", "apache software 2.0", "apache, version 2.0"),
        *("apache version 2.0", "apache.org/licenses/license-2.0", "apache v2.0", "apache2"),
    ),
    "BSD-2-Clause": ('bsd 2-clause "simplified"', "simplified bsd", "bsd 2-clause"),
    "BSD-3-Clause": (
        *('bsd 3-clause "new" or "revised"', "new bsd", "modified bsd", "bsd 3-clause"),
        "bsd-3-clause new or revised",
    ),
    "BSD-3-Clause-Clear": ("bsd 3-clause clear",),
    "MPL-2.0": ("mozilla public 2.0", "mozilla.org/mpl/2.0", "mozilla.org/en-us/mpl/2.0"),
    "ISC": ("isc",),
    "EPL-2.0": ("eclipse public 2.0", "eclipse.org/legal/epl-2.0"),
    "EPL-1.0": ("eclipse public 1.0", "eclipse.org/legal/epl-v10.html"),
    "Unlicense": ("the unlicense", "unlicense.org"),
    "EUPL-1.2": ("european union public 1.2", "european union public v. 1.2"),
    "BSL-1.0": ("boost software 1.0", "boost.org/license_1_0.txt"),
    "ODbL-1.0": (
        *("open data commons open database v1.0", "opendatacommons.org/licenses/odbl/1.0"),
        *("opendatacommons.org/licenses/odbl/1-0", "open data commons open database 1.0"),
    ),
    "ODC-By-1.0": (
        *("open data commons attribution v1.0", "opendatacommons.org/licenses/by/1.0"),
        "open data commons attribution 1.0",
    ),
    "PDDL-1.0": ("opendatacommons.org/licenses/pddl/1.0", "opendatacommons.org/licenses/pddl/1-0"),
}
_NAMES: Final[dict[str, str]] = {
    **{name: spdx for spdx, names in _ALIASES.items() for name in names},
    **{spdx.lower(): spdx for spdx in _IDS.split()},
}
_ADDRESS: Final = re.compile(r"^https?://(?:www\.)?")
_ID_PAGES: Final = re.compile(r"^(?:spdx\.org/licenses|opensource\.org/licenses?)/")

_ACCESS: Final = {
    **dict.fromkeys(("openaccess", "c_abf2", "open"), Access.OPEN),
    **dict.fromkeys(("embargoedaccess", "c_f1cf", "embargoed"), Access.EMBARGOED),
    **dict.fromkeys(("restrictedaccess", "c_16ec", "restricted"), Access.RESTRICTED),
    **dict.fromkeys(("closedaccess", "c_14cb", "metadataonlyaccess", "closed"), Access.CLOSED),
}
_ACCESS_SENTENCE: Final = re.compile(
    r"\s*(?:data )?access is (open|embargoed|restricted|closed)\b", re.IGNORECASE
)


@lru_cache(maxsize=8192)
def spdx(text: str) -> str:
    """SPDX identifier of a licence's URL, name or id; empty when it names no single licence.

    >>> spdx("http://creativecommons.org/licenses/by-nc/4.0/legalcode"), spdx("MIT License")
    ('CC-BY-NC-4.0', 'MIT')
    >>> spdx("https://creativecommons.org/licenses/by-by-nc-nd/4.0/")
    ''
    """
    lowered = " ".join(text.lower().split())
    if "creativecommons.org" in lowered:
        return _creative_commons_url(lowered)
    address = _ADDRESS.sub("", lowered).rstrip("/")
    name = _ID_PAGES.sub("", address).removesuffix(".html")
    short = name.replace(" license", "").replace(" licence", "").removesuffix(".en")
    for candidate in (name, address, short):
        if found := _NAMES.get(candidate):
            return found
    return _creative_commons_name(short) or _gnu(short)


@lru_cache(maxsize=4096)
def access_of(text: str) -> Access | None:
    """Access that a rights statement declares; None when it declares none.

    Reads info:eu-repo/semantics, COAR access rights, the plain English words and a sentence that
    says so, such as PANGAEA's.
    """
    if match := _ACCESS_SENTENCE.match(text):
        return _ACCESS[match[1].lower()]
    last = text.strip().rstrip("/").rpartition("/")[2].lower()
    return _ACCESS.get(last.replace(" ", "").replace("-", ""))


def _creative_commons_url(text: str) -> str:
    if _CC_ZERO.search(text):
        return "CC0-1.0"
    if _CC_MARK.search(text):
        return "CC-PDM-1.0"
    match = _CC_URL.search(text)
    return _creative_commons(match[1], match[2], _port(match[3])) if match else ""


def _port(path: str | None) -> str:
    """National version out of a URL; `deed` and `legalcode` are pages, not countries."""
    return path.upper() if path else ""


def _creative_commons(parts: str, version: str, port: str) -> str:
    parts = _CC_PARTS.get(parts, "")
    if not parts:
        return ""
    name = f"{parts.upper()}-{version}"
    if port:
        return f"CC-{name}-{port}" if f"{name}-{port}" in _CC_PORTS.split() else ""
    return f"CC-{name}" if version in _CC_VERSIONS else ""


def _creative_commons_name(text: str) -> str:
    for words, short in _WORDS:
        text = text.replace(words, short)
    text = " ".join(text.replace("(", " ").replace(")", " ").split())
    if _CC_ZERO_NAME.fullmatch(text):
        return "CC0-1.0"
    match = _CC_NAME.fullmatch(text)
    if match is None:
        return ""
    parts, version, port = match.groups()
    version = version if "." in version else f"{version}.0"
    port = "" if port in (None, "int", "international", "generic", "unported") else port.upper()
    return _creative_commons(parts.replace(" ", "-"), version, port)


def _gnu(text: str) -> str:
    text = text.rpartition("gnu.org/licenses/")[2].replace("old-licenses/", "")
    family = next((letter for word, letter in _GNU_NAMES.items() if word in text), "")
    match = _GNU.fullmatch(text)
    if match is None:
        return ""
    version = match[2] if "." in match[2] else f"{match[2]}.0"
    name = f"{(match[1] or family).upper()}GPL-{version}"
    if name not in _GNU_VERSIONS:
        return ""
    # SPDX defines the bare, deprecated `GPL-3.0` as "only".
    return name + ("-or-later" if match[3] and "only" not in match[3] else "-only")
