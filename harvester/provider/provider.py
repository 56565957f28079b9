"""Answers OAI-PMH 2.0 requests from any source of records; pure: arguments in, XML out.

Where records come from is behind `harvester.provider.source.RecordSource`; HTTP is not here.
Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html#ProtocolMessages
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Annotated, Final, Literal, assert_never

import msgspec

from harvester.protocol import (
    OAI_NS,
    Granularity,
    Verb,
    format_datestamp,
    parse_datestamp,
)
from harvester.provider.source import Page, RecordSource, RepositoryFacts, Selection, escape_text


class _Refusal(Exception):
    """One error condition of the specification, on its way into the answer."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class _Token(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """All that a resumption token holds; not secret, not signed: it opens nothing."""

    verb: Verb
    total: Annotated[int, msgspec.Meta(ge=1)] | None
    """completeListSize, counted once for the first part."""
    selection: Selection = Selection(prefix="")
    position: str = ""
    cursor: Annotated[int, msgspec.Meta(ge=0)] = 0
    """How many items the parts before this one held."""


_TOKEN: Final = "resumptionToken"  # noqa: S105  # the name of an argument, not a secret
_REQUIRED: Final[Mapping[Verb, frozenset[str]]] = {
    Verb.GET_RECORD: frozenset({"identifier", "metadataPrefix"}),
    Verb.IDENTIFY: frozenset(),
    Verb.LIST_IDENTIFIERS: frozenset({"metadataPrefix"}),
    Verb.LIST_METADATA_FORMATS: frozenset(),
    Verb.LIST_RECORDS: frozenset({"metadataPrefix"}),
    Verb.LIST_SETS: frozenset(),
}
_OPTIONAL: Final[Mapping[Verb, frozenset[str]]] = {
    Verb.GET_RECORD: frozenset(),
    Verb.IDENTIFY: frozenset(),
    Verb.LIST_IDENTIFIERS: frozenset({"from", "until", "set", _TOKEN}),
    Verb.LIST_METADATA_FORMATS: frozenset({"identifier"}),
    Verb.LIST_RECORDS: frozenset({"from", "until", "set", _TOKEN}),
    Verb.LIST_SETS: frozenset({_TOKEN}),
}

# The patterns of OAI-PMH.xsd, where an identifier is an anyURI: with a scheme (and then perhaps
# an authority), or without one and then without a colon in its first segment.
_NAME: Final = r"[A-Za-z0-9\-_.!~*'()]+"
LEGAL_SET_SPEC: Final = re.compile(rf"{_NAME}(:{_NAME})*")
LEGAL_PREFIX: Final = re.compile(_NAME)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?")
_SYNTAX: Final = {
    "metadataPrefix": LEGAL_PREFIX,
    "set": LEGAL_SET_SPEC,
    "from": _DATE,
    "until": _DATE,
}
_CHARACTERS: Final = r"(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*"
_URI: Final = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.\-]*:(?://[A-Za-z0-9.\-]+(?::[0-9]{1,4})?(?=[/?]|$)|(?!//))"
    rf"|(?!//)(?![^/?]*:)){_CHARACTERS}"
)
_XML_TEXT: Final = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")


def answer(
    arguments: Sequence[tuple[str, str]],
    repository: RecordSource,
    *,
    base_url: str,
    now: datetime,
) -> bytes:
    """Answer one request; what is wrong with it is said in the answer, as the protocol wants.

    Args:
        arguments: name and value pairs in the order received, repeated names included.
        repository: where the records come from.
        base_url: address of this interface, as harvesters should know it.
        now: the moment of the answer, aware.

    Returns:
        A complete OAI-PMH document, UTF-8.
    """
    shown = arguments
    try:
        verb = _verb(arguments)
        values = _checked(verb, arguments)
        body = _body(verb, values, repository, base_url)
    except _Refusal as refusal:
        body = f'<error code="{refusal.code}">{escape_text(str(refusal))}</error>'.encode()
        if refusal.code in {"badVerb", "badArgument"}:
            shown = ()
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in shown)
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<OAI-PMH xmlns="{OAI_NS}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="{OAI_NS} {OAI_NS}OAI-PMH.xsd">'
        f"<responseDate>{format_datestamp(now)}</responseDate>"
        f"<request{attributes}>{escape_text(base_url)}</request>\n"
    )
    return b"".join((head.encode(), body, b"\n</OAI-PMH>\n"))


def _verb(arguments: Sequence[tuple[str, str]]) -> Verb:
    given = [value for name, value in arguments if name == "verb"]
    if len(given) != 1:
        raise _Refusal("badVerb", f"exactly one verb is expected, {len(given)} were given")
    try:
        return Verb(given[0])
    except ValueError:
        raise _Refusal("badVerb", f"{_shown(given[0])} is not a verb of OAI-PMH 2.0") from None


def _checked(verb: Verb, arguments: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the arguments without the verb; refuse a repeated, unknown, missing or bad one."""
    values: dict[str, str] = {}
    legal = _REQUIRED[verb] | _OPTIONAL[verb]
    for name, value in arguments:
        if name == "verb":
            continue
        if name not in legal:
            raise _Refusal("badArgument", f"{verb} has no argument {_shown(name)}")
        if name in values:
            raise _Refusal("badArgument", f"{name} is given more than once")
        pattern = _SYNTAX.get(name, _XML_TEXT)
        if not pattern.fullmatch(value):
            raise _Refusal("badArgument", f"{name} has an illegal value {_shown(value)}")
        values[name] = value
    if _TOKEN in values:
        if len(values) > 1:
            raise _Refusal("badArgument", f"{_TOKEN} excludes all other arguments")
        return values
    for name in sorted(_REQUIRED[verb] - values.keys()):
        raise _Refusal("badArgument", f"{verb} needs the argument {name}")
    return values


