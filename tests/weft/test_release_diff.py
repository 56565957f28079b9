"""`weft diff`: what two releases differ in, for people and as JSON."""

import errno
import io
import json

import pytest

from graph.errors import NoRelease, ReleaseError
from graph.work import Kind
from tests.graph.atlas import new_atlas
from tests.graph.builders import link, work
from tests.harvester.fake_repository import FakeRepository
from tests.weft.conftest import install
from weft import release_diff
from weft.config import load

DATACITE = (
    "<record><header><identifier>oai:fake:{n}</identifier><datestamp>{at}</datestamp></header>"
    '<metadata><resource xmlns="http://datacite.org/schema/kernel-4">'
    '<identifier identifierType="DOI">10.5072/{n}</identifier>'
    "<titles><title>Title {n}</title></titles>"
    '<resourceType resourceTypeGeneral="Dataset"/>{related}</resource></metadata></record>'
)
RELATED = (
    "<relatedIdentifiers><relatedIdentifier relatedIdentifierType='DOI'"
    " relationType='{relation}'>{target}</relatedIdentifier></relatedIdentifiers>"
)
GONE = (
    '<record><header status="deleted"><identifier>oai:fake:{n}</identifier>'
    "<datestamp>{at}</datestamp></header></record>"
)
FIRST, SECOND = "2026-01-01T00:00:00Z", "2026-02-15T00:00:00Z"


def record(number, *, at=FIRST, cites=None):
    related = RELATED.format(relation="Cites", target=f"10.5072/{cites}") if cites else ""
    return DATACITE.format(n=number, at=at, related=related)


@pytest.fixture
def folder(tmp_path):
    """A data directory; releases are made below it."""
    (tmp_path / "data").mkdir()
    return install(tmp_path, {})


def show(installation, old, new, *, limit=20, as_json=False):
    config = load(installation.config, data=installation.data)
    release_diff.show(config, old, new, limit=limit, as_json=as_json)


def test_json_has_the_documented_form(folder, capsys):
    with new_atlas(folder.data) as atlas:
        atlas.says(
            work("a/1", "doi:10.1/d", kind=Kind.DATASET, links=[link("Cites", "doi:10.1/p")]),
            work("b/1", "doi:10.1/p"),
        )
        atlas.release()
        data, paper = atlas.key("a/1"), atlas.key("b/1")
        atlas.is_gone("a/1")
        atlas.says(work("c/1", "doi:10.1/p"))
        atlas.release()
    show(folder, 1, 2, as_json=True)
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == ["old", "new", "summary", "entities", "merges", "links"]
    assert (answer["old"]["number"], answer["new"]["number"]) == (1, 2)
    assert answer["summary"] == {
        "entities": {
            "gained": 0,
            "lost": 1,
            "lost_by_cause": {"record deleted": 1},
            "merged": 0,
            "split": 0,
        },
        "merges": {"gained": 1, "lost": 0, "lost_by_cause": {}},
        "links": {"gained": 0, "lost": 1, "lost_by_cause": {"record deleted": 1}},
    }
    assert answer["entities"] == {
        "gained": [],
        "lost": [
            {
                "key": data,
                "kind": "dataset",
                "name": "Title of a/1",
                "now": "tombstone",
                "cause": "record deleted",
                "records": [{"source": "a", "record": "1", "cause": "record deleted"}],
            }
        ],
        "merged": [],
        "split": [],
    }
    together = [{"source": "b", "record": "1"}, {"source": "c", "record": "1"}]
    assert answer["merges"] == {
        "gained": [
            {
                "key": paper,
                "records": together,
                "because": [
                    {
                        "rule": "same-doi",
                        "evidence": "doi:10.1/p",
                        "together": True,
                        "records": together,
                    }
                ],
            }
        ],
        "lost": [],
    }
    assert answer["links"] == {
        "gained": [],
        "lost": [
            {
                "source": data,
                "relation": "Cites",
                "target": paper,
                "cause": "record deleted",
                "stated_by": [
                    {
                        "source": "a",
                        "record": "1",
                        "as": "Cites",
                        "at": "2024-01-02T00:00:00Z",
                        "rule": "stated",
                        "cause": "record deleted",
                    }
                ],
            }
        ],
    }


