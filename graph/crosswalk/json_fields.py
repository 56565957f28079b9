"""Reading JSON that others wrote: a missing field is empty, one of another type is a problem."""

from collections.abc import Callable, Iterator

import msgspec

from graph.errors import UnmappableRecord
from harvester.record import StagedRecord

Tell = Callable[[str, str], None]
"""Told a reason and a detail, as `Draft.add_problem` is."""

_Json = dict[str, object]


def read_metadata(record: StagedRecord) -> _Json:
    """The object that describes the record: `metadata` where there is one, else the whole.

    Raises:
        UnmappableRecord: reason `not-json`, or `no-metadata` when it is no object or is deleted.
    """
    if record.is_deleted:
        raise UnmappableRecord("no-metadata", f"{record.identifier}: deleted")
    try:
        whole = msgspec.json.decode(record.xml)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnmappableRecord("not-json", f"{record.identifier}: {error}") from error
    metadata = whole.get("metadata", whole) if isinstance(whole, dict) else None
    if not isinstance(metadata, dict):
        raise UnmappableRecord("no-metadata", f"{record.identifier}: no object of metadata")
    return metadata


class Fields:
    """One JSON object and where to tell what in it is of another type than expected."""

    __slots__ = ("_json", "_tell")

    def __init__(self, json: _Json, tell: Tell) -> None:
        self._json = json
        self._tell = tell

    def text(self, name: str) -> str:
        """A text, or a number as text; empty when missing."""
        return next(self._texts(name, self._json.get(name)), "")

    def texts(self, name: str) -> list[str]:
        """The texts of a list; a single text counts as a list of one."""
        value = self._json.get(name)
        return [text for each in _listed(value) for text in self._texts(name, each)]

    def child(self, name: str) -> "Fields":
        """An object; an empty one when missing."""
        return next(iter(self.children(name)), Fields({}, self._tell))

    def children(self, name: str) -> list["Fields"]:
        """The objects of a list; a single object counts as a list of one."""
        found = []
        for each in _listed(self._json.get(name)):
            if isinstance(each, dict):
                found.append(Fields(each, self._tell))
            else:
                self._tell("unexpected-json", f"{name}: {each!r}")
        return found

    def _texts(self, name: str, value: object) -> Iterator[str]:
        match value:
            case None:
                return
            case str():
                if text := value.strip():
                    yield text
            case int() | float() if not isinstance(value, bool):
                yield str(value)
            case _:
                self._tell("unexpected-json", f"{name}: {value!r}")


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
