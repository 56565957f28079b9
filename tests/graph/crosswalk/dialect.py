"""Map a record with one crosswalk, whatever the table of dialects says."""

from collections.abc import Callable
from pathlib import Path

from lxml.etree import fromstring

from graph.crosswalk.draft import Draft
from graph.crosswalk.elements import Element, local_name, new_parser
from graph.work import Work
from harvester.record import StagedRecord

RECORDS = Path(__file__).parents[2] / "data" / "records"


def map_with(crosswalk: Callable[[Element, Draft], None], xml: bytes, staged: StagedRecord) -> Work:
    """Map what is inside `<metadata>`, or the whole where there is none."""
    root = fromstring(xml, new_parser())
    inside = [child[0] for child in root if local_name(child.tag) == "metadata"]
    draft = Draft(staged)
    crosswalk(inside[0] if inside else root, draft)
    return draft.finish()


def map_file_with(
    crosswalk: Callable[[Element, Draft], None], name: str, staged: StagedRecord
) -> Work:
    """Map a file of tests/data/records."""
    return map_with(crosswalk, (RECORDS / f"{name}.xml").read_bytes(), staged)
