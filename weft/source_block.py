"""A new `[sources.NAME]` block: address, prefix, name and TOML, from what strangers said; pure."""

import re
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import msgspec

from graph.crosswalk import DIALECTS
from harvester.survey.found import Survey, plain
from weft.config import ConfigError

REQUESTS_PER_MINUTE: Final = 30
"""Pace of a source that nobody has looked at yet: Zenodo's, the lowest limit that is published."""
_PREFIXES: Final = (
    ("oai_datacite", "oai_datacite"),
    ("oai_datacite4", "oai_datacite"),
    ("datacite", "resource"),
    ("datacite4", "resource"),
    ("Datacite", "resource"),  # Dataverse
    ("oai_openaire", "resource"),
    ("xoai", "metadata"),
    ("marcxml", "record"),
    ("marc21", "record"),
    ("dcat", "RDF"),
    ("mods", "mods"),
    ("oai_dc", "dc"),
)
"""metadataPrefixes, those that say most first, with the root element of their records."""
_ADDRESS: Final = re.compile(r"[!#-;=?-\[\]_a-z~]+")
"""Printable ASCII without space, quotes, backslash and angle brackets."""
_COUNTRY: Final = 2
"""Letters of a country's domain; the label before it may be a kind, as in ac.uk."""
_KINDS: Final = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})
_SAYS_NOTHING: Final = frozenset({"www", "oai", "oai-pmh", "api", "repository", "repo"})
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")
_SHORT_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def readable_prefixes() -> tuple[str, ...]:
    """The known metadataPrefixes that a crosswalk reads, those that say most first."""
    return tuple(prefix for prefix, root in _PREFIXES if root in DIALECTS)


def clean_url(url: str) -> str:
    """A base URL as it may stand in the configuration; a pasted request loses its arguments.

    Raises:
        ConfigError: it is no http or https address, names a user, or has a character that an
            address cannot have.

    >>> clean_url("https://zenodo.org/oai2d?verb=Identify")
    'https://zenodo.org/oai2d'
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
        has_port = parts.port is None or parts.port > 0
    except ValueError as error:
        raise ConfigError(f"{plain(url)!r} is no address: {error}") from error
    if not is_address or not has_port:
        raise ConfigError(f"{plain(url)!r} is no address that begins with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise ConfigError("the address names a user; a source is asked without signing in")
    if not _ADDRESS.fullmatch(url):
        raise ConfigError(f"{plain(url)!r} has a character that must be percent-encoded")
    query = "" if "verb=" in parts.query else parts.query
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def check_name(name: str) -> None:
    """Make sure that a name can be a source's.

    Raises:
        ConfigError: it cannot.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{plain(name)!r} cannot be a source's name: expected lower-case letters, digits, '-'"
            " and '_' (--name gives one)"
        )


def name_for(url: str) -> str:
    """A source's name from its host; empty when nothing usable is left of it.

    >>> name_for("https://oai.datacite.org/oai"), name_for("https://data.bris.ac.uk/oai")
    ('datacite', 'data-bris')
    """
    host = urlsplit(url).hostname or ""
    labels = [label for label in host.casefold().split(".") if label]
    if len(labels) > 1 and not labels[-1].isdigit():
        is_country = len(labels.pop()) == _COUNTRY
        if is_country and len(labels) > 1 and labels[-1] in _KINDS:
            labels.pop()
    while len(labels) > 1 and labels[0] in _SAYS_NOTHING:
        labels.pop(0)
    return re.sub(r"[^a-z0-9_-]", "-", "-".join(labels)).lstrip("-_")


def block(name: str, surveyed: Survey, set_spec: str) -> str:
    """The block of a surveyed source, comments first; ends in a line end."""
    lines = [f"# {each}" for each in _told(surveyed)]
    lines.append(f"[sources.{name}]")
    if surveyed.name:
        lines.append(f"title = {toml_string(surveyed.name)}")
    lines.append(f"url = {toml_string(surveyed.url)}")
    lines.append(f"prefix = {toml_string(surveyed.prefix)}")
    if set_spec:
        lines.append(f"set = {toml_string(set_spec)}")
    lines.append(f"requests_per_minute = {REQUESTS_PER_MINUTE}")
    return "\n".join(lines) + "\n"


def _told(surveyed: Survey) -> list[str]:
    """What the repository said of itself, as comment lines without their sign."""
    if surveyed.announced is None:
        size = "a list of unknown size"
    else:
        size = f"{surveyed.announced:,} records announced"
    if surveyed.page_size:
        size += f", {surveyed.page_size} a page"
    since = surveyed.earliest_datestamp or "not stated"
    deletions = surveyed.deleted_record or "not stated"
    return [
        plain(surveyed.name) or "The repository states no name.",
        size,
        plain(f"earliest datestamp: {since}; deletions: {deletions}"),
        *(plain(f"to know: {problem}") for problem in surveyed.problems),
    ]


def judged(found: Survey) -> Survey:
    """Add the problem that no crosswalk reads what the first page holds."""
    if not found.roots or any(root in DIALECTS for root in found.roots):
        return found
    problem = (
        f"Weft does not read {found.prefix}: its records are"
        f" {', '.join(f'<{root}>' for root in found.roots)}"
    )
    return msgspec.structs.replace(found, problems=(*found.problems, problem))


def toml_string(text: str) -> str:
    r"""A text as a TOML basic string; whatever is not printable is escaped.

    >>> print(toml_string('a "b"\n'))
    "a \"b\"\n"
    """
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 1 << 16 else f"\\U{code:08x}"
