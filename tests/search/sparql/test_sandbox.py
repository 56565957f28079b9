"""What a worker process cannot do, tried in a process of its own."""

import platform
import subprocess
import sys

import pytest

OPEN_A_SOCKET = """
import socket
from search.sparql.sandbox import forbid_sockets
assert forbid_sockets()
try:
    socket.socket()
except PermissionError:
    print("refused")
"""
FILL_MEMORY = """
import resource
from search.sparql.sandbox import limit_memory
limit_memory(64 << 20)
assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
try:
    bytearray(128 << 20)
except MemoryError:
    print("refused")
"""


def run(program):
    done = subprocess.run(  # our own programs, above
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30
    )
    return done.stdout, done.stderr


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="system calls are filtered on Linux, x86_64 and aarch64",
)
def test_no_socket_can_be_opened():
    assert run(OPEN_A_SOCKET) == ("refused\n", "")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not count mapped memory")
def test_memory_past_the_limit_is_refused():
    assert run(FILL_MEMORY) == ("refused\n", "")
