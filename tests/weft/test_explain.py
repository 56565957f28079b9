"""`weft explain` on the release of the demo, for people and for programs."""

import json
import re
from pathlib import Path

import pytest

import weft
from graph.errors import NoRelease
from weft.config import ConfigError, load
from weft.explain import FIELDS, print_conflicts, print_explanation

BOOK, CHAPTER = "plyeidglaa7o7", "z7sjvky6wdprb"
"""A book of the demo that two records describe, and a chapter of it."""


@pytest.fixture
def config(demo):
    return load(demo.config, data=demo.data)


@pytest.fixture
def told(config, capsys):
    """What a comparison or an explanation prints, with its exit status."""

    def tell(*things: str, **options):
        status = print_explanation(config, things, **options)
        return status, capsys.readouterr().out

    return tell


def test_the_demos_merged_book_is_explained_as_json(told):
    status, printed = told("10.1007/978-3-030-38207-0", as_json=True)
    answer = json.loads(printed)
    assert (status, answer["key"]) == (0, BOOK)
    assert answer["subject"]["state"] == "entity"
    assert [each["record"][-9:] for each in answer["members"]] == ["sample-01", "sample-02"]
    assert {(each["rule"], each["evidence"]) for each in answer["together"]} == {
        ("same-doi", "doi:10.1007/978-3-030-38207-0"),
        ("same-isbn", "isbn:9783030382070"),
    }
    assert answer["fields"]["title"]["from"]["source"] == "oapen"
    assert [each["source"] for each in answer["links"]] == [CHAPTER]


def test_the_demos_merged_book_is_explained_for_people(told):
    status, printed = told(BOOK)
    lines = printed.splitlines()
    assert status == 0
    assert lines[:2] == [
        "Particle Physics Reference Library",
        f"book  {BOOK}  http://127.0.0.1:8080/id/{BOOK}",
    ]
    heads = [line for line in lines if line and line[0] != " "][2:]
    assert heads == ["2 records", "Why they are one", "Where its fields come from", "1 link"]
    assert f"  Gauge Theories and the Standard Model ({CHAPTER}) IsPartOf it" in lines


def test_two_records_of_one_book_are_the_same_and_the_chapter_is_not(told):
    oai = "oai:library.oapen.org:20.500.12657/sample-0"
    _, printed = told(f"{oai}2", f"{oai}1", as_json=True)
    answer = json.loads(printed)
    assert (answer["a"], answer["b"], answer["same"]) == (BOOK, BOOK, True)
    assert answer["because"][0]["rule"] == "same-doi"
    assert answer["because"][0]["records"] == [f"{oai}2", f"{oai}1"]
    _, printed = told(BOOK, CHAPTER, as_json=True)
    answer = json.loads(printed)
    assert (answer["a"], answer["b"], answer["same"]) == (BOOK, CHAPTER, False)
    assert answer["because"] == []
    assert [each["rule"] for each in answer["apart"]] == ["nothing-shared"]
    [link] = answer["links"]
    assert (link["source"], link["relation"], link["target"]) == (CHAPTER, "IsPartOf", BOOK)
    assert {"source", "record", "as", "at", "rule"} <= link["stated_by"][0].keys()


def test_a_comparison_is_told_to_people(told):
    status, printed = told(BOOK, CHAPTER)
    assert status == 0
    assert "\nThey are two things\n" in printed
    assert "    no shared trusted identifier\n" in printed
    status, printed = told("isbn:9783030382063", "10.1007/978-3-030-38207-0")
    assert "  10.1007/978-3-030-38207-0 is stated by oapen oai:library" in printed
    assert "\nThey are one thing\n" in printed


def test_an_unknown_thing_makes_3_and_json_all_the_same(told, config, capsys):
    message = "no entity of this release has the identifier doi:10.5072/none"
    assert print_explanation(config, ("doi:10.5072/none",)) == 3
    assert capsys.readouterr() == ("", f"weft: {message}\n")
    status, printed = told("doi:10.5072/none", as_json=True)
    answer = json.loads(printed)
    assert (status, answer["key"], answer["subject"]["message"]) == (3, None, message)


def test_an_unknown_thing_in_a_comparison_is_null(told):
    status, printed = told("doi:10.5072/none", BOOK, as_json=True)
    answer = json.loads(printed)
    assert (status, answer["a"], answer["b"], answer["same"]) == (0, None, BOOK, False)
    assert [each["rule"] for each in answer["apart"]] == ["unknown"]
    assert answer["links"] == []
    status, printed = told("doi:10.5072/none", BOOK)
    assert status == 0
    assert "They are" not in printed


def test_a_deleted_record_of_the_demo_is_no_error(told):
    record = "doi:10.17182/hepdata.sample-deleted"
    status, printed = told(record)
    assert (status, printed) == (
        0,
        f"the record {record} is deleted in hepdata; no entity is left of it\n",
    )


def test_a_stub_of_the_demo_lists_what_links_to_it(told):
    _, printed = told("10.1016/j.physletb.2012.08.021", limit=1)
    assert "no source has delivered it: it is known as the target of links only\n" in printed
    assert re.search(r"^  \d+ more: raise --limit, or ask for --json$", printed, re.MULTILINE)


@pytest.mark.parametrize("things", [(), ("a", "b", "c")])
def test_neither_one_thing_nor_two_is_wrong_usage(config, things):
    with pytest.raises(ConfigError, match="name one thing to explain, or two to compare"):
        print_explanation(config, things)


def test_without_a_release_there_is_nothing_to_explain(demo, tmp_path):
    empty = load(demo.config, data=tmp_path)
    with pytest.raises(NoRelease):
        print_explanation(empty, (BOOK,))
    with pytest.raises(NoRelease):
        print_conflicts(empty)


def test_the_demos_sources_do_not_disagree(config, capsys):
    print_conflicts(config)
    assert capsys.readouterr().out == "no records of one thing disagree\n"
    print_conflicts(config, "oapen", "title", as_json=True)
    answer = json.loads(capsys.readouterr().out)
    assert (answer["counts"], answer["conflicts"], answer["release"]) == ([], [], 1)
    assert answer["query"] == "conflicts source=oapen field=title"
    assert [each.partition(":")[0] for each in answer["caveats"]] == [
        *("cernopendata", "hepdata", "oapen", "zenodo")
    ]


def test_disagreements_of_an_unknown_source_are_wrong_usage(config):
    with pytest.raises(ConfigError, match="no source 'nowhere'; there are: cern"):
        print_conflicts(config, "nowhere")


def test_the_fields_to_choose_from_are_those_with_one_value():
    assert FIELDS == (
        "title", "kind", "date", "year", "licence", "access", "publisher", "version",
    )  # fmt: skip


def test_the_guides_queries_answer_on_the_demo_as_they_stand(demo):
    guide = Path(weft.__file__).parents[1].joinpath("docs", "explain.md").read_text("utf-8")
    queries = re.findall(r"```sparql\n(.*?)```", guide, re.DOTALL)
    counts = [len(demo.json("sparql", "--json", query)["results"]["bindings"]) for query in queries]
    assert counts == [22, 0, 0]
