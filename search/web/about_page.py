"""`/about`: the sources and how completely they are here, the release, how to cite and ask it."""

import asyncio
import hashlib
import re
from typing import Final

from aiohttp import web
from msgspec import Struct

from graph.errors import GraphError
from graph.release import HarvestedSource, open_release, read_record, release_numbers
from search.query import FIELDS
from search.text.engine import SearchRequest
from search.web.answers import page, raise_if_not_modified
from search.web.site import SITE, Site
from search.words import WORDS, fill

_SHOWN_RELEASES: Final = 20
"""Releases that are listed, the newest."""
_TEX_SPECIAL: Final = re.compile(r"([&%$#_])")
_TEX_LEFT_OUT: Final = re.compile(r"[\\{}~^]")
_CHECKSUMS: Final = "text/plain"


class AboutSource(Struct, frozen=True, kw_only=True):
    """A source as the page shows it."""

    name: str
    title: str
    n_records: int
    """Live records in the release."""
    kinds: tuple[tuple[str, int], ...]
    """Entities with a record of this source, by kind, the commonest first."""
    harvested: HarvestedSource | None
    """None when the release does not tell."""
    address: str
    """Of the repository, when it is one that a page may lead to."""


class AboutRelease(Struct, frozen=True, kw_only=True):
    """Another release of the data directory."""

    number: int
    day: str
    """Empty when it cannot be read."""
    records: int = 0
    entities: int = 0
    links: int = 0
    is_served: bool = False


class Files(Struct, frozen=True, kw_only=True):
    """The files of a release as they were when it was published."""

    n: int
    n_bytes: int
    fingerprint: str
    """SHA-256 of `checksums`, hexadecimal; empty when no checksums were kept."""
    checksums: str
    """As `sha256sum --check` reads them, from inside the directory of the release."""


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get("/about", show_about), web.get("/about/checksums", show_checksums)]


async def show_about(request: web.Request) -> web.StreamResponse:
    """What is here, from where, how completely, and how to cite and to ask it."""
    site = request.app[SITE]
    values = await asyncio.to_thread(_values, site)
    return page(request, "about.html", values)


async def show_checksums(request: web.Request) -> web.StreamResponse:
    """The checksum of each file of the release.

    Raises:
        HTTPNotFound: none were kept when it was made.
    """
    raise_if_not_modified(request, _CHECKSUMS)
    files = await asyncio.to_thread(read_files, request.app[SITE])
    if not files.fingerprint:
        raise web.HTTPNotFound(text="no checksums were kept when this release was made")
    return web.Response(text=files.checksums, content_type=_CHECKSUMS, charset="utf-8")


def read_files(site: Site) -> Files:
    """The files of the release that is served, by its release.json."""
    try:
        kept = read_record(site.release.path).files
    except (GraphError, FileNotFoundError):
        kept = {}
    text = "".join(f"{each.sha256}  {name}\n" for name, each in sorted(kept.items()))
    return Files(
        n=len(kept),
        n_bytes=sum(each.bytes for each in kept.values()),
        fingerprint=hashlib.sha256(text.encode()).hexdigest() if kept else "",
        checksums=text,
    )


def read_sources(site: Site) -> tuple[AboutSource, ...]:
    """Every source of the release, with what it holds; those with most records first."""
    info = site.release.info
    names = dict.fromkeys((*info.sources, *info.by_source))
    found = [
        AboutSource(
            name=name,
            title=harvested.title
            if (harvested := info.sources.get(name))
            else site.source_title(name),
            n_records=info.by_source.get(name, 0),
            kinds=_kinds(site, name),
            harvested=harvested,
            address=_web_address(harvested.url if harvested else ""),
        )
        for name in names
    ]
    return tuple(sorted(found, key=lambda each: (-each.n_records, each.name)))


def read_releases(site: Site) -> tuple[AboutRelease, ...]:
    """The releases that are kept beside the one that is served, the newest first."""
    data = site.release.path.parent.parent
    numbers = release_numbers(data)[-_SHOWN_RELEASES:]
    return tuple(_release(site, number) for number in reversed(numbers))


def cite(site: Site, sources: tuple[AboutSource, ...], fingerprint: str) -> tuple[str, str]:
    """The release as a sentence and as a BibTeX entry (https://www.ctan.org/pkg/bibtex).

    Args:
        site: the release.
        sources: what it was made from.
        fingerprint: see `Files`; empty to leave it out.
    """
    info = site.release.info
    words = WORDS.about["cite"]
    assert isinstance(words, dict)  # noqa: S101  # our own file
    facts = {
        "site": site.title,
        "number": str(info.number),
        "day": info.created_at[:10],
        "records": info.records,
        "entities": info.entities,
        "sources": ", ".join(each.title for each in sources if each.n_records)
        or str(words["sources"]),
        "address": site.base_iri,
        "fingerprint": fingerprint,
    }
    text = fill(str(words["text" if fingerprint else "text_without"]), **facts)
    tex = {name: _tex(str(value)) for name, value in facts.items()}
    entry = (
        ("title", "{" + fill(str(words["bibtex_title"]), **tex) + "}"),
        ("author", "{" + _tex(site.title) + "}"),
        ("year", info.created_at[:4]),
        ("version", str(info.number)),
        ("url", _TEX_LEFT_OUT.sub("", site.base_iri)),
        ("note", fill(str(words["bibtex_note"]), **tex)),
    )
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in entry)
    key = re.sub(r"\W", "", site.title.lower(), flags=re.ASCII) or "weft"
    return text, f"@misc{{{key}-release-{info.number},\n{lines}\n}}\n"


def _values(site: Site) -> dict[str, object]:
    files = read_files(site)
    sources = read_sources(site)
    text, bibtex = cite(site, sources, files.fingerprint)
    return {
        "sources": sources,
        "files": files,
        "size": f"{files.n_bytes / 1e6:.1f} MB",
        "releases": read_releases(site),
        "citation": text,
        "bibtex": bibtex,
        "fields": sorted(FIELDS),
        "seconds": f"{site.pool.limits.time_limit_s:g}",
    }


def _kinds(site: Site, source: str) -> tuple[tuple[str, int], ...]:
    asked = SearchRequest(limit=0, facets=("kind",), filters={"source": (source,)})
    counted = site.index.search(asked).facets.get("kind", ())
    return tuple((each.value, each.count) for each in counted)


def _release(site: Site, number: int) -> AboutRelease:
    data = site.release.path.parent.parent
    try:
        info = open_release(data, number).info
    except GraphError:
        return AboutRelease(number=number, day="")
    return AboutRelease(
        number=number,
        day=info.created_at[:10],
        records=info.records,
        entities=info.entities,
        links=info.links,
        is_served=number == site.release.number,
    )


def _web_address(text: str) -> str:
    return text if text.startswith(("https://", "http://")) else ""


def _tex(text: str) -> str:
    return _TEX_SPECIAL.sub(r"\\\1", _TEX_LEFT_OUT.sub("", text))
