"""The way of a record end to end: loopback repository, stage, release, and what status tells."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
import pytest
from lxml import etree

from graph.release import open_release
from harvester.client import HttpAnswer
from harvester.record import StagedRecord
from harvester.stage import open_stage
from tests.harvester.fake_repository import FakeRepository, answer, error, listing, record_xml
from weft.building import build
from weft.config import load
from weft.data_directory import NothingStaged
from weft.demo import SAMPLE
from weft.status import status

OAI = "{http://www.openarchives.org/OAI/2.0/}"
SOURCE_FIELDS: dict[str, tuple[type, ...]] = {
    "state": (str,),
    "live": (int,),
    "deleted": (int,),
    "rejected": (int,),
    "announced": (int, type(None)),
    "last_harvest": (str, type(None)),
    "error": (str, type(None)),
}
RELEASE_FIELDS = {
    "number": int,
    "created_at": str,
    "records": int,
    "entities": int,
    "stubs": int,
    "merged_entities": int,
    "links": int,
    "quads": int,
    "by_kind": dict,
}


def assert_form(now: dict[str, Any]) -> None:
    """The form that people script against; further fields are allowed."""
    for source in now["sources"].values():
        for field, kind in SOURCE_FIELDS.items():
            assert isinstance(source[field], kind), field
        assert source["state"] in {"complete", "incomplete", "failed", "never"}
    if now["release"] is not None:
        for field, form in RELEASE_FIELDS.items():
            assert isinstance(now["release"][field], form), field


def sample_counts() -> dict[str, tuple[int, int]]:
    """Live and deleted records of each folder of the sample, counted in its pages."""
    counts = {}
    for folder in SAMPLE.iterdir():
        headers = [
            header
            for page in folder.glob("*.xml")
            for header in etree.parse(str(page)).getroot().iter(f"{OAI}header")
        ]
        if headers:
            deleted = sum(header.get("status") == "deleted" for header in headers)
            counts[folder.name] = (len(headers) - deleted, deleted)
    return counts


def staged(installation) -> dict[str, StagedRecord]:
    with open_stage(installation.data / "stage.db") as stage:
        return {record.identifier: record for record in stage.records()}


@contextmanager
def graph_of(installation) -> Iterator[ox.Store]:
    yield ox.Store.read_only(str(open_release(installation.data).graph_path))


def test_status_before_any_harvest(sample):
    now = sample.json("status", "--json")
    assert_form(now)
    assert set(now["sources"]) == {"cernopendata", "hepdata", "oapen", "zenodo"}
    for source in now["sources"].values():
        assert (source["state"], source["last_harvest"], source["error"]) == ("never", None, None)
        assert (source["live"], source["deleted"], source["rejected"]) == (0, 0, 0)
        assert source["announced"] is None
    assert now["release"] is None
    assert not sample.data.exists(), "asking for the status has made something"


def test_status_after_a_harvest_and_after_a_build(sample):
    assert sample.run("harvest").exit_code == 0
    harvested = sample.json("status", "--json")
    assert_form(harvested)
    assert harvested["release"] is None
    counts = {
        name: (source["live"], source["deleted"]) for name, source in harvested["sources"].items()
    }
    assert counts == sample_counts()
    assert counts["hepdata"] == (24, 1)
    for name, source in harvested["sources"].items():
        assert (source["state"], source["rejected"], source["error"]) == ("complete", 0, None)
        assert source["announced"] in (sum(counts[name]), None)
        assert source["last_harvest"] is not None
    assert harvested["sources"]["cernopendata"]["announced"] == 72

    assert sample.run("build").exit_code == 0
    built = sample.json("status", "--json")
    assert_form(built)
    release = built["release"]
    assert release["number"] == 1
    assert release["records"] == sum(live for live, _ in counts.values())
    assert release["by_source"] == {name: live for name, (live, _) in counts.items()}
    assert sum(release["by_kind"].values()) == release["entities"]
    assert set(release["by_kind"]) <= {"dataset", "paper", "software", "book", "chapter", "other"}
    with graph_of(sample) as store:
        assert len(store) == release["quads"]


def test_a_second_harvest_asks_for_changes_only_and_keeps_what_is_unchanged(serving):
    fake = FakeRepository([record_xml(number) for number in range(5)], date="2026-02-01T00:00:00Z")
    with serving(fake=fake) as installation:
        assert installation.run("harvest").exit_code == 0
        before = staged(installation)
        fake.requests.clear()
        fake.date = "2026-03-01T00:00:00Z"
        later = "2026-02-15T00:00:00Z"
        edited, added = (record_xml(number, title="Edited", datestamp=later) for number in (2, 7))
        fake.records[2:3] = [edited, added]
        assert installation.run("harvest").exit_code == 0
    listed = [request for request in fake.requests if request["verb"] == "ListRecords"]
    assert listed[0]["from"] == "2026-01-31T23:59:59Z"
    after = staged(installation)
    kept = {"oai:fake:0", "oai:fake:1", "oai:fake:3", "oai:fake:4"}
    assert {name for name in before if after[name].seq == before[name].seq} == kept
    assert after["oai:fake:2"].seq > max(record.seq for record in before.values())
    assert set(after) - set(before) == {"oai:fake:7"}


def test_a_build_with_nothing_new_makes_no_release(sample):
    assert sample.run("update").exit_code == 0
    result = sample.run("update")
    assert result.exit_code == 0
    assert "nothing has changed since release 1: " in result.stderr
    assert sample.json("status", "--json")["release"]["number"] == 1


def test_a_second_build_makes_release_2_and_keys_stay(sample):
    assert sample.run("update").exit_code == 0
    first = keys_of(sample)
    assert sample.run("remap").exit_code == 0
    assert sample.run("build").exit_code == 0
    now = sample.json("status", "--json")
    assert now["release"]["number"] == 2
    assert keys_of(sample) == first
    assert len(first) == now["release"]["entities"]
    assert (sample.data / "releases" / "1" / "release.json").is_file()


def keys_of(installation) -> set[tuple[str, str]]:
    """Every entity's IRI with the records it is made from."""
    pattern = ox.NamedNode("https://w3id.org/weft#fromRecord")
    with graph_of(installation) as store:
        quads = store.quads_for_pattern(None, pattern, None, ox.DefaultGraph())
        by_record = [(str(quad.subject), str(quad.object)) for quad in quads]
    return {
        (subject, " ".join(sorted(o for s, o in by_record if s == subject)))
        for subject, _ in by_record
    }


