"""`weft export`: a release, or what a query means of it, as a file or as a dump to deposit."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from graph.release import Asked, asked
from search.export.chosen import choose, construct
from search.export.dump import write_dump
from search.export.errors import SelectionRefused
from search.export.forms import FORMS, ExportForm
from search.export.rdf_files import write_triples
from search.export.selection import Asks, Selection, read_selection
from search.export.whole_file import STANDARD_OUTPUT
from search.export.written_file import About, about_path, described_file
from search.open_release import OpenRelease, open_for_reading
from weft.config import Config, ConfigError
from weft.terminal import console, print_json

CRATE: Final = "ro-crate"
FORMATS: Final = (*FORMS, CRATE)
"""Names of formats, as `--format` takes them."""
_TITLE: Final = "Weft"
_GZIP: Final = ".gz"
_BINARY: Final = ("parquet",)
_BY_ENDING: Final = {
    f".{form.extension}": form.name
    for form in FORMS.values()
    if form.extension not in {"xml", "txt", "json"}  # which many formats end in
} | {".zip": CRATE}


class Wish(Struct, frozen=True, kw_only=True):
    """What is to be written, and where."""

    select: str = ""
    """A query in words or in SPARQL, `@FILE` or `-`; empty for everything."""
    output: Path = STANDARD_OUTPUT
    format: str = ""
    """A name of `FORMATS`; empty: told by the ending of the file."""
    number: int | None = None
    """The release; None for the current one."""
    is_compressed: bool = False
    """By gzip; also where the file's name ends in .gz."""
    as_json: bool = False
    """Say as JSON what was written."""


class Dumped(Asked, frozen=True, kw_only=True):
    """What a dump came to."""

    format: str
    entities: int
    output: str
    files: dict[str, str]
    """SHA-256 by name."""


def run(config: Config, wish: Wish) -> None:
    """Write what is wished for.

    Raises:
        ConfigError: an unknown format, no place for it, or a file of a query that cannot be read.
        QuerySyntaxError, QueryRefused: the selection; the message says where.
        NothingSelected: it means nothing in this release; no file is written.
        ExportFailed: a file could not be written; its name holds what it held.
        ReleaseError, IndexDamaged: the release cannot be read.
    """
    name = _format(wish)
    _check_place(wish, name)
    selection = read_selection(_text(wish.select))
    form = FORMS.get(name)
    if selection.asks is Asks.TRIPLES and (form is None or form.rdf is None):
        names = ", ".join(each.name for each in FORMS.values() if each.rdf)
        raise SelectionRefused(
            f"CONSTRUCT gives triples, which {name} cannot hold: use SELECT, or --format {names}"
        )
    with open_for_reading(config.data, wish.number) as opened, _quiet_pipe():
        about = asked(opened.info, selection.text)
        if form is None:
            _tell(wish, _dump(config, opened, selection, wish, about))
        else:
            _tell(wish, _write(config, opened, selection, wish, about, form))


def _write(  # noqa: PLR0913, PLR0917  # what a file is made of
    config: Config,
    opened: OpenRelease,
    selection: Selection,
    wish: Wish,
    about: Asked,
    form: ExportForm,
) -> About:
    chosen, triples = None, b""
    if selection.asks is Asks.TRIPLES:
        triples = construct(opened, selection, config.sparql)
    else:
        chosen = choose(opened, selection, config.sparql)
    with described_file(wish.output, is_compressed=_is_compressed(wish)) as written:
        with written.content() as file:
            if chosen is not None:
                form.write(chosen, about, file)
            elif form.rdf is not None:
                write_triples(triples, file, form.rdf)
        return written.finish(
            about,
            format_name=form.name,
            media_type=form.media_type,
            entities=None if chosen is None else chosen.total,
        )


def _dump(
    config: Config, opened: OpenRelease, selection: Selection, wish: Wish, about: Asked
) -> Dumped:
    chosen = choose(opened, selection, config.sparql)
    crate = write_dump(
        chosen,
        about,
        wish.output,
        title=_TITLE,
        software=f"Weft {version('weft')}",
    )
    return Dumped(
        **msgspec.structs.asdict(about),
        format=CRATE,
        entities=chosen.total,
        output=str(wish.output),
        files={part.name: part.sha256 for part in crate.parts if part.sha256},
    )


def _format(wish: Wish) -> str:
    """The format's name.

    Raises:
        ConfigError: there is none of that name, or none is told.
    """
    known = ", ".join(FORMATS)
    if wish.format:
        if wish.format not in FORMATS:
            raise ConfigError(f"no format {wish.format!r}: expected one of {known}")
        return wish.format
    ending = Path(wish.output.name.lower().removesuffix(_GZIP)).suffix
    if ending not in _BY_ENDING:
        raise ConfigError(f"{wish.output} does not tell the format: add --format, one of {known}")
    return _BY_ENDING[ending]


def _check_place(wish: Wish, name: str) -> None:
    is_standard = wish.output == STANDARD_OUTPUT
    if name == CRATE and is_standard:
        raise ConfigError("ro-crate is a directory or a .zip file: name it with --output")
    if name == CRATE and wish.is_compressed:
        raise ConfigError("ro-crate is compressed as .zip: leave out --gzip")
    if is_standard and wish.as_json:
        raise ConfigError("--json would stand in the midst of the export: name a file by --output")
    if is_standard and sys.stdout.isatty() and (name in _BINARY or wish.is_compressed):
        raise ConfigError(f"{name} is no text for a terminal: name a file by --output")
    if not is_standard and name != CRATE and wish.output.is_dir():
        raise ConfigError(f"{wish.output} is a directory: name a file")


def _is_compressed(wish: Wish) -> bool:
    return wish.is_compressed or wish.output.name.lower().endswith(_GZIP)


def _text(argument: str) -> str:
    """The selection that an argument stands for.

    Raises:
        ConfigError: the file that it names cannot be read, or is empty.
    """
    if argument == "-":
        try:
            text = sys.stdin.read()
        except UnicodeDecodeError as error:
            raise ConfigError(f"the selection on standard input is not UTF-8: {error}") from error
    elif argument.startswith("@"):
        path = Path(argument[1:])
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"cannot read the selection from {path}: {error}") from error
    else:
        return argument
    if not text.strip():  # an empty file is no wish for everything
        raise ConfigError(f"the selection in {argument} is empty: leave out --select for all")
    return text


def _tell(wish: Wish, done: About | Dumped) -> None:
    if wish.output == STANDARD_OUTPUT:
        return
    if wish.as_json:
        print_json(done)
        return
    what = "triples" if done.entities is None else f"{done.entities} entities"
    lines = [f"{what} of release {done.release} written to {wish.output}"]
    if about_path(wish.output).exists():
        lines.append(f"what it is, and its checksum, stand in {about_path(wish.output)}")
    console().print("\n".join(lines))


@contextmanager
def _quiet_pipe() -> Iterator[None]:
    """End quietly when who reads has read enough, as `head` does."""
    try:
        yield
    except BrokenPipeError:
        # the interpreter flushes standard output at its end, and would complain then
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
