"""`weft links`: links with all that state them, for people, as JSON, CSV, Parquet and Scholix."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from rich.text import Text

from graph.links.filter import LinkFilter, Stubs
from graph.links.listing import LinkList, count_links, open_links
from graph.release import Asked, asked
from search.errors import ExportFailed
from search.export.link_packages import Version, write_scholix
from search.export.link_rows import write_csv, write_parquet
from search.export.whole_file import STANDARD_OUTPUT, whole_file
from search.metadata.stated_link import StatedLink, describe_links
from search.open_release import OpenRelease, open_for_reading
from weft.config import Config, ConfigError
from weft.link_options import LinkOptions, read_filter
from weft.link_text import show_link
from weft.terminal import console, print_caveats

_SECTIONS: Final[tuple[tuple[Stubs, str], ...]] = (
    ("without", "links between things that sources delivered"),
    ("only", "links with a stub: no source has delivered that end"),
)


class Outputs(Struct, frozen=True, kw_only=True):
    """Where links go; a table for people when nothing else is asked for. `-` is standard output."""

    as_json: bool = False
    csv: Path | None = None
    parquet: Path | None = None
    scholix: Path | None = None
    scholix_version: Version = "3"

    @property
    def files(self) -> tuple[Path, ...]:
        """Every place that was named."""
        return tuple(path for path in (self.csv, self.parquet, self.scholix) if path is not None)


def run(
    config: Config,
    options: LinkOptions,
    outputs: Outputs,
    *,
    number: int | None = None,
    limit: int = 20,
) -> None:
    """List the links that fit, and print or write them.

    Args:
        config: where the releases are.
        options: which links.
        outputs: what is made of them.
        number: the release; None for the current one.
        limit: links of each section that people are shown; JSON and files have all.

    Raises:
        ConfigError: a condition that cannot be meant, or two outputs for one place.
        NotOneEntity: `--at` does not stand for one entity.
        ExportFailed: a file cannot be written; nothing of it is kept.
        ReleaseError: there is no such release, or it is damaged.
    """
    places = [*outputs.files, *([STANDARD_OUTPUT] if outputs.as_json else [])]
    if len(set(places)) < len(places):
        raise ConfigError("two outputs for one place: give each a file of its own")
    with open_for_reading(config.data, number) as opened:
        wanted = read_filter(opened.view, options)
        about = asked(opened.info, str(wanted))
        if not places:
            _show(opened, wanted, about, limit)
            return
        with open_links(opened.view, wanted) as links:
            if outputs.as_json:
                _print_json(describe_links(opened, links), links.total, about)
            _write(opened, links, outputs, about)
        print_caveats(about)


def _print_json(links: Iterable[StatedLink], total: int, about: Asked) -> None:
    """One object, a link a line; not held in memory."""
    out = sys.stdout
    out.write(f'{{"total": {total},\n')
    for name, value in msgspec.to_builtins(about).items():
        out.write(f' "{name}": {msgspec.json.encode(value).decode()},\n')
    out.write(' "links": [')
    for place, link in enumerate(links):
        out.write((",\n  " if place else "\n  ") + msgspec.json.encode(link).decode())
    out.write("\n ]}\n")


def _write(opened: OpenRelease, links: LinkList, outputs: Outputs, about: Asked) -> None:
    release = about.release
    if outputs.csv is not None:
        with _file(outputs.csv) as file:
            written = write_csv(describe_links(opened, links), file, release=release)
        _tell(outputs.csv, f"{written.links:,} links in {written.rows:,} rows", about)
    if outputs.parquet is not None:
        said = {
            f"weft:{name}": value if isinstance(value, str) else msgspec.json.encode(value).decode()
            for name, value in msgspec.to_builtins(about).items()
        }
        with _file(outputs.parquet) as file:
            described = describe_links(opened, links)
            written = write_parquet(described, file, release=release, about=said)
        _tell(outputs.parquet, f"{written.links:,} links in {written.rows:,} rows", about)
    if outputs.scholix is not None:
        with _file(outputs.scholix) as file:
            packed = write_scholix(opened, links, file, version=outputs.scholix_version)
        what = f"{packed.packages:,} packages"
        if packed.left_out:
            what += f"; {packed.left_out:,} links without data or software at an end are left out"
        _tell(outputs.scholix, what, about)


@contextmanager
def _file(path: Path) -> Iterator[BinaryIO]:
    """A file that appears when it is whole; every error names it."""
    try:
        with whole_file(path) as file:
            yield file
    except ExportFailed as error:
        if str(path) in str(error):
            raise
        raise ExportFailed(f"{path}: {error}") from error


def _tell(path: Path, what: str, about: Asked) -> None:
    """On standard error, since the file may be standard output."""
    sys.stderr.write(f"{path}: {what} ({about.query}, release {about.release})\n")


def _show(opened: OpenRelease, wanted: LinkFilter, about: Asked, limit: int) -> None:
    out, n_shown = console(), 0
    for stubs, title in _SECTIONS:
        if wanted.stubs not in ("with", stubs):
            continue
        part = replace(wanted, stubs=stubs)
        # who states a link is looked up for each; all else is counted without listing it
        counted = None if part.stated_by else count_links(opened.view, part)
        with open_links(opened.view, part, limit=limit if counted is not None else None) as links:
            total = links.total if counted is None else counted
            if not total:
                continue
            n_shown += total
            out.print(Text(f"{total:,} {title}", "bold"))
            for link in describe_links(opened, islice(links, limit)):
                show_link(out, link)
            if total > limit:
                rest = f"{total - limit:,} more: raise --limit, or ask for --json or --csv"
                out.print(Text(f"\n  {rest}", "dim"))
            out.print()
    if not n_shown:
        out.print(Text(f"no links fit: {about.query}"))
    print_caveats(about)
