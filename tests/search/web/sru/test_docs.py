"""What `docs/sru.md` shows works, and it leaves nothing out."""

import re
import shlex
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from search.text.engine import FACETS
from search.web.sru.asked import MAX_RECORDS
from search.web.sru.indexes import SETS, Terms
from search.web.sru.record_schema import SCHEMAS
from tests.search.web.sru.answers import codes

DOCS = (Path(__file__).parents[4] / "docs" / "sru.md").read_text()
COMMANDS = re.findall(r"^curl (?:.*\\\n)*.*", DOCS, re.MULTILINE)


def parameters_of(command):
    words = iter(shlex.split(command.replace("\\\n", " "))[1:])
    found = []
    for word in words:
        if word in ("-d", "--data-urlencode"):
            found.append(tuple(next(words).split("=", 1)))
        elif word != "-G":
            found += parse_qsl(urlsplit(word).query)
    return found


def test_examples_are_found():
    assert len(COMMANDS) > 10


@pytest.mark.parametrize("command", COMMANDS)
def test_example_is_answered_without_a_diagnostic(sample, command):
    assert codes(sample.ask(parameters_of(command))) == []


def test_every_index_is_listed():
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", DOCS, re.MULTILINE))
    for context_set in SETS:
        for index in context_set.indexes.values():
            if index.terms is not Terms.RESULT_SET:
                assert f"`{index.name}`" in rows[context_set.name]


def test_every_schema_facet_and_limit_is_told():
    for schema in SCHEMAS:
        assert f"`{schema.name}`" in DOCS
        assert f"`{schema.uri}`" in DOCS
    for name in FACETS:
        assert f"`weft.{name}`" in DOCS
    assert f"at most {MAX_RECORDS}" in DOCS
