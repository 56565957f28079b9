"""Words of scripts whose vowels are marks: the same in both engines."""

import pytest

from search.text.tantivy_schema import words as tantivy_words
from search.text.whoosh_schema import words as whoosh_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("محمّد نبيل مُـلين", ["محمّد", "نبيل", "مُـلين"]),
        ("हिन्दी", ["हिन", "दी"]),
        ("ภาษาไทย", ["ภาษาไทย"]),
        ("שָׁלוֹם", ["שָׁלוֹם"]),
        ("Ⓐ b_c d-e", ["a", "b", "c", "d", "e"]),
    ],
)
def test_a_text_has_these_words(text, expected):
    assert whoosh_words(text) == tantivy_words(text) == expected
