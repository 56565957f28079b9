"""How a release is cited, as text and in the formats of reference managers and repositories."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, Final

import msgspec
from msgspec import Struct

from graph.release import HarvestedSource, ReleaseInfo, asked, open_release
from search.citation import FORMS, cite
from search.citation.latex import latex
from search.metadata.described import Described, Title
from search.metadata.parties import Agent
from weft.config import Config
from weft.terminal import print_caveats, print_json

SOFTWARE: Final = "Weft"
_NAMED: Final = 4
"""Sources that a title names."""
_UNKNOWN: Final = ":unav"
"""DataCite's word for a value that is not there, of properties that must be:
https://datacite-metadata-schema.readthedocs.io/en/4.6/appendices/appendix-3/"""
_FINDABLE: Final = (
    "To make it findable, write the whole release with `weft export` and deposit it in a repository"
    " that gives it a DOI; cite that DOI from then on."
)


class _Cited(Struct, frozen=True, kw_only=True):
    """A release in the parts of a citation."""

    info: ReleaseInfo
    title: str
    publisher: str
    """Empty where nobody is named."""
    accessed: date
    software: str
    """Name and version of the program."""

    @property
    def date(self) -> str:
        """When the release was made, YYYY-MM-DD."""
        return self.info.created_at[:10]

    @property
    def sources(self) -> str:
        """The sources with their last harvest, in a sentence."""
        told = "; ".join(_source(name, each) for name, each in _sources(self.info))
        return f"Made with {self.software} from {told}." if told else f"Made with {self.software}."

    def described(self) -> Described:
        """The release as the formats of citations read it."""
        info = self.info
        maker = (Agent(name=self.publisher, is_organization=True),) if self.publisher else ()
        return Described(
            iri=info.base_iri,
            key=f"release{info.number}",
            kind="dataset",
            titles=(Title(self.title, "en"),),
            creators=maker,
            date=self.date,
            year=int(self.date[:4]),
            publisher=self.publisher,
            version=f"{info.number} of {self.date}",
            abstract=self.sources,
            languages=("en",),
        )


def cite_release(  # noqa: PLR0913  # the parts of a citation that the release does not tell
    info: ReleaseInfo,
    style: str,
    *,
    title: str = "",
    publisher: str = "",
    accessed: date | None = None,
    software: str = "",
) -> str:
    """How to cite a release.

    Args:
        info: the release.
        style: one of `STYLES`.
        title: name of the collection; empty for one made of the names of its sources.
        publisher: who made it; empty where nobody is to be named.
        accessed: day of access; None for today, UTC.
        software: name and version of the program; empty for this one.

    Raises:
        ValueError: there is no such style.
    """
    if style not in STYLES:
        raise ValueError(f"no style {style!r}, expected one of {', '.join(STYLES)}")
    return STYLES[style](
        _Cited(
            info=info,
            title=title if title not in ("", SOFTWARE) else title_of(info),
            publisher=publisher,
            accessed=accessed or datetime.now(UTC).date(),
            software=software or f"{SOFTWARE} {version('weft')}",
        )
    )


def title_of(info: ReleaseInfo) -> str:
    """A name for a collection that has none: what it holds, and from where."""
    titles = [each.title for _, each in _sources(info)] or sorted(info.by_source)
    if not titles:
        return "Linked open-science records"
    if len(titles) > _NAMED:
        return f"Linked records of {len(titles)} open-science repositories"
    *most, last = titles
    return (
        f"Linked records of {', '.join(most)} and {last}" if most else f"Linked records of {last}"
    )


def _text(cited: _Cited) -> str:
    said = f"{cite(cited.described())} (accessed {cited.accessed.isoformat()})"
    return f"{said}. {cited.sources}\n"


def _bibtex(cited: _Cited) -> str:
    entry = _written("bibtex", cited).rstrip().removesuffix("}").rstrip()
    note = f"  note = {{{latex(cited.sources)}}},\n  urldate = {{{cited.accessed.isoformat()}}},"
    return f"{entry}\n{note}\n}}\n"


def _ris(cited: _Cited) -> str:
    fields, _, _ = _written("ris", cited).rpartition("ER  -")
    return f"{fields}Y2  - {cited.accessed:%Y/%m/%d}/\r\nER  - \r\n"


def _csl(cited: _Cited) -> str:
    [item] = json.loads(_written("csl", cited))
    day = cited.accessed
    item["accessed"] = {"date-parts": [[day.year, day.month, day.day]]}
    return _json([item])