def test_json_lists_everything_however_much_it_is(folder, capsys, monkeypatch):
    monkeypatch.setattr(release_diff, "_IN_MEMORY", 100)  # so that temporary files take over
    with new_atlas(folder.data) as atlas:
        atlas.says(work("a/0", "doi:10.1/0"))
        atlas.release()
        atlas.says(*(work(f"a/{n}", f"doi:10.1/{n}") for n in range(1, 101)))
        atlas.release()
        keys = set(atlas.town.keys().values()) - {atlas.key("a/0")}
    show(folder, 1, 2, as_json=True, limit=1)
    answer = json.loads(capsys.readouterr().out)
    assert answer["summary"]["entities"]["gained"] == 100
    assert {each["key"] for each in answer["entities"]["gained"]} == keys


def test_for_people_a_summary_comes_first_and_losses_before_gains(folder, capsys):
    long_title = "On the\n\x1b[31mvery long" + " title" * 20
    with new_atlas(folder.data) as atlas:
        data = work("a/1", "doi:10.1/d", kind=Kind.DATASET, links=[link("Cites", "doi:10.1/p")])
        other = work("a/2", "doi:10.2/e", links=[link("Cites", "doi:10.1/d")])
        atlas.says(data, other, work("c/1", "arxiv:7"), work("d/1", "isbn:1", title=long_title))
        atlas.says(work("e/1", "doi:10.3/x"), work("f/1", "doi:10.3/x"))
        atlas.release()
        keys = atlas.town.keys() | atlas.town.stubs()
        atlas.is_gone("a/1")
        atlas.is_gone("d/1", vanished=True)
        atlas.says(work("b/1", "doi:10.1/p"), work("c/1", "arxiv:7", "doi:10.1/p"))
        atlas.says(work("a/2", "doi:10.2/e"), work("a/3", "doi:10.4/y"), work("f/1"))
        atlas.says(work("a/4", "doi:10.4/z", links=[link("IsPartOf", "doi:10.1/p")]))
        atlas.release()
        keys |= atlas.town.keys()
    show(folder, 1, 2)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "release 1 of 2024-01-01T12:00:00Z -> release 2 of 2024-01-01T12:00:00Z"
    assert lines[1] == (
        "entities: 2 gained, 2 lost (1 record deleted, 1 record vanished),"
        " 0 merged into others, 1 split from others"
    )
    assert lines[2:4] == [
        "merges: 1 gained, 1 lost (1 record edited)",
        "links: 1 gained, 2 lost (1 record deleted, 1 record edited)",
    ]
    titles = [line for line in lines if line and not line.startswith(" ")]
    assert titles[4:] == [
        "entities lost: 2",
        "merges lost: 1",
        "links lost: 2",
        "entities gained: 2",
        "entities split: 1",
        "merges gained: 1",
        "links gained: 1",
    ]
    paper = keys["c/1"]
    assert f"  {keys['a/1']}  Title of a/1  dataset, now a tombstone; record deleted: a 1" in lines
    cut = "On the [31mvery long title title title title title title ti…"
    assert len(cut) == 60
    assert any(line.startswith(f"  {keys['d/1']}  {cut}  ") for line in lines)
    assert f"  {keys['e/1']}  record edited: e 1, f 1" in lines
    assert f"  {keys['a/2']} Cites {keys['a/1']}  record edited: a 2" in lines
    assert f"  {keys['f/1']}  Title of f/1  out of {keys['e/1']}" in lines
    assert f"  {paper}  b 1, c 1  (same-doi doi:10.1/p)" in lines
    assert f"  {keys['a/4']} IsPartOf {paper}  a 4" in lines
    assert f"  {keys['a/3']}  Title of a/3  paper: a 3" in lines


