"""What the site makes from the code leaves nothing out."""

import re

import click
import msgspec
import pytest
from rdflib import RDF, RDFS, Graph, URIRef

import weft.config
from docs.generate import GENERATORS, example_lines, fill
from docs.generate.configuration import configuration, tables
from docs.generate.further_pages import unlisted
from docs.generate.http_api import http_api
from docs.generate.merge_rules import guards, identifiers, joins, limits
from docs.generate.python_api import public_names, python_api
from docs.generate.relations import relations
from docs.generate.tables import code, table
from docs.generate.vocabulary import TURTLE, own_terms, vocabulary
from graph.match import RULES, TRUSTED
from graph.relation import RELATIONS
from search.web.api.routes import OPERATIONS
from tests.docs.shell_blocks import ROOT
from weft.cli import weft as weft_command

KEYS = [
    (table_, field.encode_name)
    for table_, struct in tables().items()
    for field in msgspec.structs.fields(struct)
]


def test_every_table_of_the_configuration_has_a_section():
    text = configuration()
    for name in weft.config._TABLES:
        assert re.search(rf"^## `\[{name}(\.NAME)?\]`$", text, re.MULTILINE), name


@pytest.mark.parametrize(("name", "key"), KEYS)
def test_every_key_stands_in_its_section_with_a_meaning(name, key):
    section = configuration().partition(f"## `[{name}]`")[2].partition("\n## ")[0]
    row = next(line for line in section.splitlines() if line.startswith(f"| `{key}` |"))
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
    assert all(cells), f"a cell is empty: {row}"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("keep", "| whole number, at least 1 | `5` |"),
        ("port", "| whole number, at least 0 and at most 65535 | `8080` |"),
        ("prefix", '| text | `"oai_dc"` |'),
        ("engine", '| one of `"tantivy"`, `"whoosh"` | `"tantivy"` |'),
        ("companions", "| list of texts | `[]` |"),
        ("set", '| text or list of texts | `""` |'),
        ("enabled", "| true or false | `true` |"),
        ("order", "| table: list of texts by name | `{}` |"),
        ("kind", '| one of `"cernopendata"`, `"inspire"` | (required) |'),
    ],
)
def test_types_and_defaults_are_in_words(key, said):
    rows = [line for line in configuration().splitlines() if line.startswith(f"| `{key}` |")]
    assert any(row.endswith(said) for row in rows), rows


def test_a_table_without_a_struct_is_an_error(monkeypatch):
    monkeypatch.setattr(weft.config, "_TABLES", ("weft", "lamps"))
    with pytest.raises(LookupError, match=r"reads `\[lamps\]`"):
        tables()


def test_every_term_of_the_vocabulary_has_a_row_with_label_and_meaning():
    text = vocabulary()
    terms = own_terms()
    assert len(terms) > 40
    for term in terms:
        assert re.search(rf"^\| `{term}` \| [^|]+ \| [^|]+ \|", text, re.MULTILINE), term


def test_domain_and_range_stand_beside_a_property():
    text = vocabulary()
    graph = Graph().parse(TURTLE, format="turtle")
    assert graph.value(URIRef("https://w3id.org/weft#statedAs"), RDFS.domain) is not None
    assert re.search(
        r"^\| `weft:statedAs` \| [^|]+ \| [^|]+ \| `weft:Link` \| `xsd:string` \|$",
        text,
        re.MULTILINE,
    )


def test_no_term_has_a_type_that_no_section_shows():
    graph = Graph().parse(TURTLE, format="turtle")
    types = {str(type_).rpartition("#")[2] for type_ in graph.objects(None, RDF.type)}
    assert types <= {
        "Class",
        "DatatypeProperty",
        "NamedIndividual",
        "ObjectProperty",
        "Ontology",
        "SymmetricProperty",
    }


def test_every_rule_stands_in_one_of_the_tables_with_its_sentence():
    text = joins() + guards()
    for rule, sentence in RULES.items():
        assert text.count(f"| `{rule}` | {sentence} |") == 1, rule


def test_the_schemes_stand_in_their_order():
    assert re.findall(r"^\d+\. `(\w+)`$", identifiers(), re.MULTILINE) == list(TRUSTED)


def test_the_number_behind_a_guard_is_that_of_the_code():
    assert "more than **3** records" in limits()


def test_every_relation_stands_in_the_table():
    text = relations()
    for name in RELATIONS:
        assert f"`{name}`" in text, name
    assert "| `IsPartOf` | `IsPublishedIn` | `HasPart` | `dcterms:isPartOf` |" in text


@pytest.mark.parametrize("operation", OPERATIONS, ids=[each.name for each in OPERATIONS])
def test_every_operation_has_a_section_with_its_parameters_and_answers(operation):
    text = http_api()
    section = text.partition(f"`{operation.method} {operation.path}`")[2].partition("\n## ")[0]
    assert section
    for struct in (operation.query, operation.path_parameters):
        for field in msgspec.structs.fields(struct):
            assert f"| `{field.encode_name}`" in section, field.encode_name
    for status in operation.answers:
        assert f"| `{int(status)}` |" in section


def test_the_page_of_commands_holds_the_whole_command_line():
    page = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    assert ".. click:: weft.cli:weft" in page
    assert ":nested: full" in page


def test_every_command_says_what_it_does():
    assert isinstance(weft_command, click.Group)
    assert [name for name, each in weft_command.commands.items() if not each.help] == []


@pytest.mark.parametrize("name", public_names())
def test_every_public_name_of_the_python_api_has_its_directive(name):
    found = re.findall(
        rf"^\.\. auto(?:function|class|exception):: weft\.{name}$", python_api(), re.MULTILINE
    )
    assert len(found) == 1


def test_the_examples_of_a_help_text_become_code():
    assert example_lines(["| ", "| Examples:", "|   weft demo   the sample"]) == [
        "Examples:",
        "",
        ".. code-block:: text",
        "",
        "   weft demo   the sample",
        "",
    ]


def test_a_help_text_that_ends_otherwise_stays():
    assert example_lines(["See the manual."]) == ["See the manual."]


def test_a_page_that_no_index_lists_is_found(tmp_path):
    for name in ("listed", "new", "index"):
        (tmp_path / f"{name}.md").write_text("# Page\n", encoding="utf-8")
    (tmp_path / "how-to").mkdir()
    index = tmp_path / "how-to" / "index.md"
    index.write_text("```{toctree}\n:maxdepth: 1\n\n../listed\n```\n", encoding="utf-8")
    assert unlisted(tmp_path) == ["new"]


def test_a_place_is_filled_with_what_is_generated():
    assert fill("before\n<!-- generated: limits -->\nafter") == f"before\n{limits()}\nafter"


def test_a_place_for_something_unknown_is_an_error():
    with pytest.raises(KeyError, match="lamps"):
        fill("<!-- generated: lamps -->")


def test_everything_that_is_generated_has_a_place():
    pages = "".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").rglob("*.md"))
    )
    for name in GENERATORS:
        assert f"<!-- generated: {name} -->" in pages, name


def test_bars_and_lines_in_a_cell_are_harmless():
    assert table(("A",), [("x | y\nz",)]) == "| A |\n| --- |\n| x \\| y z |\n"


def test_code_may_hold_what_marks_code():
    assert code("a`b") == "`` a`b ``"
