"""What a start loads: libraries that a command or a question does not need are left alone."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from graph.explain.fields import SINGLE
from weft.cli import weft

ROOT = Path(__file__).parents[2]
HEAVY = (
    *("SPARQLWrapper", "aiohttp", "altair", "idutils", "isbnlib", "jinja2", "langcodes", "lxml"),
    *("mcp", "networkx", "oxrdflib", "pandas", "polars", "pyoxigraph", "rdflib", "requests"),
    *("sickle", "tantivy", "vl_convert", "whoosh"),
)
SEARCHING = ("pyoxigraph", "tantivy")
"""Those of `HEAVY` that a search cannot do without."""


def loaded_by(program: str, *arguments: str) -> list[str]:
    """Which of `HEAVY` a program loads in a process of its own."""
    told = f"{program}\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    ended = subprocess.run(
        [sys.executable, "-c", f"import sys\n{told}", *arguments],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    return ended.stdout.splitlines()[-1].split()


def test_the_command_line_loads_no_heavy_library():
    assert loaded_by("import weft.cli") == []


@pytest.mark.parametrize(
    "arguments", [("--version",), ("--help",), ("links", "--help"), ("release", "list", "--help")]
)
def test_help_loads_no_heavy_library(arguments):
    program = "from weft.cli import weft\nweft(prog_name='weft', standalone_mode=False)"
    assert loaded_by(program, *arguments) == []


def test_a_configuration_is_read_without_a_heavy_library():
    program = "from pathlib import Path\nfrom weft.config import load\nload(Path(sys.argv[1]))"
    assert loaded_by(program, str(ROOT / "config.toml")) == []


def test_a_release_is_opened_and_searched_with_its_store_and_its_index_alone(demo):
    program = (
        "import weft\n"
        "with weft.open(sys.argv[1]) as release:\n"
        "    assert release.search('higgs boson', kind='dataset').total == 12"
    )
    assert loaded_by(program, str(demo.data)) == list(SEARCHING)


def test_links_and_reasons_are_read_without_what_pages_and_tables_need(demo):
    program = (
        "import weft\n"
        "with weft.open(sys.argv[1]) as release:\n"
        "    assert len(list(release.links(at='plyeidglaa7o7'))) > 0\n"
        "    assert release.explain('plyeidglaa7o7').key == 'plyeidglaa7o7'"
    )
    assert loaded_by(program, str(demo.data)) == list(SEARCHING)


def test_fields_that_a_command_offers_are_those_of_an_explanation():
    [option] = [each for each in weft.commands["explain"].params if each.name == "field"]
    assert isinstance(option.type, click.Choice)
    assert list(option.type.choices) == list(SINGLE)
