"""Loopback endpoints that do one thing wrong each."""

import gzip
import json
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

RESULTS = "application/sparql-results+json"
Reply = tuple[int, dict[str, str], bytes]
"""Status, header fields and body."""


def results(variables: Sequence[str], rows: Sequence[Mapping[str, object]]) -> bytes:
    """SPARQL results as JSON."""
    answer = {"head": {"vars": list(variables)}, "results": {"bindings": list(rows)}}
    return json.dumps(answer).encode()


def ok(body: bytes, media_type: str = RESULTS, status: int = 200, **fields: str) -> Reply:
    """An answer of a media type."""
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    return status, {"Content-Type": media_type, **named}, body


class Asked(list[tuple[str, str, dict[str, str]]]):
    """Method, query and header fields of each request."""

    @property
    def queries(self) -> list[str]:
        """The SPARQL queries."""
        return [query for _, query, _ in self]


@contextmanager
def endpoint(answer: Callable[[str], Reply]) -> Iterator[tuple[str, Asked]]:
    """An endpoint that answers a query as a function says; gives its address and what was asked."""
    asked = Asked()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query).get("query", [""])[0]
            self.reply("GET", query)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            self.reply("POST", parse_qs(body).get("query", [""])[0])

        def reply(self, method: str, query: str) -> None:
            asked.append(
                (method, query, {name.lower(): value for name, value in self.headers.items()})
            )
            status, fields, body = answer(query)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **fields}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/sparql", asked
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def raw(talk: Callable[[socket.socket, Event], None]) -> Iterator[str]:
    """A server that does what a function does with each connection; the event is set at the end."""
    end = Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.02)

        def serve() -> None:
            while not end.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                with connection, suppress(OSError):
                    connection.settimeout(5)
                    connection.recv(65536)
                    talk(connection, end)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/sparql"
        finally:
            end.set()
            thread.join()


def never(_: socket.socket, end: Event) -> None:
    """Takes the question and says nothing."""
    end.wait(10)


def drip(connection: socket.socket, end: Event) -> None:
    """Sends one byte after the other, for ever."""
    connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: application/sparql-results+json\r\n\r\n")
    while not end.wait(0.02):
        connection.sendall(b" ")


def drip_head(connection: socket.socket, end: Event) -> None:
    """Never ends the first line."""
    connection.sendall(b"HTTP/1.1 200 ")
    while not end.wait(0.02):
        connection.sendall(b"O")


def packed(body: bytes) -> Reply:
    """The same in gzip."""
    return ok(gzip.compress(body), Content_Encoding="gzip")
