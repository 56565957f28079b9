"""Two releases of the bundled sample, between which the repositories changed, for a notebook.

Each folder of the sample is served on loopback and harvested. Before the second harvest Zenodo has
added nine records and deleted one, HEPData has edited one, OAPEN has dropped one without a word,
and a person has judged that two records of one DOI are two books.
"""  # noqa: INP001  # read by the notebook beside it, no package

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import weft

SAMPLE: Final = Path(weft.__file__).parent / "sample"
WEFT: Final = (sys.executable, "-m", "weft")
PREFIXES: Final = {"cernopendata": "oai_datacite", "hepdata": "oai_datacite", "oapen": "xoai"}
_OAPEN: Final = "oapen:oai:library.oapen.org:20.500.12657/sample-0"
DECISIONS: Final = f"verdict,a,b\ndifferent,{_OAPEN}1,{_OAPEN}2\n"
_RECORD: Final = re.compile(r" *<record>.*?</record>\n", re.DOTALL)
_STAMP: Final = re.compile(r"(?<=<datestamp>)[^<]+")
_PAPER: Final = re.compile(
    r' *<relatedIdentifier relatedIdentifierType="[A-Z]+" relationType="IsSupplementTo">'
    r".*?</relatedIdentifier>\n",
    re.DOTALL,
)


def make(folder: Path) -> Path:
    """Build both releases; returns the data directory.

    Raises:
        subprocess.CalledProcessError: a command failed.
    """
    served = folder / "served"
    shutil.copytree(SAMPLE, served)
    (served / "zenodo" / "statistics.xml").unlink()
    (folder / "decisions.csv").write_text("verdict,a,b\n", encoding="utf-8")
    _harvest_and_build(folder, served)
    _change(served, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    (folder / "decisions.csv").write_text(DECISIONS, encoding="utf-8")
    _harvest_and_build(folder, served, "--reconcile")
    return folder / "data"


def _change(served: Path, now: str) -> None:
    statistics = (SAMPLE / "zenodo" / "statistics.xml").read_text(encoding="utf-8")
    (served / "zenodo" / "statistics.xml").write_text(_STAMP.sub(now, statistics), encoding="utf-8")

    tools = served / "zenodo" / "tools.xml"
    text = tools.read_text(encoding="utf-8")
    first = _RECORD.search(text)
    assert first is not None  # noqa: S101  # the sample has records
    gone = re.sub(r" *<metadata>.*</metadata>\n", "", first[0], flags=re.DOTALL)
    gone = _STAMP.sub(now, gone).replace("<header>", '<header status="deleted">')
    tools.write_text(text.replace(first[0], gone), encoding="utf-8")

    bosons = served / "hepdata" / "z-bosons.xml"
    text = bosons.read_text(encoding="utf-8")
    first = _RECORD.search(text)
    assert first is not None  # noqa: S101  # as above
    edited = _STAMP.sub(now, _PAPER.sub("", first[0]))
    bosons.write_text(text.replace(first[0], edited), encoding="utf-8")

    books = served / "oapen" / "physics-books.xml"
    books.write_text(_RECORD.sub("", books.read_text(encoding="utf-8"), count=1), encoding="utf-8")


def _harvest_and_build(folder: Path, served: Path, *options: str) -> None:
    with ExitStack() as stack:
        addresses = {
            each.name: stack.enter_context(_replayed(each))
            for each in sorted(served.iterdir())
            if each.is_dir()
        }
        sources = "".join(
            f'[sources.{name}]\nurl = "{address}"\nrequests_per_minute = 0\n'
            f'prefix = "{PREFIXES.get(name, "oai_datacite")}"\n'
            for name, address in addresses.items()
        )
        (folder / "config.toml").write_text(
            f'[merge]\ndecisions = "decisions.csv"\n{sources}', encoding="utf-8"
        )
        _run(folder, "harvest", *options)
        _run(folder, "build")


@contextmanager
def _replayed(archive: Path) -> Iterator[str]:
    """Serve a folder as a repository; gives its address."""
    with subprocess.Popen(  # noqa: S603  # our own command
        [*WEFT, "replay", str(archive)], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None  # noqa: S101  # it was asked for
            yield server.stdout.readline().split()[-1]
        finally:
            server.terminate()


def _run(folder: Path, *arguments: str) -> None:
    subprocess.run(  # noqa: S603  # our own command
        [*WEFT, *arguments], cwd=folder, check=True, capture_output=True
    )
