"""How an entity is cited: one file a format, and the table of all of them."""

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from search.citation import bibtex, csl, csv, jsonld, ris, text
from search.citation.form import CitationForm
from search.citation.text import cite

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FORMS", "CitationForm", "cite"]

FORMS: Final["Mapping[str, CitationForm]"] = MappingProxyType(
    {
        form.name: form
        for form in (
            CitationForm(
                name="text",
                title="Text",
                media_type="text/plain",
                extension="txt",
                write=text.write,
            ),
            CitationForm(
                name="bibtex",
                title="BibTeX",
                media_type="application/x-bibtex",
                extension="bib",
                write=bibtex.write,
            ),
            CitationForm(
                name="ris",
                title="RIS",
                media_type="application/x-research-info-systems",
                extension="ris",
                write=ris.write,
            ),
            CitationForm(
                name="csl",
                title="CSL-JSON",
                media_type="application/vnd.citationstyles.csl+json",
                extension="csl.json",
                write=csl.write,
            ),
            CitationForm(
                name="csv", title="CSV", media_type="text/csv", extension="csv", write=csv.write
            ),
            CitationForm(
                name="jsonld",
                title="JSON-LD",
                media_type="application/ld+json",
                extension="jsonld",
                write=jsonld.write,
            ),
        )
    }
)
"""By name, in the order in which a page offers them."""
