"""Runs `weft demo` as a user does, asks the server three things, stops it, prints the answers.

Exit status 0 when all three were answered as they should be; otherwise it says what failed.
"""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

READY_WITHIN_S = 180
STOPPED_WITHIN_S = 15
WEFT = Path(sys.executable).with_name("weft")
QUERY = """
PREFIX schema: <https://schema.org/>
PREFIX weft: <https://w3id.org/weft#>
SELECT ?dataset ?title ?paper WHERE {
  ?dataset weft:isSupplementTo ?thing ; weft:kind "dataset" ; schema:name ?title .
  ?thing weft:kind "paper" ; schema:identifier ?paper .
} ORDER BY ?title
"""


class Failed(Exception):
    """What did not come out as it should."""


def main() -> int:
    with tempfile.TemporaryDirectory() as data:
        port = free_port()
        command = [str(WEFT), "demo", "--data", data, "--port", str(port)]
        server = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            base = f"http://127.0.0.1:{port}/"
            wait_until_ready(server, base)
            print(json.dumps(ask_all(base), indent=2, ensure_ascii=False))
        except Failed as failure:
            print(f"demo-check failed: {failure}", file=sys.stderr)
            return 1
        finally:
            stop(server)
    return 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(server: "subprocess.Popen[str]", base: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            said = server.stderr.read() if server.stderr else ""
            raise Failed(f"weft demo ended with status {server.returncode}:\n{said}")
        with contextlib.suppress(urllib.error.URLError, OSError):
            fetch(base + "healthz")
            return
        time.sleep(0.1)
    raise Failed(f"no answer from {base} within {READY_WITHIN_S} s")


def ask_all(base: str) -> dict[str, object]:
    search = json.loads(fetch(base + "api/v1/search?q=higgs+boson"))
    expect(search["total"] > 0, "the search for `higgs boson` found nothing")
    hit = search["hits"][0]
    expect("higgs" in json.dumps(search["hits"]).lower(), "no hit names the Higgs boson")

    address = base + "sparql?" + urllib.parse.urlencode({"query": QUERY})
    rows = json.loads(fetch(address, "application/sparql-results+json"))["results"]["bindings"]
    expect(len(rows) > 0, "the SPARQL query found no dataset that supplements a paper")

    page = fetch(base + f"id/{hit['key']}", "text/html")
    expect("<h1" in page and hit["key"] in page, "the entity page shows no such entity")
    described = json.loads(fetch(base + f"id/{hit['key']}", "application/ld+json"))
    expect(hit["iri"] in json.dumps(described), "the JSON-LD does not name the entity")
    return {
        "search": {"query": "higgs boson", "total": search["total"], "first": hit},
        "sparql": {
            "rows": len(rows),
            "first": {name: cell["value"] for name, cell in rows[0].items()},
        },
        "entity": described,
    }


def fetch(url: str, accept: str = "*/*") -> str:
    request = urllib.request.Request(url, headers={"Accept": accept})  # noqa: S310  # loopback
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # loopback
            return str(answer.read().decode("utf-8"))
    except urllib.error.HTTPError as error:
        raise Failed(f"{url} answered {error.code}: {error.read()[:500]!r}") from error


def expect(holds: object, otherwise: str) -> None:
    if not holds:
        raise Failed(otherwise)


def stop(server: "subprocess.Popen[str]") -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGTERM)
    try:
        server.communicate(timeout=STOPPED_WITHIN_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.communicate()
        print("demo-check: the server had to be killed", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
