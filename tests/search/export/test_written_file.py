"""A file and its description: both whole, or both as they were."""

import gzip
import hashlib
import json
import os
from pathlib import Path

import msgspec
import pytest

from graph.release import Asked
from search.errors import ExportFailed
from search.export.written_file import About, described_file

ASKED = Asked(
    release=7,
    created_at="2026-01-02T03:04:05Z",
    base_iri="http://x.org/",
    query="lamps",
    caveats=("doab: incomplete",),
)


def write(path, body, *, is_compressed=False):
    with described_file(path, is_compressed=is_compressed) as written:
        with written.content() as file:
            file.write(body)
        return written.finish(ASKED, format_name="csv", media_type="text/csv", entities=3)


def test_the_description_stands_beside(tmp_path):
    about = write(tmp_path / "a.csv", b"x,y\n")
    said = json.loads((tmp_path / "a.csv.about.json").read_text())
    assert msgspec.convert(said, About) == about
    assert said == {
        "release": 7,
        "created_at": "2026-01-02T03:04:05Z",
        "base_iri": "http://x.org/",
        "query": "lamps",
        "caveats": ["doab: incomplete"],
        "format": "csv",
        "media_type": "text/csv",
        "is_compressed": False,
        "entities": 3,
        "file": "a.csv",
        "bytes": 4,
        "sha256": hashlib.sha256(b"x,y\n").hexdigest(),
    }


def test_a_compressed_file_is_the_same_again(tmp_path):
    about = write(tmp_path / "a.gz", b"text", is_compressed=True)
    write(tmp_path / "b.gz", b"text", is_compressed=True)
    body = (tmp_path / "a.gz").read_bytes()
    assert gzip.decompress(body) == b"text"
    assert body == (tmp_path / "b.gz").read_bytes()
    assert about.sha256 == hashlib.sha256(body).hexdigest()


def test_an_error_leaves_both_as_they_were(tmp_path):
    write(tmp_path / "a.csv", b"old")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail():
        with described_file(tmp_path / "a.csv", is_compressed=False) as written:
            with written.content() as file:
                file.write(b"new")
            raise OSError(28, "No space left on device")

    with pytest.raises(ExportFailed, match="No space"):
        fail()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_pipe_is_written_and_stays_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(pipe, b"text")
        assert os.read(reader, 100) == b"text"
    finally:
        os.close(reader)
    assert [each.name for each in tmp_path.iterdir()] == ["pipe"]
    assert pipe.is_fifo()


def test_a_symbolic_link_stays_one(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a.csv").write_bytes(b"old")
    (tmp_path / "link.csv").symlink_to("there/a.csv")
    write(tmp_path / "link.csv", b"new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "there" / "a.csv").read_bytes() == b"new"


def test_a_device_that_takes_nothing_is_told():
    full = Path("/dev/full")
    if not full.is_char_device():
        pytest.skip("there is no /dev/full here")
    with pytest.raises(ExportFailed, match="No space left on device"):
        write(full, b"x" * 100_000)
    assert full.is_char_device()