def test_a_long_list_is_cut_and_says_how_much_more_there_is(folder, capsys):
    with new_atlas(folder.data) as atlas:
        atlas.says(work("a/0", "doi:10.1/0"), *(work(f"b/{n}", f"arxiv:{n}") for n in range(9)))
        atlas.release()
        gone = {atlas.key(f"b/{n}"): n for n in range(7)}
        for n in range(7):
            atlas.is_gone(f"b/{n}", vanished=n != 6)
        atlas.release()
    show(folder, 1, 2, limit=3)
    out = capsys.readouterr().out
    assert "entities: 0 gained, 7 lost (1 record deleted, 6 record vanished)" in out
    keys = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    shown = [gone[key] for key in keys[:3]]
    rest = [n for _, n in sorted(gone.items()) if n != 6]
    assert shown == [6, *rest[:2]]  # by cause, then by key
    assert out.endswith("  ... and 4 more: --json lists all\n")
    assert len(keys) == 4
    show(folder, 1, 2, limit=0)
    assert capsys.readouterr().out.endswith(
        "entities lost: 7\n  ... and 7 more: --json lists all\n"
    )


def test_a_merge_and_a_stub_that_became_whole_are_told_in_words(folder, capsys):
    with new_atlas(folder.data) as atlas:
        atlas.says(work("a/1", "doi:10.1/d", links=[link("Cites", "doi:10.1/p")]))
        atlas.says(work("b/2", "arxiv:7"), work("c/1", "doi:10.2/q"))
        atlas.release()
        keys = atlas.town.keys()
        atlas.says(work("b/1", "doi:10.1/p"), work("c/1", "doi:10.2/q", "arxiv:7"))
        atlas.release()
        keys |= atlas.town.keys()
    show(folder, 1, 2)
    lines = capsys.readouterr().out.splitlines()
    assert f"  {keys['b/1']}  Title of b/1  paper, was a stub: b 1" in lines
    (merged,) = (line for line in lines if " into " in line and line.startswith("  "))
    assert merged.endswith(f"into {keys['c/1']}")


def test_the_sample_does_not_differ_from_itself(demo, capsys):
    show(demo, 1, 1)
    assert capsys.readouterr().out.splitlines()[1:] == [
        "entities: 0 gained, 0 lost, 0 merged into others, 0 split from others",
        "merges: 0 gained, 0 lost",
        "links: 0 gained, 0 lost",
    ]


def test_a_release_that_is_not_there_is_named(demo):
    with pytest.raises(NoRelease, match="no release 9"):
        show(demo, 1, 9)


def test_where_there_is_no_room_for_the_lists_the_answer_says_so(folder, monkeypatch):
    class Full(io.BytesIO):
        def write(self, _body):
            raise OSError(errno.ENOSPC, "No space left on device")

    with new_atlas(folder.data) as atlas:
        atlas.says(work("a/1", "doi:10.1/d"))
        atlas.release()
        atlas.says(work("a/2", "doi:10.1/e"))
        atlas.release()
    monkeypatch.setattr(release_diff, "SpooledTemporaryFile", lambda _size: Full())
    with pytest.raises(ReleaseError, match="No space left on device"):
        show(folder, 1, 2, as_json=True)


def test_what_harvests_change_is_told_with_its_cause(serving, capsys):
    fake = FakeRepository(
        [record(1, cites=2), record(2), record(3, cites=2), record(4, cites=2), record(5)],
        date="2026-02-01T00:00:00Z",
    )
    with serving(fake=fake) as installation:
        assert installation.run("harvest").exit_code == 0
        assert installation.run("build").exit_code == 0
        fake.date = "2026-03-01T00:00:00Z"
        fake.records[0] = record(1, at=SECOND)  # edited: it cites nothing
        fake.records[2] = GONE.format(n=3, at=SECOND)
        del fake.records[3]  # 4 vanishes
        assert installation.run("harvest", "--reconcile").exit_code == 0
        assert installation.run("build").exit_code == 0
    show(installation, 1, 2, as_json=True)
    answer = json.loads(capsys.readouterr().out)
    assert {each["stated_by"][0]["record"]: each["cause"] for each in answer["links"]["lost"]} == {
        "oai:fake:1": "record edited",
        "oai:fake:3": "record deleted",
        "oai:fake:4": "record vanished",
    }
    assert {each["records"][0]["record"]: each["cause"] for each in answer["entities"]["lost"]} == {
        "oai:fake:3": "record deleted",
        "oai:fake:4": "record vanished",
    }
