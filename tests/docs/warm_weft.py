"""`weft`, loaded once: each call is a fork of this process, so that no example waits for imports.

`python -m tests.docs.warm_weft SOCKET` listens; `CLIENT`, a script, hands it arguments,
environment, working directory and the three streams, and ends with the status of the fork.
"""

import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Final, NoReturn

CLIENT: Final = """
import json, os, socket, sys
there = socket.socket(socket.AF_UNIX)
there.connect(sys.argv[1])
asked = json.dumps({"argv": sys.argv[2:], "cwd": os.getcwd(), "env": dict(os.environ)})
socket.send_fds(there, [asked.encode()], [0, 1, 2])
there.shutdown(socket.SHUT_WR)
status = there.recv(4)
sys.exit(int(status) if status else 70)
"""
_ASKED_BYTES: Final = 1 << 16


def main(path: Path) -> NoReturn:
    """Listen until the process is ended."""
    from weft import (  # noqa: F401, PLC0415  # what is loaded once
        cli,
        coverage,
        explain,
        holdings,
        release_commands,
        run,
        search,
        sparql,
        staged,
    )

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        print("ready", flush=True)  # noqa: T201  # its only way to tell
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            asking, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _answer(asking)
            asking.close()


def _answer(asking: socket.socket) -> NoReturn:
    """Run one command in this fork, and tell how it ended."""
    from weft.cli import main as run_weft  # noqa: PLC0415  # loaded already

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    message, streams, _, _ = socket.recv_fds(asking, _ASKED_BYTES, 3)
    while more := asking.recv(_ASKED_BYTES):
        message += more
    asked = json.loads(message)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv = ["weft", *asked["argv"]]
    status = 1
    try:
        run_weft()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:  # noqa: BLE001  # as the interpreter does: told, and status 1
        sys.excepthook(*sys.exc_info())
    sys.stdout.flush()
    sys.stderr.flush()
    asking.send(str(status).encode())
    os._exit(status)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
