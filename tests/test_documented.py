"""What a user meets is documented: commands, configuration keys, errors, changes."""

import inspect
import re
from pathlib import Path
from types import ModuleType

import click
import msgspec
import pytest

import graph.errors
import harvester.errors
import search.errors
import weft.api.errors
import weft.remote.errors
from harvester.record import Repository
from search.sparql.pool import Limits
from weft.cli import weft as command_line
from weft.config import Serving, Settings
from weft.enrichment import Enrichment

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = (ROOT / "README.md", ROOT / "docs" / "configuration.md")
MODULES = (
    *(harvester.errors, graph.errors, search.errors),
    *(weft.api.errors, weft.remote.errors),
)
KEYS = [
    (table, field.encode_name)
    for table, form in (
        ("[weft]", Settings),
        ("[serve]", Serving),
        ("[sparql]", Limits),
        ("[sources.NAME]", Repository),
        ("[enrich.NAME]", Enrichment),
    )
    for field in msgspec.structs.fields(form)
]
ERRORS = [
    (module, error)
    for module in MODULES
    for error in vars(module).values()
    if inspect.isclass(error)
    and issubclass(error, Exception)
    and error.__module__ == module.__name__
]


def read(path: Path) -> str:
    assert path.is_file(), f"there is no {path.relative_to(ROOT)}"
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(command_line.commands))
def test_every_command_has_a_help_text(name):
    command = command_line.commands[name]
    assert command.help, f"`weft {name}` has no help text"
    without = [
        option.opts[0]
        for option in command.params
        if isinstance(option, click.Option)
        and not option.help
        and not (option.show_default or isinstance(option.type, click.Choice))
    ]
    assert without == [], f"options of `weft {name}` without a help text: {without}"


@pytest.mark.parametrize("name", sorted(command_line.commands))
def test_every_command_stands_in_the_readme(name):
    assert re.search(rf"\bweft (?:-\S+ (?:\S+ )??)*{name}\b", read(ROOT / "README.md")), (
        f"README.md does not name `weft {name}`"
    )


@pytest.mark.parametrize(("table", "key"), KEYS)
def test_every_configuration_key_is_documented(table, key):
    texts = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS if path.is_file())
    # as code, or at the start of a line of TOML
    assert re.search(rf"`{key}`|^{key} *=", texts, re.MULTILINE), (
        f"neither README.md nor docs/configuration.md has the key `{key}` of {table}"
    )


@pytest.mark.parametrize(
    ("module", "error"), ERRORS, ids=[f"{module.__name__}-{e.__name__}" for module, e in ERRORS]
)
def test_every_error_stands_in_the_tree_and_says_what_it_means(
    module: ModuleType, error: type[Exception]
):
    assert error.__doc__, f"{error.__name__} has no docstring"
    assert re.search(rf"\b{error.__name__}\b", module.__doc__ or ""), (
        f"the tree at the top of {module.__name__} lacks {error.__name__}"
    )


def test_the_trees_name_no_error_that_is_not_there():
    for module in MODULES:
        tree = "\n".join(re.findall(r"^ +\S.*$|^\w+Error$", module.__doc__ or "", re.MULTILINE))
        named = set(re.findall(r"^ *([A-Z]\w+)", tree, re.MULTILINE))
        assert named <= set(vars(module)), f"{module.__name__}: {named - set(vars(module))}"


def test_the_changelog_has_a_place_for_what_is_not_released():
    assert re.search(r"^## \[?Unreleased\]?", read(ROOT / "CHANGELOG.md"), re.MULTILINE), (
        "CHANGELOG.md has no heading `## Unreleased`"
    )
