"""What a person judges, from `weft merge review` to the release that obeys it; and the order of
sources for single fields.
"""

import csv
from pathlib import Path

import pytest

from graph.release import open_release
from tests.weft.shelf import LATER, Shelf, keys, quads, redirects, shelf, thing, titles

OBEYING = '[merge]\ndecisions = "decisions.csv"\n'
TIDES = "The tides of the Severn"
PAIR = (thing(1, title=TIDES), thing(2, title=TIDES.upper()), thing(3))


def mark(path: Path, verdict: str) -> None:
    """Write a verdict into every row, as a spreadsheet would."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "verdict": verdict} for row in rows)


def review(at: Shelf) -> str:
    result = at.installation.run("merge", "review", "--output", str(at.decisions))
    assert result.exit_code == 0, result.stderr
    return result.stderr


# -- obeyed and taken back ----------------------------------------------------------------------


def test_a_pair_that_a_person_marks_as_same_is_one_entity_in_the_next_release(serving):
    other = thing(1, "10.5555/2", title=TIDES.upper())
    with shelf(serving, thing(1, title=TIDES), thing(3), b=(other,), extra=OBEYING) as at:
        at.judge()
        at.build()
        before = keys(at.installation)
        assert review(at) == "new pairs: 1; rows kept as they were: 0\n"
        mark(at.decisions, "same")
        assert at.installation.run("merge", "check").exit_code == 0
        at.build()
        now = keys(at.installation)
        (retired,) = {before["a/1"], before["b/1"]} - {now["a/1"]}
        assert now == {"a/1": now["a/1"], "b/1": now["a/1"], "a/3": before["a/3"]}
        assert redirects(at.installation) == {retired: now["a/1"]}
        assert review(at) == "new pairs: 0; rows kept as they were: 1\n"


@pytest.mark.parametrize("name", ["none/pairs.csv", "file/pairs.csv"])
def test_a_place_where_no_pairs_can_be_written_is_named(serving, tmp_path, name):
    (tmp_path / "file").write_text("")
    with shelf(serving, *PAIR) as at:
        at.build()
        result = at.installation.run("merge", "review", "--output", str(tmp_path / name))
    assert result.exit_code == 3
    assert f"cannot write {tmp_path / name}: " in result.stderr


def test_taking_a_same_back_restores_the_release_of_before(serving):
    with shelf(serving, *PAIR, extra=OBEYING) as at:
        at.judge()
        at.build()
        at.judge("same,a:oai:fake:1,a:oai:fake:2")
        at.build()
        assert quads(at.installation, 2) != quads(at.installation, 1)
        at.judge()
        at.build()
        assert quads(at.installation, 3) == quads(at.installation, 1)
        assert at.installation.run("release", "verify").exit_code == 0


def test_taking_a_different_back_restores_entities_and_keys(serving):
    with shelf(
        serving, thing(1), thing(2), b=(thing(1, "10.5072/1", title="Title 1"),), extra=OBEYING
    ) as at:
        at.judge()
        at.build()
        assert keys(at.installation)["a/1"] == keys(at.installation)["b/1"]
        at.judge("different,a:oai:fake:1,b:oai:fake:1")
        at.build()
        parted = keys(at.installation)
        assert parted["a/1"] != parted["b/1"]
        at.judge()
        at.build()
        assert keys(at.installation, 3) == keys(at.installation, 1)
        minted = set(parted.values()) - set(keys(at.installation).values())
        assert redirects(at.installation) == dict.fromkeys(minted, keys(at.installation)["a/1"])
        assert len(quads(at.installation, 3) - quads(at.installation, 1)) == len(minted) == 1
        assert quads(at.installation, 1) <= quads(at.installation, 3)


def test_judgements_that_the_configuration_names_no_longer_are_taken_back(serving):
    with shelf(serving, *PAIR, extra=OBEYING) as at:
        at.judge()
        at.build()
        at.judge("same,a:oai:fake:1,a:oai:fake:2")
        at.build()
        text = at.installation.config.read_text(encoding="utf-8")
        at.installation.config.write_text(text.replace(OBEYING, ""), encoding="utf-8")
        at.build()
        assert quads(at.installation, 3) == quads(at.installation, 1)
        result = at.installation.run("merge", "check")
        assert (result.exit_code, "[merge] decisions" in result.stderr) == (2, True)


def test_a_judgement_by_keys_holds_on_when_the_keys_have_become_one(serving):
    with shelf(serving, *PAIR, extra=OBEYING) as at:
        at.judge()
        at.build()
        first = keys(at.installation)
        at.judge(f"same,{first['a/1']},{first['a/2']}")
        at.build()
        assert keys(at.installation)["a/1"] == keys(at.installation)["a/2"]
        at.change(thing(3, title="Edited", at=LATER))
        at.build()
        assert keys(at.installation)["a/1"] == keys(at.installation)["a/2"]


def test_a_judgement_alone_makes_a_release_and_nothing_new_makes_none(serving):
    with shelf(serving, *PAIR, extra=OBEYING) as at:
        at.judge()
        at.build()
        assert "nothing has changed since release 1" in at.build()
        at.judge("different,a:oai:fake:1,a:oai:fake:2")
        assert "release 2: 3 entities of 3 records, 0 merged, 1 kept apart" in at.build()
        assert "nothing has changed since release 2" in at.build()


def test_who_decided_is_told_by_explain(serving):
    with shelf(serving, *PAIR, extra=OBEYING) as at:
        at.judge("same,a:oai:fake:1,a:oai:fake:2")
        at.build()
        result = at.installation.run("explain", keys(at.installation)["a/1"])
    assert result.exit_code == 0
    assert "person-same" in result.stdout
    assert "judged by a person" in result.stdout


# -- lines that cannot be obeyed ----------------------------------------------------------------

FAULTY = (
    "same,a:oai:fake:1,a:oai:fake:2",
    "same,a:oai:fake:3,aaaaaaaaaaaaa",
    "same,a:oai:fake:3,a:oai:fake:4",
    "different,a:oai:fake:4,a:oai:fake:3",
)
NAMED = ("line 3: b: no live record is known as 'aaaaaaaaaaaaa'", "line 4: it contradicts line 5")


def test_a_build_goes_on_without_faulty_lines_names_them_and_ends_with_1(serving):
    with shelf(serving, *PAIR, thing(4), extra=OBEYING) as at:
        at.judge(*FAULTY)
        said = at.build(status=1)
        for each in NAMED:
            assert f"{at.decisions}, {each}" in said
        assert "release 1: 3 entities of 4 records, 1 merged" in said
        now = keys(at.installation)
        assert now["a/1"] == now["a/2"]
        assert now["a/3"] != now["a/4"]
        said = at.build(status=1)
        assert all(each in said for each in NAMED)
        assert "nothing has changed since release 1" in said


def test_check_names_the_lines_that_a_build_would_leave_out(serving):
    with shelf(serving, *PAIR, thing(4), extra=OBEYING) as at:
        at.judge()
        at.build()
        at.judge(*FAULTY)
        result = at.installation.run("merge", "check")
        assert result.exit_code == 1
        for each in NAMED:
            assert f"{at.decisions}, {each}" in result.stdout
        assert result.stdout.splitlines()[-1] == (
            f"{at.decisions}: 1 same, 1 different, 0 skip, 0 open; 2 lines at fault"
        )


def test_a_line_about_a_record_that_is_gone_is_named_and_the_rest_holds(serving):
    with shelf(serving, *PAIR, extra=OBEYING) as at:
        at.judge("same,a:oai:fake:1,a:oai:fake:2")
        at.build()
        gone_record = (
            '<record><header status="deleted"><identifier>oai:fake:2</identifier>'
            f"<datestamp>{LATER}</datestamp></header></record>"
        )
        key = keys(at.installation)["a/1"]
        at.change(gone_record)
        said = at.build(status=1)
        assert "line 2: b: no live record is known as 'a:oai:fake:2'" in said
        assert "delete the line if the record is gone" in said
        assert keys(at.installation).keys() == {"a/1", "a/3"}
        assert key in {keys(at.installation)["a/1"], *redirects(at.installation)}


def test_a_file_of_judgements_that_is_not_there_is_an_error_that_names_it(serving):
    with shelf(serving, *PAIR, extra=OBEYING) as at:
        for command in (("build",), ("merge", "check")):
            result = at.installation.run(*command)
            assert result.exit_code == 3
            assert str(at.decisions) in result.stderr + result.stdout
        assert not (at.installation.data / "releases" / "current").exists()


def test_a_file_without_the_columns_is_an_error_that_says_which(serving):
    with shelf(serving, *PAIR, extra=OBEYING) as at:
        at.decisions.write_text("one;other\n", encoding="utf-8")
        result = at.installation.run("build")
    assert result.exit_code == 3
    assert "the first line must name the columns verdict, a, b" in result.stderr


# -- preprints ----------------------------------------------------------------------------------


def test_preprints_are_kept_apart_when_the_configuration_says_so(serving):
    """Set and unset, the next build writes the graph whole and the keys are those of before."""
    arxiv = thing(1, "10.48550/arXiv.2001.00001", title="Tides", kind="Preprint")
    alternate = (
        '<alternateIdentifiers><alternateIdentifier alternateIdentifierType="arXiv">'
        "arXiv:2001.00001</alternateIdentifier></alternateIdentifiers></resource>"
    )
    both = thing(1, "10.5555/tides", title="Tides", kind="JournalArticle")
    with shelf(serving, arxiv, b=(both.replace("</resource>", alternate),)) as at:
        at.build()
        assert open_release(at.installation.data).info.merged_entities == 1
        before = at.installation.config.read_text(encoding="utf-8")
        at.installation.config.write_text(before + '[merge]\npreprints = "apart"\n', "utf-8")
        at.build()
        info = open_release(at.installation.data).info
        assert (info.merged_entities, info.kept_apart) == (0, 1)
        at.installation.config.write_text(before, "utf-8")
        at.build()
        assert keys(at.installation, 3) == keys(at.installation, 1)


def test_another_word_for_preprints_is_an_error_that_names_the_line(serving):
    with shelf(serving, thing(1)) as at:
        text = at.installation.config.read_text(encoding="utf-8")
        at.installation.config.write_text(text + '[merge]\npreprints = "never"\n', "utf-8")
        result = at.installation.run("build")
    assert result.exit_code == 2
    assert "preprints in [merge] (line" in result.stderr


# -- the order of sources for a field -----------------------------------------------------------

OF_B = thing(1, "10.5072/1", title="Of b")


def order(at: Shelf, line: str) -> None:
    """Replace what the configuration says of the order of fields."""
    text = at.installation.config.read_text(encoding="utf-8")
    head, _, _ = text.partition("[merge.order]")
    at.installation.config.write_text(f"{head}[merge.order]\n{line}\n", encoding="utf-8")


def test_an_order_for_a_field_changes_what_wins_and_writes_a_whole_release(serving):
    with shelf(serving, thing(1, title="Of a"), *(thing(n) for n in range(2, 60)), b=(OF_B,)) as at:
        at.build()
        key = keys(at.installation)["a/1"]
        assert titles(at.installation)[key] == "Of a"
        order(at, 'title = ["b"]')
        at.build()
        assert open_release(at.installation.data).number == 2
        assert titles(at.installation)[key] == "Of b"
        assert keys(at.installation, 2) == keys(at.installation, 1)
        _, second = at.installation.json("release", "list", "--json")["releases"]
        assert second["new_bytes"] == second["bytes"]
        order(at, "")
        at.build()
        assert titles(at.installation)[key] == "Of a"
        assert quads(at.installation, 3) == quads(at.installation, 1)


def test_an_order_for_the_kind_decides_what_an_entity_is(serving):
    article = thing(1, "10.5072/1", title="Of b", kind="JournalArticle")
    with shelf(serving, thing(1, title="Of a", kind="Book"), b=(article,)) as at:
        at.build()
        assert open_release(at.installation.data).info.by_kind == {"book": 1}
        order(at, 'kind = ["b"]')
        at.build()
        assert open_release(at.installation.data).info.by_kind == {"paper": 1}
        assert keys(at.installation, 2) == keys(at.installation, 1)


@pytest.mark.parametrize("command", [("build",), ("merge", "check"), ("release", "list")])
def test_an_order_for_what_is_no_field_is_an_error_that_names_the_line(serving, command):
    with shelf(serving, thing(1)) as at:
        order(at, 'titel = ["b"]')
        lines = at.installation.config.read_text(encoding="utf-8").splitlines()
        number = lines.index('titel = ["b"]') + 1
        result = at.installation.run(*command)
    assert result.exit_code == 2
    assert f"unknown field 'titel' in [merge.order] (line {number})" in result.stderr
    assert "did you mean 'title'?" in result.stderr
