"""What `weft sources add` does: ask a new repository, and append its block to the configuration."""

import asyncio
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol

import click

from harvester.client import Client, open_client
from harvester.record import Repository
from harvester.survey.found import Survey
from harvester.survey.survey import survey
from weft.config import Config, ConfigError, load
from weft.source_block import block, check_name, clean_url, judged, name_for, readable_prefixes

DONE, NOTHING_DONE = 0, 3


class Opening(Protocol):
    """Opens a client, as `harvester.client.open_client` does."""

    def __call__(self, *, contact: str) -> AbstractAsyncContextManager[Client]:
        """Open one that names `contact` in its User-Agent."""
        ...


_INSTALLED: Final = Path(__file__).resolve().parent / "config.toml"
"""The shipped configuration where Weft is installed as a package; updates replace it."""


def add(
    config_path: Path,
    url: str,
    *,
    name: str = "",
    set_spec: str = "",
    opening: Opening = open_client,
) -> int:
    """Ask a repository what it offers and append its block to a configuration file.

    Nothing else in the file is touched.

    Args:
        config_path: the file.
        url: base URL of the repository.
        name: the source's name; made from the host when empty.
        set_spec: set to narrow the source to.
        opening: opens the client that asks.

    Returns:
        0 when the block was written; 3 when the repository did not answer or offers nothing that
        Weft reads.

    Raises:
        ConfigError: the file cannot be used or written, the address is none, or the name or the
            address is configured already.
    """
    url = clean_url(url)
    config = load(config_path)
    if config_path.resolve() == _INSTALLED:
        raise ConfigError(
            f"{config_path} belongs to the installed package, and updates replace it:"
            f" copy it to ./config.toml first"
        )
    name = name or name_for(url)
    check_name(name)
    _refuse_known(config, name, url, set_spec)
    repository = Repository(url=url, set=set_spec)
    found = asyncio.run(_survey_new(repository, config.contact, opening))
    if not found.prefix:
        click.echo(f"not added: {url}", err=True)
        for problem in found.problems or ("it lists no metadata format",):
            click.echo(f"  {problem}", err=True)
        return NOTHING_DONE
    written = block(name, found, set_spec)
    _append(config_path, written)
    click.echo(f"added to {config_path}:\n\n{written}")
    click.echo(f"Next:  weft harvest {name} --sample 100")
    return DONE


def _refuse_known(config: Config, name: str, url: str, set_spec: str) -> None:
    if name in config.sources:
        raise ConfigError(f"there is a source {name!r} already; choose another with --name")
    for known, source in config.sources.items():
        is_same = source.url.rstrip("/") == url.rstrip("/")
        if is_same and (not set_spec or set_spec in source.set_specs):
            sets = ", ".join(filter(None, source.set_specs))
            part = f" for {sets}" if sets else ""
            raise ConfigError(
                f"the source {known!r} asks {url} already{part}; --set adds another part of it"
            )


async def _survey_new(repository: Repository, contact: str, opening: Opening) -> Survey:
    async with opening(contact=contact) as client:
        return judged(await survey(repository, client, prefixes=readable_prefixes()))


def _append(path: Path, written: str) -> None:
    """Write a block behind the end of a file, once it is known that the whole loads.

    Raises:
        ConfigError: it would not load, or cannot be written.
    """
    try:
        before = path.read_bytes()
        gap = b"" if not before else b"\n" if before.endswith(b"\n") else b"\n\n"
        after = gap + written.encode()
        with TemporaryDirectory() as folder:
            candidate = Path(folder) / "config.toml"
            candidate.write_bytes(before + after)
            try:
                load(candidate)
            except ConfigError as error:
                said = str(error).replace(str(candidate), str(path))
                raise ConfigError(f"cannot add a block: {said}") from error
        with path.open("ab") as file:
            file.write(after)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error
