"""What a release says of its sources to those who draw conclusions."""

from graph.release import HarvestedSource, ReleaseInfo, asked, caveats


def source(**fields) -> HarvestedSource:
    known = {
        "title": "A",
        "url": "https://a.example/oai",
        "state": "complete",
        "last_harvest": "2026-01-02T03:04:05Z",
        "announced": None,
        "live": 10,
        "deleted": 0,
    }
    return HarvestedSource(**(known | fields))


def info(**sources: HarvestedSource) -> ReleaseInfo:
    return ReleaseInfo(
        number=3,
        created_at="2026-01-03T00:00:00Z",
        base_iri="http://weft.example/",
        records=10,
        entities=10,
        stubs=0,
        merged_entities=0,
        links=0,
        quads=1,
        by_kind={},
        by_source={"a": 10},
        sources=sources,
    )


def test_a_complete_source_says_when_it_was_harvested():
    assert caveats(info(a=source())) == (
        "a: complete, last harvested 2026-01-02T03:04:05Z; 10 records",
    )


def test_an_incomplete_source_says_that_records_are_missing_and_how_many_were_announced():
    told = caveats(info(a=source(state="incomplete", announced=500, rejected=2, vanished=1)))
    assert told[0].split("; ") == [
        "a: incomplete: records are missing, last harvested 2026-01-02T03:04:05Z",
        "10 records",
        "the repository announced 500",
        "records or pages that could not be read: 2",
        "records that are listed no longer: 1",
    ]


def test_a_source_that_was_never_harvested_says_so():
    never = source(state="never", live=0, last_harvest=None)
    assert caveats(info(a=never)) == ("a: never harvested",)


def test_an_imported_source_says_so():
    imported = source(state="never", last_harvest=None)
    assert caveats(info(a=imported)) == ("a: imported from files; 10 records",)


def test_a_failed_source_says_so():
    failed = source(state="failed", last_harvest=None)
    assert caveats(info(a=failed)) == (
        "a: failed: records are missing, no harvest has ended well; 10 records",
    )


def test_sources_stand_by_name():
    assert [each[0] for each in caveats(info(b=source(), a=source()))] == ["a", "b"]


def test_a_release_without_states_says_that():
    assert caveats(info()) == ("this release keeps no state of its sources: a",)


def test_a_result_names_its_release_and_question():
    about = asked(info(a=source()), "higgs")
    assert (about.release, about.created_at, about.query) == (3, "2026-01-03T00:00:00Z", "higgs")
    assert about.base_iri == "http://weft.example/"
    assert len(about.caveats) == 1
