"""The command line: reads arguments, calls what does the work, ends with an exit status.

Commands stand in the groups of the manual: `running`, `asking`, `linking`, `covering`, `taking`,
`federating`, `keeping`.
"""

from weft.cli import asking, covering, federating, keeping, linking, running, taking
from weft.cli.root import DONE, IN_PART, NOTHING_DONE, WRONG_USAGE, weft

__all__ = [
    "DONE",
    "IN_PART",
    "NOTHING_DONE",
    "WRONG_USAGE",
    "asking",
    "covering",
    "federating",
    "keeping",
    "linking",
    "main",
    "running",
    "taking",
    "weft",
]


def main() -> None:
    """Run the command line."""
    weft(prog_name="weft")