def _cff(cited: _Cited) -> str:
    """https://github.com/citation-file-format/citation-file-format/blob/1.2.0/schema-guide.md."""
    info = cited.info
    maker = cited.publisher or f"The makers of {info.base_iri}"
    lines = [
        "cff-version: 1.2.0",
        'message: "Cite the release that was used, by its number."',
        "type: dataset",
        f"title: {_yaml(cited.title)}",
        "authors:",
        f"  - name: {_yaml(maker)}",
        f"version: {_yaml(str(info.number))}",
        f"date-released: {cited.date}",
        f"url: {_yaml(info.base_iri)}",
        f"abstract: {_yaml(cited.sources)}",
    ]
    if references := [line for _, each in _sources(info) for line in _cff_source(each)]:
        lines += ["references:", *references]
    return "\n".join(lines) + "\n"


def _cff_source(source: HarvestedSource) -> list[str]:
    lines = [
        "  - type: database",
        f"    title: {_yaml(source.title)}",
        "    authors:",
        f"      - name: {_yaml(source.title)}",
    ]
    if source.url:
        lines.append(f"    url: {_yaml(source.url)}")
    if source.last_harvest:
        lines.append(f"    date-accessed: {source.last_harvest[:10]}")
    return lines


def _datacite(cited: _Cited) -> str:
    """The attributes that https://support.datacite.org/docs/api-create-dois takes, but the DOI."""
    info = cited.info
    maker = cited.publisher or _UNKNOWN
    attributes: dict[str, Any] = {
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Graph of linked records"},
        "creators": [{"name": maker, "nameType": "Organizational"}],
        "titles": [{"title": cited.title, "lang": "en"}],
        "publisher": {"name": maker},
        "publicationYear": int(cited.date[:4]),
        "version": str(info.number),
        "dates": [{"date": cited.date, "dateType": "Created"}],
        "language": "en",
        "url": info.base_iri,
        "sizes": [
            f"{info.entities} entities",
            f"{info.links} links",
            f"{info.quads} RDF statements",
        ],
        "descriptions": [{"description": cited.sources, "descriptionType": "Methods"}],
        "relatedIdentifiers": [
            {
                "relatedIdentifier": each.url,
                "relatedIdentifierType": "URL",
                "relationType": "IsDerivedFrom",
            }
            for _, each in _sources(info)
            if each.url
        ],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
    return _json(attributes)


STYLES: Final = MappingProxyType[str, Callable[[_Cited], str]](
    {
        "text": _text,
        "bibtex": _bibtex,
        "ris": _ris,
        "csl": _csl,
        "cff": _cff,
        "datacite-json": _datacite,
    }
)
"""Forms of a citation by name, the default one first."""


def show(  # noqa: PLR0913  # the options of the command
    config: Config,
    style: str,
    *,
    number: int | None = None,
    title: str = "",
    publisher: str = "",
    as_json: bool = False,
) -> None:
    """Print how to cite a release.

    What must be known of its sources, and how to make it findable, comes on standard error.

    Raises:
        NoRelease: there is none, or none of that number.
        ReleaseError: it cannot be read.
    """
    info = open_release(config.data, number).info
    citation = cite_release(info, style, title=title, publisher=publisher)
    about = asked(info, f"cite {style}")
    if as_json:
        print_json(_Printed(style=style, citation=citation, hint=_FINDABLE), about)
        return
    sys.stdout.write(citation)
    print_caveats(about)
    sys.stderr.write(f"{_FINDABLE}\n")


class _Printed(Struct, frozen=True, kw_only=True):
    style: str
    citation: str
    hint: str


def _sources(info: ReleaseInfo) -> list[tuple[str, HarvestedSource]]:
    """The sources that the release has something of."""
    return [(name, each) for name, each in info.sources.items() if each.live]


def _source(name: str, source: HarvestedSource) -> str:
    when = f"last harvested {source.last_harvest[:10]}" if source.last_harvest else "from files"
    state = "" if source.state in ("complete", "never") else f", {source.state}"
    return f"{source.title or name} ({when}{state})"


def _written(form: str, cited: _Cited) -> str:
    return "".join(FORMS[form].write([cited.described()]))


def _yaml(text: str) -> str:
    """A text in double quotes: what JSON writes, YAML reads."""
    return json.dumps(text, ensure_ascii=False)


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value)).decode() + "\n"
