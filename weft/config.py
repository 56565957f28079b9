"""The whole configuration: `config.toml` read once, checked strictly, handed on as frozen values.

An unknown key is an error that names the key and its table, so that a typing mistake cannot pass.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from graph.entity import ORDERED_FIELDS
from harvester.companion.wanted import Companion
from harvester.record import Repository
from search.sparql.limits import Limits
from search.web.operation.settings import ServeSettings
from weft.enrichment import SCHEMES, Enrichment


class ConfigError(Exception):
    """The configuration cannot be used; the message names the file, the table and the key."""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table `[weft]`."""

    data: str = "data"
    """Directory of stage.db, graph.db and releases/, relative to the configuration file."""
    base_iri: Annotated[str, Meta(pattern="^https?://[^ ]+/$")] = "http://127.0.0.1:8080/"
    """Where the minted IRIs resolve; ends in a slash. Changing it changes every IRI."""
    contact: str = ""
    """E-mail for the User-Agent; repositories ask for it."""
    keep: Annotated[int, Meta(ge=1)] = 5
    """Releases that are kept; older ones are removed after a build."""


class Serving(ServeSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table `[serve]`."""

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: Annotated[int, Meta(ge=0, le=65535)] = 8080
    """Port to listen on."""


class Searching(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table `[search]`."""

    engine: Literal["tantivy", "whoosh"] = "tantivy"
    """Full-text engine of the next release; whoosh is for up to about 10,000 entities."""


class Merging(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table `[merge]`."""

    decisions: str = ""
    """File of what people judged, relative to the configuration file; see `weft merge review`."""
    preprints: Literal["stated", "apart"] = "stated"
    """Whether a record that states an arXiv number and a DOI joins the preprint to the article."""
    order: dict[str, list[str]] = {}
    """Sources whose word goes first, by field; after them the order of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings of one installation."""

    data: Path
    base_iri: str
    contact: str
    keep: int
    serving: Serving
    sparql: Limits
    sources: dict[str, Repository]
    """In the order of the file, which is the order in which their word is taken."""
    companions: dict[str, Companion] = field(default_factory=dict)
    enrichments: dict[str, Enrichment] = field(default_factory=dict)
    """What remote SPARQL endpoints are asked, by name."""
    folder: Path = field(default_factory=Path)
    """That of the configuration file; query files are meant from there."""
    engine: str = "tantivy"
    """Full-text engine that the next release is written with."""
    decisions: Path | None = None
    """File of what people judged of pairs of records."""
    keeps_preprints: bool = False
    """An arXiv number alone joins no record with a DOI to one without."""
    field_orders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Sources whose word on a field goes before that of the others, by field."""


_Table = TypeVar("_Table", bound=Struct)
_TABLES: Final = (
    "weft", "serve", "search", "sparql", "sources", "companions", "merge", "enrich",
)  # fmt: skip
SOURCE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")
NAME_RULE: Final = "lower-case letters, digits, '-' and '_'"
_HEADING: Final = re.compile(r"\s*\[{1,2}\s*([^\[\]]+?)\s*\]")
_HINTS: Final = {
    "base_iri": "expected an http or https address that ends in a slash",
    "prefix": "expected a path such as /weft, without a slash at the end",
    "endpoint": "expected the http or https address of a SPARQL endpoint",
}
"""What to say of a key whose rule is a pattern."""


def default_path() -> Path:
    """`./config.toml` where there is one, else the configuration that Weft ships."""
    here = Path("config.toml")
    return here if here.exists() else shipped_path()


def shipped_path() -> Path:
    """The configuration that Weft ships, whatever the working directory holds."""
    package = Path(__file__).resolve().parent
    shipped = package / "config.toml"
    return shipped if shipped.exists() else package.parent / "config.toml"


def load(path: Path, *, data: Path | None = None) -> Config:
    """Read a configuration file.

    Args:
        path: the file.
        data: a data directory to use instead of the one in the file.

    Raises:
        ConfigError: the file is missing, is not TOML, or has a key or value that is not allowed.
    """
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error
    for name, table in tables.items():
        if name not in _TABLES:
            what = (
                f"table [{name}]" if isinstance(table, dict) else f"key {name!r} above all tables"
            )
            raise ConfigError(
                f"{path}: unknown {what}{_at(text, name)}; expected"
                f" {', '.join(f'[{each}]' for each in _TABLES)}{_suggest(name, _TABLES)}"
            )
    reader = _Reader(path, text)
    settings = reader.table("weft", tables.get("weft", {}), Settings)
    # a data directory is meant from where the file is, except the shipped file's: from here
    beside = Path() if path.resolve().parent == Path(__file__).resolve().parent else path.parent
    sources = _named(reader, "sources", tables.get("sources", {}), Repository)
    companions = _named(reader, "companions", tables.get("companions", {}), Companion)
    _check_companions(reader, sources, companions)
    enrichments = _named(reader, "enrich", tables.get("enrich", {}), Enrichment)
    _check_enrichments(reader, enrichments)
    merging = reader.table("merge", tables.get("merge", {}), Merging)
    _check_orders(reader, merging.order)
    return Config(
        data=data if data is not None else beside / settings.data,
        base_iri=settings.base_iri,
        contact=settings.contact,
        keep=settings.keep,
        serving=reader.table("serve", tables.get("serve", {}), Serving),
        engine=reader.table("search", tables.get("search", {}), Searching).engine,
        sparql=reader.table("sparql", tables.get("sparql", {}), Limits),
        sources=sources,
        companions=companions,
        enrichments=enrichments,
        folder=path.parent,
        decisions=beside / merging.decisions if merging.decisions else None,
        keeps_preprints=merging.preprints == "apart",
        field_orders={name: tuple(order) for name, order in merging.order.items()},
    )


def _check_orders(reader: "_Reader", orders: dict[str, list[str]]) -> None:
    """See that the fields are fields; a source may be one that is imported, and is not checked."""
    for name in orders:
        if name not in ORDERED_FIELDS:
            where = _at(reader.text, "merge.order", name)
            raise ConfigError(
                f"{reader.path}: unknown field {name!r} in [merge.order]{where}; expected one of"
                f" {', '.join(ORDERED_FIELDS)}{_suggest(name, ORDERED_FIELDS)}"
            )


def _named(
    reader: "_Reader",
    group: str,
    tables: Any,  # noqa: ANN401  # TOML
    form: type[_Table],
) -> dict[str, _Table]:
    """The tables `[group.NAME]` by name."""
    if not isinstance(tables, dict):
        where = _at(reader.text, group)
        raise ConfigError(f"{reader.path}: [{group}]{where} holds tables: [{group}.NAME]")
    for name in tables:
        if not SOURCE_NAME.fullmatch(name):
            raise ConfigError(
                f"{reader.path}: name {name!r} in [{group}]{_at(reader.text, f'{group}.{name}')}"
                f" is not allowed; expected {NAME_RULE}"
            )
    return {name: reader.table(f"{group}.{name}", table, form) for name, table in tables.items()}


def _check_companions(
    reader: "_Reader", sources: dict[str, Repository], companions: dict[str, Companion]
) -> None:
    """See that sources name companions that are there; both are staged by name."""
    for name, source in sources.items():
        where = _at(reader.text, f"sources.{name}", "companions")
        for each in source.companions:
            if each not in companions:
                known = ", ".join(companions) or "none"
                raise ConfigError(
                    f"{reader.path}: companions in [sources.{name}]{where}: there is no table"
                    f" [companions.{each}]; there is: {known}{_suggest(each, list(companions))}"
                )
        if name in companions:
            raise ConfigError(
                f"{reader.path}: [companions.{name}]{_at(reader.text, f'companions.{name}')}"
                " has the name of a source; each needs its own"
            )


def _check_enrichments(reader: "_Reader", enrichments: dict[str, Enrichment]) -> None:
    """See that each is asked about something, and that the schemes are ones there are."""
    for name, each in enrichments.items():
        table = f"enrich.{name}"
        if bool(each.schemes) is bool(each.through):
            raise ConfigError(
                f"{reader.path}: [{table}]{_at(reader.text, table)} needs one of the keys schemes"
                ' and through, such as schemes = ["doi"]'
            )
        where = _at(reader.text, table, "schemes" if each.schemes else "through")
        known = SCHEMES if each.schemes else tuple(other for other in enrichments if other != name)
        for word in each.schemes or (each.through,):
            if word not in known:
                raise ConfigError(
                    f"{reader.path}: unknown {'scheme' if each.schemes else 'enrichment'} {word!r}"
                    f" in [{table}]{where}; expected one of {', '.join(known)}"
                    f"{_suggest(word, known)}"
                )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the tables of one file into structs, with errors that say where."""

    path: Path
    text: str

    def table(self, name: str, table: Any, form: type[_Table]) -> _Table:  # noqa: ANN401  # TOML
        if not isinstance(table, dict):
            raise ConfigError(f"{self.path}: [{name}]{_at(self.text, name)} is not a table")
        known = [field.encode_name for field in msgspec.structs.fields(form)]
        for key in table:
            if key not in known:
                raise ConfigError(
                    f"{self.path}: unknown key {key!r} in [{name}]{_at(self.text, name, key)};"
                    f" expected one of {', '.join(known)}{_suggest(key, known)}"
                )
        try:
            return msgspec.convert(table, form)
        except msgspec.ValidationError as error:
            message, _, where = str(error).partition(" - at ")
            place = where.strip("`$.")
            key = place.partition("[")[0]
            raise ConfigError(
                f"{self.path}: {f'{place} in ' if place else ''}[{name}]"
                f"{_at(self.text, name, key)}: {_HINTS.get(key, message)}"
            ) from error


def _at(text: str, table: str, key: str = "") -> str:
    """Where a key is, or the table's heading, or its name as a key above, as ` (line 7)`."""
    number = (
        (_key_line(text, table, key) if key else 0)
        or _heading_line(text, table)
        or (_key_line(text, *_parent(table)))
    )
    return f" (line {number})" if number else ""


def _parent(table: str) -> tuple[str, str]:
    """The table around a table, empty for the file itself, and its name in there."""
    parent, _, name = table.partition(".")
    return (parent, name) if name else ("", table)


def _heading_line(text: str, table: str) -> int:
    """Number of the line `[table]` or `[[table]]`; 0 when there is none."""
    return next((number for number, name, _ in _lines(text) if name == table), 0)


def _key_line(text: str, table: str, key: str) -> int:
    """Number of the line `key = ...` or `key.more = ...` in a table; 0 when there is none."""
    current = ""
    for number, heading, line in _lines(text):
        if heading:
            current = heading
        elif current == table and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line):
            return number
    return 0


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Every line with its number, and the table's name where it is a heading, else empty."""
    for number, line in enumerate(text.splitlines(), start=1):
        match = _HEADING.match(line)
        parts = re.split(r"\s*\.\s*", match[1], maxsplit=1) if match else ()
        yield number, ".".join(part.strip("\"'") for part in parts), line


def _suggest(word: str, known: tuple[str, ...] | list[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
