"""A file is under its name whole, or not at all."""

import os
import resource
import signal

import pytest

from search.errors import ExportFailed
from search.export.whole_file import STANDARD_OUTPUT, whole_file


def test_what_is_written_is_there_at_the_end(tmp_path):
    path = tmp_path / "links.csv"
    with whole_file(path) as file:
        file.write(b"a,b\n")
        assert not path.exists()
    assert path.read_bytes() == b"a,b\n"
    assert [each.name for each in tmp_path.iterdir()] == ["links.csv"]


def test_an_error_leaves_what_was_there(tmp_path):
    path = tmp_path / "links.csv"
    path.write_bytes(b"before")

    def break_off() -> None:
        with whole_file(path) as file:
            file.write(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        break_off()
    assert path.read_bytes() == b"before"
    assert [each.name for each in tmp_path.iterdir()] == ["links.csv"]


def test_a_disk_without_room_leaves_nothing(tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with (
            pytest.raises(ExportFailed, match=r"cannot write .*big\.nq: File too large; nothing"),
            whole_file(tmp_path / "big.nq") as file,
        ):
            file.write(b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path):
    path = tmp_path / "none" / "links.csv"
    with (
        pytest.raises(ExportFailed, match=r"links\.csv: No such file or directory"),
        whole_file(path),
    ):
        pass


def test_standard_output_gets_the_bytes(capfdbinary):
    with whole_file(STANDARD_OUTPUT) as file:
        file.write(b"\xff\n")
    assert capfdbinary.readouterr().out == b"\xff\n"


def test_a_device_is_written_and_stays_a_device(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with whole_file(pipe) as file:
            file.write(b"through")
        assert os.read(reader, 100) == b"through"
        assert pipe.is_fifo()
    finally:
        os.close(reader)


def test_a_symbolic_link_stays_one(tmp_path):
    file, link = tmp_path / "file.csv", tmp_path / "link.csv"
    file.write_bytes(b"before")
    link.symlink_to(file)
    with whole_file(link) as written:
        written.write(b"after")
    assert link.is_symlink()
    assert file.read_bytes() == b"after"
