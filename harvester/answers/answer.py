"""From the bytes of an answer to its parsed root: strictly first, then mended; pure.

The parser is strict: a recovering one ends a cut page without an error and damages the records
that follow a bad entity. Only a page that fails, or brings a document type declaration, is mended.
Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html#XMLResponse
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from harvester.answers.charset import UTF8_MARK
from harvester.answers.frame import Beyond, is_free_of_doctype
from harvester.answers.mend import Mend, mend, with_xsi
from harvester.errors import OAI_ERRORS, CutAnswer, NotOaiPmh, OaiError, UnknownOaiError
from harvester.protocol import OAI

_ROOT_TAG: Final = f"{OAI}OAI-PMH"
_SEARCHABLE = re.compile(
    rb"""\A(?:<\?xml\s[^>]*?\bencoding\s*=\s*["'](?:utf-8|us-ascii|iso-8859-1)["']"""
    rb"""|<\?xml\s+version\s*=\s*["']1\.[01]["']\s*\?>"""
    rb"""|<(?:\w|!|\?xml-))""",
    re.IGNORECASE,
)
"""How a body starts in which a document type declaration would be visible as ASCII bytes."""
_TEXT_LIMIT_BYTES: Final = 10_000_000
"""libxml2's XML_MAX_TEXT_LENGTH; a smaller body cannot have failed because of it."""
_NEAR_NAMESPACES: Final = frozenset(
    (
        "",
        "https://www.openarchives.org/OAI/2.0/",
        "http://www.openarchives.org/OAI/2.0",
        "https://www.openarchives.org/OAI/2.0",
    )
)
"""What repositories write for the protocol's namespace and cannot mean otherwise. Namespaces of
OAI-PMH 1.x are not among them: its elements differ."""
_FOREIGN_CONTENT: Final = frozenset(("metadata", "about", "description", "setDescription"))
"""Elements of the protocol whose content belongs to other namespaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An OAI-PMH answer without an error element."""

    xml: etree._Element
    """The root; the name is the one that sickle's models read."""
    response_date: str
    """As the repository wrote it; empty when it did not."""
    mends: tuple[Mend, ...] = ()
    """What had to be mended before it could be read; empty for a page that was in order."""
    body: bytes = b""
    """The bytes as they came, of a mended page only: it is to be kept."""


def read_answer(body: bytes, *, url: str, charset: str = "") -> Answer:
    """Parse an answer strictly; mend it and parse again where that fails.

    White space and a byte order mark before the XML declaration pass without being mends (OAPEN,
    DataCite). Entities are neither expanded nor fetched: a page that declares some is mended by
    removing the declaration.

    Args:
        body: the answer, decompressed.
        url: where it came from, for messages.
        charset: of the HTTP Content-Type; asked only for a page whose own encoding fails.

    Raises:
        CutAnswer: it starts as OAI-PMH and its end is missing.
        NotOaiPmh: it is no XML that can be mended, or its root is not OAI-PMH.
        OaiError: it holds an `<error>`; a subclass by code.
    """
    try:
        root = _parse_strictly(body.lstrip().removeprefix(UTF8_MARK).lstrip())
        mends: tuple[Mend, ...] = ()
        if root.getroottree().docinfo.internalDTD is not None:
            root, mends = _parse_mended(body, "it declares a document type", url, charset)
    except etree.XMLSyntaxError as error:
        root, mends = _parse_mended(body, str(error), url, charset)
    if not _is_in_namespace(root) and _put_in_namespace(root):
        mends = (*mends, Mend.NAMESPACE)
    if root.tag != _ROOT_TAG:
        message = f"answer of {url} has the root {root.tag}, expected {_ROOT_TAG}"
        raise NotOaiPmh(message, url=url, body=body)
    for error_element in root.iterchildren(f"{OAI}error"):
        raise _oai_error(error_element, url=url, body=body)
    date = next((each.text or "" for each in root.iterchildren(f"{OAI}responseDate")), "")
    return Answer(xml=root, response_date=date.strip(), mends=mends, body=body if mends else b"")


def _parse_strictly(body: bytes) -> etree._Element:
    """Parse under libxml2's limits; lift them for one large text, never together with a DTD.

    libxml2 refuses a text above 10 MB, which OAI-PMH does not. Lifting the limit
    also lifts the guard against entity expansion, so it is done only where the bytes can be
    searched for a document type declaration and hold none. The client bounds the whole body.
    """
    try:
        return etree.fromstring(body, _parser(huge=False))
    except etree.XMLSyntaxError:
        if len(body) < _TEXT_LIMIT_BYTES:
            raise
        if not (_SEARCHABLE.match(body) and is_free_of_doctype(body)):
            raise
    return etree.fromstring(body, _parser(huge=True))


def _parser(*, huge: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=huge,
        recover=False,
    )


def _parse_mended(
    body: bytes, why: str, url: str, charset: str
) -> tuple[etree._Element, tuple[Mend, ...]]:
    """Mend and parse; once more when then only the declaration of `xsi` is missing."""
    mended = mend(body, charset=charset)
    if mended is Beyond.CUT:
        raise CutAnswer(f"answer of {url} ends early: {why}", url=url, body=body)
    if isinstance(mended, Beyond):
        raise NotOaiPmh(f"answer of {url} is not XML: {why}; {mended}", url=url, body=body)
    try:
        return _parse_strictly(mended.body), mended.mends or (Mend.PROLOG,)
    except etree.XMLSyntaxError as error:
        failure = error
    if _lacks_xsi(failure):
        try:
            return _parse_strictly(with_xsi(mended.body)), (*mended.mends, Mend.XSI_PREFIX)
        except etree.XMLSyntaxError as error:
            failure = error
    done = f"mended ({', '.join(mended.mends)}), " if mended.mends else ""
    message = f"answer of {url} is not XML: {why}; {done}{failure}"
    raise NotOaiPmh(message, url=url, body=body) from failure


def _lacks_xsi(error: etree.XMLSyntaxError) -> bool:
    code = int(error.code)  # type: ignore[attr-defined]  # not in the stubs
    is_undeclared = code == etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE
    return is_undeclared and " xsi " in str(error)


def _is_in_namespace(root: etree._Element) -> bool:
    """Whether the root, its last child and the first item of that are the protocol's own."""
    listing = root[-1] if len(root) else root
    item = listing[0] if len(listing) else listing
    return root.tag == _ROOT_TAG and all(str(each.tag).startswith(OAI) for each in (listing, item))


def _put_in_namespace(root: etree._Element) -> bool:
    """Rename the protocol's elements whose namespace is one of `_NEAR_NAMESPACES`.

    Returns:
        Whether there was one.
    """
    if etree.QName(root).localname != "OAI-PMH":
        return False
    strays = [
        element
        for element in _structure(root)
        if (etree.QName(element).namespace or "") in _NEAR_NAMESPACES
    ]
    for element in strays:
        element.tag = OAI + etree.QName(element).localname
    return bool(strays)


def _structure(root: etree._Element) -> Iterator[etree._Element]:
    """The elements that the protocol itself defines, parents first."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element
        if etree.QName(element).localname not in _FOREIGN_CONTENT:
            waiting.extend(element.iterchildren("*"))


def _oai_error(element: etree._Element, *, url: str, body: bytes) -> OaiError:
    code = element.get("code", "")
    text = " ".join("".join(map(str, element.itertext())).split())
    error_class = OAI_ERRORS.get(code, UnknownOaiError)
    message = f"{url} answers {code or 'an error without a code'}{': ' if text else ''}{text}"
    return error_class(message, url=url, code=code, body=body)