def _shown(value: str) -> str:
    """Quote a stranger's text for a message: printable, and not longer than a line."""
    return f"{value!r:.100}"


def _body(verb: Verb, values: Mapping[str, str], repository: RecordSource, base_url: str) -> bytes:
    match verb:
        case Verb.IDENTIFY:
            return _identify(repository.identify(), base_url)
        case Verb.LIST_METADATA_FORMATS:
            return _list_metadata_formats(values.get("identifier"), repository)
        case Verb.GET_RECORD:
            return _get_record(values["identifier"], values["metadataPrefix"], repository)
        case Verb.LIST_SETS:
            return _list_sets(values, repository)
        case Verb.LIST_IDENTIFIERS | Verb.LIST_RECORDS:
            return _list(verb, values, repository)
        case _:
            assert_never(verb)


def _identify(facts: RepositoryFacts, base_url: str) -> bytes:
    emails = "".join(
        f"<adminEmail>{escape_text(email)}</adminEmail>" for email in facts.admin_emails
    )
    return (
        f"<Identify><repositoryName>{escape_text(facts.name)}</repositoryName>"
        f"<baseURL>{escape_text(base_url)}</baseURL><protocolVersion>2.0</protocolVersion>{emails}"
        f"<earliestDatestamp>{format_datestamp(facts.earliest, facts.granularity)}"
        f"</earliestDatestamp><deletedRecord>{facts.deleted_record}</deletedRecord>"
        f"<granularity>{facts.granularity}</granularity></Identify>"
    ).encode()


def _list_metadata_formats(identifier: str | None, repository: RecordSource) -> bytes:
    formats = repository.formats(identifier)
    if formats is None:
        raise _no_item(identifier or "")
    if not formats:
        raise _Refusal("noMetadataFormats", "no metadata format is available")
    listed = "".join(
        f"<metadataFormat><metadataPrefix>{escape_text(each.prefix)}</metadataPrefix>"
        f"<schema>{escape_text(each.schema)}</schema>"
        f"<metadataNamespace>{escape_text(each.namespace)}</metadataNamespace></metadataFormat>"
        for each in formats
    )
    return f"<ListMetadataFormats>{listed}</ListMetadataFormats>".encode()


def _get_record(identifier: str, prefix: str, repository: RecordSource) -> bytes:
    record = repository.record(identifier, prefix)
    if record is None:
        if repository.formats(identifier) is None:
            raise _no_item(identifier)
        raise _Refusal("cannotDisseminateFormat", f"the item has no format {_shown(prefix)}")
    return b"<GetRecord>" + record + b"</GetRecord>"


def _no_item(identifier: str) -> _Refusal:
    """Tell an identifier that nothing has from one that nothing can have.

    Only unknown ones are judged: an archive holds whatever its repository once used.
    """
    if _URI.fullmatch(identifier):
        return _Refusal("idDoesNotExist", f"there is no item {_shown(identifier)}")
    return _Refusal("badArgument", f"{_shown(identifier)} is not a URI")


