"""What a release keeps of the state of its sources."""

from pathlib import Path

import msgspec
import pytest

from graph.release import ReleaseInfo, open_release
from tests.harvester.fake_repository import FakeRepository, record_xml

FILES = Path(__file__).parents[1] / "data" / "files"


def test_a_release_keeps_what_the_status_said_when_it_was_made(sample):
    assert sample.run("harvest").exit_code == 0
    assert sample.run("build").exit_code == 0
    said = sample.json("status", "--json")["sources"]
    kept = open_release(sample.data).info.sources
    assert set(kept) == {"cernopendata", "hepdata", "oapen", "zenodo"}
    assert kept["hepdata"].title == "hepdata"
    assert (kept["hepdata"].live, kept["hepdata"].deleted) == (24, 1)
    for name, source in kept.items():
        told = msgspec.to_builtins(source)
        assert told.pop("url").startswith("http://127.0.0.1:")
        assert told == {key: said[name][key] for key in told}


def test_a_source_that_was_never_harvested_is_kept_as_such(serving):
    fake = FakeRepository([record_xml(1)], date="2026-02-01T00:00:00Z")
    with serving(fake=fake, other=FakeRepository([])) as installation:
        assert installation.run("harvest", "fake").exit_code == 0
        assert installation.run("build").exit_code == 0
        kept = open_release(installation.data).info.sources
    assert (kept["fake"].state, kept["fake"].live) == ("complete", 1)
    assert (kept["other"].state, kept["other"].last_harvest) == ("never", None)


def test_a_later_harvest_shows_in_the_next_release_only(serving):
    fake = FakeRepository([record_xml(1)], date="2026-02-01T00:00:00Z")
    with serving(fake=fake) as installation:
        installation.run("harvest")
        installation.run("build")
        fake.records.append(record_xml(2, datestamp="2026-02-15T00:00:00Z"))
        fake.date = "2026-03-01T00:00:00Z"
        installation.run("harvest")
        before = open_release(installation.data).info
        installation.run("build")
        after = open_release(installation.data).info
    assert (before.number, before.sources["fake"].live) == (1, 1)
    assert (after.number, after.sources["fake"].live) == (2, 2)


def test_what_could_not_be_read_is_counted_and_a_file_has_no_address(serving):
    with serving() as installation:
        installation.run("import", str(FILES / "onix-reference.xml"), "--source", "shelf")
        assert installation.run("build").exit_code == 0
        kept = open_release(installation.data).info.sources["shelf"]
    assert (kept.state, kept.rejected, kept.url) == ("incomplete", 2, "")


@pytest.mark.parametrize("extra", [{}, {"sources": {}}])
def test_a_release_of_before_opens_and_tells_nothing_of_its_sources(extra):
    old = {
        "number": 1,
        "created_at": "2026-01-02T03:04:05Z",
        "base_iri": "http://a.example/",
        **dict.fromkeys(("records", "entities", "stubs", "merged_entities", "links", "quads"), 0),
        "by_kind": {},
        "by_source": {},
        **extra,
    }
    assert msgspec.convert(old, ReleaseInfo).sources == {}