def test_only_the_configured_number_of_releases_stays(serving):
    fake = FakeRepository([record_xml(1)])
    with serving(extra="keep = 2\n", fake=fake) as installation:
        for _ in range(3):
            assert installation.run("update").exit_code == 0
            assert installation.run("remap").exit_code == 0
    kept = {path.name for path in (installation.data / "releases").iterdir() if path.is_dir()}
    assert kept == {"2", "3", "current"}


def test_a_build_of_nothing_says_what_to_run_and_makes_nothing(tmp_path):
    (tmp_path / "config.toml").write_text("")
    config = load(tmp_path / "config.toml")
    with pytest.raises(NothingStaged, match="run `weft harvest` first"):
        build(config)
    assert not config.data.exists()


def test_a_stage_without_a_record_is_nothing_to_build_from(serving):
    with serving(empty=FakeRepository([])) as installation:
        assert installation.run("harvest").exit_code == 0
        result = installation.run("build")
    assert result.exit_code == 3
    assert "run `weft harvest` first" in result.stderr
    assert status(load(installation.config)).release is None


# Bad input from a repository, end to end

DATACITE = (
    "<record><header><identifier>{oai}</identifier><datestamp>2026-01-01T00:00:00Z</datestamp>"
    '</header><metadata><resource xmlns="http://datacite.org/schema/kernel-4">{body}</resource>'
    "</metadata></record>"
)
DOI = '<identifier identifierType="DOI">{}</identifier>'
TITLE = "<titles><title>{}</title></titles>"


def datacite(name: str, *parts: str) -> str:
    return DATACITE.format(oai=f"oai:odd:{name}", body="".join(parts))