def _list_sets(values: Mapping[str, str], repository: RecordSource) -> bytes:
    total = repository.count_sets()
    if not total:
        raise _Refusal("noSetHierarchy", "this repository has no sets")
    start = _Token(verb=Verb.LIST_SETS, total=total)
    if _TOKEN in values:
        start = _read_token(values[_TOKEN], Verb.LIST_SETS)
    return _part(start, lambda: repository.sets(start.position))


def _list(
    verb: Literal[Verb.LIST_IDENTIFIERS, Verb.LIST_RECORDS],
    values: Mapping[str, str],
    repository: RecordSource,
) -> bytes:
    if _TOKEN in values:
        start = _read_token(values[_TOKEN], verb)
    else:
        selection = _selection(values, repository)
        total = repository.count(selection)
        if total == 0:
            raise _Refusal("noRecordsMatch", "no record matches the request")
        start = _Token(verb=verb, selection=selection, total=total)
    select = repository.records if verb is Verb.LIST_RECORDS else repository.headers
    return _part(start, lambda: select(start.selection, start.position))


def _part(start: _Token, read: Callable[[], Page]) -> bytes:
    """Write one part of a list, with the token for the next."""
    try:
        page = read()
    except ValueError:
        page = Page(items=())
    if not page.items and start.cursor:
        raise _Refusal("badResumptionToken", "the token does not belong to this repository")
    if not page.items:
        raise _Refusal("noRecordsMatch", "no record matches the request")
    name = start.verb.encode()
    return b"<%s>\n%s%s</%s>" % (name, b"\n".join(page.items), _resumption(start, page), name)


def _resumption(start: _Token, page: Page) -> bytes:
    """Write the `<resumptionToken>`: empty ends a list of several parts, none a list in one."""
    if not start.cursor and not page.next_position:
        return b""
    size = "" if start.total is None else f' completeListSize="{start.total}"'
    text = ""
    if page.next_position:
        cursor = start.cursor + len(page.items)
        following = msgspec.structs.replace(start, position=page.next_position, cursor=cursor)
        text = urlsafe_b64encode(msgspec.json.encode(following)).decode().rstrip("=")
    return f'\n<{_TOKEN}{size} cursor="{start.cursor}">{text}</{_TOKEN}>'.encode()


def _read_token(text: str, verb: Verb) -> _Token:
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        token = msgspec.json.decode(raw, type=_Token)
    except (ValueError, msgspec.DecodeError):
        raise _Refusal("badResumptionToken", "the token was not issued here") from None
    if token.verb != verb or not (token.cursor and token.position):
        raise _Refusal("badResumptionToken", f"the token was not issued for {verb}")
    return token


def _selection(values: Mapping[str, str], repository: RecordSource) -> Selection:
    prefix = values["metadataPrefix"]
    if prefix not in {each.prefix for each in repository.formats(None) or ()}:
        raise _Refusal("cannotDisseminateFormat", f"there is no format {_shown(prefix)}")
    if "set" in values and not repository.count_sets():
        raise _Refusal("noSetHierarchy", "this repository has no sets")
    since, until = _bound("from", values), _bound("until", values)
    if since and until:
        if since[1] is not until[1]:
            raise _Refusal("badArgument", "from and until differ in granularity")
        if since[0] > until[0]:
            raise _Refusal("badArgument", "from is later than until")
    finest = max((bound[1] for bound in (since, until) if bound), key=len, default=Granularity.DAY)
    if len(finest) > len(repository.identify().granularity):
        raise _Refusal("badArgument", f"{finest} is finer than this repository's granularity")
    return Selection(
        prefix=prefix,
        since=since[0] if since else None,
        until=_last_second(*until) if until else None,
        set=values.get("set"),
    )


def _bound(name: str, values: Mapping[str, str]) -> tuple[datetime, Granularity] | None:
    if name not in values:
        return None
    try:
        return parse_datestamp(values[name])
    except ValueError as error:
        raise _Refusal("badArgument", f"{name}: {error}") from None


def _last_second(moment: datetime, granularity: Granularity) -> datetime:
    """Return the last second that a bound covers: `until` is inclusive, a day to its end."""
    if granularity is Granularity.DAY:
        return moment.replace(hour=23, minute=59, second=59)
    return moment
