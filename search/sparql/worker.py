"""One worker process: runs one SPARQL query at a time on a release, inside its limits.

    python -m search.sparql.worker        frames of `search.sparql.wire` on stdin and stdout

The store cannot stop a query, so whoever starts this process stops a long query by killing it.
"""

import os
import signal
import sys
from typing import BinaryIO, Final

import msgspec
import pyoxigraph as ox

from search.errors import QueryRefused
from search.sparql.dataset import Dataset, copy_merged, read_dataset
from search.sparql.gate import check
from search.sparql.sandbox import forbid_sockets, limit_memory
from search.sparql.wire import Answer, Request, Start, read_frame, write_frame

_ORPHAN_GRACE_S: Final = 5.0

_Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


class _ResultLimitPassed(Exception):
    """The serialised result grew past its limit."""


class _LimitedBuffer:
    """Takes what the store serialises, up to a limit."""

    def __init__(self, limit_bytes: int) -> None:
        self.body = bytearray()
        self._limit_bytes = limit_bytes

    def write(self, body: bytes) -> int:
        if len(self.body) + len(body) > self._limit_bytes:
            raise _ResultLimitPassed
        self.body += body
        return len(body)

    def flush(self) -> None:
        """Nothing waits: the store calls this at the end."""


def main() -> None:
    """Serve requests until stdin closes."""
    requests = sys.stdin.buffer
    # what libraries print must not fall between frames
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    body = read_frame(requests)
    if body is None:
        return
    start = msgspec.json.decode(body, type=Start)
    limit_memory(start.memory_limit_bytes)
    if not start.allowed_services:
        forbid_sockets()
    try:
        store = ox.Store.read_only(start.store)
    except OSError as error:
        write_frame(answers, msgspec.json.encode(Answer(state="failed", message=str(error))))
        return
    write_frame(answers, msgspec.json.encode(Answer(state="ok")))
    _serve(store, start, requests, answers)


def _serve(store: ox.Store, start: Start, requests: BinaryIO, answers: BinaryIO) -> None:
    while (body := read_frame(requests)) is not None:
        # a worker whose server was killed ends by the default action of SIGALRM
        signal.setitimer(signal.ITIMER_REAL, start.time_limit_s + _ORPHAN_GRACE_S)
        answer, result = answer_request(store, msgspec.json.decode(body, type=Request), start)
        signal.setitimer(signal.ITIMER_REAL, 0)
        write_frame(answers, msgspec.json.encode(answer))
        if answer.state == "ok":
            write_frame(answers, result)


def answer_request(store: ox.Store, request: Request, start: Start) -> tuple[Answer, bytes]:
    """Run one query; the bytes are empty unless the answer's state is `ok`."""
    try:
        check(request.query, start.allowed_services)
        return Answer(state="ok"), _evaluate(store, request, start.result_limit_bytes)
    except SyntaxError as error:
        from search.sparql.diagnosis import read_syntax_error  # noqa: PLC0415  # rarely needed

        answer = read_syntax_error(str(error), request.query)
    except QueryRefused as error:
        answer = Answer(state="refused", message=str(error))
    except _ResultLimitPassed:
        limit = start.result_limit_bytes
        message = f"the result is larger than {limit} bytes: add a LIMIT, or ask for fewer columns"
        answer = Answer(state="large", message=message)
    except MemoryError:
        answer = Answer(state="memory")
    except (ValueError, OSError, RuntimeError) as error:
        answer = Answer(state="failed", message=str(error))
    return answer, b""


def _evaluate(store: ox.Store, request: Request, limit_bytes: int) -> bytes:
    found = _query(store, request)
    buffer = _LimitedBuffer(limit_bytes)
    try:
        if isinstance(found, ox.QueryTriples) is not request.format.is_graph:
            raise QueryRefused(f"{request.format.label} cannot hold the result of this query form")
        found.serialize(buffer, format=request.format.serializer)  # type: ignore[arg-type]  # checked above
    finally:
        del found  # who keeps this frame may be another thread, which must not drop it
    return bytes(buffer.body)


def _query(
    store: ox.Store, request: Request
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Evaluate a query; the data set of the request wins over the one that the query names.

    https://www.w3.org/TR/sparql11-protocol/#dataset
    """
    dataset = Dataset(default_graphs=request.default_graphs, named_graphs=request.named_graphs)
    if not dataset.is_named:
        dataset = read_dataset(request.query)
    if not dataset.is_named:
        return store.query(request.query)
    default_graphs: list[_Graph] = [ox.NamedNode(name) for name in dataset.default_graphs]
    named_graphs: list[ox.NamedNode | ox.BlankNode] = [
        ox.NamedNode(name) for name in dataset.named_graphs
    ]
    if len(default_graphs) > 1:
        store, default_graphs = copy_merged(store, dataset), [ox.DefaultGraph()]
    return store.query(request.query, default_graph=default_graphs, named_graphs=named_graphs)


if __name__ == "__main__":
    main()
