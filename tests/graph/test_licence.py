"""Licences become SPDX identifiers or stay unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.licence import access_of, spdx
from graph.work import Access


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("http://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by-nc-sa/4.0/legalcode", "CC-BY-NC-SA-4.0"),
        ("https://creativecommons.org/licenses/by/3.0/deed.en", "CC-BY-3.0"),
        ("https://creativecommons.org/licenses/by/3.0/de/", "CC-BY-3.0-DE"),
        ("https://creativecommons.org/licenses/by-nd-nc/1.0/", "CC-BY-NC-ND-1.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/legalcode", "CC0-1.0"),
        ("cc-by-4.0", "CC-BY-4.0"),
        ("CC BY-NC 4.0", "CC-BY-NC-4.0"),
        ("CC0", "CC0-1.0"),
        ("CC0 1.0 Universal", "CC0-1.0"),
        ("Creative Commons Zero v1.0 Universal", "CC0-1.0"),
        ("Creative Commons Attribution 1.0 Generic", "CC-BY-1.0"),
        ("Creative Commons Attribution Non Commercial 4.0 International", "CC-BY-NC-4.0"),
        ("Creative Commons Attribution-NonCommercial-NoDerivatives 4.0", "CC-BY-NC-ND-4.0"),
        ("MIT License", "MIT"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("apache-2.0", "Apache-2.0"),
        ("Apache License 2.0", "Apache-2.0"),
        ("http://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"),
        ("GPL-3.0", "GPL-3.0-only"),
        ("gpl-2.0+", "GPL-2.0-or-later"),
        ("GNU General Public License v3.0 or later", "GPL-3.0-or-later"),
        ("GNU Lesser General Public License v2.1 only", "LGPL-2.1-only"),
        ("https://www.gnu.org/licenses/gpl-3.0.en.html", "GPL-3.0-only"),
        ("agpl-3.0-or-later", "AGPL-3.0-or-later"),
        ('BSD 3-Clause "New" or "Revised" License', "BSD-3-Clause"),
        ("https://spdx.org/licenses/BSD-2-Clause.html", "BSD-2-Clause"),
        ("https://opendatacommons.org/licenses/odbl/1.0/", "ODbL-1.0"),
    ],
)
def test_a_licence_has_one_spdx_identifier(text, identifier):
    assert spdx(text) == identifier


@pytest.mark.parametrize(
    "text",
    [
        "https://creativecommons.org/licenses/by-by-nc-nd/4.0/",
        "https://creativecommons.org/licenses/by-/4.0/",
        "https://creativecommons.org/licenses/by/3.0/es/",
        "CC-BY",
        "All rights reserved",
        "License Not Specified",
        "other-pd",
        "",
    ],
)
def test_what_names_no_single_licence_is_unknown(text):
    assert spdx(text) == ""


@pytest.mark.parametrize(
    ("text", "access"),
    [
        ("info:eu-repo/semantics/openAccess", Access.OPEN),
        ("info:eu-repo/semantics/embargoedAccess", Access.EMBARGOED),
        ("info:eu-repo/semantics/restrictedAccess", Access.RESTRICTED),
        ("http://purl.org/coar/access_right/c_abf2", Access.OPEN),
        ("http://purl.org/coar/access_right/c_14cb", Access.CLOSED),
        ("open access", Access.OPEN),
        ("Open Access", Access.OPEN),
        ("metadata only access", Access.CLOSED),
        ("Data access is restricted (moratorium, sensitive data)", Access.RESTRICTED),
        ("Access is openly discussed", None),
        ("All rights reserved", None),
        ("MIT", None),
        ("", None),
    ],
)
def test_access_is_read_from_rights_statements(text, access):
    assert access_of(text) is access


@given(st.text() | st.text(alphabet="cbyncsad-0. 1234gplv+/").map("creativecommons.org/".__add__))
def test_any_text_is_read_without_error(text):
    assert isinstance(spdx(text), str)
    assert access_of(text) is None or isinstance(access_of(text), Access)
