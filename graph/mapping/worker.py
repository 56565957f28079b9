"""A helper: reads the batches of records that come in, until no more come.

Run as `python -m graph.mapping.worker` by `helpers.py`; it ends with the process that started it.
"""

import gc
import signal
import sys

from graph.mapping.read import read_record
from graph.mapping.wire import BATCH, receive, send


def main() -> None:
    """Answer every batch on standard input on standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it decides when to stop
    gc.disable()
    while (batch := receive(sys.stdin.buffer, BATCH)) is not None:
        send(sys.stdout.buffer, [read_record(record) for record in batch])


if __name__ == "__main__":
    main()
