"""Records for the crosswalk tests, out of tests/data/records or written by the test itself.

Those files are made up, in the form and with the habits of real repositories. Where a rule reads a
host or a DOI prefix (Zenodo, CERN, HEPData, OAPEN), theirs stands there with a number none has.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.crosswalk import map_record
from graph.work import Work
from harvester.record import StagedRecord

_RECORDS = Path(__file__).parents[2] / "data" / "records"


def _staged(xml: bytes, identifier: str = "oai:example.org:1") -> StagedRecord:
    return StagedRecord(
        source="example",
        identifier=identifier,
        prefix="any",
        datestamp="2024-01-01T00:00:00Z",
        is_deleted=False,
        sets=(),
        sha256=b"",
        xml=xml,
        harvested_at="2024-01-02T00:00:00Z",
        seq=1,
    )


@pytest.fixture
def staged() -> Callable[..., StagedRecord]:
    """Make a staged record of the given XML and OAI identifier."""
    return _staged


@pytest.fixture
def map_file() -> Callable[[str, str], Work]:
    """Map a file of tests/data/records under an OAI identifier."""

    def map_one(name: str, identifier: str) -> Work:
        return map_record(_staged((_RECORDS / f"{name}.xml").read_bytes(), identifier))

    return map_one


@pytest.fixture
def map_xml() -> Callable[..., Work]:
    """Map the metadata inside a record of the test's own."""

    def map_one(metadata: str, identifier: str = "oai:example.org:1") -> Work:
        record = (
            '<record xmlns="http://www.openarchives.org/OAI/2.0/"><header/>'
            f"<metadata>{metadata}</metadata></record>"
        )
        return map_record(_staged(record.encode(), identifier))

    return map_one
