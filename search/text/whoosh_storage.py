"""The files of a Whoosh index, and how a writer that failed lets go of them."""

from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, clean_files

from search.text.whoosh_schema import schema

NAME: Final = "MAIN"
"""Name of the index within its directory, where Whoosh could keep several."""


class Storage(FileStorage):  # type: ignore[misc]  # Whoosh is untyped
    """The files of an index in a directory; those that a failure left open can be closed."""

    def __init__(self, path: Path, opened: list[Any] | None = None) -> None:
        super().__init__(str(path))
        self._opened: list[Any] = [] if opened is None else opened

    def open_file(self, name: str, **options: object) -> Any:  # noqa: ANN401  # Whoosh is untyped
        """Open a file for reading."""
        return self._remember(super().open_file(name, **options))

    def create_file(self, name: str, **options: object) -> Any:  # noqa: ANN401  # Whoosh is untyped
        """Open a new file for writing."""
        return self._remember(super().create_file(name, **options))

    def temp_storage(self, name: str | None = None) -> "Storage":
        """Make the directory of temporary files."""
        return Storage(Path(super().temp_storage(name).folder), self._opened)

    def close_files(self) -> None:
        """Close the files that are open; what is in them is not wanted."""
        for file in self._opened:
            if not file.is_closed:
                with suppress(OSError):
                    file.close()

    def _remember(self, file: Any) -> Any:  # noqa: ANN401  # Whoosh is untyped
        self._opened[:] = [each for each in self._opened if not each.is_closed]
        self._opened.append(file)
        return file


def abandon(writer: Any, storage: Storage) -> None:  # noqa: ANN401  # Whoosh is untyped
    """Let go of an index as it was when Whoosh's writer of it was opened.

    Whoosh's own cancelling finishes the segment first, which a full disk refuses once more.
    """
    storage.close_files()
    writer.temp_storage().destroy()
    toc = TOC.read(storage, NAME, schema=schema())
    clean_files(storage, NAME, toc.generation, toc.segments)
    for file in Path(storage.folder).glob("*.toc.*"):
        file.unlink()
    if not writer.is_closed:
        writer.writelock.release()
