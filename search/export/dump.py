"""A release ready to deposit: statements, tables, decisions, README, checksums, RO-Crate metadata.

It is written into a directory beside its place, which gets its name when all of it is whole.
"""

import csv
import os
import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

import msgspec

from graph.quads import decisions_graph
from graph.relation import PROV, WEFT
from graph.release import Asked
from search.errors import ExportFailed
from search.export.chosen import ChosenEntities
from search.export.crate import METADATA, Crate, Part, write_crate
from search.export.dump_readme import NAME as README
from search.export.dump_readme import write_readme
from search.export.link_choice import chosen_links
from search.export.link_rows import write_parquet as write_links
from search.export.parquet import write_parquet
from search.export.rdf_files import write_nquads
from search.export.void_file import NAME as VOID
from search.export.void_file import write_void
from search.export.whole_file import whole_file
from search.export.written_file import Summed, pressed
from search.holdings.cells import csv_pieces
from search.metadata.stated_link import describe_links

SUMS: Final = "SHA256SUMS"
_N_QUADS: Final = "https://www.w3.org/TR/n-quads/"
_PARQUET: Final = "https://parquet.apache.org/docs/file-format/"
_TURTLE: Final = "https://www.w3.org/TR/turtle/"
_CSV: Final = "https://www.rfc-editor.org/rfc/rfc4180"
_COLUMNS: Final = ("decision", "rule", "evidence", "outcome", "at", "record")
_BLOCK: Final = 1 << 20

Content = Callable[[BinaryIO], None]


