"""Virtuoso Open Source on free ports of loopback, filled with Turtle, gone at the end.

Debian packages virtuoso-opensource-7-bin and virtuoso-opensource-7-common;
https://docs.openlinksw.com/virtuoso/databaseadmsrv/
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 2000
MaxDirtyBuffers = 1000
DirsAllowed = {folder}
ServerThreads = 5
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 3
[SPARQL]
ResultSetMaxRows = {most_rows}
"""
_STARTS_WITHIN_S = 60.0


@contextmanager
def virtuoso(folder: Path, turtle: str, *, most_rows: int = 10_000) -> Iterator[str]:
    """Serve some Turtle; gives the address of the endpoint.

    Args:
        folder: where its files go.
        turtle: what it knows.
        most_rows: it gives no more rows than these, and does not say so in the results.
    """
    program, client = shutil.which("virtuoso-t"), shutil.which("isql-vt") or shutil.which("isql-v")
    if program is None or client is None:
        pytest.skip("Virtuoso is not installed: apt-get install virtuoso-opensource-7-bin")
    http, sql = _free_ports()
    ini = folder / "virtuoso.ini"
    ini.write_text(_INI.format(folder=folder, http=http, sql=sql, most_rows=most_rows))
    (folder / "data.ttl").write_text(turtle, encoding="utf-8")
    process = subprocess.Popen(
        [program, "+foreground", "+configfile", str(ini)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{http}/sparql"
        _wait_for(address, process)
        load = f"DB.DBA.TTLP_MT(file_to_string_output('{folder}/data.ttl'), '', 'urn:test:g', 0);"
        done = subprocess.run(
            [client, f"127.0.0.1:{sql}", "dba", "dba", f"EXEC={load} checkpoint;"],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert "Error" not in done.stdout + done.stderr, done.stdout + done.stderr
        yield address
    finally:
        process.kill()
        process.wait(timeout=30)


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < end:
        assert process.poll() is None, "Virtuoso ended while it started"
        try:
            with urlopen(f"{address}?query=ASK%7B%7D", timeout=5):  # noqa: S310  # of this machine
                return
        except (URLError, OSError):
            time.sleep(0.1)  # no other way to know when a server of another program listens
    pytest.fail("Virtuoso did not start in time")
