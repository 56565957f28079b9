"""The table of forms."""

import pytest

from search.citation import FORMS
from tests.search.citation.described import EMPTY, HOSTILE, PAPER


def test_forms_have_names_extensions_and_media_types_of_their_own():
    assert list(FORMS) == ["text", "bibtex", "ris", "csl", "csv", "jsonld"]
    assert len({form.extension for form in FORMS.values()}) == len(FORMS)
    assert len({form.media_type for form in FORMS.values()}) == len(FORMS)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_writes_entities_of_every_sort_in_legal_unicode(name):
    text = "".join(FORMS[name].write([PAPER, EMPTY, HOSTILE]))
    assert text.encode()
    assert "\x00" not in text
