"""Encodings guessed from lines that are not UTF-8."""

import pytest

from search.holdings.encoding import guess_encoding, marked_encoding


@pytest.mark.parametrize(
    ("title", "encoding"),
    [
        ("Übergänge zwischen Städten und Dörfern", "cp1252"),
        ("Les élèves à l'école où ça naît, tôt", "cp1252"),
        ("El niño y la canción del año", "cp1252"),
        ("A educação não é só informação", "cp1252"),
        ("Perché la città è così", "cp1252"),
        ("Ærø og Åse på øen", "cp1252"),
        ("Žluťoučký kůň úpěl ďábelské ódy", "cp1250"),
        ("Příručka českého jazyka, její dějiny a výuka", "cp1250"),
        ("Türkçe şiirler ve öyküler, ığdır", "cp1254"),  # noqa: RUF001  # Turkish
        ("Η ιστορία της ελληνικής γλώσσας", "cp1253"),  # noqa: RUF001  # Greek
        ("中国历史与文化研究", "gb18030"),
        ("日本の歴史と文化の研究", "shift_jis"),
    ],
)
def test_a_code_page_is_told_by_its_letters(title, encoding):
    lines = [f"{title} {n};9783653064650".encode(encoding) for n in range(100)]
    assert guess_encoding(lines) == encoding


def test_a_few_odd_bytes_are_those_of_the_west():
    assert guess_encoding([b"plain", "Müller".encode("latin-1")]) == "cp1252"


def test_lines_that_are_mostly_utf8_are_utf8():
    assert guess_encoding([*["Müller".encode()] * 3, "Café".encode("latin-1")]) == "utf-8"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_is_told_without_a_mark(encoding):
    assert marked_encoding("title;isbn\nLamps;1".encode(encoding)) == (encoding, 0)


def test_text_without_mark_and_zero_bytes_tells_nothing():
    assert marked_encoding(b"title;isbn\n") == ("", 0)
