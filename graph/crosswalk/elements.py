"""What the crosswalks ask of an element: local name, text, language. No XPath, for speed."""

from functools import lru_cache
from typing import Final

from lxml.etree import XMLParser, _Element

XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

Element = _Element


def new_parser() -> XMLParser:
    """A parser that reads nothing but the given bytes: no entities, no network, no huge trees."""
    return XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


@lru_cache(maxsize=4096)
def local_name(tag: object) -> str:
    """Name of an element's tag without namespace; empty for an unresolved entity, which has none.

    Takes the tag, not the element, so that the cache answers without a call in Python.
    """
    return tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""


def text_of(element: Element) -> str:
    """All text inside an element, children included; a child such as `<br/>` counts as a space."""
    if len(element):
        return " ".join(str(part) for part in element.itertext()).strip()
    text = element.text
    return text.strip() if text else ""


def language_of(element: Element) -> str:
    """xml:lang as written, or empty."""
    if not element.keys():  # asked first: a fifth of the time of the two questions below
        return ""
    return element.get(XML_LANG) or element.get("lang") or ""