def write_dump(
    chosen: ChosenEntities, asked: Asked, place: Path, *, title: str, software: str
) -> Crate:
    """Write the dump.

    Args:
        chosen: everything, or what it is to hold.
        asked: the question, and the release.
        place: a directory that is not there or is empty, or a file that ends in `.zip`.
        title: what people call the release.
        software: name and version of the program.

    Raises:
        ExportFailed: something cannot be written; nothing is left at the place.
        ReleaseError, IndexDamaged: the release cannot be read.
    """
    if place.suffix.lower() == ".zip":
        if place.exists() and not place.is_file():
            raise ExportFailed(f"{place} is there already, and is no file")
        with (
            _telling(place),
            tempfile.TemporaryDirectory(dir=place.parent, prefix=".part-") as name,
        ):
            crate = _fill(Path(name), chosen, asked, title, software)
            with whole_file(place) as file:
                _zip(Path(name), file, chosen.opened.info.created_at)
        return crate
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise ExportFailed(f"{place} is there already: name a directory that is not, or is empty")
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    try:
        with _telling(place):
            draft.mkdir()
            crate = _fill(draft, chosen, asked, title, software)
            draft.replace(place)
            _sync(place.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return crate


def _fill(folder: Path, chosen: ChosenEntities, asked: Asked, title: str, software: str) -> Crate:
    statements = "selection.nq.gz" if asked.query else "release.nq.gz"
    parts = [
        _write(folder, part, content) for part, content in _contents(chosen, asked, statements)
    ]
    later = (
        Part(name=VOID, title="description as VoID", media_type="text/turtle", conforms_to=_TURTLE),
        Part(name=README, title="what this is and how it is read", media_type="text/markdown"),
        Part(name=SUMS, title="checksums of all other files", media_type="text/plain"),
    )
    info = chosen.opened.info
    what = "The part of it that a selection means" if asked.query else "All of it"
    crate = Crate(
        title=f"{title}, release {info.number}",
        description=(
            f"{info.entities} entities merged from {info.records} records of"
            f" {len(info.by_source)} repositories, {info.links} links between them, and who states"
            f" each. {what}, as RDF and as tables."
        ),
        info=info,
        asked=asked,
        parts=(*parts, *later),
        software=software,
    )
    void = _write(folder, later[0], lambda file: _put(file, write_void(crate, statements)))
    readme = _write(folder, later[1], lambda file: _put(file, write_readme(crate, statements)))
    crate = msgspec.structs.replace(crate, parts=(*parts, void, readme, later[2]))
    described = Part(name=METADATA, title="", media_type="application/ld+json")
    described = _write(folder, described, lambda file: _put(file, write_crate(crate)))
    lines = [f"{part.sha256}  {part.name}\n" for part in (*parts, void, readme, described)]
    _write(folder, later[2], lambda file: _put(file, "".join(sorted(lines)).encode()))
    _sync(folder)
    return crate


def _contents(
    chosen: ChosenEntities, asked: Asked, statements: str
) -> Iterator[tuple[Part, Content]]:
    opened = chosen.opened
    yield (
        Part(
            name=statements,
            title="the statements, with the graph of each record, compressed by gzip",
            media_type="application/n-quads",
            conforms_to=_N_QUADS,
        ),
        lambda file: _write_pressed(chosen, asked, file),
    )
    yield (
        Part(
            name="entities.parquet",
            title="the entities, a row each",
            media_type="application/vnd.apache.parquet",
            conforms_to=_PARQUET,
        ),
        lambda file: write_parquet(chosen, asked, file),
    )
    about = {"weft": msgspec.json.encode(asked).decode()}
    yield (
        Part(
            name="links.parquet",
            title="the links, a row for each statement of one",
            media_type="application/vnd.apache.parquet",
            conforms_to=_PARQUET,
        ),
        lambda file: _write_links(chosen, file, about),
    )
    if chosen.is_everything:
        yield (
            Part(
                name="decisions.csv",
                title="why records were joined or kept apart, a row for each record of a decision",
                media_type="text/csv",
                conforms_to=_CSV,
            ),
            lambda file: _write_decisions(opened.base_iri, chosen, file),
        )


def _write_pressed(chosen: ChosenEntities, asked: Asked, file: BinaryIO) -> None:
    with pressed(file, is_compressed=True) as inner:
        write_nquads(chosen, asked, inner)


def _write_links(chosen: ChosenEntities, file: BinaryIO, about: dict[str, str]) -> None:
    with closing(chosen_links(chosen)) as links:
        described = describe_links(chosen.opened, links)
        write_links(described, file, release=chosen.opened.info.number, about=about)


def _write_decisions(base_iri: str, chosen: ChosenEntities, file: BinaryIO) -> None:
    select = f"""SELECT ?decision ?rule ?evidence ?outcome ?at ?record {{
  GRAPH <{decisions_graph(base_iri)}> {{
    ?decision a <{WEFT}MergeDecision> ; <{WEFT}rule> ?rule ; <{WEFT}evidence> ?evidence ;
      <{WEFT}outcome> ?outcome ; <{PROV}endedAtTime> ?at ; <{PROV}used> ?record
  }}
}} ORDER BY ?decision ?record"""
    with tempfile.TemporaryDirectory(prefix="weft-export-") as name:
        path = Path(name) / "decisions.csv"
        chosen.opened.graph.write_solutions(select, path)
        with path.open(encoding="utf-8", newline="") as answer:
            rows = csv.reader(answer)
            next(rows, None)
            file.writelines(csv_pieces(_COLUMNS, rows))


def _write(folder: Path, part: Part, content: Content) -> Part:
    """Write a file of the dump; gives it with its size and checksum."""
    with (folder / part.name).open("xb") as file:
        summed = Summed(file)
        content(cast("BinaryIO", summed))
        file.flush()
        os.fsync(file.fileno())
    return msgspec.structs.replace(part, bytes=summed.n_bytes, sha256=summed.sha256)


def _put(file: BinaryIO, body: bytes) -> None:
    file.write(body)


def _zip(folder: Path, file: BinaryIO, created_at: str) -> None:
    """All files of a folder in one, dated as the release, so that the same release is the same."""
    year, month, day = (int(each) for each in created_at[:10].split("-"))
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(path.name, date_time=(year, month, day, 0, 0, 0))
            is_small = path.suffix in {".gz", ".parquet"}
            entry.compress_type = zipfile.ZIP_STORED if is_small else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, _BLOCK)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _telling(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExportFailed(f"cannot write {place}: {reason}; nothing was kept of it") from error