def related(identifier: str, kind: str) -> str:
    return (
        f'<relatedIdentifiers><relatedIdentifier relatedIdentifierType="{kind}"'
        f' relationType="References">{identifier}</relatedIdentifier></relatedIdentifiers>'
    )


ODD = {
    "plain": datacite("plain", DOI.format("10.5072/plain"), TITLE.format("Plain")),
    "unknown-dialect": (
        "<record><header><identifier>oai:odd:unknown-dialect</identifier>"
        "<datestamp>2026-01-01T00:00:00Z</datestamp></header><metadata>"
        '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo/></mods></metadata></record>'
    ),
    "no-metadata": (
        "<record><header><identifier>oai:odd:no-metadata</identifier>"
        "<datestamp>2026-01-01T00:00:00Z</datestamp></header></record>"
    ),
    "no-title": datacite("no-title", DOI.format("10.5072/no-title")),
    "doi-with-spaces": datacite(
        "doi-with-spaces", DOI.format("10.5072/two words here"), TITLE.format("Spaces")
    ),
    "no-doi": datacite("no-doi", DOI.format("to be assigned"), TITLE.format("No DOI")),
    "url-with-space": datacite(
        "url-with-space",
        DOI.format("10.5072/url"),
        TITLE.format("Link"),
        related("https://a.example/some file.dat", "URL"),
        '<rightsList><rights rightsURI="https://a.example/my licence"/></rightsList>',
    ),
    "language-tag": datacite(
        "language-tag",
        DOI.format("10.5072/language"),
        '<titles><title xml:lang="english_uk">Colour</title></titles>',
        "<language>english_uk</language>",
    ),
    "markup": datacite(
        "markup",
        DOI.format("10.5072/markup"),
        TITLE.format("&lt;b&gt;Jets&lt;/b&gt; with $p_T &amp;lt; 5$ and \\alpha_{s} &quot;q&quot;"),
    ),
    "bad-iri": datacite(
        "bad-iri",
        DOI.format("10.5072/iri"),
        TITLE.format("IRI"),
        related("https://a.example/&lt;x&gt;|{y}\\z^`", "URL"),
    ),
}


@pytest.fixture
def odd(serving):
    """An installation that has harvested and built every odd record."""
    with serving(odd=FakeRepository(list(ODD.values()))) as installation:
        assert installation.run("harvest").exit_code == 0
        assert installation.run("build").exit_code == 0
        yield installation


def test_every_odd_record_is_kept_raw(odd):
    kept = staged(odd)
    assert set(kept) == {f"oai:odd:{name}" for name in ODD}
    assert b"10.5072/two words here" in kept["oai:odd:doi-with-spaces"].xml
    assert b"english_uk" in kept["oai:odd:language-tag"].xml


def test_every_odd_record_is_counted_and_listed_with_its_reason(odd):
    source = odd.json("status", "--json")["sources"]["odd"]
    assert (source["live"], source["rejected"]) == (10, 2)
    assert source["reasons"] == {"unknown-dialect": 1, "no-metadata": 1}
    assert source["problems"]["no-title"] == 1
    assert source["problems"]["bad-doi"] == 2
    assert source["problems"]["bad-iri"] == 2
    assert source["problems"]["bad-language"] == 2
    rows = odd.json_lines("records", "--rejected", "--jsonl")
    assert len(rows) == source["rejected"] + sum(source["problems"].values())
    listed = {(row["id"], row["reason"], row["whole"]) for row in rows}
    assert {
        ("oai:odd:unknown-dialect", "unknown-dialect", True),
        ("oai:odd:no-metadata", "no-metadata", True),
        ("oai:odd:no-title", "no-title", False),
        ("oai:odd:no-doi", "bad-doi", False),
        ("oai:odd:language-tag", "bad-language", False),
    } <= listed
    assert all(row["source"] == "odd" and row["detail"] for row in rows)


def test_the_status_for_people_gives_the_reasons_too(odd):
    shown = odd.run("status").stdout
    assert "odd: 1 rejected: unknown-dialect (see `weft records --rejected`)" in shown
    assert "odd: 1 read in part: no-title" in shown


