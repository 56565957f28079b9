"""The process that holds one list against a release, so that a server need not.

    python -m search.holdings.worker ERRAND < LIST        see `search.holdings.errand`

It ends by itself when nobody takes what it writes, and some time after its time limit.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from graph.errors import GraphError
from graph.store import open_graph
from search.errors import QuerySyntaxError, SearchError
from search.holdings.delivery import GAPS, GapTooLarge, check_gap, deliver
from search.holdings.errand import Errand, Reply
from search.holdings.errors import ListTooLarge, TooManyRows, UnreadableList
from search.holdings.finder import GraphFinder
from search.holdings.gap import Opened
from search.holdings.outcome import open_outcome
from search.holdings.titles import open_titles
from search.sparql.sandbox import forbid_sockets, limit_memory
from search.text.engines import open_index

_ORPHAN_GRACE_S: Final = 5.0
_NICE: Final = 5
"""Behind the server, which answers others."""


def main() -> None:
    """Do the errand that the one argument tells."""
    errand = msgspec.json.decode(sys.argv[1], type=Errand)
    # what libraries print must not fall into the answer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.nice(_NICE)
    # ends by the default action of SIGALRM when whoever started it is gone
    signal.setitimer(signal.ITIMER_REAL, 2 * errand.time_limit_s + _ORPHAN_GRACE_S)
    limit_memory(errand.memory_bytes)
    forbid_sockets()
    with contextlib.suppress(BrokenPipeError):
        run(errand, sys.stdin.buffer, answers)


def run(errand: Errand, file: BinaryIO, answers: BinaryIO) -> None:
    """Write the reply, then what is wanted.

    Args:
        errand: what is wanted.
        file: the list.
        answers: where it is written.
    """
    done = _pieces(errand, file)
    try:
        # all that can be wrong shows before the first piece
        first = next(done)
    except QuerySyntaxError as error:
        reply = Reply(state="query", message=str(error), line=error.line, column=error.column)
    except GapTooLarge as error:
        reply = Reply(state="wide", message=str(error))
    except (ListTooLarge, TooManyRows) as error:
        reply = Reply(state="large", message=str(error))
    except UnreadableList as error:
        reply = Reply(state="unreadable", message=f"this cannot be read as a list: {error}")
    except MemoryError:
        reply = Reply(state="large", message="the list needs more memory than it may have here")
    except (SearchError, GraphError) as error:
        reply = Reply(state="failed", message=str(error))
    else:
        reply = Reply(state="ok")
        _write(answers, chain((msgspec.json.encode(reply) + b"\n", first), done))
        return
    _write(answers, (msgspec.json.encode(reply) + b"\n",))


def _write(answers: BinaryIO, pieces: Iterable[bytes]) -> None:
    answers.writelines(pieces)
    answers.flush()


def _pieces(errand: Errand, file: BinaryIO) -> Iterator[bytes]:
    release = Path(errand.release)
    with open_graph(release / "graph") as graph, open_index(release / "text") as index:
        opened = Opened(graph=graph, index=index, base_iri=errand.base_iri)
        if errand.want in GAPS:  # told before the list is matched
            check_gap(opened, errand.limits, errand.max_gap)
        with (
            open_titles(graph, index, errand.base_iri) as titles,
            open_outcome(
                file,
                GraphFinder(graph, errand.base_iri, titles),
                release=errand.number,
                limit_bytes=errand.max_bytes,
                limit_rows=errand.max_rows,
            ) as outcome,
        ):
            yield from deliver(errand, opened, outcome)


if __name__ == "__main__":
    main()
