"""A process that reads the columns of a release and leaves them on the disk.

    python -m search.web.coverage.reader DATA NUMBER CACHE

It ends when its standard input does, so it does not outlive the server that started it.
"""

import os
import sys
from pathlib import Path
from threading import Thread
from typing import Final

from graph.errors import GraphError
from graph.release import holding, open_good_release
from graph.store import open_graph
from search.coverage.table import FOLDER, open_table

_NICENESS: Final = 10
"""Behind those who answer; not last of all, because somebody waits."""


def main() -> None:
    """Read, and end with 0 when the columns are on the disk."""
    data, number, cache = sys.argv[1:]
    os.nice(_NICENESS)
    Thread(target=_end_with_the_server, daemon=True).start()
    try:
        release = open_good_release(Path(data), int(number))
        with holding(release), open_graph(release.graph_path) as graph:
            open_table(release, graph, Path(cache))
    except GraphError as error:
        sys.exit(str(error))
    if not any((Path(cache) / FOLDER).glob(f"{number}-*/table.json")):
        sys.exit(f"{Path(cache) / FOLDER} cannot be written")


def _end_with_the_server() -> None:
    # not through a buffer: its lock would be held when this program ends
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