def test_a_release_with_odd_records_builds_loads_and_answers(odd):
    release = odd.json("status", "--json")["release"]
    assert (release["records"], release["entities"]) == (8, 8)
    with graph_of(odd) as store:
        assert len(store) == release["quads"]
    found = odd.json("search", "--json", "jets")
    assert [hit["title"] for hit in found["hits"]] == [
        'Jets with $p_T < 5$ and \\alpha_{s} "q"',
    ]


def test_a_bad_language_tag_leaves_the_title_without_one(odd):
    name = ox.NamedNode("https://schema.org/name")
    with graph_of(odd) as store:
        titles = {
            quad.object.value: quad.object.language
            for quad in store.quads_for_pattern(None, name, None, ox.DefaultGraph())
            if isinstance(quad.object, ox.Literal)
        }
    assert titles["Colour"] is None


@pytest.mark.parametrize(
    ("record", "repaired", "reason", "is_in_graph"),
    [
        ("url-with-space", "https://a.example/some%20file.dat", "bad-iri", True),
        ("bad-iri", "https://a.example/%3Cx%3E%7C%7By%7D%5Cz%5E%60", "bad-iri", True),
        ("doi-with-spaces", "https://doi.org/10.5072/twowordshere", "bad-doi", False),
    ],
)
def test_what_no_iri_may_hold_is_listed_and_never_closed_up(
    odd, record, repaired, reason, is_in_graph
):
    rows = odd.json_lines("records", "--rejected", "--jsonl")
    assert reason in {row["reason"] for row in rows if row["id"] == f"oai:odd:{record}"}
    with graph_of(odd) as store:
        found = any(store.quads_for_pattern(None, None, ox.NamedNode(repaired), None))
    assert found is is_in_graph


NOT_XML = HttpAnswer(status=200, body=b"<html><p>Down for maintenance")
CUT = HttpAnswer(status=200, body=answer(f"<ListRecords>{record_xml(2)}").body[:-20])


@dataclass
class IllRepository(FakeRepository):
    """Every page with record 2 is an illness instead, until it is None."""

    illness: HttpAnswer | None = None

    async def __call__(self, url: str, /) -> HttpAnswer:
        healthy = await super().__call__(url)
        if self.illness is not None and b"oai:fake:2<" in healthy.body:
            return self.illness
        return healthy


@pytest.mark.parametrize(("page", "reason"), [(NOT_XML, "not-xml"), (CUT, "cut-page")])
def test_an_unreadable_page_is_counted_listed_and_resolved_when_it_arrives(serving, page, reason):
    fake = IllRepository([record_xml(number) for number in range(4)], illness=page)
    with serving(fake=fake) as installation:
        assert installation.run("harvest").exit_code == 1
        source = installation.json("status", "--json")["sources"]["fake"]
        assert (source["state"], source["live"], source["rejected"]) == ("incomplete", 2, 1)
        assert source["reasons"] == {reason: 1}
        assert "nor can its identifiers be listed" in source["error"]
        [row] = installation.json_lines("records", "--rejected", "--jsonl")
        assert (row["source"], row["id"], row["reason"], row["whole"]) == (
            "fake",
            None,
            reason,
            True,
        )
        assert installation.run("build").exit_code == 0, "what was staged is not built"

        fake.illness = None
        assert installation.run("harvest").exit_code == 0
        source = installation.json("status", "--json")["sources"]["fake"]
        assert (source["state"], source["live"], source["reasons"]["unknown-dialect"]) == (
            "complete",
            4,
            2,
        )
        assert reason not in source["reasons"]


def test_a_record_without_identifier_is_counted_and_listed(serving):
    headless = "<record><metadata><title>No header</title></metadata></record>"
    fake = FakeRepository([record_xml(1), headless])
    with serving(fake=fake) as installation:
        assert installation.run("harvest").exit_code == 0
        source = installation.json("status", "--json")["sources"]["fake"]
        rows = installation.json_lines("records", "fake", "--rejected", "--jsonl")
    assert (source["live"], source["reasons"]) == (1, {"no-header": 1})
    assert [(row["id"], row["reason"], row["whole"]) for row in rows] == [(None, "no-header", True)]


