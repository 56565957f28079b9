"""The schemas that records are sent in.

https://www.loc.gov/standards/sru/recordSchemas/
"""

from dataclasses import dataclass
from typing import Final

from search.metadata.formats import FORMS, Form


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSchema:
    """A form of record."""

    name: str
    """Short, as requests and the explain record have it."""
    uri: str
    title: str
    location: str
    """Where its definition is."""
    form: Form | None = None
    """None for JSON-LD."""

    @property
    def is_json(self) -> bool:
        """Whether a record is text that is no XML."""
        return self.form is None


def _schema_of(form: Form) -> RecordSchema:
    return RecordSchema(
        name=form.prefix, uri=form.sru, title=form.title, location=form.schema, form=form
    )


DEFAULT_SCHEMA: Final = _schema_of(FORMS["dc"])
SCHEMAS: Final = (
    DEFAULT_SCHEMA,
    _schema_of(FORMS["marcxml"]),
    RecordSchema(
        name="schema.org",
        uri="https://schema.org/",
        title="schema.org as JSON-LD",
        location="https://schema.org/docs/developers.html",
    ),
)
"""The first is sent when a request names none."""

DIAGNOSTICS: Final = "info:srw/schema/1/diagnostics-v1.1"
"""The schema of a diagnostic that stands in place of a record."""


def find_schema(name: str) -> RecordSchema | None:
    """The schema of a short name or URI, None for one that records are not sent in."""
    return next((each for each in SCHEMAS if name in (each.name, each.uri)), None)
