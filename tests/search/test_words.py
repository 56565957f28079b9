"""Words of the pages: all in one place, all used, filled in safely."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import search
from search.words import WORDS, fill, plural

TEMPLATES = Path(search.__file__).parent / "templates"
_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_LETTERS = re.compile(r"[A-Za-z]{2,}")
_SPOKEN = ("aria-label", "placeholder", "title", "alt", "summary")
"""Attributes that people read or hear."""


class _Visible(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._skipped: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "style", "code", "svg"):
            self._skipped.append(tag)
        self.found += [value for name, value in attrs if name in _SPOKEN and value]

    def handle_endtag(self, tag):
        if self._skipped and self._skipped[-1] == tag:
            self._skipped.pop()

    def handle_data(self, data):
        if not self._skipped:
            self.found.append(data)


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.html")))
def test_no_template_holds_words_of_its_own(template):
    parser = _Visible()
    text = (TEMPLATES / template).read_text("utf-8")
    parser.feed(_JINJA.sub(" ", text.replace(' id="{{ link.fragment }}"', "")))
    assert [text.strip() for text in parser.found if _LETTERS.search(text)] == []


def test_no_string_is_empty_or_repeated_space():
    wrong = [
        f"{page}.{name}"
        for page, words in WORDS.items()
        for name, text in _strings(words)
        if not text.strip() or "  " in text
    ]
    assert wrong == []


def test_a_value_is_put_where_the_words_name_it():
    assert fill("{n} of {of}", n=1200, of="2012") == "1\u202f200 of 2012"
    assert plural({"one": "{n} row", "many": "{n} rows"}, 1) == "1 row"
    assert plural({"one": "{n} row", "many": "{n} rows"}, 0) == "0 rows"


def test_a_value_cannot_reach_into_the_words():
    assert fill("{title}", title="{n.__class__}") == "{n.__class__}"


def test_missing_words_are_an_error():
    with pytest.raises(AttributeError, match=r"search/words/nothing\.toml"):
        _ = WORDS.nothing
    with pytest.raises(KeyError, match="missing"):
        fill("{missing}")


def _strings(words, above=""):
    for name, value in words.items():
        if isinstance(value, str):
            yield above + name, value
        elif isinstance(value, dict):
            yield from _strings(value, f"{above}{name}.")
