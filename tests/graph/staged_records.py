"""Staged records of any content, as the stage hands them to the mapping."""

from harvester.record import StagedRecord

_DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Title \N{SNOWMAN} {0}</dc:title>'
    "<dc:identifier>https://doi.org/10.1234/{0}</dc:identifier></oai_dc:dc>"
)


def staged_record(
    seq: int, metadata: str = "", *, is_deleted: bool = False, identifier: str = ""
) -> StagedRecord:
    """A record of source `a`; in Dublin Core, with a title and a DOI of its own, unless told."""
    metadata = metadata or _DC.replace("{0}", str(seq))
    xml = (
        '<record xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<metadata>{metadata}</metadata></record>"
    )
    return StagedRecord(
        source="a",
        identifier=identifier or f"oai:a:{seq}",
        prefix="any",
        datestamp="2024-01-01",
        is_deleted=is_deleted,
        sets=(),
        sha256=b"\x01",
        xml=b"" if is_deleted else xml.encode(),
        harvested_at="2024-01-02T00:00:00Z",
        seq=seq,
    )
