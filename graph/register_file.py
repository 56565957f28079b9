"""The register of keys as a file, so that IRIs survive the loss of a machine.

JSON lines: a heading, then one array a row, `["key", KEY]` by age, `["claim", NAME, KEY, HELD]`,
`["first", NAME]` of whom a key was minted for, `["decision", KEY, TIME]`, and at the end their
number and checksum. Plain text, to be read and compared.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from zlib import crc32

import msgspec

from graph.catalogue import Catalogue
from graph.errors import RegisterError
from graph.key_register import Entry

_HEADING: Final = {"weft-register": 1}


def export_register(catalogue: Catalogue, path: Path) -> int:
    """Write the register of a catalogue into a file; gives the number of keys.

    A file that is there is replaced when the new one is whole.

    Raises:
        RegisterError: the file cannot be written.
    """
    encode = msgspec.json.encode
    n_keys = n_rows = checksum = 0
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            file.write(encode(_HEADING) + b"\n")
            for table, row in catalogue.register.entries():
                line = encode([table, *row]) + b"\n"
                file.write(line)
                checksum = crc32(line, checksum)
                n_rows += 1
                n_keys += table == "key"
            file.write(encode({"rows": n_rows, "crc32": checksum}) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):  # of a place that is no directory nothing can be removed
            unfinished.unlink()
        raise RegisterError(f"cannot write {path}: {error.strerror}") from error
    return n_keys


def import_register(catalogue: Catalogue, path: Path) -> int:
    """Take over the register in a file; gives the number of keys. All of it or nothing.

    Raises:
        RegisterError: there are keys here already; or the file cannot be read, is none, or is cut.
        CatalogueError: another process is writing.
    """
    if not catalogue.register.is_empty:
        raise RegisterError(
            "keys were minted here already, and two registers cannot be made one: import into a"
            " new data directory before its first build"
        )
    n_keys = 0

    def counted() -> Iterator[Entry]:
        nonlocal n_keys
        for entry in _entries(path):
            n_keys += entry[0] == "key"
            yield entry

    try:
        with catalogue.transaction():
            catalogue.register.put(counted())
    except OSError as error:
        raise RegisterError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, msgspec.MsgspecError) as error:
        raise RegisterError(f"{path} is no register of keys: {error}") from error
    return n_keys


def _entries(path: Path) -> Iterator[Entry]:
    decode = msgspec.json.Decoder(list[str | None] | dict[str, int]).decode
    n_rows, checksum, is_whole = 0, 0, False
    with path.open("rb") as file:
        if decode(file.readline()) != _HEADING:
            raise ValueError(f"its first line is not {msgspec.json.encode(_HEADING).decode()}")
        for line in file:
            match decode(line):
                case {"rows": announced, "crc32": expected}:
                    is_whole = (announced, expected) == (n_rows, checksum)
                case [str(table), *row]:
                    checksum, is_whole = crc32(line, checksum), False
                    n_rows += 1
                    yield table, row
                case other:
                    raise ValueError(f"line {n_rows + 2}: {other!r}")
    if not is_whole:
        raise ValueError(f"it is cut or was changed: {n_rows} rows, and no end that fits them")