def test_an_error_with_status_422_is_understood(serving):
    refusing = FakeRepository([], instead={"": [error("cannotDisseminateFormat", status=422)]})
    with serving(refusing=refusing, empty=FakeRepository([])) as installation:
        assert installation.run("harvest").exit_code == 1
        sources = installation.json("status", "--json")["sources"]
    assert sources["refusing"]["state"] == "failed"
    assert "cannotDisseminateFormat: said so" in sources["refusing"]["error"]
    assert (sources["empty"]["state"], sources["empty"]["live"]) == ("complete", 0)


def test_a_list_shorter_than_announced_is_incomplete(serving):
    short = FakeRepository([], instead={"": [listing(record_xml(1), token="", size=2)]})
    with serving(short=short) as installation:
        assert installation.run("harvest").exit_code == 1
        source = installation.json("status", "--json")["sources"]["short"]
    assert (source["state"], source["live"], source["announced"]) == ("incomplete", 1, 2)
    assert "1 of 2 announced records arrived" in source["error"]


def test_a_vanished_record_is_gone_from_the_next_release_and_its_header_says_so(serving):
    fake = FakeRepository([record_xml(number) for number in range(3)])
    status = "SELECT ?s { ?r weft:oaiIdentifier 'oai:fake:1' ; weft:status ?s }"
    query = f"PREFIX weft: <https://w3id.org/weft#> {status}"
    with serving(fake=fake) as installation:
        assert installation.run("update").exit_code == 0
        del fake.records[1]
        result = installation.run("harvest", "--reconcile")
        assert (result.exit_code, "2 identifiers listed, 1 records vanished" in result.stderr) == (
            0,
            True,
        )
        source = installation.json("status", "--json")["sources"]["fake"]
        assert (source["state"], source["live"], source["vanished"]) == ("complete", 2, 1)
        assert installation.run("build").exit_code == 0
        [row] = installation.json("sparql", query, "--json")["results"]["bindings"]
    assert row["s"]["value"] == "https://w3id.org/weft#vanished"


def test_a_mended_page_is_staged_counted_and_listed_with_what_was_mended(serving):
    fake = FakeRepository([record_xml(number) for number in range(4)])
    broken = answer(f"<ListRecords>{record_xml(0, title='Q & A')}{record_xml(1)}</ListRecords>")
    fake.instead[""] = [broken]
    fake.announces = False
    with serving(fake=fake) as installation:
        assert installation.run("harvest").exit_code == 0
        source = installation.json("status", "--json")["sources"]["fake"]
        assert (source["state"], source["live"], source["mended"], source["rejected"]) == (
            "complete",
            2,
            1,
            0,
        )
        [row] = installation.json_lines("records", "--rejected", "--jsonl")
        assert (row["reason"], row["detail"], row["whole"]) == ("mended", "ampersands", False)
        assert "1 pages mended before reading" in installation.run("status").stdout


def test_remap_reads_everything_anew_and_keeps_the_entities(sample):
    assert sample.run("update").exit_code == 0
    keys = keys_of(sample)
    with closing(sqlite3.connect(sample.data / "graph.db")) as catalogue, catalogue:
        catalogue.execute("UPDATE work SET kind = 'other' WHERE source = 'zenodo'")
    result = sample.run("remap", "zenodo")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        0,
        "32 records read anew; `weft build` makes a release of them",
    )
    with closing(sqlite3.connect(sample.data / "graph.db")) as catalogue:
        rows = catalogue.execute("SELECT DISTINCT kind FROM work WHERE source = 'zenodo'")
        assert {kind for (kind,) in rows} >= {"software", "dataset"}
    assert sample.run("build").exit_code == 0
    assert keys_of(sample) == keys


def test_remap_of_an_unknown_source_names_it(sample):
    result = sample.run("remap", "nowhere")
    assert (result.exit_code, "no source 'nowhere'" in result.stderr) == (2, True)
