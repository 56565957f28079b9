"""Which crosswalk reads a record, and which records none can read."""

import pytest

from graph.crosswalk import map_record
from graph.errors import UnmappableRecord


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (b"Down for maintenance", "not-xml"),
        (b"", "not-xml"),
        (b"<record><metadata>", "not-xml"),
        (b"<record><header status='deleted'/></record>", "no-metadata"),
        (b"<record><metadata/></record>", "no-metadata"),
        (b"<html/>", "no-metadata"),
        (b"<record><metadata><oai_datacite/></metadata></record>", "no-metadata"),
        (b"<record><metadata><mods/></metadata></record>", "unknown-dialect"),
    ],
)
def test_a_record_that_cannot_be_mapped_says_why(staged, xml, reason):
    with pytest.raises(UnmappableRecord) as caught:
        map_record(staged(xml))
    assert caught.value.reason == reason


def test_entities_are_not_resolved(staged):
    xml = (
        b'<!DOCTYPE record [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        b"<record><metadata><dc><title>A&e;B</title></dc></metadata></record>"
    )
    work = map_record(staged(xml))
    assert [title.value for title in work.titles] == ["A &e; B"]


def test_header_and_source_come_from_the_stage(staged):
    work = map_record(staged(b"<record><metadata><dc/></metadata></record>", "oai:x.org:1"))
    assert (work.source, work.record, work.datestamp) == (
        "example",
        "oai:x.org:1",
        "2024-01-01T00:00:00Z",
    )
