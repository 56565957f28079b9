"""Files that librarians have, staged as records like any other: ONIX, KBART, CSV, MARCXML.

Each record of a file keeps its bytes, or its row as a JSON object; what cannot be read is kept as
well, with the reason.
"""

from harvester.files.importing import import_file
from harvester.files.opened import UnreadableFile

__all__ = ["UnreadableFile", "import_file"]
